/* Look-ups in a shop: from an id to its index, from an item and a warehouse to their series and
 * their price. */
#ifndef PK_HISTORY_SHOP_INDEX_H
#define PK_HISTORY_SHOP_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "models/history/shop.h"

/* Index of an id in shop->items, shop->warehouses or shop->categories; PK_INDEX_NONE if the id is
 * unknown. */
uint32_t pk_shop_find_item(const struct pk_shop *shop, const char *item_id);
uint32_t pk_shop_find_warehouse(const struct pk_shop *shop, const char *warehouse_id);
uint32_t pk_shop_find_category(const struct pk_shop *shop, const char *category);

/* Index of the series of an item in a warehouse; SIZE_MAX if there is none. Either index may be
 * PK_INDEX_NONE: no series has it. */
size_t pk_shop_find_series(const struct pk_shop *shop, uint32_t item, uint32_t warehouse);

/* First day of the last complete bucket of that length: as_of_date for days; beside daily series
 * the week that is over, for the one under way is not known yet. */
int32_t pk_shop_as_of_date(const struct pk_shop *shop, int32_t bucket_days);

/* The selling price of an item on a day: the last price row of the warehouse up to that day, else
 * the last one for every warehouse, else the list price; -1 if none of them is known. */
int64_t pk_shop_price_micros(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                             int32_t date);

#endif

/* Look-ups in a shop: its arrays are sorted, so that ids and keys are found by halving. */
#ifndef PK_HISTORY_SHOP_INDEX_H
#define PK_HISTORY_SHOP_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "models/history/shop.h"

/* Index of an id in the sorted arrays of the shop; PK_INDEX_NONE if unknown. */
uint32_t pk_shop_find_item(const struct pk_shop *shop, const char *item_id);
uint32_t pk_shop_find_warehouse(const struct pk_shop *shop, const char *warehouse_id);
uint32_t pk_shop_find_category(const struct pk_shop *shop, const char *category);

/* Index of the series of an item in a warehouse; SIZE_MAX if there is none. */
size_t pk_shop_find_series(const struct pk_shop *shop, uint32_t item, uint32_t warehouse);

/* The selling price on a day: the last price row up to it, else the list price; -1 if neither is
 * known. */
int64_t pk_shop_price_micros(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                             int32_t date);

#endif

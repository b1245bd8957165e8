#include "models/history/shop_index.h"

#include <stdbool.h>
#include <string.h>

#include "models/base/lower_bound.h"
#include "models/history/pair_rows.h"

static bool is_before_id(const void *row, const void *key)
{
    const struct pk_item *item = row;
    return strcmp(item->item_id, key) < 0;
}

uint32_t pk_shop_find_item(const struct pk_shop *shop, const char *item_id)
{
    const size_t at =
        pk_lower_bound(shop->items, shop->item_count, sizeof *shop->items, is_before_id, item_id);
    const bool is_found = at < shop->item_count && strcmp(shop->items[at].item_id, item_id) == 0;
    return is_found ? (uint32_t)at : PK_INDEX_NONE;
}

/* Names are few and sorted; a plain walk is enough. */
static uint32_t find_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (uint32_t)i;
    return PK_INDEX_NONE;
}

uint32_t pk_shop_find_warehouse(const struct pk_shop *shop, const char *warehouse_id)
{
    return find_name(shop->warehouses, shop->warehouse_count, warehouse_id);
}

size_t pk_shop_find_series(const struct pk_shop *shop, uint32_t item, uint32_t warehouse)
{
    const struct pk_ledger_range range =
        pk_pair_rows_of(shop->series, shop->series_count, sizeof *shop->series, item, warehouse);
    return range.first < range.last ? range.first : SIZE_MAX;
}

uint32_t pk_shop_find_category(const struct pk_shop *shop, const char *category)
{
    return find_name(shop->categories, shop->category_count, category);
}

/* Last price row of (item, warehouse) dated up to `date`, or -1. */
static int64_t last_price(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                          int32_t date)
{
    const struct pk_ledger_range range =
        pk_pair_rows_of(shop->prices, shop->price_count, sizeof *shop->prices, item, warehouse);
    int64_t price_micros = -1;
    for (size_t i = range.first; i < range.last && shop->prices[i].date <= date; i++)
        price_micros = shop->prices[i].price_micros;
    return price_micros;
}

int32_t pk_shop_as_of_date(const struct pk_shop *shop, int32_t bucket_days)
{
    if (bucket_days == 1)
        return shop->as_of_date;
    const int32_t last_start =
        shop->has_daily_series ? shop->as_of_date - (bucket_days - 1) : shop->as_of_date;
    return pk_date_bucket_start(last_start, bucket_days, shop->week_start);
}

int64_t pk_shop_price_micros(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                             int32_t date)
{
    int64_t price_micros = last_price(shop, item, warehouse, date);
    if (price_micros < 0)
        price_micros = last_price(shop, item, PK_INDEX_NONE, date);
    return price_micros >= 0 ? price_micros : shop->items[item].list_price_micros;
}

#include "models/history/shop_index.h"

#include <stdbool.h>
#include <string.h>

#include "models/history/pair_rows.h"

uint32_t pk_shop_find_item(const struct pk_shop *shop, const char *item_id)
{
    size_t low = 0;
    size_t high = shop->item_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(shop->items[middle].item_id, item_id);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return PK_INDEX_NONE;
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
    size_t low = 0, high = shop->series_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct pk_series *one = &shop->series[middle];
        if (one->item < item || (one->item == item && one->warehouse < warehouse))
            low = middle + 1;
        else
            high = middle;
    }
    const bool is_found = low < shop->series_count && shop->series[low].item == item &&
                          shop->series[low].warehouse == warehouse;
    return is_found ? low : SIZE_MAX;
}

uint32_t pk_shop_find_category(const struct pk_shop *shop, const char *category)
{
    return find_name(shop->categories, shop->category_count, category);
}

/* Last price row of (item, warehouse) dated up to `date`, or -1. */
static int64_t last_price(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                          int32_t date)
{
    size_t at =
        pk_pair_rows_from(shop->prices, shop->price_count, sizeof *shop->prices, item, warehouse);
    int64_t price_micros = -1;
    for (; at < shop->price_count && shop->prices[at].item == item &&
           shop->prices[at].warehouse == warehouse && shop->prices[at].date <= date;
         at++)
        price_micros = shop->prices[at].price_micros;
    return price_micros;
}

int64_t pk_shop_price_micros(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                             int32_t date)
{
    int64_t price_micros = last_price(shop, item, warehouse, date);
    if (price_micros < 0)
        price_micros = last_price(shop, item, PK_INDEX_NONE, date);
    return price_micros >= 0 ? price_micros : shop->items[item].list_price_micros;
}

#include "models/evidence/item_roles.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/lower_bound.h"
#include "models/history/series_history.h"
#include "models/history/shop_index.h"

/* Figures of the items; NAN = not known. */
struct role_work {
    double *units, *price, *margin;
    double *sorted; /* scratch */
};

enum pk_role pk_item_role_of(const struct pk_item *item, enum pk_role proposed)
{
    return item->role != PK_ROLE_NONE ? item->role : proposed;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static bool is_below(const void *row, const void *key)
{
    return *(const double *)row < *(const double *)key;
}

/* Part of the other values that are below this one; 0 if there is no other. */
static double place_in(const double *sorted, size_t count, double value)
{
    const size_t below = pk_lower_bound(sorted, count, sizeof *sorted, is_below, &value);
    return count > 1 ? (double)below / (double)(count - 1) : 0;
}

/* Sorts what is a number (and, with `category`, of that category) into work->sorted. */
static size_t sort_known(const struct pk_shop *shop, const double *values, double above,
                         uint32_t category, struct role_work *work)
{
    size_t count = 0;
    for (size_t i = 0; i < shop->item_count; i++)
        if (values[i] > above && (category == PK_INDEX_NONE || shop->items[i].category == category))
            work->sorted[count++] = values[i];
    qsort(work->sorted, count, sizeof *work->sorted, compare);
    return count;
}

static void read_figures(const struct pk_shop_data *data, struct role_work *work)
{
    const struct pk_shop *shop = &data->shop;
    for (size_t i = 0; i < shop->item_count; i++)
        work->price[i] = work->margin[i] = NAN;
    for (size_t s = 0; s < shop->series_count; s++) {
        const struct pk_series *series = &shop->series[s];
        const struct pk_item *item = &shop->items[series->item];
        int64_t price =
            pk_shop_price_micros(shop, series->item, series->warehouse, shop->as_of_date);
        work->units[series->item] += pk_series_sold_units(
            data, s, shop->as_of_date - PK_ROLE_WINDOW_DAYS + 1, shop->as_of_date);
        if (price <= 0)
            continue;
        work->price[series->item] = (double)price;
        if (item->unit_cost_micros >= 0)
            work->margin[series->item] =
                1 - item->selling_cost_ratio - (double)item->unit_cost_micros / (double)price;
    }
}

enum pk_status pk_item_roles_propose(const struct pk_shop_data *data, enum pk_role *out_roles,
                                     struct pk_error *error)
{
    const struct pk_shop *shop = &data->shop;
    const size_t count = shop->item_count;
    double *memory = calloc(5 * count + 1, sizeof *memory);
    if (memory == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for item roles");
    struct role_work work = {memory, memory + count, memory + 2 * count, memory + 3 * count};
    double *price_place = memory + 4 * count;
    read_figures(data, &work);
    for (uint32_t c = 0; c < shop->category_count; c++) {
        size_t known = sort_known(shop, work.price, 0, c, &work);
        for (size_t i = 0; i < count; i++)
            if (shop->items[i].category == c && work.price[i] > 0)
                price_place[i] = place_in(work.sorted, known, work.price[i]);
    }
    size_t known = sort_known(shop, work.margin, -INFINITY, PK_INDEX_NONE, &work);
    const double median = known > 0 ? work.sorted[known / 2] : NAN;
    known = sort_known(shop, work.units, 0, PK_INDEX_NONE, &work);
    for (size_t i = 0; i < count; i++) {
        struct pk_role_evidence evidence = {.velocity_place =
                                                place_in(work.sorted, known, work.units[i]),
                                            .price_place = price_place[i],
                                            .margin_ratio = work.margin[i],
                                            .margin_median = median};
        out_roles[i] = pk_role_proposed(&evidence);
    }
    free(memory);
    return PK_OK;
}

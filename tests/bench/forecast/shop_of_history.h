/* Shop, sales and covariates of a history (history_file.h) in the form that the models take. */
#ifndef PK_TESTS_BENCH_FORECAST_SHOP_OF_HISTORY_H
#define PK_TESTS_BENCH_FORECAST_SHOP_OF_HISTORY_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/model.h"
#include "tests/bench/forecast/history_file.h"
#include "tests/support/promotion_row.h"

/* Which parts of the history the shop holds. */
struct shop_shape {
    enum pk_calendar_choice calendar;
    bool promo_as_promotion, no_categories, no_covariates, no_prices;
};

struct shop_of_history {
    struct pk_shop shop;
    struct pk_sales sales;
    size_t *starts;
    struct pk_item *items;
    struct pk_series *series;
    struct pk_sales_bucket *buckets;
    struct pk_covariate *covariates;
    struct pk_promotion *promotions;
    struct pk_price *prices;
};

static void build_prices(const struct history *history, const struct shop_shape *shape,
                         struct shop_of_history *bench)
{
    bench->prices = checked(calloc(history->price_count + 1, sizeof *bench->prices));
    for (size_t i = 0; i < history->price_count; i++)
        bench->prices[i] =
            (struct pk_price){history->prices[i].item, PK_INDEX_NONE, history->prices[i].date,
                              llround(1e6 * (double)history->prices[i].units)};
    bench->shop.prices = bench->prices;
    bench->shop.price_count = shape->no_prices ? 0 : history->price_count;
}

static void build_covariates(const struct history *history, const struct shop_shape *shape,
                             struct shop_of_history *bench)
{
    size_t count = 0;
    bench->covariates =
        checked(calloc(history->closed_count + history->promo_count + history->regressor_count + 1,
                       sizeof *bench->covariates));
    bench->promotions = checked(calloc(history->promo_count + 1, sizeof *bench->promotions));
    for (size_t i = 0; i < history->closed_count; i++)
        bench->covariates[count++] = (struct pk_covariate){
            history->closed[i].date, 0, 1, history->closed[i].item, PK_INDEX_NONE, PK_INDEX_NONE};
    for (size_t i = 0; i < history->promo_count; i++) {
        const int32_t date = history->promo[i];
        if (!shape->promo_as_promotion) {
            bench->covariates[count++] =
                (struct pk_covariate){date, 1, 1, PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE};
            continue;
        }
        struct pk_promotion *last = bench->shop.promotion_count > 0
                                        ? &bench->promotions[bench->shop.promotion_count - 1]
                                        : NULL;
        if (last != NULL && date - last->end_date <= 1)
            last->end_date = date;
        else
            bench->promotions[bench->shop.promotion_count++] =
                promotion_row("p", "store", date, date);
    }
    for (size_t i = 0; i < history->regressor_count && !shape->no_covariates; i++) {
        const struct regressor *row = &history->regressors[i];
        bench->covariates[count++] = (struct pk_covariate){row->date, row->name,     row->value,
                                                           row->item, PK_INDEX_NONE, PK_INDEX_NONE};
    }
    bench->shop.covariate_names = (const char *const *)history->names;
    bench->shop.covariate_name_count = count > 0 ? history->name_count : 0;
    bench->shop.covariates = bench->covariates;
    bench->shop.covariate_count = count;
    bench->shop.promotions = bench->promotions;
}

static void shop_of_history_build(const struct history *history, const struct shop_shape *shape,
                                  struct shop_of_history *bench)
{
    static const char *const warehouses[] = {"main"}, *const none[] = {""};
    memset(bench, 0, sizeof *bench);
    bench->starts = checked(calloc(history->item_count + 1, sizeof *bench->starts));
    bench->items = checked(calloc(history->item_count, sizeof *bench->items));
    bench->series = checked(calloc(history->item_count, sizeof *bench->series));
    bench->buckets = checked(calloc(history->row_count, sizeof *bench->buckets));
    for (size_t i = 0; i < history->item_count; i++) {
        bench->items[i] =
            (struct pk_item){.item_id = history->ids[i],
                             .name = "",
                             .category = shape->no_categories ? 0 : history->category_of[i],
                             .unit_cost_micros = -1,
                             .list_price_micros = shape->no_prices || !(history->list_price[i] > 0)
                                                      ? -1
                                                      : llround(1e6 * history->list_price[i]),
                             .launch_date = PK_DATE_NONE,
                             .end_date = PK_DATE_NONE,
                             .reference_item = PK_INDEX_NONE};
        bench->series[i] = (struct pk_series){(uint32_t)i, 0, 1};
    }
    for (size_t i = 0; i < history->row_count; i++) {
        bench->starts[history->rows[i].item + 1] = i + 1;
        bench->buckets[i] = (struct pk_sales_bucket){.date = history->rows[i].date,
                                                     .demand_units = history->rows[i].units,
                                                     .available_ratio = -1};
    }
    build_covariates(history, shape, bench);
    build_prices(history, shape, bench);
    bench->shop.calendar = shape->calendar;
    bench->shop.is_chinese_store = true; /* as every store that nobody told otherwise */
    bench->shop.warehouses = warehouses;
    bench->shop.warehouse_count = 1;
    bench->shop.categories = shape->no_categories ? none : (const char *const *)history->categories;
    bench->shop.category_count = shape->no_categories ? 1 : history->category_count;
    bench->shop.items = bench->items;
    bench->shop.item_count = history->item_count;
    bench->shop.series = bench->series;
    bench->shop.series_count = history->item_count;
    bench->sales = (struct pk_sales){bench->starts, bench->buckets};
}

static void shop_of_history_done(struct shop_of_history *bench)
{
    free(bench->starts);
    free(bench->items);
    free(bench->series);
    free(bench->buckets);
    free(bench->covariates);
    free(bench->promotions);
    free(bench->prices);
}

#endif

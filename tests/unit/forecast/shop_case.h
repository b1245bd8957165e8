/* A small shop for tests of the forecast model: item i in warehouse 0, categories by choice, dense
 * sales from a function. */
#ifndef PK_TESTS_FORECAST_SHOP_CASE_H
#define PK_TESTS_FORECAST_SHOP_CASE_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/model.h"
#include "tests/support/promotion_row.h"

#define CASE_ITEM_COUNT_MAX 64
#define CASE_START          18262 /* 2020-01-01 */

struct shop_case {
    struct pk_shop shop;
    struct pk_sales sales;
    struct pk_item items[CASE_ITEM_COUNT_MAX];
    struct pk_series series[CASE_ITEM_COUNT_MAX];
    struct pk_promotion promotions[64];
    struct pk_covariate covariates[2048];
    size_t starts[CASE_ITEM_COUNT_MAX + 1];
    struct pk_sales_bucket *buckets;
    size_t bucket_count;
};

static const char *const case_warehouses[] = {"main"};
static const char *const case_categories[] = {"", "a", "b", "c"};
static const char *const case_covariate_names[] = {"closed", "rain"};

/* Noise that is the same on every machine: a Poisson draw by inversion from a linear congruential
 * generator. */
static uint64_t case_seed = 1;
static inline double case_uniform(void)
{
    case_seed = case_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(case_seed >> 11) * 0x1p-53;
}
static inline double case_poisson(double mean)
{
    if (mean > 50) {
        const double radius = sqrt(-2 * log(fmax(case_uniform(), 1e-300)));
        return floor(fmax(0, mean + sqrt(mean) * radius * cos(6.2831853 * case_uniform())) + 0.5);
    }
    double limit = exp(-mean), product = case_uniform(), count = 0;
    for (; product > limit; count++)
        product *= case_uniform();
    return count;
}

static inline void case_begin(struct shop_case *c, size_t item_count, int32_t day_count)
{
    memset(c, 0, sizeof *c);
    case_seed = 42;
    c->shop.as_of_date = CASE_START + day_count - 1;
    c->shop.calendar = PK_CALENDAR_NONE;
    c->shop.warehouses = case_warehouses;
    c->shop.warehouse_count = 1;
    c->shop.categories = case_categories;
    c->shop.category_count = 4;
    c->shop.items = c->items;
    c->shop.item_count = item_count;
    c->shop.series = c->series;
    c->shop.series_count = item_count;
    c->shop.promotions = c->promotions;
    c->shop.covariate_names = case_covariate_names;
    c->shop.covariate_name_count = 2;
    c->shop.covariates = c->covariates;
    for (size_t i = 0; i < item_count; i++) {
        c->items[i] = (struct pk_item){.item_id = "item",
                                       .name = "",
                                       .unit_cost_micros = -1,
                                       .list_price_micros = -1,
                                       .launch_date = PK_DATE_NONE,
                                       .end_date = PK_DATE_NONE,
                                       .reference_item = PK_INDEX_NONE};
        c->series[i] = (struct pk_series){(uint32_t)i, 0, 1};
    }
    c->buckets = calloc(item_count * (size_t)day_count + 1, sizeof *c->buckets);
    c->sales = (struct pk_sales){c->starts, c->buckets};
}

static inline void case_end(struct shop_case *c)
{
    free(c->buckets);
}

/* Sales of one item after the other: call for item 0, then 1, ...; values <= 0 leave no row. */
static inline void case_sell(struct shop_case *c, size_t item, int32_t date, double units)
{
    if (units > 0)
        c->buckets[c->bucket_count++] = (struct pk_sales_bucket){
            .date = date, .demand_units = (float)units, .available_ratio = -1};
    for (size_t i = item; i < CASE_ITEM_COUNT_MAX; i++)
        c->starts[i + 1] = c->bucket_count;
}

static inline void case_promotion(struct shop_case *c, const char *kind, int32_t start, int32_t end)
{
    c->promotions[c->shop.promotion_count++] = promotion_row("p", kind, start, end);
}

static inline void case_covariate(struct shop_case *c, uint32_t name, int32_t date, double value)
{
    c->covariates[c->shop.covariate_count++] =
        (struct pk_covariate){date, name, value, PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE};
}

static inline struct pk_model *case_fit(const struct shop_case *c)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_model *model = NULL;
    struct pk_error error;
    return pk_model_fit(&c->shop, &c->sales, &settings, NULL, &model, &error) == PK_OK ? model
                                                                                       : NULL;
}

/* Forecast into a static array of 400 buckets; NULL on failure. */
static inline const double *case_forecast(const struct shop_case *c, const struct pk_model *model,
                                          size_t item, int32_t days, struct pk_demand *demand,
                                          uint32_t *flags)
{
    static double mean[400];
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    struct pk_error error;
    const enum pk_status status =
        pk_model_forecast(model, &c->shop, item, days, scratch, mean, demand, flags, &error);
    pk_forecast_scratch_free(scratch);
    return status == PK_OK ? mean : NULL;
}

#endif

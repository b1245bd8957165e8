/* Speed of the whole fit and of the quantiles of 28-day totals on a simulated shop, beside the
 * product of matrices that no fit with shared columns can do without; and whether two threads give
 * the same bytes as one. With --advance: what adding one day to a fit costs beside the fit.
 *
 * usage: fit_speed [--advance] SERIES_COUNT... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/forecast/advance.h"
#include "models/forecast/model_parts.h"
#include "models/numeric/linear_algebra.h"
#include "service/work/parallel.h"
#include "tests/bench/bench.h"
#include "tests/bench/forecast/advance_check.h"
#include "tests/support/promotion_row.h"

#define DAYS             730
#define HORIZON_DAYS     28
#define FIRST_DATE       19700 /* 2023-12-09 */
#define SERIES_PER_GROUP 250
#define FLOOR_BATCH      1000
#define FLOOR_SECONDS    0.5
#define CHUNK            64 /* series of one forecasting job */

static uint64_t seed;

/* A shop with its own memory. */
struct bench_shop {
    struct pk_shop shop;
    struct pk_sales sales;
    struct pk_item *items;
    struct pk_series *series;
    char **categories;
    struct pk_promotion promotions[64];
    size_t *starts;
    struct pk_sales_bucket *buckets;
};

/* Double 11, Double 12, 618 of every year and a brand day every two months. */
static void add_promotions(struct bench_shop *bench)
{
    static const struct {
        const char *kind;
        int32_t month, first, last;
    } yearly[] = {{"double11", 11, 10, 11}, {"double12", 12, 11, 12}, {"618", 6, 16, 18}};
    for (int32_t year = 2023; year <= 2026; year++) {
        for (size_t i = 0; i < sizeof yearly / sizeof yearly[0] + 6; i++) {
            const bool is_brand = i >= sizeof yearly / sizeof yearly[0];
            const int32_t month = is_brand ? 2 * (int32_t)(i - 2) - 1 : yearly[i].month;
            const struct pk_civil start = {year, month, is_brand ? 20 : yearly[i].first};
            const struct pk_civil end = {year, month, is_brand ? 22 : yearly[i].last};
            struct pk_promotion *promotion = &bench->promotions[bench->shop.promotion_count++];
            *promotion = promotion_row("p", is_brand ? "brand_day" : yearly[i].kind,
                                       pk_date_from_civil(start), pk_date_from_civil(end));
            promotion->discount_ratio = 0.2;
        }
    }
}

static double shape_of(const struct bench_shop *bench, int32_t date)
{
    static const double week[7] = {0.9, 0.9, 0.9, 1.0, 1.1, 1.2, 1.0};
    double shape = week[pk_date_weekday(date)] * (1 + 0.3 * sin(6.2831853 * date / 365.25));
    for (size_t i = 0; i < bench->shop.promotion_count; i++)
        if (date >= bench->promotions[i].start_date && date <= bench->promotions[i].end_date)
            shape *= 2.5;
    return shape;
}

/* Levels are log-normal around one unit a day: half of the series sell on most days. */
static void add_sales(struct bench_shop *bench, size_t count)
{
    double shape[DAYS];
    size_t row_count = 0, capacity = count * 300 + 1024;
    bench->buckets = checked(malloc(capacity * sizeof *bench->buckets));
    for (int32_t t = 0; t < DAYS; t++)
        shape[t] = shape_of(bench, FIRST_DATE + t);
    for (size_t s = 0; s < count; s++) {
        const double normal =
            sqrt(-2 * log(fmax(uniform(&seed), 1e-12))) * cos(6.2831853 * uniform(&seed));
        const double level = fmin(exp(normal - 0.7), 20);
        if (capacity - row_count < DAYS) {
            capacity += capacity / 2;
            bench->buckets = checked(realloc(bench->buckets, capacity * sizeof *bench->buckets));
        }
        for (int32_t t = 0; t < DAYS; t++) {
            const double units = poisson(&seed, level * shape[t]);
            if (units > 0)
                bench->buckets[row_count++] = (struct pk_sales_bucket){.date = FIRST_DATE + t,
                                                                       .demand_units = (float)units,
                                                                       .available_ratio = -1,
                                                                       .paid_amount_micros = -1};
        }
        bench->starts[s + 1] = row_count;
    }
    bench->sales = (struct pk_sales){bench->starts, bench->buckets};
}

static void make_shop(struct bench_shop *bench, size_t count)
{
    static const char *const warehouses[] = {"main"};
    const size_t category_count = count / SERIES_PER_GROUP + 1;
    memset(bench, 0, sizeof *bench);
    seed = 42;
    bench->items = checked(calloc(count, sizeof *bench->items));
    bench->series = checked(calloc(count, sizeof *bench->series));
    bench->starts = checked(calloc(count + 1, sizeof *bench->starts));
    bench->categories = checked(calloc(category_count, sizeof *bench->categories));
    for (size_t i = 0; i < category_count; i++) {
        bench->categories[i] = checked(malloc(24));
        snprintf(bench->categories[i], 24, "c%08zu", i);
    }
    for (size_t i = 0; i < count; i++) {
        bench->items[i] = (struct pk_item){.item_id = "item",
                                           .name = "",
                                           .category = (uint32_t)(i / SERIES_PER_GROUP),
                                           .unit_cost_micros = -1,
                                           .list_price_micros = -1,
                                           .launch_date = PK_DATE_NONE,
                                           .end_date = PK_DATE_NONE,
                                           .reference_item = PK_INDEX_NONE};
        bench->series[i] = (struct pk_series){(uint32_t)i, 0, 1};
    }
    bench->shop = (struct pk_shop){.as_of_date = FIRST_DATE + DAYS - 1,
                                   .calendar = PK_CALENDAR_CN,
                                   .warehouses = warehouses,
                                   .warehouse_count = 1,
                                   .categories = (const char *const *)bench->categories,
                                   .category_count = category_count,
                                   .items = bench->items,
                                   .item_count = count,
                                   .promotions = bench->promotions,
                                   .series = bench->series,
                                   .series_count = count};
    add_promotions(bench);
    add_sales(bench, count);
}

static void free_shop(struct bench_shop *bench)
{
    for (size_t i = 0; i < bench->shop.category_count; i++)
        free(bench->categories[i]);
    free(bench->categories);
    free(bench->items);
    free(bench->series);
    free(bench->starts);
    free(bench->buckets);
}

static struct pk_model *fit(const struct bench_shop *bench, int thread_count)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    const struct pk_executor executor = {pk_parallel_run, &thread_count};
    struct pk_model *model = NULL;
    struct pk_error error;
    if (pk_model_fit(&bench->shop, &bench->sales, &settings, &executor, &model, &error) != PK_OK) {
        fprintf(stderr, "fit: %s\n", error.message);
        exit(1);
    }
    return model;
}

/* Quantiles 0.1, 0.5, 0.9 of the totals of all series. */
struct windows {
    const struct bench_shop *bench;
    const struct pk_model *model;
    int64_t *quantiles; /* series_count x 3 */
};

static void forecast_chunk(void *context, size_t index)
{
    static const double probabilities[3] = {0.1, 0.5, 0.9};
    struct windows *windows = context;
    const struct pk_shop *shop = &windows->bench->shop;
    struct pk_forecast_scratch *scratch = checked(pk_forecast_scratch_new());
    double mean[HORIZON_DAYS];
    for (size_t s = index * CHUNK; s < (index + 1) * CHUNK && s < shop->series_count; s++) {
        struct pk_demand demand;
        struct pk_error error;
        if (pk_model_forecast(windows->model, shop, s, HORIZON_DAYS, scratch, mean, &demand, NULL,
                              &error) != PK_OK)
            exit(1);
        const struct pk_window window =
            pk_demand_window(&demand, demand.first_date, demand.first_date + HORIZON_DAYS - 1);
        for (size_t p = 0; p < 3; p++)
            windows->quantiles[3 * s + p] = pk_window_quantile_units(&window, probabilities[p]);
    }
    pk_forecast_scratch_free(scratch);
}

static int64_t *forecast(const struct bench_shop *bench, const struct pk_model *model,
                         int thread_count)
{
    const size_t count = bench->shop.series_count;
    struct windows windows = {bench, model, checked(calloc(3 * count, sizeof(int64_t)))};
    pk_parallel_run(&thread_count, (count + CHUNK - 1) / CHUNK, forecast_chunk, &windows);
    return windows.quantiles;
}

/* Seconds per series of the product alone, in batches that stay warm. */
static double measure_floor(size_t column_count)
{
    double *y = checked(malloc(FLOOR_BATCH * DAYS * sizeof *y));
    double *x = checked(malloc(DAYS * column_count * sizeof *x));
    double *out = checked(malloc(FLOOR_BATCH * column_count * sizeof *out));
    size_t batches = 0;
    for (size_t i = 0; i < FLOOR_BATCH * DAYS; i++)
        y[i] = uniform(&seed);
    for (size_t i = 0; i < DAYS * column_count; i++)
        x[i] = uniform(&seed);
    pk_linear_algebra_moments(y, x, FLOOR_BATCH, DAYS, column_count, out);
    const double begun = cpu_seconds();
    for (; cpu_seconds() - begun < FLOOR_SECONDS; batches++)
        pk_linear_algebra_moments(y, x, FLOOR_BATCH, DAYS, column_count, out);
    const double took = cpu_seconds() - begun;
    free(y);
    free(x);
    free(out);
    return took / (double)(batches * FLOOR_BATCH);
}

static bool is_same(const struct pk_model *one, const struct pk_model *two)
{
    unsigned char *bytes[2] = {NULL, NULL};
    size_t sizes[2] = {0, 1};
    struct pk_error error;
    const bool encoded = pk_model_encode(one, &bytes[0], &sizes[0], &error) == PK_OK &&
                         pk_model_encode(two, &bytes[1], &sizes[1], &error) == PK_OK;
    const bool same = encoded && sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0;
    free(bytes[0]);
    free(bytes[1]);
    return same;
}

static bool measure(size_t count)
{
    struct bench_shop bench;
    make_shop(&bench, count);
    double from = cpu_seconds();
    struct pk_model *one = fit(&bench, 1);
    const double fit_seconds = cpu_seconds() - from;
    from = cpu_seconds();
    int64_t *first = forecast(&bench, one, 1);
    const double window_seconds = cpu_seconds() - from;
    struct pk_model *two = fit(&bench, 2);
    int64_t *second = forecast(&bench, two, 2);
    const bool same = is_same(one, two) && memcmp(first, second, 3 * count * sizeof *first) == 0;
    const size_t columns = one->design->column_count;
    const double floor_seconds = measure_floor(columns);
    const double total = (fit_seconds + window_seconds) / (double)count;
    printf("%7zu series  %3zu columns  fit %8.2f us  windows %6.2f us  %8.0f series/s/core  floor "
           "%5.2f us  ratio %6.1f  two threads %s\n",
           count, columns, 1e6 * fit_seconds / (double)count, 1e6 * window_seconds / (double)count,
           1 / total, 1e6 * floor_seconds, total / floor_seconds, same ? "identical" : "DIFFERENT");
    fflush(stdout);
    pk_model_free(one);
    pk_model_free(two);
    free(first);
    free(second);
    free_shop(&bench);
    return same;
}

static struct pk_model *advance(const struct bench_shop *bench, const struct pk_model *fitted)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_model *model = NULL;
    struct pk_error error;
    if (pk_model_advance(fitted, &bench->shop, &bench->sales, &settings, NULL, &model, &error) !=
        PK_OK) {
        fprintf(stderr, "advance: %s\n", error.message);
        exit(1);
    }
    return model;
}

static size_t byte_count(const struct pk_model *model)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (pk_model_encode(model, &bytes, &size, NULL) != PK_OK)
        exit(1);
    free(bytes);
    return size;
}

/* One day added to the fit of the day before, beside the full fit; both on one thread. */
static bool measure_advance(size_t count)
{
    struct bench_shop bench;
    make_shop(&bench, count);
    bench.shop.as_of_date--;
    struct pk_model *fitted = fit(&bench, 2);
    bench.shop.as_of_date++;
    double from = cpu_seconds();
    struct pk_model *advanced = advance(&bench, fitted);
    const double advance_seconds = cpu_seconds() - from;
    from = cpu_seconds();
    struct pk_model *full = fit(&bench, 1);
    const double fit_seconds = cpu_seconds() - from;
    const struct advance_check check = advance_check_models(full, advanced, &bench.shop);
    const double state = (double)byte_count(fitted) - (double)byte_count(advanced);
    printf("%7zu series  fit %8.2f us  advance %6.2f us  ratio %6.1f  state %4.0f bytes a series  "
           "within 2 %% %.3f  total %+.4f\n",
           count, 1e6 * fit_seconds / (double)count, 1e6 * advance_seconds / (double)count,
           fit_seconds / advance_seconds, state / (double)count, check.within_2, check.total);
    fflush(stdout);
    pk_model_free(fitted);
    pk_model_free(advanced);
    pk_model_free(full);
    free_shop(&bench);
    return true;
}

int main(int argc, char **argv)
{
    const bool is_advance = argc > 1 && strcmp(argv[1], "--advance") == 0;
    const int first = is_advance ? 2 : 1;
    bool same = argc > first;
    if (argc <= first)
        fprintf(stderr, "usage: fit_speed [--advance] SERIES_COUNT...\n");
    pk_linear_algebra_use_one_thread();
    pk_parallel_keep_memory();
    printf("%s, %d days, %d series a group\n", pk_linear_algebra_config(), DAYS, SERIES_PER_GROUP);
    for (int i = first; i < argc; i++) {
        const long count = strtol(argv[i], NULL, 10);
        if (count < 1 || count > 1000000) {
            fprintf(stderr, "%s: give 1 to 1000000 series\n", argv[i]);
            return 2;
        }
        same = (is_advance ? measure_advance((size_t)count) : measure((size_t)count)) && same;
    }
    return same ? 0 : 1;
}

/* Order decisions a second of a simulated shop of N items in two warehouses, streamed from a warm
 * snapshot, and whether the number of threads changes any of them.
 *
 * usage: plan_speed ITEM_COUNT [THREAD_COUNT=2] */
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "models/base/units.h"
#include "models/evidence/demand_ahead.h"
#include "models/evidence/item_traits.h"
#include "models/evidence/supply_network.h"
#include "models/numeric/linear_algebra.h"
#include "service/work/clock.h"
#include "service/work/parallel.h"
#include "service/workflows/reorder/plan_reorder.h"
#include "tests/bench/bench.h"
#include "tests/support/promotion_row.h"

#define DAYS               200
#define FIRST_DATE         20580 /* 2026-05-07: as-of is 2026-11-22 */
#define ITEMS_PER_CATEGORY 250
#define WAREHOUSES         2

static void must(enum pk_status status, const struct pk_error *error)
{
    if (status != PK_OK) {
        fprintf(stderr, "%s\n", error->message);
        exit(1);
    }
}

static double resident_mebibytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static uint64_t seed = 42;

/* A shop with its own memory. */
struct bench_shop {
    struct pk_shop_data data;
    struct pk_item *items;
    char (*item_ids)[24], (*categories)[24];
    const char **category_names;
    struct pk_series *series;
    size_t *starts;
    struct pk_sales_bucket *buckets;
    struct pk_stock_row *stock;
    struct pk_inbound_row *inbound;
    struct pk_supply_row *supply;
    struct pk_promotion promotions[3];
};

static void add_items(struct bench_shop *bench, size_t count)
{
    const size_t category_count = count / ITEMS_PER_CATEGORY + 1;
    bench->items = checked(calloc(count, sizeof *bench->items));
    bench->item_ids = checked(calloc(count, sizeof *bench->item_ids));
    bench->categories = checked(calloc(category_count, sizeof *bench->categories));
    bench->category_names = checked(calloc(category_count, sizeof *bench->category_names));
    for (size_t i = 0; i < category_count; i++) {
        snprintf(bench->categories[i], sizeof bench->categories[i], "c%08zu", i);
        bench->category_names[i] = bench->categories[i];
    }
    for (size_t i = 0; i < count; i++) {
        const int64_t cost = (int64_t)(5 + 95 * uniform(&seed)) * PK_MICROS_PER_UNIT;
        snprintf(bench->item_ids[i], sizeof bench->item_ids[i], "i%08zu", i);
        bench->items[i] = (struct pk_item){.item_id = bench->item_ids[i],
                                           .name = "",
                                           .category = (uint32_t)(i / ITEMS_PER_CATEGORY),
                                           .unit_cost_micros = cost,
                                           .list_price_micros = 2 * cost,
                                           .launch_date = PK_DATE_NONE,
                                           .end_date = PK_DATE_NONE,
                                           .reference_item = PK_INDEX_NONE};
    }
    bench->data.shop.items = bench->items;
    bench->data.shop.item_count = count;
    bench->data.shop.categories = bench->category_names;
    bench->data.shop.category_count = category_count;
}

/* Two months of shopping festivals, the last one ahead. */
static void add_promotions(struct bench_shop *bench)
{
    static const struct {
        const char *id, *kind;
        struct pk_civil start, end;
    } rows[] = {{"p618", "618", {2026, 6, 16}, {2026, 6, 18}},
                {"p11", "double11", {2026, 11, 10}, {2026, 11, 11}},
                {"p12", "double12", {2026, 12, 11}, {2026, 12, 12}}};
    for (size_t i = 0; i < 3; i++) {
        bench->promotions[i] =
            promotion_row(rows[i].id, rows[i].kind, pk_date_from_civil(rows[i].start),
                          pk_date_from_civil(rows[i].end));
        bench->promotions[i].discount_ratio = 0.2;
    }
    bench->data.shop.promotions = bench->promotions;
    bench->data.shop.promotion_count = 3;
}

/* One series: sales around `level` a day, returns now and then, stock of about three weeks, every
 * third one with goods on their way. */
static void add_series(struct bench_shop *bench, size_t s, double level, size_t *row_count)
{
    struct pk_ledger *ledger = &bench->data.ledger;
    const uint32_t item = (uint32_t)(s / WAREHOUSES), warehouse = (uint32_t)(s % WAREHOUSES);
    bench->series[s] = (struct pk_series){item, warehouse, 1};
    for (int32_t t = 0; t < DAYS; t++) {
        const double units = poisson(&seed, level);
        if (units > 0)
            bench->buckets[(*row_count)++] = (struct pk_sales_bucket){.date = FIRST_DATE + t,
                                                                      .demand_units = (float)units,
                                                                      .available_ratio = -1,
                                                                      .paid_amount_micros = -1};
    }
    bench->starts[s + 1] = *row_count;
    bench->stock[ledger->stock_count++] =
        (struct pk_stock_row){.item = item,
                              .warehouse = warehouse,
                              .date = FIRST_DATE + DAYS - 1,
                              .received_date = PK_DATE_NONE,
                              .on_hand_units = (int64_t)(level * 42 * uniform(&seed))};
    if (s % 3 == 0)
        bench->inbound[ledger->inbound_count++] =
            (struct pk_inbound_row){.item = item,
                                    .warehouse = warehouse,
                                    .eta_date = FIRST_DATE + DAYS + (int32_t)(20 * uniform(&seed)),
                                    .units = (int64_t)(1 + level * 14 * uniform(&seed)),
                                    .confirmed_ratio = 1,
                                    .order_id = "po",
                                    .line = "",
                                    .supplier_id = "",
                                    .stage = "ordered"};
}

/* Levels are log-normal around half a unit a day and warehouse, up to 20. */
static void make_shop(struct bench_shop *bench, size_t count)
{
    static const char *const warehouses[WAREHOUSES] = {"east", "west"};
    const size_t series_count = count * WAREHOUSES;
    size_t row_count = 0, capacity = series_count * 64 + 1024;
    memset(bench, 0, sizeof *bench);
    bench->data.shop = (struct pk_shop){.as_of_date = FIRST_DATE + DAYS - 1,
                                        .calendar = PK_CALENDAR_CN,
                                        .warehouses = warehouses,
                                        .warehouse_count = WAREHOUSES,
                                        .series_count = series_count};
    add_items(bench, count);
    add_promotions(bench);
    bench->series = checked(calloc(series_count, sizeof *bench->series));
    bench->starts = checked(calloc(series_count + 1, sizeof *bench->starts));
    bench->stock = checked(calloc(series_count, sizeof *bench->stock));
    bench->inbound = checked(calloc(series_count, sizeof *bench->inbound));
    bench->supply = checked(calloc(count, sizeof *bench->supply));
    bench->buckets = checked(malloc(capacity * sizeof *bench->buckets));
    for (size_t s = 0; s < series_count; s++) {
        const double normal =
            sqrt(-2 * log(fmax(uniform(&seed), 1e-12))) * cos(6.2831853 * uniform(&seed));
        if (capacity - row_count < DAYS) {
            capacity += capacity / 2;
            bench->buckets = checked(realloc(bench->buckets, capacity * sizeof *bench->buckets));
        }
        add_series(bench, s, fmin(exp(normal - 0.7), 20), &row_count);
    }
    for (size_t i = 0; i < count; i++)
        bench->supply[i] = (struct pk_supply_row){.item = (uint32_t)i,
                                                  .warehouse = PK_INDEX_NONE,
                                                  .supplier_id = i % 2 == 0 ? "mill" : "works",
                                                  .lead_time_days = 5 + (int32_t)(i % 4) * 5,
                                                  .review_period_days = 7,
                                                  .min_order_units = i % 5 == 0 ? 10 : 0,
                                                  .pack_size_units = i % 3 == 0 ? 6 : 1,
                                                  .unit_cost_micros = -1,
                                                  .order_cost_micros = -1,
                                                  .shortage_cost_per_unit_micros = -1,
                                                  .holding_cost_per_unit_day_micros = -1,
                                                  .critical_ratio = NAN,
                                                  .target_fill_ratio = NAN,
                                                  .max_stock_units = -1};
    bench->data.shop.series = bench->series;
    bench->data.sales = (struct pk_sales){bench->starts, bench->buckets};
    bench->data.ledger.stock = bench->stock;
    bench->data.ledger.inbound = bench->inbound;
    bench->data.ledger.supply = bench->supply;
    bench->data.ledger.supply_count = count;
}

static void free_shop(struct bench_shop *bench)
{
    free(bench->items);
    free(bench->item_ids);
    free(bench->categories);
    free(bench->category_names);
    free(bench->series);
    free(bench->starts);
    free(bench->buckets);
    free(bench->stock);
    free(bench->inbound);
    free(bench->supply);
}

/* What a plan came to. */
struct digest {
    uint64_t hash;
    int64_t line_count, order_count;
};

static void add_number(struct digest *digest, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    digest->hash = (digest->hash ^ bits) * UINT64_C(1099511628211);
    digest->hash ^= digest->hash >> 29;
}

static enum pk_status take(void *context, const struct pk_reorder_line *line,
                           struct pk_error *error)
{
    (void)error;
    struct digest *digest = context;
    const struct pk_reorder *decision = &line->decision;
    for (const char *at = line->item->item_id; *at != '\0'; at++)
        add_number(digest, *at);
    add_number(digest, line->warehouse_id[0]);
    add_number(digest, (double)decision->order_units);
    add_number(digest, decision->order_by_date);
    add_number(digest, decision->arrival_date);
    add_number(digest, decision->expected_demand_units);
    add_number(digest, decision->critical_ratio);
    add_number(digest, decision->stockout_date_p10);
    add_number(digest, decision->stockout_date_p90);
    add_number(digest, decision->excess_units);
    add_number(digest, decision->expected_short_units);
    digest->line_count++;
    digest->order_count += decision->order_units > 0;
    return PK_OK;
}

static struct digest plan(const struct pk_view *view, int thread_count)
{
    const struct pk_reorder_request request = {
        .assumptions = {.stock_units = -1, .lead_time_days = -1},
        .all_items = true,
        .budget_micros = -1,
        .thread_count = thread_count};
    const struct pk_series_filter everything = {0};
    struct pk_series_selection selection = {0};
    struct pk_reorder_totals totals = {0};
    struct digest digest = {.hash = UINT64_C(14695981039346656037)};
    struct pk_error error;
    must(pk_series_select(&view->data->shop, &everything, &selection, &error), &error);
    const double memory = resident_mebibytes(), cpu = cpu_seconds(), from = pk_clock_seconds();
    must(pk_plan_reorders(view, &selection, &request, take, &digest, &totals, &error), &error);
    const double wall = pk_clock_seconds() - from;
    printf("%8lld decisions  %8lld orders  %d threads  %7.3f s  %8.0f decisions/s  %6.2f us of a "
           "core each  +%.1f MiB\n",
           (long long)digest.line_count, (long long)digest.order_count, thread_count, wall,
           (double)digest.line_count / wall,
           1e6 * (cpu_seconds() - cpu) / (double)digest.line_count, resident_mebibytes() - memory);
    fflush(stdout);
    pk_reorder_totals_done(&totals);
    pk_series_selection_done(&selection);
    return digest;
}

int main(int argc, char **argv)
{
    const long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 2;
    if (count < 1 || count > 1000000 || threads < 1 || threads > 64) {
        fprintf(stderr, "usage: plan_speed ITEM_COUNT (1 to 1000000) [THREAD_COUNT]\n");
        return 2;
    }
    const struct pk_fit_settings settings = pk_fit_settings_default();
    const struct pk_executor executor = pk_parallel_executor(&threads);
    struct bench_shop bench;
    struct pk_model *model = NULL;
    struct pk_item_traits *traits = NULL;
    struct pk_demand_changes changes;
    struct pk_error error;
    pk_linear_algebra_use_one_thread();
    make_shop(&bench, (size_t)count);
    must(pk_model_fit(&bench.data.shop, &bench.data.sales, &settings, &executor, &model, &error),
         &error);
    double from = pk_clock_seconds();
    must(pk_item_traits_make(&bench.data, model, &executor, &traits, &error), &error);
    printf("%ld items x %d warehouses; what the history says of them: %.3f s\n", count, WAREHOUSES,
           pk_clock_seconds() - from);
    must(pk_demand_changes_build(&bench.data, model, &executor, &changes, &error), &error);
    struct pk_supply_network *network = pk_supply_network_new(&bench.data.ledger, &bench.data.shop);
    const struct pk_view view = {.data = &bench.data,
                                 .model = model,
                                 .traits = traits,
                                 .network = network,
                                 .changes = &changes};
    malloc_trim(0);
    const struct digest one = plan(&view, 1);
    const struct digest many = plan(&view, threads);
    const bool is_same = one.hash == many.hash && one.line_count == many.line_count;
    printf("one and %d threads: %s (%016llx)\n", threads, is_same ? "identical" : "DIFFERENT",
           (unsigned long long)one.hash);
    pk_supply_network_free(network);
    pk_demand_changes_done(&changes);
    pk_item_traits_free(traits);
    pk_model_free(model);
    free_shop(&bench);
    return is_same ? 0 : 1;
}

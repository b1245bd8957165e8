/* Builds a small shop in memory, fits the real model to it and makes the view that evidence reads.
 *
 * A test goes through four steps:
 *     static struct view_case c;
 *     view_case_begin(&c, 2, 1, 400);    two items, one warehouse, 400 days up to VIEW_CASE_AS_OF
 *     view_case_sell(&c, units_of);      or view_case_sell_flat, or view_case_bucket for one day
 *     view_case_supply(&c, 0, 0, "acme", 7)->min_order_units = 12;
 *     const struct pk_view *view = view_case_fit(&c);
 *     ...
 *     view_case_end(&c);
 *
 * Every item is sold in every warehouse, so that series = item x warehouse_count + warehouse. Each
 * function that adds a row fills it with "not given" and returns it, and the test writes the
 * members that it is about. Rows stand in the order in which the test adds them. This has to be the
 * order that ledger.h and shop.h state. Include this file after <cmocka.h>: a failure of the
 * builder fails the test. A view_case is large: make it static. */
#ifndef PK_TESTS_SUPPORT_VIEW_CASE_H
#define PK_TESTS_SUPPORT_VIEW_CASE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/evidence/demand_ahead.h"
#include "models/evidence/item_traits.h"
#include "models/evidence/supply_network.h"
#include "models/evidence/view.h"
#include "models/history/suggestion_book.h"
#include "tests/support/promotion_row.h"

#define VIEW_CASE_AS_OF         19904 /* 2024-06-30, a Sunday */
#define VIEW_CASE_NEXT          (VIEW_CASE_AS_OF + 1)
#define VIEW_CASE_ITEM_MAX      260
#define VIEW_CASE_WAREHOUSE_MAX 4
#define VIEW_CASE_SERIES_MAX    (VIEW_CASE_ITEM_MAX * VIEW_CASE_WAREHOUSE_MAX)
#define VIEW_CASE_ROW_MAX       128 /* of each kind */

struct view_case {
    /* What a test reads; the counts of rows stand in data.shop and data.ledger. */
    struct pk_shop_data data;
    struct pk_view view;
    int32_t first_date; /* of the history */
    size_t day_count;
    /* Rows, for a test to write. */
    struct pk_item items[VIEW_CASE_ITEM_MAX];
    char item_ids[VIEW_CASE_ITEM_MAX][3];
    struct pk_series series[VIEW_CASE_SERIES_MAX];
    struct pk_promotion promotions[VIEW_CASE_ROW_MAX];
    struct pk_price prices[VIEW_CASE_ROW_MAX];
    struct pk_supply_row supply[VIEW_CASE_ROW_MAX];
    struct pk_stock_row stock[VIEW_CASE_ROW_MAX];
    struct pk_inbound_row inbound[VIEW_CASE_ROW_MAX];
    struct pk_delivery_row deliveries[VIEW_CASE_ROW_MAX];
    struct pk_component_row components[VIEW_CASE_ROW_MAX];
    struct pk_supplier_row suppliers[VIEW_CASE_ROW_MAX];
    struct pk_party_closure_row closures[VIEW_CASE_ROW_MAX];
    struct pk_warehouse_row warehouses[VIEW_CASE_WAREHOUSE_MAX];
    struct pk_lane_row lanes[VIEW_CASE_ROW_MAX];
    struct pk_adjustment_row adjustments[VIEW_CASE_ROW_MAX];
    struct pk_target_row targets[VIEW_CASE_ROW_MAX];
    struct pk_deposit_row deposits[VIEW_CASE_ROW_MAX];
    struct pk_placed_suggestion placed[VIEW_CASE_ROW_MAX];
    struct pk_suggestion suggestions[VIEW_CASE_ROW_MAX];
    struct pk_suggestion_book book;
    /* Made by the builder. */
    struct pk_sales_bucket
        *days; /* series x day_count; a day on which nothing is given has no row */
    struct pk_sales_bucket *buckets;
    size_t starts[VIEW_CASE_SERIES_MAX + 1];
    struct pk_model *model;
    struct pk_item_traits *traits;
    struct pk_supply_network *network;
    struct pk_demand_changes changes;
    bool has_changes;
};

static const char *const view_case_warehouses[] = {"east", "north", "south", "west"};
static const char *const view_case_categories[] = {"", "food", "shoes", "toys"};

/* ---- the shop -------------------------------------------------------------------------------- */

static inline void view_case_point_at_rows(struct view_case *c)
{
    struct pk_shop *shop = &c->data.shop;
    struct pk_ledger *ledger = &c->data.ledger;
    shop->warehouses = view_case_warehouses;
    shop->categories = view_case_categories;
    shop->items = c->items;
    shop->series = c->series;
    shop->promotions = c->promotions;
    shop->prices = c->prices;
    ledger->supply = c->supply;
    ledger->stock = c->stock;
    ledger->inbound = c->inbound;
    ledger->deliveries = c->deliveries;
    ledger->components = c->components;
    ledger->suppliers = c->suppliers;
    ledger->closures = c->closures;
    ledger->warehouses = c->warehouses;
    ledger->lanes = c->lanes;
    ledger->adjustments = c->adjustments;
    ledger->targets = c->targets;
    ledger->deposits = c->deposits;
    c->book.rows = c->placed;
}

/* Items "a0", "a1", ... "a9", "b0", ... without category, prices or dates, each a daily series in
 * each of the warehouses "east", "north", ...; no calendar; nothing sold. */
static inline void view_case_begin(struct view_case *c, size_t item_count, size_t warehouse_count,
                                   int32_t day_count)
{
    memset(c, 0, sizeof *c);
    view_case_point_at_rows(c);
    c->first_date = VIEW_CASE_AS_OF - day_count + 1;
    c->day_count = (size_t)day_count;
    struct pk_shop *shop = &c->data.shop;
    c->data.data_revision = c->data.forecast_revision = 1;
    shop->as_of_date = VIEW_CASE_AS_OF;
    shop->calendar = PK_CALENDAR_NONE;
    shop->warehouse_count = warehouse_count;
    shop->category_count = sizeof view_case_categories / sizeof *view_case_categories;
    shop->item_count = item_count;
    shop->series_count = item_count * warehouse_count;
    assert_true(item_count <= VIEW_CASE_ITEM_MAX && warehouse_count <= VIEW_CASE_WAREHOUSE_MAX);
    for (size_t i = 0; i < item_count; i++) {
        c->item_ids[i][0] = (char)('a' + i / 10);
        c->item_ids[i][1] = (char)('0' + i % 10);
        c->items[i] = (struct pk_item){.item_id = c->item_ids[i],
                                       .name = "",
                                       .style_id = "",
                                       .unit_cost_micros = -1,
                                       .list_price_micros = -1,
                                       .launch_date = PK_DATE_NONE,
                                       .end_date = PK_DATE_NONE,
                                       .reference_item = PK_INDEX_NONE};
    }
    for (size_t s = 0; s < shop->series_count; s++)
        c->series[s] = (struct pk_series){.item = (uint32_t)(s / warehouse_count),
                                          .warehouse = (uint32_t)(s % warehouse_count),
                                          .bucket_days = 1};
    c->days = calloc(shop->series_count * c->day_count, sizeof *c->days);
    assert_non_null(c->days);
    for (size_t i = 0; i < shop->series_count * c->day_count; i++)
        c->days[i] = (struct pk_sales_bucket){.date = c->first_date + (int32_t)(i % c->day_count),
                                              .available_ratio = -1,
                                              .paid_amount_micros = -1};
}

/* ---- sales ----------------------------------------------------------------------------------- */

/* What a series sold on a date, for a test to write; a weekly series has its buckets on their first
 * days. */
static inline struct pk_sales_bucket *view_case_bucket(struct view_case *c, size_t series,
                                                       int32_t date)
{
    assert_true(date >= c->first_date && date <= VIEW_CASE_AS_OF);
    return &c->days[series * c->day_count + (size_t)(date - c->first_date)];
}

static inline void view_case_sell_flat(struct view_case *c, size_t series, double units)
{
    for (int32_t date = c->first_date; date <= VIEW_CASE_AS_OF; date++)
        view_case_bucket(c, series, date)->demand_units = (float)units;
}

/* Units of the `count` last days, oldest first. */
static inline void view_case_sell_last(struct view_case *c, size_t series, const double *units,
                                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        view_case_bucket(c, series, VIEW_CASE_NEXT - (int32_t)(count - i))->demand_units =
            (float)units[i];
}

/* Units of every series and day by a function; day 0 is the first of the history. */
static inline void view_case_sell(struct view_case *c,
                                  double (*units_of)(size_t item, size_t warehouse, int32_t day))
{
    for (size_t s = 0; s < c->data.shop.series_count; s++)
        for (int32_t day = 0; day < (int32_t)c->day_count; day++)
            view_case_bucket(c, s, c->first_date + day)->demand_units =
                (float)units_of(c->series[s].item, c->series[s].warehouse, day);
}

/* ---- rows: each is added with nothing but the arguments given ------------------------------- */

/* The next row of a kind; `count` is its count in the shop or the ledger. */
#define VIEW_CASE_ADD(rows, count, ...)                                                            \
    (assert_true((count) < sizeof(rows) / sizeof *(rows)), (rows)[(count)] = __VA_ARGS__,          \
     &(rows)[(count)++])

/* Kind "" and phase peak, over the whole shop. */
static inline struct pk_promotion *view_case_promotion(struct view_case *c,
                                                       const char *promotion_id, int32_t start_date,
                                                       int32_t end_date)
{
    return VIEW_CASE_ADD(c->promotions, c->data.shop.promotion_count,
                         promotion_row(promotion_id, "", start_date, end_date));
}

/* In every warehouse. */
static inline struct pk_price *view_case_price(struct view_case *c, uint32_t item, int32_t date,
                                               int64_t price_micros)
{
    return VIEW_CASE_ADD(c->prices, c->data.shop.price_count,
                         (struct pk_price){item, PK_INDEX_NONE, date, price_micros});
}

/* Reviewed every 7 days, in single pieces. */
static inline struct pk_supply_row *view_case_supply(struct view_case *c, uint32_t item,
                                                     uint32_t warehouse, const char *supplier_id,
                                                     int32_t lead_time_days)
{
    return VIEW_CASE_ADD(c->supply, c->data.ledger.supply_count,
                         (struct pk_supply_row){.item = item,
                                                .warehouse = warehouse,
                                                .supplier_id = supplier_id,
                                                .lead_time_days = lead_time_days,
                                                .review_period_days = 7,
                                                .pack_size_units = 1,
                                                .unit_cost_micros = -1,
                                                .order_cost_micros = -1,
                                                .shortage_cost_per_unit_micros = -1,
                                                .holding_cost_per_unit_day_micros = -1,
                                                .critical_ratio = NAN,
                                                .target_fill_ratio = NAN,
                                                .max_stock_units = -1});
}

static inline struct pk_stock_row *view_case_stock(struct view_case *c, uint32_t item,
                                                   uint32_t warehouse, int32_t date, int64_t units)
{
    return VIEW_CASE_ADD(c->stock, c->data.ledger.stock_count,
                         (struct pk_stock_row){.item = item,
                                               .warehouse = warehouse,
                                               .date = date,
                                               .received_date = PK_DATE_NONE,
                                               .on_hand_units = units});
}

static inline struct pk_inbound_row *view_case_inbound(struct view_case *c, uint32_t item,
                                                       uint32_t warehouse, int32_t eta_date,
                                                       int64_t units)
{
    return VIEW_CASE_ADD(c->inbound, c->data.ledger.inbound_count,
                         (struct pk_inbound_row){.item = item,
                                                 .warehouse = warehouse,
                                                 .eta_date = eta_date,
                                                 .units = units,
                                                 .confirmed_ratio = 1,
                                                 .order_id = "",
                                                 .line = "",
                                                 .supplier_id = "",
                                                 .stage = ""});
}

static inline struct pk_delivery_row *view_case_delivery(struct view_case *c, uint32_t item,
                                                         uint32_t warehouse,
                                                         const char *supplier_id,
                                                         int32_t order_date, int32_t received_date)
{
    return VIEW_CASE_ADD(c->deliveries, c->data.ledger.delivery_count,
                         (struct pk_delivery_row){.item = item,
                                                  .warehouse = warehouse,
                                                  .supplier_id = supplier_id,
                                                  .order_date = order_date,
                                                  .received_date = received_date,
                                                  .ordered_units = -1,
                                                  .received_units = -1});
}

/* A bundle, always. */
static inline struct pk_component_row *view_case_component(struct view_case *c, uint32_t parent,
                                                           uint32_t component, int64_t units)
{
    return VIEW_CASE_ADD(c->components, c->data.ledger.component_count,
                         (struct pk_component_row){.parent_item = parent,
                                                   .component_item = component,
                                                   .units = units,
                                                   .kind = PK_COMPONENT_BUNDLE,
                                                   .promotion_id = "",
                                                   .min_order_amount_micros = -1,
                                                   .valid_from = PK_DATE_NONE,
                                                   .valid_to = PK_DATE_NONE});
}

/* Takes orders every day. */
static inline struct pk_supplier_row *view_case_supplier(struct view_case *c,
                                                         const char *supplier_id)
{
    return VIEW_CASE_ADD(c->suppliers, c->data.ledger.supplier_count,
                         (struct pk_supplier_row){.supplier_id = supplier_id,
                                                  .name = "",
                                                  .min_order_amount_micros = -1,
                                                  .capacity_units_per_week = -1});
}

static inline struct pk_party_closure_row *view_case_closure(struct view_case *c, bool is_supplier,
                                                             const char *party_id,
                                                             int32_t start_date, int32_t end_date)
{
    return VIEW_CASE_ADD(
        c->closures, c->data.ledger.closure_count,
        (struct pk_party_closure_row){is_supplier, party_id, start_date, end_date, PK_DATE_NONE});
}

static inline struct pk_warehouse_row *view_case_warehouse(struct view_case *c, uint32_t warehouse,
                                                           int32_t shelving_days)
{
    return VIEW_CASE_ADD(c->warehouses, c->data.ledger.warehouse_count,
                         (struct pk_warehouse_row){warehouse, shelving_days, -1, NAN});
}

/* For no money. */
static inline struct pk_lane_row *view_case_lane(struct view_case *c, uint32_t from, uint32_t to,
                                                 int32_t transfer_days)
{
    return VIEW_CASE_ADD(c->lanes, c->data.ledger.lane_count,
                         (struct pk_lane_row){from, to, transfer_days, 0});
}

/* Over the whole shop; the test gives units or a ratio. */
static inline struct pk_adjustment_row *view_case_adjustment(struct view_case *c,
                                                             int32_t start_date, int32_t end_date)
{
    return VIEW_CASE_ADD(c->adjustments, c->data.ledger.adjustment_count,
                         (struct pk_adjustment_row){.adjustment_id = "",
                                                    .reason = "",
                                                    .author = "",
                                                    .start_date = start_date,
                                                    .end_date = end_date,
                                                    .item = PK_INDEX_NONE,
                                                    .category = PK_INDEX_NONE,
                                                    .warehouse = PK_INDEX_NONE,
                                                    .units = NAN,
                                                    .ratio = NAN});
}

static inline struct pk_target_row *view_case_target(struct view_case *c, const char *metric,
                                                     int32_t period_start, int32_t period_end,
                                                     double value)
{
    return VIEW_CASE_ADD(c->targets, c->data.ledger.target_count,
                         (struct pk_target_row){.metric = metric,
                                                .channel = "",
                                                .promotion_id = "",
                                                .period_start = period_start,
                                                .period_end = period_end,
                                                .category = PK_INDEX_NONE,
                                                .warehouse = PK_INDEX_NONE,
                                                .value = value});
}

/* `units` are the deposits of the campaign up to the date. */
static inline struct pk_deposit_row *view_case_deposit(struct view_case *c,
                                                       const char *promotion_id, uint32_t item,
                                                       int32_t date, int64_t units)
{
    return VIEW_CASE_ADD(c->deposits, c->data.ledger.deposit_count,
                         (struct pk_deposit_row){promotion_id, item, date, units, -1});
}

/* Kept of an earlier plan: exported on `as_of_date`, to arrive on `arrival_date`. */
static inline struct pk_suggestion *view_case_suggestion(struct view_case *c, uint32_t item,
                                                         uint32_t warehouse, int32_t as_of_date,
                                                         int32_t arrival_date, int64_t units)
{
    struct pk_suggestion *stored = &c->suggestions[c->book.count];
    VIEW_CASE_ADD(c->placed, c->book.count, (struct pk_placed_suggestion){item, warehouse, stored});
    *stored = (struct pk_suggestion){.suggestion_id = "",
                                     .item_id = c->items[item].item_id,
                                     .warehouse_id = view_case_warehouses[warehouse],
                                     .supplier_id = "",
                                     .as_of_date = as_of_date,
                                     .sequence = 1,
                                     .state = PK_SUGGESTION_EXPORTED,
                                     .planned_units = units,
                                     .order_units = units,
                                     .arrival_date = arrival_date,
                                     .order_by_date = PK_DATE_NONE,
                                     .unit_cost_micros = -1,
                                     .author = "",
                                     .reason = ""};
    return stored;
}

/* ---- the view -------------------------------------------------------------------------------- */

static inline void view_case_free_parts(struct view_case *c)
{
    pk_item_traits_free(c->traits);
    pk_supply_network_free(c->network);
    if (c->has_changes)
        pk_demand_changes_done(&c->changes);
    c->traits = NULL;
    c->network = NULL;
    c->has_changes = false;
}

/* Makes traits, network and changes again for rows of the ledger that were changed after the fit,
 * and frees the earlier ones. The executor is theirs; NULL = none. */
static inline const struct pk_view *view_case_remake(struct view_case *c,
                                                     const struct pk_executor *executor)
{
    struct pk_error error = {.status = PK_OK};
    view_case_free_parts(c);
    if (pk_item_traits_make(&c->data, c->model, executor, &c->traits, &error) != PK_OK)
        fail_msg("item traits: %s", error.message);
    c->network = pk_supply_network_new(&c->data.ledger, &c->data.shop);
    assert_non_null(c->network);
    if (pk_demand_changes_build(&c->data, c->model, executor, &c->changes, &error) != PK_OK)
        fail_msg("demand changes: %s", error.message);
    c->has_changes = true;
    c->view = (struct pk_view){.data = &c->data,
                               .model = c->model,
                               .traits = c->traits,
                               .network = c->network,
                               .changes = &c->changes,
                               .suggestions = c->book.count == 0 ? NULL : &c->book,
                               .snapshot_id = "case"};
    return &c->view;
}

/* Keeps the days on which anything is given. */
static inline void view_case_keep_sales(struct view_case *c)
{
    const size_t series_count = c->data.shop.series_count;
    size_t count = 0;
    free(c->buckets);
    c->buckets = malloc((series_count * c->day_count + 1) * sizeof *c->buckets);
    assert_non_null(c->buckets);
    for (size_t s = 0; s < series_count; s++) {
        c->starts[s] = count;
        for (size_t i = 0; i < c->day_count; i++) {
            const struct pk_sales_bucket *day = &c->days[s * c->day_count + i];
            if (day->demand_units > 0 || day->returned_units > 0 || day->cancelled_units > 0 ||
                day->available_ratio >= 0)
                c->buckets[count++] = *day;
        }
    }
    c->starts[series_count] = count;
    c->data.sales = (struct pk_sales){c->starts, c->buckets};
}

/* Fits the model to the sales, the promotions and the prices as they stand, and makes the rest of
 * the view. Call it again after a change of any of them. */
static inline const struct pk_view *view_case_fit(struct view_case *c)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_error error = {.status = PK_OK};
    view_case_free_parts(c);
    pk_model_free(c->model);
    c->model = NULL;
    view_case_keep_sales(c);
    if (pk_model_fit(&c->data.shop, &c->data.sales, &settings, NULL, &c->model, &error) != PK_OK)
        fail_msg("fit: %s", error.message);
    return view_case_remake(c, NULL);
}

static inline void view_case_end(struct view_case *c)
{
    view_case_free_parts(c);
    pk_model_free(c->model);
    free(c->days);
    free(c->buckets);
    memset(c, 0, sizeof *c);
}

/* ---- other executors ------------------------------------------------------------------------- */

static inline void view_case_run_backwards(void *executor_context, size_t count,
                                           void (*job)(void *context, size_t index), void *context)
{
    (void)executor_context;
    for (size_t i = count; i > 0; i--)
        job(context, i - 1);
}

/* Runs the last job first. A result that depends on the order of the jobs differs from that of
 * NULL.
 */
static inline struct pk_executor view_case_backwards(void)
{
    return (struct pk_executor){.run = view_case_run_backwards};
}

#endif

#include "service/workflows/promotion/purchase_weeks.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"
#include "models/base/units.h"
#include "models/decision/campaign/purchase_week.h"
#include "models/evidence/series_facts.h"
#include "models/evidence/supply_network.h"
#include "models/history/series_history.h"

enum pk_status pk_plan_row_add(struct pk_promotion_plan *plan, size_t *capacity,
                               const struct pk_plan_row *row, struct pk_error *error)
{
    const enum pk_status status = pk_array_reserve(&plan->rows, capacity, plan->row_count + 1,
                                                   sizeof *plan->rows, "rows of a plan", error);
    if (status != PK_OK)
        return status;
    plan->rows[plan->row_count++] = *row;
    return PK_OK;
}

/* An order of a supplier by its worth. */
struct ranked {
    double unit_worth;
    size_t row;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->unit_worth != b->unit_worth)
        return a->unit_worth > b->unit_worth ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The weeks of one supplier while they are filled; arrays are owned. */
struct loading {
    const struct pk_view *view;
    const char *wanted_supplier_id; /* of the request; NULL = every supplier */
    struct pk_promotion_plan *plan;
    size_t row_capacity;
    int32_t first_week_date; /* Monday */
    struct ranked *ranked;
    size_t count;
    int64_t *capacities;
    size_t week_count;
    struct pk_purchase_order *orders;
    struct pk_purchase_piece *pieces;
    size_t piece_count;
};

static void loading_done(struct loading *loading)
{
    free(loading->ranked);
    free(loading->capacities);
    free(loading->orders);
    free(loading->pieces);
    loading->ranked = NULL;
    loading->capacities = NULL;
    loading->orders = NULL;
    loading->pieces = NULL;
}

static struct pk_series_facts terms_of(const struct loading *loading, size_t series)
{
    const struct pk_shop *shop = &loading->view->data->shop;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts = {.shop = shop, .series = &shop->series[series]};
    facts.item = &shop->items[facts.series->item];
    pk_series_terms_load(loading->view, &none, loading->wanted_supplier_id, &facts);
    return facts;
}

/* Lists the supplier's orders, the most worth first, and its capacity of every week until the last:
 * 0 where it takes no order all week. */
static enum pk_status loading_begin(struct loading *loading, const struct pk_supplier_row *supplier,
                                    struct pk_error *error)
{
    struct pk_promotion_plan *plan = loading->plan;
    loading->count = loading->week_count = 0;
    loading->ranked = malloc((plan->row_count + 1) * sizeof *loading->ranked);
    if (loading->ranked == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a supplier's weeks");
    for (size_t i = 0; i < plan->row_count; i++) {
        const struct pk_plan_row *row = &plan->rows[i];
        if (row->order_units == 0 || strcmp(row->supplier_id, supplier->supplier_id) != 0)
            continue;
        const size_t week = (size_t)(row->week_start_date - loading->first_week_date) / 7;
        loading->week_count = week >= loading->week_count ? week + 1 : loading->week_count;
        loading->ranked[loading->count++] = (struct ranked){row->unit_worth, i};
    }
    const size_t orders = loading->count, weeks = loading->week_count;
    loading->capacities = malloc((weeks + 1) * sizeof *loading->capacities);
    loading->orders = malloc((orders + 1) * sizeof *loading->orders);
    loading->pieces = malloc((orders + weeks + 1) * sizeof *loading->pieces);
    if (loading->capacities == NULL || loading->orders == NULL || loading->pieces == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a supplier's weeks");
    if (orders == 0)
        return PK_OK;
    qsort(loading->ranked, orders, sizeof *loading->ranked, compare_ranked);
    const struct pk_series_facts facts =
        terms_of(loading, plan->rows[loading->ranked[0].row].series);
    for (size_t week = 0; week < weeks; week++) {
        const int32_t monday = loading->first_week_date + 7 * (int32_t)week;
        const bool is_open = pk_supply_order_date(&facts.terms.calendar, monday) < monday + 7;
        loading->capacities[week] = is_open ? supplier->capacity_units_per_week : 0;
    }
    return PK_OK;
}

static void load(struct loading *loading)
{
    for (size_t i = 0; i < loading->count; i++) {
        const struct pk_plan_row *row = &loading->plan->rows[loading->ranked[i].row];
        loading->orders[i] = (struct pk_purchase_order){
            .week = (size_t)(row->week_start_date - loading->first_week_date) / 7,
            .units = row->order_units,
            .pack_size_units = row->pack_size_units};
    }
    pk_purchase_weeks_fill(loading->capacities, loading->week_count, loading->orders,
                           loading->count, loading->pieces, &loading->piece_count);
}

/* Puts a row into an earlier week: its first order day from `next` on, its last one, the
 * arrival. */
static void move(const struct loading *loading, struct pk_plan_row *row, int32_t week_start_date)
{
    const struct pk_series_facts facts = terms_of(loading, row->series);
    const struct pk_supply_calendar *calendar = &facts.terms.calendar;
    const struct pk_demand days = {.first_date = pk_series_next_date(facts.shop, facts.series),
                                   .bucket_days = facts.series->bucket_days};
    const int32_t from = week_start_date > days.first_date ? week_start_date : days.first_date;
    row->week_start_date = week_start_date;
    row->order_date = pk_supply_order_date(calendar, from);
    row->last_order_date = row->order_date;
    for (int32_t day = row->order_date + 1; day < week_start_date + 7; day++)
        if (pk_supply_order_date(calendar, day) == day)
            row->last_order_date = day;
    row->arrival_date = pk_arrival_date(&days, &facts.terms, from);
    pk_reasons_add(&row->reasons, PK_REASON_CAPACITY_AHEAD);
}

/* `units` of `whole` with their part of its campaign units. */
static struct pk_plan_row part_of(const struct pk_plan_row *whole, int64_t before, int64_t units)
{
    struct pk_plan_row part = *whole;
    const __int128 campaign = whole->campaign_units;
    part.order_units = units;
    part.missing_units = 0;
    part.campaign_units = (int64_t)(campaign * (before + units) / whole->order_units -
                                    campaign * before / whole->order_units);
    if (part.unit_cost_micros >= 0)
        part.order_amount_micros = pk_money_times(part.unit_cost_micros, units);
    return part;
}

static bool is_line_before(const void *line, const void *series)
{
    return ((const struct pk_plan_line *)line)->series < *(const size_t *)series;
}

static struct pk_plan_line *find_line(struct pk_promotion_plan *plan, size_t series)
{
    return &plan->lines[pk_lower_bound(plan->lines, plan->line_count, sizeof *plan->lines,
                                       is_line_before, &series)];
}

static int compare_pieces(const void *left, const void *right)
{
    const struct pk_purchase_piece *a = left;
    const struct pk_purchase_piece *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a->week > b->week ? -1 : a->week < b->week;
}

/* Puts the pieces of one order into the place of its row and behind the others. */
static enum pk_status replace(struct loading *loading, size_t order,
                              const struct pk_purchase_piece *pieces, size_t count,
                              struct pk_error *error)
{
    struct pk_promotion_plan *plan = loading->plan;
    const size_t at = loading->ranked[order].row;
    const struct pk_plan_row whole = plan->rows[at];
    const size_t due = loading->orders[order].week;
    enum pk_status status = PK_OK;
    int64_t done = 0;
    if (count == 1 && pieces[0].week == due && pieces[0].units == whole.order_units)
        return PK_OK;
    find_line(plan, whole.series)->is_moved = true;
    plan->rows[at] = part_of(&whole, 0, 0);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        struct pk_plan_row row = part_of(&whole, done, pieces[i].units);
        done += pieces[i].units;
        if (pieces[i].week != due)
            move(loading, &row, loading->first_week_date + 7 * (int32_t)pieces[i].week);
        if (i == 0)
            plan->rows[at] = row;
        else
            status = pk_plan_row_add(plan, &loading->row_capacity, &row, error);
    }
    plan->rows[at].missing_units = loading->orders[order].left_units;
    if (loading->orders[order].left_units > 0)
        pk_reasons_put_first(&plan->rows[at].reasons, PK_REASON_CAPACITY_SHORT);
    return status;
}

static enum pk_status apply(struct loading *loading, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    size_t last = 0;
    if (loading->piece_count > 0)
        qsort(loading->pieces, loading->piece_count, sizeof *loading->pieces, compare_pieces);
    for (size_t i = 0; i < loading->count && status == PK_OK; i++) {
        const size_t first = last;
        while (last < loading->piece_count && loading->pieces[last].order == i)
            last++;
        status = replace(loading, i, loading->pieces + first, last - first, error);
    }
    return status;
}

static int compare_series(const void *left, const void *right)
{
    const struct pk_plan_row *a = left;
    const struct pk_plan_row *b = right;
    if (a->series != b->series)
        return a->series < b->series ? -1 : 1;
    return a->order_date < b->order_date ? -1 : a->order_date > b->order_date;
}

enum pk_status pk_purchase_weeks_fit(const struct pk_view *view, const char *supplier_id,
                                     struct pk_promotion_plan *plan, struct pk_error *error)
{
    const struct pk_ledger *ledger = &view->data->ledger;
    struct loading loading = {.view = view,
                              .wanted_supplier_id = supplier_id,
                              .plan = plan,
                              .row_capacity = plan->row_count};
    enum pk_status status = PK_OK;
    loading.first_week_date = INT32_MAX;
    for (size_t i = 0; i < plan->row_count; i++) {
        const struct pk_plan_row *row = &plan->rows[i];
        const int32_t monday = pk_purchase_week_start(
            pk_series_next_date(&view->data->shop, &view->data->shop.series[row->series]));
        loading.first_week_date =
            monday < loading.first_week_date ? monday : loading.first_week_date;
    }
    for (size_t i = 0; i < ledger->supplier_count && status == PK_OK; i++) {
        if (ledger->suppliers[i].capacity_units_per_week < 0)
            continue;
        status = loading_begin(&loading, &ledger->suppliers[i], error);
        if (status == PK_OK && loading.count > 0) {
            load(&loading);
            status = apply(&loading, error);
        }
        loading_done(&loading);
    }
    if (status == PK_OK && plan->row_count > 0)
        qsort(plan->rows, plan->row_count, sizeof *plan->rows, compare_series);
    return status;
}

/* Transfers, orders, rows without a plan. */
static int rank_of(const struct pk_plan_row *row)
{
    return row->transfer_units > 0 ? 0 : row->week_start_date != PK_DATE_NONE ? 1 : 2;
}

static int compare_weeks(const void *left, const void *right)
{
    const struct pk_plan_row *a = left;
    const struct pk_plan_row *b = right;
    if (rank_of(a) != rank_of(b))
        return rank_of(a) - rank_of(b);
    const int supplier = strcmp(a->supplier_id, b->supplier_id);
    if (supplier != 0)
        return supplier;
    if (a->week_start_date != b->week_start_date)
        return a->week_start_date < b->week_start_date ? -1 : 1;
    return compare_series(left, right);
}

static void add_to_sum(struct pk_plan_sum *sum, const struct pk_plan_row *row)
{
    if (sum->line_count == 0 || row->last_order_date < sum->first_last_order_date)
        sum->first_last_order_date = row->last_order_date;
    sum->line_count++;
    sum->order_units += row->order_units;
    sum->campaign_units += row->campaign_units;
    sum->missing_units += row->missing_units;
    if (row->order_amount_micros < 0)
        sum->no_cost_count++;
    else if (__builtin_add_overflow(sum->order_amount_micros, row->order_amount_micros,
                                    &sum->order_amount_micros))
        sum->order_amount_micros = INT64_MAX;
}

/* The week of all suppliers, made where it is new: ascending. There is room. */
static struct pk_plan_sum *week_of(struct pk_promotion_plan *plan, int32_t week_start_date)
{
    size_t at = plan->week_count;
    while (at > 0 && plan->weeks[at - 1].week_start_date > week_start_date)
        at--;
    if (at > 0 && plan->weeks[at - 1].week_start_date == week_start_date)
        return &plan->weeks[at - 1];
    memmove(plan->weeks + at + 1, plan->weeks + at,
            (plan->week_count++ - at) * sizeof *plan->weeks);
    plan->weeks[at] = (struct pk_plan_sum){
        .week_start_date = week_start_date, .min_order_amount_micros = -1, .capacity_units = -1};
    return &plan->weeks[at];
}

static void add_to_sums(const struct pk_view *view, struct pk_promotion_plan *plan,
                        const struct pk_plan_row *row)
{
    struct pk_plan_sum *supplier =
        plan->supplier_count == 0 ? NULL : &plan->suppliers[plan->supplier_count - 1];
    struct pk_plan_sum *week = plan->supplier_week_count == 0
                                   ? NULL
                                   : &plan->supplier_weeks[plan->supplier_week_count - 1];
    if (supplier == NULL || strcmp(supplier->supplier_id, row->supplier_id) != 0) {
        supplier = &plan->suppliers[plan->supplier_count++];
        *supplier = (struct pk_plan_sum){.supplier_id = row->supplier_id,
                                         .week_start_date = PK_DATE_NONE,
                                         .min_order_amount_micros = -1,
                                         .capacity_units = -1};
    }
    if (week == NULL || strcmp(week->supplier_id, row->supplier_id) != 0 ||
        week->week_start_date != row->week_start_date) {
        const struct pk_supplier_row *terms =
            pk_supply_network_supplier(view->network, row->supplier_id);
        week = &plan->supplier_weeks[plan->supplier_week_count++];
        *week = (struct pk_plan_sum){
            .supplier_id = row->supplier_id,
            .week_start_date = row->week_start_date,
            .min_order_amount_micros = terms == NULL ? -1 : terms->min_order_amount_micros,
            .capacity_units = terms == NULL ? -1 : terms->capacity_units_per_week};
    }
    add_to_sum(supplier, row);
    add_to_sum(week, row);
    add_to_sum(week_of(plan, row->week_start_date), row);
}

enum pk_status pk_purchase_weeks_sum(const struct pk_view *view, struct pk_promotion_plan *plan,
                                     struct pk_error *error)
{
    const size_t most = plan->row_count + 1;
    plan->supplier_weeks = malloc(most * sizeof *plan->supplier_weeks);
    plan->weeks = malloc(most * sizeof *plan->weeks);
    plan->suppliers = malloc(most * sizeof *plan->suppliers);
    if (plan->supplier_weeks == NULL || plan->weeks == NULL || plan->suppliers == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the sums of a plan");
    if (plan->row_count > 0)
        qsort(plan->rows, plan->row_count, sizeof *plan->rows, compare_weeks);
    for (size_t i = 0; i < plan->row_count; i++)
        if (rank_of(&plan->rows[i]) == 1)
            add_to_sums(view, plan, &plan->rows[i]);
    return PK_OK;
}

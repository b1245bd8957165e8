#include "service/workflows/plan_clearance.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "service/workflows/decide_reorder.h"

#define CLEARANCE_DAYS_DEFAULT 90
/* Window of past sales that a category's margin is blended with. */
#define MARGIN_WINDOW_DAYS 90

enum pk_status pk_clearance_by_date(const struct pk_shop *shop, int32_t wanted_date,
                                    int32_t *out_by_date, struct pk_error *error)
{
    int32_t by_date =
        wanted_date == PK_DATE_NONE ? shop->as_of_date + CLEARANCE_DAYS_DEFAULT : wanted_date;
    char first[PK_DATE_TEXT_SIZE];
    char last[PK_DATE_TEXT_SIZE];
    if (by_date <= shop->as_of_date || by_date > shop->as_of_date + PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "by_date", "must lie from %s to %s",
                            pk_date_format(shop->as_of_date + 1, first),
                            pk_date_format(shop->as_of_date + PK_HORIZON_DAYS_MAX, last));
    *out_by_date = by_date;
    return PK_OK;
}

/* Stock that only sells slower than the date is not to be cleared while it is being bought: a
 * minimum order or a promotion may ask for more of it. */
static enum pk_status spare_bought(const struct pk_snapshot *snapshot, size_t series,
                                   struct pk_decision_memory *memory, struct pk_clearance *plan,
                                   struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    struct pk_reorder reorder;
    enum pk_status status =
        pk_decide_reorder(snapshot, series, &none, NULL, memory, &facts, &reorder, error);
    if (status == PK_OK && reorder.order_units > 0) {
        plan->is_flagged = false;
        plan->action = PK_CLEARANCE_NONE;
    }
    return status;
}

enum pk_status pk_decide_clearance(const struct pk_snapshot *snapshot, size_t series,
                                   const struct pk_clearance_request *request,
                                   struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts, struct pk_clearance *out_plan,
                                   struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    enum pk_status status = pk_series_facts_load(snapshot, series, PK_HORIZON_DAYS_MAX, &none, NULL,
                                                 memory, out_facts, error);
    if (status != PK_OK)
        return status;
    struct pk_clearance_input input = {
        .demand = &out_facts->demand,
        .stock = out_facts->stock,
        .terms = out_facts->terms,
        .economics = out_facts->economics,
        .by_date = request->by_date,
        .target_cleared_ratio = request->target_cleared_ratio,
        .last_sale_date = out_facts->model->last_sale_date,
        .first_stock_date = out_facts->first_stock_date,
        .oldest_lot_date = out_facts->oldest_lot_date,
    };
    pk_clearance_plan(&input, &memory->projection, out_plan);
    if (!out_plan->is_flagged || out_plan->reasons.reasons[0] != PK_REASON_WILL_NOT_CLEAR)
        return PK_OK;
    return spare_bought(snapshot, series, memory, out_plan, error);
}

/* What the series earned in the last MARGIN_WINDOW_DAYS, into its category's blend. */
static void add_past_margin(const struct pk_snapshot *snapshot, size_t series,
                            struct pk_margin_blend *blends)
{
    const struct pk_shop_data *data = snapshot->data;
    const struct pk_shop *shop = &data->shop;
    const struct pk_series *one = &shop->series[series];
    const struct pk_item *item = &shop->items[one->item];
    int64_t price_micros = pk_shop_price_micros(shop, one->item, one->warehouse, shop->as_of_date);
    if (item->unit_cost_micros < 0 || price_micros < 0)
        return;
    struct pk_ledger_range range = pk_series_sales_between(
        data, series, shop->as_of_date - MARGIN_WINDOW_DAYS + 1, shop->as_of_date);
    double units = 0;
    for (size_t i = range.first; i < range.last; i++)
        units += (double)data->sales.buckets[i].demand_units;
    double net_price = (double)price_micros * (1 - item->selling_cost_ratio);
    pk_margin_blend_add(&blends[item->category], units * net_price / (double)PK_MICROS_PER_UNIT,
                        units * (double)item->unit_cost_micros / (double)PK_MICROS_PER_UNIT);
}

/* First pass: every discounted line adds to the margin of its category. */
static enum pk_status blend_margins(const struct pk_snapshot *snapshot,
                                    const struct pk_series_selection *selection,
                                    const struct pk_clearance_request *request,
                                    struct pk_decision_memory *memory,
                                    struct pk_margin_blend *blends, struct pk_error *error)
{
    for (size_t i = 0; i < selection->count; i++) {
        struct pk_series_facts facts;
        struct pk_clearance plan;
        add_past_margin(snapshot, selection->series[i], blends);
        enum pk_status status = pk_decide_clearance(snapshot, selection->series[i], request, memory,
                                                    &facts, &plan, error);
        if (status != PK_OK)
            return status;
        if (plan.is_flagged && plan.action == PK_CLEARANCE_DISCOUNT &&
            isfinite(plan.expected_revenue) && isfinite(plan.expected_cost))
            pk_margin_blend_add(&blends[facts.item->category], plan.expected_revenue,
                                plan.expected_cost);
    }
    return PK_OK;
}

/* Second pass: the same plans, now with their category's verdict. */
static enum pk_status
hand_on(const struct pk_snapshot *snapshot, const struct pk_series_selection *selection,
        const struct pk_clearance_request *request, struct pk_decision_memory *memory,
        const struct pk_margin_blend *blends, pk_clearance_take *take, void *context,
        struct pk_clearance_summary *summary, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < selection->count && status == PK_OK; i++) {
        struct pk_series_facts facts;
        struct pk_clearance plan;
        status = pk_decide_clearance(snapshot, selection->series[i], request, memory, &facts, &plan,
                                     error);
        if (status != PK_OK || !plan.is_flagged)
            continue;
        pk_clearance_note_category(&plan, &blends[facts.item->category]);
        pk_clearance_summary_add(summary, &plan);
        struct pk_clearance_line line = {&facts, &plan,
                                         facts.shop->warehouses[facts.series->warehouse]};
        status = take(context, &line, error);
    }
    return status;
}

enum pk_status pk_plan_clearance(const struct pk_snapshot *snapshot,
                                 const struct pk_series_selection *selection,
                                 const struct pk_clearance_request *request,
                                 pk_clearance_take *take, void *context,
                                 struct pk_clearance_summary *out_summary, struct pk_error *error)
{
    struct pk_clearance_summary summary = {0};
    struct pk_decision_memory *memory = pk_decision_memory_new();
    struct pk_margin_blend *blends =
        calloc(snapshot->data->shop.category_count + 1, sizeof *blends);
    enum pk_status status = PK_OK;
    if (memory == NULL || blends == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to plan clearance");
    if (status == PK_OK)
        status = blend_margins(snapshot, selection, request, memory, blends, error);
    if (status == PK_OK)
        status =
            hand_on(snapshot, selection, request, memory, blends, take, context, &summary, error);
    free(blends);
    pk_decision_memory_free(memory);
    if (status == PK_OK)
        *out_summary = summary;
    return status;
}

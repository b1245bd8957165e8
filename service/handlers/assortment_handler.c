/* PlanAssortment: sends the summary of an assortment, then its lines. */
#include <math.h>

#include "models/base/units.h"
#include "models/decision/clearance/bundle.h"
#include "models/numeric/distribution.h"
#include "peakstock/v1/assortment.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/workflows/assortment/plan_assortment.h"
#include "service/workflows/promotion/check_promotion.h"

static double ratio_of(int64_t numerator, int64_t denominator)
{
    return denominator > 0 ? (double)numerator / (double)denominator : 0;
}

static void fill_summary(const struct pk_snapshot *snapshot, const struct pk_assortment *plan,
                         Peakstock__V1__AssortmentSummary *out)
{
    out->listed_item_count = plan->listed_count;
    out->active_item_count = plan->active_count;
    out->active_item_ratio = ratio_of(plan->active_count, plan->listed_count);
    out->ahead_item_count = llround(plan->ahead.items);
    out->expected_active_item_ratio = pk_active_ratio(&plan->ahead, 0);
    out->active_item_q10_ratio = pk_active_ratio(&plan->ahead, -PK_NORMAL_Q90);
    out->active_item_q90_ratio = pk_active_ratio(&plan->ahead, PK_NORMAL_Q90);
    out->target_active_item_ratio = plan->target_ratio;
    out->nudge_count = plan->nudge_count;
    out->nudged_active_item_ratio = plan->nudged_ratio;
    out->nudge_value_micros = pk_money_from_double(-plan->nudge_cost);
    out->delist_candidate_count = plan->delist_candidate_count;
    out->delist_count = plan->delist_count;
    out->delisted_active_item_ratio = plan->delisted_ratio;
    out->delist_stock_units = plan->delist_stock_units;
    out->delist_stock_cost_micros = pk_money_from_double(plan->delist_stock_cost);
    out->new_count = plan->stage_counts[PK_STAGE_NEW];
    out->rising_count = plan->stage_counts[PK_STAGE_RISING];
    out->steady_count = plan->stage_counts[PK_STAGE_STEADY];
    out->declining_count = plan->stage_counts[PK_STAGE_DECLINING];
    out->dying_count = plan->stage_counts[PK_STAGE_DYING];
    out->dead_count = plan->stage_counts[PK_STAGE_DEAD];
    out->rising_by_chance_count = plan->chance_star_count;
    out->tested_item_count = (int64_t)plan->tested_count;
    out->launch_count = (int64_t)plan->launch_count;
    out->currency_code = pk_reply_borrow(snapshot->stamp->currency_code);
}

static enum pk_status send_first(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                 const struct pk_assortment *plan, struct pk_error *error)
{
    static char no_history[] = "the sales do not reach four weeks back, so no item can be seen to "
                               "rise or decline";
    char *warnings[1];
    Peakstock__V1__PlanAssortmentResponse response = PEAKSTOCK__V1__PLAN_ASSORTMENT_RESPONSE__INIT;
    Peakstock__V1__AssortmentSummary summary = PEAKSTOCK__V1__ASSORTMENT_SUMMARY__INIT;
    fill_summary(snapshot, plan, &summary);
    if (!plan->has_history) {
        warnings[0] = no_history;
        summary.warnings = warnings;
        summary.n_warnings = 1;
    }
    response.summary = &summary;
    const enum pk_status status =
        pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    pk_rpc_call_release(call);
    return status;
}

static void fill_life(const struct pk_item_life *life, Peakstock__V1__AssortmentLine *out)
{
    out->stage = pk_reply_borrow(pk_item_stage_name(life->stage));
    out->launch_position = pk_reply_borrow(pk_launch_position_name(life->launch.position));
    if (life->growth_ratio <= 0)
        return;
    out->growth_case = PEAKSTOCK__V1__ASSORTMENT_LINE__GROWTH_GROWTH_RATIO;
    out->growth_ratio = life->growth_ratio;
    out->evidence_case = PEAKSTOCK__V1__ASSORTMENT_LINE__EVIDENCE_EVIDENCE_Z;
    out->evidence_z = life->z;
}

static void fill_nudge(const struct pk_assortment_line *line, Peakstock__V1__AssortmentLine *out)
{
    out->nudge = pk_reply_borrow(pk_nudge_name(line->nudge.kind));
    if (line->nudge_rank > 0) {
        out->rank_case = PEAKSTOCK__V1__ASSORTMENT_LINE__RANK_NUDGE_RANK;
        out->nudge_rank = (int64_t)line->nudge_rank;
    }
    out->nudged_sell_probability = line->sell_probability + line->nudge.gain;
    out->nudge_value_micros = pk_money_from_double(-line->nudge.cost);
}

static Peakstock__V1__AssortmentLine *wire_line(struct pk_rpc_call *call,
                                                const struct pk_shop *shop,
                                                const struct pk_assortment_line *line)
{
    Peakstock__V1__AssortmentLine *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    const struct pk_item *item = &shop->items[line->item];
    peakstock__v1__assortment_line__init(out);
    out->item_id = pk_reply_borrow(item->item_id);
    out->item_name = pk_reply_borrow(item->name);
    out->category = pk_reply_borrow(shop->categories[item->category]);
    out->role = pk_reply_borrow(pk_role_word(item->role)->name);
    out->proposed_role = pk_reply_borrow(pk_role_word(line->proposed_role)->name);
    fill_life(&line->life, out);
    out->sold_units_30_days = line->sold_units;
    if (line->is_stock_known) {
        out->stock_case = PEAKSTOCK__V1__ASSORTMENT_LINE__STOCK_ON_HAND_UNITS;
        out->on_hand_units = line->on_hand_units;
    }
    out->sell_probability = line->sell_probability;
    out->in_stock_sell_probability = line->in_stock_probability;
    out->expected_units = line->expected_units;
    out->proposed_action = pk_reply_borrow(pk_assortment_action_name(line->action));
    fill_nudge(line, out);
    if (isfinite(line->contribution)) {
        out->contribution_case = PEAKSTOCK__V1__ASSORTMENT_LINE__CONTRIBUTION_CONTRIBUTION_MICROS;
        out->contribution_micros = pk_money_from_double(line->contribution);
    }
    out->can_delist = line->can_delist;
    return out;
}

static enum pk_status send_plan(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                const struct pk_assortment *plan, bool all_items,
                                struct pk_error *error)
{
    struct pk_line_batch batch = {.call = call,
                                  .response = &peakstock__v1__plan_assortment_response__descriptor,
                                  .field = "lines"};
    enum pk_status status = send_first(call, snapshot, plan, error);
    for (size_t i = 0; i < plan->line_count && status == PK_OK; i++)
        if (all_items || plan->lines[i].action != PK_ASSORT_NONE)
            status = pk_line_batch_add(
                &batch, wire_line(call, &snapshot->view.data->shop, &plan->lines[i]), error);
    return status == PK_OK ? pk_line_batch_flush(&batch, error) : status;
}

enum pk_status pk_handle_plan_assortment(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__PlanAssortmentRequest *request =
        (const Peakstock__V1__PlanAssortmentRequest *)message;
    struct pk_snapshot *snapshot = NULL;
    struct pk_snapshot *before = NULL;
    struct pk_series_selection selection = {0};
    struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                      .warehouse_id_count = request->n_warehouse_ids,
                                      .categories = request->categories,
                                      .category_count = request->n_categories};
    struct pk_assortment_request wanted = {.target_active_ratio = PK_ACTIVE_RATIO_TARGET_DEFAULT,
                                           .attach_ratio = PK_ATTACH_RATIO_DEFAULT};
    struct pk_assortment plan = {0};
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    if (request->target_case ==
        PEAKSTOCK__V1__PLAN_ASSORTMENT_REQUEST__TARGET_TARGET_ACTIVE_ITEM_RATIO)
        wanted.target_active_ratio = request->target_active_item_ratio;
    if (request->attach_case == PEAKSTOCK__V1__PLAN_ASSORTMENT_REQUEST__ATTACH_ATTACH_RATIO)
        wanted.attach_ratio = request->attach_ratio;
    pk_request_check_ratio(call, "target_active_item_ratio", wanted.target_active_ratio);
    pk_request_check_ratio(call, "attach_ratio", wanted.attach_ratio);
    pk_request_check_ids(call, "warehouse_ids", request->warehouse_ids, request->n_warehouse_ids);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = pk_request_past_snapshot(
            context, call, pk_item_lives_before_date(&snapshot->view.data->shop), &before, error);
    if (status == PK_OK)
        status = pk_series_select(&snapshot->view.data->shop, &filter, &selection, error);
    if (status == PK_OK)
        status = pk_plan_assortment(pk_snapshot_view(snapshot), pk_snapshot_view(before),
                                    &selection, &wanted, &plan, error);
    if (status == PK_OK)
        status = send_plan(call, snapshot, &plan, request->all_items, error);
    pk_assortment_done(&plan);
    pk_series_selection_done(&selection);
    pk_snapshot_release(before);
    pk_snapshot_release(snapshot);
    return status;
}

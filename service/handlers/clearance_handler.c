#include <math.h>
#include <string.h>

#include "models/base/units.h"
#include "peakstock/v1/clearance.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/workflows/plan_clearance.h"

static Peakstock__V1__ClearanceLine *wire_line(struct pk_rpc_call *call,
                                               const struct pk_clearance_line *line)
{
    const struct pk_clearance *plan = line->plan;
    const struct pk_series_facts *facts = line->facts;
    Peakstock__V1__ClearanceLine *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__clearance_line__init(out);
    out->item_id = pk_reply_borrow(facts->item->item_id);
    out->item_name = pk_reply_borrow(facts->item->name);
    out->category = pk_reply_borrow(facts->shop->categories[facts->item->category]);
    out->warehouse_id = pk_reply_borrow(line->warehouse_id);
    out->on_hand_units = plan->on_hand_units;
    out->days_of_supply = plan->days_of_supply;
    if (plan->age_days >= 0) {
        out->age_case = PEAKSTOCK__V1__CLEARANCE_LINE__AGE_AGE_DAYS;
        out->age_days = plan->age_days;
    }
    out->action = pk_reply_borrow(pk_clearance_action_name(plan->action));
    out->discount_ratio = plan->discount_ratio;
    out->expected_cleared_units = plan->expected_cleared_units;
    out->clear_probability = plan->clear_probability;
    out->expected_value_micros = plan->expected_value_micros;
    out->do_nothing_value_micros = plan->do_nothing_value_micros;
    out->reasons = pk_reply_reasons(call, &plan->reasons, &out->n_reasons);
    return out;
}

static enum pk_status send_lines(struct pk_rpc_call *call, void **lines, size_t count,
                                 struct pk_error *error)
{
    Peakstock__V1__PlanClearanceResponse response = PEAKSTOCK__V1__PLAN_CLEARANCE_RESPONSE__INIT;
    response.lines = (Peakstock__V1__ClearanceLine **)lines;
    response.n_lines = count;
    return pk_rpc_call_send(call, &response.base, error);
}

static enum pk_status take_line(void *context, const struct pk_clearance_line *line,
                                struct pk_error *error)
{
    struct pk_line_batch *batch = context;
    return pk_line_batch_add(batch, wire_line(batch->call, line), error);
}

static enum pk_status send_snapshot(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                    struct pk_error *error)
{
    Peakstock__V1__PlanClearanceResponse first = PEAKSTOCK__V1__PLAN_CLEARANCE_RESPONSE__INIT;
    first.snapshot = pk_reply_snapshot(call, snapshot);
    enum pk_status status = first.snapshot == NULL ? pk_reply_out_of_memory(error)
                                                   : pk_rpc_call_send(call, &first.base, error);
    pk_rpc_call_release(call);
    return status;
}

static enum pk_status send_summary(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                   const struct pk_clearance_request *request,
                                   const struct pk_clearance_summary *totals,
                                   struct pk_error *error)
{
    Peakstock__V1__PlanClearanceResponse last = PEAKSTOCK__V1__PLAN_CLEARANCE_RESPONSE__INIT;
    Peakstock__V1__ClearanceSummary summary = PEAKSTOCK__V1__CLEARANCE_SUMMARY__INIT;
    char date[PK_DATE_TEXT_SIZE];
    char text[160];
    char *warning = text;
    summary.by_date = pk_reply_borrow(pk_date_format(request->by_date, date));
    summary.line_count = totals->line_count;
    summary.flagged_units = totals->flagged_units;
    summary.expected_cleared_units = totals->expected_cleared_units;
    if (totals->flagged_units > 0)
        summary.expected_cleared_ratio =
            totals->expected_cleared_units / (double)totals->flagged_units;
    summary.target_cleared_unit_ratio = request->target_cleared_ratio;
    summary.expected_value_micros = pk_money_from_double(totals->expected_value);
    summary.currency_code = pk_reply_borrow(snapshot->currency_code);
    if (totals->flagged_units > 0 &&
        summary.expected_cleared_ratio < request->target_cleared_ratio) {
        pk_text_format(text, sizeof text,
                       "expected to clear %.1f %% of the flagged units by %s, below the target of "
                       "%.1f %%",
                       100 * summary.expected_cleared_ratio, date,
                       100 * request->target_cleared_ratio);
        summary.warnings = &warning;
        summary.n_warnings = 1;
    }
    last.summary = &summary;
    return pk_rpc_call_send(call, &last.base, error);
}

static enum pk_status plan_clearance(void *context, struct pk_rpc_call *call,
                                     const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__PlanClearanceRequest *request =
        (const Peakstock__V1__PlanClearanceRequest *)message;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                      .warehouse_id_count = request->n_warehouse_ids};
    struct pk_clearance_request wanted = {.target_cleared_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT};
    struct pk_clearance_summary totals = {0};
    struct pk_line_batch batch = {.call = call, .send = send_lines};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    wanted.by_date = pk_request_date(call, "by_date", request->by_date);
    if (request->target_case ==
        PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__TARGET_TARGET_CLEARED_UNIT_RATIO)
        wanted.target_cleared_ratio = request->target_cleared_unit_ratio;
    if (!(wanted.target_cleared_ratio >= 0 && wanted.target_cleared_ratio <= 1))
        pk_rpc_call_violation(call, "target_cleared_unit_ratio", "%g is out of range; give 0 to 1",
                              wanted.target_cleared_ratio);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status =
            pk_clearance_by_date(&snapshot->data->shop, wanted.by_date, &wanted.by_date, error);
    if (status == PK_OK)
        status = pk_series_select(&snapshot->data->shop, &filter, &selection, error);
    if (status == PK_OK)
        status = send_snapshot(call, snapshot, error);
    if (status == PK_OK)
        status =
            pk_plan_clearance(snapshot, &selection, &wanted, take_line, &batch, &totals, error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&batch, error);
    if (status == PK_OK)
        status = send_summary(call, snapshot, &wanted, &totals, error);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_clearance_methods[] = {
    {"PlanClearance", PK_RPC_SERVER_STREAM, &peakstock__v1__plan_clearance_request__descriptor,
     &peakstock__v1__plan_clearance_response__descriptor, plan_clearance},
    {"TrackClearance", PK_RPC_SERVER_STREAM, &peakstock__v1__track_clearance_request__descriptor,
     &peakstock__v1__track_clearance_response__descriptor, pk_handle_track_clearance},
};
const size_t pk_clearance_method_count =
    sizeof pk_clearance_methods / sizeof pk_clearance_methods[0];

/* TrackClearance: sends the way of a frozen cohort to its target, week by week and line by line. */
#include <math.h>

#include "models/base/units.h"
#include "peakstock/v1/clearance_path.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/workflows/clearance/track_clearance.h"

static double ratio_of(double units, int64_t flagged_units)
{
    return flagged_units > 0 ? units / (double)flagged_units : 0;
}

static void fill_summary(const struct pk_snapshot *now, const struct pk_clearance_path *path,
                         const struct pk_clearance_path_request *request,
                         Peakstock__V1__CohortSummary *out)
{
    const double weeks = path->weeks_left > 0 ? path->weeks_left : 1;
    const int64_t flagged = path->flagged_units;
    out->verdict = pk_reply_borrow(pk_cohort_verdict_name(path->verdict));
    out->line_count = (int64_t)path->line_count;
    out->flagged_units = flagged;
    out->remaining_units = path->left_units;
    out->cleared_units = flagged - path->left_units;
    out->gone_otherwise_units = path->gone_otherwise_units;
    out->cleared_ratio = ratio_of((double)out->cleared_units, flagged);
    out->target_cleared_unit_ratio = request->target_ratio;
    out->style_count = path->style_count;
    out->handled_style_count = path->handled_style_count;
    out->handled_style_ratio = ratio_of((double)path->handled_style_count, path->style_count);
    out->sold_out_style_count = path->handled_counts[PK_HANDLING_SOLD_OUT];
    out->cleared_style_count = path->handled_counts[PK_HANDLING_CLEARED];
    out->price_cut_style_count = path->handled_counts[PK_HANDLING_PRICE_CUT];
    out->written_off_style_count = path->handled_counts[PK_HANDLING_WRITTEN_OFF];
    out->needed_units = path->needed_units;
    out->needed_units_per_week = path->weeks_left > 0 ? path->needed_units / weeks : 0;
    out->pace_units_per_week = path->at_price.expected / weeks;
    out->plan_pace_units_per_week = path->with_plan.expected / weeks;
    out->landing_q10_ratio = ratio_of(pk_cohort_landing_units(&path->at_price, 0.1), flagged);
    out->landing_q50_ratio = ratio_of(pk_cohort_landing_units(&path->at_price, 0.5), flagged);
    out->landing_q90_ratio = ratio_of(pk_cohort_landing_units(&path->at_price, 0.9), flagged);
    out->plan_landing_q10_ratio = ratio_of(pk_cohort_landing_units(&path->with_plan, 0.1), flagged);
    out->plan_landing_q50_ratio = ratio_of(pk_cohort_landing_units(&path->with_plan, 0.5), flagged);
    out->plan_landing_q90_ratio = ratio_of(pk_cohort_landing_units(&path->with_plan, 0.9), flagged);
    out->reach_probability = pk_cohort_reach_probability(&path->at_price, request->target_ratio);
    out->plan_reach_probability =
        pk_cohort_reach_probability(&path->with_plan, request->target_ratio);
    out->plan_write_off_units = path->write_off_units;
    out->bundle_units = path->bundle_units;
    out->attach_ratio = request->attach_ratio;
    out->currency_code = pk_reply_borrow(now->stamp->currency_code);
}

static enum pk_status fill_weeks(struct pk_rpc_call *call, const struct pk_clearance_path *path,
                                 Peakstock__V1__TrackClearanceResponse *response,
                                 struct pk_error *error)
{
    Peakstock__V1__CohortWeek *weeks =
        pk_rpc_call_allocate(call, (path->week_count + 1) * sizeof *weeks);
    response->weeks =
        pk_rpc_call_allocate(call, (path->week_count + 1) * sizeof(Peakstock__V1__CohortWeek *));
    if (weeks == NULL || response->weeks == NULL)
        return pk_reply_out_of_memory(error);
    for (size_t i = 0; i < path->week_count; i++) {
        const struct pk_cohort_week *week = &path->weeks[i];
        Peakstock__V1__CohortWeek *out = &weeks[i];
        peakstock__v1__cohort_week__init(out);
        out->end_date = pk_reply_date(call, week->end_date);
        if (out->end_date == NULL)
            return pk_reply_out_of_memory(error);
        out->state = pk_reply_borrow(week->is_ahead ? "expected" : "actual");
        out->cleared_units = week->cleared_units;
        out->cleared_total_units = week->total_units;
        out->cleared_ratio = ratio_of(week->total_units, path->flagged_units);
        out->plan_cleared_ratio = ratio_of(week->plan_total_units, path->flagged_units);
        out->path_ratio = ratio_of(week->path_units, path->flagged_units);
        out->remaining_units = (double)path->flagged_units - week->total_units;
        response->weeks[i] = out;
    }
    response->n_weeks = path->week_count;
    return PK_OK;
}

static enum pk_status send_first(struct pk_rpc_call *call, const struct pk_snapshot *now,
                                 const struct pk_clearance_path *path,
                                 const struct pk_clearance_path_request *request,
                                 struct pk_error *error)
{
    Peakstock__V1__TrackClearanceResponse response = PEAKSTOCK__V1__TRACK_CLEARANCE_RESPONSE__INIT;
    Peakstock__V1__CohortSummary summary = PEAKSTOCK__V1__COHORT_SUMMARY__INIT;
    fill_summary(now, path, request, &summary);
    summary.since_date = pk_reply_date(call, path->since_date);
    summary.by_date = pk_reply_date(call, path->by_date);
    response.snapshot = pk_reply_snapshot(call, now);
    response.summary = &summary;
    enum pk_status status = fill_weeks(call, path, &response, error);
    if (summary.since_date == NULL || summary.by_date == NULL || response.snapshot == NULL)
        status = pk_reply_out_of_memory(error);
    if (status == PK_OK)
        status = pk_rpc_call_send(call, &response.base, error);
    pk_rpc_call_release(call);
    return status;
}

static Peakstock__V1__CohortLine *wire_line(struct pk_rpc_call *call, const struct pk_shop *shop,
                                            const struct pk_cohort_line *line)
{
    Peakstock__V1__CohortLine *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    const struct pk_series *series = &shop->series[line->series];
    const struct pk_item *item = &shop->items[series->item];
    const bool has_style = item->style_id != NULL && item->style_id[0] != '\0';
    peakstock__v1__cohort_line__init(out);
    out->item_id = pk_reply_borrow(item->item_id);
    out->item_name = pk_reply_borrow(item->name);
    out->warehouse_id = pk_reply_borrow(shop->warehouses[series->warehouse]);
    out->style_id = pk_reply_borrow(has_style ? item->style_id : item->item_id);
    out->flagged_units = line->flagged_units;
    out->sold_units = line->state.sold_units;
    out->gone_otherwise_units = line->state.gone_otherwise_units;
    out->remaining_units = line->state.left_units;
    out->cleared_ratio =
        ratio_of((double)(line->flagged_units - line->state.left_units), line->flagged_units);
    out->handling = pk_reply_borrow(pk_cohort_handling_name(line->handling));
    out->plan_action = pk_reply_borrow(pk_clearance_action_name(line->plan_action));
    out->plan_discount_ratio = line->plan_discount_ratio;
    out->expected_cleared_units = line->expected_units;
    out->plan_expected_cleared_units = line->plan_expected_units;
    if (isfinite(line->cost)) {
        out->cost_case = PEAKSTOCK__V1__COHORT_LINE__COST_LEFT_COST_MICROS;
        out->left_cost_micros = pk_money_from_double(line->cost);
    }
    out->reasons = pk_reply_reasons(call, &line->reasons, &out->n_reasons);
    return out;
}

static Peakstock__V1__CohortBundle *wire_bundle(struct pk_rpc_call *call,
                                                const struct pk_shop *shop,
                                                const struct pk_cohort_line *line,
                                                double attach_ratio)
{
    Peakstock__V1__CohortBundle *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    const struct pk_series *series = &shop->series[line->series];
    const struct pk_item *partner = &shop->items[shop->series[line->bundle_partner].item];
    peakstock__v1__cohort_bundle__init(out);
    out->item_id = pk_reply_borrow(shop->items[series->item].item_id);
    out->item_name = pk_reply_borrow(shop->items[series->item].name);
    out->warehouse_id = pk_reply_borrow(shop->warehouses[series->warehouse]);
    out->remaining_units = line->state.left_units;
    out->partner_item_id = pk_reply_borrow(partner->item_id);
    out->partner_item_name = pk_reply_borrow(partner->name);
    out->bundle_price_micros = pk_money_from_double(line->bundle.price);
    out->discount_ratio = line->bundle.discount_ratio;
    out->margin_ratio = line->bundle.margin_ratio;
    out->attach_ratio = attach_ratio;
    out->expected_units = line->bundle.expected_units;
    out->expected_value_micros = pk_money_from_double(line->bundle.expected_margin);
    return out;
}

static enum pk_status send_path(struct pk_rpc_call *call, const struct pk_snapshot *now,
                                const struct pk_clearance_path *path,
                                const struct pk_clearance_path_request *request,
                                struct pk_error *error)
{
    const struct pk_shop *shop = &now->view.data->shop;
    struct pk_line_batch lines = {.call = call,
                                  .response = &peakstock__v1__track_clearance_response__descriptor,
                                  .field = "lines"};
    struct pk_line_batch bundles = {.call = call,
                                    .response =
                                        &peakstock__v1__track_clearance_response__descriptor,
                                    .field = "bundles"};
    enum pk_status status = send_first(call, now, path, request, error);
    for (size_t i = 0; i < path->line_count && status == PK_OK; i++)
        status = pk_line_batch_add(&lines, wire_line(call, shop, &path->lines[i]), error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&lines, error);
    for (size_t i = 0; i < path->line_count && status == PK_OK; i++)
        if (path->lines[i].bundle_partner != SIZE_MAX)
            status = pk_line_batch_add(
                &bundles, wire_bundle(call, shop, &path->lines[i], request->attach_ratio), error);
    return status == PK_OK ? pk_line_batch_flush(&bundles, error) : status;
}

/* The snapshot of the cohort's day; another use of `now` where that is the day. */
static enum pk_status acquire_then(struct pk_service_context *service, struct pk_rpc_call *call,
                                   struct pk_snapshot *now, int32_t since_date,
                                   struct pk_snapshot **out_then, struct pk_error *error)
{
    char date[PK_DATE_TEXT_SIZE];
    const int32_t as_of = now->view.data->shop.as_of_date;
    if (since_date == PK_DATE_NONE || since_date == as_of) {
        *out_then = pk_snapshot_hold(now);
        return PK_OK;
    }
    if (since_date > as_of)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "since_date",
                            "lies after the as-of day %s; nothing is known there",
                            pk_date_format(as_of, date));
    return pk_request_snapshot(service, call, since_date, out_then, error);
}

enum pk_status pk_handle_track_clearance(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__TrackClearanceRequest *request =
        (const Peakstock__V1__TrackClearanceRequest *)message;
    struct pk_snapshot *now = NULL;
    struct pk_snapshot *then = NULL;
    struct pk_series_selection selection = {0};
    struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                      .warehouse_id_count = request->n_warehouse_ids};
    struct pk_clearance_path_request wanted = {
        .thread_count = ((const struct pk_service_context *)context)->thread_count,
        .target_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT,
        .attach_ratio = PK_ATTACH_RATIO_DEFAULT};
    struct pk_clearance_path path = {0};
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    const int32_t since_date = pk_request_date(call, "since_date", request->since_date);
    wanted.by_date = pk_request_date(call, "by_date", request->by_date);
    if (request->target_case ==
        PEAKSTOCK__V1__TRACK_CLEARANCE_REQUEST__TARGET_TARGET_CLEARED_UNIT_RATIO)
        wanted.target_ratio = request->target_cleared_unit_ratio;
    if (request->attach_case == PEAKSTOCK__V1__TRACK_CLEARANCE_REQUEST__ATTACH_ATTACH_RATIO)
        wanted.attach_ratio = request->attach_ratio;
    pk_request_check_ratio(call, "target_cleared_unit_ratio", wanted.target_ratio);
    pk_request_check_ratio(call, "attach_ratio", wanted.attach_ratio);
    pk_request_check_ids(call, "warehouse_ids", request->warehouse_ids, request->n_warehouse_ids);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, &now, error);
    if (status == PK_OK)
        status = acquire_then(context, call, now, since_date, &then, error);
    if (status == PK_OK)
        status = pk_series_select(&then->view.data->shop, &filter, &selection, error);
    if (status == PK_OK)
        status = pk_track_clearance(pk_snapshot_view(then), pk_snapshot_view(now), &selection,
                                    &wanted, &path, error);
    if (status == PK_OK)
        status = send_path(call, now, &path, &wanted, error);
    pk_clearance_path_done(&path);
    pk_series_selection_done(&selection);
    pk_snapshot_release(then);
    pk_snapshot_release(now);
    return status;
}

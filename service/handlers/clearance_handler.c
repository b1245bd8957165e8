/* PlanClearance: sends the lines to clear, then the categories with their margin floors and the
 * summary. */
#include <math.h>

#include "models/base/lower_bound.h"
#include "models/base/units.h"
#include "peakstock/v1/clearance.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/workflows/clearance/plan_clearance.h"

/* NULL on lack of memory. */
static Peakstock__V1__ClearanceStep **wire_ladder(struct pk_rpc_call *call,
                                                  const struct pk_clearance_line *line)
{
    const struct pk_clearance *plan = line->plan;
    const int32_t next = line->facts->demand.first_date;
    Peakstock__V1__ClearanceStep **out =
        pk_rpc_call_allocate(call, plan->period_count * sizeof *out);
    Peakstock__V1__ClearanceStep *steps =
        pk_rpc_call_allocate(call, plan->period_count * sizeof *steps);
    if (out == NULL || steps == NULL)
        return NULL;
    for (size_t i = 0; i < plan->period_count; i++) {
        peakstock__v1__clearance_step__init(&steps[i]);
        steps[i].first_date_epoch_days = pk_clearance_period_date(plan, next, i);
        steps[i].days = plan->period_days;
        if (steps[i].first_date_epoch_days + steps[i].days - 1 > plan->last_date)
            steps[i].days = plan->last_date - steps[i].first_date_epoch_days + 1;
        steps[i].discount_ratio = pk_discount_ratio(plan->steps[i]);
        steps[i].left_units = plan->left_units[i];
        out[i] = &steps[i];
    }
    return out;
}

static void fill_ages(const struct pk_clearance *plan, Peakstock__V1__ClearanceLine *out)
{
    out->age_source = pk_reply_borrow(pk_age_source_name(plan->age.source));
    if (plan->age.source == PK_AGE_UNKNOWN)
        return;
    out->aged_0_90_units = plan->age.band_units[PK_AGE_0_90];
    out->aged_91_180_units = plan->age.band_units[PK_AGE_91_180];
    out->aged_181_270_units = plan->age.band_units[PK_AGE_181_270];
    out->aged_271_365_units = plan->age.band_units[PK_AGE_271_365];
    out->aged_over_365_units = plan->age.band_units[PK_AGE_OVER_365];
}

static void fill_figures(const struct pk_clearance *plan, Peakstock__V1__ClearanceLine *out)
{
    out->list = pk_reply_borrow(plan->is_watched ? "watch" : "cohort");
    out->elasticity = plan->response.elasticity;
    out->elasticity_standard_error = plan->response.standard_error;
    out->elasticity_source = pk_reply_borrow(pk_elasticity_source_name(plan->response.source));
    out->cleared_p10_units = plan->cleared_p10_units;
    out->cleared_p90_units = plan->cleared_p90_units;
    out->expected_recovered_micros = plan->recovered_micros;
    out->recovered_p10_micros = plan->recovered_p10_micros;
    out->recovered_p90_micros = plan->recovered_p90_micros;
    out->value_gain_micros = plan->expected_value_micros - plan->do_nothing_value_micros;
    out->single_discount_ratio = plan->single_discount_ratio;
    out->single_value_micros = plan->single_value_micros;
    out->reachable_cleared_units = plan->reachable_cleared_units;
    if (isfinite(plan->planned_sell_through_ratio)) {
        out->sold_part_case = PEAKSTOCK__V1__CLEARANCE_LINE__SOLD_PART_SELL_THROUGH_RATIO;
        out->sell_through_ratio = plan->sell_through_ratio;
        out->planned_part_case =
            PEAKSTOCK__V1__CLEARANCE_LINE__PLANNED_PART_PLANNED_SELL_THROUGH_RATIO;
        out->planned_sell_through_ratio = plan->planned_sell_through_ratio;
    }
    if (isfinite(plan->margin_ratio)) {
        out->margin_case = PEAKSTOCK__V1__CLEARANCE_LINE__MARGIN_MARGIN_RATIO;
        out->margin_ratio = plan->margin_ratio;
    }
    out->margin_exception_micros = plan->margin_exception_micros;
    out->last_date_epoch_days = plan->last_date;
}

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
    fill_ages(plan, out);
    fill_figures(plan, out);
    if (plan->period_count > 0) {
        out->ladder = wire_ladder(call, line);
        if (out->ladder == NULL)
            return NULL;
        out->n_ladder = plan->period_count;
    }
    return out;
}

struct line_taker {
    struct pk_line_batch *batch;
    const struct pk_series_selection *shown; /* ascending; NULL = all */
};

static bool is_series_before(const void *shown, const void *series)
{
    return *(const uint32_t *)shown < *(const uint32_t *)series;
}

static bool is_shown(const struct pk_series_selection *shown, uint32_t series)
{
    const size_t at = pk_lower_bound(shown->series, shown->count, sizeof *shown->series,
                                     is_series_before, &series);
    return at < shown->count && shown->series[at] == series;
}

static enum pk_status take_line(void *context, const struct pk_clearance_line *line,
                                struct pk_error *error)
{
    const struct line_taker *taker = context;
    const size_t series = (size_t)(line->facts->series - line->facts->shop->series);
    if (taker->shown != NULL && !is_shown(taker->shown, (uint32_t)series))
        return PK_OK;
    return pk_line_batch_add(taker->batch, wire_line(taker->batch->call, line), error);
}

static enum pk_status send_snapshot(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                    struct pk_error *error)
{
    Peakstock__V1__PlanClearanceResponse first = PEAKSTOCK__V1__PLAN_CLEARANCE_RESPONSE__INIT;
    const enum pk_status status =
        pk_reply_send(call, snapshot, &first.snapshot, &first.base, error);
    pk_rpc_call_release(call);
    return status;
}

static const char *floor_state(const struct pk_margin_floor *floor)
{
    if (!floor->is_reachable)
        return "below";
    return floor->multiplier > 0 ? "binding" : "kept";
}

static Peakstock__V1__ClearanceCategory *wire_category(struct pk_rpc_call *call,
                                                       const struct pk_shop *shop,
                                                       const struct pk_clearance_category *one)
{
    Peakstock__V1__ClearanceCategory *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    const double before = pk_margin_blend_ratio(&one->floor.before);
    const double after = pk_margin_blend_ratio(&one->floor.after);
    peakstock__v1__clearance_category__init(out);
    out->category = pk_reply_borrow(shop->categories[one->category]);
    out->line_count = one->line_count;
    if (isfinite(before)) {
        out->before_case = PEAKSTOCK__V1__CLEARANCE_CATEGORY__BEFORE_MARGIN_BEFORE_RATIO;
        out->margin_before_ratio = before;
    }
    if (isfinite(after)) {
        out->after_case = PEAKSTOCK__V1__CLEARANCE_CATEGORY__AFTER_MARGIN_AFTER_RATIO;
        out->margin_after_ratio = after;
    }
    out->floor_state = pk_reply_borrow(floor_state(&one->floor));
    out->value_given_up_micros = pk_money_from_double(one->floor.value_given_up);
    out->exception_count = one->exception_count;
    out->exception_micros = pk_money_from_double(one->exception_amount);
    return out;
}

static Peakstock__V1__ClearanceAgeBand *
wire_age_band(struct pk_rpc_call *call, const struct pk_clearance_report *report, size_t band)
{
    Peakstock__V1__ClearanceAgeBand *out = pk_rpc_call_allocate(call, sizeof *out);
    int64_t units = 0;
    if (out == NULL)
        return NULL;
    for (size_t i = 0; i <= PK_AGE_BAND_COUNT; i++)
        units += report->age_units[i];
    peakstock__v1__clearance_age_band__init(out);
    out->age_band = pk_reply_borrow(
        band < PK_AGE_BAND_COUNT ? pk_age_band_name((enum pk_age_band)band) : "unknown");
    out->aged_units = report->age_units[band];
    out->cost_value_micros = pk_money_from_double(report->age_cost[band]);
    out->aged_ratio = units > 0 ? (double)report->age_units[band] / (double)units : 0;
    return out;
}

/* Age bands and categories; the unknown ages only if there are any. */
static enum pk_status wire_report(struct pk_rpc_call *call, const struct pk_shop *shop,
                                  const struct pk_clearance_report *report,
                                  Peakstock__V1__PlanClearanceResponse *out, struct pk_error *error)
{
    const size_t band_count =
        PK_AGE_BAND_COUNT + (size_t)(report->age_units[PK_AGE_BAND_COUNT] > 0);
    out->age_bands = pk_rpc_call_allocate(call, band_count * sizeof *out->age_bands);
    out->categories =
        pk_rpc_call_allocate(call, (report->category_count + 1) * sizeof *out->categories);
    if (out->age_bands == NULL || out->categories == NULL)
        return pk_reply_out_of_memory(error);
    for (size_t i = 0; i < band_count; i++) {
        out->age_bands[i] = wire_age_band(call, report, i);
        if (out->age_bands[out->n_age_bands++] == NULL)
            return pk_reply_out_of_memory(error);
    }
    for (size_t i = 0; i < report->category_count; i++) {
        out->categories[i] = wire_category(call, shop, &report->categories[i]);
        if (out->categories[out->n_categories++] == NULL)
            return pk_reply_out_of_memory(error);
    }
    return PK_OK;
}

/* Every exception to the margin floor is on record, category by category. */
static void note_exceptions(const struct pk_service_context *context, const struct pk_shop *shop,
                            const struct pk_clearance_request *request,
                            const struct pk_clearance_report *report)
{
    for (size_t i = 0; i < report->category_count; i++) {
        const struct pk_clearance_category *one = &report->categories[i];
        const struct pk_margin_exception exception = {
            .category = shop->categories[one->category],
            .line_count = one->exception_count,
            .amount = one->exception_amount,
            .floor_ratio = request->margin_floor_ratio,
            .before_ratio = pk_margin_blend_ratio(&one->floor.before),
            .after_ratio = pk_margin_blend_ratio(&one->floor.after)};
        if (one->exception_count > 0 && context->note_margin_exception != NULL)
            context->note_margin_exception(&exception);
    }
}

static void fill_summary(const struct pk_clearance_request *request,
                         const struct pk_clearance_summary *totals,
                         Peakstock__V1__ClearanceSummary *summary)
{
    double p10, p90;
    pk_clearance_summary_band(totals, &p10, &p90);
    summary->line_count = totals->line_count;
    summary->flagged_units = totals->flagged_units;
    summary->expected_cleared_units = totals->expected_cleared_units;
    if (totals->flagged_units > 0) {
        summary->expected_cleared_ratio =
            totals->expected_cleared_units / (double)totals->flagged_units;
        summary->reachable_ratio = totals->reachable_cleared_units / (double)totals->flagged_units;
    }
    summary->target_cleared_unit_ratio = request->target_cleared_ratio;
    summary->expected_value_micros = pk_money_from_double(totals->expected_value);
    summary->watched_count = totals->watched_count;
    summary->watched_units = totals->watched_units;
    summary->discounted_count = totals->discounted_count;
    summary->cannot_clear_count = totals->cannot_clear_count;
    summary->cannot_clear_units = totals->cannot_clear_units;
    summary->do_nothing_value_micros = pk_money_from_double(totals->do_nothing_value);
    summary->single_value_micros = pk_money_from_double(totals->single_value);
    summary->expected_recovered_micros = pk_money_from_double(totals->recovered);
    summary->recovered_p10_micros = pk_money_from_double(p10);
    summary->recovered_p90_micros = pk_money_from_double(p90);
    summary->margin_floor_ratio = request->margin_floor_ratio;
}

static enum pk_status send_summary(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                   const struct pk_clearance_request *request,
                                   const struct pk_clearance_summary *totals,
                                   const struct pk_clearance_report *report, struct pk_error *error)
{
    Peakstock__V1__PlanClearanceResponse last = PEAKSTOCK__V1__PLAN_CLEARANCE_RESPONSE__INIT;
    Peakstock__V1__ClearanceSummary summary = PEAKSTOCK__V1__CLEARANCE_SUMMARY__INIT;
    char date[PK_DATE_TEXT_SIZE];
    char text[256];
    char *warning = text;
    summary.by_date = pk_reply_borrow(pk_date_format(request->by_date, date));
    summary.currency_code = pk_reply_borrow(snapshot->stamp->currency_code);
    fill_summary(request, totals, &summary);
    if (totals->flagged_units > 0 &&
        summary.expected_cleared_ratio < request->target_cleared_ratio) {
        pk_text_format(text, sizeof text,
                       "expected to clear %.1f %% of the flagged units by %s, below the target of "
                       "%.1f %%: %lld of %lld lines cannot reach it above the floor",
                       100 * summary.expected_cleared_ratio, date,
                       100 * request->target_cleared_ratio, (long long)totals->cannot_clear_count,
                       (long long)totals->line_count);
        summary.warnings = &warning;
        summary.n_warnings = 1;
    }
    last.summary = &summary;
    enum pk_status status = wire_report(call, &snapshot->view.data->shop, report, &last, error);
    if (status == PK_OK)
        status = pk_rpc_call_send(call, &last.base, error);
    return status;
}

static enum pk_status plan_clearance(void *context, struct pk_rpc_call *call,
                                     const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__PlanClearanceRequest *request =
        (const Peakstock__V1__PlanClearanceRequest *)message;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0}, shown = {0};
    struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                      .warehouse_id_count = request->n_warehouse_ids};
    struct pk_series_filter items = {.item_ids = request->item_ids,
                                     .item_id_count = request->n_item_ids};
    struct pk_clearance_report report = {0};
    struct pk_clearance_request wanted = {.target_cleared_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT,
                                          .has_margin_floor = true,
                                          .margin_floor_ratio = PK_MARGIN_FLOOR_RATIO};
    struct pk_clearance_summary totals = {0};
    struct pk_line_batch batch = {.call = call,
                                  .response = &peakstock__v1__plan_clearance_response__descriptor,
                                  .field = "lines"};
    struct line_taker taker = {&batch, request->n_item_ids > 0 ? &shown : NULL};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    wanted.by_date = pk_request_date(call, "by_date", request->by_date);
    if (request->target_case ==
        PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__TARGET_TARGET_CLEARED_UNIT_RATIO)
        wanted.target_cleared_ratio = request->target_cleared_unit_ratio;
    pk_request_check_ratio(call, "target_cleared_unit_ratio", wanted.target_cleared_ratio);
    pk_request_check_ids(call, "warehouse_ids", request->warehouse_ids, request->n_warehouse_ids);
    pk_request_check_ids(call, "item_ids", request->item_ids, request->n_item_ids);
    if (request->floor_case == PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__FLOOR_MARGIN_FLOOR_RATIO)
        wanted.margin_floor_ratio = request->margin_floor_ratio;
    if (!(wanted.margin_floor_ratio >= 0 && wanted.margin_floor_ratio < 1))
        pk_rpc_call_violation(call, "margin_floor_ratio", "%g is out of range; give 0 to below 1",
                              wanted.margin_floor_ratio);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = pk_clearance_by_date(&snapshot->view.data->shop, wanted.by_date, &wanted.by_date,
                                      error);
    if (status == PK_OK)
        status = pk_series_select(&snapshot->view.data->shop, &filter, &selection, error);
    if (status == PK_OK && request->n_item_ids > 0)
        status = pk_series_select(&snapshot->view.data->shop, &items, &shown, error);
    if (status == PK_OK)
        status = send_snapshot(call, snapshot, error);
    if (status == PK_OK)
        status = pk_plan_clearance(pk_snapshot_view(snapshot), &selection, &wanted,
                                   ((const struct pk_service_context *)context)->thread_count,
                                   take_line, &taker, &totals, &report, error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&batch, error);
    if (status == PK_OK)
        status = send_summary(call, snapshot, &wanted, &totals, &report, error);
    if (status == PK_OK)
        note_exceptions(context, &snapshot->view.data->shop, &wanted, &report);
    pk_clearance_report_done(&report);
    pk_series_selection_done(&selection);
    pk_series_selection_done(&shown);
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

/* PromotionService: sends the readiness check of a campaign, and lists the promotions of the
 * store. */
#include <math.h>
#include <stdlib.h>

#include "models/base/limits.h"
#include "models/evidence/decide_promotion.h"
#include "peakstock/v1/promotion.pb-c.h"
#include "peakstock/v1/promotion_plan.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/promotion_sums.h"
#include "service/handlers/reply.h"
#include "service/workflows/promotion/check_promotion.h"
#include "service/workflows/promotion/list_promotions.h"

static Peakstock__V1__ReadinessState wire_state(enum pk_readiness state)
{
    switch (state) {
    case PK_READINESS_RED:
        return PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_RED;
    case PK_READINESS_AMBER:
        return PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_AMBER;
    case PK_READINESS_GREEN:
        return PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_GREEN;
    case PK_READINESS_BLUE:
        return PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_BLUE;
    case PK_READINESS_UNKNOWN:
    case PK_READINESS_COUNT:
        break;
    }
    return PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_UNSPECIFIED;
}

static void wire_plan(const struct pk_promotion_line *line, Peakstock__V1__PromotionLine *out)
{
    const struct pk_line_advice *advice = line->advice;
    const struct pk_promotion_check *check = line->check;
    out->action = pk_reply_borrow(pk_promotion_action_name(advice->advice.action));
    out->action_units = advice->advice.units;
    out->action_date_epoch_days = pk_reply_epoch_days(advice->advice.date);
    if (advice->advice.action != PK_ACTION_NONE && advice->advice.worth_micros >= 0) {
        out->worth_case = PEAKSTOCK__V1__PROMOTION_LINE__WORTH_ACTION_WORTH_MICROS;
        out->action_worth_micros = advice->advice.worth_micros;
    }
    if (advice->advice.margin_at_risk_micros >= 0) {
        out->risk_case = PEAKSTOCK__V1__PROMOTION_LINE__RISK_MARGIN_AT_RISK_MICROS;
        out->margin_at_risk_micros = advice->advice.margin_at_risk_micros;
    }
    out->transfer_from_warehouse_id = pk_reply_borrow(advice->transfer_from_warehouse_id);
    out->expedite_order_id = pk_reply_borrow(advice->expedite_order_id);
    out->expedite_days = advice->advice.expedite_days;
    out->order_units = check->order_units;
    if (check->order_cap_units >= 0) {
        out->cap_case = PEAKSTOCK__V1__PROMOTION_LINE__CAP_ORDER_CAP_UNITS;
        out->order_cap_units = check->order_cap_units;
    }
    if (advice->reorder_units >= 0) {
        out->today_case = PEAKSTOCK__V1__PROMOTION_LINE__TODAY_REORDER_UNITS;
        out->reorder_units = advice->reorder_units;
    }
}

static void wire_progress(const struct pk_promotion_line *line, Peakstock__V1__PromotionLine *out)
{
    const struct pk_promotion_check *check = line->check;
    const struct pk_promotion_input *input = line->input;
    out->presale_units = check->presale_units;
    out->presale_gap_units = check->presale_gap_units;
    if (!isnan(check->presale_cover_probability)) {
        out->presale_case = PEAKSTOCK__V1__PROMOTION_LINE__PRESALE_PRESALE_COVER_PROBABILITY;
        out->presale_cover_probability = check->presale_cover_probability;
    }
    if (check->presale_units > 0)
        out->ship_by_date_epoch_days = pk_reply_epoch_days(input->ship_by_date);
    if (input->start_date >= input->demand->first_date)
        return;
    out->sold_case = PEAKSTOCK__V1__PROMOTION_LINE__SOLD_SOLD_SO_FAR_UNITS;
    out->sold_so_far_units = check->sold_so_far_units;
    out->expected_case = PEAKSTOCK__V1__PROMOTION_LINE__EXPECTED_EXPECTED_SO_FAR_UNITS;
    out->expected_so_far_units = check->expected_so_far_units;
    if (!isnan(check->sell_through_ratio)) {
        out->sold_through_case = PEAKSTOCK__V1__PROMOTION_LINE__SOLD_THROUGH_SELL_THROUGH_RATIO;
        out->sell_through_ratio = check->sell_through_ratio;
    }
}

static Peakstock__V1__PromotionLine *wire_line(struct pk_rpc_call *call,
                                               const struct pk_promotion_line *line)
{
    const struct pk_promotion_check *check = line->check;
    const struct pk_series_facts *facts = line->facts;
    Peakstock__V1__PromotionLine *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_line__init(out);
    out->item_id = pk_reply_borrow(facts->item->item_id);
    out->item_name = pk_reply_borrow(facts->item->name);
    out->category = pk_reply_borrow(facts->shop->categories[facts->item->category]);
    out->role = pk_reply_borrow(pk_role_word(facts->item->role)->name);
    out->warehouse_id = pk_reply_borrow(line->warehouse_id);
    out->state = wire_state(check->state);
    out->q50_units = check->q50_units;
    out->q90_units = check->q90_units;
    if (!isnan(check->stock_at_start_units)) {
        out->stock_case = PEAKSTOCK__V1__PROMOTION_LINE__STOCK_STOCK_AT_START_UNITS;
        out->stock_at_start_units = check->stock_at_start_units;
    }
    out->inbound_before_start_units = check->inbound_before_start_units;
    out->gap_q50_units = check->gap_q50_units;
    out->gap_q90_units = check->gap_q90_units;
    out->cover_probability = isnan(check->cover_probability) ? 0 : check->cover_probability;
    out->order_by_date_epoch_days = pk_reply_epoch_days(check->order_by_date);
    out->peak_day_q90_units = check->peak_day_q90_units;
    wire_plan(line, out);
    wire_progress(line, out);
    out->reasons = pk_reply_reasons(call, &check->reasons, &out->n_reasons);
    return out;
}

/* What the callbacks of a check work with. */
struct check_lines {
    struct pk_line_batch batch;
    const struct pk_snapshot *snapshot;
};

static enum pk_status take_line(void *context, const struct pk_promotion_line *line,
                                struct pk_error *error)
{
    struct pk_line_batch *batch = &((struct check_lines *)context)->batch;
    return pk_line_batch_add(batch, wire_line(batch->call, line), error);
}

static enum pk_status send_head(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                const char *promotion_id, struct pk_error *error)
{
    Peakstock__V1__CheckPromotionResponse first = PEAKSTOCK__V1__CHECK_PROMOTION_RESPONSE__INIT;
    struct pk_campaign campaign;
    enum pk_status status =
        pk_find_campaign_ahead(pk_snapshot_view(snapshot), promotion_id, &campaign, error);
    if (status != PK_OK)
        return status;
    first.snapshot = pk_reply_snapshot(call, snapshot);
    first.window_start_date = pk_reply_date(call, campaign.start_date);
    first.window_end_date = pk_reply_date(call, campaign.end_date);
    const bool has_presale =
        campaign.presale_start_date != PK_DATE_NONE && campaign.ship_by_date != PK_DATE_NONE;
    first.ship_by_date =
        has_presale ? pk_reply_date(call, campaign.ship_by_date) : pk_reply_borrow("");
    if (first.snapshot == NULL || first.window_start_date == NULL ||
        first.window_end_date == NULL || first.ship_by_date == NULL)
        return pk_reply_out_of_memory(error);
    status = pk_rpc_call_send(call, &first.base, error);
    pk_rpc_call_release(call);
    return status;
}

/* Before the lines. */
static enum pk_status begin_lines(void *context, const struct pk_promotion_report *report,
                                  struct pk_error *error)
{
    struct check_lines *lines = context;
    return pk_send_promotion_headline(lines->batch.call, lines->snapshot, report, error);
}

static enum pk_status check_promotion(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__CheckPromotionRequest *request =
        (const Peakstock__V1__CheckPromotionRequest *)message;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_promotion_report report = {0};
    struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                      .warehouse_id_count = request->n_warehouse_ids};
    struct check_lines lines = {
        .batch = {.call = call,
                  .response = &peakstock__v1__check_promotion_response__descriptor,
                  .field = "lines"}};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    pk_request_check_promotion(call, "promotion_id", request->promotion_id);
    pk_request_check_ids(call, "warehouse_ids", request->warehouse_ids, request->n_warehouse_ids);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK)
        status = send_head(call, snapshot, request->promotion_id, error);
    if (status == PK_OK)
        lines.snapshot = snapshot;
    if (status == PK_OK)
        status = pk_check_promotion(snapshot, request->promotion_id, &selection,
                                    ((const struct pk_service_context *)context)->thread_count,
                                    begin_lines, take_line, &lines, &report, error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&lines.batch, error);
    if (status == PK_OK)
        status = pk_send_promotion_sums(call, snapshot, &report, error);
    pk_promotion_report_done(&report);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

static bool wire_summary(struct pk_rpc_call *call, const struct pk_promotion_outline *outline,
                         Peakstock__V1__PromotionSummary *out)
{
    peakstock__v1__promotion_summary__init(out);
    out->promotion_id = pk_reply_text(call, outline->promotion_id);
    out->name = pk_reply_text(call, outline->name);
    out->kind = pk_reply_text(call, outline->kind);
    out->status = pk_reply_text(call, outline->status);
    out->start_date = pk_reply_date(call, outline->start_date);
    out->end_date = pk_reply_date(call, outline->end_date);
    out->row_count = outline->row_count;
    out->discount_ratio_maximum = outline->discount_ratio_maximum;
    out->phases = pk_rpc_call_allocate(call, PK_OUTLINE_PHASE_COUNT * sizeof(char *));
    if (out->phases == NULL)
        return false;
    for (size_t i = 0; i < PK_OUTLINE_PHASE_COUNT; i++) {
        const struct pk_outline_phase *phase = &outline->phases[i];
        char first[PK_DATE_TEXT_SIZE];
        char last[PK_DATE_TEXT_SIZE];
        char text[64];
        if (phase->start_date == PK_DATE_NONE)
            continue;
        pk_text_format(text, sizeof text, "%s %s..%s", phase->name,
                       pk_date_format(phase->start_date, first),
                       pk_date_format(phase->end_date, last));
        char *copy = pk_reply_text(call, text);
        if (copy == NULL)
            return false;
        out->phases[out->n_phases++] = copy;
    }
    return out->promotion_id != NULL && out->name != NULL && out->kind != NULL &&
           out->status != NULL && out->start_date != NULL && out->end_date != NULL;
}

/* The page token is the position in the list, which is ordered and rebuilt for each call. */
static enum pk_status read_page(struct pk_rpc_call *call, const Peakstock__V1__PageRequest *page,
                                size_t *out_first, size_t *out_size, struct pk_error *error)
{
    int64_t first = 0;
    int32_t size = page == NULL || page->page_size == 0 ? PK_PAGE_SIZE_DEFAULT : page->page_size;
    if (size < 1 || size > PK_PAGE_SIZE_MAX)
        pk_rpc_call_violation(call, "page.page_size", "%d is out of range; give 1 to %d", size,
                              PK_PAGE_SIZE_MAX);
    if (page != NULL && page->page_token[0] != '\0' &&
        (!pk_text_to_integer(pk_text_from(page->page_token), &first) || first < 0))
        pk_rpc_call_violation(call, "page.page_token", "is none of this service's tokens");
    *out_first = (size_t)first;
    *out_size = (size_t)size;
    return pk_request_check(call, error);
}

static enum pk_status list_promotions(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *message, struct pk_error *error)
{
    const struct pk_service_context *service = context;
    const Peakstock__V1__ListPromotionsRequest *request =
        (const Peakstock__V1__ListPromotionsRequest *)message;
    Peakstock__V1__ListPromotionsResponse response = PEAKSTOCK__V1__LIST_PROMOTIONS_RESPONSE__INIT;
    Peakstock__V1__PageInfo page = PEAKSTOCK__V1__PAGE_INFO__INIT;
    struct pk_promotion_outline *outlines = NULL;
    size_t count = 0;
    size_t first;
    size_t size;
    char token[32] = "";
    enum pk_status status = read_page(call, request->page, &first, &size, error);
    if (status == PK_OK)
        status = pk_list_promotions(service->store, &outlines, &count, error);
    if (status != PK_OK)
        goto cleanup;
    size_t last = first + size < count ? first + size : count;
    size_t shown = first < last ? last - first : 0;
    Peakstock__V1__PromotionSummary *entries =
        pk_rpc_call_allocate(call, (shown + 1) * sizeof *entries);
    response.promotions =
        pk_rpc_call_allocate(call, (shown + 1) * sizeof(Peakstock__V1__PromotionSummary *));
    bool is_complete = entries != NULL && response.promotions != NULL;
    for (size_t i = 0; is_complete && i < shown; i++) {
        is_complete = wire_summary(call, &outlines[first + i], &entries[i]);
        response.promotions[i] = &entries[i];
    }
    response.n_promotions = shown;
    if (last < count)
        pk_text_format(token, sizeof token, "%zu", last);
    page.next_page_token = token;
    response.page = &page;
    status =
        is_complete ? pk_rpc_call_send(call, &response.base, error) : pk_reply_out_of_memory(error);

cleanup:
    free(outlines);
    return status;
}

const struct pk_rpc_method pk_promotion_methods[] = {
    {"ListPromotions", PK_RPC_UNARY, &peakstock__v1__list_promotions_request__descriptor,
     &peakstock__v1__list_promotions_response__descriptor, list_promotions},
    {"CheckPromotion", PK_RPC_SERVER_STREAM, &peakstock__v1__check_promotion_request__descriptor,
     &peakstock__v1__check_promotion_response__descriptor, check_promotion},
    {"ComparePromotions", PK_RPC_SERVER_STREAM,
     &peakstock__v1__compare_promotions_request__descriptor,
     &peakstock__v1__compare_promotions_response__descriptor, pk_handle_compare_promotions},
    {"PlanPromotion", PK_RPC_SERVER_STREAM, &peakstock__v1__plan_promotion_request__descriptor,
     &peakstock__v1__plan_promotion_response__descriptor, pk_handle_plan_promotion},
};
const size_t pk_promotion_method_count =
    sizeof pk_promotion_methods / sizeof pk_promotion_methods[0];

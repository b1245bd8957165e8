/* ComparePromotions: sends two campaigns side by side, their lessons first, then their lines. */
#include <math.h>

#include "models/base/text.h"
#include "peakstock/v1/promotion_compare.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/workflows/past_campaign/compare_promotions.h"

/* The figures of a day: the rest has no meaning there. */
static const enum pk_campaign_metric day_metrics[] = {PK_CAMPAIGN_SOLD, PK_CAMPAIGN_DEMAND,
                                                      PK_CAMPAIGN_BASELINE, PK_CAMPAIGN_LIFT};
#define DAY_METRIC_COUNT (sizeof day_metrics / sizeof day_metrics[0])

/* One scope of both campaigns; NULL = that one has no part in it. */
struct scope_pair {
    const char *scope;
    char *scope_id, *a_date, *b_date;
    const struct pk_campaign_sum *a, *b;
};

static void wire_figure(const struct pk_campaign_sum *a, const struct pk_campaign_sum *b,
                        enum pk_campaign_metric metric, Peakstock__V1__ComparedFigure *out)
{
    const struct pk_campaign_figure none = {false, 0, NAN, PK_BASIS_RESULT};
    const struct pk_campaign_figure left = a != NULL ? pk_campaign_figure_of(a, metric) : none;
    const struct pk_campaign_figure right = b != NULL ? pk_campaign_figure_of(b, metric) : none;
    peakstock__v1__compared_figure__init(out);
    out->metric = pk_reply_borrow(pk_campaign_metric_name(metric));
    if (left.is_defined) {
        out->a_case = PEAKSTOCK__V1__COMPARED_FIGURE__A_A_VALUE;
        out->a_value = left.value;
        out->a_basis = pk_reply_borrow(pk_campaign_basis_name(left.basis));
    }
    if (left.is_defined && !isnan(left.standard_error)) {
        out->a_error_case = PEAKSTOCK__V1__COMPARED_FIGURE__A_ERROR_A_STANDARD_ERROR;
        out->a_standard_error = left.standard_error;
    }
    if (right.is_defined) {
        out->b_case = PEAKSTOCK__V1__COMPARED_FIGURE__B_B_VALUE;
        out->b_value = right.value;
        out->b_basis = pk_reply_borrow(pk_campaign_basis_name(right.basis));
    }
    if (right.is_defined && !isnan(right.standard_error)) {
        out->b_error_case = PEAKSTOCK__V1__COMPARED_FIGURE__B_ERROR_B_STANDARD_ERROR;
        out->b_standard_error = right.standard_error;
    }
    /* Part of a campaign is not set against a whole one. */
    if (left.is_defined && right.is_defined &&
        (left.basis == PK_BASIS_SO_FAR) == (right.basis == PK_BASIS_SO_FAR)) {
        out->change_case = PEAKSTOCK__V1__COMPARED_FIGURE__CHANGE_DIFFERENCE;
        out->difference = right.value - left.value;
    }
}

/* All figures of a scope, or those of a day; NULL without memory. */
static Peakstock__V1__PromotionComparison *wire_pair(struct pk_rpc_call *call,
                                                     const struct scope_pair *pair, bool is_day)
{
    const size_t count = is_day ? DAY_METRIC_COUNT : PK_CAMPAIGN_METRIC_COUNT;
    Peakstock__V1__PromotionComparison *out = pk_rpc_call_allocate(call, sizeof *out);
    Peakstock__V1__ComparedFigure *figures = pk_rpc_call_allocate(call, count * sizeof *figures);
    if (out == NULL || figures == NULL || pair->scope_id == NULL || pair->a_date == NULL ||
        pair->b_date == NULL)
        return NULL;
    peakstock__v1__promotion_comparison__init(out);
    out->figures = pk_rpc_call_allocate(call, count * sizeof(Peakstock__V1__ComparedFigure *));
    if (out->figures == NULL)
        return NULL;
    out->scope = pk_reply_borrow(pair->scope);
    out->scope_id = pair->scope_id;
    out->a_date = pair->a_date;
    out->b_date = pair->b_date;
    for (size_t i = 0; i < count; i++) {
        wire_figure(pair->a, pair->b, is_day ? day_metrics[i] : (enum pk_campaign_metric)i,
                    &figures[i]);
        out->figures[i] = &figures[i];
    }
    out->n_figures = count;
    return out;
}

static Peakstock__V1__ComparedPromotion *wire_promotion(struct pk_rpc_call *call,
                                                        const struct pk_campaign_results *results)
{
    Peakstock__V1__ComparedPromotion *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__compared_promotion__init(out);
    out->promotion_id = pk_reply_borrow(results->campaign.promotion_id);
    out->name = pk_reply_borrow(results->campaign.name);
    out->kind = pk_reply_borrow(results->campaign.kind);
    out->start_date = pk_reply_date(call, results->campaign.start_date);
    out->end_date = pk_reply_date(call, results->campaign.end_date);
    out->state = pk_reply_borrow(results->is_over     ? "over"
                                 : results->has_begun ? "running"
                                                      : "ahead");
    out->line_count = (int64_t)results->total.line_count;
    out->overlap_line_count = (int64_t)results->total.overlap_count;
    out->forecast_as_of_date = pk_reply_date(
        call, results->has_forecast ? results->campaign.start_date - 1 : PK_DATE_NONE);
    out->days_after = results->days_after;
    return out->start_date != NULL && out->end_date != NULL && out->forecast_as_of_date != NULL
               ? out
               : NULL;
}

/* A day as a sum of its own, so that its figures are made as all others. */
static struct pk_campaign_sum *day_sum(struct pk_rpc_call *call, const struct pk_campaign_day *day)
{
    struct pk_campaign_sum *sum = pk_rpc_call_allocate(call, sizeof *sum);
    if (sum == NULL)
        return NULL;
    *sum = (struct pk_campaign_sum){
        .has_begun = !day->is_ahead, .is_over = !day->is_ahead, .window = day->sum};
    sum->days_after = PK_CAMPAIGN_RETURN_DAYS;
    return sum;
}

static Peakstock__V1__PromotionComparison *wire_day(struct pk_rpc_call *call,
                                                    const struct pk_compared_day *day)
{
    char text[64];
    pk_text_format(text, sizeof text, "%s_%d", pk_campaign_phase_name(day->phase), day->number);
    struct scope_pair pair = {
        .scope = "day",
        .scope_id = pk_reply_text(call, text),
        .a_date = pk_reply_date(call, day->a != NULL ? day->a->date : PK_DATE_NONE),
        .b_date = pk_reply_date(call, day->b != NULL ? day->b->date : PK_DATE_NONE)};
    pair.a = day->a != NULL ? day_sum(call, day->a) : NULL;
    pair.b = day->b != NULL ? day_sum(call, day->b) : NULL;
    if ((day->a != NULL && pair.a == NULL) || (day->b != NULL && pair.b == NULL))
        return NULL;
    return wire_pair(call, &pair, true);
}

static bool fill_scopes(struct pk_rpc_call *call, const struct pk_shop *shop,
                        const struct pk_comparison *comparison,
                        Peakstock__V1__ComparePromotionsResponse *out)
{
    const size_t room = 1 + shop->category_count + comparison->day_count;
    struct scope_pair total = {"total",
                               pk_reply_borrow(""),
                               pk_reply_borrow(""),
                               pk_reply_borrow(""),
                               &comparison->a.total,
                               &comparison->b.total};
    out->comparisons =
        pk_rpc_call_allocate(call, room * sizeof(Peakstock__V1__PromotionComparison *));
    if (out->comparisons == NULL)
        return false;
    out->comparisons[out->n_comparisons++] = wire_pair(call, &total, false);
    for (size_t i = 0; i < shop->category_count; i++) {
        const struct pk_campaign_sum *a = &comparison->a.categories[i];
        const struct pk_campaign_sum *b = &comparison->b.categories[i];
        struct scope_pair pair = total;
        pair.scope = "category";
        pair.scope_id = pk_reply_borrow(shop->categories[i]);
        pair.a = a->line_count > 0 ? a : NULL;
        pair.b = b->line_count > 0 ? b : NULL;
        if (a->line_count + b->line_count > 0)
            out->comparisons[out->n_comparisons++] = wire_pair(call, &pair, false);
    }
    for (size_t i = 0; i < comparison->day_count; i++)
        out->comparisons[out->n_comparisons++] = wire_day(call, &comparison->days[i]);
    for (size_t i = 0; i < out->n_comparisons; i++)
        if (out->comparisons[i] == NULL)
            return false;
    return true;
}

static bool fill_lessons(struct pk_rpc_call *call, const struct pk_shop *shop,
                         const struct pk_comparison *comparison,
                         Peakstock__V1__ComparePromotionsResponse *out)
{
    const size_t count = comparison->lesson_count;
    Peakstock__V1__PromotionLesson *entries =
        pk_rpc_call_allocate(call, (count + 1) * sizeof *entries);
    out->lessons =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__PromotionLesson *));
    out->lesson_promotion_ids = pk_rpc_call_allocate(call, 2 * sizeof(char *));
    if (entries == NULL || out->lessons == NULL || out->lesson_promotion_ids == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct pk_campaign_lesson *lesson = &comparison->lessons[i];
        struct pk_reasons reasons = {0};
        pk_reasons_add(&reasons, lesson->reason);
        peakstock__v1__promotion_lesson__init(&entries[i]);
        entries[i].category = pk_reply_borrow(shop->categories[lesson->category]);
        entries[i].reasons = pk_reply_reasons(call, &reasons, &entries[i].n_reasons);
        entries[i].first_ratio = lesson->first_ratio;
        entries[i].second_ratio = lesson->second_ratio;
        out->lessons[i] = &entries[i];
    }
    out->n_lessons = count;
    for (size_t i = 0; i < 2 && comparison->lesson_ids[i][0] != '\0'; i++)
        out->lesson_promotion_ids[out->n_lesson_promotion_ids++] =
            pk_reply_borrow(comparison->lesson_ids[i]);
    return true;
}

/* What the reader must know before believing the figures. */
static bool fill_warnings(struct pk_rpc_call *call, const struct pk_campaign_results *results,
                          Peakstock__V1__ComparePromotionsResponse *out)
{
    char text[256] = "";
    if (results->total.line_count == 0)
        pk_text_format(text, sizeof text, "no item of the chosen scope takes part in '%.64s'",
                       results->campaign.promotion_id);
    else if (results->has_begun && !results->has_forecast)
        pk_text_format(text, sizeof text,
                       "'%.64s': too little history before it for a forecast of that time",
                       results->campaign.promotion_id);
    else if (results->is_over && results->total.stock_count == 0)
        pk_text_format(text, sizeof text,
                       "'%.64s': no stock counts around it; import stock for its stocking accuracy",
                       results->campaign.promotion_id);
    if (text[0] == '\0')
        return true;
    out->warnings[out->n_warnings] = pk_reply_text(call, text);
    return out->warnings[out->n_warnings++] != NULL;
}

static enum pk_status send_head(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                const struct pk_comparison *comparison, struct pk_error *error)
{
    Peakstock__V1__ComparePromotionsResponse head =
        PEAKSTOCK__V1__COMPARE_PROMOTIONS_RESPONSE__INIT;
    const struct pk_shop *shop = &snapshot->view.data->shop;
    head.snapshot = pk_reply_snapshot(call, snapshot);
    head.a = wire_promotion(call, &comparison->a);
    head.b = wire_promotion(call, &comparison->b);
    head.warnings = pk_rpc_call_allocate(call, 2 * sizeof(char *));
    const bool is_complete =
        head.snapshot != NULL && head.a != NULL && head.b != NULL && head.warnings != NULL &&
        fill_scopes(call, shop, comparison, &head) && fill_lessons(call, shop, comparison, &head) &&
        fill_warnings(call, &comparison->a, &head) && fill_warnings(call, &comparison->b, &head);
    return is_complete ? pk_rpc_call_send(call, &head.base, error) : pk_reply_out_of_memory(error);
}

/* A line as a sum of its own. */
static struct pk_campaign_sum *line_sum(struct pk_rpc_call *call,
                                        const struct pk_campaign_results *results,
                                        const struct pk_campaign_line_result *line)
{
    struct pk_campaign_sum *sum = line == NULL ? NULL : pk_rpc_call_allocate(call, sizeof *sum);
    if (sum == NULL)
        return NULL;
    *sum = (struct pk_campaign_sum){.has_begun = results->has_begun,
                                    .is_over = results->is_over,
                                    .days_after = results->days_after};
    pk_campaign_sum_add(sum, &line->line);
    return sum;
}

static enum pk_status send_lines(struct pk_rpc_call *call, const struct pk_shop *shop,
                                 const struct pk_comparison *comparison, struct pk_error *error)
{
    struct pk_line_batch batch = {.call = call,
                                  .response =
                                      &peakstock__v1__compare_promotions_response__descriptor,
                                  .field = "comparisons"};
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < comparison->line_count && status == PK_OK; i++) {
        const struct pk_compared_line *line = &comparison->lines[i];
        const struct pk_series *series = &shop->series[line->series];
        char text[2 * PK_ID_BYTES_MAX_PLUS_NUL];
        pk_text_format(text, sizeof text, "%s@%s", shop->items[series->item].item_id,
                       shop->warehouses[series->warehouse]);
        const struct scope_pair pair = {.scope = "line",
                                        .scope_id = pk_reply_text(call, text),
                                        .a_date = pk_reply_borrow(""),
                                        .b_date = pk_reply_borrow(""),
                                        .a = line_sum(call, &comparison->a, line->a),
                                        .b = line_sum(call, &comparison->b, line->b)};
        const bool has_memory =
            (line->a == NULL || pair.a != NULL) && (line->b == NULL || pair.b != NULL);
        status =
            pk_line_batch_add(&batch, has_memory ? wire_pair(call, &pair, false) : NULL, error);
    }
    return status == PK_OK ? pk_line_batch_flush(&batch, error) : status;
}

/* The snapshot of the day before a campaign that has begun; NULL where there is no history for
 * it. */
static enum pk_status acquire_before(struct pk_service_context *service, struct pk_rpc_call *call,
                                     const struct pk_snapshot *snapshot, const char *promotion_id,
                                     struct pk_snapshot **out_before, struct pk_error *error)
{
    struct pk_campaign campaign;
    if (!pk_campaign_find(&snapshot->view.data->shop, promotion_id, NULL, &campaign))
        return PK_OK;
    return pk_request_past_snapshot(service, call,
                                    pk_campaign_before_date(pk_snapshot_view(snapshot), &campaign),
                                    out_before, error);
}

/* The campaign to compare with: the one named, or the one of the same kind before b. */
static enum pk_status choose_a(const struct pk_snapshot *snapshot,
                               const Peakstock__V1__ComparePromotionsRequest *request,
                               const char **out_promotion_id, struct pk_error *error)
{
    struct pk_campaign b, a;
    *out_promotion_id = request->a_promotion_id;
    if (request->a_promotion_id[0] != '\0')
        return PK_OK;
    if (!pk_campaign_find(&snapshot->view.data->shop, request->b_promotion_id, NULL, &b))
        return pk_error_set(error, PK_NOT_FOUND, "b_promotion_id",
                            "no approved promotion '%.64s' that covers a known item, category or "
                            "warehouse; see: peakstock promo list",
                            request->b_promotion_id);
    if (!pk_campaign_previous(&snapshot->view.data->shop, &b, false, &a))
        return pk_error_set(error, PK_FAILED_PRECONDITION, "a_promotion_id",
                            "no campaign of kind '%.64s' ended before '%.64s'; name both", b.kind,
                            request->b_promotion_id);
    *out_promotion_id = a.promotion_id;
    return PK_OK;
}

enum pk_status pk_handle_compare_promotions(void *context, struct pk_rpc_call *call,
                                            const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__ComparePromotionsRequest *request =
        (const Peakstock__V1__ComparePromotionsRequest *)message;
    struct pk_snapshot *snapshot = NULL, *a_before = NULL, *b_before = NULL;
    struct pk_series_selection selection = {0};
    struct pk_comparison comparison = {.lesson_ids = {"", ""}};
    const struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                            .warehouse_id_count = request->n_warehouse_ids};
    const char *a_id = "";
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    if (request->a_promotion_id[0] != '\0')
        pk_request_check_id(call, "a_promotion_id", request->a_promotion_id);
    pk_request_check_promotion(call, "b_promotion_id", request->b_promotion_id);
    pk_request_check_ids(call, "warehouse_ids", request->warehouse_ids, request->n_warehouse_ids);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK)
        status = choose_a(snapshot, request, &a_id, error);
    if (status == PK_OK)
        status = acquire_before(context, call, snapshot, a_id, &a_before, error);
    if (status == PK_OK)
        status = acquire_before(context, call, snapshot, request->b_promotion_id, &b_before, error);
    if (status == PK_OK)
        status = pk_compare_promotions(pk_snapshot_view(snapshot), a_id, pk_snapshot_view(a_before),
                                       request->b_promotion_id, pk_snapshot_view(b_before),
                                       &selection, &comparison, error);
    if (status == PK_OK)
        status = send_head(call, snapshot, &comparison, error);
    if (status == PK_OK && request->includes_lines)
        status = send_lines(call, &snapshot->view.data->shop, &comparison, error);
    pk_comparison_done(&comparison);
    pk_series_selection_done(&selection);
    pk_snapshot_release(b_before);
    pk_snapshot_release(a_before);
    pk_snapshot_release(snapshot);
    return status;
}

/* ReviewDay: sends the figures of the day and its month, and the decisions that somebody has to
 * take. */
#include <math.h>

#include "models/base/text.h"
#include "models/base/units.h"
#include "models/evidence/item_lives.h"
#include "service/handlers/metric_list.h"
#include "service/workflows/review/review_day.h"

enum review_window { THE_DAY, MONTH_TO_DATE, WHOLE_MONTH, LAST_30_DAYS };
#define FIGURE_COUNT_MAX 48

/* One figure of the day's sums; the value is not defined where it is NAN. */
struct review_figure {
    const char *metric;
    double value, numerator, denominator;
    enum review_window window;
};

struct figure_list {
    size_t count;
    struct review_figure figures[FIGURE_COUNT_MAX];
};

static void add_sum(struct figure_list *list, const char *metric, double value,
                    enum review_window window)
{
    list->figures[list->count++] =
        (struct review_figure){metric, value, isnan(value) ? 0 : value, 1, window};
}

static void add_ratio(struct figure_list *list, const char *metric, double numerator,
                      double denominator, enum review_window window)
{
    const bool is_defined = !isnan(numerator) && denominator > 0;
    list->figures[list->count++] = (struct review_figure){
        metric, is_defined ? numerator / denominator : NAN, isnan(numerator) ? 0 : numerator,
        isnan(denominator) ? 0 : denominator, window};
}

/* Where no amount was given. */
static double given(double amount)
{
    return amount < 0 ? NAN : amount;
}

static void add_day(struct figure_list *list, const struct pk_review_sum *sum, bool has_forecast)
{
    add_sum(list, "sold_units", sum->sold_units, THE_DAY);
    add_sum(list, "gmv", given(sum->day.amount), THE_DAY);
    add_sum(list, "month_units", sum->month.units, MONTH_TO_DATE);
    add_ratio(list, "return_ratio", sum->returned_units_30_days, sum->paid_units_30_days,
              LAST_30_DAYS);
    if (has_forecast) {
        add_sum(list, "forecast_units", sum->forecast_units, THE_DAY);
        add_sum(list, "forecast_q10_units", sum->low_units, THE_DAY);
        add_sum(list, "forecast_q90_units", sum->high_units, THE_DAY);
        add_ratio(list, "wape", sum->absolute_error_units, sum->sold_units, THE_DAY);
        add_ratio(list, "deviation_ratio", sum->sold_units - sum->forecast_units,
                  sum->forecast_units, THE_DAY);
        add_sum(list, "forecast_gmv", sum->forecast_amount, THE_DAY);
    }
    add_sum(list, "units", sum->day.units, THE_DAY);
    add_sum(list, "units_target", sum->day_target.units, THE_DAY);
    add_sum(list, "gmv_target", sum->day_target.amount, THE_DAY);
    add_ratio(list, "units_attainment_ratio", sum->day.units, sum->day_target.units, THE_DAY);
    add_ratio(list, "gmv_attainment_ratio", given(sum->day.amount), sum->day_target.amount,
              THE_DAY);
}

static void add_month(struct figure_list *list, const struct pk_review_sum *sum, double past_days,
                      double month_days)
{
    const double month_amount = given(sum->month.amount);
    add_sum(list, "month_gmv", month_amount, MONTH_TO_DATE);
    add_sum(list, "month_expected_units", sum->month_expected.units, MONTH_TO_DATE);
    add_sum(list, "month_expected_gmv", sum->month_expected.amount, MONTH_TO_DATE);
    add_sum(list, "month_due_units_target", sum->due_target.units, MONTH_TO_DATE);
    add_sum(list, "month_due_gmv_target", sum->due_target.amount, MONTH_TO_DATE);
    add_ratio(list, "time_progress_ratio", past_days, month_days, WHOLE_MONTH);
    add_sum(list, "units_progress_ratio", sum->progress.units, WHOLE_MONTH);
    add_sum(list, "gmv_progress_ratio", sum->progress.amount, WHOLE_MONTH);
    add_sum(list, "month_units_target", sum->month_target.units, WHOLE_MONTH);
    add_sum(list, "month_gmv_target", sum->month_target.amount, WHOLE_MONTH);
    add_ratio(list, "month_units_attainment_ratio", sum->month.units, sum->month_target.units,
              WHOLE_MONTH);
    add_ratio(list, "month_gmv_attainment_ratio", month_amount, sum->month_target.amount,
              WHOLE_MONTH);
    add_sum(list, "landing_q10_units", sum->landing_q10.units, WHOLE_MONTH);
    add_sum(list, "landing_q50_units", sum->landing_q50.units, WHOLE_MONTH);
    add_sum(list, "landing_q90_units", sum->landing_q90.units, WHOLE_MONTH);
    add_ratio(list, "landing_units_attainment_ratio", sum->landing_q50.units,
              sum->month_target.units, WHOLE_MONTH);
    if (isnan(month_amount))
        return;
    add_sum(list, "landing_q10_gmv", sum->landing_q10.amount, WHOLE_MONTH);
    add_sum(list, "landing_q50_gmv", sum->landing_q50.amount, WHOLE_MONTH);
    add_sum(list, "landing_q90_gmv", sum->landing_q90.amount, WHOLE_MONTH);
    add_ratio(list, "landing_gmv_attainment_ratio", sum->landing_q50.amount,
              sum->month_target.amount, WHOLE_MONTH);
}

/* The days that the figures of a review are about. */
struct review_dates {
    char from_dates[4][PK_DATE_TEXT_SIZE], to_dates[4][PK_DATE_TEXT_SIZE]; /* by window */
};

static struct review_dates dates_of(const struct pk_review *review)
{
    struct review_dates dates;
    pk_date_format(review->date, dates.from_dates[THE_DAY]);
    pk_date_format(review->month_start_date, dates.from_dates[MONTH_TO_DATE]);
    pk_date_format(review->month_start_date, dates.from_dates[WHOLE_MONTH]);
    pk_date_format(review->date - 29, dates.from_dates[LAST_30_DAYS]);
    for (int window = 0; window < 4; window++)
        pk_date_format(window == WHOLE_MONTH ? review->month_end_date : review->date,
                       dates.to_dates[window]);
    return dates;
}

static enum pk_status add_sums(struct pk_metric_list *list, const struct pk_review *review,
                               struct pk_error *error)
{
    struct review_dates dates = dates_of(review);
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < review->sum_count; i++) {
        struct figure_list figures = {.count = 0};
        add_day(&figures, &review->sums[i], review->has_forecast);
        add_month(&figures, &review->sums[i], review->date - review->month_start_date + 1,
                  review->month_end_date - review->month_start_date + 1);
        for (size_t f = 0; f < figures.count && status == PK_OK; f++) {
            const struct review_figure *figure = &figures.figures[f];
            Peakstock__V1__Metric metric = PEAKSTOCK__V1__METRIC__INIT;
            metric.scope = pk_reply_borrow(review->sums[i].scope);
            metric.scope_id = pk_reply_borrow(review->sums[i].scope_id);
            metric.metric = pk_reply_borrow(figure->metric);
            metric.formula_id = pk_reply_borrow("review.v2");
            if (!isnan(figure->value)) {
                metric.defined_case = PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
                metric.value = figure->value;
            }
            metric.numerator = figure->numerator;
            metric.denominator = figure->denominator;
            metric.from_date = dates.from_dates[figure->window];
            metric.to_date = dates.to_dates[figure->window];
            status = pk_metric_list_add(list, &metric, error);
        }
    }
    return status;
}

static enum pk_status add_decisions(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                    const struct pk_review *review,
                                    Peakstock__V1__ReviewDayResponse *response,
                                    struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->view.data->shop;
    const size_t count = review->line_count;
    Peakstock__V1__ReviewDecision *entries =
        pk_rpc_call_allocate(call, (count + 1) * sizeof *entries);
    response->decisions =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__ReviewDecision *));
    if (entries == NULL || response->decisions == NULL)
        return pk_reply_out_of_memory(error);
    for (size_t i = 0; i < count; i++) {
        const struct pk_review_line *line = &review->lines[i];
        const struct pk_series *series = &shop->series[line->series];
        Peakstock__V1__ReviewDecision *out = &entries[i];
        peakstock__v1__review_decision__init(out);
        out->item_id = pk_reply_borrow(shop->items[series->item].item_id);
        out->item_name = pk_reply_borrow(shop->items[series->item].name);
        out->warehouse_id = pk_reply_borrow(shop->warehouses[series->warehouse]);
        out->proposed_action = pk_reply_borrow(pk_review_action_name(line->action));
        out->value_micros = line->value_micros;
        out->sold_units = line->sold_units > 0 ? llround(line->sold_units) : 0;
        out->forecast_units = line->forecast_units;
        out->units = line->units;
        out->change = pk_reply_borrow(pk_raise_change_name(line->change));
        out->since_date_epoch_days = pk_reply_epoch_days(line->since_date);
        out->reasons = pk_reply_reasons(call, &line->reasons, &out->n_reasons);
        response->decisions[i] = out;
    }
    response->n_decisions = count;
    response->decision_count = (int64_t)(review->raised_count + review->open_count);
    response->open_count = (int64_t)review->open_count;
    response->decision_value_micros = pk_money_from_double(review->raised_value);
    response->open_value_micros = pk_money_from_double(review->open_value);
    response->currency_code = pk_reply_borrow(snapshot->stamp->currency_code);
    return PK_OK;
}

static enum pk_status add_warnings(struct pk_rpc_call *call, const struct pk_review *review,
                                   Peakstock__V1__ReviewDayResponse *response,
                                   struct pk_error *error)
{
    if (review->unkept.status == PK_OK)
        return PK_OK;
    const size_t size = sizeof review->unkept.message + 128;
    char *text = pk_rpc_call_allocate(call, size);
    response->warnings = pk_rpc_call_allocate(call, sizeof(char *));
    if (text == NULL || response->warnings == NULL)
        return pk_reply_out_of_memory(error);
    pk_text_format(text, size,
                   "what this review lists could not be noted, so the next one lists it again: %s",
                   review->unkept.message);
    response->warnings[response->n_warnings++] = text;
    return PK_OK;
}

/* Snapshots of earlier days, held for one review; NULL where there is no history before that
 * day. */
struct earlier_days {
    struct pk_snapshot *before;       /* of the bucket before */
    struct pk_snapshot *lives_before; /* of the day that growth is tested from */
};

static enum pk_status acquire_before(struct pk_service_context *service, struct pk_rpc_call *call,
                                     const struct pk_snapshot *snapshot,
                                     struct earlier_days *out_earlier, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->view.data->shop;
    const int32_t bucket_days = shop->series_count == 0 ? 1 : shop->series[0].bucket_days;
    const enum pk_status status = pk_request_past_snapshot(
        service, call, shop->as_of_date - bucket_days, &out_earlier->before, error);
    if (status != PK_OK)
        return status;
    return pk_request_past_snapshot(service, call, pk_item_lives_before_date(shop),
                                    &out_earlier->lives_before, error);
}

static enum pk_status review_day(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__ReviewDayRequest *request =
        (const Peakstock__V1__ReviewDayRequest *)message;
    Peakstock__V1__ReviewDayResponse response = PEAKSTOCK__V1__REVIEW_DAY_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL;
    struct earlier_days earlier = {NULL, NULL};
    struct pk_review review = {0};
    struct pk_metric_list list = {.call = call};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    int32_t most = request->decision_count_maximum == 0 ? PK_REVIEW_LINE_COUNT_DEFAULT
                                                        : request->decision_count_maximum;
    if (most < 1 || most > PK_REVIEW_LINE_COUNT_MAX)
        pk_rpc_call_violation(call, "decision_count_maximum", "%d is out of range; give 1 to %d",
                              most, PK_REVIEW_LINE_COUNT_MAX);
    const struct pk_review_request wanted = {.line_count_maximum = most,
                                             .wants_open = request->include_open,
                                             .thread_count = service->thread_count,
                                             .store = service->store,
                                             .is_live = as_of_date == PK_DATE_NONE};
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(service, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = acquire_before(service, call, snapshot, &earlier, error);
    const struct pk_review_history history = {pk_snapshot_view(earlier.before),
                                              pk_snapshot_view(earlier.lives_before)};
    if (status == PK_OK)
        status = pk_review_day(pk_snapshot_view(snapshot), &history, &wanted, &review, error);
    if (status == PK_OK)
        status = add_sums(&list, &review, error);
    if (status == PK_OK) {
        response.metrics = list.metrics;
        response.n_metrics = list.count;
        status = add_decisions(call, snapshot, &review, &response, error);
    }
    if (status == PK_OK)
        status = add_warnings(call, &review, &response, error);
    if (status == PK_OK) {
        status = pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    }
    pk_review_done(&review);
    pk_snapshot_release(earlier.lives_before);
    pk_snapshot_release(earlier.before);
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_review_methods[] = {
    {"ReviewDay", PK_RPC_UNARY, &peakstock__v1__review_day_request__descriptor,
     &peakstock__v1__review_day_response__descriptor, review_day},
    {"ComputeKpis", PK_RPC_UNARY, &peakstock__v1__compute_kpis_request__descriptor,
     &peakstock__v1__compute_kpis_response__descriptor, pk_handle_compute_kpis},
    {"PlanAssortment", PK_RPC_SERVER_STREAM, &peakstock__v1__plan_assortment_request__descriptor,
     &peakstock__v1__plan_assortment_response__descriptor, pk_handle_plan_assortment},
};
const size_t pk_review_method_count = sizeof pk_review_methods / sizeof pk_review_methods[0];

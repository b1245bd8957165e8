#include <math.h>
#include <string.h>

#include "models/base/units.h"
#include "peakstock/v1/review.pb-c.h"
#include "service/handlers/reply.h"
#include "service/workflows/compute_kpis.h"
#include "service/workflows/review_day.h"

/* Metrics of one reply, grown as they come. */
struct metric_list {
    struct pk_rpc_call *call;
    Peakstock__V1__Metric **metrics;
    size_t count, capacity;
};

static enum pk_status add_metric(struct metric_list *list, const Peakstock__V1__Metric *metric,
                                 struct pk_error *error)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 256 : 2 * list->capacity;
        Peakstock__V1__Metric **larger =
            pk_rpc_call_allocate(list->call, capacity * sizeof(Peakstock__V1__Metric *));
        if (larger == NULL)
            return pk_reply_out_of_memory(error);
        if (list->count > 0)
            memcpy(larger, list->metrics, list->count * sizeof(Peakstock__V1__Metric *));
        list->metrics = larger;
        list->capacity = capacity;
    }
    Peakstock__V1__Metric *copy = pk_rpc_call_allocate(list->call, sizeof *copy);
    if (copy == NULL)
        return pk_reply_out_of_memory(error);
    *copy = *metric;
    copy->scope_id = pk_reply_text(list->call, metric->scope_id);
    copy->from_date = pk_reply_text(list->call, metric->from_date);
    copy->to_date = pk_reply_text(list->call, metric->to_date);
    if (copy->scope_id == NULL || copy->from_date == NULL || copy->to_date == NULL)
        return pk_reply_out_of_memory(error);
    list->metrics[list->count++] = copy;
    return PK_OK;
}

static enum pk_status take_figure(void *context, const struct pk_kpi_figure *figure,
                                  struct pk_error *error)
{
    Peakstock__V1__Metric metric = PEAKSTOCK__V1__METRIC__INIT;
    char from_date[PK_DATE_TEXT_SIZE];
    char to_date[PK_DATE_TEXT_SIZE];
    metric.scope = pk_reply_borrow(figure->scope);
    metric.scope_id = pk_reply_borrow(figure->scope_id);
    metric.metric = pk_reply_borrow(pk_metric_name(figure->value.metric));
    metric.formula_id = pk_reply_borrow(pk_metric_formula_id(figure->value.metric));
    if (figure->value.is_defined) {
        metric.defined_case = PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
        metric.value = figure->value.value;
    }
    metric.numerator = figure->value.numerator;
    metric.denominator = figure->value.denominator;
    metric.from_date = pk_reply_borrow(pk_date_format(figure->from_date, from_date));
    metric.to_date = pk_reply_borrow(pk_date_format(figure->to_date, to_date));
    return add_metric(context, &metric, error);
}

static void read_scope(struct pk_rpc_call *call, const char *by, enum pk_kpi_scope *out_scope)
{
    static const char *const names[] = {"", "category", "warehouse", "channel", "role"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], by) != 0)
            continue;
        *out_scope = (enum pk_kpi_scope)i;
        return;
    }
    pk_rpc_call_violation(call, "by",
                          "'%.32s' is unknown; give category, warehouse, channel or role", by);
}

static enum pk_status compute_kpis(void *context, struct pk_rpc_call *call,
                                   const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__ComputeKpisRequest *request =
        (const Peakstock__V1__ComputeKpisRequest *)message;
    Peakstock__V1__ComputeKpisResponse response = PEAKSTOCK__V1__COMPUTE_KPIS_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL;
    struct metric_list list = {.call = call};
    struct pk_kpi_request wanted = {.by = PK_KPI_TOTAL};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    wanted.from_date = pk_request_date(call, "from_date", request->from_date);
    wanted.to_date = pk_request_date(call, "to_date", request->to_date);
    read_scope(call, request->by, &wanted.by);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(service, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = pk_kpi_window(&snapshot->data->shop, &wanted, error);
    if (status == PK_OK)
        status = pk_compute_kpis(service->store, snapshot, &wanted, take_figure, &list, error);
    if (status == PK_OK) {
        response.snapshot = pk_reply_snapshot(call, snapshot);
        response.metrics = list.metrics;
        response.n_metrics = list.count;
        status = response.snapshot == NULL ? pk_reply_out_of_memory(error)
                                           : pk_rpc_call_send(call, &response.base, error);
    }
    pk_snapshot_release(snapshot);
    return status;
}

enum review_window { THE_DAY, MONTH_TO_DATE, LAST_30_DAYS };
#define FIGURE_COUNT_MAX 9

/* One figure of the day's sums. */
struct review_figure {
    const char *metric;
    double value, numerator, denominator;
    bool is_defined;
    enum review_window window;
};

static size_t figures_of(const struct pk_review_sum *sum, bool has_forecast,
                         struct review_figure out[FIGURE_COUNT_MAX])
{
    double error_units = sum->sold_units - sum->forecast_units;
    size_t count = 0;
    out[count++] =
        (struct review_figure){"sold_units", sum->sold_units, sum->sold_units, 1, true, THE_DAY};
    out[count++] =
        (struct review_figure){"gmv", fmax(sum->paid_amount, 0), fmax(sum->paid_amount, 0),
                               1,     sum->paid_amount >= 0,     THE_DAY};
    out[count++] = (struct review_figure){"month_units", sum->month_units, sum->month_units, 1,
                                          true,          MONTH_TO_DATE};
    bool has_paid = sum->paid_units_30_days > 0;
    out[count++] =
        (struct review_figure){"return_ratio",
                               has_paid ? sum->returned_units_30_days / sum->paid_units_30_days : 0,
                               sum->returned_units_30_days,
                               sum->paid_units_30_days,
                               has_paid,
                               LAST_30_DAYS};
    if (!has_forecast)
        return count;
    bool has_sales = sum->sold_units > 0;
    out[count++] = (struct review_figure){
        "forecast_units", sum->forecast_units, sum->forecast_units, 1, true, THE_DAY};
    out[count++] = (struct review_figure){
        "forecast_q10_units", sum->low_units, sum->low_units, 1, true, THE_DAY};
    out[count++] = (struct review_figure){
        "forecast_q90_units", sum->high_units, sum->high_units, 1, true, THE_DAY};
    out[count++] =
        (struct review_figure){"wape",
                               has_sales ? sum->absolute_error_units / sum->sold_units : 0,
                               sum->absolute_error_units,
                               sum->sold_units,
                               has_sales,
                               THE_DAY};
    out[count++] =
        (struct review_figure){"deviation_ratio",
                               sum->forecast_units > 0 ? error_units / sum->forecast_units : 0,
                               error_units,
                               sum->forecast_units,
                               sum->forecast_units > 0,
                               THE_DAY};
    return count;
}

static enum pk_status add_sums(struct metric_list *list, const struct pk_review *review,
                               struct pk_error *error)
{
    char date[PK_DATE_TEXT_SIZE];
    char month[PK_DATE_TEXT_SIZE];
    char thirty_days[PK_DATE_TEXT_SIZE];
    struct pk_civil civil = pk_date_to_civil(review->date);
    civil.day = 1;
    pk_date_format(review->date, date);
    pk_date_format(pk_date_from_civil(civil), month);
    pk_date_format(review->date - 29, thirty_days);
    char *const from_dates[] = {
        [THE_DAY] = date, [MONTH_TO_DATE] = month, [LAST_30_DAYS] = thirty_days};
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < review->sum_count; i++) {
        struct review_figure figures[FIGURE_COUNT_MAX];
        size_t count = figures_of(&review->sums[i], review->has_forecast, figures);
        for (size_t f = 0; f < count && status == PK_OK; f++) {
            Peakstock__V1__Metric metric = PEAKSTOCK__V1__METRIC__INIT;
            metric.scope = pk_reply_borrow(review->sums[i].scope);
            metric.scope_id = pk_reply_borrow(review->sums[i].scope_id);
            metric.metric = pk_reply_borrow(figures[f].metric);
            metric.formula_id = pk_reply_borrow("review.v1");
            if (figures[f].is_defined) {
                metric.defined_case = PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
                metric.value = figures[f].value;
            }
            metric.numerator = figures[f].numerator;
            metric.denominator = figures[f].denominator;
            metric.from_date = from_dates[figures[f].window];
            metric.to_date = date;
            status = add_metric(list, &metric, error);
        }
    }
    return status;
}

static enum pk_status add_decisions(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                    const struct pk_review *review, size_t count,
                                    Peakstock__V1__ReviewDayResponse *response,
                                    struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
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
        out->reasons = pk_reply_reasons(call, &line->reasons, &out->n_reasons);
        response->decisions[i] = out;
    }
    response->n_decisions = count;
    response->decision_count = (int64_t)review->line_count;
    return PK_OK;
}

/* The snapshot of the bucket before, or NULL where there is no history before it. */
static enum pk_status acquire_before(struct pk_service_context *service, struct pk_rpc_call *call,
                                     const struct pk_snapshot *snapshot,
                                     struct pk_snapshot **out_before, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    int32_t bucket_days = shop->series_count == 0 ? 1 : shop->series[0].bucket_days;
    struct pk_error failure;
    enum pk_status status =
        pk_request_snapshot(service, call, shop->as_of_date - bucket_days, out_before, &failure);
    if (status == PK_OK || status == PK_FAILED_PRECONDITION)
        return PK_OK;
    if (error != NULL)
        *error = failure;
    return status;
}

static enum pk_status review_day(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__ReviewDayRequest *request =
        (const Peakstock__V1__ReviewDayRequest *)message;
    Peakstock__V1__ReviewDayResponse response = PEAKSTOCK__V1__REVIEW_DAY_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL;
    struct pk_snapshot *before = NULL;
    struct pk_review review = {0};
    struct metric_list list = {.call = call};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    int32_t most = request->decision_count_maximum == 0 ? PK_REVIEW_LINE_COUNT_DEFAULT
                                                        : request->decision_count_maximum;
    if (most < 1 || most > PK_REVIEW_LINE_COUNT_MAX)
        pk_rpc_call_violation(call, "decision_count_maximum", "%d is out of range; give 1 to %d",
                              most, PK_REVIEW_LINE_COUNT_MAX);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(service, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = acquire_before(service, call, snapshot, &before, error);
    if (status == PK_OK)
        status = pk_review_day(snapshot, before, &review, error);
    if (status == PK_OK)
        status = add_sums(&list, &review, error);
    if (status == PK_OK) {
        size_t count = review.line_count < (size_t)most ? review.line_count : (size_t)most;
        response.metrics = list.metrics;
        response.n_metrics = list.count;
        status = add_decisions(call, snapshot, &review, count, &response, error);
    }
    if (status == PK_OK) {
        response.snapshot = pk_reply_snapshot(call, snapshot);
        status = response.snapshot == NULL ? pk_reply_out_of_memory(error)
                                           : pk_rpc_call_send(call, &response.base, error);
    }
    pk_review_done(&review);
    pk_snapshot_release(before);
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_review_methods[] = {
    {"ReviewDay", PK_RPC_UNARY, &peakstock__v1__review_day_request__descriptor,
     &peakstock__v1__review_day_response__descriptor, review_day},
    {"ComputeKpis", PK_RPC_UNARY, &peakstock__v1__compute_kpis_request__descriptor,
     &peakstock__v1__compute_kpis_response__descriptor, compute_kpis},
    {"PlanAssortment", PK_RPC_SERVER_STREAM, &peakstock__v1__plan_assortment_request__descriptor,
     &peakstock__v1__plan_assortment_response__descriptor, pk_handle_plan_assortment},
};
const size_t pk_review_method_count = sizeof pk_review_methods / sizeof pk_review_methods[0];

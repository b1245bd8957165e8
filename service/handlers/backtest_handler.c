/* BacktestForecasts: tells the progress of a backtest, then its figures by class. */
#include <string.h>

#include "peakstock/v1/forecast.pb-c.h"
#include "service/handlers/reply.h"
#include "service/work/clock.h"
#include "service/workflows/forecast/backtest_forecasts.h"

#define ORIGIN_COUNT_DEFAULT 8
#define HORIZON_DAYS_DEFAULT 28
/* Metrics in one message: about 256 KiB. */
#define METRICS_PER_MESSAGE 2000

/* The metrics that wait for the next message. */
struct backtest_reply {
    struct pk_rpc_call *call;
    const struct pk_snapshot *snapshot;
    double started;
    int64_t total_count;
    Peakstock__V1__BacktestMetric **metrics;
    size_t count;
};

static enum pk_status send(struct backtest_reply *reply, int64_t done_count, const char *warning,
                           bool with_snapshot, struct pk_error *error)
{
    Peakstock__V1__BacktestForecastsResponse response =
        PEAKSTOCK__V1__BACKTEST_FORECASTS_RESPONSE__INIT;
    char *warnings[] = {pk_reply_borrow(warning)};
    response.done_count = done_count;
    response.total_count = reply->total_count;
    response.seconds = pk_clock_seconds() - reply->started;
    response.metrics = reply->metrics;
    response.n_metrics = reply->count;
    response.warnings = warnings;
    response.n_warnings = warning != NULL;
    const enum pk_status status =
        with_snapshot
            ? pk_reply_send(reply->call, reply->snapshot, &response.snapshot, &response.base, error)
            : pk_rpc_call_send(reply->call, &response.base, error);
    pk_rpc_call_release(reply->call);
    reply->metrics = NULL;
    reply->count = 0;
    return status;
}

static enum pk_status tell_progress(void *context, int64_t done_count, int64_t total_count,
                                    struct pk_error *error)
{
    struct backtest_reply *reply = context;
    const bool is_first = reply->total_count == 0;
    reply->total_count = total_count;
    return send(reply, done_count, NULL, is_first, error);
}

static bool fill_metric(struct pk_rpc_call *call, const struct pk_backtest_class *one,
                        const struct pk_accuracy_figure *figure, Peakstock__V1__BacktestMetric *out)
{
    peakstock__v1__backtest_metric__init(out);
    out->scope = pk_reply_borrow(one->scope);
    out->scope_id = pk_reply_borrow(one->scope_id); /* lives as long as the snapshot */
    out->metric = pk_reply_text(call, figure->metric);
    if (figure->is_defined) {
        out->defined_case = PEAKSTOCK__V1__BACKTEST_METRIC__DEFINED_VALUE;
        out->value = figure->value;
    }
    out->numerator = figure->numerator;
    out->denominator = figure->denominator;
    out->from_date = pk_reply_date(call, one->from_date);
    out->to_date = pk_reply_date(call, one->to_date);
    out->formula_id = pk_reply_borrow("accuracy.v1");
    out->method = pk_reply_borrow(pk_accuracy_method_name(figure->method));
    if (figure->nominal >= 0) {
        out->nominal_share_case = PEAKSTOCK__V1__BACKTEST_METRIC__NOMINAL_SHARE_NOMINAL;
        out->nominal = figure->nominal;
    }
    return out->metric != NULL && out->from_date != NULL && out->to_date != NULL;
}

static enum pk_status take_class(void *context, const struct pk_backtest_class *one,
                                 struct pk_error *error)
{
    struct backtest_reply *reply = context;
    if (reply->count + one->figure_count > METRICS_PER_MESSAGE) {
        const enum pk_status status = send(reply, reply->total_count, NULL, false, error);
        if (status != PK_OK)
            return status;
    }
    if (reply->metrics == NULL)
        reply->metrics = pk_rpc_call_allocate(
            reply->call, METRICS_PER_MESSAGE * sizeof(Peakstock__V1__BacktestMetric *));
    Peakstock__V1__BacktestMetric *entries =
        pk_rpc_call_allocate(reply->call, one->figure_count * sizeof *entries);
    if (reply->metrics == NULL || entries == NULL)
        return pk_reply_out_of_memory(error);
    for (size_t i = 0; i < one->figure_count; i++) {
        if (!fill_metric(reply->call, one, &one->figures[i], &entries[i]))
            return pk_reply_out_of_memory(error);
        reply->metrics[reply->count++] = &entries[i];
    }
    return PK_OK;
}

static void read_request(struct pk_rpc_call *call,
                         const Peakstock__V1__BacktestForecastsRequest *request,
                         struct pk_backtest_request *out)
{
    static const char *const names[] = {"", "velocity", "event", "category", "warehouse", "role"};
    bool is_known = false;
    if (request->origin_count != 0)
        out->origin_count = request->origin_count;
    if (out->origin_count < 1 || out->origin_count > PK_BACKTEST_ORIGIN_COUNT_MAX)
        pk_rpc_call_violation(call, "origin_count", "%d is out of range; give 1 to %d origins",
                              out->origin_count, PK_BACKTEST_ORIGIN_COUNT_MAX);
    if (request->horizon_days != 0)
        out->horizon_days = request->horizon_days;
    if (out->horizon_days < 1 || out->horizon_days > PK_HORIZON_DAYS_MAX)
        pk_rpc_call_violation(call, "horizon_days", "%d is out of range; give 1 to %d days",
                              out->horizon_days, PK_HORIZON_DAYS_MAX);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !is_known; i++) {
        is_known = strcmp(names[i], request->by) == 0;
        out->by = (enum pk_backtest_scope)i;
    }
    if (!is_known)
        pk_rpc_call_violation(
            call, "by", "'%.32s' is unknown; give category, velocity, event, warehouse or role",
            request->by);
}

enum pk_status pk_handle_backtest_forecasts(void *context, struct pk_rpc_call *call,
                                            const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__BacktestForecastsRequest *request =
        (const Peakstock__V1__BacktestForecastsRequest *)message;
    struct pk_backtest_request wanted = {.origin_count = ORIGIN_COUNT_DEFAULT,
                                         .horizon_days = HORIZON_DAYS_DEFAULT,
                                         .thread_count = service->thread_count};
    struct pk_snapshot *snapshot = NULL;
    struct backtest_reply reply = {.call = call, .started = pk_clock_seconds()};
    const struct pk_backtest_taker taker = {tell_progress, take_class, &reply};
    char text[160];
    int32_t origin_count = 0;
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    read_request(call, request, &wanted);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(service, call, as_of_date, &snapshot, error);
    reply.snapshot = snapshot;
    if (status == PK_OK)
        status = pk_backtest_forecasts(pk_snapshot_view(snapshot), &wanted, &taker, &origin_count,
                                       error);
    if (status == PK_OK) {
        pk_text_format(text, sizeof text,
                       "the history is long enough for %d of the %d origins only", origin_count,
                       wanted.origin_count);
        status = send(&reply, reply.total_count, origin_count < wanted.origin_count ? text : NULL,
                      false, error);
    }
    pk_snapshot_release(snapshot);
    return status;
}

/* SimulatePolicies: tells the progress of a replay, then its figures, its verdicts and its
 * basis. */
#include <string.h>

#include "models/base/limits.h"
#include "peakstock/v1/simulate.pb-c.h"
#include "service/handlers/reply.h"
#include "service/work/clock.h"
#include "service/workflows/simulate/simulate_policies.h"

/* Metrics in one message: about 256 KiB. */
#define METRICS_PER_MESSAGE 1000
#define VERDICT_COUNT_MAX   (PK_SIMULATION_SCENARIO_COUNT * PK_POLICY_COUNT)

/* What waits for the next message. */
struct simulation_reply {
    struct pk_rpc_call *call;
    const struct pk_snapshot *snapshot;
    const struct pk_simulation_basis *basis; /* filled before the first figure */
    double started;
    int64_t total_count;
    Peakstock__V1__SimulationMetric *metrics[METRICS_PER_MESSAGE];
    size_t metric_count;
    struct pk_simulation_verdict verdicts[VERDICT_COUNT_MAX];
    size_t verdict_count;
};

static enum pk_status send(struct simulation_reply *reply,
                           Peakstock__V1__SimulatePoliciesResponse *response, int64_t done_count,
                           struct pk_error *error)
{
    response->done_count = done_count;
    response->total_count = reply->total_count;
    response->seconds = pk_clock_seconds() - reply->started;
    const enum pk_status status = pk_rpc_call_send(reply->call, &response->base, error);
    pk_rpc_call_release(reply->call);
    return status;
}

static enum pk_status tell_progress(void *context, int64_t done_count, int64_t total_count,
                                    struct pk_error *error)
{
    struct simulation_reply *reply = context;
    Peakstock__V1__SimulatePoliciesResponse response =
        PEAKSTOCK__V1__SIMULATE_POLICIES_RESPONSE__INIT;
    if (reply->total_count == 0) {
        response.snapshot = pk_reply_snapshot(reply->call, reply->snapshot);
        if (response.snapshot == NULL)
            return pk_reply_out_of_memory(error);
    }
    reply->total_count = total_count;
    return send(reply, &response, done_count, error);
}

static enum pk_status flush_metrics(struct simulation_reply *reply, struct pk_error *error)
{
    Peakstock__V1__SimulatePoliciesResponse response =
        PEAKSTOCK__V1__SIMULATE_POLICIES_RESPONSE__INIT;
    response.metrics = reply->metrics;
    response.n_metrics = reply->metric_count;
    reply->metric_count = 0;
    return response.n_metrics == 0 ? PK_OK : send(reply, &response, reply->total_count, error);
}

static enum pk_status take_figure(void *context, const struct pk_simulation_figure *figure,
                                  struct pk_error *error)
{
    struct simulation_reply *reply = context;
    if (reply->metric_count == METRICS_PER_MESSAGE) {
        const enum pk_status status = flush_metrics(reply, error);
        if (status != PK_OK)
            return status;
    }
    Peakstock__V1__SimulationMetric *out = pk_rpc_call_allocate(reply->call, sizeof *out);
    if (out == NULL)
        return pk_reply_out_of_memory(error);
    peakstock__v1__simulation_metric__init(out);
    out->scope = pk_reply_borrow(figure->scope);
    out->scope_id = pk_reply_text(reply->call, figure->scope_id);
    out->metric = pk_reply_text(reply->call, figure->metric);
    if (figure->is_defined) {
        out->defined_case = PEAKSTOCK__V1__SIMULATION_METRIC__DEFINED_VALUE;
        out->value = figure->value;
    }
    out->numerator = figure->numerator;
    out->denominator = figure->denominator;
    out->from_date = pk_reply_date(reply->call, reply->basis->from_date);
    out->to_date = pk_reply_date(reply->call, reply->basis->to_date);
    out->formula_id = pk_reply_borrow("simulate.v1");
    out->policy = pk_reply_borrow(pk_policy_name(figure->policy));
    out->critical_ratio = pk_reply_text(reply->call, figure->critical_ratio);
    if (out->scope_id == NULL || out->metric == NULL || out->from_date == NULL ||
        out->to_date == NULL || out->critical_ratio == NULL)
        return pk_reply_out_of_memory(error);
    reply->metrics[reply->metric_count++] = out;
    return PK_OK;
}

static enum pk_status take_verdict(void *context, const struct pk_simulation_verdict *verdict,
                                   struct pk_error *error)
{
    struct simulation_reply *reply = context;
    (void)error;
    reply->verdicts[reply->verdict_count++] = *verdict;
    return PK_OK;
}

static void fill_verdict(const struct pk_simulation_verdict *verdict,
                         Peakstock__V1__SimulationVerdict *out)
{
    peakstock__v1__simulation_verdict__init(out);
    out->policy = pk_reply_borrow(pk_policy_name(verdict->policy));
    out->critical_ratio = pk_reply_borrow(verdict->critical_ratio);
    out->verdict = pk_reply_borrow(pk_verdict_name(verdict->verdict));
    if (verdict->is_saving_known) {
        out->saving_case = PEAKSTOCK__V1__SIMULATION_VERDICT__SAVING_COST_SAVING_RATIO;
        out->cost_saving_ratio = verdict->saving_ratio;
        out->cost_saving_ratio_low = verdict->saving_ratio_low;
        out->cost_saving_ratio_high = verdict->saving_ratio_high;
    }
    if (verdict->is_stock_saving_known) {
        out->stock_saving_case = PEAKSTOCK__V1__SIMULATION_VERDICT__STOCK_SAVING_STOCK_SAVING_RATIO;
        out->stock_saving_ratio = verdict->stock_saving_ratio;
    }
}

/* The last message: what it was made of, and what it says. */
static enum pk_status send_end(struct simulation_reply *reply, struct pk_error *error)
{
    const struct pk_simulation_basis *basis = reply->basis;
    Peakstock__V1__SimulatePoliciesResponse response =
        PEAKSTOCK__V1__SIMULATE_POLICIES_RESPONSE__INIT;
    Peakstock__V1__SimulationBasis wire = PEAKSTOCK__V1__SIMULATION_BASIS__INIT;
    Peakstock__V1__SimulationVerdict entries[VERDICT_COUNT_MAX];
    Peakstock__V1__SimulationVerdict *verdicts[VERDICT_COUNT_MAX];
    char text[160];
    char *warnings[] = {text};
    for (size_t i = 0; i < reply->verdict_count; i++) {
        fill_verdict(&reply->verdicts[i], &entries[i]);
        verdicts[i] = &entries[i];
    }
    response.verdicts = verdicts;
    response.n_verdicts = reply->verdict_count;
    wire.from_date = pk_reply_date(reply->call, basis->from_date);
    wire.to_date = pk_reply_date(reply->call, basis->to_date);
    wire.first_review_date = pk_reply_date(reply->call, basis->first_review_date);
    if (wire.from_date == NULL || wire.to_date == NULL || wire.first_review_date == NULL)
        return pk_reply_out_of_memory(error);
    wire.series_count = basis->series_count;
    wire.review_count = basis->review_count;
    wire.assumed_terms_count = basis->assumed_terms_count;
    wire.bucket_count = basis->bucket_count;
    wire.short_bucket_count = basis->short_bucket_count;
    if (basis->is_money)
        wire.currency_code = pk_reply_borrow(reply->snapshot->stamp->currency_code);
    response.basis = &wire;
    if (basis->assumed_terms_count > 0) {
        pk_text_format(text, sizeof text,
                       "%lld of %lld series have no supply row: lead time %d and review period %d "
                       "days assumed unless given",
                       (long long)basis->assumed_terms_count, (long long)basis->series_count,
                       PK_SIMULATION_LEAD_TIME_DAYS_DEFAULT,
                       PK_SIMULATION_REVIEW_PERIOD_DAYS_DEFAULT);
        response.warnings = warnings;
        response.n_warnings = 1;
    }
    return send(reply, &response, reply->total_count, error);
}

static void read_policies(struct pk_rpc_call *call,
                          const Peakstock__V1__SimulatePoliciesRequest *request,
                          struct pk_simulation_request *out)
{
    for (size_t p = 0; p < PK_POLICY_COUNT; p++)
        out->policies[p] = request->n_policies == 0;
    for (size_t i = 0; i < request->n_policies; i++) {
        size_t p = 0;
        while (p < PK_POLICY_COUNT &&
               strcmp(pk_policy_name((enum pk_policy)p), request->policies[i]) != 0)
            p++;
        if (p < PK_POLICY_COUNT)
            out->policies[p] = true;
        else
            pk_rpc_call_violation(call, "policies",
                                  "'%.32s' is unknown; give average30, normal, seasonal13, "
                                  "seasonal13_buffer, two_week or min_max",
                                  request->policies[i]);
    }
}

static void read_request(struct pk_rpc_call *call,
                         const Peakstock__V1__SimulatePoliciesRequest *request,
                         struct pk_simulation_request *out)
{
    read_policies(call, request, out);
    out->from_date = pk_request_date(call, "from_date", request->from_date);
    out->to_date = pk_request_date(call, "to_date", request->to_date);
    if (out->from_date != PK_DATE_NONE && out->to_date != PK_DATE_NONE &&
        out->from_date > out->to_date)
        pk_rpc_call_violation(call, "from_date", "lies after to_date");
    out->lead_time_days = -1;
    if (request->lead_time_case ==
        PEAKSTOCK__V1__SIMULATE_POLICIES_REQUEST__LEAD_TIME_LEAD_TIME_DAYS) {
        out->lead_time_days = request->lead_time_days;
        if (out->lead_time_days < 0 || out->lead_time_days > PK_LEAD_TIME_DAYS_MAX)
            pk_rpc_call_violation(call, "lead_time_days", "%d is out of range; give 0 to %d",
                                  out->lead_time_days, PK_LEAD_TIME_DAYS_MAX);
    }
    out->review_period_days = request->review_period_days;
    if (out->review_period_days < 0 || out->review_period_days > PK_LEAD_TIME_DAYS_MAX)
        pk_rpc_call_violation(call, "review_period_days", "%d is out of range; give 1 to %d",
                              out->review_period_days, PK_LEAD_TIME_DAYS_MAX);
    out->cover_days = request->cover_days;
    if (out->cover_days < 0 || out->cover_days > PK_DAYS_OF_SUPPLY_MAX)
        pk_rpc_call_violation(call, "cover_days", "%d is out of range; give 1 to %d",
                              out->cover_days, PK_DAYS_OF_SUPPLY_MAX);
}

static enum pk_status simulate_policies(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__SimulatePoliciesRequest *request =
        (const Peakstock__V1__SimulatePoliciesRequest *)message;
    struct pk_simulation_request wanted = {.thread_count = service->thread_count};
    struct pk_simulation_basis basis = {0};
    struct simulation_reply reply = {.call = call, .basis = &basis, .started = pk_clock_seconds()};
    const struct pk_simulation_taker taker = {tell_progress, take_figure, take_verdict, &reply};
    const struct pk_series_filter filter = pk_request_filter(request->filter);
    struct pk_series_selection selection = {0};
    struct pk_snapshot *snapshot = NULL;
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    read_request(call, request, &wanted);
    enum pk_status status =
        pk_request_series(service, call, as_of_date, &filter, &snapshot, &selection, error);
    reply.snapshot = snapshot;
    if (status == PK_OK)
        status = pk_simulate_policies(pk_snapshot_view(snapshot), &selection, &wanted, &taker,
                                      &basis, error);
    if (status == PK_OK)
        status = flush_metrics(&reply, error);
    if (status == PK_OK)
        status = send_end(&reply, error);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_simulation_methods[] = {
    {"SimulatePolicies", PK_RPC_SERVER_STREAM,
     &peakstock__v1__simulate_policies_request__descriptor,
     &peakstock__v1__simulate_policies_response__descriptor, simulate_policies},
};
const size_t pk_simulation_method_count =
    sizeof pk_simulation_methods / sizeof pk_simulation_methods[0];

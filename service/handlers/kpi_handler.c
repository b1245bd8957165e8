/* ComputeKpis: sends the key figures of a window with their targets and earlier values. */
#include <string.h>

#include "models/decision/review/kpi_window.h"
#include "models/evidence/campaign_results.h"
#include "service/handlers/metric_list.h"
#include "service/workflows/review/compute_kpis.h"

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
    if (figure->previous.is_defined) {
        metric.previous_case = PEAKSTOCK__V1__METRIC__PREVIOUS_PREVIOUS_VALUE;
        metric.previous_value = figure->previous.value;
    }
    if (figure->year_before.is_defined) {
        metric.year_before_case = PEAKSTOCK__V1__METRIC__YEAR_BEFORE_YEAR_BEFORE_VALUE;
        metric.year_before_value = figure->year_before.value;
    }
    if (figure->has_target) {
        metric.targeted_case = PEAKSTOCK__V1__METRIC__TARGETED_TARGET;
        metric.target = figure->target;
    }
    metric.numerator = figure->value.numerator;
    metric.denominator = figure->value.denominator;
    metric.from_date = pk_reply_borrow(pk_date_format(figure->from_date, from_date));
    metric.to_date = pk_reply_borrow(pk_date_format(figure->to_date, to_date));
    return pk_metric_list_add(context, &metric, error);
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

enum pk_status pk_handle_compute_kpis(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__ComputeKpisRequest *request =
        (const Peakstock__V1__ComputeKpisRequest *)message;
    Peakstock__V1__ComputeKpisResponse response = PEAKSTOCK__V1__COMPUTE_KPIS_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL, *before = NULL;
    struct pk_campaign campaign;
    struct pk_metric_list list = {.call = call};
    struct pk_kpi_request wanted = {.by = PK_KPI_TOTAL, .thread_count = service->thread_count};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    wanted.from_date = pk_request_date(call, "from_date", request->from_date);
    wanted.to_date = pk_request_date(call, "to_date", request->to_date);
    read_scope(call, request->by, &wanted.by);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(service, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = pk_kpi_window_complete(&snapshot->view.data->shop, &wanted.from_date,
                                        &wanted.to_date, error);
    if (status == PK_OK && pk_kpi_campaign(&snapshot->view.data->shop, wanted.to_date, &campaign))
        status = pk_request_past_snapshot(
            service, call, pk_campaign_before_date(pk_snapshot_view(snapshot), &campaign), &before,
            error);
    if (status == PK_OK)
        status = pk_compute_kpis(service->store, pk_snapshot_view(snapshot),
                                 pk_snapshot_view(before), &wanted, take_figure, &list, error);
    if (status == PK_OK) {
        response.metrics = list.metrics;
        response.n_metrics = list.count;
        status = pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    }
    pk_snapshot_release(before);
    pk_snapshot_release(snapshot);
    return status;
}

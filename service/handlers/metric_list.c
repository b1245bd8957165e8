#include "service/handlers/metric_list.h"

enum pk_status pk_metric_list_add(struct pk_metric_list *list, const Peakstock__V1__Metric *metric,
                                  struct pk_error *error)
{
    const enum pk_status status =
        pk_reply_reserve(list->call, &list->metrics, &list->capacity, list->count, error);
    if (status != PK_OK)
        return status;
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

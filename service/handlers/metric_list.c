#include "service/handlers/metric_list.h"

#include <string.h>

enum pk_status pk_metric_list_add(struct pk_metric_list *list, const Peakstock__V1__Metric *metric,
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

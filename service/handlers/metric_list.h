/* Metrics of one reply, grown as they come. */
#ifndef PK_HANDLERS_METRIC_LIST_H
#define PK_HANDLERS_METRIC_LIST_H

#include "peakstock/v1/review.pb-c.h"
#include "service/handlers/reply.h"

/* Zero but for the call = empty; messages live as long as the call's memory. */
struct pk_metric_list {
    struct pk_rpc_call *call;
    Peakstock__V1__Metric **metrics;
    size_t count, capacity;
};

/* Appends a copy; scope id and dates are copied, the other texts borrowed. OUT_OF_MEMORY. */
enum pk_status pk_metric_list_add(struct pk_metric_list *list, const Peakstock__V1__Metric *metric,
                                  struct pk_error *error);

#endif

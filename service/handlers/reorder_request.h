/* The assumptions and "what if" changes of an order request: from the wire, and back in words. */
#ifndef PK_HANDLERS_REORDER_REQUEST_H
#define PK_HANDLERS_REORDER_REQUEST_H

#include "models/evidence/series_facts.h"
#include "peakstock/v1/reorder.pb-c.h"
#include "service/rpc/handler.h"
#include "service/snapshot/what_if.h"

/* Promotions that one request may change at most. */
#define PK_PROMOTION_CHANGE_COUNT_MAX 16

/* Violations are noted on the call; a missing message assumes nothing. */
void pk_reorder_read_assumptions(struct pk_rpc_call *call,
                                 const Peakstock__V1__ReorderAssumptions *wire,
                                 struct pk_assumptions *out_assumptions);
void pk_reorder_read_what_if(struct pk_rpc_call *call, const Peakstock__V1__ReorderWhatIf *wire,
                             struct pk_what_if *out_what_if,
                             struct pk_promotion_change out_changes[PK_PROMOTION_CHANGE_COUNT_MAX]);

/* One line for each thing that the request put in place of the store. */
struct pk_request_texts {
    char *lines[5 + 2 * PK_PROMOTION_CHANGE_COUNT_MAX];
    size_t count;
};
void pk_reorder_tell(struct pk_rpc_call *call, struct pk_request_texts *texts,
                     const struct pk_assumptions *assumptions,
                     const struct pk_promotion_change *changes, size_t change_count);

#endif

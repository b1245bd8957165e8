/* Advice on one line of a campaign: models/decision/campaign/promotion_advice.h with today's
 * reorder decision, the transfers and the open orders of the line. */
#ifndef PK_EVIDENCE_ADVISE_PROMOTION_H
#define PK_EVIDENCE_ADVISE_PROMOTION_H

#include "models/decision/campaign/promotion_advice.h"
#include "models/evidence/transfer.h"

/* Strings lead into the snapshot. */
struct pk_line_advice {
    struct pk_promotion_advice advice;
    int64_t reorder_units;                  /* on today's reorder list; -1 = was not asked */
    const char *transfer_from_warehouse_id; /* "" = nothing to bring over */
    const char *expedite_order_id;          /* "" = none, or an order without inbound line yet */
};

/* Working memory. Series must come in the shop's order, so that the spare units of a warehouse are
 * given once. */
struct pk_advice_memory {
    struct pk_decision_memory *reorder, *donor; /* owned */
    struct pk_transfer_book book;
};
enum pk_status pk_advice_memory_new(struct pk_advice_memory *out_memory, struct pk_error *error);
void pk_advice_memory_done(struct pk_advice_memory *memory);

/* `input` and `check` are those of pk_decide_promotion, `projection` is free to use. Fails as
 * pk_decide_reorder does. */
enum pk_status pk_advise_promotion(const struct pk_view *view, size_t series,
                                   const struct pk_promotion_input *input,
                                   const struct pk_promotion_check *check,
                                   struct pk_advice_memory *memory,
                                   struct pk_projection *projection,
                                   struct pk_line_advice *out_advice, struct pk_error *error);

#endif

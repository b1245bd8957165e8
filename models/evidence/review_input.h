/* The part of a review that concerns one series besides its order and clearance: promotions within
 * reach, their prices, and whether its item rises. */
#ifndef PK_EVIDENCE_REVIEW_INPUT_H
#define PK_EVIDENCE_REVIEW_INPUT_H

#include "models/decision/review/review.h"
#include "models/evidence/item_lives.h"
#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* A promotion is looked at from this many days before its start. */
#define PK_REVIEW_PROMOTION_DAYS 14

/* The part that all series share. */
struct pk_review_frame {
    const struct pk_view *view;
    const char **promotion_ids; /* that run or start within reach; owned */
    size_t promotion_count;
    struct pk_item_lives lives; /* as `assortment` judges them */
    size_t *main_series;        /* per item: where it sold most in the test; owned */
};
/* `lives_before` as in pk_item_lives_make. */
enum pk_status pk_review_frame_new(const struct pk_view *view, const struct pk_view *lives_before,
                                   int32_t reach_days, struct pk_review_frame *out_frame,
                                   struct pk_error *error);
void pk_review_frame_done(struct pk_review_frame *frame);

/* Completes an input whose facts are known: promotion (into *check), prices, life. `memory` is
 * another than that of the facts; several threads may do so at once. */
enum pk_status pk_review_input_complete(const struct pk_review_frame *frame, size_t series,
                                        const struct pk_series_facts *facts,
                                        struct pk_decision_memory *memory,
                                        struct pk_promotion_check *check,
                                        struct pk_review_input *input, struct pk_error *error);

#endif

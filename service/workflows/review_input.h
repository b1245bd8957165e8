/* What a review looks at of one series besides its order and clearance: promotions within reach,
 * their prices, the trend against its category. */
#ifndef PK_WORKFLOWS_REVIEW_INPUT_H
#define PK_WORKFLOWS_REVIEW_INPUT_H

#include "models/decision/review.h"
#include "models/history/campaign.h"
#include "service/workflows/series_facts.h"

/* Quiet days of either half of a trend; none of them lies within so many days before or after a
 * campaign of the shop or a category, and none so long ago. */
#define PK_REVIEW_TREND_DAYS        14
#define PK_REVIEW_QUIET_BEFORE_DAYS 7
#define PK_REVIEW_QUIET_AFTER_DAYS  10
#define PK_REVIEW_TREND_REACH_DAYS  120

/* What all series share. */
struct pk_review_frame {
    const struct pk_snapshot *snapshot;
    const char **promotion_ids; /* that run or start within reach; owned */
    size_t promotion_count;
    int32_t quiet_dates[2 * PK_REVIEW_TREND_DAYS]; /* descending; the first half is the later */
    size_t quiet_count;
    double *category_units, *category_units_before; /* sales of the two halves; owned */
};
enum pk_status pk_review_frame_new(const struct pk_snapshot *snapshot, int32_t reach_days,
                                   struct pk_review_frame *out_frame, struct pk_error *error);
void pk_review_frame_done(struct pk_review_frame *frame);

/* Completes an input whose facts are known: promotion (into *check), prices, trend. `memory` is another
 * than that of the facts; several threads may do so at once. */
enum pk_status pk_review_input_complete(const struct pk_review_frame *frame, size_t series,
                                        const struct pk_series_facts *facts,
                                        struct pk_decision_memory *memory,
                                        struct pk_promotion_check *check,
                                        struct pk_review_input *input, struct pk_error *error);

#endif

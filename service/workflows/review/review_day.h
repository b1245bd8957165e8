/* The as-of day against its forecast and target, the month it belongs to, and the items that need
 * somebody's decision. */
#ifndef PK_WORKFLOWS_REVIEW_DAY_H
#define PK_WORKFLOWS_REVIEW_DAY_H

#include "models/evidence/view.h"
#include "service/workflows/review/reviewed_day.h"

/* Snapshots of earlier days that a day is judged by; NULL = no history so far back. */
struct pk_review_history {
    const struct pk_view *before;       /* of the bucket before as-of: the forecast of the day */
    const struct pk_view *lives_before; /* of pk_item_lives_before_date: what rises */
};

/* Free with pk_review_done. */
enum pk_status pk_review_day(const struct pk_view *view, const struct pk_review_history *history,
                             const struct pk_review_request *request, struct pk_review *out_review,
                             struct pk_error *error);
void pk_review_done(struct pk_review *review);

#endif

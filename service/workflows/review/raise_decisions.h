/* Which lines of a review are listed: the lines that are new or have changed since they were last
 * shown. Open lines are counted, and listed on request. The findings of the live day are kept for
 * the reviews after it. */
#ifndef PK_WORKFLOWS_RAISE_DECISIONS_H
#define PK_WORKFLOWS_RAISE_DECISIONS_H

#include "service/workflows/review/reviewed_day.h"

/* Judges the lines against the last review of an earlier as-of day and orders them: the lines to
 * list by value, then the open ones. On the live day it keeps them; at most line_count_maximum
 * lines count as shown, each by the action that it proposes. A repeated review with equal findings
 * writes nothing. If the store cannot keep them (a full disk), the review still succeeds and
 * review->unkept says why. */
enum pk_status pk_raise_decisions(const struct pk_shop *shop,
                                  const struct pk_review_request *request, struct pk_review *review,
                                  struct pk_error *error);

#endif

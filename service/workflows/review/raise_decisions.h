/* Which lines of a review are listed: those that are new or have changed since they were last shown;
 * what is left open is counted. What a review of the live day finds is kept for the following ones. */
#ifndef PK_WORKFLOWS_RAISE_DECISIONS_H
#define PK_WORKFLOWS_RAISE_DECISIONS_H

#include "service/workflows/review/reviewed_day.h"

/* Judges the lines against the last review of an earlier as-of day, orders them (those to list by
 * value, then the open ones) and, on the live day, keeps them; at most line_count_maximum count as
 * shown, each by the action that it proposes. A review that found the same before writes nothing; one
 * that the store cannot keep (a full disk) is none the worse for it: review->unkept says why. */
enum pk_status pk_raise_decisions(const struct pk_shop *shop,
                                  const struct pk_review_request *request, struct pk_review *review,
                                  struct pk_error *error);

#endif

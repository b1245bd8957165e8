/* Whether a decision that is still open is raised again: nobody is told of it twice without a
 * change. Pure. */
#ifndef PK_DECISION_RAISE_H
#define PK_DECISION_RAISE_H

#include "models/decision/review/review.h"
#include "models/history/raised.h"

/* A worth above the first or below the second multiple of the worth shown is a change. */
#define PK_RAISE_MORE_RATIO 1.5
#define PK_RAISE_LESS_RATIO 0.7
/* An unchanged decision is raised again after this many days. */
#define PK_RAISE_REMINDER_DAYS 14

/* "new", "worse", "smaller", "reminder", "open". */
const char *pk_raise_change_name(enum pk_raise_change change);

/* How bad a state is, larger = worse: out of stock or oversold, then a likely shortage, then the
 * rest; dead stock is worse than slow stock. */
int32_t pk_review_severity(enum pk_reason reason);

/* True if the finding was raised before: equal actions, and for `check` and `reprice` equal
 * reasons. */
bool pk_raise_is_same(const struct pk_review_finding *finding, const struct pk_raised *before);

/* `before` is this finding as the last review before `date` stored it; NULL = it was not there. */
enum pk_raise_change pk_raise_judge(const struct pk_review_finding *finding, int32_t date,
                                    const struct pk_raised *before);

#endif

/* Whether a decision that is still open is raised again: nobody is told the same thing twice without
 * a change. Pure. */
#ifndef PK_DECISION_RAISE_H
#define PK_DECISION_RAISE_H

#include "models/decision/review/review.h"
#include "models/history/raised.h"

/* A worth beyond these parts of what was shown is a change. */
#define PK_RAISE_MORE_RATIO 1.5
#define PK_RAISE_LESS_RATIO 0.7
/* Unchanged, it comes back after so many days. */
#define PK_RAISE_REMINDER_DAYS 14

/* "new", "worse", "smaller", "reminder", "open". */
const char *pk_raise_change_name(enum pk_raise_change change);

/* How bad a state is: out of stock and oversold before a likely shortage before the rest; dead
 * stock before slow stock. */
int32_t pk_review_severity(enum pk_reason reason);

/* Whether a finding is the one that was raised before: the same action; of the actions `check` and
 * `reprice` also the same reason. */
bool pk_raise_is_same(const struct pk_review_finding *finding, const struct pk_raised *before);

/* `before` = the same finding as the last review before `date` left it; NULL = it was not there. */
enum pk_raise_change pk_raise_judge(const struct pk_review_finding *finding, int32_t date,
                                    const struct pk_raised *before);

#endif

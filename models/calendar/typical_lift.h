/* How much a day of a promotion sells against an ordinary one, by kind: what a shop is expected to
 * do that has not held such a promotion yet. Data with their sources in typical_lift.c; a shop's
 * own promotions soon outweigh them. */
#ifndef PK_CALENDAR_TYPICAL_LIFT_H
#define PK_CALENDAR_TYPICAL_LIFT_H

#include <stddef.h>

/* Multiples of an ordinary day: on each day of a peak of at most PK_TYPICAL_SHORT_DAYS days, and on
 * each day of a longer one. */
struct pk_typical_lift {
    const char *kind; /* of struct pk_promotion */
    double short_ratio, long_ratio;
};

#define PK_TYPICAL_SHORT_DAYS 3
/* Standard deviation of the log of one shop's lift around the table. */
#define PK_TYPICAL_LOG_SD 0.5

/* The table's entry of a kind; unknown kinds have that of "other". Never NULL. */
const struct pk_typical_lift *pk_typical_lift(const char *kind);

#endif

/* A frozen cohort of slow movers: what was flagged on one day, what has become of it, and whether
 * the rest will go in time. Pure; no allocation.
 *
 * First in, first out: what is sold after the day is sold from the cohort, goods received later are
 * not part of it. left = max(0, flagged - sold since), at most what is in stock now; what is
 * missing beyond the sales is gone otherwise (written off, moved, corrected).
 *   clearance rate 清仓率 = units gone / units flagged at the start,
 *   handled-style rate 滞销款处理率 = styles dealt with / styles flagged; dealt with: nothing left,
 *   or units gone reach the target, or the price was cut since, or all that left was written off.
 * Ahead, a line clears min(D, left); landing of the sum = normal with the variances of the lines,
 * plus PK_COHORT_SHARED_SD of all expected units that the lines share (one season, one campaign,
 * one model). */
#ifndef PK_DECISION_CLEARANCE_COHORT_H
#define PK_DECISION_CLEARANCE_COHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision/clearance/clearance.h"

#define PK_COHORT_SHARED_SD 0.10
/* A price that fell by less is the same price. */
#define PK_PRICE_CUT_MIN 0.01

struct pk_cohort_state {
    int64_t sold_units, gone_otherwise_units, left_units;
};
/* sold >= 0; in_stock_units < 0 = unknown. */
struct pk_cohort_state pk_cohort_state_of(int64_t flagged_units, int64_t sold_units,
                                          int64_t in_stock_units);

enum pk_cohort_handling {
    PK_HANDLING_NONE,
    PK_HANDLING_SOLD_OUT,
    PK_HANDLING_WRITTEN_OFF, /* nothing left, most of it not by sales */
    PK_HANDLING_CLEARED,     /* the target share is gone */
    PK_HANDLING_PRICE_CUT
};
/* "not_yet", "sold_out", "written_off", "cleared", "price_cut". */
const char *pk_cohort_handling_name(enum pk_cohort_handling handling);
/* Of a line or a whole style. */
enum pk_cohort_handling pk_cohort_handling_of(int64_t flagged_units,
                                              const struct pk_cohort_state *state,
                                              double target_ratio, bool is_price_cut);

/* Demand ahead of a dead line (PK_DEAD_AFTER_DAYS) over the window's days: the forecast's level
 * still remembers sales, so the Gamma rate of clearance.h takes its place, 0.5 / (days without a
 * sale + 1) a day. Other lines keep their forecast. */
struct pk_window pk_cohort_window(const struct pk_window *forecast, int32_t days,
                                  int32_t days_without_sale);

/* The same at a discount: D0 (1 - d)^beta with the error of beta. */
struct pk_window pk_cohort_discounted(const struct pk_window *window, double discount_ratio,
                                      const struct pk_price_response *response);

/* Mean and variance of min(D, left). */
struct pk_cleared {
    double mean, variance;
};
struct pk_cleared pk_cohort_cleared(const struct pk_window *window, int64_t left_units);

/* Units of the cohort gone by a date: `gone` for certain, the rest as expected. */
struct pk_cohort_sum {
    double flagged, gone, expected, variance;
};
/* The landing at a probability in (0, 1), within gone .. flagged. */
double pk_cohort_landing_units(const struct pk_cohort_sum *sum, double probability);
/* P(at least the target share is gone). */
double pk_cohort_reach_probability(const struct pk_cohort_sum *sum, double target_ratio);

enum pk_cohort_verdict {
    PK_COHORT_EMPTY,        /* nothing was flagged */
    PK_COHORT_REACHED,      /* the target share is gone already */
    PK_COHORT_ON_TRACK,     /* more likely than not at the current prices */
    PK_COHORT_BEHIND,       /* not at the current prices, but with the plan */
    PK_COHORT_CANNOT_REACH, /* not even with the plan */
    PK_COHORT_MISSED        /* the date is past */
};
/* "empty", "reached", "on_track", "behind", "cannot_reach", "missed". */
const char *pk_cohort_verdict_name(enum pk_cohort_verdict verdict);
enum pk_cohort_verdict pk_cohort_judge(const struct pk_cohort_sum *at_price,
                                       const struct pk_cohort_sum *with_plan, double target_ratio,
                                       bool is_past);

#endif

/* A frozen cohort of slow movers: the stock that was flagged on one day, its state now, and
 * whether the rest will go in time. Pure; no allocation.
 *
 * *So far*, first in, first out: units sold after the day are sold from the cohort, and goods
 * received later are not part of it. left = max(0, flagged - sold since), at most the units in
 * stock now. Units missing beyond the sales are gone otherwise (written off, moved, corrected).
 *   clearance rate 清仓率 = units gone / units flagged at the start,
 *   handled-style rate 滞销款处理率 = styles dealt with / styles flagged.
 * A style is dealt with if nothing is left, or the units gone reach the target, or its price was
 * cut since, or all units left were written off.
 *
 * *Ahead*, a line clears min(D, left). The landing of the sum is normal, with the variances of the
 * lines and an error of PK_COHORT_SHARED_SD of all expected units, which lines share (one season,
 * one campaign, one model). */
#ifndef PK_DECISION_CLEARANCE_COHORT_H
#define PK_DECISION_CLEARANCE_COHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision/clearance/clearance.h"

/* Standard deviation that lines share, as a part of the expected units. */
#define PK_COHORT_SHARED_SD 0.10
/* A price that fell by a smaller part counts as unchanged. */
#define PK_PRICE_CUT_MIN 0.01

/* Their sum is the units flagged. */
struct pk_cohort_state {
    int64_t sold_units, gone_otherwise_units, left_units; /* each >= 0 */
};
/* sold >= 0; in_stock_units < 0 = unknown. */
struct pk_cohort_state pk_cohort_state_of(int64_t flagged_units, int64_t sold_units,
                                          int64_t in_stock_units);

enum pk_cohort_handling {
    PK_HANDLING_NONE, /* not dealt with yet */
    PK_HANDLING_SOLD_OUT,
    PK_HANDLING_WRITTEN_OFF, /* nothing left, and most units did not go by sales */
    PK_HANDLING_CLEARED,     /* the target share is gone */
    PK_HANDLING_PRICE_CUT
};
/* "not_yet", "sold_out", "written_off", "cleared", "price_cut". */
const char *pk_cohort_handling_name(enum pk_cohort_handling handling);
/* How a line, or a style with the sums of its lines, was dealt with. */
enum pk_cohort_handling pk_cohort_handling_of(int64_t flagged_units,
                                              const struct pk_cohort_state *state,
                                              double target_ratio, bool is_price_cut);

/* Demand ahead of a line over `days`. A line without a sale for more than PK_DEAD_AFTER_DAYS takes
 * pk_dead_window (dead_demand.h), because its forecast still remembers sales. Others keep
 * `forecast`. */
struct pk_window pk_cohort_window(const struct pk_window *forecast, int32_t days,
                                  int32_t days_without_sale);

/* Demand at a discount d: D0 (1 - d)^beta, with the error of beta. */
struct pk_window pk_cohort_discounted(const struct pk_window *window, double discount_ratio,
                                      const struct pk_price_response *response);

/* Mean and variance of min(D, left). */
struct pk_cleared {
    double mean, variance;
};
struct pk_cleared pk_cohort_cleared(const struct pk_window *window, int64_t left_units);

/* Units of the cohort gone by a date: `gone` for certain, the rest as expected. */
struct pk_cohort_sum {
    double flagged, gone;      /* units */
    double expected, variance; /* of the units that go by the date, besides `gone` */
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

/* Sums over the lines of a clearance plan, and how far their total may be off. Pure; no allocation.
 *
 * The cohort is every line that is flagged and not just watched; it is frozen on the day of the
 * plan. Watched lines are only counted. */
#ifndef PK_DECISION_CLEARANCE_SUMMARY_H
#define PK_DECISION_CLEARANCE_SUMMARY_H

#include "models/decision/clearance/clearance.h"

/* Zero-initialised = empty. Amounts are in the store's currency. */
struct pk_clearance_summary {
    int64_t line_count, flagged_units, discounted_count; /* of the cohort; discounted from now on */
    int64_t watched_count, watched_units;
    int64_t cannot_clear_count, cannot_clear_units; /* lines that no plan brings to their target */
    double expected_cleared_units, reachable_cleared_units; /* clearance.h, summed */
    double expected_value, do_nothing_value, single_value;  /* clearance.h, summed */
    double recovered;          /* expected cash from the units sold, net of selling costs */
    double recovered_variance; /* sum of the lines' variances of it */
    double recovered_sd_sum;   /* sum of the lines' standard deviations of it */
};

/* Adds one line; a line that is not flagged changes nothing. */
void pk_clearance_summary_add(struct pk_clearance_summary *summary,
                              const struct pk_clearance *clearance);

/* Correlation of the errors of any two lines: demand and prices of a shop move together. */
#define PK_CLEARANCE_ERROR_CORRELATION 0.25

/* P10 and P90 of the cash that the cohort recovers: normal, every two lines equally correlated; P10
 * is at least 0. */
void pk_clearance_summary_band(const struct pk_clearance_summary *summary, double *out_p10,
                               double *out_p90);

#endif

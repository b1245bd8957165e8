/* Claims of a comparison of policies: the interval of a cost difference over items, and the stock
 * that one policy needs at the fill rate of another. */
#ifndef PK_DECISION_COMPARISON_H
#define PK_DECISION_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

/* Quantiles 2.5 % and 97.5 % of the resampled sums, per column. */
struct pk_bootstrap_interval {
    double low, high;             /* of the summed differences */
    double ratio_low, ratio_high; /* of summed differences / summed bases; 0 over 0 counts as 0 */
};

/* Resamples that a comparison takes. */
#define PK_BOOTSTRAP_COUNT 1000
/* Paired bootstrap (Efron & Tibshirani 1993, ch. 13, percentile interval). Items are resampled with
 * replacement resample_count times; one draw serves all columns. differences and bases are
 * [item x column_count + column]; out_intervals has column_count entries. Equal seeds give equal
 * intervals. OUT_OF_MEMORY. */
enum pk_status pk_bootstrap_sums(const double *differences, const double *bases, size_t item_count,
                                 size_t column_count, size_t resample_count, uint64_t seed,
                                 struct pk_bootstrap_interval *out_intervals,
                                 struct pk_error *error);

/* Verdict on an interval of ours - theirs, in cost: all below 0 = better, all above 0 = worse. */
enum pk_verdict { PK_VERDICT_NOT_PROVEN, PK_VERDICT_BETTER, PK_VERDICT_WORSE };
enum pk_verdict pk_verdict_of(double low, double high);
/* "not_proven", "better", "worse". */
const char *pk_verdict_name(enum pk_verdict verdict);

/* One setting of a policy: average stock against fill rate. */
struct pk_frontier_point {
    double critical_ratio, fill_ratio, stock_units;
};
/* Stock at a fill rate by straight lines between neighbouring points (ascending fill_ratio, sorted
 * here in place); false outside of them. */
bool pk_frontier_stock_at(struct pk_frontier_point *points, size_t count, double fill_ratio,
                          double *out_stock_units);

#endif

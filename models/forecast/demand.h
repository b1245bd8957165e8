/* Predicted demand of one series as decisions use it: a mean per bucket and the two errors that do
 * not average out.
 *
 * *Days.* Day demand is negative binomial with variance mu + mu^2 / k, k = dispersion. Over a
 * window, buckets are independent given level and lift. The shared relative variance v =
 * level_relative_variance adds M^2 v by the law of total variance:
 *   M = sum mu,  V = sum (mu + mu^2 / k) + M^2 v.
 *
 * *Walk.* The level walks after as-of, by a relative variance of q = level_drift_variance_per_day a
 * day. Its mean over a window that begins f days after the first day and has n days adds q (f + n /
 * 3) to v.
 *
 * *Lifts.* Days of events have a lift with an error of its own. m[s] is the mean of the window's
 * part in span s. (sum m[s] shared[s])^2 + sum (m[s] single[s])^2 is added to V.
 *
 * *Stops.* A window of n buckets with a mean sells nothing at all with probability p = s + (1 - s)
 * i^n; M and V hold that case too. Else its sum is a negative binomial (Poisson if the variance is
 * no larger than the mean) of
 *   M' = M / (1 - p),  V' = (V - p M^2 / (1 - p)) / (1 - p). */
#ifndef PK_FORECAST_DEMAND_H
#define PK_FORECAST_DEMAND_H

#include <stddef.h>
#include <stdint.h>

/* Buckets in a row whose lifts have one error: two standard deviations, as parts of the mean. All
 * spans share the first error; the second is the span's own. */
struct pk_lift_span {
    uint32_t first_bucket, bucket_count;
    float shared_sd, single_sd;
};
#define PK_LIFT_SPAN_MAX 16

struct pk_demand {
    int32_t first_date;  /* first day of bucket 0 = next after as-of */
    int32_t bucket_days; /* 1 or 7 */
    size_t bucket_count;
    const double *mean_units;            /* bucket_count entries, >= 0, finite; not owned */
    double dispersion;                   /* k > 0; INFINITY = Poisson */
    double level_relative_variance;      /* v >= 0 */
    double level_drift_variance_per_day; /* q >= 0 */
    double stop_probability;             /* 0 <= s < 1, of any window */
    double mean_excess;                  /* e > -1: quantiles' mean is (1 + e) mean_units */
    double idle_probability;             /* 0 <= i < 1; of one bucket, part of its dispersion */
    size_t lift_count;
    struct pk_lift_span lifts[PK_LIFT_SPAN_MAX]; /* ascending, apart from each other */
};

/* q (f + n / 3): variance that the walk of the level adds to v over n days that begin f days after
 * the first. */
double pk_demand_drift_variance(const struct pk_demand *demand, double days_before, double days);

/* Variance from the error of lifts; span_means[lift_count] = mean units of the window inside each
 * span. */
double pk_demand_lift_variance(const struct pk_demand *demand, const double *span_means);

/* Mean and variance of demand over a window. */
struct pk_window {
    double mean_units;
    double variance;
    double stop_probability; /* p; mean and variance hold it */
    double mean_excess;      /* e; only quantiles and probabilities use it */
};

/* Demand over the days from_date..to_date, both included, cut to the path. A weekly bucket that is
 * partly inside counts by its share of days. An empty window has mean 0 and variance 0. */
struct pk_window pk_demand_window(const struct pk_demand *demand, int32_t from_date,
                                  int32_t to_date);

/* Part of a bucket's days that lie in from_date..to_date, both included; 0..1. */
double pk_demand_bucket_share(const struct pk_demand *demand, size_t bucket, int32_t from_date,
                              int32_t to_date);

/* Smallest q with P(D <= q) >= probability, probability in (0, 1). */
int64_t pk_window_quantile_units(const struct pk_window *window, double probability);

/* P(D <= units); 0 below 0. */
double pk_window_probability_at_most(const struct pk_window *window, int64_t units);

/* E[min(D, units)], the expected units served from a stock. */
double pk_window_expected_served_units(const struct pk_window *window, int64_t units);

#endif

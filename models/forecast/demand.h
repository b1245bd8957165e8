/* Predicted demand of one series as decisions use it: a mean per bucket and the two errors that do not average out.
 *
 * Day demand is negative binomial with variance mu + mu^2 / dispersion. Over a window, buckets are independent given
 * level and lift, whose shared relative variance v = level_relative_variance adds M^2 v by the law of total variance:
 *   M = sum mu,  V = sum (mu + mu^2 / k) + M^2 v.
 * The level also walks after as-of, by a relative variance of q = level_drift_variance_per_day a day; its mean over a
 * window that begins f days after the first day and has n days adds q (f + n / 3) to v.
 * Days of events have a lift whose error is their own: with m[s] the mean of the window's part in span s,
 * (sum m[s] shared[s])^2 + sum (m[s] single[s])^2 joins V.
 * With probability p = s + (1 - s) i^n, n buckets with a mean, a window sells nothing at all, and M and V hold that too; else its sum is a
 * negative binomial (Poisson when the variance is no larger than the mean) of
 *   M' = M / (1 - p),  V' = (V - p M^2 / (1 - p)) / (1 - p). */
#ifndef PK_FORECAST_DEMAND_H
#define PK_FORECAST_DEMAND_H

#include <stddef.h>
#include <stdint.h>

/* Buckets in a row with the same error of their lift, as parts of their mean: what all spans share, and the
 * span's own. */
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
    double stop_probability;             /* 0 <= s < 1 */
    double mean_excess;                  /* e > -1: quantiles' mean is (1 + e) mean_units */
    double idle_probability;             /* 0 <= i < 1; part of the dispersion */
    size_t lift_count;
    struct pk_lift_span lifts[PK_LIFT_SPAN_MAX]; /* ascending, apart from each other */
};

/* q (f + n / 3): what the walk of the level adds to v over n days that begin f days after the first. */
double pk_demand_drift_variance(const struct pk_demand *demand, double days_before, double days);

/* Variance from the error of lifts; span_means[lift_count] = mean units of the window inside each span. */
double pk_demand_lift_variance(const struct pk_demand *demand, const double *span_means);

/* Mean and variance of demand over a window. */
struct pk_window {
    double mean_units;
    double variance;
    double stop_probability; /* part of both */
    double mean_excess;      /* part of neither, of quantiles and probabilities only */
};

/* Demand over the days from_date..to_date, both included, cut to the path; a weekly bucket that is only partly inside
 * counts by its share of days. Empty windows have mean 0 and variance 0. */
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

/* How far a total over many items may be off: the errors of single items average out, the errors
 * that items share do not. Pure; no allocation.
 *
 * Item i has the mean m[i], the day-to-day variance n[i], and c[i] = sd of the error of level and
 * lift. Items are in groups g (categories). Then
 *   V = sum n[i] + (1 - r) sum c[i]^2 + (r - a) sum over g (sum of c in g)^2 + a (sum c[i])^2
 *       + s sum over days of M[d]^2,
 * r = PK_ERROR_CORRELATION_IN_GROUP, a = PK_ERROR_CORRELATION_ACROSS, M[d] = mean of the total on
 * day d, s = relative variance of a day that all items share. s is learnt from past days' totals:
 *   s = max(0, sum (S[d] - M[d])^2 - N[d]) / sum M[d]^2   (method of moments).
 *
 * shared_sum.h is for the part of a campaign's demand that stock serves. A total here is never cut
 * at a stock, so two moments suffice, and categories can be told apart. */
#ifndef PK_DECISION_TOTAL_BAND_H
#define PK_DECISION_TOTAL_BAND_H

#include <stddef.h>

/* Correlation of the errors of level and lift of two items, in a group and in two groups.
 * Chosen at rolling origins of simulated shops, models/decision/README.md. */
#define PK_ERROR_CORRELATION_IN_GROUP 0.45
#define PK_ERROR_CORRELATION_ACROSS   0.20
/* Days of the past that the shared variance of a day is learnt from. */
#define PK_SHARED_DAY_COUNT 56

/* Sums over items, in units or money; zero-initialised = empty. */
struct pk_total_band {
    double mean;
    double noise_variance;
    double error_variance; /* sum c^2 */
    double error_sd;       /* sum c */
    double group_variance; /* sum of (sum of c)^2 over the groups closed into it */
};
/* Adds an item by the moments of its demand, both in units; `worth` = 1, or the money of a unit. */
void pk_total_band_add(struct pk_total_band *band, double mean_units, double variance,
                       double noise_variance, double worth);

/* Closes a group: adds its shared part to the total, and turns the group into a total of its own.
 * */
void pk_total_band_close_group(struct pk_total_band *group, struct pk_total_band *total);

/* s of the total; 0 without days. The arrays hold `count` past days: units wanted, units expected,
 * and the sum of the items' own variances. */
double pk_shared_day_variance(const double *wanted_units, const double *mean_units,
                              const double *noise_variances, size_t count);

/* V; `squared_days` = sum of M[d]^2 over the days of the total. */
double pk_total_band_variance(const struct pk_total_band *band, double shared_day_variance,
                              double squared_days);

/* Smallest q with P(total <= q) >= probability, of a negative binomial with mean and variance. */
double pk_total_band_quantile(double mean, double variance, double probability);

#endif

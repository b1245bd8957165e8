/* Counts of demand: the negative binomial given by mean and variance, the Poisson where the
 * variance is no larger.
 *
 * Negative binomial with mean m and shape r: variance m + m^2 / r, P(D <= n) = I_p(r, n + 1), p
 * = r / (r + m) (NIST DLMF 8.17.24 with 8.17.5); Poisson: P(D <= n) = Q(n + 1, m) (DLMF 8.4.10).
 * Computed
 * - up to 128 by the recurrence P(n) = P(n - 1) (n - 1 + r) / n x m / (r + m),
 * - else by the continued fraction of the incomplete beta (DLMF 8.17.22) or gamma (8.9.2; series
 *   8.11.4) function, evaluated as in Lentz (1976), Thompson & Barnett (1986),
 * - both parameters large: Gauss-Legendre quadrature of the density from x outwards.
 * P(D = n) by the saddle-point form of Loader, "Fast and accurate computation of binomial
 * probabilities" (2000), which keeps full relative precision for means up to 1e8. Absolute error
 * of probabilities below 1e-11 for means up to 1e6, below 1e-8 beyond. */
#ifndef PK_NUMERIC_DISTRIBUTION_H
#define PK_NUMERIC_DISTRIBUTION_H

#include <stdint.h>

/* A distribution over 0, 1, 2, ...; a plain value. */
struct pk_count_distribution {
    double mean;  /* >= 0, finite; 0 = always 0 */
    double shape; /* r > 0; INFINITY = Poisson */
    double none;  /* P(D = 0) if it is known, else 0; only saves time */
};

/* The distribution with this mean and variance; Poisson when variance <= mean (within 1e-10 of
 * it). A mean that is not positive (or NaN) gives the constant 0. */
struct pk_count_distribution pk_count_from_moments(double mean, double variance);

/* P(D = count); 0 for negative counts. */
double pk_count_probability(const struct pk_count_distribution *distribution, int64_t count);
/* Writes P(D = 0) .. P(D = count - 1). */
void pk_count_probabilities(const struct pk_count_distribution *distribution, int64_t count,
                            double *out_probabilities);
/* P(D <= count); 0 for negative counts. */
double pk_count_at_most(const struct pk_count_distribution *distribution, int64_t count);
/* P(D > count), without cancellation in the upper tail beyond the recurrence's range; 1 for
 * negative counts. */
double pk_count_above(const struct pk_count_distribution *distribution, int64_t count);

/* Smallest n with P(D <= n) >= probability (less 1e-14 of it, so that exact ties are met); 0 for
 * probability <= 0, INT64_MAX for probability >= 1 (0 if the mean is 0). */
int64_t pk_count_quantile(const struct pk_count_distribution *distribution, double probability);

/* E[min(D, count)] = m (P(D <= n) - P(D = n) (1 + n / r)) + count P(D > n), n = count - 1; 0 for
 * count <= 0. */
double pk_count_expected_minimum(const struct pk_count_distribution *distribution, int64_t count);

/* z with Phi(z) = probability, probability in (0, 1); -INFINITY and INFINITY at the ends.
 * Rational start (Abramowitz & Stegun 26.2.23) and two Halley steps: relative error below 1e-13. */
double pk_normal_quantile(double probability);
/* The 0.9 quantile; the 0.1 quantile is its negative. */
#define PK_NORMAL_Q90 1.2815515655446004
/* Phi(z). */
double pk_normal_at_most(double z);

#endif

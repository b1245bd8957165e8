/* The own level of a series: a constant one over its life while the group's shape is fitted, and
 * the discounted Poisson-Gamma one that forecasts.
 *
 *   level = (a + sum w y) / (b + sum w e m),  w = rho^(T - t)
 *
 * (Harvey and Fernandes 1989, eq. 3.8.) e is the exposure: closed and stocked-out buckets leave
 * both sums. */
#ifndef PK_FORECAST_LEVEL_H
#define PK_FORECAST_LEVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/history/panel.h"

/* One series of a panel beside its shape mean m (level and exposure not included). Not owned. */
struct pk_series_view {
    float *units;
    const float *exposure;
    const float *mean;
    const uint8_t *event; /* 1 = a promotion is on: nothing is capped */
    size_t start, count;  /* first bucket of life, number of buckets */
    /* Buckets of the life that could sell and did, ascending, with their sales before any cap. */
    const struct pk_sale *sales;
    size_t sale_count;
};

/* Gamma prior of a level in units per average open bucket. */
struct pk_level_prior {
    double units;   /* a */
    double buckets; /* b */
};

struct pk_constant_level {
    double level;
    double inverse_dispersion; /* own moment estimate of 1/k, may be negative; 0 without sales */
    double evidence;           /* sum of squared relative means that inverse_dispersion rests on */
    size_t positive_count;     /* buckets with sales */
    size_t capped_count;
};

/* The 95 % quantile of the sales outside events; 0 without sales. No sale below it is a bulk order,
 * so that lumpy trade is not cut. `sizes` is scratch for sale_count numbers. */
float pk_level_size_floor(const struct pk_series_view *view, int32_t *sizes);

/* Units of a sale outside events, of which mean_units were expected, after the cap of
 * pk_level_constant. */
float pk_level_capped(float units, double mean_units, float floor_units, double inverse_dispersion,
                      double huber_c);

/* Sums over the buckets of a life of m and m^2, m = exposure x mean. */
struct pk_mean_sums {
    double mean, square;
};
struct pk_mean_sums pk_level_mean_sums(const struct pk_series_view *view);

/* Level over the whole life. `means` are the sums of its means. Sales outside events are capped at
 *   max(floor_units, mu + huber_c sqrt(mu + mu^2 inverse_dispersion)),
 * at floor_units alone if huber_c = 0. The capped values replace the units of the view.
 * `large` is scratch for sale_count indexes. */
struct pk_constant_level pk_level_constant(const struct pk_series_view *view,
                                           struct pk_mean_sums means, struct pk_level_prior prior,
                                           double inverse_dispersion, double huber_c,
                                           float floor_units, uint32_t *large);

/* Discounted sums up to and including a bucket. */
struct pk_level_sums {
    double units, mean, square; /* sum w y, sum w e m, sum w^2 e m */
};

/* Sums with decay rho per bucket at the ends of `origin_count` ascending bucket counts (sums over
 * buckets < origins[j]). */
void pk_level_discounted(const struct pk_series_view *view, double rho, const size_t *origins,
                         size_t origin_count, struct pk_level_sums *out_sums);

/* The discounted level: the formula above. */
double pk_level_posterior(const struct pk_level_sums *sums, struct pk_level_prior prior);

/* Relative variance of the posterior from the noise of the days: sum w^2 (mu + mu^2/k) over (level
 * (b + sum w m))^2. */
double pk_level_sampling_variance(const struct pk_level_sums *sums, struct pk_level_prior prior,
                                  double inverse_dispersion);

#endif

/* Last stage of a group's fit: pooled dispersion, level priors, deviations, discounted levels and
 * their error (internal to models/forecast). */
#ifndef PK_FORECAST_FINISH_H
#define PK_FORECAST_FINISH_H

#include "models/forecast/group_work.h"
#include "models/forecast/level.h"
#include "models/forecast/stops.h"
#include "models/forecast/velocity.h"

/* Prior of a series' level in a group whose own prior is `group`: a new series has a few days that
 * its first customers made, so the group's level counts as the part of a week that is still
 * missing, besides its usual weight. Its mean is that of its price band (price_band.h). */
struct pk_level_prior pk_finish_prior(struct pk_level_prior group, int32_t bucket_days,
                                      uint32_t open_bucket_count, double band_factor);

/* Relative variance that a new series' level has from what it borrows: the spread of the group's
 * levels times the squared weight of the group. */
double pk_finish_borrowed_variance(struct pk_level_prior group, int32_t bucket_days,
                                   uint32_t open_bucket_count);
/* Relative variance of a new series' level at most: levels of a category are nearly lognormal;
 * beyond this the matched gamma would put the median of a new item at nothing. */
#define PK_NEW_VARIANCE_MAX 1.0
/* Fewer open buckets make a series new. */
#define PK_NEW_BUCKETS 28

/* The mean over going on and stopping, and what stopping adds to its variance: with probability p
 * nothing, else a mean M / (1 - p) of relative variance v gives M the variance (v + p) / (1 - p). */
void pk_finish_stop(const struct pk_stop *stop, struct pk_series_model *model);

/* Flags a series dead and its level 0 if it has not sold for a year, or never without a launch. */
void pk_finish_special(const struct pk_shop *shop, size_t series, struct pk_series_model *model);

/* The two half-lives are averaged, or weighted otherwise (0, 1/4 .. 1) where that lowers the
 * class's error of 28-day sums over the last origins. Fills models[shop series] of the group under
 * the work's means (no trend). Var(level) = noise of the days behind the level + the drift of
 * levels over 28 days, by moments over the last origins:
 *   drift = mean((S - M)^2 - V_days - M^2 sampling) / M^2, pooled per velocity class.  */
enum pk_status pk_finish_series(struct pk_group_work *work, const double *gamma,
                                struct pk_series_model *models, struct pk_error *error);

#endif

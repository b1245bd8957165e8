/* Last stage of a group's fit: pooled dispersion, level priors, deviations, discounted levels and
 * their error (internal to models/forecast). */
#ifndef PK_FORECAST_FINISH_H
#define PK_FORECAST_FINISH_H

#include "models/forecast/group_work.h"
#include "models/forecast/level.h"
#include "models/forecast/stops.h"
#include "models/forecast/velocity.h"

/* Prior of a series' level in a group with the prior `group`. The few days of a new series are
 * those of its first customers. So the group's level counts, beside its usual weight, for the part
 * of a week that is still missing. `band_factor` of price_band.h multiplies its mean. */
struct pk_level_prior pk_finish_prior(struct pk_level_prior group, int32_t bucket_days,
                                      uint32_t open_bucket_count, double band_factor);

/* Relative variance of a new series' level due to the level that it borrows: the spread of the
 * group's levels x the squared weight of the group. */
double pk_finish_borrowed_variance(struct pk_level_prior group, int32_t bucket_days,
                                   uint32_t open_bucket_count);
/* Largest relative variance of a new series' level. Levels of a category are nearly lognormal; with
 * a larger variance the matched gamma would put the median of a new item at 0. */
#define PK_NEW_VARIANCE_MAX 1.0
/* A series with fewer open buckets is new. */
#define PK_NEW_BUCKETS 28

/* Puts a stop into a model. Demand is 0 with probability p, else it has the mean M / (1 - p) and
 * the relative variance v; together that is the mean M with the relative variance (v + p) / (1 -
 * p). */
void pk_finish_stop(const struct pk_stop *stop, struct pk_series_model *model);

/* Flags a series dead and sets its level to 0, if it has not sold for a year, or never and has no
 * launch. */
void pk_finish_special(const struct pk_shop *shop, size_t series, struct pk_series_model *model);

/* Fills models[shop series] of the group under the work's means (no trend). The levels of the two
 * half-lives are averaged, or weighted otherwise (0, 1/4 .. 1) if that lowers the class's error of
 * 28-day sums over the last origins. Var(level) = noise of the days that it was learnt on + drift
 * of levels over 28 days, by moments over the last origins:
 *   drift = mean((S - M)^2 - V_days - M^2 sampling) / M^2, pooled per velocity class.  */
enum pk_status pk_finish_series(struct pk_group_work *work, const double *gamma,
                                struct pk_series_model *models, struct pk_error *error);

#endif

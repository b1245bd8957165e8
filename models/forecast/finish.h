/* Last stage of a group's fit: pooled dispersion, level priors, deviations, discounted levels and
 * their error (internal to models/forecast). */
#ifndef PK_FORECAST_FINISH_H
#define PK_FORECAST_FINISH_H

#include "models/forecast/group.h"
#include "models/forecast/level.h"

/* Velocity classes by level in units per bucket. */
#define PK_VELOCITY_CLASS_COUNT 8
size_t pk_velocity_class(double level_units);

/* Writes inverse_dispersion[count]: own moment estimates of 1/k shrunk to their velocity class,
 * each series with equal weight per squared relative mean; classes with little evidence lean on
 * all. At least 0. */
void pk_finish_dispersion(const struct pk_constant_level *constant, size_t count,
                          double *inverse_dispersion);

/* The two half-lives are averaged, or weighted otherwise (0, 1/4 .. 1) where that lowers the
 * class's error of 28-day sums over the last origins. Fills models[shop series] of the group under
 * the work's means (no trend). Var(level) = noise of the days behind the level + the drift of
 * levels over 28 days, by moments over the last origins:
 *   drift = mean((S - M)^2 - V_days - M^2 sampling) / M^2, pooled per velocity class.  */
enum pk_status pk_finish_series(struct pk_group_work *work, const double *gamma,
                                struct pk_series_model *models, struct pk_error *error);

#endif

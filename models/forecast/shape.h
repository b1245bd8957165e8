/* The shape of a group: log-linear coefficients of the design columns, fitted to the group's
 * aggregate.
 *
 * *Model.* Cell c of bucket t sells y[c]; the series in it have the levels level[c] together:
 *   y[c] ~ level[c] x exp(intercept + trend(t) + x[c]'gamma),  Var y = mu + mu^2 / (K share[c]),
 * share[c] = level[c] / level of all cells of the bucket. So a day has one weight however many
 * cells it falls into, and a few series do not speak for all.
 *
 * *Fit.* The first estimate is a weighted ridge (Hoerl and Kennard 1970, eq. 2.1) on the logs
 * z = log((y + 1/2) / (level + 1/2)). An iterated reweighted ridge follows (McCullagh and Nelder
 * 1989, section 2.5), because small and zero cells bias logs. gamma is shrunk to the parent's.
 *
 * *Trend.* A line and a step every 28 days, both penalised (a random walk of the level), take up
 * drift. They are no part of the shape. */
#ifndef PK_FORECAST_SHAPE_H
#define PK_FORECAST_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "models/base/error.h"
#include "models/forecast/shape_problem.h"

/* Groups that sold less than this per year of history take the parent's shape. */
#define PK_SHAPE_MIN_UNITS_PER_YEAR 200

/* Fits a shape; free it with pk_shape_done. OUT_OF_MEMORY, or INTERNAL if the numbers are not
 * finite. */
enum pk_status pk_shape_fit(const struct pk_shape_problem *problem, struct pk_shape *out_shape,
                            struct pk_error *error);
void pk_shape_done(struct pk_shape *shape);

/* Working response and weight of the negative binomial with log link for a cell of log mean
 * eta + log level: a response more than 2 above the line is cut, large residuals lose weight. */
void pk_shape_working_row(double units, double level, double eta, double dispersion,
                          double *out_target, double *out_weight);

/* exp(log_scale + x'gamma), bounded to exp(+-12). */
double pk_shape_mean(const double *gamma, double log_scale, const double *x, size_t column_count);

#endif

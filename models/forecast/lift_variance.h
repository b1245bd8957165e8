/* Variances of a shape's coefficients as forecasts need them: the columns that are on together on a
 * day of an event have one variance (internal to models/forecast). */
#ifndef PK_FORECAST_LIFT_VARIANCE_H
#define PK_FORECAST_LIFT_VARIANCE_H

#include <stddef.h>

#include "models/forecast/design.h"
#include "models/numeric/least_squares.h"

/* A fitted regression of a shape; not owned. */
struct pk_lift_problem {
    const struct pk_design *design;
    size_t active_count, width; /* of the regression; 0 active = nothing was fitted */
    const size_t *place;        /* per design column: its own, or active_count */
    const struct pk_regression_rows *rows;
    const double *eta, *units, *level, *share, *weights; /* per row (shape.c) */
    const double *covariance;                            /* width x width */
    double *scratch;                                     /* width */
};

/* Writes variance[column_count].
 *
 * The levels of a promotion, its typical lift and its weekday are one sum on every event day, and
 * nearly collinear. So only the variance of their sum is used. The kind's column holds it, averaged
 * over the weekdays; the other columns have variance 0.
 *
 * The column of the peak of any kind holds the variance of one event's log lift around its kind. It
 * is made of the residuals of past peaks as if each day were left out, e^2 / (1 - h) (Cook and
 * Weisberg 1982, section 2.2), less the residuals of all days, which the dispersion of the series
 * holds already.
 *
 * Columns that were not fitted keep their prior. Before the first peak of all, kinds have that of
 * the typical lifts. */
void pk_lift_variances(const struct pk_lift_problem *problem, double *variance);

#endif

/* The data that a shape is fitted to, and the shape itself (internal to models/forecast). */
#ifndef PK_FORECAST_SHAPE_PROBLEM_H
#define PK_FORECAST_SHAPE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "models/forecast/advance_state.h"
#include "models/forecast/cells.h"
#include "models/forecast/design.h"

struct pk_shape_problem {
    const struct pk_design *design;
    int32_t bucket_days;
    size_t bucket_count;
    const double *x; /* bucket_count x column_count: common rows */
    const struct pk_cells *cells;
    const double *units, *level; /* per bucket, of the base cells; level 0 = nothing was on sale */
    const double *cell_units, *cell_level; /* per narrower cell */
    const double *parent;         /* gamma[column_count], or NULL: the design's prior means */
    double ridge;                 /* factor on the prior precisions */
    const struct pk_shape *start; /* an earlier fit to these rows, or NULL */
    bool with_variance;           /* else the variances are left 0 */
    struct pk_group_state *keep;  /* takes the last equations if with_variance; NULL = not kept */
};

/* Owned arrays. */
struct pk_shape {
    double *gamma, *variance; /* column_count: coefficients and variances (of a kind's nested sum;
                                 at the peak of any kind, of one event around its kind) */
    double log_scale;         /* added to x'gamma so that the last year's mean of exp() is 1 */
    double dispersion;        /* K of a whole bucket */
    /* Bucket_count: exp(intercept + trend - log_scale), in-sample drift of the levels. */
    double *trend;
};

#endif

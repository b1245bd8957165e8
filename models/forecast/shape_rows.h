/* The regression that a shape is fitted by: which buckets and cells are rows, which columns of the
 * design are used, and the priors (internal to models/forecast). */
#ifndef PK_FORECAST_SHAPE_ROWS_H
#define PK_FORECAST_SHAPE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "models/forecast/shape_problem.h"
#include "models/numeric/least_squares.h"

/* Width of a category's shape around its parent's, as a part of the prior sd. */
#define PK_SHAPE_PARENT_WIDTH 0.4

/* Rows of the regression: base cells with level > 0, then narrower cells; columns: the active ones
 * of the design, the seasonal ones last, then intercept, line and the steps of the trend. */
struct pk_shape_regression {
    size_t active_count, width;
    size_t *active;                 /* design columns */
    struct pk_regression_rows rows; /* owned arrays */
    uint32_t *starts, *columns, *step_of, *bucket_of;
    double *values, *dense;
    double *eta;   /* row_count: log mean without level, of the present beta */
    double *share; /* row_count: part of its bucket's level */
    double *units, *level, *weights, *targets, *beta, *prior, *precision;
    double *covariance; /* width x width */
    struct pk_normal_equations equations;
};

/* Collects the rows of a problem. OUT_OF_MEMORY. Call pk_shape_regression_done also after a
 * failure. */
enum pk_status pk_shape_regression_init(struct pk_shape_regression *regression,
                                        const struct pk_shape_problem *problem,
                                        struct pk_error *error);
void pk_shape_regression_done(struct pk_shape_regression *regression);

/* Steps of the trend taken up to a bucket. */
size_t pk_shape_steps_until(const struct pk_shape_problem *problem, size_t bucket);

/* Where a bucket is on the line of the trend: years from the middle of the history. */
double pk_shape_line_at(const struct pk_shape_problem *problem, size_t bucket);

#endif

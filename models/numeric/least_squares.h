/* Weighted ridge least squares by normal equations; with distribution.c's neighbours the only user
 * of LAPACK and BLAS.
 *
 *   beta = (X'WX + L)^-1 (X'Wz + L beta_prior),  L = diag(precision)
 *
 * (Hoerl and Kennard 1970, eq. 2.1, shrunk to a prior mean instead of 0.) The normal equations are
 * scaled to a unit diagonal before the Cholesky factorization; what remains singular is made
 * definite by the smallest jitter that works, so that a rank-deficient design is solved, not
 * refused. */
#ifndef PK_NUMERIC_LEAST_SQUARES_H
#define PK_NUMERIC_LEAST_SQUARES_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

/* Rows of a regression whose columns are mostly zero. Columns: sparse_count sparse ones, then
 * dense_count dense ones, then step_count steps: step k = 0, 1, .. is 1 in a row whose step_of > k,
 * so that a whole random walk costs a row no more than its place in it. Not owned. */
struct pk_regression_rows {
    size_t row_count, sparse_count, dense_count, step_count;
    const uint32_t *starts;  /* row_count + 1, into columns and values */
    const uint32_t *columns; /* ascending within a row, < sparse_count */
    const double *values;    /* entries that are not zero */
    const double *dense;     /* row_count x dense_count */
    const uint32_t *step_of; /* row_count, 0..step_count */
};

/* out[row_count] = X beta. */
void pk_regression_rows_times(const struct pk_regression_rows *rows, const double *beta,
                              double *out);

/* X'WX (column_count x column_count, upper triangle of the row-major matrix) and X'Wz. Owned. */
struct pk_normal_equations {
    size_t column_count;
    double *gram;
    double *moment;
    double
        *block; /* dense parts scaled by the root of their weight, on their way into the product */
    double *steps;          /* sums of the columns before the steps, for each place in the walk */
    double *factor, *scale; /* of the last solution: its Cholesky factor on a unit diagonal */
};

enum pk_status pk_normal_equations_init(struct pk_normal_equations *equations, size_t column_count,
                                        struct pk_error *error);
void pk_normal_equations_done(struct pk_normal_equations *equations);

/* Sets the equations of `rows`, whose columns sum to column_count; weights and targets one per row.
 * Rows of weight 0 are skipped. */
void pk_normal_equations_set(struct pk_normal_equations *equations,
                             const struct pk_regression_rows *rows, const double *weights,
                             const double *targets);

/* Solves for beta[column_count]. precision >= 0. INTERNAL when not even the largest jitter gives a
 * definite matrix (inputs not finite). */
enum pk_status pk_ridge_solve(struct pk_normal_equations *equations, const double *precision,
                              const double *prior, double *out_beta, struct pk_error *error);

/* Covariance (X'WX + L)^-1 (column_count x column_count) of the last solution; once per
 * solution. */
enum pk_status pk_ridge_covariance(struct pk_normal_equations *equations, double *out_covariance,
                                   struct pk_error *error);

/* Solves the small symmetric positive definite system a x = b in place (a: n x n row-major,
 * replaced by its Cholesky factor; n <= PK_SMALL_MAX) without pivoting; false if a is not positive
 * definite. */
#define PK_SMALL_MAX 16
int pk_cholesky_solve_small(double *a, double *b, size_t n);

/* diagonal[n] of the inverse, from the factor that pk_cholesky_solve_small leaves. */
void pk_cholesky_inverse_diagonal(const double *factor, size_t n, double *diagonal);

#endif

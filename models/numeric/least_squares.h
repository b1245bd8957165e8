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

#include "models/base/error.h"

/* Accumulated X'WX (column_count x column_count, upper triangle of the row-major matrix) and X'Wz.
 * Owned. */
struct pk_normal_equations {
    size_t column_count;
    double *gram;
    double *moment;
    double *block; /* rows scaled by the root of their weight, on their way into the product */
};

enum pk_status pk_normal_equations_init(struct pk_normal_equations *equations, size_t column_count,
                                        struct pk_error *error);
void pk_normal_equations_done(struct pk_normal_equations *equations);
void pk_normal_equations_clear(struct pk_normal_equations *equations);

/* Adds `row_count` rows: x row-major with `stride` doubles from row to row, of which the first
 * column_count are used; weights and targets one per row. Rows of weight 0 are skipped. */
void pk_normal_equations_add(struct pk_normal_equations *equations, const double *x, size_t stride,
                             const double *weights, const double *targets, size_t row_count);

/* Solves for beta[column_count]; out_covariance (column_count x column_count, may be NULL)
 * receives (X'WX + L)^-1. precision >= 0. OUT_OF_MEMORY, or INTERNAL when not even the largest
 * jitter gives a definite matrix (inputs not finite). */
enum pk_status pk_ridge_solve(const struct pk_normal_equations *equations, const double *precision,
                              const double *prior, double *out_beta, double *out_covariance,
                              struct pk_error *error);

/* Solves the small symmetric positive definite system a x = b in place (a: n x n row-major,
 * destroyed; n <= 16) by Cholesky without pivoting; false if a is not positive definite. */
int pk_cholesky_solve_small(double *a, double *b, size_t n);

#endif

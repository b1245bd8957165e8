/* Normal equations that take single rows: the Cholesky factor of an information matrix with its
 * right-hand side, kept triangular by rotations, O(n^2) per row and per solution.
 *
 *   R'R = A,  R'd = b,  R beta = d
 *
 * A row (x, z) of weight w adds w x x' to A and w x z to b: Givens rotations turn [R d] above
 * sqrt(w) [x' z] into a new triangle (Golub and Van Loan 2013, 6.5.4). Nothing is subtracted, so
 * that the factor stays definite. */
#ifndef PK_NUMERIC_CHOLESKY_UPDATE_H
#define PK_NUMERIC_CHOLESKY_UPDATE_H

#include <stddef.h>

#include "models/base/error.h"

/* Owned arrays. */
struct pk_row_factor {
    size_t column_count;
    double *upper;  /* R by columns: column j has j + 1 entries from j (j + 1) / 2 on */
    double *target; /* d: column_count */
};

/* Entries of `upper`. */
size_t pk_row_factor_size(size_t column_count);

/* All zeros: a column that no row has reached is solved as 0. OUT_OF_MEMORY. */
enum pk_status pk_row_factor_init(struct pk_row_factor *factor, size_t column_count,
                                  struct pk_error *error);

/* The factor whose information is the inverse of covariance[column_count x column_count]
 * (symmetric) and whose solution is beta. OUT_OF_MEMORY, or INTERNAL if the covariance is not
 * positive definite. */
enum pk_status pk_row_factor_from_covariance(const double *covariance, const double *beta,
                                             size_t column_count, struct pk_row_factor *out_factor,
                                             struct pk_error *error);

/* A copy with `extra_count` more columns at the end that know nothing but a prior: precision > 0
 * and prior[extra_count]. */
enum pk_status pk_row_factor_copy(const struct pk_row_factor *factor, size_t extra_count,
                                  const double *precision, const double *prior,
                                  struct pk_row_factor *out_factor, struct pk_error *error);
void pk_row_factor_done(struct pk_row_factor *factor);

/* Adds a row of weight > 0; x[column_count] is destroyed. */
void pk_row_factor_add(struct pk_row_factor *factor, double *x, double target, double weight);

/* Solves for beta[column_count]. */
void pk_row_factor_solve(const struct pk_row_factor *factor, double *out_beta);

#endif

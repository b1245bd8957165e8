#include "models/numeric/cholesky_update.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t pk_row_factor_size(size_t column_count)
{
    return column_count * (column_count + 1) / 2;
}

enum pk_status pk_row_factor_init(struct pk_row_factor *factor, size_t column_count,
                                  struct pk_error *error)
{
    struct pk_row_factor made = {.column_count = column_count};
    made.upper = calloc(pk_row_factor_size(column_count) + 1, sizeof *made.upper);
    made.target = calloc(column_count + 1, sizeof *made.target);
    if (made.upper != NULL && made.target != NULL) {
        *factor = made;
        return PK_OK;
    }
    pk_row_factor_done(&made);
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a factor of %zu columns",
                        column_count);
}

void pk_row_factor_done(struct pk_row_factor *factor)
{
    if (factor == NULL)
        return;
    free(factor->upper);
    free(factor->target);
    memset(factor, 0, sizeof *factor);
}

/* With J the reversal of columns, J C J = L L' gives inv(C) = R'R for R = J inv(L) J, which is
 * upper triangular: no inverse of C is ever made. */
enum pk_status pk_row_factor_from_covariance(const double *covariance, const double *beta,
                                             size_t column_count, struct pk_row_factor *out_factor,
                                             struct pk_error *error)
{
    const size_t n = column_count;
    struct pk_row_factor made = {0};
    int info = 0;
    double *lower = malloc((n * n + 1) * sizeof *lower);
    enum pk_status status =
        lower == NULL ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", n)
                      : pk_row_factor_init(&made, n, error);
    if (status != PK_OK)
        goto cleanup;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            lower[i * n + j] = covariance[(n - 1 - i) * n + (n - 1 - j)];
    if (n > 0)
        info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', (lapack_int)n, lower, (lapack_int)n);
    if (n > 0 && info == 0)
        info = LAPACKE_dtrtri(LAPACK_ROW_MAJOR, 'L', 'N', (lapack_int)n, lower, (lapack_int)n);
    if (info != 0) {
        status =
            pk_error_set(error, PK_INTERNAL, "", "covariance of %zu columns: info %d", n, info);
        goto cleanup;
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i <= j; i++) {
            const double value = lower[(n - 1 - i) * n + (n - 1 - j)];
            made.upper[pk_row_factor_size(j) + i] = value;
            made.target[i] += value * beta[j];
        }
    }
cleanup:
    free(lower);
    if (status == PK_OK)
        *out_factor = made;
    else
        pk_row_factor_done(&made);
    return status;
}

enum pk_status pk_row_factor_copy(const struct pk_row_factor *factor, size_t extra_count,
                                  const double *precision, const double *prior,
                                  struct pk_row_factor *out_factor, struct pk_error *error)
{
    const size_t n = factor->column_count;
    struct pk_row_factor made = {0};
    const enum pk_status status = pk_row_factor_init(&made, n + extra_count, error);
    if (status != PK_OK)
        return status;
    if (n > 0) {
        memcpy(made.upper, factor->upper, pk_row_factor_size(n) * sizeof *made.upper);
        memcpy(made.target, factor->target, n * sizeof *made.target);
    }
    for (size_t i = 0; i < extra_count; i++) {
        const double root = sqrt(precision[i]);
        made.upper[pk_row_factor_size(n + i) + n + i] = root;
        made.target[n + i] = root * prior[i];
    }
    *out_factor = made;
    return PK_OK;
}

void pk_row_factor_add(struct pk_row_factor *factor, double *x, double target, double weight)
{
    const size_t n = factor->column_count;
    const double root = sqrt(weight);
    double rest = root * target;
    for (size_t j = 0; j < n; j++)
        x[j] *= root;
    for (size_t j = 0; j < n; j++) {
        double *diagonal = &factor->upper[pk_row_factor_size(j) + j];
        if (!(fabs(x[j]) > 0))
            continue;
        const double length = hypot(*diagonal, x[j]);
        const double cosine = *diagonal / length, sine = x[j] / length;
        *diagonal = length;
        for (size_t i = j + 1; i < n; i++) {
            double *entry = &factor->upper[pk_row_factor_size(i) + j];
            const double above = *entry;
            *entry = cosine * above + sine * x[i];
            x[i] = cosine * x[i] - sine * above;
        }
        const double above = factor->target[j];
        factor->target[j] = cosine * above + sine * rest;
        rest = cosine * rest - sine * above;
    }
}

void pk_row_factor_solve(const struct pk_row_factor *factor, double *out_beta)
{
    const size_t n = factor->column_count;
    memcpy(out_beta, factor->target, n * sizeof *out_beta);
    for (size_t j = n; j-- > 0;) {
        const double *column = factor->upper + pk_row_factor_size(j);
        out_beta[j] = column[j] > 0 || column[j] < 0 ? out_beta[j] / column[j] : 0;
        for (size_t i = 0; i < j; i++)
            out_beta[i] -= column[i] * out_beta[j];
    }
}

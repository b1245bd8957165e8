#include "models/numeric/least_squares.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows per product: large enough for dsyrk to pay off, small enough to stay in the cache. */
#define BLOCK_ROW_COUNT 128

enum pk_status pk_normal_equations_init(struct pk_normal_equations *equations, size_t column_count,
                                        struct pk_error *error)
{
    const size_t n = column_count > 0 ? column_count : 1;
    struct pk_normal_equations made = {.column_count = column_count};
    made.gram = calloc(n * n, sizeof *made.gram);
    made.moment = calloc(n, sizeof *made.moment);
    made.block = malloc(n * BLOCK_ROW_COUNT * sizeof *made.block);
    if (made.gram == NULL || made.moment == NULL || made.block == NULL) {
        pk_normal_equations_done(&made);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", column_count);
    }
    *equations = made;
    return PK_OK;
}

void pk_normal_equations_done(struct pk_normal_equations *equations)
{
    if (equations == NULL)
        return;
    free(equations->gram);
    free(equations->moment);
    free(equations->block);
    memset(equations, 0, sizeof *equations);
}

void pk_normal_equations_clear(struct pk_normal_equations *equations)
{
    const size_t n = equations->column_count;
    memset(equations->gram, 0, n * n * sizeof *equations->gram);
    memset(equations->moment, 0, n * sizeof *equations->moment);
}

void pk_normal_equations_add(struct pk_normal_equations *equations, const double *x, size_t stride,
                             const double *weights, const double *targets, size_t row_count)
{
    const size_t n = equations->column_count;
    size_t row = 0;
    while (n > 0 && row < row_count) {
        size_t filled = 0;
        for (; row < row_count && filled < BLOCK_ROW_COUNT; row++) {
            const double weight = weights[row];
            if (!(weight > 0))
                continue;
            const double *from = x + row * stride;
            const double root = sqrt(weight);
            double *to = equations->block + filled * n;
            for (size_t j = 0; j < n; j++)
                to[j] = root * from[j];
            const double scaled_target = root * targets[row];
            for (size_t j = 0; j < n; j++)
                equations->moment[j] += to[j] * scaled_target;
            filled++;
        }
        if (filled > 0)
            cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)n, (int)filled, 1.0,
                        equations->block, (int)n, 1.0, equations->gram, (int)n);
    }
}

/* Scales to a unit diagonal, adds jitter, factorizes. Returns LAPACK's info. */
static int factorize(const struct pk_normal_equations *equations, const double *precision,
                     const double *scale, double jitter, double *factor)
{
    const size_t n = equations->column_count;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            factor[i * n + j] = equations->gram[i * n + j] * scale[i] * scale[j];
        factor[i * n + i] += precision[i] * scale[i] * scale[i] + jitter;
    }
    return LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', (lapack_int)n, factor, (lapack_int)n);
}

enum pk_status pk_ridge_solve(const struct pk_normal_equations *equations, const double *precision,
                              const double *prior, double *out_beta, double *out_covariance,
                              struct pk_error *error)
{
    const size_t n = equations->column_count;
    enum pk_status status = PK_OK;
    int info = 1;
    if (n == 0)
        return PK_OK;
    double *factor = malloc(n * n * sizeof *factor);
    double *scale = malloc(2 * n * sizeof *scale);
    if (factor == NULL || scale == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", n);
        goto cleanup;
    }
    double *beta = scale + n;
    for (size_t i = 0; i < n; i++) {
        const double diagonal = equations->gram[i * n + i] + precision[i];
        scale[i] = diagonal > 0 ? 1 / sqrt(diagonal) : 1;
        beta[i] = scale[i] * (equations->moment[i] + precision[i] * prior[i]);
    }
    for (double jitter = 0; info > 0 && jitter<1; jitter = jitter> 0 ? jitter * 100 : 1e-12)
        info = factorize(equations, precision, scale, jitter, factor);
    if (info == 0)
        info =
            LAPACKE_dpotrs(LAPACK_ROW_MAJOR, 'U', (lapack_int)n, 1, factor, (lapack_int)n, beta, 1);
    if (info == 0 && out_covariance != NULL)
        info = LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', (lapack_int)n, factor, (lapack_int)n);
    if (info != 0) {
        status = pk_error_set(error, PK_INTERNAL, "", "normal equations of %zu columns: info %d", n,
                              info);
        goto cleanup;
    }
    for (size_t i = 0; i < n; i++) {
        out_beta[i] = beta[i] * scale[i];
        for (size_t j = i; j < n && out_covariance != NULL; j++)
            out_covariance[i * n + j] = out_covariance[j * n + i] =
                factor[i * n + j] * scale[i] * scale[j];
    }
cleanup:
    free(factor);
    free(scale);
    return status;
}

int pk_cholesky_solve_small(double *a, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i <= j; i++) {
            double sum = a[j * n + i];
            for (size_t k = 0; k < i; k++)
                sum -= a[j * n + k] * a[i * n + k];
            if (i < j) {
                a[j * n + i] = sum / a[i * n + i];
            } else {
                if (!(sum > 0) || !isfinite(sum))
                    return 0;
                a[j * n + j] = sqrt(sum);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return 1;
}

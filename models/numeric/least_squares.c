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
    made.steps = calloc((n + 1) * (n + 1), sizeof *made.steps);
    made.factor = malloc(n * n * sizeof *made.factor);
    made.scale = malloc(n * sizeof *made.scale);
    if (made.gram == NULL || made.moment == NULL || made.block == NULL || made.steps == NULL ||
        made.factor == NULL || made.scale == NULL) {
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
    free(equations->steps);
    free(equations->factor);
    free(equations->scale);
    memset(equations, 0, sizeof *equations);
}

void pk_regression_rows_times(const struct pk_regression_rows *rows, const double *beta,
                              double *out)
{
    const double *dense_beta = beta + rows->sparse_count;
    const double *step_beta = dense_beta + rows->dense_count;
    for (size_t row = 0; row < rows->row_count; row++) {
        const double *dense = rows->dense + row * rows->dense_count;
        double sum = 0;
        for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++)
            sum += rows->values[i] * beta[rows->columns[i]];
        for (size_t j = 0; j < rows->dense_count; j++)
            sum += dense[j] * dense_beta[j];
        for (size_t k = 0; k < rows->step_of[row]; k++)
            sum += step_beta[k];
        out[row] = sum;
    }
}

/* Adds one row to everything but the product of the dense columns with each other. */
static void add_row(struct pk_normal_equations *equations, const struct pk_regression_rows *rows,
                    size_t row, double weight, double target)
{
    const size_t n = equations->column_count, dense_at = rows->sparse_count;
    const double *dense = rows->dense + row * rows->dense_count;
    const uint32_t last = rows->starts[row + 1];
    double *step = equations->steps + rows->step_of[row] * (n + 1);
    for (uint32_t i = rows->starts[row]; i < last; i++) {
        const double value = weight * rows->values[i];
        double *gram = equations->gram + rows->columns[i] * n;
        for (uint32_t k = i; k < last; k++)
            gram[rows->columns[k]] += value * rows->values[k];
        for (size_t j = 0; j < rows->dense_count; j++)
            gram[dense_at + j] += value * dense[j];
        equations->moment[rows->columns[i]] += value * target;
        step[rows->columns[i]] += value;
    }
    for (size_t j = 0; j < rows->dense_count; j++) {
        equations->moment[dense_at + j] += weight * target * dense[j];
        step[dense_at + j] += weight * dense[j];
    }
    step[n - 1] += weight;
    step[n] += weight * target;
}

/* A step's sums are those of all places behind it: row k of equations->steps has the rows with
 * step_of = k, step column k those with step_of > k. */
static void add_steps(struct pk_normal_equations *equations, const struct pk_regression_rows *rows)
{
    const size_t n = equations->column_count, steps_at = n - rows->step_count;
    for (size_t k = rows->step_count; k-- > 0;) {
        const double *sums = equations->steps + (k + 1) * (n + 1);
        double *before = equations->steps + k * (n + 1);
        for (size_t i = 0; i < steps_at; i++)
            equations->gram[i * n + steps_at + k] = sums[i];
        for (size_t i = 0; i <= k; i++)
            equations->gram[(steps_at + i) * n + steps_at + k] = sums[n - 1];
        equations->moment[steps_at + k] = sums[n];
        for (size_t i = 0; i <= n; i++)
            before[i] += sums[i];
    }
}

void pk_normal_equations_set(struct pk_normal_equations *equations,
                             const struct pk_regression_rows *rows, const double *weights,
                             const double *targets)
{
    const size_t n = equations->column_count, dense_count = rows->dense_count;
    memset(equations->gram, 0, n * n * sizeof *equations->gram);
    memset(equations->moment, 0, n * sizeof *equations->moment);
    memset(equations->steps, 0, (rows->step_count + 1) * (n + 1) * sizeof *equations->steps);
    for (size_t row = 0; n > 0 && row < rows->row_count;) {
        size_t filled = 0;
        for (; row < rows->row_count && filled < BLOCK_ROW_COUNT; row++) {
            if (!(weights[row] > 0))
                continue;
            const double root = sqrt(weights[row]);
            double *to = equations->block + filled++ * dense_count;
            for (size_t j = 0; j < dense_count; j++)
                to[j] = root * rows->dense[row * dense_count + j];
            add_row(equations, rows, row, weights[row], targets[row]);
        }
        if (filled > 0 && dense_count > 0)
            cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)dense_count, (int)filled, 1.0,
                        equations->block, (int)dense_count, 1.0,
                        equations->gram + rows->sparse_count * (n + 1), (int)n);
    }
    add_steps(equations, rows);
}

/* Scales to a unit diagonal, adds jitter, factorizes. The upper triangle by rows is the lower one
 * by columns, which LAPACK takes without a copy. Returns LAPACK's info. */
static int factorize(struct pk_normal_equations *equations, const double *precision, double jitter)
{
    const size_t n = equations->column_count;
    const double *scale = equations->scale;
    double *factor = equations->factor;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            factor[i * n + j] = equations->gram[i * n + j] * scale[i] * scale[j];
        factor[i * n + i] += precision[i] * scale[i] * scale[i] + jitter;
    }
    return LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', (lapack_int)n, factor, (lapack_int)n);
}

static enum pk_status check(int info, size_t n, struct pk_error *error)
{
    return info == 0 ? PK_OK
                     : pk_error_set(error, PK_INTERNAL, "",
                                    "normal equations of %zu columns: info %d", n, info);
}

enum pk_status pk_ridge_solve(struct pk_normal_equations *equations, const double *precision,
                              const double *prior, double *out_beta, struct pk_error *error)
{
    const size_t n = equations->column_count;
    double *scale = equations->scale, *beta = equations->moment;
    int info = 1;
    if (n == 0)
        return PK_OK;
    for (size_t i = 0; i < n; i++) {
        const double diagonal = equations->gram[i * n + i] + precision[i];
        scale[i] = diagonal > 0 ? 1 / sqrt(diagonal) : 1;
        beta[i] = scale[i] * (equations->moment[i] + precision[i] * prior[i]);
    }
    for (double jitter = 0; info > 0 && jitter<1; jitter = jitter> 0 ? jitter * 100 : 1e-12)
        info = factorize(equations, precision, jitter);
    if (info == 0)
        info = LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'L', (lapack_int)n, 1, equations->factor,
                              (lapack_int)n, beta, (lapack_int)n);
    for (size_t i = 0; info == 0 && i < n; i++)
        out_beta[i] = beta[i] * scale[i];
    return check(info, n, error);
}

enum pk_status pk_ridge_covariance(struct pk_normal_equations *equations, double *out_covariance,
                                   struct pk_error *error)
{
    const size_t n = equations->column_count;
    const double *scale = equations->scale;
    const int info = n == 0 ? 0
                            : LAPACKE_dpotri(LAPACK_COL_MAJOR, 'L', (lapack_int)n,
                                             equations->factor, (lapack_int)n);
    for (size_t i = 0; info == 0 && i < n; i++)
        for (size_t j = i; j < n; j++)
            out_covariance[i * n + j] = out_covariance[j * n + i] =
                equations->factor[i * n + j] * scale[i] * scale[j];
    return check(info, n, error);
}

int pk_cholesky_solve_small(double *a, double *b, size_t n)
{
    double inverse[PK_SMALL_MAX]; /* of the factor's diagonal */
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i <= j; i++) {
            double sum = a[j * n + i];
            for (size_t k = 0; k < i; k++)
                sum -= a[j * n + k] * a[i * n + k];
            if (i < j) {
                a[j * n + i] = sum * inverse[i];
            } else {
                if (!(sum > 0) || !isfinite(sum))
                    return 0;
                a[j * n + j] = sqrt(sum);
                inverse[j] = 1 / a[j * n + j];
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] *= inverse[i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] *= inverse[i];
    }
    return 1;
}

/* Column c of the factor's inverse begins at row c; the diagonal of the product is its square. */
void pk_cholesky_inverse_diagonal(const double *factor, size_t n, double *diagonal)
{
    for (size_t c = 0; c < n; c++) {
        double column[PK_SMALL_MAX], sum = 0;
        for (size_t i = c; i < n; i++) {
            double value = i == c ? 1 : 0;
            for (size_t k = c; k < i; k++)
                value -= factor[i * n + k] * column[k];
            column[i] = value / factor[i * n + i];
            sum += column[i] * column[i];
        }
        diagonal[c] = sum;
    }
}

/* Rows added by rotations against the same normal equations factorized afresh. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/numeric/cholesky_update.h"

#define COLUMN_COUNT 40
#define ROW_COUNT    120

static uint64_t seed = 7;
static double uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) * 0x1p-53 - 0.5;
}

/* A plain system a x = b by elimination with pivots: what no other code here has touched. */
static void eliminate(double *a, double *b, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[pivot * n + k]))
                pivot = i;
        for (size_t j = 0; j < n; j++) {
            const double swapped = a[k * n + j];
            a[k * n + j] = a[pivot * n + j];
            a[pivot * n + j] = swapped;
        }
        const double swapped = b[k];
        b[k] = b[pivot];
        b[pivot] = swapped;
        for (size_t i = k + 1; i < n; i++) {
            const double factor = a[i * n + k] / a[k * n + k];
            for (size_t j = k; j < n; j++)
                a[i * n + j] -= factor * a[k * n + j];
            b[i] -= factor * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            b[k] -= a[k * n + j] * b[j];
        b[k] /= a[k * n + k];
    }
}

struct rows {
    double x[ROW_COUNT][COLUMN_COUNT], target[ROW_COUNT], weight[ROW_COUNT];
};
static struct rows rows;
static const double precision = 0.5, prior = 0.25;

static void make_rows(void)
{
    seed = 7;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (size_t j = 0; j < COLUMN_COUNT; j++)
            rows.x[i][j] = uniform() > 0.2 ? 0 : uniform();
        rows.target[i] = 3 * uniform();
        rows.weight[i] = exp(8 * uniform()); /* 1/50 .. 50 */
    }
}

/* Solution of the first `row_count` rows and `column_count` columns. */
static void solve_afresh(size_t row_count, size_t column_count, double *beta)
{
    static double a[COLUMN_COUNT * COLUMN_COUNT];
    memset(a, 0, sizeof a);
    for (size_t j = 0; j < column_count; j++) {
        a[j * column_count + j] = precision;
        beta[j] = precision * prior;
    }
    for (size_t i = 0; i < row_count; i++)
        for (size_t j = 0; j < column_count; j++) {
            for (size_t k = 0; k < column_count; k++)
                a[j * column_count + k] += rows.weight[i] * rows.x[i][j] * rows.x[i][k];
            beta[j] += rows.weight[i] * rows.x[i][j] * rows.target[i];
        }
    eliminate(a, beta, column_count);
}

static void add_rows(struct pk_row_factor *factor, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        double x[COLUMN_COUNT];
        memcpy(x, rows.x[i], factor->column_count * sizeof *x);
        pk_row_factor_add(factor, x, rows.target[i], rows.weight[i]);
    }
}

static void assert_solves(const struct pk_row_factor *factor, size_t row_count)
{
    double beta[COLUMN_COUNT], expected[COLUMN_COUNT];
    pk_row_factor_solve(factor, beta);
    solve_afresh(row_count, factor->column_count, expected);
    for (size_t j = 0; j < factor->column_count; j++)
        assert_true(fabs(beta[j] - expected[j]) < 1e-10);
}

/* A factor that knows the prior alone. */
static struct pk_row_factor prior_factor(size_t column_count)
{
    const struct pk_row_factor none = {0};
    struct pk_row_factor factor;
    double precisions[COLUMN_COUNT], priors[COLUMN_COUNT];
    for (size_t j = 0; j < column_count; j++) {
        precisions[j] = precision;
        priors[j] = prior;
    }
    assert_int_equal(pk_row_factor_copy(&none, column_count, precisions, priors, &factor, NULL),
                     PK_OK);
    return factor;
}

static void test_added_rows_equal_a_fresh_factorization(void **state)
{
    (void)state;
    make_rows();
    struct pk_row_factor factor = prior_factor(COLUMN_COUNT);
    assert_solves(&factor, 0);
    for (size_t i = 0; i < ROW_COUNT; i += 10) {
        add_rows(&factor, i, i + 10);
        assert_solves(&factor, i + 10);
    }
    pk_row_factor_done(&factor);
}

/* The covariance of the first 100 rows by elimination, then the other rows. */
static void test_a_factor_of_a_covariance_goes_on_where_the_fit_ended(void **state)
{
    (void)state;
    static double covariance[COLUMN_COUNT * COLUMN_COUNT];
    double beta[COLUMN_COUNT], expected[COLUMN_COUNT];
    struct pk_row_factor factor;
    make_rows();
    for (size_t j = 0; j < COLUMN_COUNT; j++) { /* columns of the inverse one by one */
        static double a[COLUMN_COUNT * COLUMN_COUNT];
        double unit[COLUMN_COUNT] = {0};
        unit[j] = 1;
        memset(a, 0, sizeof a);
        for (size_t k = 0; k < COLUMN_COUNT; k++)
            a[k * COLUMN_COUNT + k] = precision;
        for (size_t i = 0; i < 100; i++)
            for (size_t k = 0; k < COLUMN_COUNT; k++)
                for (size_t l = 0; l < COLUMN_COUNT; l++)
                    a[k * COLUMN_COUNT + l] += rows.weight[i] * rows.x[i][k] * rows.x[i][l];
        eliminate(a, unit, COLUMN_COUNT);
        for (size_t k = 0; k < COLUMN_COUNT; k++)
            covariance[k * COLUMN_COUNT + j] = unit[k];
    }
    solve_afresh(100, COLUMN_COUNT, expected);
    assert_int_equal(
        pk_row_factor_from_covariance(covariance, expected, COLUMN_COUNT, &factor, NULL), PK_OK);
    pk_row_factor_solve(&factor, beta);
    for (size_t j = 0; j < COLUMN_COUNT; j++)
        assert_true(fabs(beta[j] - expected[j]) < 1e-9);
    add_rows(&factor, 100, ROW_COUNT);
    assert_solves(&factor, ROW_COUNT);
    pk_row_factor_done(&factor);
}

/* Columns that join later are as if they had been there, unseen, from the start. */
static void test_a_column_joins_with_its_prior(void **state)
{
    (void)state;
    double precisions[2] = {precision, precision}, priors[2] = {prior, prior};
    struct pk_row_factor wider;
    make_rows();
    for (size_t i = 0; i < 100; i++)
        rows.x[i][COLUMN_COUNT - 1] = rows.x[i][COLUMN_COUNT - 2] = 0;
    struct pk_row_factor factor = prior_factor(COLUMN_COUNT - 2);
    add_rows(&factor, 0, 100);
    assert_int_equal(pk_row_factor_copy(&factor, 2, precisions, priors, &wider, NULL), PK_OK);
    add_rows(&wider, 100, ROW_COUNT);
    assert_solves(&wider, ROW_COUNT);
    pk_row_factor_done(&factor);
    pk_row_factor_done(&wider);
}

static void test_a_covariance_that_is_none_is_refused(void **state)
{
    (void)state;
    const double covariance[4] = {1, 2, 2, 1}, beta[2] = {0, 0};
    struct pk_row_factor factor = {0};
    struct pk_error error;
    assert_int_equal(pk_row_factor_from_covariance(covariance, beta, 2, &factor, &error),
                     PK_INTERNAL);
    assert_null(factor.upper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_added_rows_equal_a_fresh_factorization),
        cmocka_unit_test(test_a_factor_of_a_covariance_goes_on_where_the_fit_ended),
        cmocka_unit_test(test_a_column_joins_with_its_prior),
        cmocka_unit_test(test_a_covariance_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Ridge least squares against NIST's certified values, and the odd designs that must not fail. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/numeric/least_squares.h"

/* NIST StRD, Longley (1967): total employment on six regressors; certified to 15 digits. */
static const double longley[16][7] = {{60323, 83.0, 234289, 2356, 1590, 107608, 1947},
                                      {61122, 88.5, 259426, 2325, 1456, 108632, 1948},
                                      {60171, 88.2, 258054, 3682, 1616, 109773, 1949},
                                      {61187, 89.5, 284599, 3351, 1650, 110929, 1950},
                                      {63221, 96.2, 328975, 2099, 3099, 112075, 1951},
                                      {63639, 98.1, 346999, 1932, 3594, 113270, 1952},
                                      {64989, 99.0, 365385, 1870, 3547, 115094, 1953},
                                      {63761, 100.0, 363112, 3578, 3350, 116219, 1954},
                                      {66019, 101.2, 397469, 2904, 3048, 117388, 1955},
                                      {67857, 104.6, 419180, 2822, 2857, 118734, 1956},
                                      {68169, 108.4, 442769, 2936, 2798, 120445, 1957},
                                      {66513, 110.8, 444546, 4681, 2637, 121950, 1958},
                                      {68655, 112.6, 482704, 3813, 2552, 123366, 1959},
                                      {69564, 114.2, 502601, 3931, 2514, 125368, 1960},
                                      {69331, 115.7, 518173, 4806, 2572, 127852, 1961},
                                      {70551, 116.9, 554894, 4007, 2827, 130081, 1962}};
static const double longley_beta[7] = {-3482258.63459582, 15.0618722713733,  -0.0358191792925910,
                                       -2.02022980381683, -1.03322686717359, -0.0511041056535807,
                                       1829.15146461355};

/* Equations of a dense matrix x[row_count x column_count]. */
static void set_dense(struct pk_normal_equations *equations, const double *x, const double *weights,
                      const double *targets, size_t row_count)
{
    const uint32_t none[17] = {0};
    const struct pk_regression_rows rows = {.row_count = row_count,
                                            .dense_count = equations->column_count,
                                            .starts = none,
                                            .dense = x,
                                            .step_of = none};
    pk_normal_equations_set(equations, &rows, weights, targets);
}

static void test_longley_matches_the_certified_values(void **state)
{
    (void)state;
    double mean[7] = {0}, x[16 * 6], y[16], weights[16], beta[6];
    const double none[6] = {0};
    struct pk_normal_equations equations;
    for (int j = 0; j < 7; j++)
        for (int i = 0; i < 16; i++)
            mean[j] += longley[i][j] / 16;
    for (int i = 0; i < 16; i++) {
        y[i] = longley[i][0] - mean[0];
        weights[i] = 1;
        for (int j = 0; j < 6; j++)
            x[i * 6 + j] = longley[i][j + 1] - mean[j + 1];
    }
    assert_int_equal(pk_normal_equations_init(&equations, 6, NULL), PK_OK);
    set_dense(&equations, x, weights, y, 16);
    assert_int_equal(pk_ridge_solve(&equations, none, none, beta, NULL), PK_OK);
    double intercept = mean[0];
    for (int j = 0; j < 6; j++) {
        intercept -= beta[j] * mean[j + 1];
        assert_true(fabs(beta[j] / longley_beta[j + 1] - 1) < 1e-7);
    }
    assert_true(fabs(intercept / longley_beta[0] - 1) < 1e-7);
    pk_normal_equations_done(&equations);
}

static void test_without_data_the_answer_is_the_prior(void **state)
{
    (void)state;
    const double precision[2] = {4, 1}, prior[2] = {0.5, -2};
    double beta[2], covariance[4];
    struct pk_normal_equations equations;
    assert_int_equal(pk_normal_equations_init(&equations, 2, NULL), PK_OK);
    set_dense(&equations, NULL, NULL, NULL, 0);
    assert_int_equal(pk_ridge_solve(&equations, precision, prior, beta, NULL), PK_OK);
    assert_int_equal(pk_ridge_covariance(&equations, covariance, NULL), PK_OK);
    assert_true(fabs(beta[0] - 0.5) < 1e-12 && fabs(beta[1] + 2) < 1e-12);
    assert_true(fabs(covariance[0] - 0.25) < 1e-12 && fabs(covariance[3] - 1) < 1e-12);
    pk_normal_equations_done(&equations);
}

static void test_shrinkage_is_the_weighted_mean_of_prior_and_data(void **state)
{
    (void)state;
    const double x[3] = {1, 1, 1}, weights[3] = {1, 0, 2}, y[3] = {1, 1000, 4};
    const double precision[1] = {3}, prior[1] = {10};
    double beta[1];
    struct pk_normal_equations equations;
    assert_int_equal(pk_normal_equations_init(&equations, 1, NULL), PK_OK);
    set_dense(&equations, x, weights, y, 3);
    assert_int_equal(pk_ridge_solve(&equations, precision, prior, beta, NULL), PK_OK);
    assert_true(fabs(beta[0] - (1 + 8 + 30) / 6.0) < 1e-12);
    pk_normal_equations_done(&equations);
}

static void test_a_rank_deficient_design_is_solved(void **state)
{
    (void)state;
    /* The second column repeats the first, the third is empty. */
    const double x[6] = {1, 1, 0, 2, 2, 0}, weights[2] = {1, 1}, y[2] = {2, 4}, none[3] = {0};
    double beta[3];
    struct pk_normal_equations equations;
    assert_int_equal(pk_normal_equations_init(&equations, 3, NULL), PK_OK);
    set_dense(&equations, x, weights, y, 2);
    assert_int_equal(pk_ridge_solve(&equations, none, none, beta, NULL), PK_OK);
    assert_true(fabs(beta[0] + beta[1] - 2) < 1e-3);
    assert_true(isfinite(beta[2]));
    pk_normal_equations_done(&equations);
}

static void test_numbers_that_are_not_finite_are_an_error(void **state)
{
    (void)state;
    const double x[1] = {NAN}, weights[1] = {1}, y[1] = {1}, none[1] = {0};
    double beta[1] = {7};
    struct pk_error error = {0};
    struct pk_normal_equations equations;
    assert_int_equal(pk_normal_equations_init(&equations, 1, NULL), PK_OK);
    set_dense(&equations, x, weights, y, 1);
    assert_int_equal(pk_ridge_solve(&equations, none, none, beta, &error), PK_INTERNAL);
    assert_true(fabs(beta[0] - 7) < 1e-12);
    pk_normal_equations_done(&equations);
}

/* Columns: two sparse ones, a dense one, a walk of three steps; the same rows written out. */
static void test_sparse_rows_and_steps_equal_the_dense_matrix(void **state)
{
    (void)state;
    const uint32_t starts[6] = {0, 1, 3, 3, 4, 5}, columns[5] = {0, 0, 1, 1, 0};
    const uint32_t step_of[5] = {0, 1, 1, 3, 2};
    const double values[5] = {2, -1, 0.5, 3, 1}, dense[5] = {1, 2, 3, 4, 5};
    const double full[5 * 6] = {2,      0, 1, 0, 0, 0, /**/ -1, 0.5, 2, 1, 0, 0,
                                /**/ 0, 0, 3, 1, 0, 0,
                                /**/ 0, 3, 4, 1, 1, 1, /**/ 1,  0,   5, 1, 1, 0};
    const double weights[5] = {1, 2, 0.5, 3, 0}, targets[5] = {1, -2, 3, 0.25, 1000};
    const double precision[6] = {1, 1, 1, 1, 1, 1}, prior[6] = {0};
    const struct pk_regression_rows rows = {5, 2, 1, 3, starts, columns, values, dense, step_of};
    double sparse_beta[6], dense_beta[6], mean[5];
    struct pk_normal_equations equations;
    assert_int_equal(pk_normal_equations_init(&equations, 6, NULL), PK_OK);
    pk_normal_equations_set(&equations, &rows, weights, targets);
    assert_int_equal(pk_ridge_solve(&equations, precision, prior, sparse_beta, NULL), PK_OK);
    set_dense(&equations, full, weights, targets, 5);
    assert_int_equal(pk_ridge_solve(&equations, precision, prior, dense_beta, NULL), PK_OK);
    pk_regression_rows_times(&rows, dense_beta, mean);
    for (int i = 0; i < 5; i++) {
        double sum = 0;
        for (int j = 0; j < 6; j++)
            sum += full[6 * i + j] * dense_beta[j];
        assert_true(fabs(sum - mean[i]) < 1e-12);
    }
    for (int j = 0; j < 6; j++)
        assert_true(fabs(sparse_beta[j] - dense_beta[j]) < 1e-12);
    pk_normal_equations_done(&equations);
}

static void test_small_systems_are_solved_in_place(void **state)
{
    (void)state;
    double a[4] = {4, 2, 2, 3}, b[2] = {10, 9}, indefinite[4] = {1, 2, 2, 1}, c[2] = {1, 1};
    assert_true(pk_cholesky_solve_small(a, b, 2));
    assert_true(fabs(b[0] - 1.5) < 1e-12 && fabs(b[1] - 2) < 1e-12);
    pk_cholesky_inverse_diagonal(a, 2, b);
    assert_true(fabs(b[0] - 0.375) < 1e-12 && fabs(b[1] - 0.5) < 1e-12);
    assert_false(pk_cholesky_solve_small(indefinite, c, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longley_matches_the_certified_values),
        cmocka_unit_test(test_without_data_the_answer_is_the_prior),
        cmocka_unit_test(test_shrinkage_is_the_weighted_mean_of_prior_and_data),
        cmocka_unit_test(test_a_rank_deficient_design_is_solved),
        cmocka_unit_test(test_numbers_that_are_not_finite_are_an_error),
        cmocka_unit_test(test_sparse_rows_and_steps_equal_the_dense_matrix),
        cmocka_unit_test(test_small_systems_are_solved_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

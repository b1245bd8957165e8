#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/numeric/distribution.h"
#include "tests/support/close.h"

static struct pk_count_distribution negative_binomial(double mean, double shape)
{
    return pk_count_from_moments(mean, mean + mean * mean / shape);
}

static void test_moments_give_the_shape_or_the_poisson(void **state)
{
    (void)state;
    struct pk_count_distribution d = pk_count_from_moments(4.0, 12.0);
    assert_close(d.shape, 2.0, 1e-15);
    assert_true(isinf(pk_count_from_moments(4.0, 4.0).shape));
    assert_true(isinf(pk_count_from_moments(4.0, 1.0).shape));
    assert_true(pk_count_from_moments(NAN, 1.0).mean == 0.0);
    assert_true(pk_count_from_moments(-1.0, 1.0).mean == 0.0);
}

/* P(D <= 4) for Poisson mean 3: e^-3 (1 + 3 + 4.5 + 4.5 + 3.375) = 16.375 e^-3. */
static void test_small_poisson_sums_its_terms(void **state)
{
    (void)state;
    struct pk_count_distribution d = pk_count_from_moments(3.0, 3.0);
    assert_close(pk_count_at_most(&d, 4), 16.375 * exp(-3.0), 1e-15);
    assert_close(pk_count_above(&d, 4), 1.0 - 16.375 * exp(-3.0), 1e-15);
    assert_close(pk_count_probability(&d, 2), 4.5 * exp(-3.0), 1e-15);
    assert_true(pk_count_at_most(&d, -1) == 0.0);
    assert_true(pk_count_above(&d, -1) == 1.0);
    assert_true(pk_count_probability(&d, -1) == 0.0);
}

/* Shape 2, p = 1/3: P(n) = (n + 1) (1/9) (2/3)^n, P(D <= n) = 1 - (2/3)^(n+1) (n + 4) / 3 ...
 * summed below. */
static void test_small_negative_binomial_sums_its_terms(void **state)
{
    (void)state;
    struct pk_count_distribution d = negative_binomial(4.0, 2.0);
    double sum = 0.0;
    for (int n = 0; n < 12; n++) {
        double term = (n + 1.0) / 9.0 * pow(2.0 / 3.0, n);
        sum += term;
        assert_close(pk_count_probability(&d, n), term, 1e-15);
        assert_close(pk_count_at_most(&d, n), sum, 1e-14);
    }
}

/* Recurrence, continued fraction and quadrature must agree where one hands over to the next. */
static void test_ways_of_computing_agree(void **state)
{
    (void)state;
    static const double means[] = {2.0, 140.0, 900.0, 4000.0};
    static const double shapes[] = {0.3, 5.0, 400.0, 1e4, 1e6, 1e8, INFINITY};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++) {
            double m = means[i];
            struct pk_count_distribution d = negative_binomial(m, shapes[j]);
            double sd = sqrt(m + m * m / shapes[j]);
            int64_t last = (int64_t)(m + 4.0 * sd);
            double sum = 0.0;
            for (int64_t n = 0; n <= last; n++) {
                sum += pk_count_probability(&d, n);
                if (n % 97 != 0 && n != last)
                    continue;
                assert_close(pk_count_at_most(&d, n), sum, 2e-12);
                assert_close(pk_count_above(&d, n), 1.0 - sum, 2e-12);
            }
        }
    }
}

static void test_upper_tail_keeps_its_digits(void **state)
{
    (void)state;
    struct pk_count_distribution d = pk_count_from_moments(1e-9, 1e-9);
    assert_close(pk_count_above(&d, 0) / 1e-9, 1.0, 1e-8);
    d = pk_count_from_moments(100.0, 100.0);
    double direct = 0.0;
    for (int64_t n = 400; n > 200; n--)
        direct += pk_count_probability(&d, n);
    assert_close(pk_count_above(&d, 200) / direct, 1.0, 1e-10);
}

static void test_quantile_is_the_smallest_count_that_reaches_it(void **state)
{
    (void)state;
    static const double means[] = {1e-9, 0.01, 0.7, 9.0, 127.0, 5e3, 1e6, 1e8};
    static const double shapes[] = {1e-3, 0.2, 2.0, 1e3, 1e7, INFINITY};
    static const double probabilities[] = {1e-4, 0.05, 0.5, 0.9, 0.98, 0.9999};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++) {
            struct pk_count_distribution d = negative_binomial(means[i], shapes[j]);
            double slack = means[i] > 1e6 ? 1e-8 : 1e-11;
            for (size_t k = 0; k < sizeof probabilities / sizeof *probabilities; k++) {
                int64_t q = pk_count_quantile(&d, probabilities[k]);
                assert_true(pk_count_at_most(&d, q) >= probabilities[k] * (1.0 - slack));
                if (q > 0)
                    assert_true(pk_count_at_most(&d, q - 1) < probabilities[k] * (1.0 + slack));
            }
        }
    }
}

static void test_quantile_at_the_ends(void **state)
{
    (void)state;
    struct pk_count_distribution d = pk_count_from_moments(5.0, 5.0);
    assert_int_equal(pk_count_quantile(&d, 0.0), 0);
    assert_int_equal(pk_count_quantile(&d, 1.0), INT64_MAX);
    struct pk_count_distribution none = pk_count_from_moments(0.0, 0.0);
    assert_int_equal(pk_count_quantile(&none, 0.99), 0);
    assert_int_equal(pk_count_quantile(&none, 1.0), 0);
    assert_true(pk_count_at_most(&none, 0) == 1.0);
    assert_true(pk_count_above(&none, 0) == 0.0);
    /* an exact tie: shape 1, mean 1 is geometric with P(D = 0) = 1/2 */
    struct pk_count_distribution geometric = negative_binomial(1.0, 1.0);
    assert_int_equal(pk_count_quantile(&geometric, 0.5), 0);
    assert_int_equal(pk_count_quantile(&geometric, 0.75), 1);
}

static void test_expected_minimum_is_the_sum_of_survivals(void **state)
{
    (void)state;
    static const double means[] = {0.02, 3.0, 150.0, 2500.0};
    static const double shapes[] = {0.1, 3.0, 1e5, INFINITY};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++) {
            struct pk_count_distribution d = negative_binomial(means[i], shapes[j]);
            double sum = 0.0;
            int64_t top = (int64_t)(2.0 * means[i]) + 5;
            for (int64_t s = 0; s < top; s++)
                sum += pk_count_above(&d, s);
            assert_close(pk_count_expected_minimum(&d, top), sum, 1e-9 * (1.0 + means[i]));
        }
    }
    struct pk_count_distribution d = pk_count_from_moments(5.0, 9.0);
    assert_true(pk_count_expected_minimum(&d, 0) == 0.0);
    assert_true(pk_count_expected_minimum(&d, -3) == 0.0);
    assert_close(pk_count_expected_minimum(&d, 100000), 5.0, 1e-12);
}

static void test_table_equals_single_probabilities(void **state)
{
    (void)state;
    double table[20];
    struct pk_count_distribution small = negative_binomial(3.0, 0.8);
    pk_count_probabilities(&small, 20, table);
    for (int64_t n = 0; n < 20; n++)
        assert_close(table[n], pk_count_probability(&small, n), 1e-15);
    struct pk_count_distribution large = pk_count_from_moments(2000.0, 2000.0);
    pk_count_probabilities(&large, 20, table);
    assert_true(table[19] >= 0.0 && table[19] < 1e-300);
}

/* Normal table: z(0.975) = 1.959964, z(5/6) = 0.967422, Phi(1) = 0.841345. */
static void test_normal_matches_the_table(void **state)
{
    (void)state;
    assert_close(pk_normal_quantile(0.975), 1.959963984540054, 1e-12);
    assert_close(pk_normal_quantile(5.0 / 6.0), 0.967421566101701, 1e-12);
    assert_close(pk_normal_quantile(0.5), 0.0, 1e-15);
    assert_close(pk_normal_at_most(1.0), 0.841344746068543, 1e-14);
    assert_true(pk_normal_quantile(0.0) == -INFINITY && pk_normal_quantile(1.0) == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_give_the_shape_or_the_poisson),
        cmocka_unit_test(test_small_poisson_sums_its_terms),
        cmocka_unit_test(test_small_negative_binomial_sums_its_terms),
        cmocka_unit_test(test_ways_of_computing_agree),
        cmocka_unit_test(test_upper_tail_keeps_its_digits),
        cmocka_unit_test(test_quantile_is_the_smallest_count_that_reaches_it),
        cmocka_unit_test(test_quantile_at_the_ends),
        cmocka_unit_test(test_expected_minimum_is_the_sum_of_survivals),
        cmocka_unit_test(test_table_equals_single_probabilities),
        cmocka_unit_test(test_normal_matches_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

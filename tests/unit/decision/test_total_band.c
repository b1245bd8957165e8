#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/review/total_band.h"
#include "tests/support/close.h"

static void test_noise_adds_and_shared_errors_do_not_average_out(void **state)
{
    (void)state;
    struct pk_total_band band = {0};
    /* Two items of mean 100: noise 100 each, errors of level and lift with sd 30 and 40. */
    pk_total_band_add(&band, 100, 100 + 900, 100, 1);
    pk_total_band_add(&band, 100, 100 + 1600, 100, 1);
    assert_close(band.mean, 200, 1e-12);
    const double r = PK_ERROR_CORRELATION_IN_GROUP, a = PK_ERROR_CORRELATION_ACROSS;
    /* One group: (30 + 40)^2 is shared. */
    struct pk_total_band total = band;
    pk_total_band_close_group(&band, &total);
    assert_close(pk_total_band_variance(&band, 0, 0), 200 + (1 - r) * 2500 + r * 4900, 1e-9);
    assert_close(pk_total_band_variance(&total, 0, 0), pk_total_band_variance(&band, 0, 0), 1e-9);
    /* 10 % that all items share on two days of 100 each. */
    assert_close(pk_total_band_variance(&band, 0.01, 20000), 200 + (1 - r) * 2500 + r * 4900 + 200,
                 1e-9);
    /* Each in a group of its own. */
    struct pk_total_band one = {0}, two = {0};
    total = (struct pk_total_band){0};
    pk_total_band_add(&one, 100, 100 + 900, 100, 1);
    pk_total_band_add(&two, 100, 100 + 1600, 100, 1);
    pk_total_band_add(&total, 100, 100 + 900, 100, 1);
    pk_total_band_add(&total, 100, 100 + 1600, 100, 1);
    pk_total_band_close_group(&one, &total);
    pk_total_band_close_group(&two, &total);
    assert_close(pk_total_band_variance(&total, 0, 0),
                 200 + (1 - r) * 2500 + (r - a) * (900 + 1600) + a * 4900, 1e-9);
}

static void test_worth_scales_a_band_into_money(void **state)
{
    (void)state;
    struct pk_total_band units = {0}, money = {0};
    pk_total_band_add(&units, 50, 150, 60, 1);
    pk_total_band_add(&money, 50, 150, 60, 8);
    assert_close(money.mean, 8 * units.mean, 1e-9);
    assert_close(pk_total_band_variance(&money, 0, 0), 64 * pk_total_band_variance(&units, 0, 0),
                 1e-6);
}

static void test_noise_is_never_more_than_the_variance(void **state)
{
    (void)state;
    struct pk_total_band band = {0};
    pk_total_band_add(&band, 10, 8, 12, 1);
    assert_close(pk_total_band_variance(&band, 0, 0), 8, 1e-12);
}

static void test_shared_day_variance_is_what_items_do_not_explain(void **state)
{
    (void)state;
    const double wanted[] = {120, 80}, mean[] = {100, 100}, noise[] = {100, 100};
    /* errors 20 and -20: 800 - 200 = 600 over 20,000 */
    assert_close(pk_shared_day_variance(wanted, mean, noise, 2), 600.0 / 20000, 1e-12);
    const double calm[] = {105, 95};
    assert_close(pk_shared_day_variance(calm, mean, noise, 2), 0, 0);
    assert_close(pk_shared_day_variance(wanted, mean, noise, 0), 0, 0);
}

static void test_quantiles_lie_around_the_mean(void **state)
{
    (void)state;
    const double low = pk_total_band_quantile(1000, 10000, 0.1);
    const double middle = pk_total_band_quantile(1000, 10000, 0.5);
    const double high = pk_total_band_quantile(1000, 10000, 0.9);
    /* a total of sd 100: normal within a unit or two, skewed a little to the right */
    assert_close(low, 873.5, 3);
    assert_close(middle, 996.7, 3);
    assert_close(high, 1129.8, 3);
    assert_close(pk_total_band_quantile(0, 0, 0.9), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise_adds_and_shared_errors_do_not_average_out),
        cmocka_unit_test(test_worth_scales_a_band_into_money),
        cmocka_unit_test(test_noise_is_never_more_than_the_variance),
        cmocka_unit_test(test_shared_day_variance_is_what_items_do_not_explain),
        cmocka_unit_test(test_quantiles_lie_around_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

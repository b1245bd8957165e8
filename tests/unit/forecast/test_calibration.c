/* The error of levels from past windows, and the noise of days, on draws whose truth is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/calibration.h"
#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

#define DRAW_COUNT 4000

static double normal(void)
{
    const double radius = sqrt(-2 * log(fmax(case_uniform(), 1e-300)));
    return radius * cos(6.283185307179586 * case_uniform());
}

/* Windows of mean 200 with Poisson days whose level is off by the given sd, per horizon. */
static struct pk_calibration windows(double short_sd, double long_sd, int count)
{
    struct pk_calibration calibration = {{0}, {{0}}};
    case_seed = 7;
    for (int i = 0; i < count; i++)
        for (size_t h = 0; h < PK_CALIBRATION_HORIZON_COUNT; h++) {
            const double sd = h == 0 ? short_sd : long_sd;
            const double level = exp(sd * normal() - 0.5 * sd * sd);
            pk_calibration_add(&calibration, h, case_poisson(200 * level), 200, 200, 0, 1);
        }
    return calibration;
}

static void test_windows_of_a_known_level_need_no_variance(void **state)
{
    (void)state;
    const struct pk_calibration none = windows(0, 0, DRAW_COUNT);
    const struct pk_calibrated found = pk_calibration_solve(&none, &none);
    assert_true(found.start < 0.002);
    assert_true(found.per_day < 0.0002);
}

static void test_the_error_of_levels_is_found(void **state)
{
    (void)state;
    const struct pk_calibration off = windows(0.3, 0.3, DRAW_COUNT);
    const struct pk_calibrated found = pk_calibration_solve(&off, &off);
    assert_true(found.start > 0.06 && found.start < 0.13);
    assert_true(found.per_day < 0.002);
}

static void test_error_that_grows_with_the_horizon_becomes_a_walk(void **state)
{
    (void)state;
    const struct pk_calibration off = windows(0.3, 0.4, DRAW_COUNT);
    const struct pk_calibrated found = pk_calibration_solve(&off, &off);
    const double at_short = found.start + found.per_day * PK_CALIBRATION_SHORT_DAYS / 3;
    const double at_long = found.start + found.per_day * PK_CALIBRATION_LONG_DAYS / 3;
    assert_true(at_short > 0.06 && at_short < 0.13);
    assert_true(at_long > 0.12 && at_long < 0.21);
}

static void test_a_thin_class_leans_on_all_and_nothing_known_is_stated(void **state)
{
    (void)state;
    const struct pk_calibration all = windows(0.3, 0.3, DRAW_COUNT);
    const struct pk_calibration thin = windows(0, 0, 2), few = windows(0.3, 0.3, 19);
    assert_true(pk_calibration_solve(&thin, &all).start > 0.05);
    assert_close(pk_calibration_solve(&few, &few).start, 0.1, 1e-15);
    assert_close(pk_calibration_solve(&few, &few).per_day, 0, 1e-15);
}

/* Days of variance mu + 0.05 mu^2 under claims of 1/k. */
static double factor_under(double claimed, int count)
{
    struct pk_noise_calibration noise = {0, {0}};
    case_seed = 11;
    for (int i = 0; i < count; i++)
        pk_noise_calibration_add(&noise, fmax(0, round(50 + sqrt(50 + 125) * normal())), 50,
                                 claimed);
    return pk_noise_calibration_solve(&noise);
}

static void test_the_noise_of_days_is_corrected(void **state)
{
    (void)state;
    assert_close(factor_under(0.05, DRAW_COUNT), 1, 0.15);
    assert_close(factor_under(0.20, DRAW_COUNT), 0.25, 0.06);
    assert_close(factor_under(0.01, DRAW_COUNT), 1.6, 1e-12); /* bounded */
    assert_close(factor_under(0.20, 199), 1, 1e-12);          /* one short of enough */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows_of_a_known_level_need_no_variance),
        cmocka_unit_test(test_the_error_of_levels_is_found),
        cmocka_unit_test(test_error_that_grows_with_the_horizon_becomes_a_walk),
        cmocka_unit_test(test_a_thin_class_leans_on_all_and_nothing_known_is_stated),
        cmocka_unit_test(test_the_noise_of_days_is_corrected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

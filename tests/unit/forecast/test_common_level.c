/* What the series of a group tell together about their levels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/common_level.h"
#include "models/history/panel.h"

#define DAYS  56
#define CLASS 3

static const struct pk_level_sums lately = {.units = 80, .mean = 10, .square = 5};

static void test_a_fall_of_the_sum_lowers_all_levels(void **state)
{
    (void)state;
    struct pk_common_level common = {0};
    for (int i = 0; i < 20; i++) /* every level says 100 where 80 were sold */
        pk_common_level_add(&common, 10, &lately);
    for (size_t velocity = 0; velocity < PK_VELOCITY_CLASS_COUNT; velocity++)
        assert_true(fabs(pk_common_level_factor(&common, velocity) - 0.8) < 0.005);
}

static void test_a_drift_of_half_a_percent_is_noise(void **state)
{
    (void)state;
    struct pk_common_level common = {0};
    pk_common_level_add(&common, 8.04, &lately);
    assert_true(fabs(pk_common_level_factor(&common, CLASS) - 1) < 0.0005);
}

static void test_nothing_sold_and_nothing_expected_leave_levels_alone(void **state)
{
    (void)state;
    const struct pk_level_sums nothing = {0, 0, 0};
    struct pk_common_level common = {0};
    pk_common_level_add(&common, 10, &nothing);
    assert_true(pk_common_level_factor(&common, CLASS) >= 1);
    assert_true(pk_common_level_factor(&common, CLASS) <= 1);
}

/* Days 28..55 are the window; its second half has the state `second`. */
static double factor_of(uint8_t before, uint8_t second, size_t window_count)
{
    float units[DAYS] = {0}, exposure[DAYS], mean[DAYS];
    uint8_t event[DAYS] = {0}, states[DAYS];
    struct pk_common_level common = {0};
    const struct pk_series_view view = {units, exposure, mean, event, 0, DAYS, NULL, 0};
    for (size_t t = 0; t < DAYS; t++) {
        states[t] = t >= 42 ? second : PK_BUCKET_OPEN;
        mean[t] = 1;
    }
    states[27] = PK_BUCKET_CLOSED;
    states[26] = before;
    for (size_t t = 0; t < DAYS; t++)
        exposure[t] = states[t] == PK_BUCKET_OPEN ? 1 : 0;
    for (size_t i = 0; i < window_count; i++)
        pk_common_level_add_window(&common, CLASS, &view, states, 28, DAYS, 1);
    assert_true(pk_common_level_factor(&common, CLASS - 1) >= 1);
    return pk_common_level_factor(&common, CLASS);
}

static void test_runs_without_a_cause_take_their_part_of_the_level(void **state)
{
    (void)state;
    assert_true(fabs(factor_of(PK_BUCKET_OPEN, PK_BUCKET_LEFT_OUT, 10000) - 0.5) < 0.001);
    assert_true(factor_of(PK_BUCKET_OPEN, PK_BUCKET_LEFT_OUT, 1) > 0.95); /* one says little */
}

static void test_told_stock_outs_and_closures_do_not_lower_demand(void **state)
{
    (void)state;
    assert_true(factor_of(PK_BUCKET_OPEN, PK_BUCKET_STOCKED_OUT, 10000) >= 1);
    assert_true(factor_of(PK_BUCKET_OPEN, PK_BUCKET_CLOSED, 10000) >= 1);
}

static void test_windows_that_begin_in_a_run_say_nothing(void **state)
{
    (void)state;
    assert_true(factor_of(PK_BUCKET_LEFT_OUT, PK_BUCKET_LEFT_OUT, 10000) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fall_of_the_sum_lowers_all_levels),
        cmocka_unit_test(test_a_drift_of_half_a_percent_is_noise),
        cmocka_unit_test(test_nothing_sold_and_nothing_expected_leave_levels_alone),
        cmocka_unit_test(test_runs_without_a_cause_take_their_part_of_the_level),
        cmocka_unit_test(test_told_stock_outs_and_closures_do_not_lower_demand),
        cmocka_unit_test(test_windows_that_begin_in_a_run_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

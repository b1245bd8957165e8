#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/forecast/demand.h"
#include "tests/support/close.h"

static const double daily[4] = {1.0, 2.0, 3.0, 4.0};

static struct pk_demand demand_of(const double *mean, size_t count, int32_t bucket_days)
{
    return (struct pk_demand){.first_date = 20000,
                              .bucket_days = bucket_days,
                              .bucket_count = count,
                              .mean_units = mean,
                              .dispersion = 2.0,
                              .level_relative_variance = 0.1};
}

/* M = 2 + 3, V = M + (4 + 9) / 2 + 25 x 0.1. */
static void test_window_adds_the_shared_level_error(void **state)
{
    (void)state;
    struct pk_demand demand = demand_of(daily, 4, 1);
    struct pk_window window = pk_demand_window(&demand, 20001, 20002);
    assert_close(window.mean_units, 5.0, 1e-15);
    assert_close(window.variance, 5.0 + 6.5 + 2.5, 1e-15);
}

/* q = 0.03 a day: 2 days that begin 1 day after the first add 0.03 (1 + 2/3) to v. */
static void test_the_walk_of_the_level_widens_later_windows(void **state)
{
    (void)state;
    struct pk_demand demand = demand_of(daily, 4, 1);
    demand.level_drift_variance_per_day = 0.03;
    struct pk_window window = pk_demand_window(&demand, 20001, 20002);
    assert_close(window.variance, 5.0 + 6.5 + 2.5 + 25.0 * 0.05, 1e-12);
    assert_close(pk_demand_drift_variance(&demand, 0.0, 3.0), 0.03, 1e-15);
}

/* Days 1 and 3 share an error of 0.5, day 3 has 0.25 of its own: over days 0..3 that is
 * (0.5 (2 + 4))^2 + (0.25 x 4)^2, over day 0 nothing. */
static void test_only_days_of_events_carry_the_error_of_their_lift(void **state)
{
    (void)state;
    struct pk_demand demand = demand_of(daily, 4, 1);
    const double before = pk_demand_window(&demand, 20000, 20003).variance;
    const double first = pk_demand_window(&demand, 20000, 20000).variance;
    demand.lift_count = 2;
    demand.lifts[0] = (struct pk_lift_span){1, 1, 0.5F, 0.0F};
    demand.lifts[1] = (struct pk_lift_span){3, 1, 0.5F, 0.25F};
    assert_close(pk_demand_window(&demand, 20000, 20003).variance - before, 9.0 + 1.0, 1e-12);
    assert_close(pk_demand_window(&demand, 20000, 20000).variance, first, 1e-15);
}

static void test_window_is_cut_to_the_path(void **state)
{
    (void)state;
    struct pk_demand demand = demand_of(daily, 4, 1);
    assert_close(pk_demand_window(&demand, 19000, 21000).mean_units, 10.0, 1e-15);
    assert_close(pk_demand_window(&demand, 20003, 20003).mean_units, 4.0, 1e-15);
    struct pk_window empty = pk_demand_window(&demand, 20004, 20100);
    assert_true(empty.mean_units == 0.0 && empty.variance == 0.0);
    empty = pk_demand_window(&demand, 20002, 20001);
    assert_true(empty.mean_units == 0.0);
    empty = pk_demand_window(&demand, 19000, 19999);
    assert_true(empty.mean_units == 0.0);
    assert_true(pk_demand_window(&demand, INT32_MIN, INT32_MAX).mean_units == 10.0);
}

static void test_weekly_bucket_counts_by_its_days(void **state)
{
    (void)state;
    static const double weekly[2] = {14.0, 21.0};
    struct pk_demand demand = demand_of(weekly, 2, 7);
    assert_close(pk_demand_window(&demand, 20000, 20006).mean_units, 14.0, 1e-12);
    assert_close(pk_demand_window(&demand, 20003, 20008).mean_units, 8.0 + 6.0, 1e-12);
    assert_close(pk_demand_window(&demand, 20002, 20002).mean_units, 2.0, 1e-12);
    assert_close(pk_demand_window(&demand, 20013, 20013).mean_units, 3.0, 1e-12);
    assert_close(pk_demand_window(&demand, 20014, 20014).mean_units, 0.0, 1e-12);
}

static void test_poisson_path_has_no_extra_variance(void **state)
{
    (void)state;
    struct pk_demand demand = demand_of(daily, 4, 1);
    demand.dispersion = INFINITY;
    demand.level_relative_variance = 0.0;
    struct pk_window window = pk_demand_window(&demand, 20000, 20003);
    assert_close(window.variance, 10.0, 1e-15);
    /* Poisson table, mean 10: P(D <= 14) = 0.9165, P(D <= 13) = 0.8645 */
    assert_int_equal(pk_window_quantile_units(&window, 0.9), 14);
    assert_close(pk_window_probability_at_most(&window, 14), 0.9165, 5e-5);
    assert_close(pk_window_probability_at_most(&window, 13), 0.8645, 5e-5);
    assert_true(pk_window_probability_at_most(&window, -1) == 0.0);
    assert_close(pk_window_expected_served_units(&window, 1000), 10.0, 1e-12);
}

static void test_a_window_that_may_stop_keeps_its_mean(void **state)
{
    (void)state;
    /* Poisson of mean 10 with probability 0.8, else nothing */
    const struct pk_window window = {8.0, 8.0 + 0.2 / 0.8 * 64.0, 0.2, 0.0};
    assert_int_equal(pk_window_quantile_units(&window, 0.1), 0);
    assert_int_equal(pk_window_quantile_units(&window, 0.2), 0);
    assert_int_equal(pk_window_quantile_units(&window, 0.2 + 0.8 * 0.9), 14);
    assert_close(pk_window_probability_at_most(&window, 14), 0.2 + 0.8 * 0.9165, 5e-5);
    assert_true(pk_window_probability_at_most(&window, -1) == 0.0);
    assert_close(pk_window_expected_served_units(&window, 1000), 8.0, 1e-12);
}

static void test_idle_days_matter_to_a_day_and_not_to_a_month(void **state)
{
    (void)state;
    struct pk_demand demand = demand_of(daily, 4, 1);
    demand.level_relative_variance = 0.0;
    demand.dispersion = 1.0;
    demand.stop_probability = 0.1;
    demand.idle_probability = 0.5;
    assert_close(pk_demand_window(&demand, 20001, 20001).stop_probability, 0.55, 1e-15);
    assert_close(pk_demand_window(&demand, 20000, 20001).stop_probability, 0.325, 1e-15);
    assert_close(pk_demand_window(&demand, 20001, 20001).variance, daily[1] + daily[1] * daily[1],
                 1e-12);
}

static void test_quantiles_count_what_the_mean_leaves_out(void **state)
{
    (void)state;
    /* Poisson of mean 10, of which the mean tells 8 */
    const struct pk_window window = {8.0, 6.4, 0.0, 0.25};
    assert_int_equal(pk_window_quantile_units(&window, 0.9), 14);
    assert_close(pk_window_probability_at_most(&window, 13), 0.8645, 5e-5);
}

static void test_no_demand_needs_nothing(void **state)
{
    (void)state;
    struct pk_window none = {0.0, 0.0, 0.0, 0.0};
    assert_int_equal(pk_window_quantile_units(&none, 0.99), 0);
    assert_true(pk_window_probability_at_most(&none, 0) == 1.0);
    assert_true(pk_window_expected_served_units(&none, 5) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window_adds_the_shared_level_error),
        cmocka_unit_test(test_the_walk_of_the_level_widens_later_windows),
        cmocka_unit_test(test_only_days_of_events_carry_the_error_of_their_lift),
        cmocka_unit_test(test_window_is_cut_to_the_path),
        cmocka_unit_test(test_weekly_bucket_counts_by_its_days),
        cmocka_unit_test(test_poisson_path_has_no_extra_variance),
        cmocka_unit_test(test_a_window_that_may_stop_keeps_its_mean),
        cmocka_unit_test(test_idle_days_matter_to_a_day_and_not_to_a_month),
        cmocka_unit_test(test_quantiles_count_what_the_mean_leaves_out),
        cmocka_unit_test(test_no_demand_needs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

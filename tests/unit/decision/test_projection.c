#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/order/need.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define STOCK_MAX 600

static struct decision_case c;

/* The exact distribution of stock under Poisson days and lost sales, day by day. */
static void exact_stock(const double *mean, size_t days, int64_t start, const int64_t *inbound,
                        double out[STOCK_MAX + 1])
{
    double next[STOCK_MAX + 1];
    for (int64_t s = 0; s <= STOCK_MAX; s++)
        out[s] = s == start ? 1.0 : 0.0;
    for (size_t day = 0; day < days; day++) {
        struct pk_count_distribution demand = pk_count_from_moments(mean[day], mean[day]);
        for (int64_t s = 0; s <= STOCK_MAX; s++)
            next[s] = 0.0;
        for (int64_t s = 0; s <= STOCK_MAX; s++) {
            int64_t stock = s + inbound[day] < STOCK_MAX ? s + inbound[day] : STOCK_MAX;
            if (out[s] < 1e-16)
                continue;
            for (int64_t w = 0; w < stock; w++)
                next[stock - w] += out[s] * pk_count_probability(&demand, w);
            next[0] += out[s] * pk_count_above(&demand, stock - 1);
        }
        for (int64_t s = 0; s <= STOCK_MAX; s++)
            out[s] = next[s];
    }
}

/* Compares P(Need <= q) over the following `window` days with the exact one. */
static void compare_need(double daily, int64_t start, size_t days, size_t inbound_day,
                         int64_t inbound_units, size_t window, double tolerance)
{
    static double exact[STOCK_MAX + 1];
    int64_t inbound[CASE_DAYS] = {0};
    inbound[inbound_day] = inbound_units;
    case_begin(&c, daily);
    exact_stock(c.mean, days, start, inbound, exact);
    if (inbound_units > 0)
        case_inbound(&c, (int32_t)inbound_day, inbound_units);
    pk_projection_begin(&c.projection, &c.demand, (double)start, c.inbound, c.input.inbound_count,
                        0);
    pk_projection_run(&c.projection, days);
    struct pk_need need;
    pk_need_from_projection(&c.projection, days, days + window, 0.0, &need);
    double after = daily * (double)window;
    struct pk_count_distribution demand = pk_count_from_moments(after, after);
    int64_t top = (int64_t)(after + 5.0 * sqrt(after)) + 2;
    for (int64_t q = 0; q <= top; q++) {
        double expected = 0.0;
        for (int64_t s = 0; s <= STOCK_MAX; s++)
            expected += exact[s] * pk_count_at_most(&demand, s + q);
        double actual = pk_need_at_most(&need, q);
        if (fabs(actual - expected) > tolerance)
            fail_msg("daily %g, stock %lld, need %lld: %.6f instead of %.6f", daily,
                     (long long)start, (long long)q, actual, expected);
    }
}

static void test_need_of_slow_movers_is_exact(void **state)
{
    (void)state;
    compare_need(0.1, 2, 14, 0, 0, 7, 1e-9);
    compare_need(0.7, 9, 14, 0, 0, 7, 1e-9);
    compare_need(0.7, 20, 14, 0, 0, 7, 1e-9);
    compare_need(0.0, 5, 14, 0, 0, 7, 1e-12);
    compare_need(2.0, 0, 14, 0, 0, 7, 1e-12);
}

static void test_need_of_slow_movers_with_inbound_is_exact(void **state)
{
    (void)state;
    compare_need(0.5, 3, 14, 5, 8, 7, 1e-9);
    compare_need(0.5, 0, 14, 5, 8, 7, 1e-9);
    compare_need(1.0, 12, 14, 13, 8, 7, 1e-9);
}

static void test_need_of_fast_movers_is_close(void **state)
{
    (void)state;
    compare_need(10.0, 100, 10, 0, 0, 7, 0.006);
    compare_need(10.0, 150, 10, 0, 0, 7, 0.006);
    compare_need(10.0, 60, 10, 4, 60, 7, 0.02);
    compare_need(20.0, 200, 20, 9, 190, 7, 0.02);
}

static void test_ample_stock_gives_the_order_up_to_level(void **state)
{
    (void)state;
    case_begin(&c, 5.0);
    c.demand.dispersion = 3.0;
    c.demand.level_relative_variance = 0.04;
    pk_projection_begin(&c.projection, &c.demand, 140.0, NULL, 0, 0);
    pk_projection_run(&c.projection, 7);
    struct pk_need need;
    pk_need_from_projection(&c.projection, 7, 21, 0.0, &need);
    struct pk_window whole = pk_demand_window(&c.demand, CASE_NEXT, CASE_NEXT + 20);
    assert_close(need.mean_units, whole.mean_units - 140.0, 0.1);
    assert_close(need.sd_units, sqrt(whole.variance), 0.02 * sqrt(whole.variance));
}

/* The walk of the level is the same over one window and over two that follow each other. */
static void test_the_walk_of_the_level_enters_the_need(void **state)
{
    (void)state;
    case_begin(&c, 5.0);
    c.demand.level_relative_variance = 0.04;
    c.demand.level_drift_variance_per_day = 0.006;
    pk_projection_begin(&c.projection, &c.demand, 140.0, NULL, 0, 0);
    struct pk_window whole = pk_demand_window(&c.demand, CASE_NEXT, CASE_NEXT + 20);
    struct pk_window projected = pk_projection_window(&c.projection, 0, 21);
    assert_close(projected.variance, whole.variance, 1e-9);
    pk_projection_run(&c.projection, 7);
    struct pk_need need;
    pk_need_from_projection(&c.projection, 7, 21, 0.0, &need);
    assert_close(need.sd_units, sqrt(whole.variance), 0.05 * sqrt(whole.variance));
}

static void test_lost_units_are_what_finds_no_stock(void **state)
{
    (void)state;
    case_begin(&c, 3.0);
    pk_projection_begin(&c.projection, &c.demand, 10.0, NULL, 0, 0);
    pk_projection_run(&c.projection, 5);
    struct pk_window window = {15.0, 15.0, 0.0, 0.0};
    double served = pk_window_expected_served_units(&window, 10);
    assert_close(c.projection.expected_lost_units, 15.0 - served, 1e-9);
    assert_close(pk_projection_expected_stock_units(&c.projection), 10.0 - served, 1e-9);
}

static void test_owed_units_stay_owed(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    case_inbound(&c, 3, 4);
    pk_projection_begin(&c.projection, &c.demand, -10.0, c.inbound, 1, 0);
    pk_projection_run(&c.projection, 7);
    assert_int_equal(c.projection.node_count, 1);
    assert_close(c.projection.nodes[0].stock_units, -6.0, 1e-12);
    assert_close(c.projection.expected_lost_units, 14.0, 1e-9);
}

static void test_stockout_dates_follow_the_cumulative_demand(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    pk_projection_begin(&c.projection, &c.demand, 20.0, NULL, 0, 0);
    static const double probabilities[] = {0.1, 0.5, 0.9};
    for (size_t i = 0; i < 3; i++) {
        size_t bucket = pk_projection_stockout_bucket(&c.projection, probabilities[i]);
        struct pk_window until = pk_projection_window(&c.projection, 0, bucket + 1);
        struct pk_window before = pk_projection_window(&c.projection, 0, bucket);
        assert_true(1.0 - pk_window_probability_at_most(&until, 19) >= probabilities[i]);
        assert_true(1.0 - pk_window_probability_at_most(&before, 19) < probabilities[i]);
    }
    assert_int_equal(pk_projection_days_of_supply(&c.projection), 10);
}

static void test_no_stock_is_out_at_once_and_inbound_postpones(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    pk_projection_begin(&c.projection, &c.demand, 0.0, NULL, 0, 0);
    assert_int_equal(pk_projection_stockout_bucket(&c.projection, 0.9), 0);
    assert_int_equal(pk_projection_safe_buckets(&c.projection, 0.1), 0);
    assert_int_equal(pk_projection_days_of_supply(&c.projection), 0);
    case_inbound(&c, -5, 100); /* late: counts at next */
    pk_projection_begin(&c.projection, &c.demand, 0.0, c.inbound, 1, 0);
    assert_int_equal(pk_projection_days_of_supply(&c.projection), 50);
    assert_true(pk_projection_stockout_bucket(&c.projection, 0.5) > 40);
    case_begin(&c, 0.0);
    pk_projection_begin(&c.projection, &c.demand, 5.0, NULL, 0, 0);
    assert_int_equal(pk_projection_stockout_bucket(&c.projection, 0.01), CASE_DAYS);
    assert_int_equal(pk_projection_days_of_supply(&c.projection), 999);
}

static void test_more_inbound_lines_than_segments_lose_no_units(void **state)
{
    (void)state;
    static struct pk_inbound lines[200];
    for (int32_t i = 0; i < 200; i++)
        lines[i] = (struct pk_inbound){CASE_NEXT + 199 - i, 1, 1.0};
    case_begin(&c, 0.0);
    pk_projection_begin(&c.projection, &c.demand, 0.0, lines, 200, 0);
    assert_close(pk_projection_inbound_units(&c.projection, 0, CASE_DAYS), 200.0, 1e-12);
    assert_int_equal(c.projection.segment_count, PK_PROJECTION_SEGMENT_COUNT_MAX);
    for (size_t s = 1; s < c.projection.segment_count; s++)
        assert_true(c.projection.segment_start[s - 1] < c.projection.segment_start[s]);
}

static void test_a_sure_stock_out_loses_all_demand_beyond_the_stock(void **state)
{
    (void)state;
    case_begin(&c, 100.0);
    c.demand.level_relative_variance = 0.04;
    pk_projection_begin(&c.projection, &c.demand, 200.0, NULL, 0, 0);
    pk_projection_run(&c.projection, 20);
    assert_close(c.projection.expected_lost_units, 1800.0, 5.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_need_of_slow_movers_is_exact),
        cmocka_unit_test(test_need_of_slow_movers_with_inbound_is_exact),
        cmocka_unit_test(test_need_of_fast_movers_is_close),
        cmocka_unit_test(test_ample_stock_gives_the_order_up_to_level),
        cmocka_unit_test(test_the_walk_of_the_level_enters_the_need),
        cmocka_unit_test(test_lost_units_are_what_finds_no_stock),
        cmocka_unit_test(test_owed_units_stay_owed),
        cmocka_unit_test(test_a_sure_stock_out_loses_all_demand_beyond_the_stock),
        cmocka_unit_test(test_stockout_dates_follow_the_cumulative_demand),
        cmocka_unit_test(test_no_stock_is_out_at_once_and_inbound_postpones),
        cmocka_unit_test(test_more_inbound_lines_than_segments_lose_no_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "models/decision/clearance/clearance_cohort.h"
#include "tests/support/close.h"

static void test_the_cohort_sells_first_and_receipts_are_not_part_of_it(void **state)
{
    (void)state;
    struct pk_cohort_state s = pk_cohort_state_of(100, 30, 500); /* 430 came in since */
    assert_int_equal(s.sold_units, 30);
    assert_int_equal(s.left_units, 70);
    assert_int_equal(s.gone_otherwise_units, 0);
    s = pk_cohort_state_of(100, 130, 20);
    assert_int_equal(s.sold_units, 100);
    assert_int_equal(s.left_units, 0);
    s = pk_cohort_state_of(100, 30, -1); /* stock unknown */
    assert_int_equal(s.left_units, 70);
}

static void test_what_is_missing_beyond_the_sales_is_gone_otherwise(void **state)
{
    (void)state;
    struct pk_cohort_state s = pk_cohort_state_of(100, 30, 10);
    assert_int_equal(s.left_units, 10);
    assert_int_equal(s.gone_otherwise_units, 60);
}

static enum pk_cohort_handling handling(int64_t sold, int64_t in_stock, bool is_cut)
{
    struct pk_cohort_state s = pk_cohort_state_of(100, sold, in_stock);
    return pk_cohort_handling_of(100, &s, 0.92, is_cut);
}

static void test_a_style_is_dealt_with_when_sold_cleared_cut_or_written_off(void **state)
{
    (void)state;
    assert_int_equal(handling(100, -1, false), PK_HANDLING_SOLD_OUT);
    assert_int_equal(handling(92, -1, false), PK_HANDLING_CLEARED);
    assert_int_equal(handling(91, -1, false), PK_HANDLING_NONE);
    assert_int_equal(handling(10, -1, true), PK_HANDLING_PRICE_CUT);
    assert_int_equal(handling(10, 0, false), PK_HANDLING_WRITTEN_OFF);
}

static void test_a_dead_line_has_the_gamma_rate_and_others_their_forecast(void **state)
{
    (void)state;
    const struct pk_window forecast = {.mean_units = 9, .variance = 12};
    struct pk_window w = pk_cohort_window(&forecast, 91, 90);
    assert_close(w.mean_units, 9, 0);
    w = pk_cohort_window(&forecast, 91, 181); /* 0.5 / 182 x 91 */
    assert_close(w.mean_units, 0.25, 1e-12);
    assert_close(w.variance, 0.25 + 0.25 * 0.25 / 0.5, 1e-12);
}

static void test_a_discount_lifts_demand_and_widens_it(void **state)
{
    (void)state;
    const struct pk_window window = {.mean_units = 10, .variance = 15};
    const struct pk_price_response response = {.elasticity = -2, .standard_error = 0.8};
    struct pk_window same = pk_cohort_discounted(&window, 0, &response);
    assert_close(same.mean_units, 10, 0);
    struct pk_window half = pk_cohort_discounted(&window, 0.5, &response);
    assert_close(half.mean_units, 40, 1e-9);
    const double spread = log(0.5) * 0.8;
    assert_close(half.variance, 40 + 16 * 5 + 1600 * spread * spread, 1e-6);
}

static void test_a_line_clears_at_most_what_is_left(void **state)
{
    (void)state;
    const struct pk_window poisson = {.mean_units = 100, .variance = 100};
    struct pk_cleared cleared = pk_cohort_cleared(&poisson, 1000);
    assert_close(cleared.mean, 100, 1e-6);
    assert_close(cleared.variance, 100, 8); /* 20 nodes of an integer distribution */
    cleared = pk_cohort_cleared(&poisson, 5);
    assert_close(cleared.mean, 5, 1e-6);
    assert_close(cleared.variance, 0, 1e-9);
    cleared = pk_cohort_cleared(&poisson, 0);
    assert_close(cleared.mean, 0, 0);
}

static void test_the_landing_holds_what_lines_share(void **state)
{
    (void)state;
    /* sd = sqrt(300 + (0.1 x 100)^2) = 20 */
    struct pk_cohort_sum sum = {.flagged = 1000, .gone = 500, .expected = 100, .variance = 300};
    assert_close(pk_cohort_landing_units(&sum, 0.5), 600, 1e-9);
    assert_close(pk_cohort_landing_units(&sum, 0.9), 600 + 1.2815515655446004 * 20, 1e-6);
    assert_close(pk_cohort_reach_probability(&sum, 0.62), 1 - 0.8413447460685429, 1e-9);
    assert_close(pk_cohort_reach_probability(&sum, 0.5), 1, 0);
    sum.expected = 600;
    assert_close(pk_cohort_landing_units(&sum, 0.9), 1000, 0); /* never more than there was */
    sum = (struct pk_cohort_sum){.flagged = 10, .gone = 5};
    assert_close(pk_cohort_reach_probability(&sum, 0.9), 0, 0);
}

static void test_the_verdict_is_said_plainly(void **state)
{
    (void)state;
    struct pk_cohort_sum slow = {.flagged = 100, .gone = 10, .expected = 20, .variance = 10};
    struct pk_cohort_sum fast = {.flagged = 100, .gone = 10, .expected = 85, .variance = 5};
    struct pk_cohort_sum done = {.flagged = 100, .gone = 92};
    struct pk_cohort_sum none = {0};
    assert_int_equal(pk_cohort_judge(&fast, &fast, 0.92, false), PK_COHORT_ON_TRACK);
    assert_int_equal(pk_cohort_judge(&slow, &fast, 0.92, false), PK_COHORT_BEHIND);
    assert_int_equal(pk_cohort_judge(&slow, &slow, 0.92, false), PK_COHORT_CANNOT_REACH);
    assert_int_equal(pk_cohort_judge(&slow, &fast, 0.92, true), PK_COHORT_MISSED);
    assert_int_equal(pk_cohort_judge(&done, &done, 0.92, true), PK_COHORT_REACHED);
    assert_int_equal(pk_cohort_judge(&none, &none, 0.92, false), PK_COHORT_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_cohort_sells_first_and_receipts_are_not_part_of_it),
        cmocka_unit_test(test_what_is_missing_beyond_the_sales_is_gone_otherwise),
        cmocka_unit_test(test_a_style_is_dealt_with_when_sold_cleared_cut_or_written_off),
        cmocka_unit_test(test_a_dead_line_has_the_gamma_rate_and_others_their_forecast),
        cmocka_unit_test(test_a_discount_lifts_demand_and_widens_it),
        cmocka_unit_test(test_a_line_clears_at_most_what_is_left),
        cmocka_unit_test(test_the_landing_holds_what_lines_share),
        cmocka_unit_test(test_the_verdict_is_said_plainly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

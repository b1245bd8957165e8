#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/clearance/markdown.h"
#include "models/numeric/distribution.h"
#include "tests/support/best_plan.h"
#include "tests/support/close.h"

static struct pk_markdown markdown;
static struct pk_markdown_input input;

/* `weekly` Poisson units a week at a price of 100, 13 weeks, elasticity -2 known. */
static void begin(double weekly, int64_t stock)
{
    input = (struct pk_markdown_input){.stock_units = stock,
                                       .terms = {.price = 100.0, .kept_ratio = 1.0},
                                       .response = {.elasticity = -2.0, .standard_error = 0.0}};
    pk_markdown_set_days(&input, 91);
    for (size_t period = 0; period < input.period_count; period++)
        input.until[period] = (struct pk_window){.mean_units = weekly * (double)(period + 1),
                                                 .variance = weekly * (double)(period + 1)};
}

static void test_periods_are_weeks_up_to_half_a_year(void **state)
{
    (void)state;
    pk_markdown_set_days(&input, 90);
    assert_int_equal(input.period_count, 13);
    assert_int_equal(input.period_days, 7);
    pk_markdown_set_days(&input, 182);
    assert_int_equal(input.period_count, 26);
    pk_markdown_set_days(&input, 183);
    assert_int_equal(input.period_days, 14);
    pk_markdown_set_days(&input, 1);
    assert_int_equal(input.period_count, 1);
    pk_markdown_set_days(&input, 400);
    assert_true(input.period_count <= PK_MARKDOWN_PERIOD_MAX);
    assert_true((int32_t)input.period_count * input.period_days >= 400);
}

static void test_single_discounts_are_valued_by_hand(void **state)
{
    (void)state;
    begin(2.0, 40);
    input.terms.kept_ratio = 0.95;
    input.terms.salvage = 7.0;
    pk_markdown_solve(&markdown, &input);
    assert_int_equal(markdown.single_count, PK_DISCOUNT_COUNT);
    for (size_t step = 0; step < PK_DISCOUNT_COUNT; step++) {
        const double price = 1.0 - (double)step / 10.0, mean = 26.0 / (price * price);
        const struct pk_count_distribution demand = pk_count_from_moments(mean, mean);
        const double cleared = pk_count_expected_minimum(&demand, 40);
        const struct pk_markdown_plan *plan = &markdown.plans[step];
        assert_close(plan->cleared_units, cleared, 1e-9);
        assert_close(plan->recovered, 95.0 * price * cleared, 1e-6);
        assert_close(plan->value, 95.0 * price * cleared + 7.0 * (40.0 - cleared), 1e-6);
        assert_close(plan->clear_probability, pk_count_above(&demand, 39), 1e-9);
    }
}

static void test_holding_counts_the_days_in_stock(void **state)
{
    (void)state;
    begin(0.0, 10);
    input.terms.holding_per_day = 0.5;
    pk_markdown_solve(&markdown, &input);
    assert_close(markdown.plans[0].value, -0.5 * 91.0 * 10.0, 1e-9);
    begin(2.0, 1000); /* never runs out: stock falls in a straight line */
    input.terms.holding_per_day = 0.5;
    pk_markdown_solve(&markdown, &input);
    assert_close(markdown.plans[0].value, 2600.0 - 0.5 * 91.0 * (1000.0 - 13.0), 1e-6);
}

static void test_no_step_goes_below_salvage(void **state)
{
    (void)state;
    begin(2.0, 40);
    input.terms.salvage = 75.0;
    pk_markdown_solve(&markdown, &input);
    assert_int_equal(markdown.step_count, 3);
    for (size_t i = 0; i < markdown.plan_count; i++)
        assert_true(markdown.plans[i].steps[12] <= 2);
}

static void test_ladders_fall_and_reach_a_target_that_is_in_reach(void **state)
{
    (void)state;
    begin(2.0, 60);
    input.response.standard_error = 0.5;
    input.target_units = 55.0;
    pk_markdown_solve(&markdown, &input);
    bool reaches = false;
    for (size_t i = markdown.single_count; i < markdown.plan_count; i++) {
        for (size_t period = 1; period < input.period_count; period++)
            assert_true(markdown.plans[i].steps[period] >= markdown.plans[i].steps[period - 1]);
        reaches |= markdown.plans[i].cleared_units >= 55.0;
    }
    assert_true(reaches);
}

/* Demand grows towards the end: cutting early gives away what would sell anyway. */
static void test_a_ladder_waits_for_the_season(void **state)
{
    (void)state;
    begin(1.0, 30);
    double sum = 0.0;
    for (size_t period = 0; period < input.period_count; period++) {
        sum += period >= 10 ? 6.0 : 0.3;
        input.until[period] = (struct pk_window){.mean_units = sum, .variance = sum};
    }
    pk_markdown_solve(&markdown, &input);
    const struct pk_markdown_plan *best = best_plan(&markdown, markdown.plan_count);
    assert_true(best->value >= best_plan(&markdown, markdown.single_count)->value);
    assert_true(best->steps[0] <= best->steps[12]);
}

static void test_an_uncertain_elasticity_widens_the_band(void **state)
{
    (void)state;
    begin(2.0, 60);
    pk_markdown_solve(&markdown, &input);
    const struct pk_markdown_plan *plan = &markdown.plans[4];
    const struct pk_markdown_band narrow = pk_markdown_band_of(&markdown, plan);
    const double known = plan->cleared_units;
    input.response.standard_error = 0.8;
    pk_markdown_solve(&markdown, &input);
    const struct pk_markdown_band wide = pk_markdown_band_of(&markdown, &markdown.plans[4]);
    assert_true(wide.cleared_p10_units < narrow.cleared_p10_units);
    assert_true(wide.recovered_p90 - wide.recovered_p10 >
                narrow.recovered_p90 - narrow.recovered_p10);
    assert_true(markdown.plans[4].cleared_units < known);
}

static void test_the_band_holds_the_middle_of_the_outcomes(void **state)
{
    (void)state;
    begin(10.0, 400); /* 130 Poisson units, never sold out: P10 and P90 of a normal are near */
    pk_markdown_solve(&markdown, &input);
    const struct pk_markdown_band band = pk_markdown_band_of(&markdown, &markdown.plans[0]);
    assert_close(band.cleared_p10_units, 130.0 - 1.28 * sqrt(130.0), 8.0);
    assert_close(band.cleared_p90_units, 130.0 + 1.28 * sqrt(130.0), 8.0);
    assert_close(band.recovered_p90, 100.0 * band.cleared_p90_units, 1e-6);
}

static void test_left_units_end_with_what_is_not_cleared(void **state)
{
    (void)state;
    double left[PK_MARKDOWN_PERIOD_MAX];
    begin(2.0, 60);
    input.response.standard_error = 0.6;
    pk_markdown_solve(&markdown, &input);
    for (size_t i = 0; i < markdown.plan_count; i++) {
        pk_markdown_left_units(&markdown, &markdown.plans[i], left);
        assert_close(left[12], 60.0 - markdown.plans[i].cleared_units, 1e-9);
        for (size_t period = 1; period < input.period_count; period++)
            assert_true(left[period] <= left[period - 1] + 1e-9);
    }
}

static void test_a_held_price_is_one_plan(void **state)
{
    (void)state;
    begin(2.0, 60);
    input.is_held = true;
    pk_markdown_solve(&markdown, &input);
    assert_int_equal(markdown.plan_count, 1);
    input.is_held = false;
    input.is_single = true;
    pk_markdown_solve(&markdown, &input);
    assert_int_equal(markdown.plan_count, PK_DISCOUNT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods_are_weeks_up_to_half_a_year),
        cmocka_unit_test(test_single_discounts_are_valued_by_hand),
        cmocka_unit_test(test_holding_counts_the_days_in_stock),
        cmocka_unit_test(test_no_step_goes_below_salvage),
        cmocka_unit_test(test_ladders_fall_and_reach_a_target_that_is_in_reach),
        cmocka_unit_test(test_a_ladder_waits_for_the_season),
        cmocka_unit_test(test_an_uncertain_elasticity_widens_the_band),
        cmocka_unit_test(test_the_band_holds_the_middle_of_the_outcomes),
        cmocka_unit_test(test_left_units_end_with_what_is_not_cleared),
        cmocka_unit_test(test_a_held_price_is_one_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

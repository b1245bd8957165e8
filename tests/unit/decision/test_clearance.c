#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/clearance/clearance.h"
#include "models/decision/clearance/clearance_summary.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

static struct decision_case c;
static struct pk_clearance_input input;
static struct pk_clearance_memory memory;
static struct pk_clearance plan;

/* Sold yesterday, launched long ago, price 100, cost 50, 90 days to clear. */
static void begin(double daily, int64_t on_hand_units)
{
    case_begin(&c, daily);
    input = (struct pk_clearance_input){.demand = &c.demand,
                                        .stock = {.is_known = true, .on_hand_units = on_hand_units},
                                        .terms = pk_supply_terms_default(),
                                        .economics = c.input.economics,
                                        .by_date = CASE_NEXT + 89,
                                        .target_cleared_ratio = 0.92,
                                        .margin_floor_ratio = PK_MARGIN_FLOOR_RATIO,
                                        .last_sale_date = CASE_NEXT - 1,
                                        .first_stock_date = CASE_NEXT - 700,
                                        .oldest_lot_date = PK_DATE_NONE};
    input.economics.unit_cost_micros = 50 * YUAN;
    input.economics.price_micros = 100 * YUAN;
}

static const struct pk_clearance *decide(void)
{
    pk_clearance_plan(&input, &c.projection, &memory, &plan);
    return &plan;
}

static void test_healthy_item_is_not_flagged(void **state)
{
    (void)state;
    begin(2.0, 100);
    const struct pk_clearance *r = decide();
    assert_false(r->is_flagged);
    assert_int_equal(r->action, PK_CLEARANCE_NONE);
    assert_int_equal(r->days_of_supply, 50);
    assert_true(r->clear_probability > 0.99);
}

static void test_excess_gets_the_discount_that_reaches_the_target(void **state)
{
    (void)state;
    begin(1.0, 200);
    const struct pk_clearance *r = decide();
    assert_true(r->is_flagged);
    assert_int_equal(r->action, PK_CLEARANCE_DISCOUNT);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_EXCESS_STOCK));
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_WILL_NOT_CLEAR));
    assert_true(r->expected_cleared_units >= 0.92 * 200.0);
    assert_true(r->discount_ratio >= 0.3 && r->discount_ratio <= 0.5);
    assert_true(r->clear_probability > r->clear_probability_at_price);
}

static void test_dead_stock_uses_its_own_prior(void **state)
{
    (void)state;
    begin(0.0, 50);
    input.last_sale_date = CASE_NEXT - 200;
    const struct pk_clearance *r = decide();
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_DEAD_STOCK);
    assert_true(r->clear_probability_at_price > 0.0 && r->clear_probability_at_price < 0.01);
    assert_int_equal(r->days_of_supply, 999);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR));
    /* 90 days x 0.5 / 201 units are hoped for at the price: selling brings less than salvage */
    assert_int_equal(r->action, PK_CLEARANCE_WRITE_OFF);
    assert_int_equal(r->expected_value_micros, 500 * YUAN);
}

static void test_dead_begins_after_90_days(void **state)
{
    (void)state;
    begin(1.0, 50);
    input.last_sale_date = CASE_NEXT - 90;
    assert_false(pk_reasons_has(&decide()->reasons, PK_REASON_DEAD_STOCK));
    input.last_sale_date = CASE_NEXT - 91;
    assert_true(pk_reasons_has(&decide()->reasons, PK_REASON_DEAD_STOCK));
    input.last_sale_date = PK_DATE_NONE;
    input.first_stock_date = CASE_NEXT - 60; /* not long enough in stock to be dead */
    assert_false(pk_reasons_has(&decide()->reasons, PK_REASON_DEAD_STOCK));
    input.first_stock_date = PK_DATE_NONE;
    assert_true(pk_reasons_has(&decide()->reasons, PK_REASON_DEAD_STOCK));
}

static void test_new_or_empty_items_are_left_out(void **state)
{
    (void)state;
    begin(0.1, 500);
    input.economics.launch_date = CASE_NEXT - 44;
    const struct pk_clearance *r = decide();
    assert_false(r->is_flagged);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_RECENTLY_LAUNCHED);
    input.economics.launch_date = CASE_NEXT - 45;
    assert_true(decide()->is_flagged);
    begin(0.1, 0);
    assert_false(decide()->is_flagged);
    input.stock.is_known = false;
    assert_int_equal(case_main_reason(&decide()->reasons), PK_REASON_NO_STOCK);
}

static void test_old_lot_is_flagged_though_it_sells(void **state)
{
    (void)state;
    begin(5.0, 100);
    input.oldest_lot_date = CASE_NEXT - 181;
    const struct pk_clearance *r = decide();
    assert_true(r->is_flagged);
    assert_int_equal(r->age_days, 181);
    assert_int_equal(r->action, PK_CLEARANCE_HOLD);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_SELLS_AT_PRICE));
    input.oldest_lot_date = CASE_NEXT - 180;
    assert_false(decide()->is_flagged);
}

static void test_value_never_falls_below_doing_nothing_when_the_target_is_out_of_reach(void **state)
{
    (void)state;
    begin(0.2, 400);
    const struct pk_clearance *r = decide();
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR));
    assert_true(r->expected_value_micros >= r->do_nothing_value_micros);
}

static void test_no_step_goes_below_salvage(void **state)
{
    (void)state;
    begin(1.0, 200);
    input.economics.salvage_micros = 75 * YUAN;
    const struct pk_clearance *r = decide();
    assert_true(r->discount_ratio <= 0.2 + 1e-12);
}

static void test_margin_exceptions_say_what_they_lack(void **state)
{
    (void)state;
    begin(1.0, 200);
    const struct pk_clearance *r = decide();
    assert_true(r->margin_ratio < PK_MARGIN_FLOOR_RATIO);
    assert_true(r->is_margin_exception);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_MARGIN_FLOOR_EXCEPTION));
    assert_close(r->margin_ratio, 1.0 - r->expected_cost / r->expected_revenue, 1e-9);
    assert_close((double)r->margin_exception_micros / 1e6,
                 0.35 * r->gross_revenue - (r->expected_revenue - r->expected_cost), 1e-4);
    struct pk_margin_blend blend = {0};
    assert_true(isnan(pk_margin_blend_ratio(&blend)));
    pk_margin_blend_add(&blend, r->expected_revenue, r->expected_cost);
    pk_clearance_note_category(&plan, &blend, PK_MARGIN_FLOOR_RATIO);
    assert_true(pk_reasons_has(&plan.reasons, PK_REASON_CATEGORY_BELOW_MARGIN_FLOOR));
    decide();
    pk_margin_blend_add(&blend, 1e6, 5e5); /* the rest of the category carries it */
    pk_clearance_note_category(&plan, &blend, PK_MARGIN_FLOOR_RATIO);
    assert_false(pk_reasons_has(&plan.reasons, PK_REASON_CATEGORY_BELOW_MARGIN_FLOOR));
}

static void test_a_margin_multiplier_takes_discounts_back(void **state)
{
    (void)state;
    begin(1.0, 200);
    const double free_discount = decide()->discount_ratio;
    input.margin_multiplier = 500.0;
    const struct pk_clearance *r = decide();
    assert_true(r->discount_ratio < free_discount);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_HELD_BY_MARGIN_FLOOR));
    assert_false(r->is_margin_exception);
}

static void test_without_a_price_nothing_is_proposed(void **state)
{
    (void)state;
    begin(0.1, 500);
    input.economics.price_micros = -1;
    const struct pk_clearance *r = decide();
    assert_true(r->is_flagged);
    assert_int_equal(r->action, PK_CLEARANCE_HOLD);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_NO_PRICE));
    assert_int_equal(r->expected_value_micros, 0);
}

static void test_stock_for_longer_than_the_date_is_watched_at_its_price(void **state)
{
    (void)state;
    begin(1.0, 120);
    const struct pk_clearance *r = decide();
    assert_true(r->is_flagged && r->is_watched);
    assert_int_equal(r->action, PK_CLEARANCE_HOLD);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_WILL_NOT_CLEAR);
    assert_false(pk_clearance_has_discount(r));
    assert_int_equal(r->expected_value_micros, r->do_nothing_value_micros);
    begin(1.0, 200);
    assert_false(decide()->is_watched);
}

static void test_sell_through_15_points_behind_plan_is_flagged(void **state)
{
    (void)state;
    begin(5.0, 300);
    /* half of the time is over: 50 %; 0.35 of 462 units are sold, then a few more */
    input.plan = (struct pk_sell_through_plan){true, CASE_NEXT - 100, CASE_NEXT + 99, 161.0};
    const struct pk_clearance *r = decide();
    assert_close(r->planned_sell_through_ratio, 0.5, 1e-12);
    assert_close(r->sell_through_ratio, 161.0 / 461.0, 1e-12);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_SELL_THROUGH_BEHIND_PLAN));
    assert_false(r->is_watched);
    input.plan.sold_units = 163.0;
    assert_false(decide()->is_flagged);
    input.plan.is_known = false;
    assert_true(isnan(decide()->planned_sell_through_ratio));
}

static void test_ladder_only_falls_in_price_and_ends_with_what_is_left(void **state)
{
    (void)state;
    begin(1.0, 250);
    const struct pk_clearance *r = decide();
    assert_int_equal(r->period_count, 13);
    for (size_t i = 1; i < r->period_count; i++) {
        assert_true(r->steps[i] >= r->steps[i - 1]);
        assert_true(r->left_units[i] <= r->left_units[i - 1] + 1e-9);
    }
    assert_close(r->left_units[12], 250.0 - r->expected_cleared_units, 1e-6);
    assert_int_equal(pk_clearance_period_date(r, CASE_NEXT, 2), CASE_NEXT + 14);
    assert_true(r->cleared_p10_units <= r->expected_cleared_units);
    assert_true(r->cleared_p90_units >= r->expected_cleared_units);
    assert_true(r->recovered_p10_micros < r->recovered_micros);
    assert_true(r->recovered_p90_micros > r->recovered_micros);
    assert_true(r->expected_value_micros >= r->single_value_micros);
}

static void test_no_margin_and_a_price_below_cost_still_clear(void **state)
{
    (void)state;
    begin(1.0, 200);
    input.economics.price_micros = 45 * YUAN; /* cost is 50: it is sunk */
    const struct pk_clearance *r = decide();
    assert_int_equal(r->action, PK_CLEARANCE_DISCOUNT);
    assert_true(r->margin_ratio < 0.0);
    assert_true(r->is_margin_exception);
    begin(1.0, 200);
    input.economics.unit_cost_micros = -1;
    r = decide();
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_NO_COST));
    assert_true(isnan(r->margin_ratio));
    assert_false(r->is_margin_exception);
    assert_int_equal(r->action, PK_CLEARANCE_DISCOUNT);
}

static void test_end_of_life_and_expiry_end_the_clearance(void **state)
{
    (void)state;
    begin(1.0, 200);
    input.economics.end_date = CASE_NEXT + 29;
    const struct pk_clearance *r = decide();
    assert_int_equal(r->last_date, CASE_NEXT + 29);
    assert_int_equal(r->period_count, 5);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_ENDS_BEFORE_DATE));
    input.economics.end_date = CASE_NEXT - 1;
    r = decide();
    assert_int_equal(r->action, PK_CLEARANCE_WRITE_OFF);
    assert_int_equal(r->expected_value_micros, 200 * 10 * YUAN);
    begin(1.0, 200);
    input.economics.shelf_life_days = 60;
    const struct pk_receipt lots[] = {{CASE_NEXT - 50, 90}, {CASE_NEXT - 40, 110}};
    input.age = pk_age_profile_of(lots, 2, 200, PK_DATE_NONE, CASE_NEXT, PK_AGE_OF_LOTS);
    r = decide();
    assert_int_equal(r->last_date, CASE_NEXT + 19);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_EXPIRES_BEFORE_DATE));
    assert_int_equal(r->age_days, 50);
}

static void test_one_unit_and_a_million(void **state)
{
    (void)state;
    begin(0.002, 1);
    const struct pk_clearance *r = decide();
    assert_true(r->is_flagged);
    assert_true(r->expected_cleared_units <= 1.0);
    assert_true(r->clear_probability >= r->clear_probability_at_price);
    begin(3000.0, 1000000);
    r = decide();
    assert_true(r->expected_cleared_units > 0.8e6 && r->expected_cleared_units <= 1e6);
    assert_true(r->cleared_p90_units <= 1e6);
    assert_true(r->discount_ratio > 0.0);
}

static void test_promotion_days_take_the_lower_of_both_prices(void **state)
{
    (void)state;
    static double promoted[CASE_DAYS];
    begin(1.0, 250);
    input.response = (struct pk_price_response){-2.0, 0.0, PK_ELASTICITY_OF_ITEM};
    const double without = decide()->expected_revenue, cleared = plan.expected_cleared_units;
    for (size_t day = 0; day < CASE_DAYS; day++)
        promoted[day] = 0.6; /* as deep as the ladder goes: a discount adds nothing */
    input.promoted_discount = promoted;
    const struct pk_clearance *r = decide();
    assert_true(r->expected_cleared_units < cleared);
    assert_close(r->expected_revenue, 0.4 * 100.0 * r->expected_cleared_units, 1e-6);
    assert_true(r->expected_revenue < without);
}

static void test_summary_counts_flagged_lines_only(void **state)
{
    (void)state;
    struct pk_clearance_summary summary = {0};
    begin(2.0, 100);
    pk_clearance_summary_add(&summary, decide());
    assert_int_equal(summary.line_count, 0);
    begin(1.0, 200);
    pk_clearance_summary_add(&summary, decide());
    assert_int_equal(summary.line_count, 1);
    assert_int_equal(summary.flagged_units, 200);
    assert_close(summary.expected_cleared_units, plan.expected_cleared_units, 1e-12);
    assert_true(summary.expected_value > 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy_item_is_not_flagged),
        cmocka_unit_test(test_excess_gets_the_discount_that_reaches_the_target),
        cmocka_unit_test(test_dead_stock_uses_its_own_prior),
        cmocka_unit_test(test_dead_begins_after_90_days),
        cmocka_unit_test(test_new_or_empty_items_are_left_out),
        cmocka_unit_test(test_old_lot_is_flagged_though_it_sells),
        cmocka_unit_test(
            test_value_never_falls_below_doing_nothing_when_the_target_is_out_of_reach),
        cmocka_unit_test(test_no_step_goes_below_salvage),
        cmocka_unit_test(test_margin_exceptions_say_what_they_lack),
        cmocka_unit_test(test_a_margin_multiplier_takes_discounts_back),
        cmocka_unit_test(test_without_a_price_nothing_is_proposed),
        cmocka_unit_test(test_stock_for_longer_than_the_date_is_watched_at_its_price),
        cmocka_unit_test(test_sell_through_15_points_behind_plan_is_flagged),
        cmocka_unit_test(test_ladder_only_falls_in_price_and_ends_with_what_is_left),
        cmocka_unit_test(test_no_margin_and_a_price_below_cost_still_clear),
        cmocka_unit_test(test_end_of_life_and_expiry_end_the_clearance),
        cmocka_unit_test(test_one_unit_and_a_million),
        cmocka_unit_test(test_promotion_days_take_the_lower_of_both_prices),
        cmocka_unit_test(test_summary_counts_flagged_lines_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

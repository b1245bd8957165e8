#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/review/review.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

static struct decision_case c;
static struct pk_review_input input;
static struct pk_review_line line;

static void begin(int64_t on_hand_units)
{
    case_begin(&c, 10.0);
    c.input.stock.on_hand_units = on_hand_units;
    c.input.economics.unit_cost_micros = 20 * YUAN;
    c.input.economics.price_micros = 30 * YUAN;
    input = (struct pk_review_input){.reorder = &c.result,
                                     .economics = c.input.economics,
                                     .terms = c.input.terms,
                                     .sold_units = 10,
                                     .forecast = {10.0, 10.0},
                                     .promotion_price = NAN,
                                     .month_demand_units = 300};
    input.economics.role = PK_ROLE_TRAFFIC; /* the margin floor does not hold for it */
}

static void test_quiet_item_needs_no_decision(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    assert_false(pk_review_judge(&input, &line));
}

static void test_shortage_is_worth_the_margin_it_saves(void **state)
{
    (void)state;
    begin(0);
    case_decide(&c);
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_REORDER);
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_OUT_OF_STOCK);
    /* 70 units are lost before the arrival, nearly 70 are saved after it, 10 yuan each */
    assert_close((double)line.value_micros / 1e6, 1400.0, 10.0);
}

static void test_surprising_day_is_to_be_checked(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.sold_units = 19; /* P(D >= 19) = 0.0072 */
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_CHECK);
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_ABOVE_FORECAST);
    input.sold_units = 18; /* 0.0143 */
    assert_false(pk_review_judge(&input, &line));
    input.sold_units = 3; /* P(D <= 3) = 0.0103 */
    assert_false(pk_review_judge(&input, &line));
    input.sold_units = 2;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_BELOW_FORECAST);
    input.sold_units = -1.0; /* nothing to compare */
    assert_false(pk_review_judge(&input, &line));
}

static void test_returns_above_the_line_are_inspected(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.paid_units_30_days = 100;
    input.returned_units_30_days = 12; /* above 8 %, but 100 units may bring that by chance */
    assert_false(pk_review_judge(&input, &line));
    input.returned_units_30_days = 13;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_INSPECT_RETURNS);
    assert_int_equal(line.value_micros, 50 * YUAN);
    input.paid_units_30_days = 19;
    assert_false(pk_review_judge(&input, &line));
}

static void test_returns_usual_in_the_shop_are_no_decision(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.usual_return_ratio = 0.12;
    input.paid_units_30_days = 100;
    input.returned_units_30_days = 17; /* above 8 %, but a shop at 12 % has that by chance */
    assert_false(pk_review_judge(&input, &line));
    input.returned_units_30_days = 18;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_INSPECT_RETURNS);
    assert_close((double)line.value_micros / 1e6, 60.0, 1e-6); /* 6 above the usual, 10 yuan each */
    input.usual_return_ratio = 0.02; /* the warning line holds in a shop far below it */
    input.returned_units_30_days = 12;
    assert_false(pk_review_judge(&input, &line));
}

static void test_late_inbound_is_worth_what_would_be_missing(void **state)
{
    (void)state;
    begin(100);
    case_inbound(&c, -2, 200);
    case_decide(&c);
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_CHASE_INBOUND);
    assert_int_equal(line.value_micros, 400 * YUAN); /* 140 expected, 100 in stock, 10 yuan each */
}

static void test_excess_costs_a_month_of_holding(void **state)
{
    (void)state;
    begin(2000);
    c.input.terms.holding_cost_micros_per_day = input.terms.holding_cost_micros_per_day =
        YUAN / 100;
    case_decide(&c);
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_CLEARANCE);
    assert_close((double)line.value_micros / 1e6, 200.0 * 0.01 * 30.0, 1e-6);
}

static void test_decided_order_is_no_decision_any_more(void **state)
{
    (void)state;
    begin(0);
    case_decide(&c);
    input.is_order_decided = true;
    assert_false(pk_review_judge(&input, &line));
}

static void test_price_below_cost_loses_on_every_unit(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.economics.selling_cost_ratio = 0.1;
    input.economics.price_micros = 22 * YUAN; /* 19.8 left of it, 20 paid for it */
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_REPRICE);
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_SELLS_BELOW_COST);
    assert_close((double)line.value_micros / 1e6, 0.2 * 300, 1e-6);
    assert_close(line.units, 300, 0);
}

static void test_price_below_the_margin_floor_is_worth_the_shortfall(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.economics.role = PK_ROLE_NONE;
    input.economics.selling_cost_ratio = 0.1;
    input.economics.price_micros = 30 * YUAN; /* the floor: 20 / (1 - 0.1 - 0.35) = 36.36 */
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_SELLS_BELOW_MARGIN_FLOOR);
    assert_close((double)line.value_micros / 1e6, (20 / 0.55 - 30) * 300, 1e-3);
    input.economics.role = PK_ROLE_TRAFFIC; /* there to bring visitors, not margin */
    assert_false(pk_review_judge(&input, &line));
}

static void test_promotion_price_below_cost_counts_its_own_units(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.promotion_price = 18;
    input.promotion_price_units = 90;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_PRICE_BELOW_COST);
    assert_close((double)line.value_micros / 1e6, 2 * 90, 1e-6);
}

static void test_red_promotion_is_worth_the_margin_of_its_gap(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    struct pk_promotion_check check = {.state = PK_READINESS_RED, .gap_q50_units = 40};
    pk_reasons_add(&check.reasons, PK_REASON_PROMOTION_GAP);
    input.promotion = &check;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_PREPARE_PROMOTION);
    assert_int_equal(case_main_reason(&line.reasons), PK_REASON_PROMOTION_GAP);
    assert_int_equal(line.value_micros, 400 * YUAN);
    check.state = PK_READINESS_AMBER;
    assert_false(pk_review_judge(&input, &line));
}

static void test_promotion_of_the_item_itself_settles_its_slow_stock(void **state)
{
    (void)state;
    begin(2000);
    case_decide(&c);
    assert_true(pk_review_judge(&input, &line));
    input.has_clearance_promotion = true;
    assert_false(pk_review_judge(&input, &line));
}

static void test_a_rising_item_is_to_be_pushed(void **state)
{
    (void)state;
    begin(500);
    case_decide(&c);
    input.rising_units = 40;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.action, PK_REVIEW_PUSH);
    assert_int_equal(line.value_micros, 400 * YUAN);
}

static void test_findings_stand_in_the_order_of_their_money(void **state)
{
    (void)state;
    begin(0);
    case_decide(&c);
    input.rising_units = 1e6;
    assert_true(pk_review_judge(&input, &line));
    assert_int_equal(line.finding_count, 2);
    assert_int_equal(line.findings[0].action, PK_REVIEW_PUSH);
    assert_int_equal(line.findings[1].action, PK_REVIEW_REORDER);
    assert_close(line.findings[1].units, (double)c.result.order_units, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_item_needs_no_decision),
        cmocka_unit_test(test_shortage_is_worth_the_margin_it_saves),
        cmocka_unit_test(test_surprising_day_is_to_be_checked),
        cmocka_unit_test(test_returns_above_the_line_are_inspected),
        cmocka_unit_test(test_returns_usual_in_the_shop_are_no_decision),
        cmocka_unit_test(test_late_inbound_is_worth_what_would_be_missing),
        cmocka_unit_test(test_excess_costs_a_month_of_holding),
        cmocka_unit_test(test_decided_order_is_no_decision_any_more),
        cmocka_unit_test(test_price_below_cost_loses_on_every_unit),
        cmocka_unit_test(test_price_below_the_margin_floor_is_worth_the_shortfall),
        cmocka_unit_test(test_promotion_price_below_cost_counts_its_own_units),
        cmocka_unit_test(test_red_promotion_is_worth_the_margin_of_its_gap),
        cmocka_unit_test(test_promotion_of_the_item_itself_settles_its_slow_stock),
        cmocka_unit_test(test_a_rising_item_is_to_be_pushed),
        cmocka_unit_test(test_findings_stand_in_the_order_of_their_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

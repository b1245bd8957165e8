#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/review.h"
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
                                     .forecast = {10.0, 10.0}};
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

static void test_dearest_decision_comes_first(void **state)
{
    (void)state;
    struct pk_review_line lines[4] = {{.series = 3, .value_micros = 5},
                                      {.series = 1, .value_micros = 9},
                                      {.series = 2, .value_micros = 5},
                                      {.series = 0, .value_micros = 1}};
    pk_review_rank(lines, 4);
    assert_int_equal(lines[0].series, 1);
    assert_int_equal(lines[1].series, 2);
    assert_int_equal(lines[2].series, 3);
    assert_int_equal(lines[3].series, 0);
    pk_review_rank(NULL, 0);
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
        cmocka_unit_test(test_dearest_decision_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/campaign/promotion_advice.h"
#include "models/decision/campaign/promotion_cover.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN  INT64_C(1000000)
#define START 20 /* days from next: window of four days */

static struct decision_case c;
static struct pk_promotion_input input;
static struct pk_promotion_check check;
static struct pk_promotion_advice advice;
static struct pk_promotion_offer offer;

/* Nothing sells before the window, 50 units on each of its four days; a unit earns 10 in it. */
static void begin(int64_t on_hand_units)
{
    case_begin(&c, 0.0);
    input = case_promotion(&c, START, 4, on_hand_units);
    input.price_micros = 30 * YUAN;
    input.is_traffic_confirmed = true;
    input.economics.price_micros = 40 * YUAN;
    input.economics.unit_cost_micros = 20 * YUAN;
    offer = (struct pk_promotion_offer){0, PK_DATE_NONE, 0};
}

/* The same four days, two of them over. */
static void begin_running(int64_t on_hand_units)
{
    begin(on_hand_units);
    for (size_t day = 0; day < CASE_DAYS; day++)
        c.mean[day] = day < 2 ? 50.0 : 5.0;
    input.start_date = CASE_NEXT - 2;
    input.end_date = CASE_NEXT + 1;
    input.economics.selling_cost_ratio = 0.1;
    input.sold_so_far_units = 100;
    input.expected_so_far_units = 100;
}

static const struct pk_promotion_advice *advise(void)
{
    input.inbound_count = c.input.inbound_count;
    pk_promotion_check(&input, &c.projection, &check);
    pk_promotion_advise(&input, &check, &offer, &c.projection, &advice);
    return &advice;
}

static void test_a_covered_line_needs_nothing(void **state)
{
    (void)state;
    begin(300);
    assert_int_equal(advise()->action, PK_ACTION_NONE);
    assert_close(advice.lost_units, 0.0, 1e-3);
    assert_int_equal(check.state, PK_READINESS_BLUE);
    assert_string_equal(pk_promotion_action_name(advice.action), "");
}

static void test_an_order_waits_for_its_date_while_a_review_comes_before(void **state)
{
    (void)state;
    begin(0);
    advise();
    assert_int_equal(advice.action, PK_ACTION_ORDER_BY_DATE);
    assert_int_equal(advice.date, CASE_NEXT + START - 7);
    assert_int_equal(advice.units, check.order_units);
    assert_close(advice.lost_units, 200.0, 1e-6);
    assert_int_equal(advice.margin_at_risk_micros, 200 * 10 * YUAN); /* at the campaign's price */
    assert_true(advice.worth_micros > 199 * 10 * YUAN);
    input.terms.lead_time_days = START - 5; /* 5 days left, a review every 7 */
    assert_int_equal(advise()->action, PK_ACTION_ORDER_NOW);
    assert_int_equal(advice.date, CASE_NEXT + 5);
}

static void test_what_is_on_the_list_today_is_the_number_to_order(void **state)
{
    (void)state;
    begin(0);
    offer.listed_units = 400; /* for days after the campaign as well */
    advise();
    assert_int_equal(advice.action, PK_ACTION_ORDER_NOW);
    assert_int_equal(advice.units, 400);
    offer.listed_units = 30; /* less than the campaign needs: the rest can wait */
    assert_int_equal(advise()->action, PK_ACTION_ORDER_BY_DATE);
    assert_int_equal(advice.units, check.order_units);
}

static void test_a_late_order_still_saves_the_rest_of_the_window(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_days = START + 2; /* here for the last two days */
    advise();
    assert_int_equal(advice.action, PK_ACTION_ORDER_NOW);
    assert_int_equal(advice.date, CASE_NEXT + START + 2);
    assert_true(advice.units >= 100 && advice.units < 120);
    assert_close(advice.saved_units, 100.0, 2.0);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_ORDER_DATE_PAST));
}

static void test_a_line_that_comes_days_late_is_worth_expediting(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_days = 60;
    case_inbound(&c, START + 3, 500);
    advise();
    assert_int_equal(advice.action, PK_ACTION_EXPEDITE_INBOUND);
    assert_int_equal(advice.expedite_line, 0);
    assert_int_equal(advice.expedite_days, 3);
    assert_int_equal(advice.units, 500);
    assert_close(advice.lost_units, 150.0, 1e-6);
    assert_close(advice.saved_units, 150.0, 1e-6);
    assert_int_equal(advice.worth_micros, 150 * 10 * YUAN); /* the most that it may cost */
}

static void test_of_two_late_lines_the_one_that_saves_more_is_expedited(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_days = 60;
    case_inbound(&c, START + 4, 20);
    case_inbound(&c, START + 6, 500);
    assert_int_equal(advise()->expedite_line, 1);
    assert_int_equal(advice.expedite_days, 6);
}

static void test_a_line_that_may_miss_the_start_is_worth_making_sure(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_days = 60;
    case_inbound(&c, START - 1, 500);
    assert_int_equal(advise()->action, PK_ACTION_NONE); /* announced in time, to be relied on */
    assert_close(advice.lost_units, 0.0, 1e-6);
    input.terms.lead_time_sd_days = 2.0;
    advise();
    const double late = 1 - pk_cover_in_time_probability(2.0, START - 1, START);
    assert_close(advice.lost_units, late * 100.0, 1e-6); /* two days late by its spread */
    assert_int_equal(advice.action, PK_ACTION_EXPEDITE_INBOUND);
    assert_int_equal(advice.expedite_days, 3); /* 1.645 x 2 = 3.3 days of slack, it has one */
    assert_close(advice.saved_units, advice.lost_units, 1e-6);
}

static void test_a_plan_far_out_is_not_expedited(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_days = 60;
    case_inbound(&c, START + PK_EXPEDITE_DAYS_MAX + 1, 500);
    advise();
    assert_int_equal(advice.action, PK_ACTION_CAP);
    assert_int_equal(advice.units, 200);
}

static void test_a_transfer_comes_before_everything_that_costs_more(void **state)
{
    (void)state;
    begin(0);
    case_inbound(&c, START + 3, 500);
    offer = (struct pk_promotion_offer){150, CASE_NEXT + 3, 0};
    advise();
    assert_int_equal(advice.action, PK_ACTION_TRANSFER);
    assert_int_equal(advice.units, 150);
    assert_int_equal(advice.date, CASE_NEXT + 3);
    offer.transfer_units = 10; /* saves less than half of what an order saves */
    assert_int_equal(advise()->action, PK_ACTION_ORDER_BY_DATE);
}

static void test_without_price_the_units_still_decide(void **state)
{
    (void)state;
    begin(0);
    input.price_micros = -1;
    input.economics.price_micros = -1;
    advise();
    assert_int_equal(advice.action, PK_ACTION_ORDER_BY_DATE);
    assert_int_equal(advice.worth_micros, -1);
    assert_int_equal(advice.margin_at_risk_micros, -1);
}

static void test_running_out_before_the_end_stops_advertising(void **state)
{
    (void)state;
    begin_running(20);
    advise();
    assert_int_equal(advice.action, PK_ACTION_STOP_ADVERTISING);
    assert_int_equal(advice.units, 80);
    assert_int_equal(advice.worth_micros,
                     80 * 3 * YUAN); /* 10 % of 30 for each that finds nothing */
    assert_close(check.sell_through_ratio, 100.0 / 120.0, 1e-12);
    input.terms.lead_time_days = 0; /* comes tomorrow */
    assert_int_equal(advise()->action, PK_ACTION_ORDER_NOW);
}

static void test_ample_stock_that_sells_slowly_is_pushed(void **state)
{
    (void)state;
    begin_running(140);
    advise();
    assert_int_equal(advice.action, PK_ACTION_NONE);
    input.sold_so_far_units = 70;
    advise();
    assert_int_equal(advice.action, PK_ACTION_PUSH);
    assert_int_equal(advice.units, 140 - check.q90_units);
    assert_int_equal(advice.worth_micros, advice.units * 7 * YUAN);
    input.price_micros = 15 * YUAN; /* every unit loses money */
    assert_int_equal(advise()->action, PK_ACTION_NONE);
}

static void test_presale_goods_on_their_way_are_not_lost_sales(void **state)
{
    (void)state;
    begin(140);
    input.terms.lead_time_days = 60;
    case_inbound(&c, START + 6, 60);
    advise();
    assert_true(advice.lost_units > 55);
    input.presale_units = 60;
    input.ship_by_date = CASE_NEXT + START + 10;
    advise();
    assert_true(advice.lost_units < 10);
}

static void test_an_order_for_presale_may_come_after_the_end(void **state)
{
    (void)state;
    begin(150);
    input.terms.lead_time_days = START + 6; /* after the end, before they have to leave */
    assert_int_equal(advise()->action, PK_ACTION_CAP);
    assert_int_equal(check.order_units, 0);
    input.presale_units = 90;
    input.ship_by_date = CASE_NEXT + START + 12;
    advise();
    assert_int_equal(check.due_date, input.ship_by_date);
    assert_true(check.order_units > 50);
    assert_int_equal(advice.action, PK_ACTION_ORDER_NOW);
    assert_true(advice.saved_units > 40);
}

static void test_unknown_stock_is_not_advised_on(void **state)
{
    (void)state;
    begin(0);
    input.stock.is_known = false;
    assert_int_equal(advise()->action, PK_ACTION_NONE);
    assert_int_equal(advice.margin_at_risk_micros, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_covered_line_needs_nothing),
        cmocka_unit_test(test_an_order_waits_for_its_date_while_a_review_comes_before),
        cmocka_unit_test(test_what_is_on_the_list_today_is_the_number_to_order),
        cmocka_unit_test(test_a_late_order_still_saves_the_rest_of_the_window),
        cmocka_unit_test(test_a_line_that_comes_days_late_is_worth_expediting),
        cmocka_unit_test(test_of_two_late_lines_the_one_that_saves_more_is_expedited),
        cmocka_unit_test(test_a_line_that_may_miss_the_start_is_worth_making_sure),
        cmocka_unit_test(test_a_plan_far_out_is_not_expedited),
        cmocka_unit_test(test_a_transfer_comes_before_everything_that_costs_more),
        cmocka_unit_test(test_without_price_the_units_still_decide),
        cmocka_unit_test(test_running_out_before_the_end_stops_advertising),
        cmocka_unit_test(test_ample_stock_that_sells_slowly_is_pushed),
        cmocka_unit_test(test_presale_goods_on_their_way_are_not_lost_sales),
        cmocka_unit_test(test_an_order_for_presale_may_come_after_the_end),
        cmocka_unit_test(test_unknown_stock_is_not_advised_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

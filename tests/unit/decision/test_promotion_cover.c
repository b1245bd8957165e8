#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/campaign/promotion.h"
#include "models/decision/campaign/promotion_cover.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define START 20 /* days from next: window of three days */

static struct decision_case c;
static struct pk_promotion_input input;
static struct pk_promotion_check check;

/* Nothing sells before the window, 50 units on each of its three days. */
static void begin(int64_t on_hand_units)
{
    case_begin(&c, 0.0);
    input = case_promotion(&c, START, 3, on_hand_units);
}

static const struct pk_promotion_check *decide(void)
{
    input.inbound_count = c.input.inbound_count;
    pk_promotion_check(&input, &c.projection, &check);
    return &check;
}

static double at_most(int64_t units)
{
    const struct pk_window window = {150.0, 150.0, 0.0, 0.0};
    return pk_window_probability_at_most(&window, units);
}

static void test_an_uncertain_line_comes_as_a_whole_or_not_at_all(void **state)
{
    (void)state;
    begin(100);
    input.terms.lead_time_sd_days = 4.0;
    case_inbound(&c, START, 100);
    const double in_time = pk_cover_in_time_probability(4.0, 0, 0);
    assert_close(in_time, 0.549738, 1e-6); /* Phi(0.125) */
    assert_close(decide()->cover_probability, in_time * at_most(200) + (1 - in_time) * at_most(100),
                 1e-9);
}

static void test_uncertain_lines_come_apart_from_each_other(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_sd_days = 4.0;
    case_inbound(&c, START, 100);
    case_inbound(&c, START, 90);
    const double p = pk_cover_in_time_probability(4.0, 0, 0);
    assert_close(decide()->cover_probability,
                 p * p * at_most(190) + p * (1 - p) * (at_most(100) + at_most(90)), 1e-9);
}

static void test_a_fourth_uncertain_line_counts_by_its_expectation(void **state)
{
    (void)state;
    begin(0);
    input.terms.lead_time_sd_days = 4.0;
    for (int i = 0; i < 4; i++)
        case_inbound(&c, START, 50);
    const double p = pk_cover_in_time_probability(4.0, 0, 0);
    decide();
    assert_close(check.inbound_before_start_units, 200 * p, 1e-6);
    assert_true(check.cover_probability > 0.0 && check.cover_probability < p);
}

static void test_presale_goods_may_come_by_their_ship_by_date(void **state)
{
    (void)state;
    begin(100);
    case_inbound(&c, START + 5, 60);
    assert_close(decide()->cover_probability, at_most(100), 1e-9);
    assert_close(check.presale_units, 0.0, 1e-12);
    assert_true(isnan(check.presale_cover_probability));
    input.presale_units = 60;
    input.ship_by_date = CASE_NEXT + START + 10;
    decide();
    assert_close(check.presale_units, 60.0, 1e-12);
    assert_close(check.cover_probability, at_most(160), 1e-9);
    assert_close(check.presale_cover_probability, at_most(160), 1e-9);
    assert_close(check.gap_q50_units, 0.0, 1e-9);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_PRESALE_BY_SHIP_DATE));
    input.ship_by_date = CASE_NEXT + START + 4; /* before it comes */
    assert_close(decide()->cover_probability, at_most(100), 1e-9);
    assert_close(check.presale_gap_units, (double)check.q50_units - 100.0, 1e-9);
}

static void test_presale_waits_only_as_far_as_it_was_sold(void **state)
{
    (void)state;
    begin(60);
    case_inbound(&c, START + 5, 200);
    input.presale_units = 40;
    input.ship_by_date = CASE_NEXT + START + 10;
    decide();
    assert_close(check.cover_probability, at_most(100), 1e-9); /* the other 110 are due now */
    assert_close(check.presale_cover_probability, at_most(260), 1e-9);
    assert_close(check.presale_gap_units, 0.0, 1e-9);
    assert_close(check.gap_q50_units, (double)check.q50_units - 100.0, 1e-9);
}

static void test_a_gap_of_presale_alone_may_be_ordered_for_the_ship_by_date(void **state)
{
    (void)state;
    begin(110);
    input.presale_units = 60;
    input.ship_by_date = CASE_NEXT + START + 10;
    decide();
    assert_int_equal(check.due_date, input.ship_by_date);
    assert_int_equal(check.order_by_date, input.ship_by_date - 7);
    begin(90);
    input.presale_units = 60;
    input.ship_by_date = CASE_NEXT + START + 10;
    decide(); /* more is missing than presale alone */
    assert_int_equal(check.due_date, input.start_date);
    assert_int_equal(check.order_by_date, input.start_date - 7);
}

static void test_a_ship_by_date_before_the_start_changes_nothing(void **state)
{
    (void)state;
    begin(100);
    input.presale_units = 60;
    input.ship_by_date = CASE_NEXT + START - 1;
    decide();
    assert_close(check.presale_units, 0.0, 1e-12);
    assert_int_equal(check.due_date, input.start_date);
}

static void test_a_running_campaign_counts_inbound_on_its_day(void **state)
{
    (void)state;
    begin(60);
    for (size_t day = 0; day < 5; day++)
        c.mean[day] = 50.0;
    input.start_date = CASE_NEXT - 2;
    input.end_date = CASE_NEXT + 4;
    case_inbound(&c, 1, 300);
    const struct pk_window first_day = {50.0, 50.0, 0.0, 0.0};
    decide(); /* 60 for a day of 50, then more than enough */
    assert_close(check.cover_probability, pk_window_probability_at_most(&first_day, 60), 1e-9);
    assert_close(check.gap_q50_units, 0.0, 1e-9);
    assert_close(check.inbound_before_start_units, 300.0, 1e-9);
    c.inbound[0].eta_date = CASE_NEXT + 4; /* 200 are wanted before it comes */
    decide();
    assert_close(check.gap_q50_units, 140.0, 1.0);
    assert_int_equal(check.state, PK_READINESS_RED);
    c.inbound[0].eta_date = CASE_NEXT + 5; /* after the end */
    assert_close(decide()->inbound_before_start_units, 0.0, 1e-9);
}

static void test_an_item_launched_inside_the_window_is_due_at_its_launch(void **state)
{
    (void)state;
    begin(0);
    c.mean[START] = 0.0;
    case_inbound(&c, START + 1, 300);
    assert_int_equal(decide()->due_date, CASE_NEXT + START + 1);
    assert_close(check.cover_probability, 1.0, 1e-9);
    assert_int_equal(check.order_by_date, CASE_NEXT + START + 1 - 7);
    assert_false(pk_reasons_has(&check.reasons, PK_REASON_INBOUND_AFTER_START));
}

static void test_the_order_reaches_the_service_that_the_item_deserves(void **state)
{
    (void)state;
    begin(120);
    input.economics.role = PK_ROLE_TRAFFIC;
    input.is_traffic_confirmed = true;
    decide();
    assert_close(check.aim_probability, 0.95, 1e-12);
    assert_true(at_most(120 + check.order_units) >= 0.95);
    assert_true(at_most(120 + check.order_units - 1) < 0.95);
    assert_int_equal(check.order_cap_units, -1);
    input.terms.pack_size_units = 40;
    assert_int_equal(decide()->order_units % 40, 0);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_PACK_ROUNDED));
    for (size_t day = START + 3; day < CASE_DAYS; day++)
        c.mean[day] = 1.0;
    input.terms.min_order_units = 200;
    assert_int_equal(decide()->order_units, 200);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_MINIMUM_ORDER_RAISED));
    begin(0);
    input.terms.min_order_units = 180; /* these three days are all that sells in a year */
    assert_int_equal(decide()->order_units, 0);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_MINIMUM_ORDER_NOT_WORTH));
}

static void test_unconfirmed_traffic_caps_the_order(void **state)
{
    (void)state;
    begin(0);
    input.economics.role = PK_ROLE_TRAFFIC; /* wants 0.95, the cap is P90 */
    decide();
    assert_int_equal(check.order_cap_units, check.q90_units);
    assert_int_equal(check.order_units, check.order_cap_units);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_ORDER_CAPPED));
    for (size_t day = START; day < START + 3; day++)
        c.mean[day] = 1.0;
    decide(); /* P90 of 3 units is 5, 1.3 x P50 is 3.9 */
    assert_int_equal(check.order_cap_units, 3);
    assert_int_equal(check.order_units, 3);
    input.terms.pack_size_units = 4; /* nearer to one pack than to none */
    assert_int_equal(decide()->order_units, 4);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_PACK_ROUNDED));
    input.terms.pack_size_units = 12;
    assert_int_equal(decide()->order_units, 0);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_PACK_NOT_WORTH));
}

static void test_nothing_is_ordered_that_loses_money_or_comes_too_late(void **state)
{
    (void)state;
    begin(0);
    input.economics.price_micros = 10000000;
    input.economics.unit_cost_micros = 12000000;
    assert_int_equal(decide()->order_units, 0);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_MARGIN_NOT_POSITIVE));
    begin(0);
    input.terms.lead_time_days = START + 3;
    assert_int_equal(decide()->order_units, 0);
    input.terms.lead_time_days = START + 2; /* for its last day */
    assert_true(decide()->order_units > 0);
}

static void test_the_latest_order_date_respects_closures_and_order_days(void **state)
{
    (void)state;
    const struct pk_party_closure_row rest = {.is_supplier = true,
                                              .start_date = CASE_NEXT + START - 10,
                                              .end_date = CASE_NEXT + START - 4,
                                              .last_order_date = PK_DATE_NONE};
    begin(0);
    input.terms.calendar.supplier_closures = &rest;
    input.terms.calendar.supplier_closure_count = 1;
    assert_int_equal(decide()->order_by_date, CASE_NEXT + START - 14); /* seven days stand still */
    begin(0);
    const int32_t weekday = pk_date_weekday(CASE_NEXT + START - 9);
    input.terms.calendar.order_weekdays = (uint8_t)(1 << weekday);
    assert_int_equal(decide()->order_by_date, CASE_NEXT + START - 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_uncertain_line_comes_as_a_whole_or_not_at_all),
        cmocka_unit_test(test_uncertain_lines_come_apart_from_each_other),
        cmocka_unit_test(test_a_fourth_uncertain_line_counts_by_its_expectation),
        cmocka_unit_test(test_presale_goods_may_come_by_their_ship_by_date),
        cmocka_unit_test(test_presale_waits_only_as_far_as_it_was_sold),
        cmocka_unit_test(test_a_gap_of_presale_alone_may_be_ordered_for_the_ship_by_date),
        cmocka_unit_test(test_a_ship_by_date_before_the_start_changes_nothing),
        cmocka_unit_test(test_a_running_campaign_counts_inbound_on_its_day),
        cmocka_unit_test(test_an_item_launched_inside_the_window_is_due_at_its_launch),
        cmocka_unit_test(test_the_order_reaches_the_service_that_the_item_deserves),
        cmocka_unit_test(test_unconfirmed_traffic_caps_the_order),
        cmocka_unit_test(test_nothing_is_ordered_that_loses_money_or_comes_too_late),
        cmocka_unit_test(test_the_latest_order_date_respects_closures_and_order_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

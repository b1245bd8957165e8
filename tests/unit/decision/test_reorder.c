#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

static struct decision_case c;

static void test_ample_stock_orders_nothing(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 100;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_ENOUGH_STOCK);
    assert_int_equal(r->arrival_date, CASE_NEXT + 7);
    assert_int_equal(r->next_arrival_date, CASE_NEXT + 14);
    assert_close(r->expected_demand_units, 28.0, 1e-9);
    assert_int_equal(r->critical_ratio_rule, PK_RATIO_RULE_DEFAULT);
    assert_close(r->critical_ratio, 0.90, 1e-15);
    assert_true(r->order_by_date > CASE_NEXT);
    assert_int_equal(r->days_of_supply, 50);
}

static void test_order_lifts_the_position_to_the_quantile(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 25;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 14, 0.9) - 25);
    assert_true(r->expected_short_units < r->expected_short_without_order_units);
}

static void test_empty_shelf_orders_for_the_interval_after_arrival(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 7, 0.9));
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_OUT_OF_STOCK);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_ORDER_OVERDUE));
    assert_int_equal(r->order_by_date, CASE_NEXT - 7);
    assert_int_equal(r->stockout_date_p50, CASE_NEXT);
    assert_close(r->expected_lost_units, 14.0, 1e-9);
}

static void test_unknown_stock_or_terms_are_results(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.is_known = false;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_true(isnan(r->position_units));
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_NO_STOCK);
    assert_int_equal(r->stockout_date_p50, PK_DATE_NONE);
    case_begin(&c, 2.0);
    c.input.terms.is_known = false;
    c.input.stock.on_hand_units = 10;
    r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_NO_SUPPLY_TERMS);
    assert_close(r->position_units, 10.0, 0.0);
    assert_int_equal(r->arrival_date, PK_DATE_NONE);
    assert_true(r->stockout_date_p50 > CASE_NEXT);
}

static void test_position_counts_every_document(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock = (struct pk_stock){
        .is_known = true, .on_hand_units = 30, .unsellable_units = 4, .reserved_units = 6};
    case_inbound(&c, 3, 10);
    c.inbound[0].confirmed_ratio = 0.5;
    const struct pk_reorder *r = case_decide(&c);
    assert_close(r->position_units, 25.0, 1e-12);
    assert_int_equal(r->sellable_units, 20);
    assert_int_equal(r->eta_date, CASE_NEXT + 3);
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 14, 0.9) - 25);
}

static void test_inbound_after_the_next_arrival_is_no_cover(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 20;
    int64_t without = case_decide(&c)->order_units;
    case_inbound(&c, 14, 1000);
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, without);
    assert_true(without > 0);
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 20;
    case_inbound(&c, 13, 1000);
    assert_int_equal(case_decide(&c)->order_units, 0);
}

static void test_late_inbound_counts_at_next_and_is_flagged(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    case_inbound(&c, -1, 25);
    const struct pk_reorder *r = case_decide(&c);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_LATE_INBOUND));
    assert_int_equal(r->late_inbound_units, 25);
    assert_int_equal(r->eta_date, CASE_NEXT);
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 14, 0.9) - 25);
    case_begin(&c, 2.0);
    case_inbound(&c, 0, 25);
    assert_false(pk_reasons_has(&case_decide(&c)->reasons, PK_REASON_LATE_INBOUND));
}

static void test_oversold_units_are_bought_too(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 5;
    c.input.stock.reserved_units = 17;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 7, 0.9) + 12);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_NEGATIVE_POSITION);
    case_begin(&c, 0.0);
    c.input.stock.reserved_units = 3;
    assert_int_equal(case_decide(&c)->order_units, 3);
}

static void test_no_demand_orders_nothing(void **state)
{
    (void)state;
    case_begin(&c, 0.0);
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_NO_DEMAND);
    assert_int_equal(r->order_by_date, PK_DATE_NONE);
    case_begin(&c, 0.001);
    r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_DEMAND_TOO_RARE);
}

static void test_lead_time_zero_and_review_longer_than_lead_time(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.terms.lead_time_days = 0;
    c.input.terms.review_period_days = 28;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->arrival_date, CASE_NEXT);
    assert_int_equal(r->next_arrival_date, CASE_NEXT + 28);
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 28, 0.9));
    assert_close(r->expected_lost_units, 0.0, 1e-12);
}

static void test_lead_time_spread_buys_more(void **state)
{
    (void)state;
    case_begin(&c, 10.0);
    int64_t fixed = case_decide(&c)->order_units;
    c.input.terms.lead_time_sd_days = 3.0;
    assert_true(case_decide(&c)->order_units > fixed + 20);
}

static void test_shared_level_error_buys_more_than_independent_days(void **state)
{
    (void)state;
    case_begin(&c, 10.0);
    c.input.stock.on_hand_units = 120;
    int64_t independent = case_decide(&c)->order_units;
    c.demand.level_relative_variance = 0.09;
    assert_true(case_decide(&c)->order_units > independent + 30);
}

static void test_promotion_inside_the_interval_is_named(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 40;
    for (size_t day = 9; day < 12; day++)
        c.mean[day] = 30.0;
    c.input.promotion_start_date = CASE_NEXT + 9;
    c.input.promotion_end_date = CASE_NEXT + 11;
    const struct pk_reorder *r = case_decide(&c);
    assert_true(r->order_units > 60);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_PROMOTION_AHEAD);
    c.input.promotion_start_date = CASE_NEXT + 14;
    c.input.promotion_end_date = CASE_NEXT + 15;
    assert_false(pk_reasons_has(&case_decide(&c)->reasons, PK_REASON_PROMOTION_AHEAD));
}

static void test_order_by_date_is_the_latest_safe_one(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 60;
    const struct pk_reorder *r = case_decide(&c);
    int32_t days = r->order_by_date + 7 - CASE_NEXT; /* safe until then */
    struct pk_window safe = pk_demand_window(&c.demand, CASE_NEXT, CASE_NEXT + days - 1);
    struct pk_window unsafe = pk_demand_window(&c.demand, CASE_NEXT, CASE_NEXT + days);
    assert_true(1.0 - pk_window_probability_at_most(&safe, 60) <= 0.1);
    assert_true(1.0 - pk_window_probability_at_most(&unsafe, 60) > 0.1);
}

static void test_excess_is_what_180_days_do_not_need(void **state)
{
    (void)state;
    case_begin(&c, 1.0);
    c.input.stock.on_hand_units = 250;
    const struct pk_reorder *r = case_decide(&c);
    assert_close(r->excess_units, 70.0, 1e-9);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_EXCESS_STOCK));
    c.demand.bucket_count = 90; /* a short path goes on at its mean */
    assert_close(case_decide(&c)->excess_units, 70.0, 1e-9);
    c.demand.bucket_count = 10;
    c.input.stock.on_hand_units = 1;
    assert_true(pk_reasons_has(&case_decide(&c)->reasons, PK_REASON_HORIZON_SHORT));
}

static void test_weekly_series_decides_in_whole_weeks(void **state)
{
    (void)state;
    case_begin(&c, 14.0);
    c.demand.bucket_days = 7;
    c.demand.bucket_count = 60;
    c.input.terms.lead_time_days = 10;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->arrival_date, CASE_NEXT + 14);
    assert_int_equal(r->next_arrival_date, CASE_NEXT + 21);
    assert_close(r->expected_demand_units, 42.0, 1e-9);
    struct pk_window week = {14.0, 14.0, 0.0, 0.0};
    assert_int_equal(r->order_units, pk_window_quantile_units(&week, 0.9));
    c.input.terms.review_period_days = 1; /* shorter than a bucket: still one week is covered */
    assert_int_equal(case_decide(&c)->next_arrival_date, CASE_NEXT + 21);
}

static void test_assumptions_are_named(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.is_assumed = true;
    c.input.terms.is_lead_time_assumed = true;
    c.input.is_new = true;
    c.input.is_low_evidence = true;
    const struct pk_reorder *r = case_decide(&c);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_ASSUMED_STOCK));
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_ASSUMED_LEAD_TIME));
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_NEW_ITEM));
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_LOW_EVIDENCE));
}

static void test_same_input_gives_the_same_order(void **state)
{
    (void)state;
    case_begin(&c, 7.3);
    c.demand.level_relative_variance = 0.05;
    c.input.stock.on_hand_units = 80;
    case_inbound(&c, 4, 20);
    int64_t first = case_decide(&c)->order_units;
    for (size_t i = 0; i < sizeof c.projection.points / sizeof *c.projection.points; i++)
        c.projection.points[i] = (struct pk_stock_node){NAN, NAN, NAN};
    assert_int_equal(case_decide(&c)->order_units, first);
}

static void test_a_new_item_is_not_bought_to_the_tail_of_a_guess(void **state)
{
    (void)state;
    case_begin(&c, 10);
    c.demand.level_relative_variance = 4;
    int64_t known_units = case_decide(&c)->order_units;
    c.input.is_new = true;
    assert_true(case_decide(&c)->order_units < known_units);
    assert_true(fabs(c.result.critical_ratio - PK_CRITICAL_RATIO_MIN) < 1e-12);
    c.input.terms.critical_ratio = 0.97; /* somebody's own wish is kept */
    case_decide(&c);
    assert_true(fabs(c.result.critical_ratio - 0.97) < 1e-12);
}

static void test_order_days_and_closures_move_the_arrival(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.terms.calendar.order_weekdays =
        (uint8_t)(1U << (unsigned)pk_date_weekday(CASE_NEXT + 2));
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->arrival_date, CASE_NEXT + 9);
    assert_int_equal(r->next_arrival_date, CASE_NEXT + 16);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_SUPPLIER_CLOSURE));
    struct pk_party_closure_row closure = {true, "s", CASE_NEXT + 7, CASE_NEXT + 20, PK_DATE_NONE};
    case_begin(&c, 2.0);
    c.input.terms.calendar.supplier_closures = &closure;
    c.input.terms.calendar.supplier_closure_count = 1;
    r = case_decide(&c);
    assert_int_equal(r->arrival_date, CASE_NEXT + 7);
    assert_int_equal(r->next_arrival_date, CASE_NEXT + 28); /* the next order waits for the feast */
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 21, 0.9));
}

static void test_nothing_is_bought_beyond_its_shelf_life(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.economics.unit_cost_micros = 10 * YUAN;
    c.input.economics.price_micros = 15 * YUAN;
    c.input.economics.shelf_life_days = 3;
    const struct pk_reorder *r = case_decide(&c);
    /* three days of demand at Cu / (Cu + cost - salvage) = 5 / 13 */
    assert_int_equal(r->order_units, case_quantile_of_days(&c, 3, 5.0 / 13.0));
    c.input.economics.shelf_life_days = 30;
    c.input.terms.min_order_units = 200;
    r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_SHELF_LIFE_CAPPED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ample_stock_orders_nothing),
        cmocka_unit_test(test_order_lifts_the_position_to_the_quantile),
        cmocka_unit_test(test_empty_shelf_orders_for_the_interval_after_arrival),
        cmocka_unit_test(test_unknown_stock_or_terms_are_results),
        cmocka_unit_test(test_position_counts_every_document),
        cmocka_unit_test(test_inbound_after_the_next_arrival_is_no_cover),
        cmocka_unit_test(test_late_inbound_counts_at_next_and_is_flagged),
        cmocka_unit_test(test_oversold_units_are_bought_too),
        cmocka_unit_test(test_no_demand_orders_nothing),
        cmocka_unit_test(test_lead_time_zero_and_review_longer_than_lead_time),
        cmocka_unit_test(test_lead_time_spread_buys_more),
        cmocka_unit_test(test_shared_level_error_buys_more_than_independent_days),
        cmocka_unit_test(test_promotion_inside_the_interval_is_named),
        cmocka_unit_test(test_order_by_date_is_the_latest_safe_one),
        cmocka_unit_test(test_excess_is_what_180_days_do_not_need),
        cmocka_unit_test(test_weekly_series_decides_in_whole_weeks),
        cmocka_unit_test(test_assumptions_are_named),
        cmocka_unit_test(test_same_input_gives_the_same_order),
        cmocka_unit_test(test_a_new_item_is_not_bought_to_the_tail_of_a_guess),
        cmocka_unit_test(test_order_days_and_closures_move_the_arrival),
        cmocka_unit_test(test_nothing_is_bought_beyond_its_shelf_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

static struct decision_case c;

static int64_t quantile_of_days(int32_t days, double probability)
{
    struct pk_window window = pk_demand_window(&c.demand, CASE_NEXT, CASE_NEXT + days - 1);
    return pk_window_quantile_units(&window, probability);
}

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
    assert_int_equal(r->order_units, quantile_of_days(14, 0.9) - 25);
    assert_true(r->expected_short_units < r->expected_short_without_order_units);
}

static void test_empty_shelf_orders_for_the_interval_after_arrival(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, quantile_of_days(7, 0.9));
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
    assert_int_equal(r->order_units, quantile_of_days(14, 0.9) - 25);
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
    assert_int_equal(r->order_units, quantile_of_days(14, 0.9) - 25);
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
    assert_int_equal(r->order_units, quantile_of_days(7, 0.9) + 12);
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
    assert_int_equal(r->order_units, quantile_of_days(28, 0.9));
    assert_close(r->expected_lost_units, 0.0, 1e-12);
}

static void test_precedence_of_the_critical_ratio(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.economics.role = PK_ROLE_TRAFFIC;
    assert_close(case_decide(&c)->critical_ratio, 0.95, 1e-15);
    assert_int_equal(c.result.critical_ratio_rule, PK_RATIO_RULE_ROLE);
    c.input.economics.role = PK_ROLE_IMAGE;
    assert_close(case_decide(&c)->critical_ratio, 0.85, 1e-15);
    /* margin 10, holding 0.1 x 7 days: 10 / 10.7 = 0.9346 */
    c.input.economics.unit_cost_micros = 20 * YUAN;
    c.input.economics.price_micros = 30 * YUAN;
    c.input.terms.holding_cost_micros_per_day = YUAN / 10;
    assert_close(case_decide(&c)->critical_ratio, 10.0 / 10.7, 1e-12);
    assert_int_equal(c.result.critical_ratio_rule, PK_RATIO_RULE_MARGIN);
    c.input.terms.holding_cost_micros_per_day = 10 * YUAN;
    assert_close(case_decide(&c)->critical_ratio, PK_CRITICAL_RATIO_MIN, 1e-15);
    assert_true(pk_reasons_has(&c.result.reasons, PK_REASON_CRITICAL_RATIO_CLAMPED));
    c.input.terms.holding_cost_micros_per_day = 1;
    assert_close(case_decide(&c)->critical_ratio, PK_CRITICAL_RATIO_MAX, 1e-15);
    /* given costs are taken as they are: 0.7 / (0.7 + 0.7) */
    c.input.terms.shortage_cost_micros = 7 * YUAN / 10;
    c.input.terms.holding_cost_micros_per_day = YUAN / 10;
    assert_close(case_decide(&c)->critical_ratio, 0.5, 1e-12);
    assert_int_equal(c.result.critical_ratio_rule, PK_RATIO_RULE_COSTS);
    c.input.terms.target_fill_ratio = 0.98;
    assert_close(case_decide(&c)->critical_ratio, 0.98, 1e-15);
    assert_int_equal(c.result.critical_ratio_rule, PK_RATIO_RULE_FILL_RATE);
    c.input.terms.critical_ratio = 0.6;
    assert_close(case_decide(&c)->critical_ratio, 0.6, 1e-15);
    assert_int_equal(c.result.critical_ratio_rule, PK_RATIO_RULE_CRITICAL_RATIO);
}

static void test_what_is_left_longer_than_a_cycle_lowers_the_aim(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    const int64_t plain = case_decide(&c)->order_units;
    assert_close(c.result.aim_probability, 0.90, 1e-15);
    c.input.carry_over_reviews = 2.2;
    assert_close(case_decide(&c)->aim_probability, 0.9 / (0.9 + 2.2 * 0.1), 1e-12);
    assert_close(c.result.critical_ratio, 0.90, 1e-15);
    assert_true(c.result.order_units < plain);
    c.input.is_new = true; /* the lower of both, not both */
    assert_close(case_decide(&c)->aim_probability, PK_CRITICAL_RATIO_MIN, 1e-12);
    c.input.is_new = false;
    c.input.terms.shortage_cost_micros = 7 * YUAN / 10;
    c.input.terms.holding_cost_micros_per_day = YUAN / 10;
    assert_close(case_decide(&c)->aim_probability, 1 / 3.2, 1e-12);
    /* a ratio that the buyer gave is a promise */
    c.input.terms.critical_ratio = 0.90;
    assert_close(case_decide(&c)->aim_probability, 0.90, 1e-15);
    assert_int_equal(c.result.order_units, plain);
    /* what is left at the end is priced already */
    c.input.terms.critical_ratio = 0;
    c.input.economics.end_date = CASE_NEXT + 10;
    assert_close(case_decide(&c)->aim_probability, c.result.critical_ratio, 1e-15);
}

static void test_fill_rate_is_met_by_the_smallest_quantity(void **state)
{
    (void)state;
    case_begin(&c, 3.0);
    c.input.terms.target_fill_ratio = 0.98;
    const struct pk_reorder *r = case_decide(&c);
    struct pk_window week = {21.0, 21.0, 0.0, 0.0};
    assert_true(pk_window_expected_served_units(&week, r->order_units) >= 0.98 * 21.0);
    assert_true(pk_window_expected_served_units(&week, r->order_units - 1) < 0.98 * 21.0);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_FILL_RATE_TARGET));
}

static void test_loss_making_item_is_not_bought(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.economics.unit_cost_micros = 20 * YUAN;
    c.input.economics.price_micros = 15 * YUAN;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_MARGIN_NOT_POSITIVE);
    /* price above cost, but selling costs eat the margin */
    c.input.economics.price_micros = 22 * YUAN;
    c.input.economics.selling_cost_ratio = 0.1;
    assert_int_equal(case_main_reason(&case_decide(&c)->reasons), PK_REASON_MARGIN_NOT_POSITIVE);
    c.input.economics.price_micros = 23 * YUAN;
    assert_true(case_decide(&c)->order_units > 0);
}

static void test_item_that_ends_before_arrival_is_not_bought(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.economics.end_date = CASE_NEXT + 6;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_END_OF_LIFE);
    assert_close(r->expected_demand_units, 14.0, 1e-12);
    c.input.economics.end_date = CASE_NEXT + 9; /* sells on three days after arrival */
    assert_int_equal(case_decide(&c)->order_units, quantile_of_days(3, 0.9));
}

static void test_minimum_order_above_a_years_need_is_refused(void **state)
{
    (void)state;
    case_begin(&c, 1.0);
    c.input.terms.min_order_units = 1000;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_MINIMUM_ORDER_NOT_WORTH);
    assert_int_equal(r->candidates[0].units, 0);
    assert_true(r->candidate_count >= 2);
    c.input.rounding = PK_ROUNDING_UP;
    assert_int_equal(case_decide(&c)->order_units, 1000);
    c.input.rounding = PK_ROUNDING_DOWN;
    assert_int_equal(case_decide(&c)->order_units, 0);
}

/* 24 of an item that sells one in seven weeks earn their margin one day, three years from now. */
static void test_minimum_order_that_would_last_for_years_is_refused_at_any_margin(void **state)
{
    (void)state;
    case_begin(&c, 0.02);
    c.input.stock.on_hand_units = 0;
    c.input.economics.unit_cost_micros = 2500000;
    c.input.economics.price_micros = 6000000;
    c.input.terms.min_order_units = 24;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(r->candidates[0].units, 0);
    c.input.terms.min_order_units = 5; /* well within a year */
    assert_int_equal(case_decide(&c)->order_units, 5);
}

static void test_moderate_minimum_order_raises_the_quantity(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.terms.min_order_units = 30;
    c.input.terms.pack_size_units = 12;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 36);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_MINIMUM_ORDER_RAISED));
}

static void test_packs_are_whole_and_the_cheaper_of_both_sides(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.terms.pack_size_units = 6;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units % 6, 0);
    assert_true(r->order_units >= 18 && r->order_units <= 24);
    for (size_t i = 1; i < r->candidate_count; i++)
        assert_true(r->candidates[0].cost_per_day <= r->candidates[i].cost_per_day);
    c.input.terms.pack_size_units = 500; /* a pack beyond the minimum order and any need */
    c.input.terms.min_order_units = 10;
    r = case_decide(&c);
    assert_true(r->order_units == 0 || r->order_units == 500);
}

static void test_position_never_exceeds_the_maximum_stock(void **state)
{
    (void)state;
    case_begin(&c, 2.0);
    c.input.stock.on_hand_units = 4;
    c.input.terms.max_stock_units = 15;
    c.input.terms.pack_size_units = 5;
    const struct pk_reorder *r = case_decide(&c);
    assert_int_equal(r->order_units, 10);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_MAX_STOCK_CAPPED));
    c.input.terms.max_stock_units = 3;
    r = case_decide(&c);
    assert_int_equal(r->order_units, 0);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_MAX_STOCK_CAPPED);
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
    assert_int_equal(r->order_units, quantile_of_days(21, 0.9));
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
    assert_int_equal(r->order_units, quantile_of_days(3, 5.0 / 13.0));
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
        cmocka_unit_test(test_precedence_of_the_critical_ratio),
        cmocka_unit_test(test_what_is_left_longer_than_a_cycle_lowers_the_aim),
        cmocka_unit_test(test_fill_rate_is_met_by_the_smallest_quantity),
        cmocka_unit_test(test_loss_making_item_is_not_bought),
        cmocka_unit_test(test_item_that_ends_before_arrival_is_not_bought),
        cmocka_unit_test(test_minimum_order_above_a_years_need_is_refused),
        cmocka_unit_test(test_minimum_order_that_would_last_for_years_is_refused_at_any_margin),
        cmocka_unit_test(test_moderate_minimum_order_raises_the_quantity),
        cmocka_unit_test(test_packs_are_whole_and_the_cheaper_of_both_sides),
        cmocka_unit_test(test_position_never_exceeds_the_maximum_stock),
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

/* How much an order holds: critical ratio, fill rate, margin, end of life, minimum order, packs and
 * maximum stock. test_reorder.c holds when and for how long it orders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

static struct decision_case c;

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
    assert_int_equal(case_decide(&c)->order_units, case_quantile_of_days(&c, 3, 0.9));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

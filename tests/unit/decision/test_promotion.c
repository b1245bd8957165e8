#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/campaign/promotion.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN  INT64_C(1000000)
#define START 20 /* days from next: window of three days */

static struct decision_case c;
static struct pk_promotion_input input;
static struct pk_promotion_check check;

/* 2 units on a normal day, 50 on each of the three promotion days. */
static void begin(int64_t on_hand_units)
{
    case_begin(&c, 2.0);
    input = case_promotion(&c, START, 3, on_hand_units);
}

static const struct pk_promotion_check *decide(void)
{
    input.inbound_count = c.input.inbound_count;
    pk_promotion_check(&input, &c.projection, &check);
    return &check;
}

static void test_no_stock_is_red_with_the_whole_gap(void **state)
{
    (void)state;
    begin(0);
    const struct pk_promotion_check *r = decide();
    struct pk_window window = {150.0, 150.0, 0.0, 0.0};
    assert_int_equal(r->state, PK_READINESS_RED);
    assert_int_equal(r->q50_units, pk_window_quantile_units(&window, 0.5));
    assert_int_equal(r->q90_units, pk_window_quantile_units(&window, 0.9));
    assert_close(r->gap_q50_units, (double)r->q50_units, 1e-9);
    assert_close(r->gap_q90_units, (double)r->q90_units, 1e-9);
    assert_close(r->cover_probability, 0.0, 1e-9);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_PROMOTION_GAP);
    assert_int_equal(r->order_by_date, CASE_NEXT + START - 7);
    assert_int_equal(r->order_cap_units, r->q90_units);
    struct pk_window peak = {50.0, 50.0, 0.0, 0.0};
    assert_int_equal(r->peak_day_q90_units, pk_window_quantile_units(&peak, 0.9));
    assert_int_equal(r->peak_date, CASE_NEXT + START);
}

static void test_nothing_wanted_needs_no_cover(void **state)
{
    (void)state;
    begin(-2); /* oversold, then taken off sale before the promotion */
    for (size_t day = 0; day < START + 3; day++)
        c.mean[day] = 0.0;
    const struct pk_promotion_check *r = decide();
    assert_int_equal(r->state, PK_READINESS_GREEN);
    assert_close(r->cover_probability, 1.0, 1e-9);
    assert_close(r->gap_q90_units, 0.0, 1e-9);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_PROMOTION_COVERED);
}

static void test_gap_is_forecast_less_stock_and_inbound(void **state)
{
    (void)state;
    begin(100);
    case_inbound(&c, 10, 40);
    const struct pk_promotion_check *r = decide();
    assert_close(r->stock_at_start_units, 60.0, 0.5); /* 20 days of 2 units are sold before */
    assert_close(r->inbound_before_start_units, 40.0, 1e-9);
    assert_close(r->gap_q50_units,
                 (double)r->q50_units - r->stock_at_start_units - r->inbound_before_start_units,
                 1e-9);
}

static void test_what_comes_back_before_the_start_narrows_the_gap(void **state)
{
    (void)state;
    const double past[] = {10, 10, 10, 10, 10};
    begin(100);
    const double stock_units = decide()->stock_at_start_units;
    const double gap_units = check.gap_q90_units;
    input.returns = (struct pk_returns){0.1, 5, past};
    decide(); /* five days of 1, fifteen of 0.2 */
    assert_close(check.stock_at_start_units, stock_units + 8.0, 0.5);
    assert_true(check.gap_q90_units < gap_units - 7.0);
}

static void test_states_follow_the_cover(void **state)
{
    (void)state;
    begin(40 + 150 + 9);
    assert_int_equal(decide()->state, PK_READINESS_AMBER);
    assert_true(check.cover_probability >= 0.70 && check.cover_probability < 0.90);
    begin(40 + 150 + 30);
    assert_int_equal(decide()->state, PK_READINESS_GREEN);
    assert_int_equal(case_main_reason(&check.reasons), PK_REASON_PROMOTION_COVERED);
    begin(40 + 150 + 60 + 130);
    assert_int_equal(decide()->state, PK_READINESS_BLUE);
    assert_int_equal(case_main_reason(&check.reasons), PK_REASON_PROMOTION_OVERSTOCK);
}

static void test_inbound_after_the_start_does_not_cover(void **state)
{
    (void)state;
    begin(40);
    case_inbound(&c, START + 1, 300);
    const struct pk_promotion_check *r = decide();
    assert_int_equal(r->state, PK_READINESS_RED);
    assert_close(r->inbound_before_start_units, 0.0, 1e-12);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_INBOUND_AFTER_START));
    begin(40);
    case_inbound(&c, START, 300);
    assert_close(decide()->inbound_before_start_units, 300.0, 1e-9);
    input.terms.shelving_days = 1;
    assert_close(decide()->inbound_before_start_units, 0.0, 1e-12);
}

static void test_uncertain_inbound_counts_by_its_probability(void **state)
{
    (void)state;
    begin(60);
    input.terms.lead_time_sd_days = 4.0;
    case_inbound(&c, START, 100);
    const struct pk_promotion_check *r = decide();
    assert_close(r->inbound_before_start_units, 100.0 * 0.549738, 1e-3); /* Phi(0.125) */
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_INBOUND_UNCERTAIN));
    assert_int_equal(r->order_by_date, CASE_NEXT + START - 7 - 7); /* 1.645 x 4 = 6.6 days more */
}

static void test_past_order_date_with_a_gap_is_red(void **state)
{
    (void)state;
    begin(40 + 149 - 8);
    input.terms.lead_time_days = 30;
    const struct pk_promotion_check *r = decide();
    assert_int_equal(r->state, PK_READINESS_RED);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_ORDER_DATE_PAST));
    input.terms.lead_time_days = START - 2;
    assert_true(pk_reasons_has(&decide()->reasons, PK_REASON_ORDER_DATE_NEAR));
    input.terms.lead_time_days = START - 3;
    assert_false(pk_reasons_has(&decide()->reasons, PK_REASON_ORDER_DATE_NEAR));
}

static void test_unknown_stock_has_demand_but_no_state(void **state)
{
    (void)state;
    begin(0);
    input.stock.is_known = false;
    input.terms.is_known = false;
    const struct pk_promotion_check *r = decide();
    assert_int_equal(r->state, PK_READINESS_UNKNOWN);
    assert_true(r->q50_units > 0);
    assert_true(isnan(r->cover_probability));
    assert_int_equal(r->order_by_date, PK_DATE_NONE);
    assert_int_equal(case_main_reason(&r->reasons), PK_REASON_NO_STOCK);
}

static void test_running_promotion_checks_the_days_ahead(void **state)
{
    (void)state;
    begin(60);
    input.start_date = CASE_NEXT - 2;
    input.end_date = CASE_NEXT + 4;
    const struct pk_promotion_check *r = decide();
    assert_close(r->expected_units, 10.0, 1e-9);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_PROMOTION_RUNNING));
    input.end_date = CASE_NEXT - 1;
    assert_int_equal(decide()->q90_units, 0);
    input.start_date = CASE_NEXT + 390;
    input.end_date = CASE_NEXT + 410;
    assert_true(pk_reasons_has(&decide()->reasons, PK_REASON_HORIZON_SHORT));
}

static void test_weekly_series_takes_whole_weeks(void **state)
{
    (void)state;
    begin(100);
    c.demand.bucket_days = 7;
    c.demand.bucket_count = 57;
    for (size_t week = 0; week < 57; week++)
        c.mean[week] = week == 2 ? 60.0 : 14.0;
    case_inbound(&c, 16, 20); /* inside the week of the start, before it */
    const struct pk_promotion_check *r = decide();
    assert_close(r->expected_units, 74.0, 1e-9); /* day 20 is in week 2, day 22 in week 3 */
    assert_close(r->inbound_before_start_units, 20.0, 1e-9);
    assert_close(r->stock_at_start_units, 72.0, 0.5);
}

static void test_roll_up_weighs_by_margin(void **state)
{
    (void)state;
    struct pk_promotion_roll_up roll_up = {0};
    assert_true(isnan(pk_promotion_readiness_ratio(&roll_up)));
    begin(40 + 150 + 30);
    input.economics.price_micros = 30 * YUAN;
    input.economics.unit_cost_micros = 20 * YUAN;
    pk_promotion_roll_up_add(&roll_up, &input, decide());
    begin(0);
    input.economics.price_micros = 50 * YUAN;
    input.economics.unit_cost_micros = 20 * YUAN;
    pk_promotion_roll_up_add(&roll_up, &input, decide());
    int64_t q50 = check.q50_units;
    assert_int_equal(roll_up.line_count, 2);
    assert_int_equal(roll_up.state_counts[PK_READINESS_GREEN], 1);
    assert_int_equal(roll_up.state_counts[PK_READINESS_RED], 1);
    assert_close(pk_promotion_readiness_ratio(&roll_up), 0.25, 1e-12); /* 10 of 10 + 30 */
    assert_int_equal(pk_promotion_cash_needed_micros(&roll_up), q50 * 20 * YUAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_stock_is_red_with_the_whole_gap),
        cmocka_unit_test(test_nothing_wanted_needs_no_cover),
        cmocka_unit_test(test_gap_is_forecast_less_stock_and_inbound),
        cmocka_unit_test(test_what_comes_back_before_the_start_narrows_the_gap),
        cmocka_unit_test(test_states_follow_the_cover),
        cmocka_unit_test(test_inbound_after_the_start_does_not_cover),
        cmocka_unit_test(test_uncertain_inbound_counts_by_its_probability),
        cmocka_unit_test(test_past_order_date_with_a_gap_is_red),
        cmocka_unit_test(test_unknown_stock_has_demand_but_no_state),
        cmocka_unit_test(test_running_promotion_checks_the_days_ahead),
        cmocka_unit_test(test_weekly_series_takes_whole_weeks),
        cmocka_unit_test(test_roll_up_weighs_by_margin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/date.h"
#include "models/decision/campaign/campaign_order.h"
#include "models/decision/order/need.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define START 56 /* days from next: eight weeks */
#define DAYS  3

static struct decision_case c;
static struct pk_campaign_order_input input;
static struct pk_campaign_orders plan;

/* 4 units on a normal day, 50 on each day of the campaign; lead time and review 7 days. */
static void begin(int64_t on_hand_units)
{
    case_begin(&c, 4.0);
    for (size_t day = START; day < START + DAYS; day++)
        c.mean[day] = 50.0;
    c.input.stock.on_hand_units = on_hand_units;
    input = (struct pk_campaign_order_input){.reorder = &c.input,
                                             .start_date = CASE_NEXT + START,
                                             .end_date = CASE_NEXT + START + DAYS - 1,
                                             .order_by_date = CASE_NEXT + START - 9,
                                             .cap_units = INFINITY};
}

static void decide(void)
{
    pk_campaign_orders_plan(&input, &c.projection, &plan);
}

static int64_t units_by(int32_t date)
{
    int64_t units = 0;
    for (size_t i = 0; i < plan.count; i++)
        if (plan.orders[i].arrival_date <= date)
            units += plan.orders[i].units;
    return units;
}

static const struct pk_campaign_order *campaign_order(void)
{
    for (size_t i = 0; i < plan.count; i++)
        if (plan.orders[i].is_campaign_stock)
            return &plan.orders[i];
    return NULL;
}

static void test_the_first_order_is_todays_reorder(void **state)
{
    (void)state;
    begin(20);
    decide();
    const struct pk_reorder *today = case_decide(&c);
    assert_true(plan.count > 0);
    assert_int_equal(plan.orders[0].order_date, CASE_NEXT);
    assert_int_equal(plan.orders[0].units, today->order_units);
    assert_int_equal(plan.orders[0].arrival_date, today->arrival_date);
    assert_memory_equal(&plan.orders[0].reasons, &today->reasons, sizeof today->reasons);
    assert_int_equal(plan.today.order_units, today->order_units);
}

static void test_a_review_ahead_orders_what_reorder_will_say_then(void **state)
{
    (void)state;
    begin(40);
    decide();
    int64_t planned = plan.orders[1].units;
    /* A week on: 28 units are sold as expected, the first order is on its way. */
    c.demand.first_date += 7;
    c.demand.mean_units += 7;
    c.demand.bucket_count -= 7;
    c.input.stock.on_hand_units = 12;
    c.inbound[0] = (struct pk_inbound){CASE_NEXT + 7, plan.orders[0].units, 1.0};
    c.input.inbound_count = 1;
    assert_int_equal(plan.orders[1].order_date, CASE_NEXT + 7);
    assert_int_equal(case_decide(&c)->order_units, planned);
}

static void test_the_order_before_the_last_sure_one_stocks_the_whole_window(void **state)
{
    (void)state;
    begin(60);
    decide();
    const struct pk_campaign_order *order = campaign_order();
    assert_non_null(order);
    assert_int_equal(order->order_date, CASE_NEXT + 35); /* one more review before the date */
    assert_in_range(order->last_order_date, order->order_date, input.order_by_date);
    assert_true(order->units > order->review_units);
    assert_int_equal(order->reasons.reasons[0], PK_REASON_CAMPAIGN_STOCK);
    /* Orders and stock, less the demand until the start, are the window's quantile. */
    double sum = 60.0 + (double)units_by(input.start_date) - 4.0 * START;
    assert_true(sum >= 150.0 && sum <= 150.0 + 3.0 * sqrt(150.0 + 4.0 * START));
    assert_true(order->campaign_units >= 140 && order->campaign_units <= order->units);
}

static void test_the_plan_covers_the_window_with_the_critical_ratio(void **state)
{
    (void)state;
    begin(60);
    c.input.terms.critical_ratio = 0.95;
    decide();
    size_t count = 0;
    static struct pk_inbound lines[64];
    for (size_t i = 0; i < plan.count; i++)
        if (plan.orders[i].arrival_date <= input.start_date)
            lines[count++] =
                (struct pk_inbound){plan.orders[i].arrival_date, plan.orders[i].units, 1};
    struct pk_need need;
    pk_projection_begin(&c.projection, &c.demand, 60, lines, count, 0);
    pk_projection_run(&c.projection, START);
    pk_need_from_projection(&c.projection, START, START + DAYS, 0, &need);
    assert_true(pk_need_at_most(&need, 0) >= 0.945); /* Poisson, nodes: within half a point */
}

static void test_the_cap_bounds_the_stock_at_the_start(void **state)
{
    (void)state;
    begin(60);
    input.cap_units = 120;
    decide();
    const struct pk_campaign_order *order = campaign_order();
    assert_non_null(order);
    assert_true(pk_reasons_has(&order->reasons, PK_REASON_ORDER_CAPPED));
    double stock = 60.0 + (double)units_by(order->arrival_date) - 4.0 * START;
    assert_true(stock <= 120.5 && stock >= 119.0);
}

static void test_a_minimum_order_is_met_within_a_small_cap(void **state)
{
    (void)state;
    begin(60);
    input.cap_units = 120;
    decide();
    const int64_t capped = campaign_order()->units;
    begin(60);
    input.cap_units = 120;
    c.input.terms.pack_size_units = 40;
    c.input.terms.min_order_units = 80;
    decide();
    assert_true(capped < 200 && capped % 40 != 0);
    for (size_t i = 0; i < plan.count; i++)
        assert_true(plan.orders[i].units >= 80 && plan.orders[i].units % 40 == 0);
}

static void test_an_order_past_its_date_still_helps_the_window(void **state)
{
    (void)state;
    begin(200);
    input.start_date = CASE_NEXT + 5; /* lead time 7: the last two days at best */
    input.end_date = CASE_NEXT + 8;
    input.order_by_date = CASE_NEXT - 4;
    for (size_t day = 5; day <= 8; day++)
        c.mean[day] = 100.0;
    decide();
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.orders[0].order_date, CASE_NEXT);
    assert_int_equal(plan.orders[0].last_order_date, CASE_NEXT);
    assert_int_equal(plan.orders[0].arrival_date, CASE_NEXT + 7);
}

static void test_an_order_after_the_end_is_not_planned(void **state)
{
    (void)state;
    begin(0);
    input.start_date = CASE_NEXT + 2;
    input.end_date = CASE_NEXT + 6;
    input.order_by_date = CASE_NEXT - 5;
    decide();
    assert_int_equal(plan.count, 0);
    assert_int_equal(plan.first_arrival_date, CASE_NEXT + 7);
    assert_true(plan.today.order_units > 0);
}

static void test_a_closed_supplier_gets_the_last_order_before_its_holiday(void **state)
{
    (void)state;
    static const struct pk_party_closure_row holiday = {.is_supplier = true,
                                                        .party_id = "mill",
                                                        .start_date = CASE_NEXT + 40,
                                                        .end_date = CASE_NEXT + 60,
                                                        .last_order_date = CASE_NEXT + 30};
    begin(60);
    c.input.terms.calendar.supplier_closures = &holiday;
    c.input.terms.calendar.supplier_closure_count = 1;
    input.order_by_date =
        pk_supply_latest_order_date(&c.input.terms.calendar, input.start_date, 7, 0);
    decide();
    assert_int_equal(input.order_by_date, CASE_NEXT + 30);
    const struct pk_campaign_order *last = &plan.orders[plan.count - 1];
    assert_int_equal(last->order_date, CASE_NEXT + 28);
    assert_true(last->last_order_date <= CASE_NEXT + 30);
    double stock = 60.0 + (double)units_by(input.start_date) - 4.0 * START;
    assert_true(stock >= 150.0);
}

static void test_orders_go_out_on_order_days(void **state)
{
    (void)state;
    begin(20);
    c.input.terms.calendar.order_weekdays = 1 << 2; /* Wednesdays */
    decide();
    assert_true(plan.count > 0);
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(pk_date_weekday(plan.orders[i].order_date), 2);
}

static void test_enough_stock_needs_no_order(void **state)
{
    (void)state;
    begin(2000);
    decide();
    assert_int_equal(plan.count, 0);
    assert_int_equal(plan.today.order_units, 0);
}

static void test_what_is_on_its_way_is_not_ordered_again(void **state)
{
    (void)state;
    begin(60);
    decide();
    const int64_t without = units_by(input.start_date);
    begin(60);
    case_inbound(&c, 30, 100);
    decide();
    assert_in_range(without - units_by(input.start_date), 95, 105);
}

static void test_a_weekly_series_plans_in_whole_weeks(void **state)
{
    (void)state;
    begin(60);
    c.demand.bucket_days = 7;
    c.demand.bucket_count = 52;
    for (size_t week = 0; week < 52; week++)
        c.mean[week] = week == 8 ? 160.0 : 28.0;
    decide();
    assert_true(plan.count > 2);
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal((plan.orders[i].arrival_date - CASE_NEXT) % 7, 0);
    double stock = 60.0 + (double)units_by(input.start_date) - 28.0 * 8;
    assert_true(stock >= 160.0 && stock <= 230.0);
}

static void test_oversold_units_are_ordered_once(void **state)
{
    (void)state;
    begin(-30);
    decide();
    double stock = -30.0 + (double)units_by(input.start_date) - 4.0 * (START - 7);
    assert_true(stock >= 150.0 && stock <= 210.0); /* what nobody could buy at first is lost */
}

static void test_presale_units_may_come_by_their_ship_by_date(void **state)
{
    (void)state;
    begin(60);
    decide();
    const int64_t at_start = units_by(input.start_date);
    begin(60);
    input.presale_units = 90;
    input.ship_by_date = input.end_date + 14;
    input.ship_by_order_date = input.ship_by_date - 9;
    decide();
    const int64_t less = at_start - units_by(input.start_date);
    assert_in_range(less, 60, 120); /* with the safety that they need no more */
    /* 60 in stock, 4 a day, 50 on three days: all of it is bought by the ship-by date. */
    double stock = 60.0 + (double)units_by(input.ship_by_date) - 4.0 * (START + 14) - 150.0;
    assert_true(stock >= 0.0 && stock <= 90.0);
    const struct pk_campaign_order *last = &plan.orders[plan.count - 1];
    assert_true(last->order_date <= input.ship_by_order_date || !last->is_campaign_stock);
}

static void test_a_presale_that_ships_inside_the_window_changes_nothing(void **state)
{
    (void)state;
    begin(60);
    decide();
    const size_t count = plan.count;
    const int64_t units = units_by(input.end_date);
    begin(60);
    input.presale_units = 90;
    input.ship_by_date = input.end_date;
    input.ship_by_order_date = input.end_date - 9;
    decide();
    assert_int_equal(plan.count, count);
    assert_int_equal(units_by(input.end_date), units);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_order_is_todays_reorder),
        cmocka_unit_test(test_a_review_ahead_orders_what_reorder_will_say_then),
        cmocka_unit_test(test_the_order_before_the_last_sure_one_stocks_the_whole_window),
        cmocka_unit_test(test_the_plan_covers_the_window_with_the_critical_ratio),
        cmocka_unit_test(test_the_cap_bounds_the_stock_at_the_start),
        cmocka_unit_test(test_a_minimum_order_is_met_within_a_small_cap),
        cmocka_unit_test(test_an_order_past_its_date_still_helps_the_window),
        cmocka_unit_test(test_an_order_after_the_end_is_not_planned),
        cmocka_unit_test(test_a_closed_supplier_gets_the_last_order_before_its_holiday),
        cmocka_unit_test(test_orders_go_out_on_order_days),
        cmocka_unit_test(test_enough_stock_needs_no_order),
        cmocka_unit_test(test_what_is_on_its_way_is_not_ordered_again),
        cmocka_unit_test(test_a_weekly_series_plans_in_whole_weeks),
        cmocka_unit_test(test_oversold_units_are_ordered_once),
        cmocka_unit_test(test_presale_units_may_come_by_their_ship_by_date),
        cmocka_unit_test(test_a_presale_that_ships_inside_the_window_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

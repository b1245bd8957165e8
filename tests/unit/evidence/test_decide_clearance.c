/* Whether a series is to be cleared, from the rows of a shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/evidence/decide_clearance.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define MONEY 1000000 /* micros */

static struct view_case c;
static struct pk_decision_memory *memory;
static struct pk_clearance_request request;

/* a0 sells 10 a day for 50 and costs 20; a1 sold 10 a day for the first 100 of 300 days. Both came
 * in long ago. */
static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    view_case_begin(&c, 2, 1, 300);
    view_case_sell_flat(&c, 0, 10);
    for (int32_t day = 0; day < 100; day++)
        view_case_bucket(&c, 1, c.first_date + day)->demand_units = 10;
    for (uint32_t item = 0; item < 2; item++) {
        c.items[item].list_price_micros = 50 * MONEY;
        c.items[item].unit_cost_micros = 20 * MONEY;
        view_case_stock(&c, item, 0, AS_OF, 300);
    }
    view_case_fit(&c);
    request = (struct pk_clearance_request){
        .by_date = AS_OF + 90, .target_cleared_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT};
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    return 0;
}

static struct pk_clearance plan(size_t series)
{
    struct pk_series_facts facts;
    struct pk_clearance result;
    struct pk_error error = {.status = PK_OK};
    if (pk_decide_clearance(&c.view, series, &request, memory, &facts, &result, &error) != PK_OK)
        fail_msg("%s", error.message);
    return result;
}

/* ---- the request ----------------------------------------------------------------------------- */

static void test_a_date_lies_ahead_and_within_the_horizon(void **state)
{
    (void)state;
    const struct pk_shop *shop = &c.data.shop;
    struct pk_error error;
    int32_t date = 0;
    assert_int_equal(pk_clearance_by_date(shop, PK_DATE_NONE, &date, &error), PK_OK);
    assert_int_equal(date, AS_OF + 90);
    assert_int_equal(pk_clearance_by_date(shop, AS_OF + 1, &date, &error), PK_OK);
    assert_int_equal(date, AS_OF + 1);
    assert_int_equal(pk_clearance_by_date(shop, AS_OF, &date, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "by_date");
    assert_int_equal(pk_clearance_by_date(shop, AS_OF + PK_HORIZON_DAYS_MAX, &date, &error), PK_OK);
    assert_int_equal(pk_clearance_by_date(shop, AS_OF + PK_HORIZON_DAYS_MAX + 1, &date, &error),
                     PK_INVALID_ARGUMENT);
    assert_int_equal(date, AS_OF + PK_HORIZON_DAYS_MAX);
}

static void test_a_request_has_the_usual_floor_or_its_own(void **state)
{
    (void)state;
    request.margin_floor_ratio = 0.1;
    assert_close(pk_clearance_margin_floor(&request), PK_MARGIN_FLOOR_RATIO, 0);
    request.has_margin_floor = true;
    assert_close(pk_clearance_margin_floor(&request), 0.1, 0);
}

/* ---- what is flagged ------------------------------------------------------------------------- */

static void test_stock_that_sells_in_time_is_left_alone(void **state)
{
    (void)state;
    const struct pk_clearance result = plan(0);
    assert_false(result.is_flagged);
    assert_int_equal(result.action, PK_CLEARANCE_NONE);
    assert_int_equal(result.on_hand_units, 300);
    assert_int_equal(result.period_count, 0);
    assert_true(result.days_of_supply >= 28 && result.days_of_supply <= 32); /* 300 at 10 a day */
}

static void test_stock_of_a_year_is_excess(void **state)
{
    (void)state;
    c.stock[0].on_hand_units = 3650;
    const struct pk_clearance result = plan(0);
    assert_true(result.is_flagged && !result.is_watched);
    assert_true(pk_reasons_has(&result.reasons, PK_REASON_EXCESS_STOCK));
    assert_close(result.clear_probability_at_price, 0, 1e-6);
    /* 90 days of 10 go by themselves, and the plan is no worse than to do nothing. */
    assert_true(result.expected_cleared_units >= 850 && result.expected_cleared_units <= 3650);
    assert_true(result.expected_value_micros >= result.do_nothing_value_micros);
    assert_int_equal(result.last_date, request.by_date);
}

static void test_an_item_without_sales_is_dead(void **state)
{
    (void)state;
    const struct pk_clearance result = plan(1);
    assert_true(result.is_flagged && !result.is_watched);
    assert_true(pk_reasons_has(&result.reasons, PK_REASON_DEAD_STOCK));
    c.stock[1].on_hand_units = 0;
    assert_false(plan(1).is_flagged);
}

static void test_stock_that_outlasts_the_date_is_watched(void **state)
{
    (void)state;
    c.stock[0].on_hand_units = 600; /* 60 days, and 30 of them before the date */
    request.by_date = AS_OF + 30;
    const struct pk_clearance result = plan(0);
    assert_true(result.is_flagged && result.is_watched);
    assert_int_equal(result.reasons.reasons[0], PK_REASON_WILL_NOT_CLEAR);
    assert_true(result.clear_probability_at_price < PK_CLEAR_PROBABILITY_LOW);
}

static void test_what_is_being_bought_is_not_cleared(void **state)
{
    (void)state;
    c.stock[0].on_hand_units = 600;
    request.by_date = AS_OF + 30;
    /* Goods take longer than the stock lasts, so that more is to be ordered now. */
    view_case_supply(&c, 0, 0, "acme", 90);
    view_case_remake(&c, NULL);
    const struct pk_clearance bought = plan(0);
    assert_false(bought.is_flagged || bought.is_watched);
    assert_int_equal(bought.action, PK_CLEARANCE_NONE);
    assert_int_equal(bought.period_count, 0);
    /* A supplier who is quick is not asked yet. */
    c.supply[0].lead_time_days = 3;
    view_case_remake(&c, NULL);
    assert_true(plan(0).is_flagged);
}

/* ---- the rest of the input ------------------------------------------------------------------- */

static void test_responses_made_before_are_those_of_the_memory(void **state)
{
    (void)state;
    struct pk_price_responses responses = {0};
    struct pk_error error;
    c.stock[0].on_hand_units = 3650;
    const struct pk_clearance own = plan(0);
    assert_int_equal(pk_price_responses_load(&c.data, &responses, &error), PK_OK);
    request.price_responses = &responses;
    const struct pk_clearance given = plan(0);
    assert_int_equal(given.expected_value_micros, own.expected_value_micros);
    assert_close(given.response.elasticity, own.response.elasticity, 0);
    pk_price_responses_done(&responses);
}

static void test_a_higher_worth_of_margin_makes_discounts_smaller(void **state)
{
    (void)state;
    double multipliers[] = {0, 0, 0, 0};
    c.stock[0].on_hand_units = 3650;
    c.items[0].unit_cost_micros = 20 * MONEY;
    const struct pk_clearance free_plan = plan(0);
    request.margin_multipliers = multipliers;
    const struct pk_clearance zero = plan(0);
    assert_int_equal(zero.expected_value_micros, free_plan.expected_value_micros);
    multipliers[0] = 1e6; /* of the category of a0: more than the target to be cleared */
    const struct pk_clearance bound = plan(0);
    assert_true(free_plan.discount_ratio > 0);
    assert_true(bound.discount_ratio <= free_plan.discount_ratio);
    assert_true(bound.margin_ratio > free_plan.margin_ratio);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_a_date_lies_ahead_and_within_the_horizon),
        WITH_SHOP(test_a_request_has_the_usual_floor_or_its_own),
        WITH_SHOP(test_stock_that_sells_in_time_is_left_alone),
        WITH_SHOP(test_stock_of_a_year_is_excess),
        WITH_SHOP(test_an_item_without_sales_is_dead),
        WITH_SHOP(test_stock_that_outlasts_the_date_is_watched),
        WITH_SHOP(test_what_is_being_bought_is_not_cleared),
        WITH_SHOP(test_responses_made_before_are_those_of_the_memory),
        WITH_SHOP(test_a_higher_worth_of_margin_makes_discounts_smaller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

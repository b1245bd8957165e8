/* Elasticities that the price changes of a shop tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/price_evidence.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define MONEY   INT64_C(1000000)
#define CHANGED (VIEW_CASE_AS_OF - 100) /* first day of the new price */

static struct view_case c;
static struct pk_price_responses responses;

/* a0 costs 10 until CHANGED and 8 from then on, and sells 10 and then 15 a day; a1 of its category
 * sells 20 a day. a2 is of another category. */
static void one_change(void)
{
    view_case_begin(&c, 3, 1, 900);
    c.items[0].category = c.items[1].category = 1;
    for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date++)
        view_case_bucket(&c, 0, date)->demand_units = date < CHANGED ? 10 : 15;
    view_case_sell_flat(&c, 1, 20);
    view_case_sell_flat(&c, 2, 7);
    view_case_price(&c, 0, CHANGED - 300, 10 * MONEY);
    view_case_price(&c, 0, CHANGED, 8 * MONEY);
}

static void load(void)
{
    struct pk_error error;
    view_case_keep_sales(&c);
    pk_price_responses_done(&responses);
    assert_int_equal(pk_price_responses_load(&c.data, &responses, &error), PK_OK);
}

static void finish(void)
{
    pk_price_responses_done(&responses);
    view_case_end(&c);
}

/* x^2 / v of a change by `ratio` whose item sold `before` and `after` units. */
static double information_of(double ratio, double before, double after)
{
    const double variance = 1 / (before + 0.5) + 1 / (after + 0.5) + 0.03;
    return log(ratio) * log(ratio) / variance;
}

static void test_a_change_is_compared_with_the_rest_of_its_category(void **state)
{
    (void)state;
    one_change();
    load();
    /* 28 days before 280 units, 28 days after 420; the category sold 560 and 560 beside them, so
     * that y / x = ln(420.5 / 280.5) / ln(0.8). */
    const struct pk_price_evidence *item = &responses.items[0];
    assert_int_equal(item->change_count, 1);
    assert_close(item->information, information_of(0.8, 280, 420), 1e-9);
    assert_close(item->weighted / item->information, log(420.5 / 280.5) / log(0.8), 1e-9);
    assert_int_equal(responses.items[1].change_count, 0);
    finish();
}

static void test_growth_of_the_whole_category_is_no_answer_to_the_price(void **state)
{
    (void)state;
    one_change();
    for (int32_t date = CHANGED; date <= VIEW_CASE_AS_OF; date++)
        view_case_bucket(&c, 1, date)->demand_units = 30;
    load();
    /* ln(420.5 / 280.5) - ln(840 / 560) is what the half units leave: all but 0. */
    const struct pk_price_evidence *item = &responses.items[0];
    assert_close(item->weighted / item->information, 0, 0.01);
    finish();
}

static void test_a_category_takes_the_evidence_of_its_items(void **state)
{
    (void)state;
    one_change();
    load();
    /* Precision of the prior 1 / (0.8^2 - 0.5^2), of a0 1 / (0.5^2 + 1 / I). */
    const double information = information_of(0.8, 280, 420);
    const double prior = 1 / 0.39, own = 1 / (0.25 + 1 / information);
    const double z = log(420.5 / 280.5) / log(0.8);
    const double mean = (prior * -2 + own * z) / (prior + own);
    const struct pk_price_response of_a1 = pk_series_price_response(&responses, 1);
    assert_int_equal(of_a1.source, PK_ELASTICITY_OF_CATEGORY);
    assert_close(of_a1.elasticity, mean, 1e-9);
    assert_close(of_a1.standard_error, sqrt(1 / (prior + own) + 0.25), 1e-9);
    /* a0 itself saw two prices only, and the category of a2 saw no change. */
    assert_close(pk_series_price_response(&responses, 0).elasticity, mean, 1e-9);
    const struct pk_price_response of_a2 = pk_series_price_response(&responses, 2);
    assert_int_equal(of_a2.source, PK_ELASTICITY_OF_PRIOR);
    assert_close(of_a2.elasticity, PK_PRICE_ELASTICITY_PRIOR, 1e-12);
    finish();
}

static void test_own_evidence_counts_from_three_prices_on(void **state)
{
    (void)state;
    one_change();
    view_case_price(&c, 0, CHANGED + 40, 7 * MONEY);
    load();
    assert_int_equal(responses.items[0].change_count, 2);
    assert_int_equal(pk_series_price_count(&c.data, 0), 3);
    assert_int_equal(pk_series_price_response(&responses, 0).source, PK_ELASTICITY_OF_ITEM);
    assert_int_equal(pk_series_price_response(&responses, 1).source, PK_ELASTICITY_OF_CATEGORY);
    finish();
}

/* Changes that are counted where the price of one_change changes on `date` and again on `again`. */
static size_t counted(int32_t first_date, int32_t date, int32_t again)
{
    one_change();
    c.prices[0].date = first_date;
    c.prices[1].date = date;
    if (again != PK_DATE_NONE)
        view_case_price(&c, 0, again, 8 * MONEY);
    load();
    const size_t count = responses.items[0].change_count;
    finish();
    return count;
}

static void test_both_prices_have_to_hold_for_28_days(void **state)
{
    (void)state;
    const int32_t none = PK_DATE_NONE;
    assert_int_equal(counted(CHANGED - 28, CHANGED, none), 1);
    assert_int_equal(counted(CHANGED - 27, CHANGED, none), 0);
    assert_int_equal(counted(CHANGED - 300, CHANGED, CHANGED + 28), 1);
    assert_int_equal(counted(CHANGED - 300, CHANGED, CHANGED + 27), 0);
}

static void test_a_change_counts_from_28_days_to_two_years(void **state)
{
    (void)state;
    const int32_t as_of = VIEW_CASE_AS_OF, none = PK_DATE_NONE;
    assert_int_equal(counted(as_of - 300, as_of - 27, none), 1);
    assert_int_equal(counted(as_of - 300, as_of - 26, none), 0);
    assert_int_equal(counted(as_of - 830, as_of - 730, none), 1);
    assert_int_equal(counted(as_of - 830, as_of - 731, none), 0);
}

static void test_the_first_price_of_an_item_is_no_change(void **state)
{
    (void)state;
    one_change();
    view_case_price(&c, 1, CHANGED, 8 * MONEY); /* behind the last row of a0 */
    load();
    assert_int_equal(responses.items[0].change_count, 1);
    assert_int_equal(responses.items[1].change_count, 0);
    finish();
}

static void test_a_warehouse_out_of_stock_is_left_out(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 2, 300);
    for (size_t s = 0; s < 4; s++)
        view_case_sell_flat(&c, s, 10);
    view_case_price(&c, 0, CHANGED - 60, 10 * MONEY);
    view_case_price(&c, 0, CHANGED, 8 * MONEY);
    load();
    assert_close(responses.items[0].information, information_of(0.8, 560, 560), 1e-9);
    view_case_bucket(&c, 1, CHANGED + 3)->available_ratio = 0.5F;
    load();
    assert_close(responses.items[0].information, information_of(0.8, 560, 560), 1e-9);
    view_case_bucket(&c, 1, CHANGED + 3)->available_ratio = 0.4F;
    load();
    assert_close(responses.items[0].information, information_of(0.8, 280, 280), 1e-9);
    view_case_bucket(&c, 0, CHANGED - 1)->available_ratio = 0;
    load();
    assert_int_equal(responses.items[0].change_count, 0);
    finish();
}

static void test_a_price_of_one_warehouse_is_compared_there(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 2, 300);
    for (size_t s = 0; s < 4; s++)
        view_case_sell_flat(&c, s, 10);
    view_case_price(&c, 0, CHANGED - 60, 10 * MONEY)->warehouse = 1;
    view_case_price(&c, 0, CHANGED, 8 * MONEY)->warehouse = 1;
    load();
    assert_close(responses.items[0].information, information_of(0.8, 280, 280), 1e-9);
    finish();
}

static void test_prices_within_one_percent_are_one(void **state)
{
    (void)state;
    one_change();
    view_case_keep_sales(&c);
    assert_int_equal(pk_series_price_count(&c.data, 0), 2);
    c.prices[1].price_micros = 9950000; /* 0.5 % below 10 */
    assert_int_equal(pk_series_price_count(&c.data, 0), 1);
    c.prices[1].price_micros = 9800000;
    assert_int_equal(pk_series_price_count(&c.data, 0), 2);
    assert_int_equal(pk_series_price_count(&c.data, 1), 0);
    finish();
}

static void test_a_price_counts_where_the_series_sold_at_it(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 2, 100);
    view_case_sell_flat(&c, 0, 1);
    view_case_bucket(&c, 1, VIEW_CASE_AS_OF)->demand_units = 1;
    view_case_price(&c, 0, c.first_date, 40 * MONEY)->warehouse = 1;
    view_case_price(&c, 0, c.first_date, 10 * MONEY);
    view_case_price(&c, 0, VIEW_CASE_AS_OF, 20 * MONEY);
    view_case_price(&c, 0, VIEW_CASE_NEXT, 30 * MONEY);
    view_case_keep_sales(&c);
    /* Not the price of the other warehouse, nor that of tomorrow. */
    assert_int_equal(pk_series_price_count(&c.data, 0), 2);
    /* The other warehouse sold on the last day alone: at 20, and at its own 40. */
    assert_int_equal(pk_series_price_count(&c.data, 1), 2);
    finish();
}

static void test_more_than_eight_prices_count_as_eight(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 100);
    view_case_sell_flat(&c, 0, 1);
    for (int32_t i = 0; i < 12; i++)
        view_case_price(&c, 0, VIEW_CASE_AS_OF - 60 + i, (10 + i) * MONEY);
    view_case_keep_sales(&c);
    assert_int_equal(pk_series_price_count(&c.data, 0), 8);
    finish();
}

static void test_responses_are_learnt_once_for_each_state_of_the_data(void **state)
{
    (void)state;
    struct pk_error error;
    one_change();
    load();
    const struct pk_price_evidence *items = responses.items;
    assert_int_equal(pk_price_responses_load(&c.data, &responses, &error), PK_OK);
    assert_ptr_equal(responses.items, items);
    struct pk_shop_data later = c.data;
    later.shop.price_count = 1;
    assert_int_equal(pk_price_responses_load(&later, &responses, &error), PK_OK);
    assert_ptr_equal(responses.data, &later);
    assert_int_equal(responses.items[0].change_count, 0);
    finish();
    assert_null(responses.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_change_is_compared_with_the_rest_of_its_category),
        cmocka_unit_test(test_growth_of_the_whole_category_is_no_answer_to_the_price),
        cmocka_unit_test(test_a_category_takes_the_evidence_of_its_items),
        cmocka_unit_test(test_own_evidence_counts_from_three_prices_on),
        cmocka_unit_test(test_both_prices_have_to_hold_for_28_days),
        cmocka_unit_test(test_a_change_counts_from_28_days_to_two_years),
        cmocka_unit_test(test_the_first_price_of_an_item_is_no_change),
        cmocka_unit_test(test_a_warehouse_out_of_stock_is_left_out),
        cmocka_unit_test(test_a_price_of_one_warehouse_is_compared_there),
        cmocka_unit_test(test_prices_within_one_percent_are_one),
        cmocka_unit_test(test_a_price_counts_where_the_series_sold_at_it),
        cmocka_unit_test(test_more_than_eight_prices_count_as_eight),
        cmocka_unit_test(test_responses_are_learnt_once_for_each_state_of_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

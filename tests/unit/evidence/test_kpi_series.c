/* Key figures of one series over a window, each worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/kpi_series.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define FROM  (AS_OF - 3) /* a window of four days */

static struct view_case c;

static struct pk_kpi_series load(size_t series, int32_t from_date, int32_t to_date)
{
    const struct pk_kpi_window window = {from_date, to_date, true};
    struct pk_kpi_memory *memory = pk_kpi_memory_new();
    struct pk_series_facts facts;
    struct pk_kpi_series figures;
    struct pk_error error;
    assert_non_null(memory);
    assert_int_equal(
        pk_kpi_series_load(&c.view, series, &window, 1, memory, &facts, &figures, &error), PK_OK);
    pk_kpi_memory_free(memory);
    return figures;
}

/* An item that sells 10 a day in 200 days, and in the four days of the window
 *   day          1   2   3   4
 *   demand       4   6   0  10
 *   cancelled    1   0   0   1
 *   returned     0   2   0   0
 *   paid amount 50   -   -
 * 110 */
static void begin_four_days(void)
{
    const double demand[] = {4, 6, 0, 10};
    view_case_begin(&c, 1, 1, 200);
    c.items[0].list_price_micros = 12 * PK_MICROS_PER_UNIT;
    view_case_sell_flat(&c, 0, 10);
    view_case_sell_last(&c, 0, demand, 4);
    view_case_bucket(&c, 0, FROM)->cancelled_units = 1;
    view_case_bucket(&c, 0, FROM)->paid_amount_micros = 50 * PK_MICROS_PER_UNIT;
    view_case_bucket(&c, 0, FROM + 1)->returned_units = 2;
    view_case_bucket(&c, 0, AS_OF)->cancelled_units = 1;
    view_case_bucket(&c, 0, AS_OF)->paid_amount_micros = 110 * PK_MICROS_PER_UNIT;
}

/* --- sales --- */

static void test_sales_of_the_window_are_counted_and_no_others(void **state)
{
    (void)state;
    begin_four_days();
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    assert_int_equal(figures.window_days, 4);
    assert_close(figures.paid_units, 22, 0); /* 4 + 1 + 6 + 10 + 1 */
    assert_close(figures.cancelled_units, 2, 0);
    assert_close(figures.returned_units, 2, 0);
    assert_int_equal(figures.paid_amount_micros, 160 * PK_MICROS_PER_UNIT);
    /* Units that have an amount: 5 and 11, at the list price of 12. */
    assert_close(figures.list_amount, 192, 1e-9);
    assert_close(figures.list_paid_amount, 160, 1e-9);
    /* 26 days of 10, and the window; 86 days of 10, and the window. */
    assert_close(figures.units_last_30_days, 282, 1e-9);
    assert_close(figures.units_last_90_days, 882, 1e-9);
    view_case_end(&c);
}

static void test_money_is_not_known_where_no_row_has_an_amount(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 100);
    view_case_sell_flat(&c, 0, 3);
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    assert_int_equal(figures.paid_amount_micros, -1);
    assert_close(figures.list_amount, -1, 0); /* no list price either */
    assert_int_equal(figures.unit_cost_micros, -1);
    assert_int_equal(figures.holding_cost_micros_per_day, -1);
    view_case_end(&c);
}

static void test_a_window_that_is_not_known_is_left_alone(void **state)
{
    (void)state;
    begin_four_days();
    const struct pk_view *view = view_case_fit(&c);
    const struct pk_kpi_window windows[] = {{FROM, AS_OF, false}, {FROM, FROM, true}};
    struct pk_kpi_memory *memory = pk_kpi_memory_new();
    struct pk_series_facts facts;
    struct pk_kpi_series figures[2] = {{.paid_units = -7}};
    struct pk_error error;
    assert_int_equal(pk_kpi_series_load(view, 0, windows, 2, memory, &facts, figures, &error),
                     PK_OK);
    assert_close(figures[0].paid_units, -7, 0);
    assert_close(figures[1].paid_units, 5, 0);
    assert_ptr_equal(facts.item, &c.items[0]);
    pk_kpi_memory_free(memory);
    pk_kpi_memory_free(NULL);
    view_case_end(&c);
}

/* --- stock --- */

static void test_stock_of_the_window_is_averaged_over_the_days_that_tell_it(void **state)
{
    (void)state;
    begin_four_days();
    view_case_stock(&c, 0, 0, FROM - 5, 99); /* an older count opens no window */
    view_case_stock(&c, 0, 0, FROM - 2, 50);
    view_case_stock(&c, 0, 0, FROM + 1, 30)->reserved_units = 2;
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    /* Sellable: 28 on day 2, and now 28 less the 0 and 10 sold since. */
    assert_close(figures.on_hand_units, 18, 0);
    assert_close(figures.stock_unit_days, 28 + 18, 0);
    assert_int_equal(figures.stock_day_count, 2);
    assert_close(figures.opening_units, 50, 0);
    assert_close(figures.received_units, 0, 0); /* 18 + 20 sold - 50 is below 0 */
    /* Average stock 23 over 5 a day; 23 units in stock for 4 days. */
    struct pk_kpi sum = {0};
    struct pk_metric_value values[PK_METRIC_COUNT];
    pk_kpi_add_series(&sum, &figures);
    pk_kpi_finish(&sum, values);
    assert_close(values[PK_METRIC_TURNOVER_DAYS].value, 4.6, 1e-9);
    assert_close(values[PK_METRIC_RETURN_RATIO].value, 2.0 / 22, 1e-9);
    assert_close(values[PK_METRIC_CANCEL_RATIO].value, 2.0 / 22, 1e-9);
    assert_close(values[PK_METRIC_SELL_THROUGH_RATIO].value, 20.0 / 50, 1e-9);
    assert_close(values[PK_METRIC_DISCOUNT_RATIO].value, 1 - 160.0 / 192, 1e-9);
    assert_close(values[PK_METRIC_STOCK_TO_SALES_RATIO].value, 18.0 / 282, 1e-9);
    view_case_end(&c);
}

static void test_what_came_in_is_what_is_there_and_was_sold_beyond_the_opening(void **state)
{
    (void)state;
    begin_four_days();
    view_case_stock(&c, 0, 0, FROM - 1, 5);
    view_case_stock(&c, 0, 0, AS_OF, 40);
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    assert_close(figures.opening_units, 5, 0);
    assert_close(figures.received_units, 40 + 20 - 5, 0);
    assert_int_equal(figures.stock_day_count, 1);
    view_case_end(&c);
}

static void test_stock_at_the_end_of_an_earlier_window_needs_a_row_of_that_day(void **state)
{
    (void)state;
    begin_four_days();
    view_case_stock(&c, 0, 0, FROM, 50);
    view_case_fit(&c);
    struct pk_kpi_series figures = load(0, FROM - 3, FROM);
    assert_close(figures.on_hand_units, 50, 0);
    assert_int_equal(figures.days_of_supply, -1); /* only windows that end as-of look ahead */
    assert_true(isnan(figures.in_transit_units));
    figures = load(0, FROM - 3, FROM + 1);
    assert_true(isnan(figures.on_hand_units));
    assert_close(figures.opening_units, -1, 0);
    figures = load(0, FROM - 8, FROM - 5); /* before the first row */
    assert_true(isnan(figures.on_hand_units));
    assert_int_equal(figures.stock_day_count, 0);
    view_case_end(&c);
}

static void test_sales_since_the_row_are_taken_off_the_oldest_lots(void **state)
{
    (void)state;
    begin_four_days();
    /* A lot of unknown age is sold last. */
    view_case_stock(&c, 0, 0, AS_OF - 1, 7);
    view_case_stock(&c, 0, 0, AS_OF - 1, 6)->received_date = AS_OF - 200;
    view_case_stock(&c, 0, 0, AS_OF - 1, 9)->received_date = AS_OF - 10;
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    /* 22 less the 10 of the last day: the 6 old ones and 4 of the next lot are gone. */
    assert_close(figures.on_hand_units, 12, 0);
    assert_close(figures.age_units[PK_STOCK_AGE_UNKNOWN], 7, 0);
    assert_close(figures.age_units[pk_age_band_of(200)], 0, 0);
    assert_close(figures.age_units[pk_age_band_of(10)], 5, 0);
    view_case_end(&c);
}

static void test_what_is_ahead_is_told_by_demand_stock_and_inbound(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 200);
    view_case_sell_flat(&c, 0, 10);
    view_case_supply(&c, 0, 0, "acme", 7)->unit_cost_micros = 365 * PK_MICROS_PER_UNIT;
    view_case_stock(&c, 0, 0, AS_OF, 2000);
    view_case_inbound(&c, 0, 0, AS_OF + 5, 30);
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    assert_close(figures.in_transit_units, 30, 0);
    assert_close(figures.days_of_supply, 200, 3);
    assert_close(figures.excess_units, 2000 - 10 * PK_EXCESS_DAYS, 20);
    assert_int_equal(figures.unit_cost_micros, 365 * PK_MICROS_PER_UNIT);
    /* 25 % a year: 0.25 of the day's 1. */
    assert_int_equal(figures.holding_cost_micros_per_day, PK_MICROS_PER_UNIT / 4);
    assert_true(figures.is_listed);
    view_case_end(&c);
}

/* --- availability --- */

static void test_an_item_is_on_offer_from_launch_to_end(void **state)
{
    (void)state;
    begin_four_days();
    c.items[0].launch_date = FROM + 1;
    c.items[0].end_date = FROM + 2;
    view_case_fit(&c);
    assert_int_equal(load(0, FROM, AS_OF).listed_days, 2);
    assert_int_equal(load(0, FROM, AS_OF).in_stock_days, 2);
    assert_int_equal(load(0, AS_OF, AS_OF).listed_days, 0);
    assert_false(load(0, AS_OF, AS_OF).is_listed);
    view_case_end(&c);
}

static void test_without_dates_an_item_is_on_offer_to_90_days_after_its_last_sale(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 200);
    view_case_sell_flat(&c, 0, 1);
    view_case_bucket(&c, 1, AS_OF - 150)->demand_units = 5;
    view_case_bucket(&c, 1, AS_OF - 100)->demand_units = 5;
    view_case_fit(&c);
    assert_int_equal(load(1, AS_OF - 12, AS_OF).listed_days, 3); /* up to AS_OF - 10 */
    assert_int_equal(load(1, AS_OF - 9, AS_OF).listed_days, 0);
    /* Not before its first sale. */
    assert_int_equal(load(1, AS_OF - 160, AS_OF - 141).listed_days, 10);
    view_case_end(&c);
}

static void test_days_out_of_stock_count_by_their_share(void **state)
{
    (void)state;
    begin_four_days();
    view_case_bucket(&c, 0, FROM)->available_ratio = 1;
    view_case_bucket(&c, 0, FROM + 2)->available_ratio = 0;
    view_case_bucket(&c, 0, AS_OF)->available_ratio = 0.4F;
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, FROM, AS_OF);
    assert_int_equal(figures.listed_days, 4);
    assert_int_equal(figures.in_stock_days, 2); /* 1.6 days missing, rounded */
    view_case_end(&c);
}

static void test_a_young_item_is_in_stock_or_on_sale_for_at_most_90_days(void **state)
{
    (void)state;
    view_case_begin(&c, 3, 1, 200);
    view_case_sell_flat(&c, 0, 1);
    view_case_bucket(&c, 1, AS_OF - 89)->demand_units = 1;
    view_case_bucket(&c, 2, AS_OF - 90)->demand_units = 1;
    view_case_fit(&c);
    assert_false(load(0, FROM, AS_OF).is_young);
    assert_true(load(1, FROM, AS_OF).is_young);
    assert_false(load(2, FROM, AS_OF).is_young);
    view_case_end(&c);
}

/* --- buckets --- */

static void test_days_of_a_weekly_series_are_those_of_its_whole_weeks(void **state)
{
    (void)state;
    /* Weeks from Monday, the last one from AS_OF - 6. */
    const struct pk_series weekly = {0, 0, 7}, daily = {0, 0, 1};
    struct pk_shop_data data = {.shop = {.as_of_date = AS_OF, .series = &weekly}};
    const int32_t monday = AS_OF - 6;
    assert_int_equal(pk_bucket_days_between(&data, 0, monday, AS_OF), 7);
    assert_int_equal(pk_bucket_days_between(&data, 0, monday, monday), 7);
    assert_int_equal(pk_bucket_days_between(&data, 0, monday - 7, AS_OF), 14);
    assert_int_equal(pk_bucket_days_between(&data, 0, monday - 6, AS_OF), 7);
    assert_int_equal(pk_bucket_days_between(&data, 0, monday - 6, monday - 1), 0);
    assert_int_equal(pk_bucket_days_between(&data, 0, monday - 70, monday - 64), 7);
    assert_int_equal(pk_bucket_days_between(&data, 0, monday, monday - 1), 0);
    data.shop.series = &daily;
    assert_int_equal(pk_bucket_days_between(&data, 0, AS_OF, AS_OF), 1);
    assert_int_equal(pk_bucket_days_between(&data, 0, AS_OF - 27, AS_OF), 28);
}

static void test_a_weekly_series_is_counted_by_its_weeks(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 210);
    c.series[0].bucket_days = 7;
    c.data.shop.as_of_date = AS_OF - 6;
    for (int32_t date = AS_OF - 6; date > AS_OF - 210; date -= 7)
        view_case_bucket(&c, 0, date)->demand_units = 70;
    view_case_fit(&c);
    const struct pk_kpi_series figures = load(0, AS_OF - 13, AS_OF - 6);
    assert_int_equal(figures.window_days, 14);
    assert_close(figures.paid_units, 140, 0);
    /* Five of its weeks begin in the 30 days before: 350 units in 35 days. */
    assert_close(figures.units_last_30_days, 300, 1e-9);
    assert_int_equal(figures.listed_days, 14);
    view_case_end(&c);
}

/* --- roll-ups --- */

static void test_the_parts_of_a_roll_up_add_up_to_the_total(void **state)
{
    (void)state;
    view_case_begin(&c, 3, 2, 120);
    struct pk_kpi total = {0}, parts[2] = {{0}};
    for (size_t s = 0; s < 6; s++) {
        view_case_sell_flat(&c, s, 1 + (double)s);
        view_case_bucket(&c, s, AS_OF)->paid_amount_micros = 10 * PK_MICROS_PER_UNIT;
        view_case_bucket(&c, s, AS_OF)->available_ratio = 0.5F;
        view_case_stock(&c, (uint32_t)(s / 2), (uint32_t)(s % 2), AS_OF, 100 + (int64_t)s);
        c.items[s / 2].unit_cost_micros = 2 * PK_MICROS_PER_UNIT;
    }
    view_case_fit(&c);
    for (size_t s = 0; s < 6; s++) {
        const struct pk_kpi_series figures = load(s, FROM, AS_OF);
        pk_kpi_add_series(&total, &figures);
        pk_kpi_add_series(&parts[c.series[s].warehouse], &figures);
    }
    struct pk_metric_value whole[PK_METRIC_COUNT], east[PK_METRIC_COUNT], north[PK_METRIC_COUNT];
    pk_kpi_finish(&total, whole);
    pk_kpi_finish(&parts[0], east);
    pk_kpi_finish(&parts[1], north);
    const enum pk_metric metrics[] = {PK_METRIC_UNITS, PK_METRIC_GMV, PK_METRIC_STOCK_UNITS,
                                      PK_METRIC_STOCK_VALUE, PK_METRIC_FILL_RATE};
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        assert_close(whole[metrics[i]].numerator,
                     east[metrics[i]].numerator + north[metrics[i]].numerator, 1e-9);
    assert_close(whole[PK_METRIC_UNITS].value, 84, 0); /* (1 + .. + 6) x 4 days */
    assert_close(whole[PK_METRIC_GMV].value, 60, 1e-9);
    assert_close(whole[PK_METRIC_STOCK_VALUE].value, 2 * 615, 1e-9);
    assert_close(whole[PK_METRIC_FILL_RATE].denominator,
                 east[PK_METRIC_FILL_RATE].denominator + north[PK_METRIC_FILL_RATE].denominator,
                 1e-9);
    view_case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sales_of_the_window_are_counted_and_no_others),
        cmocka_unit_test(test_money_is_not_known_where_no_row_has_an_amount),
        cmocka_unit_test(test_a_window_that_is_not_known_is_left_alone),
        cmocka_unit_test(test_stock_of_the_window_is_averaged_over_the_days_that_tell_it),
        cmocka_unit_test(test_what_came_in_is_what_is_there_and_was_sold_beyond_the_opening),
        cmocka_unit_test(test_stock_at_the_end_of_an_earlier_window_needs_a_row_of_that_day),
        cmocka_unit_test(test_sales_since_the_row_are_taken_off_the_oldest_lots),
        cmocka_unit_test(test_what_is_ahead_is_told_by_demand_stock_and_inbound),
        cmocka_unit_test(test_an_item_is_on_offer_from_launch_to_end),
        cmocka_unit_test(test_without_dates_an_item_is_on_offer_to_90_days_after_its_last_sale),
        cmocka_unit_test(test_days_out_of_stock_count_by_their_share),
        cmocka_unit_test(test_a_young_item_is_in_stock_or_on_sale_for_at_most_90_days),
        cmocka_unit_test(test_days_of_a_weekly_series_are_those_of_its_whole_weeks),
        cmocka_unit_test(test_a_weekly_series_is_counted_by_its_weeks),
        cmocka_unit_test(test_the_parts_of_a_roll_up_add_up_to_the_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

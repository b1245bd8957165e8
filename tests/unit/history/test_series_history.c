/* What the rows of one series say: as-of bucket, sales between two days, latest stock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/history/series_history.h"
#include "tests/support/close.h"

#define MONDAY 19898 /* 2024-06-24 */
#define SUNDAY (MONDAY + 6)

/* Series 0 is daily, series 1 has no sales, series 2 is weekly. */
static const struct pk_series series[] = {{0, 0, 1}, {1, 0, 1}, {2, 0, 7}};
static const struct pk_sales_bucket buckets[] = {
    {.date = 10, .demand_units = 1, .available_ratio = -1},
    {.date = 12, .demand_units = 2, .available_ratio = 0.5F},
    {.date = 13, .demand_units = 4, .available_ratio = 1},
    {.date = 17, .demand_units = 8, .available_ratio = -1},
    {.date = MONDAY, .demand_units = 100, .available_ratio = -1},
};
static const size_t starts[] = {0, 4, 4, 5};

static struct pk_shop_data data_as_of(int32_t as_of_date)
{
    return (struct pk_shop_data){
        .shop = {.as_of_date = as_of_date, .series = series, .series_count = 3},
        .sales = {starts, buckets}};
}

static void test_a_daily_series_ends_on_the_as_of_day(void **state)
{
    (void)state;
    const struct pk_shop_data data = data_as_of(SUNDAY);
    assert_int_equal(pk_series_as_of_date(&data.shop, &series[0]), SUNDAY);
    assert_int_equal(pk_series_next_date(&data.shop, &series[0]), SUNDAY + 1);
}

static void test_a_weekly_series_ends_with_the_week_that_holds_as_of(void **state)
{
    (void)state;
    const int32_t days[] = {MONDAY, MONDAY + 3, SUNDAY};
    for (size_t i = 0; i < 3; i++) {
        const struct pk_shop_data data = data_as_of(days[i]);
        assert_int_equal(pk_series_as_of_date(&data.shop, &series[2]), MONDAY);
        assert_int_equal(pk_series_next_date(&data.shop, &series[2]), MONDAY + 7);
    }
}

static void test_a_week_begins_on_the_day_that_the_shop_tells(void **state)
{
    (void)state;
    struct pk_shop_data data = data_as_of(SUNDAY);
    data.shop.week_start = 6;
    assert_int_equal(pk_series_as_of_date(&data.shop, &series[2]), SUNDAY);
    data.shop.as_of_date = SUNDAY - 1;
    assert_int_equal(pk_series_as_of_date(&data.shop, &series[2]), SUNDAY - 7);
}

static void test_both_days_of_a_range_belong_to_it(void **state)
{
    (void)state;
    const struct pk_shop_data data = data_as_of(20);
    struct pk_ledger_range range = pk_series_sales_between(&data, 0, 12, 17);
    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 4);
    range = pk_series_sales_between(&data, 0, INT32_MIN, INT32_MAX);
    assert_int_equal(range.first, 0);
    assert_int_equal(range.last, 4);
    range = pk_series_sales_between(&data, 0, 14, 16);
    assert_int_equal(range.first, range.last);
    range = pk_series_sales_between(&data, 1, 0, 100);
    assert_int_equal(range.first, range.last);
    range = pk_series_sales_between(&data, 2, MONDAY, MONDAY);
    assert_int_equal(range.first, 4);
    assert_int_equal(range.last, 5);
}

static void test_units_sold_add_up_over_the_range(void **state)
{
    (void)state;
    const struct pk_shop_data data = data_as_of(20);
    assert_close(pk_series_sold_units(&data, 0, 10, 17), 15, 0); /* 1 + 2 + 4 + 8 */
    assert_close(pk_series_sold_units(&data, 0, 11, 13), 6, 0);
    assert_close(pk_series_sold_units(&data, 0, 18, 17), 0, 0);
    assert_close(pk_series_sold_units(&data, 1, 10, 17), 0, 0);
}

static void test_units_of_a_range_out_of_stock_are_not_known(void **state)
{
    (void)state;
    const struct pk_shop_data data = data_as_of(20);
    /* Half of day 12 was in stock; days 10 and 17 do not tell, which counts as in stock. */
    assert_true(isnan(pk_series_sold_in_stock(&data, 0, 10, 17, 0.9)));
    assert_close(pk_series_sold_in_stock(&data, 0, 10, 17, 0.5), 15, 0);
    assert_close(pk_series_sold_in_stock(&data, 0, 13, 17, 0.9), 12, 0);
}

static void test_the_latest_stock_is_every_lot_of_the_last_day_up_to_as_of(void **state)
{
    (void)state;
    const struct pk_stock_row stock[] = {
        {.item = 0, .date = 5}, {.item = 0, .date = 9},  {.item = 0, .date = 9},
        {.item = 1, .date = 9}, {.item = 2, .date = 20},
    };
    struct pk_shop_data data = data_as_of(9);
    data.ledger = (struct pk_ledger){.stock = stock, .stock_count = 5};
    struct pk_ledger_range range = pk_series_latest_stock(&data, 0);
    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 3);
    assert_int_equal(pk_series_stock_date(&data, 0), 9);
    data.shop.as_of_date = 8;
    range = pk_series_latest_stock(&data, 0);
    assert_int_equal(range.first, 0);
    assert_int_equal(range.last, 1);
    assert_int_equal(pk_series_stock_date(&data, 0), 5);
    assert_int_equal(pk_series_stock_date(&data, 1), PK_DATE_NONE);
}

static void test_the_stock_of_a_weekly_series_may_be_of_any_day_of_its_week(void **state)
{
    (void)state;
    struct pk_stock_row stock[] = {{.item = 2, .date = MONDAY - 1}, {.item = 2, .date = SUNDAY}};
    struct pk_shop_data data = data_as_of(MONDAY);
    data.ledger = (struct pk_ledger){.stock = stock, .stock_count = 2};
    assert_int_equal(pk_series_stock_date(&data, 2), SUNDAY);
    stock[1].date = SUNDAY + 1;
    assert_int_equal(pk_series_stock_date(&data, 2), MONDAY - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_daily_series_ends_on_the_as_of_day),
        cmocka_unit_test(test_a_weekly_series_ends_with_the_week_that_holds_as_of),
        cmocka_unit_test(test_a_week_begins_on_the_day_that_the_shop_tells),
        cmocka_unit_test(test_both_days_of_a_range_belong_to_it),
        cmocka_unit_test(test_units_sold_add_up_over_the_range),
        cmocka_unit_test(test_units_of_a_range_out_of_stock_are_not_known),
        cmocka_unit_test(test_the_latest_stock_is_every_lot_of_the_last_day_up_to_as_of),
        cmocka_unit_test(test_the_stock_of_a_weekly_series_may_be_of_any_day_of_its_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

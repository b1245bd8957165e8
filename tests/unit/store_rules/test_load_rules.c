/* What a load sees: its days, its series, the buckets of sales; and the properties of a store. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/as_of.h"
#include "service/store/rules/property.h"
#include "service/store/rules/series.h"

static const struct pk_as_of_facts daily = {
    .complete_through_date = PK_DATE_NONE, .last_sales_date = 1000, .has_daily = true};

static void test_the_live_day_is_the_mark_or_else_the_last_day_of_sales(void **state)
{
    (void)state;
    struct pk_as_of_facts facts = daily;
    assert_int_equal(pk_as_of_resolve(&facts, PK_DATE_NONE).date, 1000);
    facts.complete_through_date = 990;
    assert_int_equal(pk_as_of_resolve(&facts, PK_DATE_NONE).date, 990);
    facts.complete_through_date = 1010;
    assert_int_equal(pk_as_of_resolve(&facts, PK_DATE_NONE).date, 1010);
}

static void test_a_store_without_sales_has_no_live_day(void **state)
{
    (void)state;
    struct pk_as_of_facts facts = {.complete_through_date = 990, .last_sales_date = PK_DATE_NONE};
    struct pk_as_of as_of = pk_as_of_resolve(&facts, PK_DATE_NONE);
    assert_int_equal(as_of.date, day("1990-01-01"));
    assert_false(as_of.has_series);
    as_of = pk_as_of_resolve(&facts, 985);
    assert_int_equal(as_of.date, 985);
    assert_true(as_of.has_series);
}

static void test_a_week_beside_days_counts_when_it_is_over(void **state)
{
    (void)state;
    struct pk_as_of_facts facts = daily;
    facts.has_weekly = true;
    const struct pk_as_of as_of = pk_as_of_resolve(&facts, PK_DATE_NONE);
    assert_int_equal(as_of.last_daily_date, 1000);
    assert_int_equal(as_of.last_weekly_date, 994);
    assert_true(pk_sales_day_is_seen(7, 994, as_of.last_daily_date, as_of.last_weekly_date));
    assert_false(pk_sales_day_is_seen(7, 995, as_of.last_daily_date, as_of.last_weekly_date));
    assert_true(pk_sales_day_is_seen(1, 1000, as_of.last_daily_date, as_of.last_weekly_date));
    assert_false(pk_sales_day_is_seen(1, 1001, as_of.last_daily_date, as_of.last_weekly_date));
}

static void test_in_weeks_alone_the_week_of_the_day_counts(void **state)
{
    (void)state;
    /* 2026-03-05 is a Thursday; weeks begin on Tuesday. */
    const struct pk_as_of_facts facts = {.complete_through_date = PK_DATE_NONE,
                                         .last_sales_date = day("2026-03-10"),
                                         .week_start = 1,
                                         .has_weekly = true};
    const struct pk_as_of as_of = pk_as_of_resolve(&facts, day("2026-03-05"));
    assert_int_equal(as_of.date, day("2026-03-03"));
    assert_int_equal(as_of.last_weekly_date, day("2026-03-03"));
    assert_int_equal(as_of.last_daily_date, day("2026-03-09"));
}

static void test_records_after_a_past_day_do_not_count(void **state)
{
    (void)state;
    assert_int_equal(pk_as_of_resolve(&daily, 999).recorded_date, 999);
    assert_int_equal(pk_as_of_resolve(&daily, 1000).recorded_date, INT32_MAX);
    assert_int_equal(pk_as_of_resolve(&daily, PK_DATE_NONE).recorded_date, INT32_MAX);
}

static void test_sales_stock_and_inbound_make_series_once_each(void **state)
{
    (void)state;
    /* Item x warehouse: sales of (0,0) and (2,1); rows of (1,0) are not seen; stock of (2,1) and
     * (1,1); inbound of (0,1) and (1,0). */
    struct pk_sales_pair pairs[] = {{.item = 0, .warehouse = 0, .bucket_days = 7, .row_count = 3},
                                    {.item = 1, .warehouse = 0, .bucket_days = 7},
                                    {.item = 2, .warehouse = 1, .bucket_days = 1, .row_count = 1},
                                    {.item = 3, .warehouse = 0, .bucket_days = 1}};
    const struct pk_stock_row stock[] = {{.item = 2, .warehouse = 1}, {.item = 1, .warehouse = 1}};
    const struct pk_inbound_row inbound[] = {{.item = 0, .warehouse = 1},
                                             {.item = 1, .warehouse = 0}};
    const struct pk_ledger ledger = {
        .stock = stock, .stock_count = 2, .inbound = inbound, .inbound_count = 2};
    static const struct pk_series wanted[] = {
        {0, 0, 7}, {0, 1, 1}, {1, 0, 7}, {1, 1, 1}, {2, 1, 1}};
    struct pk_series series[8];
    assert_int_equal(pk_series_count_max(4, &ledger), 8);
    assert_int_equal(pk_series_make(pairs, 4, &ledger, series), 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(series[i].item, wanted[i].item);
        assert_int_equal(series[i].warehouse, wanted[i].warehouse);
        assert_int_equal(series[i].bucket_days, wanted[i].bucket_days);
    }
    assert_int_equal(pairs[0].series, 0);
    assert_int_equal(pairs[1].series, 2);
    assert_int_equal(pairs[2].series, 4);
    assert_int_equal(pairs[3].series, PK_INDEX_NONE);
}

static void test_channels_of_one_bucket_are_summed(void **state)
{
    (void)state;
    const struct pk_sales_values rows[] = {
        {.values = {5, 2, 1, -1}, .available_ratio = 0.25},
        /* More cancelled than sold: no negative demand of this channel. */
        {.values = {1, 4, 0, 2000000}, .available_ratio = 0.75},
        {.values = {3, 0, 2, 500000}, .available_ratio = -1},
    };
    struct pk_sales_bucket bucket = pk_sales_bucket_empty(1000);
    assert_int_equal(bucket.paid_amount_micros, -1);
    assert_float_equal(bucket.available_ratio, -1, 0);
    for (int i = 0; i < 3; i++)
        pk_sales_bucket_add(&bucket, &rows[i]);
    assert_int_equal(bucket.date, 1000);
    assert_float_equal(bucket.demand_units, 3 + 0 + 3, 0);
    assert_float_equal(bucket.cancelled_units, 6, 0);
    assert_float_equal(bucket.returned_units, 3, 0);
    assert_int_equal(bucket.paid_amount_micros, 2500000);
    assert_float_equal(bucket.available_ratio, 0.75, 0);
}

static void test_a_property_is_fixed_when_the_store_is_created(void **state)
{
    (void)state;
    struct pk_error error;
    char value[64];
    bool is_new = false;
    assert_int_equal(
        pk_property_settle("calendar", "", "", "auto", value, sizeof value, &is_new, &error),
        PK_OK);
    assert_string_equal(value, "auto");
    assert_true(is_new);
    assert_int_equal(
        pk_property_settle("calendar", "", "cn", "auto", value, sizeof value, &is_new, &error),
        PK_OK);
    assert_string_equal(value, "cn");
    assert_int_equal(
        pk_property_settle("calendar", "cn", "", "auto", value, sizeof value, &is_new, &error),
        PK_OK);
    assert_string_equal(value, "cn");
    assert_false(is_new);
    assert_int_equal(
        pk_property_settle("calendar", "cn", "none", "auto", value, sizeof value, &is_new, &error),
        PK_FAILED_PRECONDITION);
    assert_string_equal(error.field, "calendar");
    assert_string_equal(error.message, "the store was created with calendar 'cn', not 'none'; it "
                                       "cannot change: leave it out, or give another --data "
                                       "directory");
}

static void test_calendars_by_their_words(void **state)
{
    (void)state;
    assert_int_equal(pk_property_calendar("cn"), PK_CALENDAR_CN);
    assert_int_equal(pk_property_calendar("none"), PK_CALENDAR_NONE);
    assert_int_equal(pk_property_calendar("auto"), PK_CALENDAR_AUTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_live_day_is_the_mark_or_else_the_last_day_of_sales),
        cmocka_unit_test(test_a_store_without_sales_has_no_live_day),
        cmocka_unit_test(test_a_week_beside_days_counts_when_it_is_over),
        cmocka_unit_test(test_in_weeks_alone_the_week_of_the_day_counts),
        cmocka_unit_test(test_records_after_a_past_day_do_not_count),
        cmocka_unit_test(test_sales_stock_and_inbound_make_series_once_each),
        cmocka_unit_test(test_channels_of_one_bucket_are_summed),
        cmocka_unit_test(test_a_property_is_fixed_when_the_store_is_created),
        cmocka_unit_test(test_calendars_by_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

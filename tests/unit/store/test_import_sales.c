#include "tests/support/store/store_fixture.h"

#define SALES PK_DATASET_SALES

static void test_a_new_store_is_empty(void **state)
{
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.series_count, 0);
    assert_int_equal(data->shop.as_of_date, day("1990-01-01"));
    assert_int_equal(data->shop.category_count, 1);
    assert_string_equal(data->shop.categories[0], "");
    assert_int_equal(data->sales.starts[0], 0);
    pk_shop_data_free(data);
}

static void test_rows_come_back_series_by_series_whatever_their_order(void **state)
{
    struct pk_import_result result = fixture_import(
        *state, SALES,
        ROWS("date=2026-03-02,item_id=b,units=7", "date=2026-03-01,item_id=a,units=1",
             "date=2026-03-03,item_id=a,units=3,cancelled_units=1,returned_units=2,"
             "paid_amount=12.50,available_ratio=0.5",
             "date=2026-03-01,item_id=b,units=5,warehouse_id=east"));
    assert_int_equal(result.inserted_row_count, 4);
    assert_int_equal(result.created_item_count, 2);
    assert_int_equal(result.created_warehouse_count, 2);
    assert_int_equal(result.created_channel_count, 1);
    assert_int_equal(result.data_revision, 1);
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.as_of_date, day("2026-03-03"));
    assert_int_equal(data->shop.series_count, 3);
    assert_string_equal(data->shop.items[data->shop.series[0].item].item_id, "a");
    assert_string_equal(data->shop.warehouses[data->shop.series[1].warehouse], "east");
    assert_string_equal(data->shop.warehouses[data->shop.series[2].warehouse], "main");
    assert_int_equal(data->sales.starts[1], 2);
    assert_int_equal(data->sales.starts[3], 4);
    const struct pk_sales_bucket *bucket = &data->sales.buckets[1];
    assert_int_equal(bucket->date, day("2026-03-03"));
    assert_float_equal(bucket->demand_units, 2, 0);
    assert_float_equal(bucket->returned_units, 2, 0);
    assert_float_equal(bucket->available_ratio, 0.5, 0);
    assert_int_equal(bucket->paid_amount_micros, 12500000);
    assert_true(data->sales.buckets[0].available_ratio < 0);
    assert_int_equal(data->sales.buckets[0].paid_amount_micros, -1);
    pk_shop_data_free(data);
}

static void test_channels_are_summed(void **state)
{
    fixture_import(
        *state, SALES,
        ROWS("date=2026-03-01,item_id=a,units=1,channel=x,paid_amount=1,available_ratio=0.2",
             "date=2026-03-01,item_id=a,units=2,channel=y,available_ratio=0.7",
             "date=2026-03-02,item_id=a,units=4,channel=y"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.series_count, 1);
    assert_int_equal(data->sales.starts[1], 2);
    assert_float_equal(data->sales.buckets[0].demand_units, 3, 0);
    assert_float_equal(data->sales.buckets[0].available_ratio, 0.7, 1e-6);
    assert_int_equal(data->sales.buckets[0].paid_amount_micros, 1000000);
    assert_float_equal(data->sales.buckets[1].demand_units, 4, 0);
    pk_shop_data_free(data);
    struct pk_channel_sum *sums = NULL;
    size_t count = 0;
    struct store_fixture *fixture = *state;
    assert_int_equal(pk_store_sum_channels(fixture->store, day("2026-03-01"), day("2026-03-02"),
                                           &sums, &count, NULL),
                     PK_OK);
    assert_int_equal(count, 2);
    assert_string_equal(sums[1].channel, "y");
    assert_int_equal(sums[1].units, 6);
    assert_int_equal(sums[1].active_item_count, 1);
    free(sums);
}

static void test_the_same_rows_again_change_nothing(void **state)
{
    const char *const *rows =
        ROWS("date=2026-03-01,item_id=a,units=1", "date=2026-03-02,item_id=a,units=2");
    struct store_fixture *fixture = *state;
    fixture_import(fixture, SALES, rows);
    int64_t forecast_revision = pk_store_forecast_revision(fixture->store);
    struct pk_import_result result = fixture_import(fixture, SALES, rows);
    assert_int_equal(result.unchanged_row_count, 2);
    assert_int_equal(result.inserted_row_count + result.updated_row_count, 0);
    assert_int_equal(result.data_revision, 1);
    assert_int_equal(fixture_import(fixture, SALES, (const char *const[]){NULL}).data_revision, 1);
    assert_int_equal(pk_store_data_revision(fixture->store), 1);
    assert_int_equal(pk_store_forecast_revision(fixture->store), forecast_revision);
}

static void test_an_absent_column_keeps_and_an_empty_cell_resets(void **state)
{
    fixture_import(*state, SALES,
                   ROWS("date=2026-03-01,item_id=a,units=5,cancelled_units=2,paid_amount=9"));
    fixture_import(*state, SALES, ROWS("date=2026-03-01,item_id=a,units=6,paid_amount="));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_float_equal(data->sales.buckets[0].demand_units, 4, 0);
    assert_int_equal(data->sales.buckets[0].paid_amount_micros, -1);
    pk_shop_data_free(data);
    fixture_import(*state, SALES, ROWS("date=2026-03-01,item_id=a,units=6,cancelled_units="));
    data = fixture_load(*state, PK_DATE_NONE);
    assert_float_equal(data->sales.buckets[0].demand_units, 6, 0);
    pk_shop_data_free(data);
}

static void test_a_key_twice_is_refused_only_if_values_differ(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    struct pk_import_result result = fixture_import(
        fixture, SALES,
        ROWS("date=2026-03-01,item_id=a,units=5", "date=2026-03-01,item_id=a,units=5"));
    assert_int_equal(result.row_count, 1);
    assert_int_equal(fixture_try_import(fixture, &options,
                                        ROWS("date=2026-03-01,item_id=b,units=5",
                                             "date=2026-03-01,item_id=c,units=1",
                                             "date=2026-03-01,item_id=b,units=6"),
                                        NULL),
                     PK_ALREADY_EXISTS);
    assert_non_null(strstr(fixture->error.message, "row 2"));
    assert_non_null(strstr(fixture->error.message, "row 0"));
    assert_string_equal(fixture->error.field, "units");
    assert_int_equal(pk_store_data_revision(fixture->store), 1);
    assert_int_equal(
        fixture_try_import(fixture, &options,
                           ROWS("date=2026-03-01,item_id=b,units=5", "-date=2026-03-01,item_id=b"),
                           NULL),
        PK_ALREADY_EXISTS);
}

static void test_columns_of_two_files_are_joined_under_one_key(void **state)
{
    fixture_import(*state, SALES,
                   ROWS("date=2026-03-01,item_id=a,units=5,cancelled_units=1",
                        "date=2026-03-01,item_id=a,units=5,returned_units=3"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_float_equal(data->sales.buckets[0].demand_units, 4, 0);
    assert_float_equal(data->sales.buckets[0].returned_units, 3, 0);
    pk_shop_data_free(data);
}

static void test_a_deletion_removes_the_row_and_creates_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_store_status status;
    fixture_import(*state, SALES,
                   ROWS("date=2026-03-01,item_id=a,units=5", "date=2026-03-02,item_id=a,units=6"));
    struct pk_import_result result = fixture_import(
        *state, SALES, ROWS("-date=2026-03-02,item_id=a", "-date=2026-03-02,item_id=zzz"));
    assert_int_equal(result.deleted_row_count, 1);
    assert_int_equal(result.unchanged_row_count, 1);
    assert_int_equal(result.created_item_count, 0);
    assert_int_equal(pk_store_get_status(fixture->store, &status, NULL), PK_OK);
    assert_int_equal(status.sales_row_count, 1);
    assert_int_equal(status.item_count, 1);
    assert_int_equal(status.last_sales_date, day("2026-03-01"));
    assert_string_equal(status.last_import_kind, "sales");
}

static void test_daily_and_weekly_do_not_mix_in_one_series(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, SALES, ROWS("date=2026-03-02,item_id=a,units=5"));
    struct pk_import_options options = fixture_options(fixture, SALES);
    options.bucket_days = 7;
    assert_int_equal(fixture_try_import(fixture, &options,
                                        ROWS("date=2026-03-02,item_id=a,units=5,channel=other"),
                                        NULL),
                     PK_FAILED_PRECONDITION);
    assert_non_null(strstr(fixture->error.message, "by day"));
    assert_int_equal(fixture_try_import(fixture, &options,
                                        ROWS("date=2026-03-02,item_id=a,units=5,warehouse_id=w"),
                                        NULL),
                     PK_OK);
    /* A week counts beside days only when it is over. */
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->shop.series_count, 1);
    pk_shop_data_free(data);
    data = fixture_load(fixture, day("2026-03-08"));
    assert_int_equal(data->shop.series_count, 2);
    assert_int_equal(data->shop.series[1].bucket_days, 7);
    pk_shop_data_free(data);
}

static void test_a_series_without_rows_may_change_its_bucket(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, SALES, ROWS("date=2026-03-02,item_id=a,units=5"));
    fixture_import(fixture, SALES, ROWS("-date=2026-03-02,item_id=a"));
    struct pk_import_options options = fixture_options(fixture, SALES);
    options.bucket_days = 7;
    fixture_import_with(fixture, &options, ROWS("date=2026-03-02,item_id=a,units=5"));
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->shop.series[0].bucket_days, 7);
    pk_shop_data_free(data);
}

static void test_weeks_begin_on_one_weekday_per_store(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    options.bucket_days = 7;
    assert_int_equal(fixture_try_import(fixture, &options,
                                        ROWS("date=2026-03-03,item_id=a,units=5",
                                             "date=2026-03-11,item_id=a,units=5"),
                                        NULL),
                     PK_FAILED_PRECONDITION);
    assert_non_null(strstr(fixture->error.message, "Tuesday"));
    fixture_import_with(fixture, &options, ROWS("date=2026-03-03,item_id=a,units=5"));
    options = fixture_options(fixture, SALES);
    options.bucket_days = 7;
    assert_int_equal(
        fixture_try_import(fixture, &options, ROWS("date=2026-03-09,item_id=a,units=5"), NULL),
        PK_FAILED_PRECONDITION);
    struct pk_shop_data *data = fixture_load(fixture, day("2026-03-05"));
    assert_int_equal(data->shop.week_start, 1);
    assert_int_equal(data->shop.as_of_date, day("2026-03-03"));
    assert_int_equal(data->shop.series_count, 1);
    pk_shop_data_free(data);
}

static void test_replacing_a_source_drops_its_other_rows_of_those_dates(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    snprintf(options.replace_source, sizeof options.replace_source, "online-retail");
    fixture_import_with(fixture, &options,
                        ROWS("date=2026-03-01,item_id=a,units=1",
                             "date=2026-03-01,item_id=b,units=2",
                             "date=2026-03-02,item_id=a,units=3"));
    fixture_import(fixture, SALES, ROWS("date=2026-03-01,item_id=own,units=9"));
    options = fixture_options(fixture, SALES);
    snprintf(options.replace_source, sizeof options.replace_source, "online-retail");
    struct pk_import_result result = fixture_import_with(
        fixture, &options,
        ROWS("date=2026-03-01,item_id=b,units=2", "date=2026-03-01,item_id=c,units=4"));
    assert_int_equal(result.deleted_row_count, 1);
    assert_int_equal(result.unchanged_row_count, 1);
    assert_int_equal(result.inserted_row_count, 1);
    struct pk_store_status status;
    assert_int_equal(pk_store_get_status(fixture->store, &status, NULL), PK_OK);
    assert_int_equal(status.sales_row_count, 4);
}

static void test_a_request_id_has_one_effect(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    struct pk_import_result first =
        fixture_import_with(fixture, &options, ROWS("date=2026-03-01,item_id=a,units=1"));
    fixture_reopen(fixture);
    struct pk_import_result second =
        fixture_import_with(fixture, &options, ROWS("date=2026-03-01,item_id=a,units=100"));
    assert_false(first.replayed);
    assert_true(second.replayed);
    assert_int_equal(second.inserted_row_count, 1);
    assert_int_equal(second.data_revision, first.data_revision);
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_float_equal(data->sales.buckets[0].demand_units, 1, 0);
    pk_shop_data_free(data);
    options.kind = PK_DATASET_ITEMS;
    assert_int_equal(fixture_try_import(fixture, &options, ROWS("item_id=a"), NULL),
                     PK_ALREADY_EXISTS);
}

static void test_two_imports_with_one_request_id_at_once_have_one_effect(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    struct pk_import *imports[2];
    struct pk_import_result results[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pk_import_begin(fixture->store, &options, &imports[i], &results[i], NULL),
                         PK_OK);
        assert_int_equal(
            fixture_add(imports[i], SALES, "date=2026-03-01,item_id=a,units=1", 0, NULL), PK_OK);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pk_import_publish(imports[i], &results[i], &fixture->error), PK_OK);
    assert_false(results[0].replayed);
    assert_true(results[1].replayed);
    assert_int_equal(pk_store_data_revision(fixture->store), 1);
}

static void test_a_dry_run_counts_and_changes_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    options.dry_run = true;
    struct pk_import_result result =
        fixture_import_with(fixture, &options, ROWS("date=2026-03-01,item_id=a,units=1"));
    assert_int_equal(result.inserted_row_count, 1);
    assert_int_equal(result.data_revision, 0);
    assert_int_equal(pk_store_data_revision(fixture->store), 0);
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->shop.item_count, 0);
    pk_shop_data_free(data);
    options.dry_run = false;
    assert_false(
        fixture_import_with(fixture, &options, ROWS("date=2026-03-01,item_id=a,units=1")).replayed);
}

static void test_the_complete_through_mark_is_the_live_as_of_day(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, SALES);
    options.complete_through_date = day("2026-03-05");
    fixture_import_with(fixture, &options,
                        ROWS("date=2026-03-01,item_id=a,units=1",
                             "date=2026-03-06,item_id=a,units=2",
                             "date=2026-03-06,item_id=later,units=2"));
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->shop.as_of_date, day("2026-03-05"));
    assert_int_equal(data->shop.series_count, 1);
    assert_int_equal(data->sales.starts[1], 1);
    pk_shop_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_a_new_store_is_empty),
        TEST(test_rows_come_back_series_by_series_whatever_their_order),
        TEST(test_channels_are_summed),
        TEST(test_the_same_rows_again_change_nothing),
        TEST(test_an_absent_column_keeps_and_an_empty_cell_resets),
        TEST(test_a_key_twice_is_refused_only_if_values_differ),
        TEST(test_columns_of_two_files_are_joined_under_one_key),
        TEST(test_a_deletion_removes_the_row_and_creates_nothing),
        TEST(test_daily_and_weekly_do_not_mix_in_one_series),
        TEST(test_a_series_without_rows_may_change_its_bucket),
        TEST(test_weeks_begin_on_one_weekday_per_store),
        TEST(test_replacing_a_source_drops_its_other_rows_of_those_dates),
        TEST(test_a_request_id_has_one_effect),
        TEST(test_two_imports_with_one_request_id_at_once_have_one_effect),
        TEST(test_a_dry_run_counts_and_changes_nothing),
        TEST(test_the_complete_through_mark_is_the_live_as_of_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

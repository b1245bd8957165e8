#include "tests/support/store/store_fixture.h"

#include "service/workflows/history/import_history.h"

/* A record of raw cells: nothing checked, nothing completed. */
static struct pk_record raw_sales(const char *item_id, int32_t date, int64_t units)
{
    struct pk_record record = {.deleted = false};
    record.cells[0] = (struct pk_cell){.state = PK_CELL_SET, .integer = date};
    record.cells[1] = (struct pk_cell){.state = PK_CELL_SET, .text = pk_text_from(item_id)};
    record.cells[2] = (struct pk_cell){.state = PK_CELL_SET, .integer = units};
    return record;
}

static struct pk_history_import *begin(struct store_fixture *fixture, bool lenient)
{
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_SALES);
    struct pk_history_import *import = NULL;
    struct pk_import_result result;
    options.lenient = lenient;
    assert_int_equal(pk_history_import_begin(fixture->store, &options, NULL, NULL, &import, &result,
                                             &fixture->error),
                     PK_OK);
    assert_non_null(import);
    return import;
}

static enum pk_status add(struct store_fixture *fixture, struct pk_history_import *import,
                          const char *item_id, int64_t units)
{
    struct pk_record record = raw_sales(item_id, 20000, units);
    return pk_history_import_add(import, &record, &fixture->error);
}

static void test_a_strict_import_names_every_wrong_row_and_changes_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_history_import *import = begin(fixture, false);
    struct pk_history_outcome outcome;
    assert_int_equal(add(fixture, import, "a", 1), PK_OK);
    assert_int_equal(add(fixture, import, "b", -1), PK_OK);
    assert_int_equal(add(fixture, import, "", 1), PK_OK);
    assert_int_equal(add(fixture, import, "a", 2), PK_OK);
    assert_int_equal(pk_history_import_publish(import, &outcome, &fixture->error),
                     PK_INVALID_ARGUMENT);
    assert_string_equal(fixture->error.field, "rows[1].units");
    pk_history_import_outcome(import, &outcome);
    assert_int_equal(outcome.rejected_row_count, 3);
    assert_int_equal(outcome.rejected_rows[1].row_index, 2);
    assert_string_equal(outcome.rejected_rows[1].column_name, "item_id");
    assert_int_equal(outcome.rejected_rows[2].status, PK_ALREADY_EXISTS);
    pk_history_import_free(import);
    assert_int_equal(pk_store_data_revision(fixture->store), 0);
}

static void test_a_lenient_import_lands_the_good_rows(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_history_import *import = begin(fixture, true);
    struct pk_history_outcome outcome;
    for (int i = 0; i < PK_REJECTED_ROW_COUNT_MAX + 1; i++)
        assert_int_equal(add(fixture, import, "bad", -1), PK_OK);
    assert_int_equal(add(fixture, import, "good", 1), PK_OK);
    assert_int_equal(pk_history_import_publish(import, &outcome, &fixture->error), PK_OK);
    assert_int_equal(outcome.result.inserted_row_count, 1);
    assert_int_equal(outcome.rejected_row_count, PK_REJECTED_ROW_COUNT_MAX);
    assert_int_equal(outcome.total_rejected_row_count, PK_REJECTED_ROW_COUNT_MAX + 1);
    assert_int_equal(pk_history_import_row_count(import), PK_REJECTED_ROW_COUNT_MAX + 2);
    pk_history_import_free(import);
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->shop.item_count, 1);
    pk_shop_data_free(data);
}

static void test_a_lenient_import_rejects_every_row_of_a_series_with_another_bucket(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_SALES);
    struct pk_history_import *import = NULL;
    struct pk_history_outcome outcome;
    fixture_import(fixture, PK_DATASET_SALES, ROWS("date=2026-03-01,item_id=daily,units=1"));
    options.bucket_days = 7;
    options.lenient = true;
    assert_int_equal(pk_history_import_begin(fixture->store, &options, NULL, NULL, &import,
                                             &outcome.result, &fixture->error),
                     PK_OK);
    for (int32_t week = 0; week < 3; week++) {
        struct pk_record daily = raw_sales("daily", 20000 + 7 * week, 1);
        struct pk_record weekly = raw_sales("weekly", 20000 + 7 * week, 1);
        assert_int_equal(pk_history_import_add(import, &daily, &fixture->error), PK_OK);
        assert_int_equal(pk_history_import_add(import, &weekly, &fixture->error), PK_OK);
    }
    if (pk_history_import_publish(import, &outcome, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
    assert_int_equal(outcome.total_rejected_row_count, 3);
    assert_int_equal(outcome.result.inserted_row_count, 3);
    pk_history_import_free(import);
}

static void test_a_strict_import_gives_up_at_the_limit_of_violations(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_history_import *import = begin(fixture, false);
    for (int i = 1; i < PK_VIOLATION_COUNT_MAX; i++)
        assert_int_equal(add(fixture, import, "bad", -1), PK_OK);
    assert_int_equal(add(fixture, import, "bad", -1), PK_INVALID_ARGUMENT);
    pk_history_import_free(import);
}

static void count_refusal(void *context, const char *field, const char *message)
{
    (void)field;
    (void)message;
    (*(int *)context)++;
}

static void test_all_wrong_options_are_named_at_once(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = {.kind = PK_DATASET_ITEMS,
                                        .bucket_days = 7,
                                        .snapshot = true,
                                        .complete_through_date = 20000,
                                        .request_id = " x",
                                        .replace_source = "source"};
    struct pk_history_import *import = NULL;
    struct pk_import_result result;
    int refusal_count = 0;
    assert_int_equal(pk_history_import_begin(fixture->store, &options, count_refusal,
                                             &refusal_count, &import, &result, &fixture->error),
                     PK_INVALID_ARGUMENT);
    assert_int_equal(refusal_count, 5);
    assert_null(import);
}

static void test_a_replay_needs_no_rows(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_ITEMS);
    struct pk_history_import *import = NULL;
    struct pk_import_result result;
    fixture_import_with(fixture, &options, ROWS("item_id=a"));
    assert_int_equal(pk_history_import_begin(fixture->store, &options, NULL, NULL, &import, &result,
                                             &fixture->error),
                     PK_OK);
    assert_null(import);
    assert_true(result.replayed);
    assert_int_equal(result.inserted_row_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_a_strict_import_names_every_wrong_row_and_changes_nothing),
        TEST(test_a_lenient_import_lands_the_good_rows),
        TEST(test_a_lenient_import_rejects_every_row_of_a_series_with_another_bucket),
        TEST(test_a_strict_import_gives_up_at_the_limit_of_violations),
        TEST(test_all_wrong_options_are_named_at_once),
        TEST(test_a_replay_needs_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

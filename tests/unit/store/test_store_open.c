#include "tests/support/store/store_fixture.h"

#include <sqlite3.h>
#include <sys/stat.h>

static void path_in(const struct store_fixture *fixture, const char *name, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", fixture->directory, name);
}

/* Runs SQL on the closed store's file. */
static void run_sql(const struct store_fixture *fixture, const char *sql)
{
    char path[128];
    sqlite3 *database = NULL;
    path_in(fixture, "peakstock.db", path, sizeof path);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static enum pk_status open_again(struct store_fixture *fixture,
                                 const struct pk_store_properties *wanted)
{
    pk_store_close(fixture->store);
    fixture->store = NULL;
    return pk_store_open(fixture->directory, wanted, &fixture->store, &fixture->error);
}

static void test_a_second_service_on_the_directory_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_store *second = NULL;
    char process[32];
    assert_int_equal(pk_store_open(fixture->directory, NULL, &second, &fixture->error),
                     PK_FAILED_PRECONDITION);
    snprintf(process, sizeof process, "%ld", (long)getpid());
    assert_non_null(strstr(fixture->error.message, process));
    assert_non_null(strstr(fixture->error.message, fixture->directory));
    fixture_reopen(fixture);
}

static void test_missing_parents_are_made_and_private(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_store *store = NULL;
    struct stat found;
    char path[128];
    path_in(fixture, "deep/er", path, sizeof path);
    assert_int_equal(pk_store_open(path, NULL, &store, &fixture->error), PK_OK);
    pk_store_close(store);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
}

static void test_properties_are_fixed_at_creation(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_store_properties properties = pk_store_get_properties(fixture->store);
    assert_string_equal(properties.currency_code, "CNY");
    assert_string_equal(properties.time_zone, "Asia/Shanghai");
    assert_string_equal(properties.calendar, "auto");
    assert_int_equal(open_again(fixture, &properties), PK_OK);
    struct pk_store_properties other = {.currency_code = "EUR"};
    assert_int_equal(open_again(fixture, &other), PK_FAILED_PRECONDITION);
    assert_string_equal(fixture->error.field, "currency_code");
    assert_null(fixture->store);
}

static void test_other_files_are_not_taken_for_a_store(void **state)
{
    struct store_fixture *fixture = *state;
    char path[128];
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture, "PRAGMA application_id = 7");
    assert_int_equal(open_again(fixture, NULL), PK_DATA_LOSS);
    path_in(fixture, "peakstock.db", path, sizeof path);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("not a database ", file);
    fclose(file);
    assert_int_equal(open_again(fixture, NULL), PK_DATA_LOSS);
    assert_non_null(strstr(fixture->error.message, path));
}

static void test_a_newer_store_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture, "PRAGMA user_version = 999");
    assert_int_equal(open_again(fixture, NULL), PK_FAILED_PRECONDITION);
    assert_non_null(strstr(fixture->error.message, "newer"));
}

/* As the version before the decisions of reviews left it. */
static void test_a_store_of_the_version_before_is_brought_up_and_keeps_its_rows(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_raised_list *list = NULL;
    fixture_import(fixture, PK_DATASET_SALES, ROWS("date=2026-01-01,item_id=a,units=3"));
    fixture_import(fixture, PK_DATASET_TARGETS,
                   ROWS("period_start=2026-01-01,period_end=2026-01-31,metric=gmv,value=900"));
    const int64_t revision = pk_store_data_revision(fixture->store);
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture, "DROP TABLE reviews; DROP TABLE raised_decisions;"
                     "DELETE FROM migrations WHERE version = 4; PRAGMA user_version = 3");
    assert_int_equal(open_again(fixture, NULL), PK_OK);
    assert_true(pk_store_data_revision(fixture->store) == revision);
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->sales.starts[data->shop.series_count], 1);
    assert_int_equal(data->ledger.target_count, 1);
    pk_shop_data_free(data);
    const struct pk_raised row = {
        .item_id = "a", .warehouse_id = "main", .action = "reorder", .reason = "BELOW_NEED"};
    assert_int_equal(pk_store_save_raised(fixture->store, 100, &row, 1, NULL), PK_OK);
    assert_int_equal(pk_store_load_raised(fixture->store, 100, &list, NULL), PK_OK);
    assert_int_equal(list->count, 1);
    pk_raised_list_free(list);
}

static void test_a_column_that_datasets_gained_is_added(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, PK_DATASET_ITEMS, ROWS("item_id=a,name=Alpha"));
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture, "ALTER TABLE items DROP COLUMN volume_litres");
    assert_int_equal(open_again(fixture, NULL), PK_OK);
    fixture_import(fixture, PK_DATASET_ITEMS, ROWS("item_id=a,volume_litres=2"));
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_string_equal(data->shop.items[0].name, "Alpha");
    pk_shop_data_free(data);
}

static void test_staging_that_a_crash_left_is_wiped(void **state)
{
    struct store_fixture *fixture = *state;
    char path[128];
    path_in(fixture, "staging/import-17.db", path, sizeof path);
    fclose(fopen(path, "w"));
    fixture_reopen(fixture);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_a_request_id_is_forgotten_after_thirty_days(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_ITEMS);
    fixture_import_with(fixture, &options, ROWS("item_id=a"));
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture,
            "UPDATE imports SET published_epoch_seconds = published_epoch_seconds - 2591900");
    assert_int_equal(open_again(fixture, NULL), PK_OK);
    assert_true(fixture_import_with(fixture, &options, ROWS("item_id=a")).replayed);
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture, "UPDATE imports SET published_epoch_seconds = published_epoch_seconds - 200");
    assert_int_equal(open_again(fixture, NULL), PK_OK);
    assert_false(fixture_import_with(fixture, &options, ROWS("item_id=b")).replayed);
}

static void test_the_newest_four_snapshots_are_kept(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_snapshot_record record = {.as_of_date = 20000, .snapshot_id = "", .size = 50000};
    struct pk_snapshot_record loaded;
    assert_int_equal(pk_store_load_snapshot(fixture->store, &loaded, NULL), PK_NOT_FOUND);
    record.bytes = calloc(1, record.size);
    for (int i = 0; i < 6; i++) {
        snprintf(record.snapshot_id, sizeof record.snapshot_id, "fit-%d", i);
        record.bytes[49999] = (unsigned char)i;
        assert_int_equal(pk_store_save_snapshot(fixture->store, &record, NULL), PK_OK);
    }
    free(record.bytes);
    fixture_reopen(fixture);
    assert_int_equal(pk_store_load_snapshot(fixture->store, &loaded, NULL), PK_OK);
    assert_string_equal(loaded.snapshot_id, "fit-5");
    assert_int_equal(loaded.size, 50000);
    assert_int_equal(loaded.bytes[49999], 5);
    free(loaded.bytes);
    pk_store_close(fixture->store);
    fixture->store = NULL;
    run_sql(fixture, "CREATE TEMP TABLE t AS SELECT 1 / (count(*) = 4) FROM snapshots");
    run_sql(fixture, "UPDATE snapshots SET bytes = substr(bytes, 1, length(bytes) - 1) || x'00'");
    assert_int_equal(open_again(fixture, NULL), PK_OK);
    assert_int_equal(pk_store_load_snapshot(fixture->store, &loaded, &fixture->error),
                     PK_DATA_LOSS);
    assert_non_null(strstr(fixture->error.message, "fit-5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_a_second_service_on_the_directory_is_refused),
        TEST(test_missing_parents_are_made_and_private),
        TEST(test_properties_are_fixed_at_creation),
        TEST(test_other_files_are_not_taken_for_a_store),
        TEST(test_a_newer_store_is_refused),
        TEST(test_a_store_of_the_version_before_is_brought_up_and_keeps_its_rows),
        TEST(test_a_column_that_datasets_gained_is_added),
        TEST(test_staging_that_a_crash_left_is_wiped),
        TEST(test_a_request_id_is_forgotten_after_thirty_days),
        TEST(test_the_newest_four_snapshots_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

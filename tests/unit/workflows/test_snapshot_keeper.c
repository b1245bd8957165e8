/* The snapshot keeper: read your writes, shared and stored fits, other as-of days, and callers that give up. */
#include "tests/support/store/store_fixture.h"

#include "service/workflows/snapshot_fit.h"
#include "service/workflows/snapshot_keeper.h"

static struct pk_snapshot_keeper *keeper;
static int fit_count;

static void count_fit(void *context, const struct pk_snapshot *snapshot, double load_seconds,
                      double fit_seconds, const struct pk_error *failure)
{
    (void)context;
    (void)load_seconds;
    (void)fit_seconds;
    if (snapshot != NULL && failure == NULL)
        __atomic_add_fetch(&fit_count, 1, __ATOMIC_SEQ_CST);
}

static void start(struct store_fixture *fixture)
{
    struct pk_snapshot_keeper_options options = {
        .store = fixture->store, .thread_count = 1, .report = count_fit};
    fit_count = 0;
    if (pk_snapshot_keeper_start(&options, &keeper, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
}

/* `count` days of 5 + day % 3 units from a first day on. */
static void import_days(struct store_fixture *fixture, const char *first, int count)
{
    struct pk_import *import = NULL;
    struct pk_import_result result;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_SALES);
    assert_int_equal(pk_import_begin(fixture->store, &options, &import, &result, &fixture->error),
                     PK_OK);
    for (int i = 0; i < count; i++) {
        char date[PK_DATE_TEXT_SIZE];
        char row[96];
        snprintf(row, sizeof row, "date=%s,item_id=A,units=%d",
                 pk_date_format(day(first) + i, date), 5 + i % 3);
        assert_int_equal(fixture_add(import, PK_DATASET_SALES, row, i, &fixture->error), PK_OK);
    }
    assert_int_equal(pk_import_publish(import, &result, &fixture->error), PK_OK);
    if (keeper != NULL)
        pk_snapshot_keeper_wake(keeper);
}

static struct pk_snapshot *acquire(struct store_fixture *fixture, int32_t as_of_date)
{
    struct pk_snapshot *snapshot = NULL;
    if (pk_snapshot_acquire(keeper, as_of_date, NULL, &snapshot, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
    return snapshot;
}

static void stop(void)
{
    pk_snapshot_keeper_stop(keeper);
    keeper = NULL;
}

static void test_a_caller_sees_the_import_that_came_before_it(void **state)
{
    struct store_fixture *fixture = *state;
    start(fixture);
    for (int i = 0; i < 5; i++) {
        import_days(fixture, "2026-01-01", 30 + i);
        struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
        assert_true(snapshot->data->data_revision == pk_store_data_revision(fixture->store));
        assert_int_equal(snapshot->data->shop.as_of_date, day("2026-01-30") + i);
        pk_snapshot_release(snapshot);
    }
    stop();
}

static void test_a_current_snapshot_is_handed_out_again_without_a_fit(void **state)
{
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 40);
    start(fixture);
    struct pk_snapshot *first = acquire(fixture, PK_DATE_NONE);
    struct pk_snapshot *second = acquire(fixture, PK_DATE_NONE);
    assert_ptr_equal(first, second);
    pk_snapshot_release(first);
    pk_snapshot_release(second);
    stop();
    assert_int_equal(fit_count, 1);
}

static void test_terms_of_supply_do_not_refit(void **state)
{
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 40);
    start(fixture);
    struct pk_snapshot *before = acquire(fixture, PK_DATE_NONE);
    fixture_import(fixture, PK_DATASET_SUPPLY, ROWS("item_id=A,lead_time_days=7"));
    pk_snapshot_keeper_wake(keeper);
    struct pk_snapshot *after = acquire(fixture, PK_DATE_NONE);
    assert_ptr_equal(before->fit, after->fit);
    assert_int_equal(before->data->ledger.supply_count, 0);
    assert_int_equal(after->data->ledger.supply_count, 1);
    pk_snapshot_release(before);
    pk_snapshot_release(after);
    stop();
    assert_int_equal(fit_count, 1);
}

static void test_a_restart_takes_the_stored_fit(void **state)
{
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 40);
    start(fixture);
    struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
    double level_units = pk_model_series(snapshot->fit->model, 0)->level_units;
    pk_snapshot_release(snapshot);
    stop();
    fixture_reopen(fixture);
    start(fixture);
    snapshot = acquire(fixture, PK_DATE_NONE);
    assert_true(pk_model_series(snapshot->fit->model, 0)->level_units == level_units);
    pk_snapshot_release(snapshot);
    stop();
    assert_int_equal(fit_count, 0);
}

/* Saves bytes that are no model, or a model of another version, as the newest snapshot. */
static void save_foreign_snapshot(struct store_fixture *fixture, const char *model_version)
{
    unsigned char bytes[] = "not a model";
    struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
    struct pk_snapshot_record record = {.forecast_revision = snapshot->data->forecast_revision,
                                        .as_of_date = snapshot->data->shop.as_of_date,
                                        .bytes = bytes,
                                        .size = sizeof bytes};
    snprintf(record.snapshot_id, sizeof record.snapshot_id, "foreign");
    snprintf(record.model_version, sizeof record.model_version, "%s", model_version);
    snprintf(record.config_hash, sizeof record.config_hash, "%s", snapshot->config_hash);
    pk_snapshot_release(snapshot);
    assert_int_equal(pk_store_save_snapshot(fixture->store, &record, &fixture->error), PK_OK);
}

static void test_an_unreadable_or_older_snapshot_is_refitted(void **state)
{
    static const char *const versions[] = {PK_MODEL_VERSION, "0"};
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 40);
    for (size_t i = 0; i < 2; i++) {
        start(fixture);
        save_foreign_snapshot(fixture, versions[i]);
        stop();
        start(fixture);
        pk_snapshot_release(acquire(fixture, PK_DATE_NONE));
        stop();
        assert_int_equal(fit_count, 1);
    }
}

static void test_another_as_of_day_is_fitted_once_and_kept_beside_the_live_one(void **state)
{
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 60);
    start(fixture);
    for (int i = 0; i < 3; i++) {
        struct pk_snapshot *past = acquire(fixture, day("2026-02-01"));
        assert_int_equal(past->data->shop.as_of_date, day("2026-02-01"));
        assert_int_equal(past->data->sales.starts[1], 32);
        pk_snapshot_release(past);
    }
    struct pk_snapshot *live = acquire(fixture, PK_DATE_NONE);
    assert_int_equal(live->data->shop.as_of_date, day("2026-03-01"));
    pk_snapshot_release(live);
    stop();
    assert_int_equal(fit_count, 2);
}

static void test_more_days_than_the_cache_holds_still_answer(void **state)
{
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 60);
    start(fixture);
    for (int i = 0; i <= PK_AS_OF_CACHE_COUNT; i++) {
        struct pk_snapshot *past = acquire(fixture, day("2026-02-01") + i);
        assert_int_equal(past->data->shop.as_of_date, day("2026-02-01") + i);
        pk_snapshot_release(past);
    }
    stop();
}

static void test_a_day_that_nobody_knows_yet_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_snapshot *snapshot = NULL;
    import_days(fixture, "2026-01-01", 40);
    start(fixture);
    pk_snapshot_release(acquire(fixture, day("2026-02-09")));
    assert_int_equal(
        pk_snapshot_acquire(keeper, day("2026-02-10"), NULL, &snapshot, &fixture->error),
        PK_FAILED_PRECONDITION);
    assert_non_null(strstr(fixture->error.message, "2026-02-09"));
    stop();
}

static void test_an_empty_store_is_a_precondition_not_a_wait(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_snapshot *snapshot = NULL;
    start(fixture);
    assert_int_equal(pk_snapshot_acquire(keeper, PK_DATE_NONE, NULL, &snapshot, &fixture->error),
                     PK_FAILED_PRECONDITION);
    assert_non_null(strstr(fixture->error.message, "import sales"));
    stop();
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_a_caller_sees_the_import_that_came_before_it),
        CASE(test_a_current_snapshot_is_handed_out_again_without_a_fit),
        CASE(test_terms_of_supply_do_not_refit),
        CASE(test_a_restart_takes_the_stored_fit),
        CASE(test_an_unreadable_or_older_snapshot_is_refitted),
        CASE(test_another_as_of_day_is_fitted_once_and_kept_beside_the_live_one),
        CASE(test_more_days_than_the_cache_holds_still_answer),
        CASE(test_a_day_that_nobody_knows_yet_is_refused),
        CASE(test_an_empty_store_is_a_precondition_not_a_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The snapshot keeper: read your writes, shared and stored fits, other as-of days, and callers that
 * give up. */
#include "tests/support/store/store_fixture.h"

#include <unistd.h>

#include "models/forecast/advance.h"
#include "service/snapshot/snapshot_fit.h"
#include "service/snapshot/snapshot_keeper.h"

static struct pk_snapshot_keeper *keeper;
static int fit_count, advance_count;
/* Series x buckets; a store of one item has as many as its days. */
static int64_t refit_cells_max = PK_REFIT_CELLS_MAX;

static void count_fit(void *context, const struct pk_snapshot *snapshot, double load_seconds,
                      double fit_seconds, const struct pk_error *failure)
{
    (void)context;
    (void)load_seconds;
    (void)fit_seconds;
    if (snapshot == NULL || failure != NULL)
        return;
    if (pk_model_advanced_days(snapshot->stamp->fit->model) > 0)
        __atomic_add_fetch(&advance_count, 1, __ATOMIC_SEQ_CST);
    else
        __atomic_add_fetch(&fit_count, 1, __ATOMIC_SEQ_CST);
}

static void start(struct store_fixture *fixture)
{
    struct pk_snapshot_keeper_options options = {.store = fixture->store,
                                                 .thread_count = 1,
                                                 .refit_cells_max = refit_cells_max,
                                                 .report = count_fit};
    fit_count = advance_count = 0;
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
        assert_true(snapshot->view.data->data_revision == pk_store_data_revision(fixture->store));
        assert_int_equal(snapshot->view.data->shop.as_of_date, day("2026-01-30") + i);
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
    assert_ptr_equal(before->stamp->fit, after->stamp->fit);
    assert_int_equal(before->view.data->ledger.supply_count, 0);
    assert_int_equal(after->view.data->ledger.supply_count, 1);
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
    double level_units = pk_model_series(snapshot->stamp->fit->model, 0)->level_units;
    pk_snapshot_release(snapshot);
    stop();
    fixture_reopen(fixture);
    start(fixture);
    snapshot = acquire(fixture, PK_DATE_NONE);
    assert_true(pk_model_series(snapshot->stamp->fit->model, 0)->level_units == level_units);
    pk_snapshot_release(snapshot);
    stop();
    assert_int_equal(fit_count, 0);
}

/* Stops the keeper, whose own snapshot is saved then, and saves bytes that are no model, or a model
 * of another version, as the newest one. */
static void save_foreign_snapshot(struct store_fixture *fixture, const char *model_version)
{
    unsigned char bytes[] = "not a model";
    struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
    struct pk_snapshot_record record = {.forecast_revision = snapshot->view.data->forecast_revision,
                                        .as_of_date = snapshot->view.data->shop.as_of_date,
                                        .bytes = bytes,
                                        .size = sizeof bytes};
    snprintf(record.snapshot_id, sizeof record.snapshot_id, "foreign");
    snprintf(record.model_version, sizeof record.model_version, "%s", model_version);
    snprintf(record.config_hash, sizeof record.config_hash, "%s", snapshot->stamp->config_hash);
    pk_snapshot_release(snapshot);
    stop();
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
        assert_int_equal(past->view.data->shop.as_of_date, day("2026-02-01"));
        assert_int_equal(past->view.data->sales.starts[1], 32);
        pk_snapshot_release(past);
    }
    struct pk_snapshot *live = acquire(fixture, PK_DATE_NONE);
    assert_int_equal(live->view.data->shop.as_of_date, day("2026-03-01"));
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
        assert_int_equal(past->view.data->shop.as_of_date, day("2026-02-01") + i);
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

/* The live snapshot, which has been advanced by so many days. */
static void assert_advanced(struct store_fixture *fixture, int32_t days)
{
    struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
    assert_true(snapshot->view.data->data_revision == pk_store_data_revision(fixture->store));
    assert_int_equal(pk_model_advanced_days(snapshot->stamp->fit->model), days);
    pk_snapshot_release(snapshot);
}

/* 42 buckets: the fit's history begins on the first day of a whole number of weeks up to as-of. */
static void test_a_shop_above_the_limit_is_advanced_and_one_at_it_is_refitted(void **state)
{
    struct store_fixture *fixture = *state;
    import_days(fixture, "2026-01-01", 42);
    for (int64_t above = 0; above < 2; above++) {
        start(fixture);
        struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
        const int64_t cells = pk_model_cell_count(snapshot->stamp->fit->model);
        pk_snapshot_release(snapshot);
        stop();
        refit_cells_max = cells - above;
        start(fixture);
        /* the stored fit, before the new day */
        pk_snapshot_release(acquire(fixture, PK_DATE_NONE));
        import_days(fixture, above ? "2026-02-13" : "2026-02-12", 1);
        assert_advanced(fixture, above ? 1 : 0);
        stop();
        assert_int_equal(fit_count, above ? 0 : 1);
        assert_int_equal(advance_count, above ? 1 : 0);
    }
    refit_cells_max = PK_REFIT_CELLS_MAX;
}

/* Waits for the full fit that the keeper makes by itself: a minute on a quiet machine is plenty, a
 * busy one gets up to eight, as tests/support/harness.py gives. */
static void wait_for_full_fit(struct store_fixture *fixture)
{
    for (int i = 0; i < 48000; i++) {
        struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
        const int32_t days = pk_model_advanced_days(snapshot->stamp->fit->model);
        pk_snapshot_release(snapshot);
        if (days == 0)
            return;
        usleep(10000);
    }
    fail_msg("no full fit came");
}

static void test_seven_days_are_advanced_and_then_fitted_in_the_background(void **state)
{
    struct store_fixture *fixture = *state;
    refit_cells_max = 0;
    import_days(fixture, "2026-01-01", 60);
    start(fixture);
    pk_snapshot_release(acquire(fixture, PK_DATE_NONE));
    for (int i = 0; i < PK_ADVANCE_DAYS_MAX - 1; i++) {
        char date[PK_DATE_TEXT_SIZE];
        import_days(fixture, pk_date_format(day("2026-03-02") + i, date), 1);
        assert_advanced(fixture, i + 1);
    }
    import_days(fixture, "2026-03-08", 1);
    wait_for_full_fit(fixture);
    import_days(fixture, "2026-03-09", 1);
    assert_advanced(fixture, 1);
    stop();
    refit_cells_max = PK_REFIT_CELLS_MAX;
    assert_int_equal(fit_count, 2);
    assert_int_equal(advance_count, PK_ADVANCE_DAYS_MAX + 1);
}

static void test_a_fit_that_is_asked_for_is_a_full_one(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_snapshot *snapshot = NULL;
    refit_cells_max = 0;
    import_days(fixture, "2026-01-01", 60);
    start(fixture);
    pk_snapshot_release(acquire(fixture, PK_DATE_NONE));
    import_days(fixture, "2026-03-02", 2);
    assert_advanced(fixture, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pk_snapshot_fit(keeper, NULL, &snapshot, &fixture->error), PK_OK);
        assert_int_equal(pk_model_advanced_days(snapshot->stamp->fit->model), 0);
        assert_int_equal(snapshot->view.data->shop.as_of_date, day("2026-03-03"));
        pk_snapshot_release(snapshot);
    }
    stop();
    refit_cells_max = PK_REFIT_CELLS_MAX;
    assert_int_equal(fit_count, 2);
}

static void test_any_other_change_is_fitted_fully(void **state)
{
    struct store_fixture *fixture = *state;
    refit_cells_max = 0;
    import_days(fixture, "2026-01-01", 60);
    start(fixture);
    pk_snapshot_release(acquire(fixture, PK_DATE_NONE));
    import_days(fixture, "2026-03-02", 1);
    assert_advanced(fixture, 1);
    fixture_import(fixture, PK_DATASET_ITEMS, ROWS("item_id=A,category=cups"));
    pk_snapshot_keeper_wake(keeper);
    assert_advanced(fixture, 0);
    fixture_import(fixture, PK_DATASET_SALES, ROWS("date=2026-01-05,item_id=A,units=40"));
    pk_snapshot_keeper_wake(keeper);
    assert_advanced(fixture, 0);
    stop();
    refit_cells_max = PK_REFIT_CELLS_MAX;
    assert_int_equal(fit_count, 3);
}

/* Days that came while the service was down, too, are added to the stored fit. */
static void test_a_restart_advances_the_stored_fit(void **state)
{
    struct store_fixture *fixture = *state;
    refit_cells_max = 0;
    import_days(fixture, "2026-01-01", 60);
    start(fixture);
    pk_snapshot_release(acquire(fixture, PK_DATE_NONE));
    import_days(fixture, "2026-03-02", 2);
    struct pk_snapshot *snapshot = acquire(fixture, PK_DATE_NONE);
    const double level_units = pk_model_series(snapshot->stamp->fit->model, 0)->level_units;
    pk_snapshot_release(snapshot);
    stop();
    fixture_reopen(fixture);
    start(fixture);
    snapshot = acquire(fixture, PK_DATE_NONE);
    assert_int_equal(pk_model_advanced_days(snapshot->stamp->fit->model), 2);
    assert_true(pk_model_series(snapshot->stamp->fit->model, 0)->level_units == level_units);
    pk_snapshot_release(snapshot);
    stop();
    assert_int_equal(fit_count, 0);
    assert_int_equal(advance_count, 1);
    import_days(fixture, "2026-03-04", 1);
    fixture_reopen(fixture);
    start(fixture);
    assert_advanced(fixture, 3);
    stop();
    refit_cells_max = PK_REFIT_CELLS_MAX;
    assert_int_equal(fit_count, 0);
    assert_int_equal(advance_count, 1);
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
        CASE(test_a_shop_above_the_limit_is_advanced_and_one_at_it_is_refitted),
        CASE(test_seven_days_are_advanced_and_then_fitted_in_the_background),
        CASE(test_a_fit_that_is_asked_for_is_a_full_one),
        CASE(test_any_other_change_is_fitted_fully),
        CASE(test_a_restart_advances_the_stored_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

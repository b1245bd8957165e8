/* What an import counts, which revisions it moves, how often it has an effect, and how large it may
 * be. */
#include "tests/support/store/row_fixture.h"

#include "models/base/limits.h"
#include "service/store/rules/import_request.h"
#include "service/store/rules/import_result.h"

static const struct pk_import_effects no_effects;

static void test_each_fate_is_counted_once(void **state)
{
    (void)state;
    struct pk_import_result result = {.row_count = 0};
    const enum pk_row_fate fates[] = {PK_ROW_INSERTED, PK_ROW_INSERTED,  PK_ROW_UPDATED,
                                      PK_ROW_DELETED,  PK_ROW_UNCHANGED, PK_ROW_BARED};
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++)
        pk_import_count(&result, fates[i]);
    assert_int_equal(result.inserted_row_count, 2);
    assert_int_equal(result.updated_row_count, 1);
    assert_int_equal(result.deleted_row_count, 2);
    assert_int_equal(result.unchanged_row_count, 1);
}

/* Forecast and data revision, from 40 and 7, as "forecast data". */
static const char *revisions(enum pk_dataset_kind kind, struct pk_import_result result,
                             struct pk_import_effects effects)
{
    static char text[32];
    const struct pk_revisions after = pk_revisions_after(
        (struct pk_revisions){.data = 40, .forecast = 7}, kind, &result, effects);
    snprintf(text, sizeof text, "%d %d", (int)after.forecast, (int)after.data);
    return text;
}

static void test_rows_that_forecasts_use_move_both_revisions(void **state)
{
    (void)state;
    static const char uses[PK_DATASET_COUNT] = {
        [PK_DATASET_SALES] = 1,      [PK_DATASET_ITEMS] = 1,  [PK_DATASET_STOCK] = 1,
        [PK_DATASET_PROMOTIONS] = 1, [PK_DATASET_PRICES] = 1, [PK_DATASET_COVARIATES] = 1};
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        const struct pk_import_result updated = {.updated_row_count = 1};
        assert_int_equal(pk_forecasts_use((enum pk_dataset_kind)kind), uses[kind]);
        assert_string_equal(revisions((enum pk_dataset_kind)kind, updated, no_effects),
                            uses[kind] ? "8 41" : "7 41");
    }
}

static void test_rows_that_are_stored_already_move_nothing(void **state)
{
    (void)state;
    const struct pk_import_result unchanged = {.row_count = 3, .unchanged_row_count = 3};
    assert_string_equal(revisions(PK_DATASET_SALES, unchanged, no_effects), "7 40");
}

static void test_a_new_name_a_new_series_or_a_moved_mark_moves_forecasts(void **state)
{
    (void)state;
    const struct pk_import_result none = {.unchanged_row_count = 1};
    const struct pk_import_result named = {.created_item_count = 1};
    const struct pk_import_result channel = {.created_channel_count = 1};
    assert_string_equal(revisions(PK_DATASET_SUPPLY, named, no_effects), "8 41");
    assert_string_equal(revisions(PK_DATASET_TARGETS, channel, no_effects), "8 41");
    assert_string_equal(
        revisions(PK_DATASET_INBOUND, none, (struct pk_import_effects){.has_new_series = true}),
        "8 41");
    assert_string_equal(
        revisions(PK_DATASET_SALES, none, (struct pk_import_effects){.has_moved_mark = true}),
        "8 41");
}

static void test_warehouses_move_forecasts_when_they_come_or_go(void **state)
{
    (void)state;
    assert_string_equal(revisions(PK_DATASET_WAREHOUSES,
                                  (struct pk_import_result){.inserted_row_count = 1}, no_effects),
                        "8 41");
    assert_string_equal(revisions(PK_DATASET_WAREHOUSES,
                                  (struct pk_import_result){.deleted_row_count = 1}, no_effects),
                        "8 41");
    assert_string_equal(revisions(PK_DATASET_WAREHOUSES,
                                  (struct pk_import_result){.updated_row_count = 1}, no_effects),
                        "7 41");
}

static void test_requests_are_remembered_for_thirty_days(void **state)
{
    (void)state;
    assert_int_equal(PK_REQUEST_ID_KEPT_DAYS, 30);
    assert_int_equal(pk_request_forgotten_until(3000000), 3000000 - 2592000);
}

static void test_a_request_id_belongs_to_one_kind(void **state)
{
    (void)state;
    struct pk_error error;
    assert_int_equal(pk_request_check_kind("r1", pk_text_from("sales"), PK_DATASET_SALES, &error),
                     PK_OK);
    assert_int_equal(pk_request_check_kind("r1", pk_text_from("sales"), PK_DATASET_ITEMS, &error),
                     PK_ALREADY_EXISTS);
    assert_string_equal(error.message,
                        "'r1' was used for an import of sales; choose a new one for items");
}

static void test_one_row_more_than_the_limit_is_refused(void **state)
{
    (void)state;
    assert_int_equal(pk_import_check_size(PK_IMPORT_ROW_COUNT_MAX - 1, NULL), PK_OK);
    assert_int_equal(pk_import_check_size(PK_IMPORT_ROW_COUNT_MAX, NULL), PK_RESOURCE_EXHAUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fate_is_counted_once),
        cmocka_unit_test(test_rows_that_forecasts_use_move_both_revisions),
        cmocka_unit_test(test_rows_that_are_stored_already_move_nothing),
        cmocka_unit_test(test_a_new_name_a_new_series_or_a_moved_mark_moves_forecasts),
        cmocka_unit_test(test_warehouses_move_forecasts_when_they_come_or_go),
        cmocka_unit_test(test_requests_are_remembered_for_thirty_days),
        cmocka_unit_test(test_a_request_id_belongs_to_one_kind),
        cmocka_unit_test(test_one_row_more_than_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

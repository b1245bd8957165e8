#include "tests/support/store/store_fixture.h"

#include <pthread.h>

#define INBOUND PK_DATASET_INBOUND

static struct pk_suggestion suggestion(const char *id, const char *item, int32_t date,
                                       int64_t units)
{
    return (struct pk_suggestion){.suggestion_id = id,
                                  .item_id = item,
                                  .warehouse_id = "main",
                                  .supplier_id = "mill",
                                  .as_of_date = date,
                                  .sequence = 1,
                                  .planned_units = units,
                                  .order_units = units,
                                  .arrival_date = date + 8,
                                  .order_by_date = date + 1,
                                  .unit_cost_micros = 5000000,
                                  .basis = {.need_units = (double)units, .terms_key = -9}};
}

static void put(struct store_fixture *fixture, struct pk_suggestion row)
{
    const struct pk_suggestion_change change = {PK_SUGGESTION_PUT, row};
    if (pk_store_save_suggestions(fixture->store, &change, 1, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
}

static void end(struct store_fixture *fixture, struct pk_suggestion row, enum pk_suggestion_end as)
{
    struct pk_suggestion_change change = {PK_SUGGESTION_END, row};
    change.row.end = as;
    if (pk_store_save_suggestions(fixture->store, &change, 1, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
}

/* The only one with this id; its texts are gone. */
static struct pk_suggestion get(struct store_fixture *fixture, const char *id)
{
    struct pk_suggestion_list *list = NULL;
    struct pk_suggestion found = {.sequence = 0};
    assert_int_equal(
        pk_store_list_suggestions(fixture->store, -1, "", 1000, &list, &fixture->error), PK_OK);
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->rows[i].suggestion_id, id) == 0)
            found = list->rows[i];
    pk_suggestion_list_free(list);
    assert_int_not_equal(found.sequence, 0);
    return found;
}

static size_t count_of(struct store_fixture *fixture, int state)
{
    struct pk_suggestion_list *list = NULL;
    assert_int_equal(
        pk_store_list_suggestions(fixture->store, state, "", 1000, &list, &fixture->error), PK_OK);
    const size_t count = list->count;
    pk_suggestion_list_free(list);
    return count;
}

static enum pk_status approve(struct store_fixture *fixture, const char *id)
{
    struct pk_suggestion_list *list = NULL;
    char text[PK_SUGGESTION_ID_SIZE];
    char *ids[] = {text};
    snprintf(text, sizeof text, "%s", id);
    enum pk_status status =
        pk_store_approve_suggestions(fixture->store, ids, 1, "ann", &list, &fixture->error);
    if (status == PK_OK)
        pk_suggestion_list_free(list);
    return status;
}

static enum pk_status override(struct store_fixture *fixture, const char *id, int64_t units)
{
    struct pk_suggestion_list *list = NULL;
    enum pk_status status = pk_store_override_suggestion(fixture->store, id, units, "because",
                                                         "bob", &list, &fixture->error);
    if (status == PK_OK)
        pk_suggestion_list_free(list);
    return status;
}

/* Units of all exported lines; *out_count of them. */
static int64_t export(struct store_fixture *fixture, const char *id, const char *supplier_id,
                      int32_t as_of_date, size_t *out_count)
{
    struct pk_suggestion_list *list = NULL;
    int64_t units = 0;
    bool is_replay;
    if (pk_store_export_suggestions(fixture->store, id, supplier_id, "ann", as_of_date, &list,
                                    &is_replay, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
    for (size_t i = 0; i < list->count; i++)
        units += list->rows[i].order_units;
    *out_count = list->count;
    pk_suggestion_list_free(list);
    return units;
}

static enum pk_status count_event(void *context, const struct pk_suggestion_event *event,
                                  struct pk_error *error)
{
    (void)event;
    (void)error;
    ++*(int *)context;
    return PK_OK;
}

static int events_of(struct store_fixture *fixture, const char *id)
{
    int count = 0;
    assert_int_equal(
        pk_store_list_suggestion_events(fixture->store, id, count_event, &count, &fixture->error),
        PK_OK);
    return count;
}

static void test_a_rerun_supersedes_and_never_appends(void **state)
{
    const int32_t date = day("2026-11-22");
    put(*state, suggestion("S20261122-a", "a", date, 40));
    put(*state, suggestion("S20261122-a", "a", date, 40));
    assert_int_equal(events_of(*state, "S20261122-a"), 1);
    put(*state, suggestion("S20261122-a", "a", date, 55));
    assert_int_equal(count_of(*state, -1), 1);
    assert_int_equal(get(*state, "S20261122-a").order_units, 55);
    assert_int_equal(events_of(*state, "S20261122-a"), 2);
}

static void test_a_decided_one_is_never_written_over(void **state)
{
    const int32_t date = day("2026-11-22");
    put(*state, suggestion("S20261122-a", "a", date, 40));
    assert_int_equal(approve(*state, "S20261122-a"), PK_OK);
    put(*state, suggestion("S20261122-a", "a", date, 99));
    assert_int_equal(get(*state, "S20261122-a").planned_units, 40);
    assert_int_equal(get(*state, "S20261122-a").state, PK_SUGGESTION_APPROVED);
    assert_int_equal(override(*state, "S20261122-a", 0), PK_OK);
    put(*state, suggestion("S20261122-a", "a", date, 99));
    assert_int_equal(get(*state, "S20261122-a").order_units, 0);
    assert_int_equal(get(*state, "S20261122-a").planned_units, 40);
    assert_int_equal(events_of(*state, "S20261122-a"), 3);
}

static void test_an_ending_needs_the_state_that_the_plan_saw(void **state)
{
    put(*state, suggestion("S20261122-a", "a", day("2026-11-22"), 40));
    struct pk_suggestion seen = suggestion("S20261122-a", "a", day("2026-11-22"), 40);
    assert_int_equal(approve(*state, "S20261122-a"), PK_OK);
    end(*state, seen, PK_SUGGESTION_END_SUPERSEDED);
    assert_int_equal(get(*state, "S20261122-a").state, PK_SUGGESTION_APPROVED);
    seen.state = PK_SUGGESTION_APPROVED;
    end(*state, seen, PK_SUGGESTION_END_EXPIRED);
    assert_int_equal(get(*state, "S20261122-a").end, PK_SUGGESTION_END_EXPIRED);
    put(*state, suggestion("S20261122-a", "a", day("2026-11-22"), 99));
    assert_int_equal(get(*state, "S20261122-a").state, PK_SUGGESTION_CLOSED);
}

static void test_a_superseded_one_can_come_back(void **state)
{
    put(*state, suggestion("S20261122-a", "a", day("2026-11-22"), 40));
    end(*state, suggestion("S20261122-a", "a", day("2026-11-22"), 40),
        PK_SUGGESTION_END_SUPERSEDED);
    assert_int_equal(approve(*state, "S20261122-a"), PK_FAILED_PRECONDITION);
    put(*state, suggestion("S20261122-a", "a", day("2026-11-22"), 41));
    assert_int_equal(get(*state, "S20261122-a").state, PK_SUGGESTION_SUGGESTED);
}

static void test_a_late_plan_of_an_earlier_day_writes_nothing(void **state)
{
    put(*state, suggestion("S20261123-a", "a", day("2026-11-23"), 40));
    put(*state, suggestion("S20261122-a", "a", day("2026-11-22"), 40));
    assert_int_equal(count_of(*state, -1), 1);
}

static void test_approval_is_all_or_none(void **state)
{
    struct store_fixture *fixture = *state;
    char known[] = "S20261122-a", unknown[] = "S20261122-z";
    char *ids[] = {known, unknown};
    struct pk_suggestion_list *list = NULL;
    put(fixture, suggestion(known, "a", day("2026-11-22"), 40));
    assert_int_equal(
        pk_store_approve_suggestions(fixture->store, ids, 2, "ann", &list, &fixture->error),
        PK_NOT_FOUND);
    assert_non_null(strstr(fixture->error.message, unknown));
    assert_int_equal(get(fixture, known).state, PK_SUGGESTION_SUGGESTED);
    assert_int_equal(override(fixture, unknown, 3), PK_NOT_FOUND);
}

static void test_an_export_hands_on_once_and_again_by_its_id(void **state)
{
    struct store_fixture *fixture = *state;
    const int32_t date = day("2026-11-22");
    size_t count;
    put(fixture, suggestion("S20261122-a", "a", date, 40));
    put(fixture, suggestion("S20261122-b", "b", date, 50));
    put(fixture, suggestion("S20261122-c", "c", date, 60));
    assert_int_equal(approve(fixture, "S20261122-a"), PK_OK);
    assert_int_equal(override(fixture, "S20261122-b", 0), PK_OK);
    assert_int_equal(export(fixture, "one", "other", date, &count), 0);
    assert_int_equal(export(fixture, "two", NULL, date + 3, &count), 40);
    assert_int_equal(count, 1);
    assert_int_equal(get(fixture, "S20261122-a").arrival_date, date + 8 + 3);
    assert_int_equal(approve(fixture, "S20261122-c"), PK_OK);
    assert_int_equal(export(fixture, "two", NULL, date + 9, &count), 40);
    assert_int_equal(get(fixture, "S20261122-a").arrival_date, date + 8 + 3);
    assert_int_equal(export(fixture, "three", NULL, PK_DATE_NONE, &count), 60);
    assert_int_equal(get(fixture, "S20261122-c").arrival_date, date + 8);
    assert_int_equal(approve(fixture, "S20261122-a"), PK_FAILED_PRECONDITION);
    assert_int_equal(override(fixture, "S20261122-a", 3), PK_FAILED_PRECONDITION);
    fixture_reopen(fixture);
    assert_int_equal(export(fixture, "two", NULL, date, &count), 40);
}

static void test_an_inbound_line_closes_what_it_names_with_its_revision(void **state)
{
    struct store_fixture *fixture = *state;
    put(fixture, suggestion("S20261122-a", "a", day("2026-11-22"), 40));
    assert_int_equal(approve(fixture, "S20261122-a"), PK_OK);
    const int64_t before = pk_store_data_revision(fixture->store);
    fixture_import(
        fixture, INBOUND,
        ROWS("order_id=PO1,item_id=a,units=0,eta_date=2026-12-01,suggestion_id=S20261122-a",
             "order_id=PO2,item_id=a,units=5,eta_date=2026-12-01,suggestion_id=no such thing"));
    const struct pk_suggestion closed = get(fixture, "S20261122-a");
    assert_int_equal(closed.state, PK_SUGGESTION_CLOSED);
    assert_int_equal(closed.end, PK_SUGGESTION_END_INBOUND);
    assert_int_equal(closed.closed_revision, pk_store_data_revision(fixture->store));
    assert_int_equal(closed.closed_revision, before + 1);
    struct pk_suggestion_list *list = NULL;
    put(fixture, suggestion("S20261123-a", "a", day("2026-11-23"), 1));
    put(fixture, suggestion("S20261124-a", "a", day("2026-11-24"), 2));
    /* A reader of the state before still sees it; one of the state since does not. */
    assert_int_equal(pk_store_load_suggestions(fixture->store, before, &list, &fixture->error),
                     PK_OK);
    assert_int_equal(list->count, 3);
    pk_suggestion_list_free(list);
    assert_int_equal(pk_store_load_suggestions(fixture->store, before + 1, &list, &fixture->error),
                     PK_OK);
    assert_int_equal(list->count, 2);
    pk_suggestion_list_free(list);
}

static void test_saving_moves_no_data_revision(void **state)
{
    struct store_fixture *fixture = *state;
    const int64_t data = pk_store_data_revision(fixture->store);
    const int64_t forecast = pk_store_forecast_revision(fixture->store);
    const int64_t own = pk_store_suggestion_revision(fixture->store);
    put(fixture, suggestion("S20261122-a", "a", day("2026-11-22"), 40));
    assert_int_equal(approve(fixture, "S20261122-a"), PK_OK);
    assert_int_equal(pk_store_data_revision(fixture->store), data);
    assert_int_equal(pk_store_forecast_revision(fixture->store), forecast);
    assert_int_equal(pk_store_suggestion_revision(fixture->store), own + 2);
    assert_int_equal(approve(fixture, "S20261122-a"), PK_OK);
    assert_int_equal(pk_store_suggestion_revision(fixture->store), own + 2);
}

static void test_pages_go_on_after_the_last_id(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_suggestion_list *list = NULL;
    put(fixture, suggestion("S20261122-a", "a", day("2026-11-22"), 1));
    put(fixture, suggestion("S20261122-b", "b", day("2026-11-22"), 2));
    put(fixture, suggestion("S20261122-c", "c", day("2026-11-22"), 3));
    assert_int_equal(
        pk_store_list_suggestions(fixture->store, 0, "S20261122-a", 1, &list, &fixture->error),
        PK_OK);
    assert_int_equal(list->count, 1);
    assert_string_equal(list->rows[0].suggestion_id, "S20261122-b");
    assert_string_equal(list->rows[0].supplier_id, "mill");
    pk_suggestion_list_free(list);
}

static void test_old_closed_ones_leave_at_their_limit(void **state)
{
    const int32_t first = day("2025-01-01");
    char id[PK_SUGGESTION_ID_SIZE];
    for (int i = 0; i < 3; i++) {
        const struct pk_civil civil = pk_date_to_civil(first + i);
        snprintf(id, sizeof id, "S%04d%02d%02d-a", (int)civil.year, (int)civil.month,
                 (int)civil.day);
        put(*state, suggestion(id, "a", first + i, 5));
        end(*state, suggestion(id, "a", first + i, 5), PK_SUGGESTION_END_SUPERSEDED);
    }
    put(*state, suggestion("S20260205-b", "b", first + PK_SUGGESTION_KEPT_DAYS, 5));
    assert_int_equal(count_of(*state, -1), 4);
    put(*state, suggestion("S20260206-b", "b", first + PK_SUGGESTION_KEPT_DAYS + 1, 5));
    assert_int_equal(count_of(*state, -1), 4);
    struct store_fixture *fixture = *state;
    int count = 0;
    assert_int_equal(pk_store_list_suggestion_events(fixture->store, "S20250101-a", count_event,
                                                     &count, &fixture->error),
                     PK_NOT_FOUND);
}

/* Saves while the test reads. */
static void *keep_saving(void *argument)
{
    struct store_fixture *fixture = argument;
    struct pk_error error;
    for (int i = 0; i < 50; i++) {
        const struct pk_suggestion_change change = {
            PK_SUGGESTION_PUT, suggestion("S20261122-a", "a", day("2026-11-22"), 10 + i)};
        if (pk_store_save_suggestions(fixture->store, &change, 1, &error) != PK_OK)
            return fixture;
    }
    return NULL;
}

static void test_readers_do_not_wait_for_a_plan_that_saves(void **state)
{
    struct store_fixture *fixture = *state;
    pthread_t thread;
    void *failed;
    put(fixture, suggestion("S20261122-a", "a", day("2026-11-22"), 1));
    assert_int_equal(pthread_create(&thread, NULL, keep_saving, fixture), 0);
    for (int i = 0; i < 50; i++)
        assert_int_equal(count_of(fixture, -1), 1);
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_int_equal(get(fixture, "S20261122-a").order_units, 59);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_rerun_supersedes_and_never_appends),
        TEST(test_a_decided_one_is_never_written_over),
        TEST(test_an_ending_needs_the_state_that_the_plan_saw),
        TEST(test_a_superseded_one_can_come_back),
        TEST(test_a_late_plan_of_an_earlier_day_writes_nothing),
        TEST(test_approval_is_all_or_none),
        TEST(test_an_export_hands_on_once_and_again_by_its_id),
        TEST(test_an_inbound_line_closes_what_it_names_with_its_revision),
        TEST(test_saving_moves_no_data_revision),
        TEST(test_pages_go_on_after_the_last_id),
        TEST(test_old_closed_ones_leave_at_their_limit),
        TEST(test_readers_do_not_wait_for_a_plan_that_saves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

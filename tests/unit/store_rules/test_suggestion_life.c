/* Which suggestion may move, who moves it, and what closes it. */
#include "tests/support/store/row_fixture.h"

#include "models/base/limits.h"
#include "service/store/rules/suggestion_life.h"

static struct pk_suggestion_stored stored(enum pk_suggestion_state state,
                                          enum pk_suggestion_end end, int64_t units)
{
    return (struct pk_suggestion_stored){
        .is_known = true, .state = state, .end = end, .order_units = units};
}

static void test_a_plan_writes_a_new_one_and_notes_it(void **state)
{
    (void)state;
    const struct pk_suggestion_stored nothing = {.is_known = false};
    const struct pk_suggestion_put put = pk_suggestion_put(&nothing, false, 40);
    assert_true(put.is_written);
    assert_true(put.is_noted);
    assert_int_equal(put.from_state, -1);
}

static void test_the_same_suggestion_again_leaves_no_entry(void **state)
{
    (void)state;
    const struct pk_suggestion_stored before =
        stored(PK_SUGGESTION_SUGGESTED, PK_SUGGESTION_END_NONE, 40);
    struct pk_suggestion_put put = pk_suggestion_put(&before, false, 40);
    assert_true(put.is_written);
    assert_false(put.is_noted);
    put = pk_suggestion_put(&before, false, 55);
    assert_true(put.is_written && put.is_noted);
    assert_int_equal(put.from_state, PK_SUGGESTION_SUGGESTED);
}

static void test_a_superseded_one_comes_back_with_an_entry(void **state)
{
    (void)state;
    const struct pk_suggestion_stored before =
        stored(PK_SUGGESTION_CLOSED, PK_SUGGESTION_END_SUPERSEDED, 40);
    const struct pk_suggestion_put put = pk_suggestion_put(&before, false, 40);
    assert_true(put.is_written && put.is_noted);
    assert_int_equal(put.from_state, PK_SUGGESTION_CLOSED);
}

static void test_a_plan_never_writes_over_what_others_have_moved(void **state)
{
    (void)state;
    const struct pk_suggestion_stored moved[] = {
        stored(PK_SUGGESTION_APPROVED, PK_SUGGESTION_END_NONE, 40),
        stored(PK_SUGGESTION_OVERRIDDEN, PK_SUGGESTION_END_NONE, 0),
        stored(PK_SUGGESTION_EXPORTED, PK_SUGGESTION_END_NONE, 40),
        stored(PK_SUGGESTION_CLOSED, PK_SUGGESTION_END_INBOUND, 40),
        stored(PK_SUGGESTION_CLOSED, PK_SUGGESTION_END_EXPIRED, 40),
    };
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        const struct pk_suggestion_put put = pk_suggestion_put(&moved[i], false, 99);
        assert_false(put.is_written);
        assert_false(put.is_noted);
    }
}

static void test_a_late_plan_of_an_earlier_day_writes_nothing(void **state)
{
    (void)state;
    const struct pk_suggestion_stored nothing = {.is_known = false};
    assert_false(pk_suggestion_put(&nothing, true, 40).is_written);
    assert_false(pk_suggestion_put(&nothing, true, 40).is_noted);
}

static void test_an_ending_needs_the_state_that_the_plan_saw(void **state)
{
    (void)state;
    assert_true(pk_suggestion_may_end(PK_SUGGESTION_SUGGESTED, PK_SUGGESTION_SUGGESTED));
    assert_false(pk_suggestion_may_end(PK_SUGGESTION_APPROVED, PK_SUGGESTION_SUGGESTED));
    assert_string_equal(pk_suggestion_end_reason(PK_SUGGESTION_END_EXPIRED), "expired");
    assert_string_equal(pk_suggestion_end_reason(PK_SUGGESTION_END_SUPERSEDED), "superseded");
}

static void test_ids_are_kept_for_four_hundred_days(void **state)
{
    (void)state;
    char id[PK_SUGGESTION_ID_SIZE];
    assert_int_equal(PK_SUGGESTION_KEPT_DAYS, 400);
    /* 2026-02-05 is day 400 after 2025-01-01. */
    pk_suggestion_first_kept_id(day("2026-02-05"), id);
    assert_string_equal(id, "S20250101");
    assert_true(strcmp("S20250101-0123456789ab", id) > 0);
    assert_true(strcmp("S20241231-0123456789ab-2", id) < 0);
}

static enum pk_status decide(enum pk_suggestion_state from, enum pk_suggestion_end end,
                             enum pk_suggestion_state to, bool *out_moves, struct pk_error *error)
{
    *out_moves = false;
    return pk_suggestion_decide("S1", from, end, to, out_moves, error);
}

static void test_approving_moves_suggested_ones_only(void **state)
{
    (void)state;
    bool moves;
    assert_int_equal(decide(PK_SUGGESTION_SUGGESTED, PK_SUGGESTION_END_NONE, PK_SUGGESTION_APPROVED,
                            &moves, NULL),
                     PK_OK);
    assert_true(moves);
    assert_int_equal(decide(PK_SUGGESTION_APPROVED, PK_SUGGESTION_END_NONE, PK_SUGGESTION_APPROVED,
                            &moves, NULL),
                     PK_OK);
    assert_false(moves);
    assert_int_equal(decide(PK_SUGGESTION_OVERRIDDEN, PK_SUGGESTION_END_NONE,
                            PK_SUGGESTION_APPROVED, &moves, NULL),
                     PK_OK);
    assert_false(moves);
}

static void test_overriding_moves_whatever_is_not_yet_exported(void **state)
{
    (void)state;
    for (int from = PK_SUGGESTION_SUGGESTED; from <= PK_SUGGESTION_OVERRIDDEN; from++) {
        bool moves;
        assert_int_equal(decide((enum pk_suggestion_state)from, PK_SUGGESTION_END_NONE,
                                PK_SUGGESTION_OVERRIDDEN, &moves, NULL),
                         PK_OK);
        assert_true(moves);
    }
}

static void test_exported_and_closed_ones_say_what_to_do_instead(void **state)
{
    (void)state;
    struct pk_error error;
    bool moves;
    assert_int_equal(decide(PK_SUGGESTION_EXPORTED, PK_SUGGESTION_END_NONE, PK_SUGGESTION_APPROVED,
                            &moves, &error),
                     PK_FAILED_PRECONDITION);
    assert_string_equal(error.message, "'S1' has been exported; change the order itself and its "
                                       "inbound line");
    static const char *const closed[] = {
        [PK_SUGGESTION_END_SUPERSEDED] =
            "'S1' is closed: a later plan took its place; list the suggested ones",
        [PK_SUGGESTION_END_INBOUND] = "'S1' is closed: an inbound line names it",
        [PK_SUGGESTION_END_EXPIRED] = "'S1' is closed: no inbound line came in time"};
    for (int end = PK_SUGGESTION_END_SUPERSEDED; end <= PK_SUGGESTION_END_EXPIRED; end++) {
        assert_int_equal(decide(PK_SUGGESTION_CLOSED, (enum pk_suggestion_end)end,
                                PK_SUGGESTION_OVERRIDDEN, &moves, &error),
                         PK_FAILED_PRECONDITION);
        assert_string_equal(error.message, closed[end]);
        assert_string_equal(error.field, "suggestion_id");
    }
    assert_int_equal(pk_suggestion_refuse_unknown("S2", &error), PK_NOT_FOUND);
    assert_string_equal(error.message, "'S2' is unknown; suggestion list shows them");
}

static void test_an_export_takes_decided_ones_with_units_of_its_supplier(void **state)
{
    (void)state;
    struct pk_suggestion row = {
        .state = PK_SUGGESTION_APPROVED, .order_units = 5, .supplier_id = "mill"};
    assert_true(pk_suggestion_is_exported(&row, "e1", NULL));
    assert_true(pk_suggestion_is_exported(&row, "e1", "mill"));
    assert_false(pk_suggestion_is_exported(&row, "e1", "dyer"));
    assert_false(pk_suggestion_is_exported(&row, "e1", ""));
    assert_false(pk_suggestion_is_exported(&row, "", NULL));
    row.order_units = 0;
    assert_false(pk_suggestion_is_exported(&row, "e1", NULL));
    row.order_units = 5;
    for (int other = 0; other < PK_SUGGESTION_STATE_COUNT; other++) {
        row.state = (enum pk_suggestion_state)other;
        assert_int_equal(pk_suggestion_is_exported(&row, "e1", NULL),
                         other == PK_SUGGESTION_APPROVED || other == PK_SUGGESTION_OVERRIDDEN);
    }
}

static void test_an_order_that_leaves_later_arrives_as_many_days_later(void **state)
{
    (void)state;
    const struct pk_suggestion row = {.as_of_date = 100, .arrival_date = 108};
    assert_int_equal(pk_suggestion_export_arrival(&row, 100), 108);
    assert_int_equal(pk_suggestion_export_arrival(&row, 103), 111);
    assert_int_equal(pk_suggestion_export_arrival(&row, 90), 108);
    assert_int_equal(pk_suggestion_export_arrival(&row, PK_DATE_NONE), 108);
}

static void test_an_export_again_is_of_the_same_supplier(void **state)
{
    (void)state;
    struct pk_error error;
    assert_int_equal(pk_suggestion_check_export("e1", pk_text_from("*"), NULL, &error), PK_OK);
    assert_int_equal(pk_suggestion_check_export("e1", pk_text_from("mill"), "mill", &error), PK_OK);
    assert_int_equal(pk_suggestion_check_export("e1", pk_text_from("mill"), NULL, &error),
                     PK_FAILED_PRECONDITION);
    assert_string_equal(error.message, "'e1' was an export of another supplier; give a new one");
}

static void test_only_inbound_rows_of_the_import_close_what_they_name(void **state)
{
    (void)state;
    char buffer[256];
    struct pk_record record = fixture_record(
        PK_DATASET_INBOUND, "order_id=1,item_id=a,units=5,eta_date=2026-04-01,suggestion_id=S1",
        buffer, sizeof buffer);
    const struct pk_dataset *inbound = pk_dataset_get(PK_DATASET_INBOUND);
    assert_true(pk_text_equal(pk_suggestion_named_by(inbound, &record), pk_text_from("S1")));
    record.deleted = true;
    assert_int_equal(pk_suggestion_named_by(inbound, &record).size, 0);
    record = fixture_record(PK_DATASET_INBOUND, "order_id=1,item_id=a,units=5,eta_date=2026-04-01",
                            buffer, sizeof buffer);
    assert_int_equal(pk_suggestion_named_by(inbound, &record).size, 0);
    assert_int_equal(pk_suggestion_named_by(pk_dataset_get(PK_DATASET_STOCK), &record).size, 0);
}

static void test_a_row_closes_with_the_first_revision_that_holds_it(void **state)
{
    (void)state;
    assert_int_equal(pk_suggestion_closed_revision(12, true), 13);
    assert_int_equal(pk_suggestion_closed_revision(12, false), 12);
    for (int one = 0; one < PK_SUGGESTION_STATE_COUNT; one++)
        assert_int_equal(pk_suggestion_state_is_closable((enum pk_suggestion_state)one),
                         one != PK_SUGGESTION_CLOSED);
}

static void test_open_states_are_those_of_open_suggestions(void **state)
{
    (void)state;
    for (int one = 0; one < PK_SUGGESTION_STATE_COUNT; one++) {
        const struct pk_suggestion row = {.state = (enum pk_suggestion_state)one};
        assert_int_equal(pk_suggestion_state_is_open(row.state), pk_suggestion_is_open(&row));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plan_writes_a_new_one_and_notes_it),
        cmocka_unit_test(test_the_same_suggestion_again_leaves_no_entry),
        cmocka_unit_test(test_a_superseded_one_comes_back_with_an_entry),
        cmocka_unit_test(test_a_plan_never_writes_over_what_others_have_moved),
        cmocka_unit_test(test_a_late_plan_of_an_earlier_day_writes_nothing),
        cmocka_unit_test(test_an_ending_needs_the_state_that_the_plan_saw),
        cmocka_unit_test(test_ids_are_kept_for_four_hundred_days),
        cmocka_unit_test(test_approving_moves_suggested_ones_only),
        cmocka_unit_test(test_overriding_moves_whatever_is_not_yet_exported),
        cmocka_unit_test(test_exported_and_closed_ones_say_what_to_do_instead),
        cmocka_unit_test(test_an_export_takes_decided_ones_with_units_of_its_supplier),
        cmocka_unit_test(test_an_order_that_leaves_later_arrives_as_many_days_later),
        cmocka_unit_test(test_an_export_again_is_of_the_same_supplier),
        cmocka_unit_test(test_only_inbound_rows_of_the_import_close_what_they_name),
        cmocka_unit_test(test_a_row_closes_with_the_first_revision_that_holds_it),
        cmocka_unit_test(test_open_states_are_those_of_open_suggestions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which orders of earlier plans count as inbound, and when their units come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/history/suggestion_book.h"

#define PLANNED  100 /* the as-of day of the plan */
#define ARRIVAL  110
#define REVISION 5

static struct pk_suggestion suggestion_of(enum pk_suggestion_state state)
{
    return (struct pk_suggestion){.supplier_id = "acme",
                                  .as_of_date = PLANNED,
                                  .state = state,
                                  .order_units = 24,
                                  .arrival_date = ARRIVAL};
}

/* For a decision at the end of a day that leaves out no supplier's own order. */
static bool is_inbound_on(bool is_past, const struct pk_suggestion *suggestion, int32_t as_of_date)
{
    const struct pk_suggestion_book book = {.is_past = is_past};
    return pk_suggestion_is_inbound(&book, suggestion, REVISION, as_of_date, as_of_date + 1, NULL);
}

static void test_rows_of_a_pair_are_together(void **state)
{
    (void)state;
    const struct pk_placed_suggestion rows[] = {{0, 1, NULL}, {0, 1, NULL}, {2, 0, NULL}};
    const struct pk_suggestion_book book = {.rows = rows, .count = 3};
    struct pk_ledger_range range = pk_suggestions_of(&book, 0, 1);
    assert_int_equal(range.first, 0);
    assert_int_equal(range.last, 2);
    range = pk_suggestions_of(&book, 2, 0);
    assert_int_equal(range.first, 2);
    assert_int_equal(range.last, 3);
    range = pk_suggestions_of(&book, 1, 0);
    assert_int_equal(range.first, range.last);
    range = pk_suggestions_of(NULL, 0, 1);
    assert_int_equal(range.first, range.last);
}

static void test_what_a_person_stands_by_counts_and_a_mere_suggestion_does_not(void **state)
{
    (void)state;
    const bool expected[PK_SUGGESTION_STATE_COUNT] = {[PK_SUGGESTION_APPROVED] = true,
                                                      [PK_SUGGESTION_OVERRIDDEN] = true,
                                                      [PK_SUGGESTION_EXPORTED] = true};
    for (int i = 0; i < PK_SUGGESTION_STATE_COUNT; i++) {
        const struct pk_suggestion one = suggestion_of((enum pk_suggestion_state)i);
        assert_int_equal(pk_suggestion_counts(&one, REVISION), expected[i]);
        assert_int_equal(is_inbound_on(false, &one, PLANNED + 1), expected[i]);
    }
}

static void test_one_that_an_inbound_line_closed_later_is_still_open(void **state)
{
    (void)state;
    struct pk_suggestion one = suggestion_of(PK_SUGGESTION_CLOSED);
    one.end = PK_SUGGESTION_END_INBOUND;
    one.closed_revision = REVISION;
    assert_false(pk_suggestion_counts(&one, REVISION));
    one.closed_revision = REVISION + 1;
    assert_true(pk_suggestion_counts(&one, REVISION));
    one.end = PK_SUGGESTION_END_SUPERSEDED;
    assert_false(pk_suggestion_counts(&one, REVISION));
}

static void test_an_order_of_no_units_is_not_inbound(void **state)
{
    (void)state;
    struct pk_suggestion one = suggestion_of(PK_SUGGESTION_OVERRIDDEN);
    one.order_units = 0;
    assert_false(is_inbound_on(false, &one, PLANNED + 1));
    one.order_units = 1;
    assert_true(is_inbound_on(false, &one, PLANNED + 1));
}

static void test_an_order_is_given_up_a_fortnight_after_its_arrival(void **state)
{
    (void)state;
    const struct pk_suggestion one = suggestion_of(PK_SUGGESTION_EXPORTED);
    assert_int_equal(pk_suggestion_last_date(&one), ARRIVAL + 14);
    /* The day after as-of is what counts: day 124 is the last one. */
    assert_true(is_inbound_on(false, &one, ARRIVAL + 13));
    assert_false(is_inbound_on(false, &one, ARRIVAL + 14));
}

static void test_a_past_day_does_not_see_orders_of_later_days(void **state)
{
    (void)state;
    const struct pk_suggestion one = suggestion_of(PK_SUGGESTION_EXPORTED);
    assert_false(is_inbound_on(true, &one, PLANNED - 1));
    assert_true(is_inbound_on(true, &one, PLANNED));
    /* On the live day whatever is stored is there. */
    assert_true(is_inbound_on(false, &one, PLANNED - 1));
}

static void test_a_plan_does_not_count_its_own_order_of_the_day(void **state)
{
    (void)state;
    const struct pk_suggestion_book book = {0};
    const struct pk_suggestion one = suggestion_of(PK_SUGGESTION_APPROVED);
    const struct {
        int32_t as_of_date;
        const char *own_supplier_id;
        bool expected;
    } cases[] = {{PLANNED, "acme", false},
                 {PLANNED, "bolt", true},
                 {PLANNED, NULL, true},
                 {PLANNED + 1, "acme", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_suggestion_is_inbound(&book, &one, REVISION, cases[i].as_of_date,
                                                  cases[i].as_of_date + 1,
                                                  cases[i].own_supplier_id),
                         cases[i].expected);
}

static void test_what_is_not_ordered_yet_comes_the_later_the_longer_it_waits(void **state)
{
    (void)state;
    const struct pk_suggestion approved = suggestion_of(PK_SUGGESTION_APPROVED);
    const struct pk_suggestion overridden = suggestion_of(PK_SUGGESTION_OVERRIDDEN);
    const struct pk_suggestion exported = suggestion_of(PK_SUGGESTION_EXPORTED);
    const struct pk_suggestion closed = suggestion_of(PK_SUGGESTION_CLOSED);
    assert_int_equal(pk_suggestion_eta_date(&approved, PLANNED), ARRIVAL);
    assert_int_equal(pk_suggestion_eta_date(&approved, PLANNED + 3), ARRIVAL + 3);
    assert_int_equal(pk_suggestion_eta_date(&approved, PLANNED - 3), ARRIVAL);
    assert_int_equal(pk_suggestion_eta_date(&overridden, PLANNED + 3), ARRIVAL + 3);
    assert_int_equal(pk_suggestion_eta_date(&exported, PLANNED + 3), ARRIVAL);
    assert_int_equal(pk_suggestion_eta_date(&closed, PLANNED + 3), ARRIVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_a_pair_are_together),
        cmocka_unit_test(test_what_a_person_stands_by_counts_and_a_mere_suggestion_does_not),
        cmocka_unit_test(test_one_that_an_inbound_line_closed_later_is_still_open),
        cmocka_unit_test(test_an_order_of_no_units_is_not_inbound),
        cmocka_unit_test(test_an_order_is_given_up_a_fortnight_after_its_arrival),
        cmocka_unit_test(test_a_past_day_does_not_see_orders_of_later_days),
        cmocka_unit_test(test_a_plan_does_not_count_its_own_order_of_the_day),
        cmocka_unit_test(test_what_is_not_ordered_yet_comes_the_later_the_longer_it_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/date.h"
#include "models/decision/review/raise.h"

#define YUAN INT64_C(1000000)

static struct pk_review_finding shortage(double value)
{
    return (struct pk_review_finding){PK_REASON_BELOW_NEED, PK_REVIEW_REORDER, value, 10};
}

/* Shown on day 100 with a worth of 200. */
static struct pk_raised shown(void)
{
    return (struct pk_raised){.item_id = "A",
                              .warehouse_id = "main",
                              .action = "reorder",
                              .reason = "BELOW_NEED",
                              .value_micros = 200 * YUAN,
                              .since_date = 90,
                              .shown_date = 100,
                              .shown_value_micros = 200 * YUAN,
                              .shown_severity = 1};
}

static void test_what_nobody_has_seen_is_new(void **state)
{
    (void)state;
    const struct pk_review_finding finding = shortage(200);
    struct pk_raised before = shown();
    assert_int_equal(pk_raise_judge(&finding, 101, NULL), PK_RAISE_NEW);
    before.shown_date = PK_DATE_NONE; /* found before, beyond the end of the list */
    assert_int_equal(pk_raise_judge(&finding, 101, &before), PK_RAISE_NEW);
}

static void test_the_same_is_not_listed_again_within_the_band(void **state)
{
    (void)state;
    const struct pk_raised before = shown();
    const double values[] = {140, 200, 300};
    for (size_t i = 0; i < 3; i++) {
        const struct pk_review_finding finding = shortage(values[i]);
        assert_int_equal(pk_raise_judge(&finding, 101, &before), PK_RAISE_OPEN);
    }
}

static void test_a_change_beyond_the_band_brings_it_back(void **state)
{
    (void)state;
    const struct pk_raised before = shown();
    const struct pk_review_finding more = shortage(301), less = shortage(139);
    assert_int_equal(pk_raise_judge(&more, 101, &before), PK_RAISE_WORSE);
    assert_int_equal(pk_raise_judge(&less, 101, &before), PK_RAISE_SMALLER);
}

static void test_a_worse_state_brings_it_back_at_the_same_worth(void **state)
{
    (void)state;
    const struct pk_raised before = shown();
    struct pk_review_finding finding = shortage(200);
    finding.reason = PK_REASON_OUT_OF_STOCK;
    assert_int_equal(pk_raise_judge(&finding, 101, &before), PK_RAISE_WORSE);
    finding.reason = PK_REASON_PROMOTION_AHEAD; /* another word for the same */
    assert_int_equal(pk_raise_judge(&finding, 101, &before), PK_RAISE_OPEN);
}

static void test_a_reminder_comes_after_fourteen_days(void **state)
{
    (void)state;
    const struct pk_raised before = shown();
    const struct pk_review_finding finding = shortage(200);
    assert_int_equal(pk_raise_judge(&finding, 113, &before), PK_RAISE_OPEN);
    assert_int_equal(pk_raise_judge(&finding, 114, &before), PK_RAISE_REMINDER);
}

static void test_checks_and_prices_are_told_apart_by_their_reason(void **state)
{
    (void)state;
    struct pk_raised before = shown();
    struct pk_review_finding finding = shortage(200);
    assert_true(pk_raise_is_same(&finding, &before));
    finding.action = PK_REVIEW_CHASE_INBOUND;
    assert_false(pk_raise_is_same(&finding, &before));
    before.action = "check";
    before.reason = "ABOVE_FORECAST";
    finding = (struct pk_review_finding){PK_REASON_ABOVE_FORECAST, PK_REVIEW_CHECK, 1, 1};
    assert_true(pk_raise_is_same(&finding, &before));
    finding.reason = PK_REASON_BELOW_FORECAST;
    assert_false(pk_raise_is_same(&finding, &before));
}

static void test_changes_have_names(void **state)
{
    (void)state;
    assert_string_equal(pk_raise_change_name(PK_RAISE_NEW), "new");
    assert_string_equal(pk_raise_change_name(PK_RAISE_OPEN), "open");
    assert_string_equal(pk_raise_change_name((enum pk_raise_change)99), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_nobody_has_seen_is_new),
        cmocka_unit_test(test_the_same_is_not_listed_again_within_the_band),
        cmocka_unit_test(test_a_change_beyond_the_band_brings_it_back),
        cmocka_unit_test(test_a_worse_state_brings_it_back_at_the_same_worth),
        cmocka_unit_test(test_a_reminder_comes_after_fourteen_days),
        cmocka_unit_test(test_checks_and_prices_are_told_apart_by_their_reason),
        cmocka_unit_test(test_changes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

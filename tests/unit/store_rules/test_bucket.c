/* Days and weeks of sales: one kind per item x warehouse, one first weekday per store. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/bucket.h"

#define MONDAY  0
#define TUESDAY 1

static void test_buckets_of_one_series_agree(void **state)
{
    (void)state;
    const struct pk_text item = pk_text_from("a"), warehouse = pk_text_from("main");
    struct pk_error error;
    assert_int_equal(pk_bucket_check(item, warehouse, 7, 7, &error), PK_OK);
    assert_int_equal(pk_bucket_check(item, warehouse, 0, 7, &error), PK_OK);
    assert_int_equal(pk_bucket_check(item, warehouse, 1, 7, &error), PK_FAILED_PRECONDITION);
    assert_string_equal(error.message,
                        "sales of item 'a' in warehouse 'main' are stored by day; import them with "
                        "bucket day, or delete the stored rows first");
    assert_int_equal(pk_bucket_check(item, warehouse, 7, 1, &error), PK_FAILED_PRECONDITION);
    assert_non_null(strstr(error.message, "by week"));
}

static void test_the_first_week_fixes_the_weekday(void **state)
{
    (void)state;
    const int32_t tuesday = day("2026-03-03"), monday = day("2026-03-09");
    struct pk_error error;
    assert_int_equal(pk_week_start_check(tuesday, 7, PK_WEEK_START_NONE, &error), PK_OK);
    const int32_t week_start = pk_week_start_after(tuesday, 7, false, PK_WEEK_START_NONE);
    assert_int_equal(week_start, TUESDAY);
    assert_int_equal(pk_week_start_check(tuesday + 7, 7, week_start, &error), PK_OK);
    assert_int_equal(pk_week_start_check(monday, 7, week_start, &error), PK_FAILED_PRECONDITION);
    assert_string_equal(error.message, "2026-03-09 is a Monday, but the weeks of this store begin "
                                       "on Tuesday; date a week by that day");
}

static void test_days_and_deletions_fix_no_weekday(void **state)
{
    (void)state;
    const int32_t monday = day("2026-03-09");
    assert_int_equal(pk_week_start_after(monday, 1, false, PK_WEEK_START_NONE), PK_WEEK_START_NONE);
    assert_int_equal(pk_week_start_after(monday, 7, true, PK_WEEK_START_NONE), PK_WEEK_START_NONE);
    assert_int_equal(pk_week_start_check(monday, 1, TUESDAY, NULL), PK_OK);
}

static void test_a_week_start_that_came_in_between_is_refused(void **state)
{
    (void)state;
    struct pk_error error;
    bool is_new = false;
    assert_int_equal(pk_week_start_settle(7, TUESDAY, PK_WEEK_START_NONE, &is_new, &error), PK_OK);
    assert_true(is_new);
    assert_int_equal(pk_week_start_settle(7, TUESDAY, TUESDAY, &is_new, &error), PK_OK);
    assert_false(is_new);
    assert_int_equal(pk_week_start_settle(7, TUESDAY, MONDAY, &is_new, &error),
                     PK_FAILED_PRECONDITION);
    assert_non_null(strstr(error.message, "is a Tuesday, but the weeks of this store begin on "
                                          "Monday"));
    /* Nothing of a week was staged; or days only. */
    assert_int_equal(pk_week_start_settle(7, PK_WEEK_START_NONE, MONDAY, &is_new, &error), PK_OK);
    assert_int_equal(pk_week_start_settle(1, TUESDAY, MONDAY, &is_new, &error), PK_OK);
    assert_false(is_new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buckets_of_one_series_agree),
        cmocka_unit_test(test_the_first_week_fixes_the_weekday),
        cmocka_unit_test(test_days_and_deletions_fix_no_weekday),
        cmocka_unit_test(test_a_week_start_that_came_in_between_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

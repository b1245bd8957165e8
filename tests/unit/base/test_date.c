/* Civil days: the calendar itself, the forms that files may use, and the bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/date.h"

static int32_t parsed(const char *text)
{
    int32_t date = PK_DATE_NONE;
    return pk_date_parse(pk_text_from(text), &date) ? date : PK_DATE_NONE;
}

static void test_every_day_of_the_range_survives_a_round_trip(void **state)
{
    (void)state;
    int32_t first = parsed("1990-01-01");
    int32_t last = parsed("2099-12-31");
    assert_int_equal(first, 7305);
    assert_int_equal(last, 47481);
    for (int32_t day = first; day <= last; day++) {
        char text[PK_DATE_TEXT_SIZE];
        assert_int_equal(parsed(pk_date_format(day, text)), day);
        assert_int_equal(pk_date_from_civil(pk_date_to_civil(day)), day);
    }
}

static void test_weekdays_begin_on_monday(void **state)
{
    (void)state;
    assert_int_equal(pk_date_weekday(parsed("2026-11-23")), 0);
    assert_int_equal(pk_date_weekday(parsed("2026-11-22")), 6);
    assert_int_equal(pk_date_weekday(0), 3); /* 1970-01-01 was a Thursday */
}

static void test_weekly_buckets_start_on_the_store_weekday(void **state)
{
    (void)state;
    int32_t sunday = parsed("2026-11-22");
    assert_int_equal(pk_date_bucket_start(sunday, 1, 0), sunday);
    assert_int_equal(pk_date_bucket_start(sunday, 7, 0), sunday - 6);
    assert_int_equal(pk_date_bucket_start(sunday, 7, 6), sunday);
    assert_int_equal(pk_date_bucket_start(sunday + 6, 7, 6), sunday);
}

static void test_the_forms_of_files_mean_the_same_day(void **state)
{
    (void)state;
    int32_t day = parsed("2026-01-02");
    assert_int_equal(parsed("2026/01/02"), day);
    assert_int_equal(parsed("2026/1/2"), day);
    assert_int_equal(parsed("20260102"), day);
    assert_int_equal(parsed("2026-01-02 07:45:00"), day);
    assert_int_equal(parsed("2026-01-02T07:45:00Z"), day);
}

static void test_days_that_do_not_exist_are_refused(void **state)
{
    static const char *const wrong[] = {"",           "2026",       "2026-02-29", "2100-02-29",
                                        "2026-13-01", "2026-00-10", "2026-01-32", "1989-12-31",
                                        "2100-01-01", "2026-01/02", "02.01.2026", "2026-01-02x",
                                        "46348"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(parsed(wrong[i]), PK_DATE_NONE);
    assert_int_not_equal(parsed("2028-02-29"), PK_DATE_NONE);
}

static void test_the_wire_takes_iso_dates_only(void **state)
{
    int32_t date;
    (void)state;
    assert_true(pk_date_parse_iso(pk_text_from("2026-11-22"), &date));
    assert_false(pk_date_parse_iso(pk_text_from("2026/11/22"), &date));
    assert_false(pk_date_parse_iso(pk_text_from("2026-11-22 "), &date));
    assert_false(pk_date_parse_iso(pk_text_from(""), &date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_of_the_range_survives_a_round_trip),
        cmocka_unit_test(test_weekdays_begin_on_monday),
        cmocka_unit_test(test_weekly_buckets_start_on_the_store_weekday),
        cmocka_unit_test(test_the_forms_of_files_mean_the_same_day),
        cmocka_unit_test(test_days_that_do_not_exist_are_refused),
        cmocka_unit_test(test_the_wire_takes_iso_dates_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

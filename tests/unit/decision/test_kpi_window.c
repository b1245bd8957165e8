/* The days that key figures are about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "models/base/limits.h"
#include "models/decision/review/kpi_window.h"

#define AS_OF 19904 /* 2024-06-30 */

static const struct pk_shop shop = {.as_of_date = AS_OF};

static void assert_window(int32_t from_date, int32_t to_date, int32_t expected_from,
                          int32_t expected_to)
{
    struct pk_error error;
    assert_int_equal(pk_kpi_window_complete(&shop, &from_date, &to_date, &error), PK_OK);
    assert_int_equal(from_date, expected_from);
    assert_int_equal(to_date, expected_to);
}

static void assert_refused(int32_t from_date, int32_t to_date, const char *field, const char *words)
{
    struct pk_error error;
    const int32_t from = from_date, to = to_date;
    assert_int_equal(pk_kpi_window_complete(&shop, &from_date, &to_date, &error),
                     PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, field);
    assert_non_null(strstr(error.message, words));
    assert_int_equal(from_date, from);
    assert_int_equal(to_date, to);
}

static void test_missing_dates_are_the_30_days_up_to_as_of(void **state)
{
    (void)state;
    assert_window(PK_DATE_NONE, PK_DATE_NONE, AS_OF - 29, AS_OF);
    assert_window(PK_DATE_NONE, AS_OF - 10, AS_OF - 39, AS_OF - 10);
    assert_window(AS_OF - 5, PK_DATE_NONE, AS_OF - 5, AS_OF);
    assert_window(AS_OF, AS_OF, AS_OF, AS_OF);
}

static void test_a_window_ends_at_as_of_at_the_latest_and_not_before_it_begins(void **state)
{
    (void)state;
    assert_refused(AS_OF, AS_OF + 1, "to_date", "2024-06-30");
    assert_refused(AS_OF, AS_OF - 1, "from_date", "must not be after to_date");
}

static void test_a_window_has_at_most_1100_days(void **state)
{
    (void)state;
    const int32_t first = AS_OF - PK_KPI_WINDOW_DAYS_MAX + 1;
    assert_window(first, AS_OF, first, AS_OF);
    assert_refused(first - 1, AS_OF, "from_date", "1100 days");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_dates_are_the_30_days_up_to_as_of),
        cmocka_unit_test(test_a_window_ends_at_as_of_at_the_latest_and_not_before_it_begins),
        cmocka_unit_test(test_a_window_has_at_most_1100_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

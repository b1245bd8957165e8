#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/output/buffer.h"
#include "models/base/date.h"

static void assert_number(double value, int digits, const char *expected)
{
    struct pk_buffer buffer = {0};
    pk_buffer_append_number(&buffer, value, digits);
    assert_string_equal(pk_buffer_string(&buffer), expected);
    pk_buffer_done(&buffer);
}

static void test_means_have_six_digits_and_no_trailing_zeros(void **state)
{
    (void)state;
    assert_number(0, 6, "0");
    assert_number(12, 6, "12");
    assert_number(0.1, 6, "0.1");
    assert_number(12.3456789, 6, "12.3457");
    assert_number(0.000123456789, 6, "0.000123457");
    assert_number(2.5, 6, "2.5");
    assert_number(-3.25, 6, "-3.25");
    assert_number(1.0 / 3, 6, "0.333333");
}

static void test_rounding_up_may_add_a_digit(void **state)
{
    (void)state;
    assert_number(9.9999996, 6, "10");
    assert_number(999999.9, 6, "1000000");
}

static void test_large_numbers_keep_their_whole_part_and_never_get_an_exponent(void **state)
{
    (void)state;
    assert_number(1234567.8, 6, "1234568");
    assert_number(1e14, 6, "100000000000000");
    assert_number(1e21, 6, "1000000000000000000000");
    assert_number(123456789.25, 12, "123456789.25");
}

static void test_tiny_numbers_are_zero_without_a_sign(void **state)
{
    (void)state;
    assert_number(1e-13, 6, "0");
    assert_number(-1e-13, 6, "0");
    assert_number(-0.0, 6, "0");
}

static void test_numbers_that_are_not_finite_leave_nothing(void **state)
{
    (void)state;
    assert_number(NAN, 6, "");
    assert_number(INFINITY, 6, "");
}

static void test_a_number_reads_back_within_its_digits(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value = (double)(seed >> 11) / 9007199254740992.0 * pow(10, (int)(seed % 14) - 5);
        struct pk_buffer buffer = {0};
        pk_buffer_append_number(&buffer, value, 6);
        double back = strtod(pk_buffer_string(&buffer), NULL);
        assert_true(fabs(back - value) <= 5.0001e-6 * value + 5.1e-13);
        assert_null(strchr(pk_buffer_string(&buffer), 'e'));
        pk_buffer_done(&buffer);
    }
}

static void test_integers_reach_both_ends(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    pk_buffer_append_integer(&buffer, INT64_MIN);
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_integer(&buffer, INT64_MAX);
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_integer(&buffer, 0);
    assert_string_equal(pk_buffer_string(&buffer), "-9223372036854775808 9223372036854775807 0");
    pk_buffer_done(&buffer);
}

static void test_dates_are_iso(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    char expected[PK_DATE_TEXT_SIZE];
    for (int32_t day = 7305; day < 47482; day += 37) {
        pk_buffer_clear(&buffer);
        pk_buffer_append_date(&buffer, day);
        assert_string_equal(pk_buffer_string(&buffer), pk_date_format(day, expected));
    }
    pk_buffer_done(&buffer);
}

static void test_people_see_grouped_thousands(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    pk_buffer_append_grouped_integer(&buffer, 1234567);
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_grouped_integer(&buffer, -999);
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_grouped(&buffer, 1000.05, 1);
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_grouped(&buffer, NAN, 1);
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_grouped_money(&buffer, INT64_C(12345678905000));
    pk_buffer_append_byte(&buffer, ' ');
    pk_buffer_append_grouped_money(&buffer, -4999);
    assert_string_equal(pk_buffer_string(&buffer), "1,234,567 -999 1,000.1 - 12,345,678.91 0.00");
    pk_buffer_done(&buffer);
}

static void test_a_buffer_beyond_its_maximum_fails_and_stays_failed(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    pk_buffer_append(&buffer, "", PK_BUFFER_BYTES_MAX);
    assert_true(buffer.failed);
    pk_buffer_append_string(&buffer, "more");
    assert_int_equal(buffer.size, 0);
    assert_string_equal(pk_buffer_string(&buffer), "");
    pk_buffer_clear(&buffer);
    pk_buffer_append_string(&buffer, "again");
    assert_string_equal(pk_buffer_string(&buffer), "again");
    pk_buffer_done(&buffer);
    pk_buffer_done(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_means_have_six_digits_and_no_trailing_zeros),
        cmocka_unit_test(test_rounding_up_may_add_a_digit),
        cmocka_unit_test(test_large_numbers_keep_their_whole_part_and_never_get_an_exponent),
        cmocka_unit_test(test_tiny_numbers_are_zero_without_a_sign),
        cmocka_unit_test(test_numbers_that_are_not_finite_leave_nothing),
        cmocka_unit_test(test_a_number_reads_back_within_its_digits),
        cmocka_unit_test(test_integers_reach_both_ends),
        cmocka_unit_test(test_dates_are_iso),
        cmocka_unit_test(test_people_see_grouped_thousands),
        cmocka_unit_test(test_a_buffer_beyond_its_maximum_fails_and_stays_failed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

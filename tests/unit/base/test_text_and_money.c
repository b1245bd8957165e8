/* Identifiers, UTF-8, numbers and money: what is accepted, and each bound at the limit and one past
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/base/text.h"
#include "models/base/units.h"

static enum pk_status id_status(const char *id)
{
    struct pk_error error;
    return pk_id_check(pk_text_from(id), "item_id", &error);
}

static void test_ids_are_opaque_utf8(void **state)
{
    (void)state;
    assert_int_equal(id_status("0"), PK_OK);
    assert_int_equal(id_status("007"), PK_OK);
    assert_int_equal(id_status("收纳箱-20L 蓝"), PK_OK);
    assert_int_equal(id_status("1E5"), PK_OK);
    assert_int_equal(id_status(""), PK_INVALID_ARGUMENT);
    assert_int_equal(id_status(" a"), PK_INVALID_ARGUMENT);
    assert_int_equal(id_status("a\tb"), PK_INVALID_ARGUMENT);
    assert_int_equal(id_status("\xff"), PK_INVALID_ARGUMENT);
}

static void test_an_id_has_at_most_64_bytes(void **state)
{
    char id[PK_ID_BYTES_MAX + 2];
    (void)state;
    memset(id, 'x', sizeof id);
    id[PK_ID_BYTES_MAX + 1] = '\0';
    assert_int_equal(id_status(id), PK_INVALID_ARGUMENT);
    id[PK_ID_BYTES_MAX] = '\0';
    assert_int_equal(id_status(id), PK_OK);
}

static void test_an_id_that_a_spreadsheet_destroyed_is_refused(void **state)
{
    struct pk_error error;
    (void)state;
    assert_int_equal(pk_id_check(pk_text_from("6.12E+17"), "item_id", &error), PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "spreadsheet"));
    assert_int_equal(id_status("6E+05"), PK_INVALID_ARGUMENT);
    assert_int_equal(id_status("6.12E+17B"), PK_OK);
}

static void test_utf8_refuses_overlong_surrogates_and_nul(void **state)
{
    (void)state;
    assert_true(pk_text_is_utf8(pk_text_from("双12 \xf0\x9f\x8e\x81")));
    assert_false(pk_text_is_utf8(pk_text_from("\xc0\xaf")));
    assert_false(pk_text_is_utf8(pk_text_from("\xed\xa0\x80")));
    assert_false(pk_text_is_utf8(pk_text_from("\xf4\x90\x80\x80")));
    assert_false(pk_text_is_utf8(pk_text_from("\xe5\x8f")));
    assert_false(pk_text_is_utf8((struct pk_text){"a\0b", 3}));
}

static void test_white_space_of_both_scripts_is_trimmed(void **state)
{
    struct pk_text trimmed = pk_text_trim(pk_text_from(" \t\xe3\x80\x80 a b\xe3\x80\x80\r\n"));
    (void)state;
    assert_true(pk_text_equal(trimmed, pk_text_from("a b")));
    assert_int_equal(pk_text_trim(pk_text_from("  ")).size, 0);
}

static void test_integers_stop_at_the_ends_of_int64(void **state)
{
    int64_t value;
    (void)state;
    assert_true(pk_text_to_integer(pk_text_from("9223372036854775807"), &value));
    assert_true(value == INT64_MAX);
    assert_true(pk_text_to_integer(pk_text_from("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_false(pk_text_to_integer(pk_text_from("9223372036854775808"), &value));
    assert_false(pk_text_to_integer(pk_text_from("-9223372036854775809"), &value));
    assert_false(pk_text_to_integer(pk_text_from("12a"), &value));
    assert_false(pk_text_to_integer(pk_text_from("-"), &value));
}

static void test_numbers_are_finite_decimals(void **state)
{
    double value;
    (void)state;
    assert_true(pk_text_to_number(pk_text_from("-0.25"), &value));
    assert_true(value == -0.25);
    assert_false(pk_text_to_number(pk_text_from("nan"), &value));
    assert_false(pk_text_to_number(pk_text_from("inf"), &value));
    assert_false(pk_text_to_number(pk_text_from("0x10"), &value));
    assert_false(pk_text_to_number(pk_text_from("1e999"), &value));
}

static int64_t money(const char *text)
{
    int64_t micros = -1;
    return pk_money_parse(pk_text_from(text), &micros) ? micros : -1;
}

static void test_money_is_exact_to_the_micro(void **state)
{
    char text[PK_MONEY_TEXT_SIZE];
    (void)state;
    assert_true(money("12.5") == 12500000);
    assert_true(money("0.000001") == 1);
    assert_true(money(".5") == 500000);
    assert_true(money("7") == 7000000);
    assert_true(money("0.0000001") == -1);
    assert_true(money("1.2.3") == -1);
    assert_true(money("") == -1);
    assert_true(money(".") == -1);
    assert_string_equal(pk_money_format(12500000, text), "12.50");
    assert_string_equal(pk_money_format(-123456, text), "-0.123456");
    assert_string_equal(pk_money_format(0, text), "0.00");
}

static void test_money_stops_at_its_limit(void **state)
{
    (void)state;
    assert_true(money("9000000000") == PK_MONEY_MICROS_MAX);
    assert_true(money("9000000000.000001") == -1);
    assert_true(money("99999999999999999999") == -1);
    assert_true(pk_money_times(INT64_MAX / 2, 3) == INT64_MAX);
    assert_true(pk_money_times(-INT64_MAX / 2, 3) == -INT64_MAX);
    assert_true(pk_money_from_double(1e300) == INT64_MAX);
    assert_true(pk_money_from_double(0.1) == 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_are_opaque_utf8),
        cmocka_unit_test(test_an_id_has_at_most_64_bytes),
        cmocka_unit_test(test_an_id_that_a_spreadsheet_destroyed_is_refused),
        cmocka_unit_test(test_utf8_refuses_overlong_surrogates_and_nul),
        cmocka_unit_test(test_white_space_of_both_scripts_is_trimmed),
        cmocka_unit_test(test_integers_stop_at_the_ends_of_int64),
        cmocka_unit_test(test_numbers_are_finite_decimals),
        cmocka_unit_test(test_money_is_exact_to_the_micro),
        cmocka_unit_test(test_money_stops_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

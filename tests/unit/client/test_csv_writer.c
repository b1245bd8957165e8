#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/output/csv_writer.h"

static void assert_field(const char *text, const char *expected)
{
    struct pk_buffer buffer = {0};
    struct pk_csv_writer writer;
    pk_csv_writer_init(&writer, &buffer);
    pk_csv_writer_text(&writer, text, strlen(text));
    assert_string_equal(pk_buffer_string(&buffer), expected);
    pk_buffer_done(&buffer);
}

static void test_plain_text_stays_plain(void **state)
{
    (void)state;
    assert_field("A-007", "A-007");
    assert_field("保温杯 红", "保温杯 红");
    assert_field("", "");
}

static void test_separators_quotes_and_line_ends_are_quoted(void **state)
{
    (void)state;
    assert_field("a,b", "\"a,b\"");
    assert_field("5\" cup", "\"5\"\" cup\"");
    assert_field("\"", "\"\"\"\"");
    assert_field("two\nlines", "\"two\nlines\"");
    assert_field("cr\r", "\"cr\r\"");
    assert_field(" outer", "\" outer\"");
}

static void test_a_row_has_all_its_fields_empty_ones_too(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    struct pk_csv_writer writer;
    pk_csv_writer_init(&writer, &buffer);
    pk_csv_writer_empty(&writer);
    pk_csv_writer_integer(&writer, -3);
    pk_csv_writer_number(&writer, 0.125, PK_MEAN_DIGITS);
    pk_csv_writer_money(&writer, 12500000);
    pk_csv_writer_date(&writer, 0);
    pk_csv_writer_empty(&writer);
    pk_csv_writer_end_row(&writer);
    pk_csv_writer_integer(&writer, 1);
    pk_csv_writer_end_row(&writer);
    assert_string_equal(pk_buffer_string(&buffer), ",-3,0.125,12.50,1970-01-01,\n1\n");
    pk_buffer_done(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_stays_plain),
        cmocka_unit_test(test_separators_quotes_and_line_ends_are_quoted),
        cmocka_unit_test(test_a_row_has_all_its_fields_empty_ones_too),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

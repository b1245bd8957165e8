#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/csv_reader.h"
#include "models/base/limits.h"
#include "tests/support/client/byte_source.h"

/* Writes every record as LINE:[field][field] and ! for a malformed one. */
static void describe(const char *text, size_t step, char *out, size_t size)
{
    struct bytes bytes = {text, strlen(text), 0, step};
    struct pk_csv_reader *reader = NULL;
    struct pk_csv_record record;
    struct pk_error error = {0};
    size_t length = 0;
    out[0] = '\0';
    assert_int_equal(pk_csv_reader_new(read_bytes, &bytes, "f.csv", &reader, &error), PK_OK);
    for (;;) {
        enum pk_status status = pk_csv_reader_next(reader, &record, &error);
        if (status != PK_OK) {
            pk_text_format(out + length, size - length, "E %s %s", error.field, error.message);
            break;
        }
        if (record.field_count == 0)
            break;
        length += pk_text_format(out + length, size - length, "%lld:", (long long)record.line);
        for (size_t i = 0; i < record.field_count; i++)
            length += pk_text_format(out + length, size - length, "[%.*s]",
                                     (int)record.fields[i].size, record.fields[i].bytes);
        if (record.problem != NULL)
            length += pk_text_format(out + length, size - length, "!");
        length += pk_text_format(out + length, size - length, " ");
    }
    pk_csv_reader_free(reader);
}

static void expect(const char *text, const char *expected)
{
    /* However the bytes arrive, the records are the same. */
    static const size_t steps[] = {1, 2, 3, 7, 1000000};
    char found[1024];
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        describe(text, steps[i], found, sizeof found);
        assert_string_equal(found, expected);
    }
}

static void test_fields_are_split_at_commas(void **state)
{
    (void)state;
    expect("a,b,c\n1,,3\n", "1:[a][b][c] 2:[1][][3] ");
}

static void test_the_last_line_end_may_be_missing(void **state)
{
    (void)state;
    expect("a,b\n1,2", "1:[a][b] 2:[1][2] ");
    expect("a,b\n1,", "1:[a][b] 2:[1][] ");
    expect("a,b\n\"1\",\"2\"", "1:[a][b] 2:[1][2] ");
}

static void test_lines_end_in_crlf_lf_or_cr(void **state)
{
    (void)state;
    expect("a\r\nb\r\n", "1:[a] 2:[b] ");
    expect("a\rb\r", "1:[a] 2:[b] ");
    expect("a\nb\r\nc\rd", "1:[a] 2:[b] 3:[c] 4:[d] ");
}

static void test_quotes_protect_commas_quotes_and_line_ends(void **state)
{
    (void)state;
    expect("\"a,b\",\"say \"\"hi\"\"\",\"\"\n", "1:[a,b][say \"hi\"][] ");
    expect("\"\"\"\"\n", "1:[\"] ");
    expect("\"x\r\ny\"\n", "1:[x\r\ny] ");
}

static void test_line_numbers_survive_line_ends_inside_quotes(void **state)
{
    (void)state;
    expect("\"1\n2\n3\",a\nb,c\n", "1:[1\n2\n3][a] 4:[b][c] ");
    expect("\"1\r\n2\",a\r\nb,c\r\n", "1:[1\r\n2][a] 3:[b][c] ");
}

static void test_empty_lines_are_passed_over_and_counted(void **state)
{
    (void)state;
    expect("a\n\n  \n\r\nb\n\n", "1:[a] 5:[b] ");
    expect("", "");
    expect("\n\n", "");
}

static void test_a_quote_inside_an_unquoted_field_is_a_character(void **state)
{
    (void)state;
    expect("12\" pan,x\n", "1:[12\" pan][x] ");
}

static void test_text_behind_a_closing_quote_spoils_only_its_record(void **state)
{
    (void)state;
    expect("\"a\"b,c\nd,e\n", "1:[a][c]! 2:[d][e] ");
}

static void test_an_open_quote_is_an_error_with_its_line(void **state)
{
    (void)state;
    expect("a,b\n1,\"2\n3,4\n", "1:[a][b] E f.csv:2 a quote that is opened here is never closed; "
                                "close or remove it (limit 65536)");
}

static void test_a_nul_byte_spoils_only_its_record(void **state)
{
    (void)state;
    struct bytes bytes = {"a\0b,c\nd,e\n", 10, 0, 65536};
    struct pk_csv_reader *reader = NULL;
    struct pk_csv_record record;
    assert_int_equal(pk_csv_reader_new(read_bytes, &bytes, "f.csv", &reader, NULL), PK_OK);
    assert_int_equal(pk_csv_reader_next(reader, &record, NULL), PK_OK);
    assert_non_null(strstr(record.problem, "NUL"));
    assert_int_equal(pk_csv_reader_next(reader, &record, NULL), PK_OK);
    assert_null(record.problem);
    pk_csv_reader_free(reader);
}

static enum pk_status read_one(const char *text, size_t size, size_t *out_field_size)
{
    struct bytes bytes = {text, size, 0, 65536};
    struct pk_csv_reader *reader = NULL;
    struct pk_csv_record record = {0};
    assert_int_equal(pk_csv_reader_new(read_bytes, &bytes, "f.csv", &reader, NULL), PK_OK);
    enum pk_status status = pk_csv_reader_next(reader, &record, NULL);
    if (status == PK_OK)
        *out_field_size = record.fields[0].size;
    pk_csv_reader_free(reader);
    return status;
}

static void test_a_field_may_have_65536_bytes_and_not_one_more(void **state)
{
    (void)state;
    size_t size = PK_CSV_FIELD_BYTES_MAX;
    char *text = malloc(size + 2);
    size_t found = 0;
    memset(text, 'x', size + 1);
    text[size] = '\n';
    assert_int_equal(read_one(text, size + 1, &found), PK_OK);
    assert_int_equal(found, PK_CSV_FIELD_BYTES_MAX);
    text[size] = 'x';
    text[size + 1] = '\n';
    assert_int_equal(read_one(text, size + 2, &found), PK_INVALID_ARGUMENT);
    free(text);
}

static void test_a_record_may_have_a_mebibyte_and_not_one_more(void **state)
{
    (void)state;
    size_t size = PK_CSV_LINE_BYTES_MAX;
    char *text = malloc(size + 2);
    size_t found = 0;
    for (size_t i = 0; i < size + 1; i++)
        text[i] = i % 60000 == 59999 ? ',' : 'x';
    text[size] = '\n';
    assert_int_equal(read_one(text, size + 1, &found), PK_OK);
    for (size_t i = size; i < size + 2; i++)
        text[i] = 'x';
    char *longer = malloc(2 * size);
    memset(longer, 'x', 2 * size);
    for (size_t i = 0; i < 2 * size; i += 60000)
        longer[i] = ',';
    assert_int_equal(read_one(longer, 2 * size, &found), PK_INVALID_ARGUMENT);
    free(longer);
    free(text);
}

static void test_a_record_may_have_1024_fields_and_not_one_more(void **state)
{
    (void)state;
    char text[PK_CSV_FIELD_COUNT_MAX + 2];
    size_t found = 0;
    memset(text, ',', sizeof text);
    text[PK_CSV_FIELD_COUNT_MAX - 1] = '\n';
    assert_int_equal(read_one(text, PK_CSV_FIELD_COUNT_MAX, &found), PK_OK);
    text[PK_CSV_FIELD_COUNT_MAX - 1] = ',';
    text[PK_CSV_FIELD_COUNT_MAX] = '\n';
    assert_int_equal(read_one(text, PK_CSV_FIELD_COUNT_MAX + 1, &found), PK_INVALID_ARGUMENT);
}

static enum pk_status read_nothing(void *source, char *out, size_t size, size_t *out_size,
                                   struct pk_error *error)
{
    (void)source;
    (void)out;
    (void)size;
    (void)out_size;
    return pk_error_set(error, PK_DATA_LOSS, "f.csv", "broken");
}

static void test_a_failed_read_is_handed_on(void **state)
{
    (void)state;
    struct pk_csv_reader *reader = NULL;
    struct pk_csv_record record;
    struct pk_error error = {0};
    assert_int_equal(pk_csv_reader_new(read_nothing, NULL, "f.csv", &reader, &error), PK_OK);
    assert_int_equal(pk_csv_reader_next(reader, &record, &error), PK_DATA_LOSS);
    assert_string_equal(error.message, "broken");
    pk_csv_reader_free(reader);
    pk_csv_reader_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_split_at_commas),
        cmocka_unit_test(test_the_last_line_end_may_be_missing),
        cmocka_unit_test(test_lines_end_in_crlf_lf_or_cr),
        cmocka_unit_test(test_quotes_protect_commas_quotes_and_line_ends),
        cmocka_unit_test(test_line_numbers_survive_line_ends_inside_quotes),
        cmocka_unit_test(test_empty_lines_are_passed_over_and_counted),
        cmocka_unit_test(test_a_quote_inside_an_unquoted_field_is_a_character),
        cmocka_unit_test(test_text_behind_a_closing_quote_spoils_only_its_record),
        cmocka_unit_test(test_an_open_quote_is_an_error_with_its_line),
        cmocka_unit_test(test_a_nul_byte_spoils_only_its_record),
        cmocka_unit_test(test_a_field_may_have_65536_bytes_and_not_one_more),
        cmocka_unit_test(test_a_record_may_have_a_mebibyte_and_not_one_more),
        cmocka_unit_test(test_a_record_may_have_1024_fields_and_not_one_more),
        cmocka_unit_test(test_a_failed_read_is_handed_on),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/import/bad_rows.h"
#include "client/import/rejected_file.h"

static char source_path[64], rejected_path[96];

static int set_up(void **state)
{
    (void)state;
    pk_text_format(source_path, sizeof source_path, "/tmp/peakstock-rejected-XXXXXX");
    close(mkstemp(source_path));
    pk_text_format(rejected_path, sizeof rejected_path, "%s.rejected.csv", source_path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(source_path);
    unlink(rejected_path);
    return 0;
}

/* Rejects malformed rows and those whose first field is "bad". */
static bool judge(void *context, const struct pk_csv_record *row, char *out_reason, size_t size)
{
    (void)context;
    bool is_bad = row->problem != NULL || pk_text_equal(row->fields[0], pk_text_from("bad"));
    pk_text_format(out_reason, size, "line %lld, \"so\"", (long long)row->line);
    return is_bad;
}

static int64_t write_rejected(const char *text)
{
    struct pk_csv_file *file = NULL;
    int64_t count = -1;
    FILE *stream = fopen(source_path, "wb");
    fputs(text, stream);
    fclose(stream);
    assert_int_equal(pk_csv_file_open(source_path, &file, NULL), PK_OK);
    assert_int_equal(pk_rejected_file_write(file, rejected_path, judge, NULL, &count, NULL), PK_OK);
    pk_csv_file_close(file);
    return count;
}

static void test_rejected_rows_keep_their_columns_and_gain_the_reason(void **state)
{
    (void)state;
    char text[512];
    assert_int_equal(write_rejected("id,name\ngood,1\nbad,\"a,b\"\nbad\ngood,2\n"), 2);
    FILE *stream = fopen(rejected_path, "rb");
    assert_non_null(stream);
    text[fread(text, 1, sizeof text - 1, stream)] = '\0';
    fclose(stream);
    assert_string_equal(text, "id,name,reason\n"
                              "bad,\"a,b\",\"line 3, \"\"so\"\"\"\n"
                              "bad,,\"line 4, \"\"so\"\"\"\n");
}

static void test_nothing_is_written_when_nothing_was_rejected(void **state)
{
    (void)state;
    assert_int_equal(write_rejected("id,name\ngood,1\n"), 0);
    assert_int_equal(access(rejected_path, F_OK), -1);
}

static void test_the_value_stands_in_front_of_a_message_about_it(void **state)
{
    (void)state;
    char text[256];
    struct pk_error error = {0};
    pk_error_set(&error, PK_INVALID_ARGUMENT, "item_id", "has 70 bytes; an id has at most 64");
    pk_bad_rows_describe(&error, pk_text_from("xyz"), text, sizeof text);
    assert_string_equal(text, "column item_id: 'xyz' has 70 bytes; an id has at most 64");
    pk_error_set(&error, PK_INVALID_ARGUMENT, "units", "'abc' is not a whole number");
    pk_bad_rows_describe(&error, pk_text_from("abc"), text, sizeof text);
    assert_string_equal(text, "column units: 'abc' is not a whole number");
}

static void test_twenty_bad_rows_are_printed_and_all_counted(void **state)
{
    (void)state;
    char *printed = NULL;
    size_t size = 0;
    struct pk_bad_rows rows = {.messages = open_memstream(&printed, &size)};
    for (int64_t line = 2; line < 27; line++)
        pk_bad_rows_report(&rows, "f.csv", line, "a\nb\033[2J");
    assert_int_equal(pk_bad_rows_refuse(&rows, NULL), PK_INVALID_ARGUMENT);
    fclose(rows.messages);
    assert_int_equal(rows.count, 25);
    assert_non_null(strstr(printed, "f.csv:2: a?b?[2J\n"));
    assert_non_null(strstr(printed, "f.csv:21: "));
    assert_null(strstr(printed, "f.csv:22: "));
    assert_non_null(
        strstr(printed, "... and 5 more\npeakstock: 25 bad rows; nothing was imported"));
    free(printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rejected_rows_keep_their_columns_and_gain_the_reason,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_written_when_nothing_was_rejected, set_up,
                                        tear_down),
        cmocka_unit_test(test_the_value_stands_in_front_of_a_message_about_it),
        cmocka_unit_test(test_twenty_bad_rows_are_printed_and_all_counted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

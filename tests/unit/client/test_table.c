#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/table.h"

/* The last column wraps only where print() says so. */
static const struct pk_table_column columns[] = {
    {"item", false, PK_TABLE_FIT_NEVER, 0},
    {"name", false, PK_TABLE_FIT_CUT, 0},
    {"units", true, PK_TABLE_FIT_NEVER, 0},
    {"why", false, PK_TABLE_FIT_WRAP, 0},
};

static const char long_name[] = "a very long name of an item that nobody can read to its end";
static const char sentence[] = "demand until the next arrival is larger than the stock at hand";

/* Two rows: a Chinese name, then a long one. */
static void print(size_t width, bool has_colour, struct pk_buffer *buffer)
{
    struct pk_table_style style = {width, has_colour, true};
    struct pk_table_column fitted[4];
    memcpy(fitted, columns, sizeof columns);
    fitted[3].wrap_cells = width > 0 ? 24 : 0;
    struct pk_table *table = NULL;
    assert_int_equal(pk_table_new(&style, fitted, 4, &table, NULL), PK_OK);
    const char *rows[][4] = {{"A1", "保温杯", "1,200", "short"}, {"B22", long_name, "7", sentence}};
    for (size_t row = 0; row < 2; row++) {
        assert_int_equal(pk_table_add_row(table, NULL), PK_OK);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(
                pk_table_set(table, i, rows[row][i], i == 0 ? PK_TABLE_RED : PK_TABLE_PLAIN, NULL),
                PK_OK);
    }
    assert_int_equal(pk_table_print(table, buffer, NULL), PK_OK);
    pk_table_free(table);
}

/* Terminal cells of a UTF-8 text whose characters beyond ASCII are all two cells wide. */
static size_t cell_count(const char *text, size_t size)
{
    size_t cells = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < 0x80)
            cells++;
        else if (byte >= 0xc0)
            cells += 2;
    }
    return cells;
}

static void test_numbers_end_and_wide_names_align(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    print(0, false, &buffer);
    const char *text = pk_buffer_string(&buffer);
    const char *first = strchr(text, '\n') + 1;
    const char *second = strchr(first, '\n') + 1;
    size_t first_end = cell_count(first, (size_t)(strstr(first, "1,200") + 5 - first));
    size_t second_end = cell_count(second, (size_t)(strstr(second, "7  ") + 1 - second));
    assert_int_equal(first_end, second_end);
    assert_non_null(strstr(text, "保温杯"));
    pk_buffer_done(&buffer);
}

static void test_a_pipe_gets_every_letter_and_no_colour(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    print(0, false, &buffer);
    assert_non_null(strstr(pk_buffer_string(&buffer), long_name));
    assert_non_null(strstr(pk_buffer_string(&buffer), sentence));
    assert_null(strchr(pk_buffer_string(&buffer), '\033'));
    pk_buffer_done(&buffer);
}

static void test_lines_fit_the_terminal(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    print(70, false, &buffer);
    const char *line = pk_buffer_string(&buffer);
    size_t line_count = 0;
    for (const char *end; (end = strchr(line, '\n')); line = end + 1, line_count++)
        assert_true(cell_count(line, (size_t)(end - line)) <= 70);
    assert_true(line_count >= 3);
    assert_null(strstr(pk_buffer_string(&buffer), long_name));
    pk_buffer_done(&buffer);
}

static void test_sentences_wrap_between_words_and_chinese_anywhere(void **state)
{
    (void)state;
    static const struct pk_table_column why[] = {{"why", false, PK_TABLE_FIT_WRAP, 10}};
    struct pk_table_style style = {80, false, false};
    struct pk_table *table = NULL;
    struct pk_buffer buffer = {0};
    const char *sentences[] = {"one two three four", "保护期内有促销", "unbreakable-word", ""};
    assert_int_equal(pk_table_new(&style, why, 1, &table, NULL), PK_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pk_table_add_row(table, NULL), PK_OK);
        assert_int_equal(pk_table_set(table, 0, sentences[i], PK_TABLE_PLAIN, NULL), PK_OK);
    }
    assert_int_equal(pk_table_print(table, &buffer, NULL), PK_OK);
    const char *expected[] = {"one two", "three four", "保护期内有",
                              "促销",    "unbreakabl", "e-word"};
    const char *at = pk_buffer_string(&buffer);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_memory_equal(at, expected[i], strlen(expected[i]));
        at = strchr(at, '\n') + 1;
    }
    pk_table_free(table);
    pk_buffer_done(&buffer);
}

static void test_colours_only_where_asked_for(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    print(120, true, &buffer);
    assert_non_null(strstr(pk_buffer_string(&buffer), "\033[31mA1"));
    pk_buffer_done(&buffer);
}

static void test_control_characters_do_not_reach_the_terminal(void **state)
{
    (void)state;
    struct pk_table_style style = {80, false, true};
    struct pk_table *table = NULL;
    struct pk_buffer buffer = {0};
    assert_int_equal(pk_table_new(&style, columns, 1, &table, NULL), PK_OK);
    assert_int_equal(pk_table_add_row(table, NULL), PK_OK);
    assert_int_equal(pk_table_set(table, 0, "x\033[2Jy", PK_TABLE_PLAIN, NULL), PK_OK);
    assert_int_equal(pk_table_print(table, &buffer, NULL), PK_OK);
    assert_null(strchr(pk_buffer_string(&buffer), '\033'));
    pk_table_free(table);
    pk_buffer_done(&buffer);
}

static void test_a_table_without_rows_prints_nothing(void **state)
{
    (void)state;
    struct pk_table_style style = {80, false, true};
    struct pk_table *table = NULL;
    struct pk_buffer buffer = {0};
    assert_int_equal(pk_table_new(&style, columns, 4, &table, NULL), PK_OK);
    assert_int_equal(pk_table_row_count(table), 0);
    assert_int_equal(pk_table_print(table, &buffer, NULL), PK_OK);
    assert_int_equal(buffer.size, 0);
    pk_table_free(table);
    pk_table_free(NULL);
    pk_buffer_done(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_end_and_wide_names_align),
        cmocka_unit_test(test_a_pipe_gets_every_letter_and_no_colour),
        cmocka_unit_test(test_lines_fit_the_terminal),
        cmocka_unit_test(test_sentences_wrap_between_words_and_chinese_anywhere),
        cmocka_unit_test(test_colours_only_where_asked_for),
        cmocka_unit_test(test_control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(test_a_table_without_rows_prints_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

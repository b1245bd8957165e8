#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/output/table.h"

/* The last column wraps only where print() says so. */
static const struct pk_table_column columns[] = {
    {.heading = "item", .fit = PK_TABLE_FIT_NEVER},
    {.heading = "name", .fit = PK_TABLE_FIT_CUT},
    {.heading = "units", .is_right = true, .fit = PK_TABLE_FIT_NEVER},
    {.heading = "why", .fit = PK_TABLE_FIT_WRAP},
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
    static const struct pk_table_column why[] = {
        {.heading = "why", .fit = PK_TABLE_FIT_WRAP, .wrap_cells = 10}};
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

/* A table of one row; the headings that went for lack of room in *spared. */
static void print_one(size_t width, const struct pk_table_column *of, size_t count,
                      const char *const *cells, struct pk_buffer *buffer, struct pk_buffer *spared)
{
    const struct pk_table_style style = {width, false, true};
    struct pk_table *table = NULL;
    assert_int_equal(pk_table_new(&style, of, count, &table, NULL), PK_OK);
    assert_int_equal(pk_table_add_row(table, NULL), PK_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(pk_table_set(table, i, cells[i], PK_TABLE_PLAIN, NULL), PK_OK);
    assert_int_equal(pk_table_print(table, buffer, NULL), PK_OK);
    pk_buffer_append_string(spared, pk_table_spared(table));
    pk_table_free(table);
}

static void test_columns_that_say_nothing_are_left_out(void **state)
{
    (void)state;
    static const struct pk_table_column of[] = {
        {.heading = "item", .fit = PK_TABLE_FIT_NEVER},
        {.heading = "from", .fit = PK_TABLE_FIT_NEVER},
        {.heading = "target", .is_right = true, .fit = PK_TABLE_FIT_NEVER},
        {.heading = "presale", .is_right = true, .fit = PK_TABLE_FIT_NEVER, .hides_zero = true},
        {.heading = "gap", .is_right = true, .fit = PK_TABLE_FIT_NEVER},
    };
    struct pk_buffer buffer = {0}, spared = {0};
    print_one(0, of, 5, (const char *const[]){"A1", "", "-", "0.0", "0"}, &buffer, &spared);
    assert_string_equal(pk_buffer_string(&buffer), "item  gap\nA1      0\n");
    pk_buffer_clear(&buffer);
    print_one(0, of, 5, (const char *const[]){"A1", "", "-", "0.1", "0"}, &buffer, &spared);
    assert_non_null(strstr(pk_buffer_string(&buffer), "presale"));
    assert_int_equal(spared.size, 0);
    pk_buffer_done(&buffer);
    pk_buffer_done(&spared);
}

static void test_what_can_be_spared_goes_before_names_become_stumps(void **state)
{
    (void)state;
    static const struct pk_table_column of[] = {
        {.heading = "item", .fit = PK_TABLE_FIT_NEVER},
        {.heading = "name", .fit = PK_TABLE_FIT_CUT},
        {.heading = "expected units", .is_right = true, .fit = PK_TABLE_FIT_NEVER, .spare = 1},
        {.heading = "presale units", .is_right = true, .fit = PK_TABLE_FIT_NEVER, .spare = 2},
        {.heading = "gap", .is_right = true, .fit = PK_TABLE_FIT_NEVER},
    };
    static const char *const cells[] = {"A1", "北欧风悬挂收纳袋 特大号", "17", "3", "12"};
    struct pk_buffer buffer = {0}, spared = {0};
    print_one(50, of, 5, cells, &buffer, &spared);
    assert_string_equal(pk_buffer_string(&spared), "presale units");
    assert_non_null(strstr(pk_buffer_string(&buffer), "北欧风悬挂收纳袋 特大号"));
    pk_buffer_clear(&buffer);
    pk_buffer_clear(&spared);
    /* Too narrow even so: 16 cells of the name stay, and the line runs over. */
    print_one(20, of, 5, cells, &buffer, &spared);
    assert_string_equal(pk_buffer_string(&spared), "presale units, expected units");
    assert_non_null(strstr(pk_buffer_string(&buffer), "北欧风悬挂收纳…"));
    pk_buffer_done(&buffer);
    pk_buffer_done(&spared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_that_say_nothing_are_left_out),
        cmocka_unit_test(test_what_can_be_spared_goes_before_names_become_stumps),
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

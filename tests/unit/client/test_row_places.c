#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/row_places.h"

static const char *const names[] = {"a.csv", "b.csv"};

static void fill(struct pk_row_places *places)
{
    *places = (struct pk_row_places){.file_names = names};
    /* a.csv 2, 3, 5 (4 is empty), 9; b.csv 2. */
    assert_int_equal(pk_row_places_add(places, 0, 2, NULL), PK_OK);
    assert_int_equal(pk_row_places_add(places, 0, 3, NULL), PK_OK);
    assert_int_equal(pk_row_places_add(places, 0, 5, NULL), PK_OK);
    assert_int_equal(pk_row_places_add(places, 0, 9, NULL), PK_OK);
    assert_int_equal(pk_row_places_add(places, 1, 2, NULL), PK_OK);
}

static void test_rows_are_found_across_gaps_and_files(void **state)
{
    (void)state;
    static const int64_t lines[] = {2, 3, 5, 9, 2};
    struct pk_row_places places;
    struct pk_row_place place;
    fill(&places);
    for (int64_t i = 0; i < 5; i++) {
        assert_true(pk_row_places_find(&places, i, &place));
        assert_int_equal(place.line, lines[i]);
        assert_int_equal(place.file_index, i == 4);
    }
    assert_false(pk_row_places_find(&places, 5, &place));
    assert_false(pk_row_places_find(&places, -1, &place));
    pk_row_places_done(&places);
}

static void test_a_file_without_gaps_takes_one_entry(void **state)
{
    (void)state;
    struct pk_row_places places = {.file_names = names};
    for (int64_t line = 2; line < 100000; line++)
        assert_int_equal(pk_row_places_add(&places, 0, line, NULL), PK_OK);
    assert_int_equal(places.run_count, 1);
    pk_row_places_done(&places);
}

static void test_the_service_s_row_numbers_become_files_and_lines(void **state)
{
    (void)state;
    struct pk_row_places places;
    char text[256];
    fill(&places);
    pk_row_places_translate(&places, "rows[2].units: is wrong", text, sizeof text);
    assert_string_equal(text, "a.csv:5: column units: is wrong");
    pk_row_places_translate(&places, "row 4 has the key of row 0 but another units", text,
                            sizeof text);
    assert_string_equal(text, "b.csv:2 has the key of a.csv:2 but another units");
    pk_row_places_translate(&places, "row 99, rows[x], narrow 1, rows[", text, sizeof text);
    assert_string_equal(text, "row 99, rows[x], narrow 1, rows[");
    pk_row_places_translate(&places, "rows[0]", text, 4);
    assert_string_equal(text, "a.c");
    pk_row_places_done(&places);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_found_across_gaps_and_files),
        cmocka_unit_test(test_a_file_without_gaps_takes_one_entry),
        cmocka_unit_test(test_the_service_s_row_numbers_become_files_and_lines),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

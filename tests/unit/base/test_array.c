/* Growing arrays: rows survive moves, few moves are needed, and a size that no machine has is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdint.h>
#include <stdlib.h>

#include "models/base/array.h"

static void test_rows_survive_growing_in_few_moves(void **state)
{
    int32_t *rows = NULL;
    size_t capacity = 0, moves = 0;
    (void)state;
    for (size_t count = 0; count < 100000; count++) {
        const size_t before = capacity;
        assert_int_equal(
            pk_array_reserve(&rows, &capacity, count + 1, sizeof *rows, "numbers", NULL), PK_OK);
        moves += capacity != before;
        rows[count] = (int32_t)count;
    }
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(rows[i], i);
    assert_true(moves < 25);
    assert_true(capacity < 150000);
    free(rows);
}

static void test_room_for_many_rows_at_once_is_made(void **state)
{
    double *rows = NULL;
    size_t capacity = 0;
    (void)state;
    assert_int_equal(pk_array_reserve(&rows, &capacity, 5000, sizeof *rows, "numbers", NULL),
                     PK_OK);
    assert_true(capacity >= 5000);
    rows[4999] = 1;
    const size_t before = capacity;
    assert_int_equal(pk_array_reserve(&rows, &capacity, before, sizeof *rows, "numbers", NULL),
                     PK_OK);
    assert_int_equal(capacity, before);
    free(rows);
}

static void test_a_size_that_overflows_is_refused_and_changes_nothing(void **state)
{
    double *rows = NULL;
    size_t capacity = 0;
    struct pk_error error = {0};
    (void)state;
    assert_int_equal(pk_array_reserve(&rows, &capacity, 10, sizeof *rows, "numbers", NULL), PK_OK);
    const double *const kept = rows;
    const size_t before = capacity;
    assert_int_equal(pk_array_reserve(&rows, &capacity, SIZE_MAX / sizeof *rows + 1, sizeof *rows,
                                      "numbers", &error),
                     PK_OUT_OF_MEMORY);
    assert_int_equal(error.status, PK_OUT_OF_MEMORY);
    assert_string_equal(error.message, "out of memory for numbers");
    assert_ptr_equal(rows, kept);
    assert_int_equal(capacity, before);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_survive_growing_in_few_moves),
        cmocka_unit_test(test_room_for_many_rows_at_once_is_made),
        cmocka_unit_test(test_a_size_that_overflows_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

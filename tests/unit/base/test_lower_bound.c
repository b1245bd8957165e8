/* The lower bound: where it points at the ends, among equals and between rows, for keys of another
 * type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/lower_bound.h"

struct row {
    int date, serial;
};

static bool is_before(const void *row, const void *date)
{
    return ((const struct row *)row)->date < *(const int *)date;
}

static bool is_not_behind(const void *row, const void *date)
{
    return ((const struct row *)row)->date <= *(const int *)date;
}

static const struct row rows[] = {{3, 0}, {5, 1}, {5, 2}, {5, 3}, {9, 4}};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static size_t first_from(int date)
{
    return pk_lower_bound(rows, ROW_COUNT, sizeof rows[0], is_before, &date);
}

static size_t first_behind(int date)
{
    return pk_lower_bound(rows, ROW_COUNT, sizeof rows[0], is_not_behind, &date);
}

static void test_a_key_finds_the_first_of_its_equals(void **state)
{
    (void)state;
    assert_int_equal(first_from(3), 0);
    assert_int_equal(first_from(5), 1);
    assert_int_equal(first_from(9), 4);
}

static void test_a_key_between_rows_finds_the_next_one(void **state)
{
    (void)state;
    assert_int_equal(first_from(1), 0);
    assert_int_equal(first_from(4), 1);
    assert_int_equal(first_from(6), 4);
    assert_int_equal(first_from(10), ROW_COUNT);
}

static void test_a_question_that_takes_equals_in_is_an_upper_bound(void **state)
{
    (void)state;
    assert_int_equal(first_behind(2), 0);
    assert_int_equal(first_behind(5), 4);
    assert_int_equal(first_behind(9), ROW_COUNT);
}

static void test_no_rows_have_their_end_at_the_beginning(void **state)
{
    const int date = 5;
    (void)state;
    assert_int_equal(pk_lower_bound(NULL, 0, sizeof rows[0], is_before, &date), 0);
}

static void test_every_count_and_key_agrees_with_a_walk(void **state)
{
    (void)state;
    for (size_t count = 0; count <= ROW_COUNT; count++) {
        for (int date = 0; date < 12; date++) {
            size_t walked = 0;
            while (walked < count && rows[walked].date < date)
                walked++;
            assert_int_equal(pk_lower_bound(rows, count, sizeof rows[0], is_before, &date), walked);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_finds_the_first_of_its_equals),
        cmocka_unit_test(test_a_key_between_rows_finds_the_next_one),
        cmocka_unit_test(test_a_question_that_takes_equals_in_is_an_upper_bound),
        cmocka_unit_test(test_no_rows_have_their_end_at_the_beginning),
        cmocka_unit_test(test_every_count_and_key_agrees_with_a_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

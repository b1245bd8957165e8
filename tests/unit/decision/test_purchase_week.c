#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/date.h"
#include "models/decision/campaign/purchase_week.h"

static struct pk_purchase_piece pieces[16];
static size_t piece_count;

static void fill(const int64_t *capacities, size_t week_count, struct pk_purchase_order *orders,
                 size_t order_count)
{
    pk_purchase_weeks_fill(capacities, week_count, orders, order_count, pieces, &piece_count);
}

static int64_t units_in(size_t order, size_t week)
{
    int64_t units = 0;
    for (size_t i = 0; i < piece_count; i++)
        if (pieces[i].order == order && pieces[i].week == week)
            units += pieces[i].units;
    return units;
}

static void test_a_week_starts_on_monday(void **state)
{
    (void)state;
    for (int32_t date = 20000; date < 20014; date++) {
        const int32_t monday = pk_purchase_week_start(date);
        assert_int_equal(pk_date_weekday(monday), 0);
        assert_true(monday <= date && date < monday + 7);
    }
}

static void test_what_fits_stays_in_its_week(void **state)
{
    (void)state;
    const int64_t capacities[] = {100, 100, 100};
    struct pk_purchase_order orders[] = {{.week = 2, .units = 60}, {.week = 0, .units = 100}};
    fill(capacities, 3, orders, 2);
    assert_int_equal(piece_count, 2);
    assert_int_equal(units_in(0, 2), 60);
    assert_int_equal(units_in(1, 0), 100);
}

static void test_what_exceeds_a_week_goes_to_the_one_before(void **state)
{
    (void)state;
    const int64_t capacities[] = {100, 100, 100};
    struct pk_purchase_order orders[] = {{.week = 2, .units = 250}};
    fill(capacities, 3, orders, 1);
    assert_int_equal(units_in(0, 2), 100);
    assert_int_equal(units_in(0, 1), 100);
    assert_int_equal(units_in(0, 0), 50);
    assert_int_equal(orders[0].left_units, 0);
}

static void test_what_fits_into_no_week_is_told(void **state)
{
    (void)state;
    const int64_t capacities[] = {100, 100};
    struct pk_purchase_order orders[] = {{.week = 1, .units = 250}};
    fill(capacities, 2, orders, 1);
    assert_int_equal(orders[0].left_units, 50);
}

static void test_the_first_of_the_list_stay_and_the_last_is_left_out(void **state)
{
    (void)state;
    const int64_t capacities[] = {50, 100};
    struct pk_purchase_order orders[] = {
        {.week = 1, .units = 80}, {.week = 1, .units = 60}, {.week = 0, .units = 30}};
    fill(capacities, 2, orders, 3);
    assert_int_equal(units_in(0, 1), 80);
    assert_int_equal(units_in(1, 1), 20);
    assert_int_equal(units_in(1, 0), 40);
    assert_int_equal(units_in(2, 0), 10);
    assert_int_equal(orders[2].left_units, 20);
}

static void test_a_week_off_takes_nothing(void **state)
{
    (void)state;
    const int64_t capacities[] = {100, 0, 100};
    struct pk_purchase_order orders[] = {{.week = 1, .units = 70}, {.week = 2, .units = 120}};
    fill(capacities, 3, orders, 2);
    assert_int_equal(units_in(0, 0), 70);
    assert_int_equal(units_in(1, 2), 100);
    assert_int_equal(units_in(1, 0), 20);
}

static void test_orders_are_split_in_whole_packs(void **state)
{
    (void)state;
    const int64_t capacities[] = {40, 40};
    struct pk_purchase_order orders[] = {{.week = 1, .units = 72, .pack_size_units = 24}};
    fill(capacities, 2, orders, 1);
    assert_int_equal(units_in(0, 1), 24);
    assert_int_equal(units_in(0, 0), 24);
    assert_int_equal(orders[0].left_units, 24);
}

static void test_nothing_is_planned_of_nothing(void **state)
{
    (void)state;
    const int64_t capacities[] = {0};
    struct pk_purchase_order orders[] = {{.week = 0, .units = 0}};
    fill(capacities, 1, orders, 1);
    assert_int_equal(piece_count, 0);
    fill(capacities, 0, orders, 0);
    assert_int_equal(piece_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_week_starts_on_monday),
        cmocka_unit_test(test_what_fits_stays_in_its_week),
        cmocka_unit_test(test_what_exceeds_a_week_goes_to_the_one_before),
        cmocka_unit_test(test_what_fits_into_no_week_is_told),
        cmocka_unit_test(test_the_first_of_the_list_stay_and_the_last_is_left_out),
        cmocka_unit_test(test_a_week_off_takes_nothing),
        cmocka_unit_test(test_orders_are_split_in_whole_packs),
        cmocka_unit_test(test_nothing_is_planned_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

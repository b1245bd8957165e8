/* Closing stock as the share of a bucket in stock (models/history/stock_outs.h), by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/history/stock_outs.h"

#define FIRST 20000
#define DAYS  10

struct stock_case {
    struct pk_item item;
    struct pk_series series;
    struct pk_shop shop;
    struct pk_sales_bucket buckets[DAYS];
    size_t starts[2];
    struct pk_sales sales;
    struct pk_stock_row stock[DAYS];
    struct pk_ledger ledger;
    size_t *out_starts;
    struct pk_sales_bucket *out;
};

/* One item that sells units[day] on ten days (a negative number = no row), known up to the last
 * one. */
static void set_up(struct stock_case *c, const int units[DAYS])
{
    size_t count = 0;
    *c = (struct stock_case){.series = {0, 0, 1}};
    for (int day = 0; day < DAYS; day++)
        if (units[day] >= 0)
            c->buckets[count++] = (struct pk_sales_bucket){
                .date = FIRST + day, .demand_units = (float)units[day], .available_ratio = -1};
    c->starts[1] = count;
    c->sales = (struct pk_sales){c->starts, c->buckets};
    c->shop = (struct pk_shop){.as_of_date = FIRST + DAYS - 1,
                               .has_daily_series = true,
                               .items = &c->item,
                               .item_count = 1,
                               .series = &c->series,
                               .series_count = 1};
    c->ledger.stock = c->stock;
}

static void tell(struct stock_case *c, int day, int64_t on_hand, int64_t unsellable)
{
    c->stock[c->ledger.stock_count++] = (struct pk_stock_row){.date = FIRST + day,
                                                              .received_date = PK_DATE_NONE,
                                                              .on_hand_units = on_hand,
                                                              .unsellable_units = unsellable};
}

static void note(struct stock_case *c)
{
    free(c->out_starts);
    free(c->out);
    assert_int_equal(
        pk_stock_outs_note(&c->shop, &c->ledger, &c->sales, &c->out_starts, &c->out, NULL), PK_OK);
}

static void tear_down(struct stock_case *c)
{
    free(c->out_starts);
    free(c->out);
}

static const int steady[DAYS] = {4, 6, 5, 5, 0, -1, -1, 3, 5, 5};

static void test_stock_that_is_there_says_nothing(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, steady);
    tell(&c, 4, 10, 0);
    note(&c);
    assert_null(c.out_starts);
    assert_null(c.out);
    tear_down(&c);
}

static void test_days_that_closed_empty_get_a_row_of_nothing_in_stock(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, steady);
    tell(&c, 4, 0, 0);
    tell(&c, 6, 3, 3); /* what is unsellable cannot be sold */
    tell(&c, 7, 9, 0);
    note(&c);
    assert_int_equal(c.out_starts[1], DAYS);
    for (int day = 0; day < DAYS; day++)
        assert_int_equal(c.out[day].date, FIRST + day);
    /* Days 4 and 6 are told; day 5 lies between two empty closings. */
    for (int day = 4; day <= 6; day++) {
        assert_true(c.out[day].available_ratio == 0);
        assert_true(c.out[day].demand_units == 0);
    }
    assert_true(c.out[3].available_ratio < 0);
    assert_true(c.out[7].available_ratio < 0);
    tear_down(&c);
}

static void test_a_day_that_sold_out_counts_by_its_share_of_the_mean(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, (const int[DAYS]){4, 6, 5, 5, 2, -1, -1, 3, 5, 5});
    tell(&c, 4, 0, 0);
    tell(&c, 5, 8, 0);
    note(&c);
    /* 2 sold where 5 a day were usual: (4 + 6 + 5 + 5) / 4. */
    assert_true(c.out[4].available_ratio > 0.399F && c.out[4].available_ratio < 0.401F);
    tear_down(&c);
}

static void test_a_day_that_sold_as_much_as_usual_is_no_evidence(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, (const int[DAYS]){4, 6, 5, 5, 7, -1, -1, 3, 5, 5});
    tell(&c, 4, 0, 0);
    tell(&c, 5, 8, 0);
    note(&c);
    assert_true(c.out[4].available_ratio < 0);
    tear_down(&c);
}

static void test_the_last_closing_holds_up_to_as_of(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, (const int[DAYS]){4, 6, 5, 5, 0, -1, -1, -1, -1, -1});
    tell(&c, 4, 0, 0);
    note(&c);
    assert_int_equal(c.out_starts[1], DAYS);
    assert_true(c.out[DAYS - 1].available_ratio == 0);
    tear_down(&c);
}

static void test_a_ratio_that_was_told_stays(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, steady);
    c.buckets[4].available_ratio = 0.5F;
    tell(&c, 4, 0, 0);
    tell(&c, 5, 8, 0);
    note(&c);
    assert_true(c.out[4].available_ratio == 0.5F);
    tear_down(&c);
}

static void test_a_series_that_sells_without_stock_is_left_alone(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, (const int[DAYS]){4, 6, 5, 5, 0, 5, 4, 3, 5, 5});
    for (int day = 0; day < DAYS; day++)
        tell(&c, day, 0, 0);
    note(&c);
    assert_int_equal(c.out_starts[1], DAYS);
    for (int day = 0; day < DAYS; day++)
        assert_true(c.out[day].available_ratio < 0);
    tear_down(&c);
}

/* Otherwise a day that is added would make every day before it new, and a full fit due. */
static void test_a_day_that_is_added_changes_no_older_day(void **state)
{
    uint32_t seed = 1;
    (void)state;
    for (int shop = 0; shop < 200; shop++) {
        struct stock_case c, longer;
        int units[DAYS];
        for (int day = 0; day < DAYS; day++)
            units[day] = (int)((seed = seed * 1664525 + 1013904223) >> 29) - 1;
        units[0] = 3;
        set_up(&longer, units);
        for (int day = 0; day < DAYS; day++)
            tell(&longer, day, (seed = seed * 1664525 + 1013904223) >> 30, 1);
        note(&longer);
        units[DAYS - 1] = -1;
        set_up(&c, units);
        c.shop.as_of_date--;
        memcpy(c.stock, longer.stock, sizeof c.stock);
        c.ledger.stock_count = DAYS;
        note(&c);
        for (size_t i = 0; c.out != NULL && i < c.out_starts[1]; i++)
            assert_memory_equal(&c.out[i], &longer.out[i], sizeof c.out[i]);
        tear_down(&c);
        tear_down(&longer);
    }
}

static void test_before_its_first_row_a_series_has_no_demand_to_hide(void **state)
{
    struct stock_case c;
    (void)state;
    set_up(&c, (const int[DAYS]){-1, -1, -1, 5, 0, 5, 4, 3, 5, 5});
    tell(&c, 0, 0, 0);
    tell(&c, 2, 9, 0);
    tell(&c, 4, 0, 0);
    tell(&c, 5, 9, 0);
    note(&c);
    assert_int_equal(c.out[0].date, FIRST + 3);
    assert_int_equal(c.out_starts[1], 7);
    tear_down(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stock_that_is_there_says_nothing),
        cmocka_unit_test(test_days_that_closed_empty_get_a_row_of_nothing_in_stock),
        cmocka_unit_test(test_a_day_that_sold_out_counts_by_its_share_of_the_mean),
        cmocka_unit_test(test_a_day_that_sold_as_much_as_usual_is_no_evidence),
        cmocka_unit_test(test_the_last_closing_holds_up_to_as_of),
        cmocka_unit_test(test_a_ratio_that_was_told_stays),
        cmocka_unit_test(test_a_series_that_sells_without_stock_is_left_alone),
        cmocka_unit_test(test_a_day_that_is_added_changes_no_older_day),
        cmocka_unit_test(test_before_its_first_row_a_series_has_no_demand_to_hide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Classes of items and returns of buyers, learnt from the sales of a shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define MONEY INT64_C(1000000)

static struct view_case c;

/* Three items that sell 1, 10 and 10 units a day. */
static void three_items(void)
{
    view_case_begin(&c, 3, 1, 120);
    view_case_sell_flat(&c, 0, 1);
    view_case_sell_flat(&c, 1, 10);
    view_case_sell_flat(&c, 2, 10);
}

static void assert_abc(const char *classes)
{
    for (size_t i = 0; i < c.data.shop.item_count; i++)
        assert_int_equal(c.traits->classes[i].abc, classes[i]);
}

static void test_money_and_not_units_makes_the_class(void **state)
{
    (void)state;
    three_items();
    c.items[0].list_price_micros = 100 * MONEY;
    c.items[1].list_price_micros = 1 * MONEY;
    c.items[2].list_price_micros = MONEY / 2;
    view_case_fit(&c);
    /* Of 91 x (100 + 10 + 5): a0 brings 87 %, a1 comes to 95.7 %, a2 begins beyond 95 %. */
    assert_abc("ABC");
    assert_int_equal(c.traits->sold_item_count, 3);
    view_case_end(&c);
}

static void test_without_any_money_units_make_the_class(void **state)
{
    (void)state;
    three_items();
    view_case_fit(&c);
    /* Of 91 x 21 units: a1 comes to 48 %, a2 to 95.2 %, a0 begins there. */
    assert_abc("CAA");
    view_case_end(&c);
}

static void test_an_amount_that_was_paid_goes_before_the_price(void **state)
{
    (void)state;
    three_items();
    for (uint32_t i = 0; i < 3; i++)
        c.items[i].list_price_micros = 1 * MONEY;
    for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date++)
        view_case_bucket(&c, 0, date)->paid_amount_micros = 1000 * MONEY;
    view_case_fit(&c);
    /* a0 took 1000 a day, the others 10: a1 begins at 98 %. */
    assert_abc("ACC");
    view_case_end(&c);
}

static void test_an_item_without_price_counts_at_the_mean_money_per_unit(void **state)
{
    (void)state;
    view_case_begin(&c, 3, 1, 120);
    view_case_sell_flat(&c, 0, 1);
    view_case_sell_flat(&c, 1, 5);
    view_case_sell_flat(&c, 2, 40);
    c.items[0].list_price_micros = 10 * MONEY;
    c.items[2].list_price_micros = 1 * MONEY;
    view_case_fit(&c);
    /* A day: a2 40, a0 10, and a1 5 x 50 / 41 = 6.1. Of these 56.1 a2 makes 71 %, a0 reaches 89 %.
     * There a1 begins, below 95 %. It would be C if its units counted nothing. */
    assert_abc("ABA");
    view_case_end(&c);
}

static void test_all_warehouses_of_an_item_count_together(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 2, 120);
    view_case_sell_flat(&c, 0, 12);
    view_case_sell_flat(&c, 1, 12);
    view_case_sell_flat(&c, 2, 4);
    view_case_fit(&c);
    /* a0 sells 24 of 28 units, so that a1 begins at 86 %. With one warehouse of a0 alone it would
     * begin at 12 / 16 and be A. */
    assert_abc("AB");
    view_case_end(&c);
}

static void test_only_the_last_91_days_count(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 120);
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF - PK_ABC_DAYS)->demand_units = 50;
    view_case_bucket(&c, 1, VIEW_CASE_AS_OF - PK_ABC_DAYS + 1)->demand_units = 1;
    view_case_fit(&c);
    assert_int_equal(c.traits->sold_item_count, 1);
    assert_abc("CA");
    view_case_end(&c);
}

static void test_demand_that_can_be_told_is_x_and_demand_that_is_gone_z(void **state)
{
    (void)state;
    view_case_begin(&c, 3, 1, 400);
    view_case_sell_flat(&c, 0, 40);
    for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date += 40)
        view_case_bucket(&c, 1, date)->demand_units = 1;
    view_case_fit(&c);
    assert_int_equal(c.traits->classes[0].xyz, 'X');
    /* Less than one unit in 28 days: sd / mean of a Poisson number below 1 is above 1. */
    assert_int_equal(c.traits->classes[1].xyz, 'Z');
    assert_int_equal(c.traits->classes[2].xyz, 'Z');
    view_case_end(&c);
}

static double uneven(size_t item, size_t warehouse, int32_t day)
{
    return (double)((item * 7 + warehouse + (size_t)day * (item % 5)) % 13);
}

static void test_the_executor_changes_nothing(void **state)
{
    (void)state;
    const struct pk_executor backwards = view_case_backwards();
    view_case_begin(&c, 260, 2, 40); /* 520 series: three jobs */
    view_case_sell(&c, uneven);
    view_case_fit(&c);
    struct pk_item_traits *other = NULL;
    struct pk_error error;
    assert_int_equal(pk_item_traits_make(&c.data, c.model, &backwards, &other, &error), PK_OK);
    assert_int_equal(other->sold_item_count, c.traits->sold_item_count);
    assert_memory_equal(other->classes, c.traits->classes, 260 * sizeof *other->classes);
    assert_close(other->sold_units, c.traits->sold_units, 0);
    pk_item_traits_free(other);
    pk_item_traits_free(NULL);
    view_case_end(&c);
}

/* ---- returns --------------------------------------------------------------------------------- */

static void test_a_shop_without_returns_has_no_rates(void **state)
{
    (void)state;
    three_items();
    view_case_fit(&c);
    assert_null(c.traits->return_rates);
    assert_close(c.traits->returned_units, 0, 0);
    assert_false(c.traits->is_return_lag_learnt);
    view_case_end(&c);
}

static void test_the_lag_is_that_at_which_returns_follow_sales(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 400);
    for (int32_t day = 0; day < 400; day++) {
        const float units = (float)(10 + day * day % 101);
        view_case_bucket(&c, 0, c.first_date + day)->demand_units = units;
        if (day + 5 < 400)
            view_case_bucket(&c, 0, c.first_date + day + 5)->returned_units = units / 4;
    }
    view_case_fit(&c);
    assert_true(c.traits->is_return_lag_learnt);
    assert_int_equal(c.traits->return_lag_days, 5);
    /* Sold up to 5 days before as-of, returned up to as-of: a quarter exactly. */
    assert_close(c.traits->returned_units, c.traits->sold_units / 4, 1e-6);
    assert_close(c.traits->return_rates[0], 0.25, 1e-9);
    view_case_end(&c);
}

static void test_the_rate_of_an_item_is_drawn_towards_its_category(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 400);
    view_case_sell_flat(&c, 0, 10);
    view_case_sell_flat(&c, 1, 10);
    for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date++)
        view_case_bucket(&c, 0, date)->returned_units = 3;
    view_case_fit(&c);
    /* Even sales tell no lag. In 364 days each item sold 3640 and 1092 of a0 came back: the
     * category and the shop return 15 %. a0 (1092 + 50 x 0.15) / 3690, a1 (50 x 0.15) / 3690. */
    assert_false(c.traits->is_return_lag_learnt);
    assert_int_equal(c.traits->return_lag_days, PK_RETURN_LAG_DEFAULT);
    assert_close(c.traits->sold_units, 7280, 1e-9);
    assert_close(c.traits->returned_units, 1092, 1e-9);
    assert_close(c.traits->return_rates[0], 1099.5 / 3690, 1e-12);
    assert_close(c.traits->return_rates[1], 7.5 / 3690, 1e-12);
    view_case_end(&c);
}

static void test_days_before_the_first_sale_tell_nothing_about_the_lag(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 110); /* fewer than 4 x 30 days of trade */
    for (int32_t day = 0; day < 110; day++) {
        const float units = (float)(10 + day * day % 101);
        view_case_bucket(&c, 0, c.first_date + day)->demand_units = units;
        if (day + 5 < 110)
            view_case_bucket(&c, 0, c.first_date + day + 5)->returned_units = units / 4;
    }
    view_case_fit(&c);
    assert_false(c.traits->is_return_lag_learnt);
    assert_int_equal(c.traits->return_lag_days, PK_RETURN_LAG_DEFAULT);
    view_case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_and_not_units_makes_the_class),
        cmocka_unit_test(test_without_any_money_units_make_the_class),
        cmocka_unit_test(test_an_amount_that_was_paid_goes_before_the_price),
        cmocka_unit_test(test_an_item_without_price_counts_at_the_mean_money_per_unit),
        cmocka_unit_test(test_all_warehouses_of_an_item_count_together),
        cmocka_unit_test(test_only_the_last_91_days_count),
        cmocka_unit_test(test_demand_that_can_be_told_is_x_and_demand_that_is_gone_z),
        cmocka_unit_test(test_the_executor_changes_nothing),
        cmocka_unit_test(test_a_shop_without_returns_has_no_rates),
        cmocka_unit_test(test_the_lag_is_that_at_which_returns_follow_sales),
        cmocka_unit_test(test_the_rate_of_an_item_is_drawn_towards_its_category),
        cmocka_unit_test(test_days_before_the_first_sale_tell_nothing_about_the_lag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

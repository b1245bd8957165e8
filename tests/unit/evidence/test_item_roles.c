/* Roles proposed from sales, prices and costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/item_roles.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF

static struct view_case c;
static enum pk_role roles[VIEW_CASE_ITEM_MAX];

static void propose(void)
{
    struct pk_error error;
    view_case_keep_sales(&c);
    assert_int_equal(pk_item_roles_propose(&c.data, roles, &error), PK_OK);
}

/* Ten items; item i sells i + 1 a day, so that its velocity place is i / 9. Each costs half of its
 * price of 10: a margin of 0.5, which is the median as well. */
static void begin_ten_items(void)
{
    view_case_begin(&c, 10, 1, 120);
    for (size_t i = 0; i < 10; i++) {
        view_case_sell_flat(&c, i, (double)i + 1);
        c.items[i].list_price_micros = 10 * PK_MICROS_PER_UNIT;
        c.items[i].unit_cost_micros = 5 * PK_MICROS_PER_UNIT;
    }
}

static void test_a_fast_item_of_low_margin_draws_traffic(void **state)
{
    (void)state;
    begin_ten_items();
    c.items[9].unit_cost_micros = 6 * PK_MICROS_PER_UNIT; /* place 1.00, margin 0.4 */
    c.items[8].unit_cost_micros = 6 * PK_MICROS_PER_UNIT; /* place 0.89 */
    c.items[7].unit_cost_micros = 6 * PK_MICROS_PER_UNIT; /* place 0.78 is below 0.85 */
    propose();
    assert_int_equal(roles[9], PK_ROLE_TRAFFIC);
    assert_int_equal(roles[8], PK_ROLE_TRAFFIC);
    assert_int_equal(roles[7], PK_ROLE_REGULAR);
    view_case_end(&c);
}

static void test_an_item_of_good_margin_that_sells_earns_the_profit(void **state)
{
    (void)state;
    begin_ten_items();
    propose();
    /* Places 0.44 and above; 3 / 9 = 0.33 is below 0.40. */
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(roles[i], i >= 4 ? PK_ROLE_PROFIT : PK_ROLE_REGULAR);
    view_case_end(&c);
}

static void test_selling_costs_are_part_of_the_margin(void **state)
{
    (void)state;
    begin_ten_items();
    c.items[9].selling_cost_ratio = 0.05; /* margin 0.45 instead of 0.5 */
    propose();
    assert_int_equal(roles[9], PK_ROLE_TRAFFIC);
    view_case_end(&c);
}

static void test_a_dear_item_that_sells_little_is_for_the_image(void **state)
{
    (void)state;
    begin_ten_items();
    c.items[3].list_price_micros = 99 * PK_MICROS_PER_UNIT; /* velocity place 0.33 */
    c.items[5].list_price_micros = 99 * PK_MICROS_PER_UNIT; /* 0.56 is not below 0.50 */
    propose();
    /* Both share the price place 8 / 9 = 0.89 below the 0.90 of an image item. */
    assert_int_equal(roles[3], PK_ROLE_REGULAR);
    c.items[5].list_price_micros = 98 * PK_MICROS_PER_UNIT;
    propose();
    assert_int_equal(roles[3], PK_ROLE_IMAGE);
    assert_int_equal(roles[5], PK_ROLE_PROFIT);
    view_case_end(&c);
}

static void test_prices_are_compared_within_a_category(void **state)
{
    (void)state;
    begin_ten_items();
    for (size_t i = 0; i < 5; i++)
        c.items[i].category = 1;
    c.items[3].list_price_micros = 20 * PK_MICROS_PER_UNIT;
    c.items[8].list_price_micros = 99 * PK_MICROS_PER_UNIT;
    propose();
    assert_int_equal(roles[3], PK_ROLE_IMAGE); /* the dearest of its own category */
    view_case_end(&c);
}

static void test_without_a_cost_only_image_and_regular_are_proposed(void **state)
{
    (void)state;
    begin_ten_items();
    for (size_t i = 0; i < 10; i++)
        c.items[i].unit_cost_micros = -1;
    c.items[0].list_price_micros = 99 * PK_MICROS_PER_UNIT;
    propose();
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(roles[i], i == 0 ? PK_ROLE_IMAGE : PK_ROLE_REGULAR);
    view_case_end(&c);
}

static void test_sales_of_all_warehouses_and_of_90_days_count(void **state)
{
    (void)state;
    /* Items 0 and 1 sell 4 a day, item 1 in two warehouses; item 2 sold much, but 90 days ago. */
    view_case_begin(&c, 3, 2, 200);
    for (size_t i = 0; i < 3; i++) {
        c.items[i].list_price_micros = 10 * PK_MICROS_PER_UNIT;
        c.items[i].unit_cost_micros = 5 * PK_MICROS_PER_UNIT;
    }
    c.items[1].unit_cost_micros = 6 * PK_MICROS_PER_UNIT;
    view_case_sell_flat(&c, 0, 4);
    view_case_sell_flat(&c, 2, 4);
    view_case_sell_flat(&c, 3, 4);
    view_case_bucket(&c, 4, AS_OF - 90)->demand_units = 5000;
    propose();
    assert_int_equal(roles[1], PK_ROLE_TRAFFIC);
    assert_int_equal(roles[2], PK_ROLE_REGULAR);
    view_case_bucket(&c, 4, AS_OF - 89)->demand_units = 5000;
    propose();
    assert_int_equal(roles[1], PK_ROLE_REGULAR); /* now the second of two */
    assert_int_equal(roles[2], PK_ROLE_PROFIT);
    view_case_end(&c);
}

static void test_a_shop_without_sales_or_items_has_regular_items_only(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 100);
    propose();
    assert_int_equal(roles[0], PK_ROLE_REGULAR);
    assert_int_equal(roles[1], PK_ROLE_REGULAR);
    view_case_end(&c);
    view_case_begin(&c, 0, 1, 100);
    propose();
    view_case_end(&c);
}

static void test_a_given_role_goes_before_the_proposed_one(void **state)
{
    (void)state;
    struct pk_item item = {.role = PK_ROLE_IMAGE};
    assert_int_equal(pk_item_role_of(&item, PK_ROLE_PROFIT), PK_ROLE_IMAGE);
    item.role = PK_ROLE_NONE;
    assert_int_equal(pk_item_role_of(&item, PK_ROLE_PROFIT), PK_ROLE_PROFIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fast_item_of_low_margin_draws_traffic),
        cmocka_unit_test(test_an_item_of_good_margin_that_sells_earns_the_profit),
        cmocka_unit_test(test_selling_costs_are_part_of_the_margin),
        cmocka_unit_test(test_a_dear_item_that_sells_little_is_for_the_image),
        cmocka_unit_test(test_prices_are_compared_within_a_category),
        cmocka_unit_test(test_without_a_cost_only_image_and_regular_are_proposed),
        cmocka_unit_test(test_sales_of_all_warehouses_and_of_90_days_count),
        cmocka_unit_test(test_a_shop_without_sales_or_items_has_regular_items_only),
        cmocka_unit_test(test_a_given_role_goes_before_the_proposed_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

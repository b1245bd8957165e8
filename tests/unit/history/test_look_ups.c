/* Look-ups in a shop and a ledger: ids, pairs, prices, supply rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/history/ledger_index.h"
#include "models/history/pair_rows.h"
#include "models/history/shop_index.h"

#define EVERY PK_INDEX_NONE

/* --- pairs --- */

static void test_a_pair_is_found_at_both_ends_and_between(void **state)
{
    (void)state;
    const struct pk_price rows[] = {
        {.item = 1, .warehouse = 0},     {.item = 1, .warehouse = 2}, {.item = 1, .warehouse = 2},
        {.item = 1, .warehouse = EVERY}, {.item = 4, .warehouse = 0},
    };
    const size_t size = sizeof *rows;
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 0, 0), 0);
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 1, 0), 0);
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 1, 1), 1);
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 1, 2), 1);
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 1, 3), 3);
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 4, 0), 4);
    assert_int_equal(pk_pair_rows_from(rows, 5, size, 4, 1), 5);
    assert_int_equal(pk_pair_rows_from(NULL, 0, size, 1, 0), 0);
}

static void test_every_warehouse_is_the_last_one_of_its_item(void **state)
{
    (void)state;
    const struct pk_price rows[] = {
        {.item = 1, .warehouse = 7}, {.item = 1, .warehouse = EVERY}, {.item = 2, .warehouse = 0}};
    assert_int_equal(pk_pair_rows_from(rows, 3, sizeof *rows, 1, EVERY), 1);
    assert_int_equal(pk_pair_rows_from(rows, 3, sizeof *rows, 1, (uint64_t)EVERY + 1), 2);
    const struct pk_ledger_range range = pk_pair_rows_of(rows, 3, sizeof *rows, 1, EVERY);
    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 2);
}

static void test_the_rows_of_a_pair_that_has_none_are_empty(void **state)
{
    (void)state;
    const struct pk_price rows[] = {{.item = 1, .warehouse = 0}, {.item = 3, .warehouse = 0}};
    const struct pk_ledger_range range = pk_pair_rows_of(rows, 2, sizeof *rows, 2, 0);
    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 1);
}

/* --- the shop --- */

static const struct pk_item items[] = {{.item_id = "Anorak", .list_price_micros = 50},
                                       {.item_id = "anorak", .list_price_micros = -1},
                                       {.item_id = "boots", .list_price_micros = 70}};
static const char *const warehouses[] = {"east", "west"};
static const char *const categories[] = {"", "shoes"};
/* Item 0 in both warehouses, item 2 in "west" alone, item 1 in none. */
static const struct pk_series series[] = {{0, 0, 1}, {0, 1, 1}, {2, 1, 7}};

static struct pk_shop shop_of_three_items(void)
{
    return (struct pk_shop){.items = items,
                            .item_count = 3,
                            .warehouses = warehouses,
                            .warehouse_count = 2,
                            .categories = categories,
                            .category_count = 2,
                            .series = series,
                            .series_count = 3};
}

static void test_an_id_gives_its_index_and_an_unknown_one_gives_none(void **state)
{
    (void)state;
    const struct pk_shop shop = shop_of_three_items();
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(pk_shop_find_item(&shop, items[i].item_id), i);
    assert_int_equal(pk_shop_find_item(&shop, ""), PK_INDEX_NONE);
    assert_int_equal(pk_shop_find_item(&shop, "ano"), PK_INDEX_NONE);
    assert_int_equal(pk_shop_find_item(&shop, "boots2"), PK_INDEX_NONE);
    assert_int_equal(pk_shop_find_warehouse(&shop, "east"), 0);
    assert_int_equal(pk_shop_find_warehouse(&shop, "west"), 1);
    assert_int_equal(pk_shop_find_warehouse(&shop, "WEST"), PK_INDEX_NONE);
    assert_int_equal(pk_shop_find_category(&shop, ""), 0);
    assert_int_equal(pk_shop_find_category(&shop, "shoes"), 1);
    assert_int_equal(pk_shop_find_category(&shop, "zoo"), PK_INDEX_NONE);
}

static void test_an_empty_shop_knows_no_id(void **state)
{
    (void)state;
    const struct pk_shop shop = {0};
    assert_int_equal(pk_shop_find_item(&shop, "a"), PK_INDEX_NONE);
    assert_int_equal(pk_shop_find_warehouse(&shop, "east"), PK_INDEX_NONE);
    assert_int_equal(pk_shop_find_category(&shop, ""), PK_INDEX_NONE);
    assert_true(pk_shop_find_series(&shop, 0, 0) == SIZE_MAX);
}

static void test_a_series_is_found_by_item_and_warehouse(void **state)
{
    (void)state;
    const struct pk_shop shop = shop_of_three_items();
    assert_int_equal(pk_shop_find_series(&shop, 0, 0), 0);
    assert_int_equal(pk_shop_find_series(&shop, 0, 1), 1);
    assert_int_equal(pk_shop_find_series(&shop, 2, 1), 2);
    assert_true(pk_shop_find_series(&shop, 2, 0) == SIZE_MAX);
    assert_true(pk_shop_find_series(&shop, 1, 0) == SIZE_MAX);
    assert_true(pk_shop_find_series(&shop, PK_INDEX_NONE, 0) == SIZE_MAX);
    assert_true(pk_shop_find_series(&shop, 0, PK_INDEX_NONE) == SIZE_MAX);
}

static void test_a_price_of_the_warehouse_goes_before_one_of_all_and_both_before_the_list(void **s)
{
    (void)s;
    const struct pk_price prices[] = {
        {0, 0, 100, 40}, {0, 0, 110, 30}, {0, EVERY, 90, 45}, {0, EVERY, 105, 44}};
    struct pk_shop shop = shop_of_three_items();
    shop.prices = prices;
    shop.price_count = 4;
    /* "east" has rows from day 100 on; before them the row for every warehouse holds. */
    assert_int_equal(pk_shop_price_micros(&shop, 0, 0, 89), 50);
    assert_int_equal(pk_shop_price_micros(&shop, 0, 0, 90), 45);
    assert_int_equal(pk_shop_price_micros(&shop, 0, 0, 100), 40);
    assert_int_equal(pk_shop_price_micros(&shop, 0, 0, 109), 40);
    assert_int_equal(pk_shop_price_micros(&shop, 0, 0, 110), 30);
    assert_int_equal(pk_shop_price_micros(&shop, 0, 1, 104), 45);
    assert_int_equal(pk_shop_price_micros(&shop, 0, 1, 105), 44);
    assert_int_equal(pk_shop_price_micros(&shop, 1, 0, 200), -1);
    assert_int_equal(pk_shop_price_micros(&shop, 2, 1, 200), 70);
}

/* --- the ledger --- */

static void test_rows_of_a_series_are_one_range_of_each_array(void **state)
{
    (void)state;
    const struct pk_stock_row stock[] = {{.item = 0, .warehouse = 0, .date = 1},
                                         {.item = 0, .warehouse = 1, .date = 1},
                                         {.item = 0, .warehouse = 1, .date = 2},
                                         {.item = 1, .warehouse = 0, .date = 1}};
    const struct pk_inbound_row inbound[] = {{.item = 0, .warehouse = 1}, {.item = 1}};
    const struct pk_delivery_row deliveries[] = {{.item = 1}, {.item = 1}, {.item = 1}};
    const struct pk_ledger ledger = {.stock = stock,
                                     .stock_count = 4,
                                     .inbound = inbound,
                                     .inbound_count = 2,
                                     .deliveries = deliveries,
                                     .delivery_count = 3};
    struct pk_ledger_range range = pk_ledger_stock_of(&ledger, 0, 1);
    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 3);
    range = pk_ledger_stock_of(&ledger, 1, 0);
    assert_int_equal(range.first, 3);
    assert_int_equal(range.last, 4);
    range = pk_ledger_inbound_of(&ledger, 0, 1);
    assert_int_equal(range.first, 0);
    assert_int_equal(range.last, 1);
    range = pk_ledger_inbound_of(&ledger, 0, 0);
    assert_int_equal(range.first, range.last);
    range = pk_ledger_deliveries_of(&ledger, 1, 0);
    assert_int_equal(range.first, 0);
    assert_int_equal(range.last, 3);
    range = pk_ledger_deliveries_of(&ledger, 2, 0);
    assert_int_equal(range.first, range.last);
}

static void assert_range(struct pk_ledger_range range, size_t first, size_t last)
{
    assert_int_equal(range.first, first);
    assert_int_equal(range.last, last);
}

static void test_components_are_found_by_their_parent(void **state)
{
    (void)state;
    const struct pk_component_row rows[] = {{.parent_item = 1, .component_item = 0},
                                            {.parent_item = 1, .component_item = 9},
                                            {.parent_item = 4, .component_item = 1}};
    const struct pk_ledger ledger = {.components = rows, .component_count = 3};
    assert_range(pk_ledger_components_of(&ledger, 0), 0, 0);
    assert_range(pk_ledger_components_of(&ledger, 1), 0, 2);
    assert_range(pk_ledger_components_of(&ledger, 4), 2, 3);
    assert_range(pk_ledger_components_of(&ledger, 5), 3, 3);
    assert_range(pk_ledger_components_of(&(struct pk_ledger){0}, 1), 0, 0);
}

static void test_deposits_are_found_by_their_promotion(void **state)
{
    (void)state;
    const struct pk_deposit_row rows[] = {{.promotion_id = "D11", .item = 2},
                                          {.promotion_id = "D11-b", .item = 0},
                                          {.promotion_id = "D11-b", .item = 1},
                                          {.promotion_id = "d11", .item = 0}};
    const struct pk_ledger ledger = {.deposits = rows, .deposit_count = 4};
    assert_range(pk_ledger_deposits_of(&ledger, "D11"), 0, 1);
    assert_range(pk_ledger_deposits_of(&ledger, "D11-b"), 1, 3);
    assert_range(pk_ledger_deposits_of(&ledger, "d11"), 3, 4);
    assert_range(pk_ledger_deposits_of(&ledger, "D12"), 3, 3);
    assert_range(pk_ledger_deposits_of(&(struct pk_ledger){0}, "D11"), 0, 0);
}

static void test_a_supply_row_of_the_warehouse_goes_before_one_for_every_warehouse(void **state)
{
    (void)state;
    const struct pk_supply_row supply[] = {
        {.item = 0, .warehouse = 1, .supplier_id = "acme"},
        {.item = 0, .warehouse = 1, .supplier_id = "bolt"},
        {.item = 0, .warehouse = EVERY, .supplier_id = "cord"},
    };
    const struct pk_ledger ledger = {.supply = supply, .supply_count = 3};
    assert_ptr_equal(pk_ledger_supply_of(&ledger, 0, 1, NULL), &supply[0]);
    assert_ptr_equal(pk_ledger_supply_of(&ledger, 0, 1, "bolt"), &supply[1]);
    /* "cord" has no row for the warehouse, so its row for every warehouse applies. */
    assert_ptr_equal(pk_ledger_supply_of(&ledger, 0, 1, "cord"), &supply[2]);
    assert_ptr_equal(pk_ledger_supply_of(&ledger, 0, 0, NULL), &supply[2]);
    assert_null(pk_ledger_supply_of(&ledger, 0, 0, "acme"));
    assert_null(pk_ledger_supply_of(&ledger, 1, 1, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pair_is_found_at_both_ends_and_between),
        cmocka_unit_test(test_every_warehouse_is_the_last_one_of_its_item),
        cmocka_unit_test(test_the_rows_of_a_pair_that_has_none_are_empty),
        cmocka_unit_test(test_an_id_gives_its_index_and_an_unknown_one_gives_none),
        cmocka_unit_test(test_an_empty_shop_knows_no_id),
        cmocka_unit_test(test_a_series_is_found_by_item_and_warehouse),
        cmocka_unit_test(
            test_a_price_of_the_warehouse_goes_before_one_of_all_and_both_before_the_list),
        cmocka_unit_test(test_rows_of_a_series_are_one_range_of_each_array),
        cmocka_unit_test(test_components_are_found_by_their_parent),
        cmocka_unit_test(test_deposits_are_found_by_their_promotion),
        cmocka_unit_test(test_a_supply_row_of_the_warehouse_goes_before_one_for_every_warehouse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The series that a filter selects, and how they are cut into parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "models/base/limits.h"
#include "models/history/series_parts.h"

static const struct pk_item items[] = {
    {.item_id = "a", .category = 0}, {.item_id = "b", .category = 1}, {.item_id = "c"}};
static const char *const warehouses[] = {"east", "north", "west"};
static const char *const categories[] = {"food", "shoes"};
/* "a" and "b" in all warehouses, "c" in "west" alone. */
static const struct pk_series series[] = {{0, 0, 1}, {0, 1, 1}, {0, 2, 1}, {1, 0, 1},
                                          {1, 1, 1}, {1, 2, 1}, {2, 2, 1}};
static const struct pk_shop shop = {.items = items,
                                    .item_count = 3,
                                    .warehouses = warehouses,
                                    .warehouse_count = 3,
                                    .categories = categories,
                                    .category_count = 2,
                                    .series = series,
                                    .series_count = 7};

static char id_a[] = "a", id_b[] = "b", id_east[] = "east", id_west[] = "west", id_food[] = "food",
            id_unknown[] = "zoo";

static void assert_selected(const struct pk_series_filter *filter, size_t count,
                            const uint32_t *expected)
{
    struct pk_series_selection selection = {0};
    struct pk_error error;
    assert_int_equal(pk_series_select(&shop, filter, &selection, &error), PK_OK);
    assert_int_equal(selection.count, count);
    assert_memory_equal(selection.series, expected, count * sizeof *expected);
    pk_series_selection_done(&selection);
    assert_null(selection.series);
}

static void test_a_filter_without_ids_selects_every_series(void **state)
{
    (void)state;
    assert_selected(&(struct pk_series_filter){0}, 7, (uint32_t[]){0, 1, 2, 3, 4, 5, 6});
}

static void test_a_series_has_to_be_in_every_list(void **state)
{
    (void)state;
    char *ids[] = {id_b, id_a}, *places[] = {id_west, id_east}, *kinds[] = {id_food};
    struct pk_series_filter filter = {.item_ids = ids, .item_id_count = 2};
    assert_selected(&filter, 6, (uint32_t[]){0, 1, 2, 3, 4, 5});
    filter.warehouse_ids = places;
    filter.warehouse_id_count = 2;
    assert_selected(&filter, 4, (uint32_t[]){0, 2, 3, 5});
    filter.categories = kinds;
    filter.category_count = 1;
    assert_selected(&filter, 2, (uint32_t[]){0, 2});
    filter.item_id_count = 1; /* "b" is of another category */
    assert_selected(&filter, 0, (uint32_t[]){0});
}

static void test_an_id_that_is_given_twice_counts_once(void **state)
{
    (void)state;
    char *ids[] = {id_a, id_a};
    assert_selected(&(struct pk_series_filter){.item_ids = ids, .item_id_count = 2}, 3,
                    (uint32_t[]){0, 1, 2});
}

static void assert_refused(const struct pk_series_filter *filter, enum pk_status status,
                           const char *field, const char *words)
{
    struct pk_series_selection selection = {.count = 77};
    struct pk_error error;
    assert_int_equal(pk_series_select(&shop, filter, &selection, &error), status);
    assert_int_equal(error.status, status);
    assert_string_equal(error.field, field);
    assert_non_null(strstr(error.message, words));
    assert_int_equal(selection.count, 77);
}

static void test_an_error_names_the_list_and_the_first_unknown_id(void **state)
{
    (void)state;
    char *some[] = {id_a, id_unknown, id_east}, *known[] = {id_a};
    const struct pk_series_filter of_item = {.item_ids = some, .item_id_count = 3};
    assert_refused(&of_item, PK_NOT_FOUND, "item_id", "'zoo'");
    const struct pk_series_filter of_warehouse = {
        .item_ids = known, .item_id_count = 1, .warehouse_ids = some, .warehouse_id_count = 3};
    assert_refused(&of_warehouse, PK_NOT_FOUND, "warehouse_id", "'a'");
    const struct pk_series_filter of_category = {.categories = some + 1, .category_count = 1};
    assert_refused(&of_category, PK_NOT_FOUND, "category", "'zoo'");
}

static void test_a_list_may_have_so_many_ids_and_not_one_more(void **state)
{
    (void)state;
    static char *ids[PK_FILTER_ID_COUNT_MAX + 1];
    for (size_t i = 0; i < PK_FILTER_ID_COUNT_MAX + 1; i++)
        ids[i] = id_a;
    struct pk_series_filter filter = {.item_ids = ids, .item_id_count = PK_FILTER_ID_COUNT_MAX};
    assert_selected(&filter, 3, (uint32_t[]){0, 1, 2});
    filter.item_id_count++;
    assert_refused(&filter, PK_INVALID_ARGUMENT, "item_id", "10001");
}

/* --- parts --- */

static void test_the_warehouses_of_an_item_stay_in_one_part(void **state)
{
    (void)state;
    /* Cuts every 2 series fall at 2, 4 and 6. Item 0 ends before 3 and item 1 before 6, so that the
     * parts are 0-2, 3-5, none and 6. */
    const struct pk_series_parts parts = {.shop = &shop, .part_series = 2};
    const size_t expected[] = {0, 3, 6, 6, 7};
    assert_int_equal(pk_series_part_count(&parts), 4);
    for (size_t part = 0; part <= 4; part++)
        assert_int_equal(pk_series_part_begin(&parts, part), expected[part]);
}

static void test_parts_are_cut_in_the_selection_not_in_the_shop(void **state)
{
    (void)state;
    uint32_t chosen[] = {2, 5, 6};
    const struct pk_series_selection selection = {chosen, 3};
    struct pk_series_parts parts = {.shop = &shop, .selection = &selection, .part_series = 1};
    assert_int_equal(pk_series_part_count(&parts), 3);
    for (size_t part = 0; part <= 3; part++)
        assert_int_equal(pk_series_part_begin(&parts, part), part);
    parts.part_series = 100;
    assert_int_equal(pk_series_part_count(&parts), 1);
    assert_int_equal(pk_series_part_begin(&parts, 1), 3);
}

static void test_nothing_selected_makes_no_part(void **state)
{
    (void)state;
    const struct pk_series_selection selection = {0};
    const struct pk_series_parts parts = {&shop, &selection, 4};
    assert_int_equal(pk_series_part_count(&parts), 0);
    assert_int_equal(pk_series_part_begin(&parts, 0), 0);
}

static void test_every_series_is_in_exactly_one_part_however_large_the_parts(void **state)
{
    (void)state;
    for (size_t size = 1; size < 10; size++) {
        const struct pk_series_parts parts = {.shop = &shop, .part_series = size};
        const size_t count = pk_series_part_count(&parts);
        assert_int_equal(pk_series_part_begin(&parts, 0), 0);
        assert_int_equal(pk_series_part_begin(&parts, count), 7);
        for (size_t part = 0; part < count; part++) {
            const size_t end = pk_series_part_begin(&parts, part + 1);
            assert_true(pk_series_part_begin(&parts, part) <= end);
            if (end > 0 && end < 7)
                assert_int_not_equal(series[end].item, series[end - 1].item);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_filter_without_ids_selects_every_series),
        cmocka_unit_test(test_a_series_has_to_be_in_every_list),
        cmocka_unit_test(test_an_id_that_is_given_twice_counts_once),
        cmocka_unit_test(test_an_error_names_the_list_and_the_first_unknown_id),
        cmocka_unit_test(test_a_list_may_have_so_many_ids_and_not_one_more),
        cmocka_unit_test(test_the_warehouses_of_an_item_stay_in_one_part),
        cmocka_unit_test(test_parts_are_cut_in_the_selection_not_in_the_shop),
        cmocka_unit_test(test_nothing_selected_makes_no_part),
        cmocka_unit_test(test_every_series_is_in_exactly_one_part_however_large_the_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

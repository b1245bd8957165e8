/* Which columns name items, warehouses and channels, and which rows keep a deleted one known. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/naming.h"

/* "dataset.column " of all datasets in their order. */
static void list(enum pk_name_kind kind,
                 int (*columns_of)(const struct pk_dataset *, enum pk_name_kind, int *), char *out,
                 size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < PK_DATASET_COUNT; i++) {
        const struct pk_dataset *dataset = pk_dataset_get((enum pk_dataset_kind)i);
        int columns[PK_NAMING_COLUMN_COUNT_MAX];
        const int count = columns_of(dataset, kind, columns);
        for (int c = 0; c < count; c++)
            at += (size_t)snprintf(out + at, size - at, "%s.%s ", dataset->name,
                                   dataset->columns[columns[c]].name);
    }
}

static void test_every_row_but_its_own_master_data_names_an_item(void **state)
{
    (void)state;
    char text[1024];
    list(PK_NAME_ITEM, pk_naming_columns, text, sizeof text);
    assert_string_equal(text, "sales.item_id items.reference_item_id supply.item_id stock.item_id "
                              "inbound.item_id promotions.item_id prices.item_id "
                              "covariates.item_id components.parent_item_id "
                              "components.component_item_id adjustments.item_id "
                              "deposits.item_id ");
}

static void test_lanes_name_the_warehouses_of_both_ends(void **state)
{
    (void)state;
    char text[1024];
    list(PK_NAME_WAREHOUSE, pk_naming_columns, text, sizeof text);
    assert_string_equal(text, "sales.warehouse_id supply.warehouse_id stock.warehouse_id "
                              "inbound.warehouse_id promotions.warehouse_id prices.warehouse_id "
                              "covariates.warehouse_id lanes.from_warehouse_id "
                              "lanes.to_warehouse_id adjustments.warehouse_id "
                              "targets.warehouse_id ");
    list(PK_NAME_CHANNEL, pk_naming_columns, text, sizeof text);
    assert_string_equal(text, "sales.channel promotions.channel prices.channel targets.channel ");
}

static void test_a_reference_between_items_keeps_none_of_them(void **state)
{
    (void)state;
    char names[1024], keepers[1024];
    list(PK_NAME_ITEM, pk_naming_keepers, keepers, sizeof keepers);
    assert_null(strstr(keepers, "items."));
    assert_non_null(strstr(keepers, "sales.item_id supply.item_id"));
    assert_non_null(strstr(keepers, "deposits.item_id"));
    list(PK_NAME_WAREHOUSE, pk_naming_columns, names, sizeof names);
    list(PK_NAME_WAREHOUSE, pk_naming_keepers, keepers, sizeof keepers);
    assert_string_equal(keepers, names);
}

static void test_only_items_and_warehouses_have_master_data(void **state)
{
    (void)state;
    enum pk_name_kind kind = PK_NAME_CHANNEL;
    assert_true(pk_naming_is_master(pk_dataset_get(PK_DATASET_ITEMS), &kind));
    assert_int_equal(kind, PK_NAME_ITEM);
    assert_true(pk_naming_is_master(pk_dataset_get(PK_DATASET_WAREHOUSES), &kind));
    assert_int_equal(kind, PK_NAME_WAREHOUSE);
    assert_false(pk_naming_is_master(pk_dataset_get(PK_DATASET_SUPPLIERS), &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_but_its_own_master_data_names_an_item),
        cmocka_unit_test(test_lanes_name_the_warehouses_of_both_ends),
        cmocka_unit_test(test_a_reference_between_items_keeps_none_of_them),
        cmocka_unit_test(test_only_items_and_warehouses_have_master_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

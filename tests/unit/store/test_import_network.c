#include "tests/support/store/store_fixture.h"

#include <math.h>

#define INBOUND    PK_DATASET_INBOUND
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static void test_the_network_of_suppliers_and_warehouses_comes_back(void **state)
{
    fixture_import(
        *state, PK_DATASET_SUPPLIERS,
        ROWS("supplier_id=s1,min_order_amount=500,order_weekdays=1 4", "supplier_id=s2"));
    fixture_import(*state, PK_DATASET_WAREHOUSES,
                   ROWS("warehouse_id=north,shelving_days=2", "warehouse_id=east"));
    fixture_import(
        *state, PK_DATASET_LANES,
        ROWS("from_warehouse_id=east,to_warehouse_id=west,transfer_days=3,unit_cost=0.5"));
    fixture_import(
        *state, PK_DATASET_CLOSURES,
        ROWS("party_kind=supplier,party_id=s1,start_date=2027-02-01,end_date=2027-02-15"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    const struct pk_ledger *ledger = &data->ledger;
    assert_int_equal(ledger->supplier_count, 2);
    assert_int_equal(ledger->suppliers[0].min_order_amount_micros, 500000000);
    assert_int_equal(ledger->suppliers[0].order_weekdays, 0x09);
    assert_int_equal(ledger->suppliers[1].capacity_units_per_week, -1);
    assert_int_equal(ledger->suppliers[1].order_weekdays, 0);
    assert_int_equal(ledger->warehouse_count, 3);
    assert_int_equal(ledger->warehouses[1].shelving_days, 2);
    assert_string_equal(data->shop.warehouses[ledger->lanes[0].from_warehouse], "east");
    assert_string_equal(data->shop.warehouses[ledger->lanes[0].to_warehouse], "west");
    assert_true(ledger->closures[0].is_supplier);
    assert_int_equal(ledger->closures[0].last_order_date, PK_DATE_NONE);
    pk_shop_data_free(data);
}

static void test_components_name_their_items_and_keep_their_units(void **state)
{
    struct pk_import_result result =
        fixture_import(*state, PK_DATASET_COMPONENTS,
                       ROWS("parent_item_id=box,component_item_id=cup,units=4",
                            "parent_item_id=box,component_item_id=card,units=1,kind=gift,"
                            "promotion_id=d12"));
    assert_int_equal(result.created_item_count, 3);
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->ledger.component_count, 2);
    assert_int_equal(data->ledger.components[0].kind, PK_COMPONENT_GIFT);
    assert_string_equal(data->ledger.components[0].promotion_id, "d12");
    assert_int_equal(data->ledger.components[1].units, 4);
    pk_shop_data_free(data);
}

static void test_an_item_that_would_contain_itself_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_COMPONENTS);
    fixture_import(fixture, PK_DATASET_COMPONENTS,
                   ROWS("parent_item_id=a,component_item_id=b,units=1",
                        "parent_item_id=b,component_item_id=c,units=1"));
    assert_int_equal(fixture_try_import(fixture, &options,
                                        ROWS("parent_item_id=c,component_item_id=a,units=1"), NULL),
                     PK_FAILED_PRECONDITION);
    assert_string_equal(fixture->error.field, "component_item_id");
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->ledger.component_count, 2);
    pk_shop_data_free(data);
}

static void test_components_may_lie_as_deep_as_the_limit(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_COMPONENTS);
    for (int i = 0; i <= PK_COMPONENT_DEPTH_MAX; i++) {
        char row[80];
        snprintf(row, sizeof row, "parent_item_id=%d,component_item_id=%d,units=1", i, i + 1);
        options = fixture_options(fixture, PK_DATASET_COMPONENTS);
        assert_int_equal(fixture_try_import(fixture, &options, ROWS(row), NULL),
                         i < PK_COMPONENT_DEPTH_MAX ? PK_OK : PK_FAILED_PRECONDITION);
    }
}

static void test_adjustments_targets_and_deposits_keep_their_scope(void **state)
{
    fixture_import(*state, PK_DATASET_SALES, ROWS("date=2026-11-22,item_id=a,units=5"));
    fixture_import(*state, PK_DATASET_ADJUSTMENTS,
                   ROWS("adjustment_id=x,start_date=2026-12-01,end_date=2026-12-12,reason=live "
                        "show,item_id=a,ratio=1.5"));
    fixture_import(*state, PK_DATASET_TARGETS,
                   ROWS("period_start=2026-12-01,period_end=2026-12-31,metric=gmv,value=100000"));
    fixture_import(*state, PK_DATASET_DEPOSITS,
                   ROWS("date=2026-11-22,promotion_id=d12,item_id=a,deposit_units=7",
                        "date=2026-11-23,promotion_id=d12,item_id=a,deposit_units=9"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    const struct pk_ledger *ledger = &data->ledger;
    assert_int_equal(ledger->adjustments[0].item, 0);
    assert_int_equal(ledger->adjustments[0].category, PK_INDEX_NONE);
    assert_float_equal(ledger->adjustments[0].ratio, 1.5, 0);
    assert_true(isnan(ledger->adjustments[0].units));
    assert_string_equal(ledger->targets[0].metric, "gmv");
    assert_int_equal(ledger->targets[0].warehouse, PK_INDEX_NONE);
    assert_int_equal(ledger->deposit_count, 1); /* what was paid after as-of is not known yet */
    assert_int_equal(ledger->deposits[0].deposit_units, 7);
    pk_shop_data_free(data);
}

static void test_a_past_day_sees_inbound_as_it_was_recorded_then(void **state)
{
    fixture_import(*state, PK_DATASET_SALES,
                   ROWS("date=2026-03-01,item_id=a,units=5", "date=2026-03-20,item_id=a,units=5"));
    fixture_import(*state, INBOUND,
                   ROWS("order_id=1,item_id=a,units=50,eta_date=2026-03-15,"
                        "recorded_date=2026-03-02"));
    fixture_import(*state, INBOUND,
                   ROWS("order_id=1,item_id=a,units=20,eta_date=2026-03-25,"
                        "recorded_date=2026-03-16"));
    struct pk_shop_data *data = fixture_load(*state, day("2026-03-10"));
    assert_int_equal(data->ledger.inbound_count, 1);
    assert_int_equal(data->ledger.inbound[0].units, 50);
    assert_int_equal(data->ledger.inbound[0].eta_date, day("2026-03-15"));
    pk_shop_data_free(data);
    data = fixture_load(*state, day("2026-03-01"));
    assert_int_equal(data->ledger.inbound_count, 0);
    pk_shop_data_free(data);
    data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->ledger.inbound[0].units, 20);
    pk_shop_data_free(data);
}

static void test_today_sees_what_was_recorded_this_morning(void **state)
{
    fixture_import(*state, PK_DATASET_SALES, ROWS("date=2026-03-20,item_id=a,units=5"));
    fixture_import(*state, INBOUND,
                   ROWS("order_id=1,item_id=a,units=20,eta_date=2026-03-25,"
                        "recorded_date=2026-03-21"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->ledger.inbound_count, 1);
    pk_shop_data_free(data);
}

static void test_receipts_with_both_days_are_deliveries(void **state)
{
    fixture_import(*state, PK_DATASET_SALES, ROWS("date=2026-03-20,item_id=a,units=5"));
    fixture_import(*state, INBOUND,
                   ROWS("order_id=1,item_id=a,units=0,eta_date=2026-03-10,order_date=2026-03-01,"
                        "ordered_units=50,received_units=50,received_date=2026-03-12",
                        "order_id=2,item_id=a,units=9,eta_date=2026-03-30,order_date=2026-03-10"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->ledger.inbound_count, 1);
    assert_int_equal(data->ledger.delivery_count, 1);
    assert_int_equal(data->ledger.deliveries[0].received_date, day("2026-03-12"));
    assert_int_equal(data->ledger.deliveries[0].ordered_units, 50);
    pk_shop_data_free(data);
}

static void test_a_new_warehouse_moves_forecasts_and_its_terms_do_not(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, PK_DATASET_SALES, ROWS("date=2026-03-01,item_id=a,units=5"));
    int64_t revision = pk_store_forecast_revision(fixture->store);
    fixture_import(fixture, PK_DATASET_WAREHOUSES, ROWS("warehouse_id=main,shelving_days=1"));
    assert_int_equal(pk_store_forecast_revision(fixture->store), revision);
    fixture_import(fixture, PK_DATASET_WAREHOUSES, ROWS("warehouse_id=another"));
    assert_int_equal(pk_store_forecast_revision(fixture->store), revision + 1);
}

static void test_a_deleted_warehouse_stays_bare_while_rows_name_it(void **state)
{
    fixture_import(*state, PK_DATASET_SALES, ROWS("date=2026-03-01,item_id=a,units=5"));
    fixture_import(*state, PK_DATASET_WAREHOUSES, ROWS("warehouse_id=main,shelving_days=4"));
    fixture_import(*state, PK_DATASET_WAREHOUSES, ROWS("-warehouse_id=main"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->ledger.warehouse_count, 1);
    assert_int_equal(data->ledger.warehouses[0].shelving_days, 0);
    pk_shop_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_network_of_suppliers_and_warehouses_comes_back),
        TEST(test_components_name_their_items_and_keep_their_units),
        TEST(test_an_item_that_would_contain_itself_is_refused),
        TEST(test_components_may_lie_as_deep_as_the_limit),
        TEST(test_adjustments_targets_and_deposits_keep_their_scope),
        TEST(test_a_past_day_sees_inbound_as_it_was_recorded_then),
        TEST(test_today_sees_what_was_recorded_this_morning),
        TEST(test_receipts_with_both_days_are_deliveries),
        TEST(test_a_new_warehouse_moves_forecasts_and_its_terms_do_not),
        TEST(test_a_deleted_warehouse_stays_bare_while_rows_name_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/support/store/store_fixture.h"

#define ITEMS      PK_DATASET_ITEMS
#define STOCK      PK_DATASET_STOCK
#define INBOUND    PK_DATASET_INBOUND
#define PROMOTIONS PK_DATASET_PROMOTIONS

static void test_master_data_comes_back_with_its_links(void **state)
{
    fixture_import(
        *state, ITEMS,
        ROWS("item_id=a,name=Alpha,category=tea,role=profit,unit_cost=3.5,launch_date=2026-01-02,"
             "reference_item_id=z",
             "item_id=b"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.item_count, 3);
    assert_int_equal(data->shop.category_count, 2);
    const struct pk_item *item = &data->shop.items[0];
    assert_string_equal(item->name, "Alpha");
    assert_string_equal(data->shop.categories[item->category], "tea");
    assert_int_equal(item->role, PK_ROLE_PROFIT);
    assert_int_equal(item->unit_cost_micros, 3500000);
    assert_int_equal(item->list_price_micros, -1);
    assert_int_equal(item->launch_date, day("2026-01-02"));
    assert_int_equal(item->end_date, PK_DATE_NONE);
    assert_int_equal(item->reference_item, 2);
    assert_int_equal(data->shop.items[1].category, 0);
    assert_int_equal(data->shop.items[1].reference_item, PK_INDEX_NONE);
    pk_shop_data_free(data);
}

static void test_an_item_file_changes_only_its_columns(void **state)
{
    fixture_import(*state, ITEMS, ROWS("item_id=a,name=Alpha,category=tea,unit_cost=3"));
    struct pk_import_result result =
        fixture_import(*state, ITEMS, ROWS("item_id=a,category=coffee", "item_id=new"));
    assert_int_equal(result.updated_row_count, 1);
    assert_int_equal(result.inserted_row_count, 1);
    assert_int_equal(result.created_item_count, 0);
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_string_equal(data->shop.items[0].name, "Alpha");
    assert_string_equal(data->shop.categories[data->shop.items[0].category], "coffee");
    assert_int_equal(data->shop.items[0].unit_cost_micros, 3000000);
    pk_shop_data_free(data);
    fixture_import(*state, ITEMS, ROWS("item_id=a,category=,unit_cost="));
    data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.items[0].category, 0);
    assert_int_equal(data->shop.items[0].unit_cost_micros, -1);
    pk_shop_data_free(data);
}

static void test_a_deleted_item_stays_bare_while_rows_name_it(void **state)
{
    fixture_import(*state, ITEMS, ROWS("item_id=a,name=Alpha", "item_id=b,name=Beta"));
    fixture_import(*state, STOCK, ROWS("date=2026-03-01,item_id=a,on_hand_units=5"));
    struct pk_import_result result =
        fixture_import(*state, ITEMS, ROWS("-item_id=a", "-item_id=b", "-item_id=c"));
    assert_int_equal(result.deleted_row_count, 2);
    assert_int_equal(result.unchanged_row_count, 1);
    struct pk_shop_data *data = fixture_load(*state, day("2026-03-01"));
    assert_int_equal(data->shop.item_count, 1);
    assert_string_equal(data->shop.items[0].name, "");
    assert_int_equal(data->ledger.stock_count, 1);
    pk_shop_data_free(data);
}

static void test_supply_terms_keep_what_is_not_given_apart_from_zero(void **state)
{
    fixture_import(*state, PK_DATASET_SUPPLY,
                   ROWS("item_id=a,lead_time_days=7,critical_ratio=0.9,order_cost=0",
                        "item_id=a,lead_time_days=9,warehouse_id=east,supplier_id=s"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->ledger.supply_count, 2);
    const struct pk_supply_row *supply = data->ledger.supply;
    assert_int_equal(supply[0].warehouse, 0);
    assert_string_equal(supply[0].supplier_id, "s");
    assert_int_equal(supply[1].warehouse, PK_INDEX_NONE);
    assert_int_equal(supply[1].pack_size_units, 1);
    assert_int_equal(supply[1].review_period_days, 7);
    assert_int_equal(supply[1].max_stock_units, -1);
    assert_int_equal(supply[1].unit_cost_micros, -1);
    assert_int_equal(supply[1].order_cost_micros, 0);
    assert_float_equal(supply[1].critical_ratio, 0.9, 0);
    assert_true(supply[0].critical_ratio != supply[0].critical_ratio);
    pk_shop_data_free(data);
}

static void test_a_stock_snapshot_zeroes_the_lots_it_does_not_name(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, STOCK,
                   ROWS("date=2026-03-01,item_id=a,on_hand_units=5",
                        "date=2026-03-01,item_id=b,on_hand_units=6",
                        "date=2026-03-01,item_id=c,on_hand_units=0",
                        "date=2026-03-01,item_id=b,on_hand_units=7,warehouse_id=east",
                        "date=2026-03-02,item_id=b,on_hand_units=4,received_date=2026-02-01"));
    struct pk_import_options options = fixture_options(fixture, STOCK);
    options.snapshot = true;
    struct pk_import_result result =
        fixture_import_with(fixture, &options, ROWS("date=2026-03-02,item_id=a,on_hand_units=3"));
    assert_int_equal(result.inserted_row_count, 1);
    assert_int_equal(result.updated_row_count, 2);
    struct pk_shop_data *data = fixture_load(fixture, day("2026-03-02"));
    assert_int_equal(data->ledger.stock_count, 7);
    for (size_t i = 0; i < data->ledger.stock_count; i++) {
        const struct pk_stock_row *row = &data->ledger.stock[i];
        bool is_main = strcmp(data->shop.warehouses[row->warehouse], "main") == 0;
        if (is_main && row->date == day("2026-03-02"))
            assert_int_equal(row->on_hand_units,
                             strcmp(data->shop.items[row->item].item_id, "a") == 0 ? 3 : 0);
    }
    assert_int_equal(data->ledger.stock[2].date, day("2026-03-01"));
    assert_int_equal(data->ledger.stock[2].on_hand_units, 7);
    pk_shop_data_free(data);
    result = fixture_import_with(fixture,
                                 &(struct pk_import_options){.kind = STOCK,
                                                             .bucket_days = 1,
                                                             .snapshot = true,
                                                             .complete_through_date = PK_DATE_NONE,
                                                             .request_id = "again"},
                                 ROWS("date=2026-03-02,item_id=a,on_hand_units=3"));
    assert_int_equal(result.unchanged_row_count, 1);
    assert_int_equal(result.updated_row_count, 0);
}

static void test_stock_after_the_as_of_day_is_not_seen(void **state)
{
    fixture_import(*state, STOCK,
                   ROWS("date=2026-03-01,item_id=a,on_hand_units=5",
                        "date=2026-03-02,item_id=a,on_hand_units=6"));
    struct pk_shop_data *data = fixture_load(*state, day("2026-03-01"));
    assert_int_equal(data->ledger.stock_count, 1);
    assert_int_equal(data->shop.series_count, 1);
    assert_int_equal(data->shop.series[0].bucket_days, 1);
    assert_int_equal(data->sales.starts[1], 0);
    pk_shop_data_free(data);
}

static void test_an_inbound_snapshot_closes_the_lines_it_does_not_name(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, INBOUND,
                   ROWS("order_id=1,item_id=a,units=5,eta_date=2026-04-01",
                        "order_id=2,item_id=a,units=6,eta_date=2026-04-02,line=x",
                        "order_id=3,item_id=b,units=7,eta_date=2026-04-02,warehouse_id=east"));
    struct pk_import_options options = fixture_options(fixture, INBOUND);
    options.snapshot = true;
    struct pk_import_result result = fixture_import_with(
        fixture, &options, ROWS("order_id=1,item_id=a,units=4,eta_date=2026-04-03"));
    assert_int_equal(result.updated_row_count, 2);
    struct pk_shop_data *data = fixture_load(fixture, day("2026-03-01"));
    assert_int_equal(data->ledger.inbound_count, 2);
    assert_int_equal(data->ledger.inbound[0].units, 4);
    assert_int_equal(data->ledger.inbound[0].eta_date, day("2026-04-03"));
    assert_string_equal(data->ledger.inbound[0].stage, "ordered");
    assert_string_equal(data->ledger.inbound[1].order_id, "3");
    assert_int_equal(data->shop.series_count, 2);
    pk_shop_data_free(data);
}

static void test_zero_units_close_an_inbound_line(void **state)
{
    fixture_import(*state, INBOUND, ROWS("order_id=1,item_id=a,units=5,eta_date=2026-04-01"));
    fixture_import(*state, INBOUND,
                   ROWS("order_id=1,item_id=a,units=0,eta_date=2026-04-01",
                        "order_id=9,item_id=a,units=0,eta_date=2026-04-01"));
    struct pk_shop_data *data = fixture_load(*state, day("2026-03-01"));
    assert_int_equal(data->ledger.inbound_count, 0);
    pk_shop_data_free(data);
}

static void test_rows_of_a_promotion_replace_all_its_earlier_rows(void **state)
{
    fixture_import(*state, ITEMS, ROWS("item_id=a,category=tea"));
    fixture_import(
        *state, PROMOTIONS,
        ROWS("promotion_id=p,start_date=2026-06-18,end_date=2026-06-20,category=tea,discount_ratio="
             "0.3",
             "promotion_id=p,start_date=2026-06-16,end_date=2026-06-17,phase=warmup",
             "promotion_id=q,start_date=2026-06-01,end_date=2026-06-02,status=draft",
             "promotion_id=r,start_date=2026-06-01,end_date=2026-06-02,category=nowhere"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.promotion_count, 2);
    assert_int_equal(data->shop.promotions[0].phase, PK_PHASE_WARMUP);
    assert_int_equal(data->shop.promotions[0].category, PK_INDEX_NONE);
    assert_int_equal(data->shop.promotions[1].category, 1);
    assert_float_equal(data->shop.promotions[1].discount_ratio, 0.3, 0);
    assert_int_equal(data->shop.promotions[1].committed_units, -1);
    pk_shop_data_free(data);
    struct pk_import_result result = fixture_import(
        *state, PROMOTIONS,
        ROWS("promotion_id=p,start_date=2026-06-18,end_date=2026-06-20,item_id=new"));
    assert_int_equal(result.updated_row_count, 1);
    assert_int_equal(result.deleted_row_count, 1);
    assert_int_equal(result.created_item_count, 1);
    data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.promotion_count, 1);
    assert_float_equal(data->shop.promotions[0].discount_ratio, 0, 0);
    pk_shop_data_free(data);
    result = fixture_import(*state, PROMOTIONS, ROWS("-promotion_id=p"));
    assert_int_equal(result.deleted_row_count, 1);
}

static void test_the_price_without_channel_goes_before_those_of_channels(void **state)
{
    fixture_import(*state, PK_DATASET_PRICES,
                   ROWS("date=2026-03-01,item_id=a,price=9,channel=x",
                        "date=2026-03-01,item_id=a,price=8,channel=y",
                        "date=2026-03-02,item_id=a,price=7,channel=x",
                        "date=2026-03-02,item_id=a,price=10",
                        "date=2026-03-02,item_id=a,price=6,warehouse_id=w"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.price_count, 3);
    assert_int_equal(data->shop.prices[0].warehouse, 0);
    assert_int_equal(data->shop.prices[1].price_micros, 8000000);
    assert_int_equal(data->shop.prices[2].price_micros, 10000000);
    pk_shop_data_free(data);
}

static void test_covariates_are_sorted_by_name_and_date(void **state)
{
    fixture_import(*state, PK_DATASET_COVARIATES,
                   ROWS("date=2026-03-02,name=rain,value=1", "date=2026-03-01,name=rain,value=2",
                        "date=2026-03-05,name=closed,value=1,warehouse_id=w"));
    struct pk_shop_data *data = fixture_load(*state, PK_DATE_NONE);
    assert_int_equal(data->shop.covariate_name_count, 2);
    assert_string_equal(data->shop.covariate_names[0], "closed");
    assert_int_equal(data->shop.covariates[0].warehouse, 0);
    assert_int_equal(data->shop.covariates[1].date, day("2026-03-01"));
    assert_int_equal(data->shop.covariates[2].warehouse, PK_INDEX_NONE);
    pk_shop_data_free(data);
}

static void test_one_covariate_name_more_than_the_limit_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    for (int extra = 0; extra < 2; extra++) {
        struct pk_import_options options = fixture_options(fixture, PK_DATASET_COVARIATES);
        struct pk_import *import = NULL;
        struct pk_import_result result;
        assert_int_equal(pk_import_begin(fixture->store, &options, &import, &result, NULL), PK_OK);
        for (int i = 0; i < PK_COVARIATE_NAME_COUNT_MAX + extra; i++) {
            char row[64];
            snprintf(row, sizeof row, "date=2026-03-01,name=name%d,value=1", i);
            assert_int_equal(fixture_add(import, PK_DATASET_COVARIATES, row, i, NULL), PK_OK);
        }
        assert_int_equal(pk_import_publish(import, &result, &fixture->error),
                         extra == 0 ? PK_OK : PK_RESOURCE_EXHAUSTED);
    }
    assert_int_equal(pk_store_data_revision(fixture->store), 1);
}

static void test_a_row_twice_in_one_import_is_refused_only_if_it_differs(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, STOCK);
    assert_int_equal(fixture_import(fixture, STOCK,
                                    ROWS("date=2026-03-01,item_id=a,on_hand_units=5",
                                         "date=2026-03-01,item_id=a,on_hand_units=5"))
                         .row_count,
                     1);
    assert_int_equal(fixture_try_import(fixture, &options,
                                        ROWS("date=2026-03-01,item_id=a,on_hand_units=5",
                                             "date=2026-03-01,item_id=a,on_hand_units=6"),
                                        NULL),
                     PK_ALREADY_EXISTS);
    assert_string_equal(fixture->error.field, "on_hand_units");
}

static void test_revisions_of_forecasts_move_only_when_forecasts_may(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, PK_DATASET_SALES, ROWS("date=2026-03-01,item_id=a,units=5"));
    int64_t revision = pk_store_forecast_revision(fixture->store);
    fixture_import(fixture, PK_DATASET_SUPPLY, ROWS("item_id=a,lead_time_days=7"));
    fixture_import(fixture, INBOUND, ROWS("order_id=1,item_id=a,units=5,eta_date=2026-04-01"));
    assert_int_equal(pk_store_forecast_revision(fixture->store), revision);
    fixture_import(fixture, INBOUND, ROWS("order_id=1,item_id=new,units=5,eta_date=2026-04-01"));
    assert_int_equal(pk_store_forecast_revision(fixture->store), revision + 1);
    assert_int_equal(pk_store_data_revision(fixture->store), 4);
    fixture_reopen(fixture);
    assert_int_equal(pk_store_forecast_revision(fixture->store), revision + 1);
    assert_int_equal(pk_store_data_revision(fixture->store), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_master_data_comes_back_with_its_links),
        TEST(test_an_item_file_changes_only_its_columns),
        TEST(test_a_deleted_item_stays_bare_while_rows_name_it),
        TEST(test_supply_terms_keep_what_is_not_given_apart_from_zero),
        TEST(test_a_stock_snapshot_zeroes_the_lots_it_does_not_name),
        TEST(test_stock_after_the_as_of_day_is_not_seen),
        TEST(test_an_inbound_snapshot_closes_the_lines_it_does_not_name),
        TEST(test_zero_units_close_an_inbound_line),
        TEST(test_rows_of_a_promotion_replace_all_its_earlier_rows),
        TEST(test_the_price_without_channel_goes_before_those_of_channels),
        TEST(test_covariates_are_sorted_by_name_and_date),
        TEST(test_one_covariate_name_more_than_the_limit_is_refused),
        TEST(test_a_row_twice_in_one_import_is_refused_only_if_it_differs),
        TEST(test_revisions_of_forecasts_move_only_when_forecasts_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How stored rows become a shop: indexes for ids, what is left out, one price a day. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/row.h"
#include "service/store/rules/shop_builder.h"

static struct pk_shop_builder *builder;

/* Sees days up to 2026-03-10. */
static int begin(void **state)
{
    (void)state;
    const struct pk_as_of as_of = {.date = day("2026-03-10"),
                                   .last_daily_date = day("2026-03-10"),
                                   .last_weekly_date = day("2026-03-04"),
                                   .recorded_date = INT32_MAX,
                                   .has_series = true};
    return pk_shop_builder_new(&as_of, &builder, NULL) == PK_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    pk_shop_builder_free(builder);
    builder = NULL;
    return 0;
}

static void add(enum pk_shop_feed feed, const char *text)
{
    const enum pk_dataset_kind kind = pk_shop_feed_kind(feed);
    struct pk_error error;
    char buffer[512];
    struct pk_record record = fixture_record(kind, text, buffer, sizeof buffer);
    pk_record_complete(pk_dataset_get(kind), &record, NULL);
    if (pk_shop_builder_add(builder, feed, &record, &error) != PK_OK)
        fail_msg("%s", error.message);
    memset(buffer, '?', sizeof buffer);
}

/* Items a of tea, b, c of coffee; warehouses east, main. */
static void add_names(void)
{
    add(PK_FEED_WAREHOUSES, "warehouse_id=east,shelving_days=2");
    add(PK_FEED_WAREHOUSES, "warehouse_id=main,outbound_units_per_day=500");
    add(PK_FEED_ITEMS, "item_id=a,category=tea,role=profit,unit_cost=3.5,reference_item_id=c");
    add(PK_FEED_ITEMS, "item_id=b,launch_date=2026-01-02");
    add(PK_FEED_ITEMS, "item_id=c,category=coffee,name=Crema,reference_item_id=z");
    assert_int_equal(pk_shop_builder_close_items(builder, NULL), PK_OK);
}

static const struct pk_shop_data *finish(void)
{
    assert_int_equal(pk_shop_builder_close(builder, NULL), PK_OK);
    return pk_shop_builder_data(builder);
}

static void test_items_and_categories_get_their_places(void **state)
{
    (void)state;
    add_names();
    const struct pk_shop_data *data = finish();
    const struct pk_shop *shop = &data->shop;
    assert_int_equal(shop->category_count, 3);
    assert_string_equal(shop->categories[0], "");
    assert_string_equal(shop->categories[1], "coffee");
    assert_string_equal(shop->categories[2], "tea");
    assert_int_equal(shop->item_count, 3);
    assert_int_equal(shop->items[0].category, 2);
    assert_int_equal(shop->items[1].category, 0);
    assert_int_equal(shop->items[2].category, 1);
    assert_int_equal(shop->items[0].reference_item, 2);
    assert_int_equal(shop->items[1].reference_item, PK_INDEX_NONE);
    assert_int_equal(shop->items[2].reference_item, PK_INDEX_NONE);
    assert_string_equal(shop->items[2].name, "Crema");
    assert_int_equal(shop->items[0].role, PK_ROLE_PROFIT);
    assert_int_equal(shop->items[0].unit_cost_micros, 3500000);
    assert_int_equal(shop->items[1].unit_cost_micros, -1);
    assert_int_equal(shop->items[1].launch_date, day("2026-01-02"));
    assert_int_equal(shop->items[1].end_date, PK_DATE_NONE);
    assert_int_equal(shop->items[1].shelf_life_days, 0);
}

static void test_warehouses_are_names_and_terms(void **state)
{
    (void)state;
    add_names();
    const struct pk_shop_data *data = finish();
    assert_int_equal(data->shop.warehouse_count, 2);
    assert_string_equal(data->shop.warehouses[1], "main");
    assert_int_equal(data->ledger.warehouse_count, 2);
    assert_int_equal(data->ledger.warehouses[0].warehouse, 0);
    assert_int_equal(data->ledger.warehouses[0].shelving_days, 2);
    assert_int_equal(data->ledger.warehouses[0].outbound_units_per_day, -1);
    assert_int_equal(data->ledger.warehouses[1].outbound_units_per_day, 500);
    assert_true(data->ledger.warehouses[1].capacity_litres !=
                data->ledger.warehouses[1].capacity_litres);
}

static void test_ids_are_found_also_after_all_rows_came(void **state)
{
    (void)state;
    add_names();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pk_shop_builder_item(builder, pk_text_from("b")), 1);
        assert_int_equal(pk_shop_builder_item(builder, pk_text_from("bb")), PK_INDEX_NONE);
        /* A text need not end where its bytes do. */
        assert_int_equal(pk_shop_builder_item(builder, (struct pk_text){"cx", 1}), 2);
        assert_int_equal(pk_shop_builder_warehouse(builder, pk_text_from("east")), 0);
        assert_int_equal(pk_shop_builder_warehouse(builder, pk_text_from("")), PK_INDEX_NONE);
        if (i == 0)
            finish();
    }
}

static void test_a_scope_that_names_something_unknown_applies_to_nothing(void **state)
{
    (void)state;
    add_names();
    add(PK_FEED_PROMOTIONS, "promotion_id=all,start_date=2026-06-01,end_date=2026-06-02");
    add(PK_FEED_PROMOTIONS, "promotion_id=tea,start_date=2026-06-01,end_date=2026-06-02,"
                            "category=tea,phase=warmup,discount_ratio=0.3");
    add(PK_FEED_PROMOTIONS,
        "promotion_id=u,start_date=2026-06-01,end_date=2026-06-02,category=nowhere");
    add(PK_FEED_PROMOTIONS,
        "promotion_id=v,start_date=2026-06-01,end_date=2026-06-02,item_id=nothing");
    add(PK_FEED_PROMOTIONS,
        "promotion_id=w,start_date=2026-06-01,end_date=2026-06-02,status=draft");
    const struct pk_shop_data *data = finish();
    assert_int_equal(data->shop.promotion_count, 2);
    const struct pk_promotion *rows = data->shop.promotions;
    assert_int_equal(rows[0].category, PK_INDEX_NONE);
    assert_int_equal(rows[0].item, PK_INDEX_NONE);
    assert_int_equal(rows[0].phase, PK_PHASE_PEAK);
    assert_float_equal(rows[0].traffic_ratio, 1, 0);
    assert_int_equal(rows[1].category, 2);
    assert_int_equal(rows[1].phase, PK_PHASE_WARMUP);
    assert_int_equal(rows[1].net_price_micros, -1);
    assert_int_equal(rows[1].ship_by_date, PK_DATE_NONE);
    assert_int_equal(data->shop.promotion_order[0], 0);
    assert_int_equal(data->shop.promotion_order[1], 1);
}

static void test_a_covariate_is_known_by_name_even_where_it_applies_to_nothing(void **state)
{
    (void)state;
    add_names();
    add(PK_FEED_COVARIATES, "name=cold,date=2026-03-01,value=1,item_id=nothing");
    add(PK_FEED_COVARIATES, "name=rain,date=2026-03-01,value=2,warehouse_id=main");
    add(PK_FEED_COVARIATES, "name=rain,date=2026-03-02,value=3");
    const struct pk_shop_data *data = finish();
    assert_int_equal(data->shop.covariate_name_count, 2);
    assert_string_equal(data->shop.covariate_names[0], "cold");
    assert_int_equal(data->shop.covariate_count, 2);
    assert_int_equal(data->shop.covariates[0].name, 1);
    assert_int_equal(data->shop.covariates[0].warehouse, 1);
    assert_int_equal(data->shop.covariates[1].name, 1);
    assert_float_equal(data->shop.covariates[1].value, 3, 0);
}

static void test_one_price_a_day_is_that_of_all_channels_or_the_lowest(void **state)
{
    (void)state;
    add_names();
    /* Of two channels the lower. */
    add(PK_FEED_PRICES, "item_id=a,date=2026-03-01,price=9,channel=x");
    add(PK_FEED_PRICES, "item_id=a,date=2026-03-01,price=8,channel=y");
    /* The one without a channel, before or after. */
    add(PK_FEED_PRICES, "item_id=a,date=2026-03-02,price=10");
    add(PK_FEED_PRICES, "item_id=a,date=2026-03-02,price=7,channel=x");
    add(PK_FEED_PRICES, "item_id=a,date=2026-03-03,price=7,channel=x");
    add(PK_FEED_PRICES, "item_id=a,date=2026-03-03,price=11");
    add(PK_FEED_PRICES, "item_id=nothing,date=2026-03-03,price=1");
    add(PK_FEED_PRICES, "item_id=b,date=2026-03-03,price=5,channel=x");
    const struct pk_shop_data *data = finish();
    static const int64_t wanted[] = {8000000, 10000000, 11000000, 5000000};
    assert_int_equal(data->shop.price_count, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(data->shop.prices[i].price_micros, wanted[i]);
    assert_int_equal(data->shop.prices[2].date, day("2026-03-03"));
    assert_int_equal(data->shop.prices[3].item, 1);
}

static void test_what_comes_after_the_as_of_day_is_not_seen(void **state)
{
    (void)state;
    add_names();
    add(PK_FEED_STOCK, "item_id=a,date=2026-03-10,on_hand_units=5,reserved_units=1");
    add(PK_FEED_STOCK, "item_id=a,date=2026-03-11,on_hand_units=6");
    add(PK_FEED_DEPOSITS, "promotion_id=p,item_id=a,date=2026-03-10,deposit_units=7");
    add(PK_FEED_DEPOSITS, "promotion_id=p,item_id=a,date=2026-03-11,deposit_units=8");
    const struct pk_shop_data *data = finish();
    assert_int_equal(data->ledger.stock_count, 1);
    assert_int_equal(data->ledger.stock[0].on_hand_units, 5);
    assert_int_equal(data->ledger.stock[0].reserved_units, 1);
    assert_int_equal(data->ledger.stock[0].received_date, PK_DATE_NONE);
    assert_int_equal(data->ledger.stock[0].warehouse, 1);
    assert_int_equal(data->ledger.deposit_count, 1);
    assert_int_equal(data->ledger.deposits[0].deposit_units, 7);
    assert_int_equal(data->ledger.deposits[0].balance_paid_units, -1);
}

static void test_open_lines_and_deliveries(void **state)
{
    (void)state;
    add_names();
    add(PK_FEED_INBOUND, "order_id=1,item_id=a,units=5,eta_date=2026-04-01,supplier_id=mill");
    add(PK_FEED_INBOUND, "order_id=2,item_id=a,units=0,eta_date=2026-04-01");
    add(PK_FEED_INBOUND, "order_id=3,item_id=nothing,units=5,eta_date=2026-04-01");
#define CAME "item_id=a,units=0,eta_date=2026-03-01,"
    add(PK_FEED_DELIVERIES, "order_id=4," CAME "order_date=2026-03-01,received_date=2026-03-10");
    add(PK_FEED_DELIVERIES, "order_id=5," CAME "order_date=2026-03-01,received_date=2026-03-11");
    add(PK_FEED_DELIVERIES, "order_id=6," CAME "order_date=2026-03-05,received_date=2026-03-04");
    add(PK_FEED_DELIVERIES, "order_id=7," CAME "received_date=2026-03-04");
    add(PK_FEED_DELIVERIES, "order_id=8," CAME "order_date=2026-03-04");
    const struct pk_shop_data *data = finish();
    assert_int_equal(data->ledger.inbound_count, 1);
    assert_string_equal(data->ledger.inbound[0].order_id, "1");
    assert_string_equal(data->ledger.inbound[0].supplier_id, "mill");
    assert_string_equal(data->ledger.inbound[0].stage, "ordered");
    assert_float_equal(data->ledger.inbound[0].confirmed_ratio, 1, 0);
    assert_int_equal(data->ledger.delivery_count, 1);
    assert_int_equal(data->ledger.deliveries[0].received_date, day("2026-03-10"));
    assert_int_equal(data->ledger.deliveries[0].ordered_units, -1);
}

static void test_a_day_without_series_has_no_inbound(void **state)
{
    (void)state;
    const struct pk_as_of as_of = {.last_daily_date = day("1990-01-01"), .has_series = false};
    pk_shop_builder_free(builder);
    assert_int_equal(pk_shop_builder_new(&as_of, &builder, NULL), PK_OK);
    add_names();
    add(PK_FEED_INBOUND, "order_id=1,item_id=a,units=5,eta_date=2026-04-01");
    assert_int_equal(finish()->ledger.inbound_count, 0);
}

static void test_the_words_of_the_network_become_its_kinds(void **state)
{
    (void)state;
    add_names();
    add(PK_FEED_COMPONENTS, "parent_item_id=a,component_item_id=b,units=2");
    add(PK_FEED_COMPONENTS, "parent_item_id=a,component_item_id=c,units=1,kind=gift,valid_to="
                            "2026-12-31");
    add(PK_FEED_COMPONENTS, "parent_item_id=b,component_item_id=c,units=6,kind=multipack");
    add(PK_FEED_SUPPLIERS, "supplier_id=mill,order_weekdays=1 4");
    add(PK_FEED_CLOSURES,
        "party_kind=supplier,party_id=mill,start_date=2026-02-10,end_date=2026-02-20");
    add(PK_FEED_CLOSURES,
        "party_kind=warehouse,party_id=main,start_date=2026-02-10,end_date=2026-02-20");
    add(PK_FEED_LANES, "from_warehouse_id=main,to_warehouse_id=east,transfer_days=3");
    add(PK_FEED_LANES, "from_warehouse_id=main,to_warehouse_id=nowhere,transfer_days=3");
    const struct pk_ledger *ledger = &finish()->ledger;
    assert_int_equal(ledger->component_count, 3);
    assert_int_equal(ledger->components[0].kind, PK_COMPONENT_BUNDLE);
    assert_int_equal(ledger->components[0].valid_to, PK_DATE_NONE);
    assert_int_equal(ledger->components[1].kind, PK_COMPONENT_GIFT);
    assert_int_equal(ledger->components[1].valid_to, day("2026-12-31"));
    assert_int_equal(ledger->components[2].kind, PK_COMPONENT_MULTIPACK);
    assert_int_equal(ledger->suppliers[0].order_weekdays, 1 | 8);
    assert_int_equal(ledger->suppliers[0].min_order_amount_micros, -1);
    assert_true(ledger->closures[0].is_supplier);
    assert_false(ledger->closures[1].is_supplier);
    assert_int_equal(ledger->lane_count, 1);
    assert_int_equal(ledger->lanes[0].from_warehouse, 1);
    assert_int_equal(ledger->lanes[0].unit_cost_micros, 0);
}

static void test_terms_adjustments_and_targets(void **state)
{
    (void)state;
    add_names();
    add(PK_FEED_SUPPLY, "item_id=a,lead_time_days=7,critical_ratio=0.9,order_cost=0,"
                        "warehouse_id=east,supplier_id=mill");
    add(PK_FEED_SUPPLY, "item_id=a,lead_time_days=9");
    add(PK_FEED_ADJUSTMENTS, "adjustment_id=j,start_date=2026-05-01,end_date=2026-05-09,reason=r,"
                             "ratio=1.2,category=tea");
    add(PK_FEED_TARGETS, "period_start=2026-05-01,period_end=2026-05-31,metric=gmv,value=1000000");
    const struct pk_ledger *ledger = &finish()->ledger;
    assert_int_equal(ledger->supply_count, 2);
    assert_int_equal(ledger->supply[0].warehouse, 0);
    assert_int_equal(ledger->supply[0].order_cost_micros, 0);
    assert_float_equal(ledger->supply[0].critical_ratio, 0.9, 0);
    assert_int_equal(ledger->supply[1].warehouse, PK_INDEX_NONE);
    assert_string_equal(ledger->supply[1].supplier_id, "");
    assert_int_equal(ledger->supply[1].pack_size_units, 1);
    assert_int_equal(ledger->supply[1].max_stock_units, -1);
    assert_true(ledger->supply[1].critical_ratio != ledger->supply[1].critical_ratio);
    assert_int_equal(ledger->adjustments[0].category, 2);
    assert_int_equal(ledger->adjustments[0].item, PK_INDEX_NONE);
    assert_float_equal(ledger->adjustments[0].ratio, 1.2, 0);
    assert_true(ledger->adjustments[0].units != ledger->adjustments[0].units);
    assert_string_equal(ledger->targets[0].metric, "gmv");
    assert_float_equal(ledger->targets[0].value, 1000000, 0);
}

static void test_the_data_outlives_its_builder(void **state)
{
    (void)state;
    add_names();
    finish();
    uint32_t *mine = pk_shop_builder_allocate(builder, 4, sizeof *mine);
    assert_non_null(mine);
    assert_int_equal(mine[3], 0);
    struct pk_shop_data *data = pk_shop_builder_take(builder);
    builder = NULL;
    assert_string_equal(data->shop.items[2].item_id, "c");
    pk_shop_data_free(data);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_items_and_categories_get_their_places),
        TEST(test_warehouses_are_names_and_terms),
        TEST(test_ids_are_found_also_after_all_rows_came),
        TEST(test_a_scope_that_names_something_unknown_applies_to_nothing),
        TEST(test_a_covariate_is_known_by_name_even_where_it_applies_to_nothing),
        TEST(test_one_price_a_day_is_that_of_all_channels_or_the_lowest),
        TEST(test_what_comes_after_the_as_of_day_is_not_seen),
        TEST(test_open_lines_and_deliveries),
        TEST(test_a_day_without_series_has_no_inbound),
        TEST(test_the_words_of_the_network_become_its_kinds),
        TEST(test_terms_adjustments_and_targets),
        TEST(test_the_data_outlives_its_builder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

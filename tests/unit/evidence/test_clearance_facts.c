/* The ages of stock, the discounts ahead and the plan of sales that a clearance decision reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/clearance_facts.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define NEXT 100
#define DAYS 6

static struct pk_promotion row_of(const char *promotion_id, double discount_ratio,
                                  int64_t net_price_micros)
{
    return (struct pk_promotion){.promotion_id = promotion_id,
                                 .phase = PK_PHASE_PEAK,
                                 .start_date = NEXT + 1,
                                 .end_date = NEXT + 2,
                                 .item = PK_INDEX_NONE,
                                 .category = PK_INDEX_NONE,
                                 .warehouse = PK_INDEX_NONE,
                                 .discount_ratio = discount_ratio,
                                 .net_price_micros = net_price_micros};
}

static bool taken_off(const struct pk_promotion *rows, size_t count, double *out_discount)
{
    static const struct pk_item item = {.item_id = "a"};
    static const struct pk_series series = {.item = 0, .warehouse = 0, .bucket_days = 1};
    const struct pk_shop shop = {
        .items = &item, .item_count = 1, .promotions = rows, .promotion_count = count};
    const struct pk_demand demand = {.first_date = NEXT, .bucket_days = 1, .bucket_count = DAYS};
    return pk_promoted_discounts(&shop, &series, &demand, NEXT + DAYS, 100, out_discount);
}

static void test_a_net_price_goes_before_a_discount(void **state)
{
    (void)state;
    const struct pk_promotion rows[] = {row_of("d12", 0.5, 80)};
    double discount[DAYS];
    assert_true(taken_off(rows, 1, discount));
    assert_close(discount[0], 0, 0);
    assert_close(discount[1], 0.2, 1e-12);
    assert_close(discount[2], 0.2, 1e-12);
    assert_close(discount[3], 0, 0);
}

static void test_the_narrowest_row_of_a_promotion_and_the_deepest_of_all_count(void **state)
{
    (void)state;
    struct pk_promotion rows[] = {row_of("d12", 0.5, -1), row_of("d12", 0.1, -1),
                                  row_of("shop", 0.3, -1)};
    rows[1].item = 0;
    double discount[DAYS];
    assert_true(taken_off(rows, 3, discount));
    assert_close(discount[1], 0.3, 1e-12);
    assert_true(taken_off(rows, 2, discount));
    assert_close(discount[1], 0.1, 1e-12);
}

static void test_presale_takes_nothing_off_and_no_price_more_than_95_percent(void **state)
{
    (void)state;
    struct pk_promotion rows[] = {row_of("d12", 0.5, -1), row_of("free", 1, -1)};
    double discount[DAYS];
    rows[0].phase = PK_PHASE_PRESALE;
    assert_false(taken_off(rows, 1, discount));
    assert_true(taken_off(rows, 2, discount));
    assert_close(discount[1], 0.95, 1e-12);
}

static void test_a_net_price_above_the_price_takes_nothing_off(void **state)
{
    (void)state;
    const struct pk_promotion rows[] = {row_of("d12", 0.5, 120)};
    double discount[DAYS];
    assert_false(taken_off(rows, 1, discount));
    assert_close(discount[1], 0, 0);
}

static void test_rows_of_other_items_and_days_behind_the_last_do_not_count(void **state)
{
    (void)state;
    struct pk_promotion rows[] = {row_of("d12", 0.5, -1), row_of("d13", 0.4, -1)};
    double discount[DAYS];
    rows[0].item = 7;
    rows[1].start_date = NEXT + 4;
    rows[1].end_date = NEXT + 99;
    static const struct pk_item item = {.item_id = "a"};
    static const struct pk_series series = {.item = 0, .warehouse = 0, .bucket_days = 1};
    const struct pk_shop shop = {
        .items = &item, .item_count = 1, .promotions = rows, .promotion_count = 2};
    const struct pk_demand demand = {.first_date = NEXT, .bucket_days = 1, .bucket_count = DAYS};
    assert_false(pk_promoted_discounts(&shop, &series, &demand, NEXT + 3, 100, discount));
    assert_true(pk_promoted_discounts(&shop, &series, &demand, NEXT + 4, 100, discount));
    assert_close(discount[3], 0, 0);
    assert_close(discount[4], 0.4, 1e-12);
    assert_close(discount[5], 0, 0);
}

/* ---- ages ------------------------------------------------------------------------------------ */

#define AS_OF VIEW_CASE_AS_OF

static struct view_case c;
static struct pk_series_facts facts;

/* a0 sells 5 a day in 300 days; nothing is fitted, for ages need no forecast. */
static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 300);
    view_case_sell_flat(&c, 0, 5);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    view_case_end(&c);
    return 0;
}

static struct pk_age_profile load_ages(void)
{
    struct pk_age_profile profile;
    struct pk_error error;
    view_case_keep_sales(&c);
    facts = (struct pk_series_facts){
        .stock = pk_series_stock(&c.data, 0),
        .demand = {.first_date = VIEW_CASE_NEXT},
        .first_stock_date = AS_OF - 299,
        .economics = {.launch_date = PK_DATE_NONE, .end_date = PK_DATE_NONE}};
    assert_int_equal(pk_stock_age_load(&c.data, 0, &facts, &profile, &error), PK_OK);
    int64_t sum = 0;
    for (size_t i = 0; i < PK_AGE_BAND_COUNT; i++)
        sum += profile.band_units[i];
    assert_int_equal(sum,
                     profile.source == PK_AGE_UNKNOWN ? 0 : pk_stock_sellable_units(&facts.stock));
    return profile;
}

static void test_lots_tell_the_age_and_the_oldest_sell_first(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 2, 60)->received_date = AS_OF - 200;
    view_case_stock(&c, 0, 0, AS_OF - 2, 40)->received_date = AS_OF - 10;
    view_case_delivery(&c, 0, 0, "", AS_OF - 9, AS_OF - 1)->received_units = 1000;
    const struct pk_age_profile profile = load_ages();
    /* Of 100 units two days of 5 were sold, off the lot of 60. Ages are those of the next day. */
    assert_int_equal(profile.source, PK_AGE_OF_LOTS);
    assert_int_equal(profile.band_units[PK_AGE_0_90], 40);
    assert_int_equal(profile.band_units[PK_AGE_181_270], 50);
    assert_int_equal(profile.oldest_date, AS_OF - 200);
    assert_int_equal(profile.median_date, AS_OF - 200);
}

static void test_units_that_cannot_be_sold_have_no_age(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF, 60)->received_date = AS_OF - 200;
    struct pk_stock_row *lot = view_case_stock(&c, 0, 0, AS_OF, 40);
    lot->received_date = AS_OF - 10;
    lot->reserved_units = 20;
    lot->unsellable_units = 10;
    const struct pk_age_profile profile = load_ages();
    assert_int_equal(profile.band_units[PK_AGE_0_90], 10);
    assert_int_equal(profile.band_units[PK_AGE_181_270], 60);
}

static void test_one_lot_without_a_date_leaves_it_to_the_receipts(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF, 60)->received_date = AS_OF - 200;
    view_case_stock(&c, 0, 0, AS_OF, 30);
    view_case_delivery(&c, 0, 0, "", AS_OF - 130, AS_OF - 100)->received_units = 30;
    view_case_delivery(&c, 0, 0, "", AS_OF - 130, AS_OF - 50); /* of units that nobody counted */
    view_case_delivery(&c, 0, 0, "", AS_OF - 30, AS_OF - 5)->received_units = 70;
    const struct pk_age_profile profile = load_ages();
    /* First in, first out: the 90 units are the last 70 and 20 of the 30 before. */
    assert_int_equal(profile.source, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.band_units[PK_AGE_0_90], 70);
    assert_int_equal(profile.band_units[PK_AGE_91_180], 20);
    assert_int_equal(profile.oldest_date, AS_OF - 100);
    assert_int_equal(profile.median_date, AS_OF - 5);
}

static void test_without_deliveries_growth_of_stock_is_a_receipt(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 150, 100);
    view_case_stock(&c, 0, 0, AS_OF - 120, 150);
    view_case_stock(&c, 0, 0, AS_OF - 20, 180);
    view_case_stock(&c, 0, 0, AS_OF, 100);
    for (int32_t date = AS_OF - 119; date <= AS_OF - 20; date++)
        view_case_bucket(&c, 0, date)->returned_units = 4.5F;
    /* Until AS_OF - 120: 50 more in spite of 150 sold, 200 came in. Until AS_OF - 20: 30 more in
     * spite of 500 sold and 450 sent back, 80 came in. Until AS_OF: 80 less, 100 sold, 20 came. */
    const struct pk_age_profile profile = load_ages();
    assert_int_equal(profile.source, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.band_units[PK_AGE_0_90], 20 + 80);
    assert_int_equal(profile.oldest_date, AS_OF - 20);
    assert_int_equal(profile.median_date, AS_OF - 20);
    c.stock[3].on_hand_units = 190; /* 110 came until AS_OF */
    assert_int_equal(load_ages().band_units[PK_AGE_0_90], 110 + 80);
    for (int32_t date = AS_OF - 19; date <= AS_OF; date++)
        view_case_bucket(&c, 0, date)->demand_units = 0; /* and so 10 came */
    assert_int_equal(load_ages().band_units[PK_AGE_0_90], 10 + 80);
    assert_int_equal(load_ages().band_units[PK_AGE_91_180], 100);
    assert_int_equal(load_ages().oldest_date, AS_OF - 120);
}

static void test_stock_that_no_receipt_explains_is_as_old_as_the_first_row(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 181, 100);
    view_case_stock(&c, 0, 0, AS_OF, 40);
    for (int32_t date = AS_OF - 180; date <= AS_OF; date++)
        view_case_bucket(&c, 0, date)->demand_units = 0;
    view_case_bucket(&c, 0, AS_OF - 9)->demand_units = 60;
    const struct pk_age_profile profile = load_ages();
    assert_int_equal(profile.band_units[PK_AGE_181_270], 40);
    assert_int_equal(profile.oldest_date, AS_OF - 181);
    /* Known for 180 days or less, the stock may have any age. */
    c.stock[0].date = AS_OF - 179;
    assert_int_equal(load_ages().source, PK_AGE_UNKNOWN);
    assert_int_equal(load_ages().oldest_date, PK_DATE_NONE);
}

static void test_without_stock_there_is_no_age(void **state)
{
    (void)state;
    assert_int_equal(load_ages().source, PK_AGE_UNKNOWN);
    view_case_stock(&c, 0, 0, AS_OF - 10, 20)->received_date = AS_OF - 30; /* 50 were sold since */
    assert_int_equal(load_ages().source, PK_AGE_UNKNOWN);
}

/* ---- plan ------------------------------------------------------------------------------------ */

static struct pk_sell_through_plan plan_of(int32_t launch_date, int32_t end_date,
                                           int32_t shelf_life_days)
{
    const struct pk_age_profile age = load_ages();
    facts.economics.launch_date = launch_date;
    facts.economics.end_date = end_date;
    facts.economics.shelf_life_days = shelf_life_days;
    return pk_series_sell_through_plan(&c.data, 0, &facts, &age);
}

static void test_a_plan_runs_from_the_launch_to_the_end(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF, 20)->received_date = AS_OF - 30;
    const struct pk_sell_through_plan plan = plan_of(AS_OF - 9, AS_OF + 50, 0);
    assert_true(plan.is_known);
    assert_int_equal(plan.start_date, AS_OF - 9);
    assert_int_equal(plan.end_date, AS_OF + 50);
    assert_close(plan.sold_units, 10 * 5, 1e-9);
    /* Without a launch from the first stock: 300 days of 5. */
    assert_int_equal(plan_of(PK_DATE_NONE, AS_OF + 50, 0).start_date, AS_OF - 299);
    assert_close(plan_of(PK_DATE_NONE, AS_OF + 50, 0).sold_units, 300 * 5, 1e-9);
    assert_false(plan_of(AS_OF - 9, PK_DATE_NONE, 0).is_known);
}

static void test_the_oldest_unit_expires_before_the_end(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF, 20)->received_date = AS_OF - 30;
    const struct pk_sell_through_plan plan = plan_of(AS_OF - 90, AS_OF + 50, 60);
    assert_int_equal(plan.start_date, AS_OF - 30);
    assert_int_equal(plan.end_date, AS_OF - 30 + 59);
    assert_close(plan.sold_units, 31 * 5, 1e-9);
    assert_int_equal(plan_of(AS_OF - 90, AS_OF + 10, 60).end_date, AS_OF + 10);
    assert_int_equal(plan_of(PK_DATE_NONE, PK_DATE_NONE, 60).end_date, AS_OF + 29);
    /* Of stock of unknown age no day of expiry is known. */
    c.stock[0].received_date = PK_DATE_NONE;
    assert_false(plan_of(PK_DATE_NONE, PK_DATE_NONE, 60).is_known);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_net_price_goes_before_a_discount),
        cmocka_unit_test(test_the_narrowest_row_of_a_promotion_and_the_deepest_of_all_count),
        cmocka_unit_test(test_presale_takes_nothing_off_and_no_price_more_than_95_percent),
        cmocka_unit_test(test_a_net_price_above_the_price_takes_nothing_off),
        cmocka_unit_test(test_rows_of_other_items_and_days_behind_the_last_do_not_count),
        WITH_SHOP(test_lots_tell_the_age_and_the_oldest_sell_first),
        WITH_SHOP(test_units_that_cannot_be_sold_have_no_age),
        WITH_SHOP(test_one_lot_without_a_date_leaves_it_to_the_receipts),
        WITH_SHOP(test_without_deliveries_growth_of_stock_is_a_receipt),
        WITH_SHOP(test_stock_that_no_receipt_explains_is_as_old_as_the_first_row),
        WITH_SHOP(test_without_stock_there_is_no_age),
        WITH_SHOP(test_a_plan_runs_from_the_launch_to_the_end),
        WITH_SHOP(test_the_oldest_unit_expires_before_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

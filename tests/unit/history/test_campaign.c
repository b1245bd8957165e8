/* Campaigns: windows, scopes, the deciding row of a day, targets of a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/history/campaign.h"
#include "tests/support/promotion_row.h"

static struct pk_promotion row_of(enum pk_promotion_phase phase, int32_t start_date,
                                  int32_t end_date)
{
    struct pk_promotion row = promotion_row("d12", "double12", start_date, end_date);
    row.phase = phase;
    return row;
}

static const struct pk_item items[] = {{.item_id = "a", .category = 0},
                                       {.item_id = "b", .category = 1}};

static void test_window_runs_from_warmup_to_encore(void **state)
{
    (void)state;
    struct pk_promotion rows[] = {
        row_of(PK_PHASE_PRESALE, 90, 99),
        row_of(PK_PHASE_WARMUP, 105, 109),
        row_of(PK_PHASE_PEAK, 110, 112),
        row_of(PK_PHASE_ENCORE, 113, 115),
    };
    rows[0].ship_by_date = 120;
    rows[0].balance_date = 110;
    rows[2].traffic_ratio = 3;
    struct pk_shop shop = {
        .items = items, .item_count = 2, .promotions = rows, .promotion_count = 4};
    struct pk_campaign campaign;
    assert_true(pk_campaign_find(&shop, "d12", NULL, &campaign));
    assert_int_equal(campaign.start_date, 105);
    assert_int_equal(campaign.end_date, 115);
    assert_int_equal(campaign.presale_start_date, 90);
    assert_int_equal(campaign.presale_end_date, 99);
    assert_int_equal(campaign.peak_start_date, 110);
    assert_int_equal(campaign.peak_end_date, 112);
    assert_int_equal(campaign.ship_by_date, 120);
    assert_int_equal(campaign.balance_date, 110);
    assert_float_equal(campaign.traffic_ratio, 3, 0);
    assert_false(pk_campaign_find(&shop, "d11", NULL, &campaign));
    shop.promotion_count = 1;
    assert_true(pk_campaign_find(&shop, "d12", NULL, &campaign));
    assert_int_equal(campaign.start_date, 90);
    assert_int_equal(campaign.peak_start_date, PK_DATE_NONE);
}

static void test_the_narrowest_row_of_a_day_decides(void **state)
{
    (void)state;
    struct pk_promotion rows[] = {
        row_of(PK_PHASE_PEAK, 10, 12),
        row_of(PK_PHASE_PEAK, 10, 12),
        row_of(PK_PHASE_PEAK, 11, 11),
    };
    rows[1].category = 0;
    rows[2].item = 0;
    const struct pk_shop shop = {
        .items = items, .item_count = 2, .promotions = rows, .promotion_count = 3};
    const struct pk_series a = {.item = 0, .warehouse = 0, .bucket_days = 1};
    const struct pk_series b = {.item = 1, .warehouse = 0, .bucket_days = 1};
    assert_ptr_equal(pk_campaign_row_on(&shop, "d12", &a, 10), &rows[1]);
    assert_ptr_equal(pk_campaign_row_on(&shop, "d12", &a, 11), &rows[2]);
    assert_ptr_equal(pk_campaign_row_on(&shop, "d12", &b, 11), &rows[0]);
    assert_null(pk_campaign_row_on(&shop, "d12", &b, 13));
}

static void test_a_net_price_goes_before_a_discount(void **state)
{
    (void)state;
    struct pk_promotion row = row_of(PK_PHASE_PEAK, 10, 12);
    row.discount_ratio = 0.5;
    row.net_price_micros = -1;
    assert_int_equal(pk_promotion_price_micros(NULL, 100), 100);
    assert_int_equal(pk_promotion_price_micros(&row, 100), 50);
    assert_int_equal(pk_promotion_price_micros(&row, -1), -1);
    row.net_price_micros = 80;
    assert_int_equal(pk_promotion_price_micros(&row, 100), 80);
    assert_int_equal(pk_promotion_price_micros(&row, -1), 80);
}

static void test_scope_blank_means_everything(void **state)
{
    (void)state;
    struct pk_promotion row = {
        .item = PK_INDEX_NONE, .category = PK_INDEX_NONE, .warehouse = PK_INDEX_NONE};
    assert_true(pk_promotion_covers(&row, 5, 2, 1));
    row.category = 2;
    assert_true(pk_promotion_covers(&row, 5, 2, 1));
    assert_false(pk_promotion_covers(&row, 5, 3, 1));
    row.warehouse = 0;
    assert_false(pk_promotion_covers(&row, 5, 2, 1));
}

static void test_the_shortest_target_of_exactly_the_scope_holds(void **state)
{
    (void)state;
    const struct pk_target_row rows[] = {
        {"gmv", "", "", 0, 365, PK_INDEX_NONE, PK_INDEX_NONE, 1000},
        {"gmv", "", "", 90, 120, 1, PK_INDEX_NONE, 70},
        {"gmv", "", "", 90, 120, PK_INDEX_NONE, PK_INDEX_NONE, 100},
        {"units", "", "", 90, 120, PK_INDEX_NONE, PK_INDEX_NONE, 5},
    };
    const struct pk_ledger ledger = {.targets = rows, .target_count = 4};
    const struct pk_target_scope shop = {"", "", PK_INDEX_NONE, PK_INDEX_NONE};
    const struct pk_target_scope category = {"", "", 1, PK_INDEX_NONE};
    assert_ptr_equal(pk_target_on(&ledger, "gmv", &shop, 100), &rows[2]);
    assert_ptr_equal(pk_target_on(&ledger, "gmv", &shop, 89), &rows[0]);
    assert_ptr_equal(pk_target_on(&ledger, "gmv", &category, 120), &rows[1]);
    assert_null(pk_target_on(&ledger, "gmv", &category, 121));
}

static void test_an_order_of_the_rows_changes_no_answer(void **state)
{
    (void)state;
    static const char *const ids[] = {"c", "a", "b", "d12"};
    enum { COUNT = 200 };
    struct pk_promotion rows[COUNT];
    uint32_t order[COUNT];
    uint32_t random = 7;
    for (size_t i = 0; i < COUNT; i++) {
        random = random * 1664525U + 1013904223U;
        rows[i] = row_of(PK_PHASE_PEAK, (int32_t)i / 4, (int32_t)(i / 4 + (random >> 8) % 40));
        rows[i].promotion_id = ids[(random >> 16) % 4];
        rows[i].item = (random >> 20) % 3 == 0 ? PK_INDEX_NONE : (random >> 24) % 2;
        rows[i].category = (random >> 28) % 4 == 0 ? 0 : PK_INDEX_NONE;
    }
    const struct pk_shop scanned = {
        .items = items, .item_count = 2, .promotions = rows, .promotion_count = COUNT};
    struct pk_shop ordered = scanned;
    pk_promotion_order_fill(rows, COUNT, order);
    ordered.promotion_order = order;
    for (uint32_t item = 0; item < 2; item++)
        for (size_t id = 0; id < 4; id++) {
            const struct pk_series series = {.item = item, .warehouse = 0, .bucket_days = 1};
            struct pk_campaign one = {0}, other = {0};
            assert_true(pk_campaign_find(&scanned, ids[id], &series, &one));
            assert_true(pk_campaign_find(&ordered, ids[id], &series, &other));
            assert_memory_equal(&one, &other, sizeof one);
            assert_true(pk_campaign_find(&scanned, ids[id], NULL, &one));
            assert_true(pk_campaign_find(&ordered, ids[id], NULL, &other));
            assert_memory_equal(&one, &other, sizeof one);
            for (int32_t date = -1; date < 100; date++)
                assert_ptr_equal(pk_campaign_row_on(&scanned, ids[id], &series, date),
                                 pk_campaign_row_on(&ordered, ids[id], &series, date));
        }
    struct pk_campaign campaign;
    assert_false(pk_campaign_find(&ordered, "e", NULL, &campaign));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window_runs_from_warmup_to_encore),
        cmocka_unit_test(test_the_narrowest_row_of_a_day_decides),
        cmocka_unit_test(test_a_net_price_goes_before_a_discount),
        cmocka_unit_test(test_an_order_of_the_rows_changes_no_answer),
        cmocka_unit_test(test_scope_blank_means_everything),
        cmocka_unit_test(test_the_shortest_target_of_exactly_the_scope_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a campaign brought one series: money, deposits and returns, counted by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/campaign_takings.h"
#include "tests/support/close.h"
#include "tests/support/evidence/campaign_case.h"

#define START (VIEW_CASE_AS_OF - 40)
#define END   (START + 2)
#define YUAN  PK_MICROS_PER_UNIT

static struct view_case c;
static struct pk_campaign_work work;
static struct pk_campaign_series one;

/* Item a0 at 20 a unit, in the campaign at 15; it costs 8, and selling takes a tenth. The three
 * days sell 10 units; 6 and 2 that are cancelled; 3 for which 30 was paid in all. Item a1 costs
 * 1. */
static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 90);
    c.items[0].list_price_micros = 20 * YUAN;
    c.items[0].unit_cost_micros = 8 * YUAN;
    c.items[0].selling_cost_ratio = 0.1;
    c.items[1].unit_cost_micros = 1 * YUAN;
    view_case_promotion(&c, "p", START, END)->discount_ratio = 0.25;
    campaign_case_sell(&c, 0, START - 1, END + 1, 100);
    view_case_bucket(&c, 0, START)->demand_units = 10;
    view_case_bucket(&c, 0, START + 1)->demand_units = 6;
    view_case_bucket(&c, 0, START + 1)->cancelled_units = 2;
    view_case_bucket(&c, 0, END)->demand_units = 3;
    view_case_bucket(&c, 0, END)->paid_amount_micros = 30 * YUAN;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    view_case_end(&c);
    return 0;
}

static struct pk_campaign_takings load(void)
{
    pk_supply_network_free(c.network);
    view_case_keep_sales(&c);
    c.network = pk_supply_network_new(&c.data.ledger, &c.data.shop);
    assert_non_null(c.network);
    c.view = (struct pk_view){.data = &c.data, .network = c.network};
    work = (struct pk_campaign_work){.view = &c.view, .promotion_id = "p"};
    one = (struct pk_campaign_series){.first_date = START - 10, .bucket_days = 1};
    assert_true(pk_campaign_find(&c.data.shop, "p", &c.series[0], &one.campaign));
    return pk_campaign_takings_load(&work, &one);
}

/* --- money --- */

static void test_the_money_of_three_days(void **state)
{
    (void)state;
    const struct pk_campaign_takings takings = load();
    /* 10 x 15 + (6 + 2) x 15 + 30. */
    assert_close(takings.gmv, 300, 1e-9);
    /* 10 x 20 - 150 + 8 x 20 - 120 + 3 x 20 - 30. */
    assert_close(takings.discount, 120, 1e-9);
    /* 150 x 0.9 - 10 x 8 + 3/4 x 120 x 0.9 - 6 x 8 + 30 x 0.9 - 3 x 8 = 55 + 33 + 3. */
    assert_close(takings.profit, 91, 1e-9);
}

static void test_the_discount_is_against_the_price_of_the_day_before(void **state)
{
    (void)state;
    view_case_price(&c, 0, START - 1, 16 * YUAN);
    view_case_price(&c, 0, START, 11 * YUAN); /* the campaign's own tag */
    c.promotions[0].net_price_micros = 12 * YUAN;
    const struct pk_campaign_takings takings = load();
    assert_close(takings.gmv, (10 + 8) * 12 + 30, 1e-9);
    assert_close(takings.discount, (10 + 8) * (16 - 12) + 3 * 16 - 30, 1e-9);
}

static void test_the_cost_of_the_supplier_goes_before_that_of_the_item(void **state)
{
    (void)state;
    view_case_supply(&c, 0, 0, "acme", 7)->unit_cost_micros = 7 * YUAN;
    assert_close(load().profit, 91 + 19, 1e-9); /* 19 units are kept */
}

static void test_a_gift_goes_with_every_unit_that_is_kept(void **state)
{
    (void)state;
    view_case_component(&c, 0, 1, 2)->kind = PK_COMPONENT_GIFT;
    assert_close(load().profit, 91 - 19 * 2 * 1, 1e-9);
    /* Half of the orders reach 30 if a unit costs 15. */
    c.components[0].min_order_amount_micros = 30 * YUAN;
    assert_close(load().profit, 91 - 19, 1e-9);
}

static void test_gifts_of_other_days_and_campaigns_and_bundles_cost_nothing(void **state)
{
    (void)state;
    struct pk_component_row *row = view_case_component(&c, 0, 1, 2);
    assert_close(load().profit, 91, 1e-9); /* a bundle */
    row->kind = PK_COMPONENT_GIFT;
    row->promotion_id = "q";
    assert_close(load().profit, 91, 1e-9);
    row->promotion_id = "p";
    row->valid_from = START + 1;
    row->valid_to = START + 1;
    assert_close(load().profit, 91 - 6 * 2, 1e-9);
    c.items[1].unit_cost_micros = -1; /* a gift without a cost is free */
    assert_close(load().profit, 91, 1e-9);
}

static void test_figures_without_a_price_or_a_cost_are_not_known(void **state)
{
    (void)state;
    c.items[0].unit_cost_micros = -1;
    struct pk_campaign_takings takings = load();
    assert_close(takings.gmv, 300, 1e-9);
    assert_close(takings.discount, 120, 1e-9);
    assert_true(isnan(takings.profit));
    c.items[0].unit_cost_micros = 8 * YUAN;
    c.items[0].list_price_micros = -1;
    takings = load();
    assert_true(isnan(takings.gmv) && isnan(takings.discount) && isnan(takings.profit));
    /* Paid amounts need no price. */
    view_case_bucket(&c, 0, START)->paid_amount_micros = 140 * YUAN;
    view_case_bucket(&c, 0, START + 1)->paid_amount_micros = 100 * YUAN;
    takings = load();
    assert_close(takings.gmv, 270, 1e-9);
    assert_true(isnan(takings.discount));
    /* (140 + 3/4 x 100 + 30) x 0.9 - 19 x 8. */
    assert_close(takings.profit, 245 * 0.9 - 152, 1e-9);
}

static void test_the_days_after_as_of_bring_nothing_yet(void **state)
{
    (void)state;
    c.data.shop.as_of_date = START;
    const struct pk_campaign_takings takings = load();
    assert_close(takings.gmv, 150, 1e-9);
    assert_close(takings.profit, 55, 1e-9);
}

static void test_a_weekly_series_brings_its_whole_weeks(void **state)
{
    (void)state;
    /* Weeks begin on START - 10, - 3, + 4: the window is in one of them. */
    load();
    one.bucket_days = 7;
    int32_t first, last;
    pk_campaign_window_days(&one, &first, &last);
    assert_int_equal(first, START - 3);
    assert_int_equal(last, START + 3);
    one.campaign.end_date = START + 4;
    pk_campaign_window_days(&one, &first, &last);
    assert_int_equal(last, START + 10);
    one.bucket_days = 1;
    pk_campaign_window_days(&one, &first, &last);
    assert_int_equal(first, START);
    assert_int_equal(last, START + 4);
}

/* --- deposits and returns --- */

static void test_the_latest_deposits_of_the_item_are_told(void **state)
{
    (void)state;
    struct pk_campaign_line line = {0};
    view_case_deposit(&c, "o", 0, START - 5, 900);
    view_case_deposit(&c, "p", 0, START - 5, 10)->balance_paid_units = 4;
    view_case_deposit(&c, "p", 0, START - 2, 25);
    view_case_deposit(&c, "p", 1, START - 2, 70);
    pk_campaign_deposits_load(&c.data.ledger, "p", 0, &line);
    assert_close(line.deposit_units, 25, 0);
    assert_close(line.balance_paid_units, 4, 0); /* the latest that is told */
    pk_campaign_deposits_load(&c.data.ledger, "p", 1, &line);
    assert_close(line.deposit_units, 70, 0);
    assert_true(isnan(line.balance_paid_units));
    pk_campaign_deposits_load(&c.data.ledger, "q", 1, &line);
    assert_close(line.deposit_units, 0, 0);
}

static void test_returns_count_for_thirty_days_after_the_end(void **state)
{
    (void)state;
    struct pk_campaign_line line = {0};
    view_case_bucket(&c, 0, START - 1)->returned_units = 50;
    view_case_bucket(&c, 0, END)->returned_units = 1;
    view_case_bucket(&c, 0, END + 30)->returned_units = 2;
    view_case_bucket(&c, 0, END + 31)->returned_units = 70;
    load();
    pk_campaign_returns_add(&c.data, 0, &one.campaign, &line);
    assert_close(line.returned_units, 3, 0);
    /* 10 + 6 + 2 + 3 in the campaign, 100 on the day after. */
    assert_close(line.paid_units, 121, 0);
    c.data.shop.as_of_date = END;
    struct pk_campaign_line so_far = {0};
    pk_campaign_returns_add(&c.data, 0, &one.campaign, &so_far);
    assert_close(so_far.returned_units, 1, 0);
    assert_close(so_far.paid_units, 21, 0);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_the_money_of_three_days),
        WITH_SHOP(test_the_discount_is_against_the_price_of_the_day_before),
        WITH_SHOP(test_the_cost_of_the_supplier_goes_before_that_of_the_item),
        WITH_SHOP(test_a_gift_goes_with_every_unit_that_is_kept),
        WITH_SHOP(test_gifts_of_other_days_and_campaigns_and_bundles_cost_nothing),
        WITH_SHOP(test_figures_without_a_price_or_a_cost_are_not_known),
        WITH_SHOP(test_the_days_after_as_of_bring_nothing_yet),
        WITH_SHOP(test_a_weekly_series_brings_its_whole_weeks),
        WITH_SHOP(test_the_latest_deposits_of_the_item_are_told),
        WITH_SHOP(test_returns_count_for_thirty_days_after_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The money of one line of a campaign: demand and stock of a fitted shop, prices and gifts by
 * hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/decide_promotion.h"
#include "models/evidence/promotion_money.h"
#include "tests/support/close.h"
#include "tests/support/evidence/campaign_case.h"

#define START (VIEW_CASE_NEXT + 4)
#define END   (START + 3)
#define YUAN  PK_MICROS_PER_UNIT

static struct view_case c, without;
static struct pk_decision_memory *memory;
static struct pk_series_facts facts;
static struct pk_promotion_input input;
static struct pk_promotion_check check;
static struct pk_promotion_line_money line;

/* Items a0 at 20 and a1; both sell 10 a day. a0 costs 8, a1 costs 1. Nobody buys a2. */
static void make_shop(struct view_case *shop)
{
    view_case_begin(shop, 3, 1, 200);
    shop->items[0].list_price_micros = 20 * YUAN;
    shop->items[0].unit_cost_micros = 8 * YUAN;
    shop->items[1].unit_cost_micros = 1 * YUAN;
    view_case_sell_flat(shop, 0, 10);
    view_case_sell_flat(shop, 1, 10);
}

static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    make_shop(&c);
    make_shop(&without);
    view_case_promotion(&c, "p", START, END)->net_price_micros = 15 * YUAN;
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    view_case_end(&without);
    return 0;
}

static void load(size_t series)
{
    struct pk_error error;
    struct pk_promotion_books *books;
    bool is_covered;
    view_case_fit(&c);
    view_case_fit(&without);
    assert_int_equal(pk_decide_promotion(&c.view, series, "p", memory, &facts, &input, &check,
                                         &is_covered, &error),
                     PK_OK);
    assert_true(is_covered);
    assert_int_equal(pk_promotion_books_new(&c.view, &without.view, "p", &books, &error), PK_OK);
    assert_int_equal(pk_promotion_line_money(books, series, &facts, &input, &check, &line, &error),
                     PK_OK);
    pk_promotion_books_free(books);
}

static double window_units(void)
{
    return pk_demand_window(&facts.demand, START, END).mean_units;
}

static void test_without_a_known_stock_everything_wanted_is_served(void **state)
{
    (void)state;
    load(0);
    const double units = window_units();
    assert_true(isnan(line.stock_units));
    assert_close(line.money.wanted_units, units, 1e-9);
    assert_close(line.money.served_gmv, units * 15, 1e-9);
    assert_close(line.money.discount, units * 5, 1e-9);
    assert_close(line.money.profit, units * (15 - 8), 1e-9);
    assert_close(line.gmv_at_risk, 0, 0);
}

static void test_the_baseline_is_the_shop_without_the_campaign(void **state)
{
    (void)state;
    load(0);
    double mean[16];
    struct pk_demand_ahead ahead;
    struct pk_error error;
    assert_int_equal(
        pk_demand_ahead_load(&without.view, 0, 16, &memory->demand, mean, &ahead, &error), PK_OK);
    const double units = pk_demand_window(&ahead.demand, START, END).mean_units;
    assert_true(line.money.has_baseline);
    assert_close(line.money.baseline_units, units, 1e-9);
    assert_close(line.money.baseline_units, 40, 4); /* ten a day */
    assert_close(line.money.baseline_gmv, units * 20, 1e-9);
    assert_close(line.money.baseline_profit, units * (20 - 8), 1e-9);
    assert_true(line.money.wanted_units > line.money.baseline_units);
}

static void test_a_short_stock_puts_money_at_risk(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, VIEW_CASE_AS_OF, 50);
    view_case_inbound(&c, 0, 0, START - 2, 5);
    load(0);
    assert_close(line.stock_units, check.stock_at_start_units + check.inbound_before_start_units,
                 0);
    assert_true(line.stock_units < 30); /* four days of 10 units were sold before the start */
    assert_true(line.money.served_units <= line.stock_units);
    assert_close(line.gmv_at_risk, (line.money.wanted_units - line.money.served_units) * 15, 1e-9);
    assert_true(line.gmv_at_risk > 0);
}

/* --- gifts --- */

static void test_gifts_cost_what_their_supplier_or_item_says(void **state)
{
    (void)state;
    view_case_component(&c, 0, 1, 2)->kind = PK_COMPONENT_GIFT;
    load(0);
    const double units = window_units();
    assert_close(line.money.gift_cost, units * 2 * 1, 1e-9);
    view_case_supply(&c, 1, 0, "acme", 7)->unit_cost_micros = 3 * YUAN;
    load(0);
    assert_close(line.money.gift_cost, units * 2 * 3, 1e-9);
    c.supply[0].unit_cost_micros = -1;
    load(0);
    assert_close(line.money.gift_cost, units * 2 * 1, 1e-9);
    /* At a usual price of 20, half of the orders reach 40. */
    c.components[0].min_order_amount_micros = 40 * YUAN;
    load(0);
    assert_close(line.money.gift_cost, units * 1, 1e-9);
}

static void test_a_gift_that_is_always_given_is_in_the_baseline_too(void **state)
{
    (void)state;
    struct pk_component_row *gift = view_case_component(&c, 0, 1, 1);
    gift->kind = PK_COMPONENT_GIFT;
    load(0);
    assert_close(line.money.baseline_profit, line.money.baseline_units * (20 - 8 - 1), 1e-9);
    gift->promotion_id = "p";
    load(0);
    assert_close(line.money.gift_cost, window_units(), 1e-9);
    assert_close(line.money.baseline_profit, line.money.baseline_units * (20 - 8), 1e-9);
}

static void test_gifts_of_others_and_other_days_cost_nothing(void **state)
{
    (void)state;
    struct pk_component_row *gift = view_case_component(&c, 0, 1, 1);
    view_case_component(&c, 1, 2, 9)->kind = PK_COMPONENT_GIFT; /* of another parent */
    gift->kind = PK_COMPONENT_GIFT;
    gift->promotion_id = "q";
    load(0);
    assert_close(line.money.gift_cost, 0, 0);
    gift->promotion_id = "p";
    gift->valid_from = START + 1;
    gift->valid_to = START + 1;
    load(0);
    assert_close(line.money.gift_cost,
                 pk_demand_window(&facts.demand, START + 1, START + 1).mean_units, 1e-9);
}

/* --- parents --- */

static void test_what_parents_sell_of_a_component_is_their_money(void **state)
{
    (void)state;
    c.items[1].list_price_micros = 5 * YUAN;
    c.promotions[0].net_price_micros = -1;
    view_case_component(&c, 0, 1, 3);
    load(1);
    struct pk_demand own = facts.demand;
    own.mean_units = facts.own_mean_units;
    const double units = pk_demand_window(&own, START, END).mean_units;
    assert_true(facts.has_parents);
    assert_true(window_units() > 3 * units);
    assert_close(line.money.wanted_units, units, 1e-6);
    assert_close(line.money.wanted_gmv, units * 5, 1e-6);
    load(0);
    assert_close(line.money.wanted_units, window_units(), 1e-9);
}

/* --- under way --- */

static void test_days_that_are_over_bring_what_was_paid(void **state)
{
    (void)state;
    c.promotions[0].start_date = VIEW_CASE_AS_OF - 2;
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF - 3)->demand_units = 900; /* before the start */
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF - 2)->demand_units = 30;
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF - 1)->demand_units = 20;
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF - 1)->paid_amount_micros = 280 * YUAN;
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF)->demand_units = 10;
    load(0);
    assert_close(line.sold_units, 60, 0);
    /* 30 x 15 + 280 + 10 x 15. */
    assert_close(line.sold_gmv, 880, 1e-9);
    c.items[0].list_price_micros = -1;
    c.promotions[0].net_price_micros = -1;
    load(0);
    assert_close(line.sold_gmv, 280, 1e-9); /* nothing tells the price of the others */
}

static void test_a_campaign_ahead_has_sold_nothing(void **state)
{
    (void)state;
    load(0);
    assert_close(line.sold_units, 0, 0);
    assert_close(line.sold_gmv, 0, 0);
}

static void test_rows_of_other_promotions_set_no_price(void **state)
{
    (void)state;
    view_case_promotion(&c, "q", START, END)->net_price_micros = 1 * YUAN;
    view_case_promotion(&without, "q", START, END)->net_price_micros = 1 * YUAN;
    load(0);
    assert_close(line.money.lowest_price, 15, 1e-9);
    assert_close(line.money.price, 15, 1e-9);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_without_a_known_stock_everything_wanted_is_served),
        WITH_SHOP(test_the_baseline_is_the_shop_without_the_campaign),
        WITH_SHOP(test_a_short_stock_puts_money_at_risk),
        WITH_SHOP(test_gifts_cost_what_their_supplier_or_item_says),
        WITH_SHOP(test_a_gift_that_is_always_given_is_in_the_baseline_too),
        WITH_SHOP(test_gifts_of_others_and_other_days_cost_nothing),
        WITH_SHOP(test_what_parents_sell_of_a_component_is_their_money),
        WITH_SHOP(test_days_that_are_over_bring_what_was_paid),
        WITH_SHOP(test_a_campaign_ahead_has_sold_nothing),
        WITH_SHOP(test_rows_of_other_promotions_set_no_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

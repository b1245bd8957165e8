/* The lines of a campaign summed over the scopes of a shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/promotion_roll_up.h"
#include "tests/support/close.h"
#include "tests/support/evidence/promotion_case.h"

#define NEXT  VIEW_CASE_NEXT /* a Monday */
#define AS_OF VIEW_CASE_AS_OF
#define MONEY 1000000 /* micros */
#define START (NEXT + 10)
#define END   (NEXT + 13)

static struct view_case c;
static struct promotion_case p;
static struct pk_decision_memory *memory;
static struct promotion_line lines[4];
static struct pk_promotion_sums *sums;
static struct pk_promotion_scope_sum *scopes;
static size_t scope_count;

/* a0 (series 0 in "east" and 1 in "north", of "food") costs 20, sells for 50 and has 2000 in stock.
 * a1 (2 and 3, of "shoes") costs 10, sells for 30, has no stock and comes from "acme" within 2
 * days. All sell 10 a day. */
static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    view_case_begin(&c, 2, 2, 200);
    for (size_t series = 0; series < 4; series++)
        view_case_sell_flat(&c, series, 10);
    for (uint32_t item = 0; item < 2; item++) {
        c.items[item].category = item + 1;
        c.items[item].list_price_micros = (item == 0 ? 50 : 30) * MONEY;
        c.items[item].unit_cost_micros = (item == 0 ? 20 : 10) * MONEY;
        for (uint32_t warehouse = 0; warehouse < 2; warehouse++)
            view_case_stock(&c, item, warehouse, AS_OF, item == 0 ? 2000 : 0);
    }
    view_case_supply(&c, 1, 0, "acme", 2);
    view_case_supply(&c, 1, 1, "acme", 2);
    view_case_promotion(&c, "p", START, END);
    view_case_fit(&c);
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_promotion_sums_free(sums);
    free(scopes);
    sums = NULL;
    scopes = NULL;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    return 0;
}

static void roll_up(void)
{
    struct pk_error error;
    promotion_case_begin(&p, &c, "p");
    assert_int_equal(pk_promotion_sums_new(&c.data, START, END, &sums, &error), PK_OK);
    for (size_t series = 0; series < 4; series++) {
        promotion_case_line(&p, series, memory, &lines[series]);
        assert_int_equal(pk_promotion_sums_add(sums, &lines[series].money, &error), PK_OK);
    }
    assert_int_equal(pk_promotion_sums_scopes(sums, &scopes, &scope_count, &error), PK_OK);
    promotion_case_end(&p);
}

static const struct pk_promotion_scope_sum *find(const char *scope, const char *scope_id)
{
    for (size_t i = 0; i < scope_count; i++)
        if (strcmp(scopes[i].scope, scope) == 0 && strcmp(scopes[i].scope_id, scope_id) == 0)
            return &scopes[i];
    fail_msg("no %s '%s'", scope, scope_id);
    return NULL;
}

static struct pk_promotion_headline headline_of(void)
{
    struct pk_promotion_headline headline;
    struct pk_error error;
    assert_int_equal(pk_promotion_sums_headline(sums, scopes, scope_count, &headline, &error),
                     PK_OK);
    return headline;
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static void test_every_line_is_in_five_scopes(void **state)
{
    (void)state;
    roll_up();
    static const char *const names[][2] = {
        {"total", ""},    {"category", "food"}, {"category", "shoes"}, {"role", "regular"},
        {"supplier", ""}, {"supplier", "acme"}, {"warehouse", "east"}, {"warehouse", "north"}};
    assert_int_equal(scope_count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_string_equal(scopes[i].scope, names[i][0]);
        if (i != 3)
            assert_string_equal(scopes[i].scope_id, names[i][1]);
        assert_int_equal(scopes[i].sum.line_count, i == 0 || i == 3 ? 4 : 2);
    }
}

static void test_the_parts_of_each_kind_add_up_to_the_total(void **state)
{
    (void)state;
    static const char *const kinds[] = {"category", "role", "supplier", "warehouse"};
    roll_up();
    const struct pk_promotion_scope_sum *total = &scopes[0];
    double served_gmv = 0;
    for (size_t series = 0; series < 4; series++)
        served_gmv += lines[series].money.money.served_gmv;
    assert_close(total->money.served_gmv, served_gmv, 1e-6);
    for (size_t kind = 0; kind < 4; kind++) {
        struct pk_promotion_scope_sum added = {0};
        for (size_t i = 0; i < scope_count; i++) {
            if (strcmp(scopes[i].scope, kinds[kind]) != 0)
                continue;
            added.sum.q50_units += scopes[i].sum.q50_units;
            added.sum.weight += scopes[i].sum.weight;
            added.money.served_gmv += scopes[i].money.served_gmv;
            added.money.profit += scopes[i].money.profit;
            added.gmv_at_risk += scopes[i].gmv_at_risk;
        }
        assert_int_equal(added.sum.q50_units, total->sum.q50_units);
        assert_close(added.sum.weight, total->sum.weight, 1e-6);
        assert_close(added.money.served_gmv, total->money.served_gmv, 1e-6);
        assert_close(added.money.profit, total->money.profit, 1e-6);
        assert_close(added.gmv_at_risk, total->gmv_at_risk, 1e-6);
    }
}

static void test_readiness_weighs_lines_by_their_margin(void **state)
{
    (void)state;
    roll_up();
    const double food = (double)(lines[0].check.q50_units + lines[1].check.q50_units) * 30;
    const double shoes = (double)(lines[2].check.q50_units + lines[3].check.q50_units) * 20;
    assert_close(find("category", "food")->sum.weight, food, 1e-6);
    assert_close(find("category", "shoes")->sum.weight, shoes, 1e-6);
    assert_close(pk_promotion_readiness_ratio(&find("category", "food")->sum), 1, 1e-9);
    assert_close(pk_promotion_readiness_ratio(&find("category", "shoes")->sum), 0, 1e-9);
    assert_close(pk_promotion_readiness_ratio(&scopes[0].sum), food / (food + shoes), 1e-9);
    assert_close(headline_of().readiness_ratio, food / (food + shoes), 1e-9);
}

static void test_the_price_of_the_campaign_weighs(void **state)
{
    (void)state;
    c.promotions[0].discount_ratio = 0.2;
    view_case_fit(&c);
    roll_up();
    /* 40 - 20 instead of 50 - 20. */
    assert_close(find("category", "food")->sum.weight,
                 (double)(lines[0].check.q50_units + lines[1].check.q50_units) * 20, 1e-3);
}

static void test_the_busiest_day_counts_the_whole_scope(void **state)
{
    (void)state;
    roll_up();
    const struct pk_promotion_scope_sum *east = find("warehouse", "east");
    double peak = 0;
    promotion_case_begin(&p, &c, "p");
    for (size_t day = 10; day <= 13; day++) {
        double units = 0;
        for (size_t series = 0; series < 4; series += 2) {
            promotion_case_line(&p, series, memory, &lines[series]);
            units += lines[series].facts.demand.mean_units[day];
        }
        peak = fmax(peak, units);
    }
    promotion_case_end(&p);
    assert_close(east->peak_day_mean_units, peak, 1e-6 * peak);
    assert_true(east->peak_day_q90_units > peak);
    assert_true(east->peak_date >= START && east->peak_date <= END);
    assert_int_equal(east->outbound_units_per_day, -1);
    assert_int_equal(east->over_day_count, 0);
}

static void test_a_warehouse_that_cannot_ship_the_day_is_told(void **state)
{
    (void)state;
    view_case_warehouse(&c, 0, 0)->outbound_units_per_day = 5;
    view_case_warehouse(&c, 1, 0)->outbound_units_per_day = 100000;
    roll_up();
    const struct pk_promotion_scope_sum *east = find("warehouse", "east");
    assert_int_equal(east->over_day_count, 4);
    assert_int_equal(east->first_over_date, START);
    assert_true(pk_reasons_has(&east->reasons, PK_REASON_WAREHOUSE_OVERLOADED));
    assert_int_equal(find("warehouse", "north")->over_day_count, 0);
    assert_int_equal(headline_of().overloaded_count, 1);
}

static void test_a_category_below_the_margin_floor_is_told(void **state)
{
    (void)state;
    c.items[1].unit_cost_micros = 20 * MONEY; /* a third of 30 is left; the floor is 35 % */
    c.stock[2].on_hand_units = 2000;          /* and something is sold */
    roll_up();
    assert_true(pk_reasons_has(&find("category", "shoes")->reasons, PK_REASON_MARGIN_BELOW_FLOOR));
    assert_false(pk_reasons_has(&find("category", "food")->reasons, PK_REASON_MARGIN_BELOW_FLOOR));
    assert_false(pk_reasons_has(&scopes[0].reasons, PK_REASON_MARGIN_BELOW_FLOOR));
}

/* ---- cash, risk, losses ---------------------------------------------------------------------- */

static void test_cash_is_due_in_the_week_of_the_latest_order(void **state)
{
    (void)state;
    struct pk_promotion_week *weeks;
    struct pk_error error;
    size_t count;
    roll_up();
    assert_int_equal(pk_promotion_sums_weeks(sums, &weeks, &count, &error), PK_OK);
    assert_int_equal(lines[2].check.order_by_date, START - 2);
    assert_int_equal(count, 1);
    assert_int_equal(weeks[0].start_date, NEXT + 7);
    assert_int_equal(weeks[0].line_count, 2);
    assert_int_equal(weeks[0].late_line_count, 0);
    const double gap = lines[2].check.gap_q50_units + lines[3].check.gap_q50_units;
    assert_close(weeks[0].gap_units, gap, 1e-9);
    assert_close(weeks[0].cash, gap * 10, 1e-6);
    assert_close(headline_of().cash_needed, gap * 10, 1e-6);
    free(weeks);
}

static void test_a_line_whose_order_date_is_past_is_late(void **state)
{
    (void)state;
    struct pk_promotion_week *weeks;
    struct pk_error error;
    size_t count;
    c.supply[0].lead_time_days = 30;
    view_case_remake(&c, NULL);
    roll_up();
    assert_int_equal(pk_promotion_sums_weeks(sums, &weeks, &count, &error), PK_OK);
    assert_int_equal(count, 2);
    assert_int_equal(weeks[0].start_date, NEXT);
    assert_int_equal(weeks[0].late_line_count, 1);
    assert_int_equal(headline_of().late_line_count, 1);
    free(weeks);
}

static void test_the_headline_tells_what_is_at_risk(void **state)
{
    (void)state;
    roll_up();
    const struct pk_promotion_headline headline = headline_of();
    const double risk = lines[2].money.gmv_at_risk + lines[3].money.gmv_at_risk;
    assert_int_equal(headline.item_count, 2);
    assert_int_equal(headline.half_risk_item_count, 1); /* a1 holds all of it */
    assert_close(headline.gmv_at_risk, risk, 0.01 * risk);
    assert_close(headline.gmv_wanted - headline.gmv_expected, headline.gmv_at_risk, 1e-6);
    assert_true(risk > 2 * 30 * 30); /* most of two lines of 40 units at 30 */
}

static void test_lines_that_lose_money_are_listed_worst_first(void **state)
{
    (void)state;
    size_t count;
    c.promotions[0].item = 0;
    c.promotions[0].net_price_micros = 15 * MONEY; /* a0 costs 20 */
    view_case_promotion(&c, "p", START, END)->item = 1;
    view_case_sell_flat(&c, 1, 20);
    view_case_fit(&c);
    roll_up();
    const struct pk_promotion_loss *losses = pk_promotion_sums_losses(sums, &count);
    assert_int_equal(count, 2);
    assert_int_equal(losses[0].series, 1); /* sells twice as much */
    assert_int_equal(losses[1].series, 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(losses[i].regular_price_micros, 50 * MONEY);
        assert_int_equal(losses[i].unit_cost_micros, 20 * MONEY);
        assert_true(pk_reasons_has(&losses[i].reasons, PK_REASON_PRICE_BELOW_COST));
        assert_true(pk_reasons_has(&losses[i].reasons, PK_REASON_CAMPAIGN_LOSES_PROFIT));
    }
    assert_int_equal(headline_of().below_cost_count, 2);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_every_line_is_in_five_scopes),
        WITH_SHOP(test_the_parts_of_each_kind_add_up_to_the_total),
        WITH_SHOP(test_readiness_weighs_lines_by_their_margin),
        WITH_SHOP(test_the_price_of_the_campaign_weighs),
        WITH_SHOP(test_the_busiest_day_counts_the_whole_scope),
        WITH_SHOP(test_a_warehouse_that_cannot_ship_the_day_is_told),
        WITH_SHOP(test_a_category_below_the_margin_floor_is_told),
        WITH_SHOP(test_cash_is_due_in_the_week_of_the_latest_order),
        WITH_SHOP(test_a_line_whose_order_date_is_past_is_late),
        WITH_SHOP(test_the_headline_tells_what_is_at_risk),
        WITH_SHOP(test_lines_that_lose_money_are_listed_worst_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

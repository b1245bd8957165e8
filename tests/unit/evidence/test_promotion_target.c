/* Targets of a campaign against lines made by hand: what is expected, what orders and stock to
 * spare could add. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/promotion_target.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define START    (VIEW_CASE_NEXT + 10)
#define END      (START + 2)
#define LINE_MAX 64

/* A line with everything that it borrows. */
struct line {
    struct pk_series_facts facts;
    struct pk_item item;
    struct pk_series series;
    struct pk_series_model model;
    struct pk_demand demand;
    struct pk_promotion_input input;
    struct pk_promotion_check check;
    struct pk_promotion_line_money money;
};

static struct view_case c;
static struct line lines[LINE_MAX];
static struct pk_promotion_target *targets;
static struct pk_promotion_supply *supply;
static size_t target_count, supply_count;

static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 2, 1);
    targets = NULL;
    supply = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(targets);
    free(supply);
    view_case_end(&c);
    return 0;
}

/* Certain demand of `wanted` units at 10 each, of which the stock serves `served`; cost 4. Nothing
 * can be ordered, and there is nothing to spare. */
static struct line *make_line(size_t index, uint32_t category, uint32_t warehouse, double wanted,
                              double served)
{
    struct line *line = &lines[index];
    memset(line, 0, sizeof *line);
    line->item.category = category;
    line->series.warehouse = warehouse;
    line->demand.first_date = VIEW_CASE_NEXT;
    line->facts =
        (struct pk_series_facts){.item = &line->item,
                                 .series = &line->series,
                                 .model = &line->model,
                                 .terms = pk_supply_terms_default(),
                                 .economics = {.unit_cost_micros = 4 * PK_MICROS_PER_UNIT}};
    line->input.demand = &line->demand;
    line->check.order_by_date = PK_DATE_NONE;
    line->check.q50_units = (int64_t)wanted;
    line->money = (struct pk_promotion_line_money){.series = index,
                                                   .facts = &line->facts,
                                                   .input = &line->input,
                                                   .check = &line->check,
                                                   .stock_units = served,
                                                   .money = {.has_price = true,
                                                             .has_cost = true,
                                                             .price = 10,
                                                             .wanted_units = wanted,
                                                             .served_units = served,
                                                             .wanted_gmv = wanted * 10,
                                                             .served_gmv = served * 10}};
    pk_shared_sum_add_certain(&line->money.money.wanted, wanted);
    pk_shared_sum_add_certain(&line->money.money.served, served);
    return line;
}

static struct pk_target_row *add_target(const char *metric, double value)
{
    return view_case_target(&c, metric, START, END, value);
}

static void report(size_t line_count, bool is_whole_shop)
{
    struct pk_error error;
    struct pk_promotion_targets *all;
    assert_int_equal(pk_promotion_targets_new(&c.data.ledger, "p", START, END, line_count,
                                              is_whole_shop, &all, &error),
                     PK_OK);
    for (size_t i = 0; i < line_count; i++)
        pk_promotion_targets_add(all, &lines[i].money);
    assert_int_equal(
        pk_promotion_targets_report(all, &targets, &target_count, &supply, &supply_count, &error),
        PK_OK);
    pk_promotion_targets_free(all);
}

/* --- which targets --- */

static void test_a_target_names_the_campaign_or_has_its_days(void **state)
{
    (void)state;
    add_target("gmv", 1);
    add_target("units", 2);
    add_target("margin", 3);
    add_target("gmv", 4)->promotion_id = "q";
    add_target("gmv", 5)->period_end = END + 1;
    struct pk_target_row *named = add_target("gmv", 6);
    named->promotion_id = "p";
    named->period_start = START - 9;
    report(0, true);
    /* Money before units, else as they stand. */
    assert_int_equal(target_count, 3);
    assert_close(targets[0].row->value, 1, 0);
    assert_close(targets[1].row->value, 6, 0);
    assert_close(targets[2].row->value, 2, 0);
}

static void test_the_widest_scope_comes_first(void **state)
{
    (void)state;
    add_target("gmv", 5)->channel = "app";
    struct pk_target_row *both = add_target("gmv", 4);
    both->warehouse = both->category = 1;
    add_target("gmv", 3)->warehouse = 1;
    add_target("gmv", 2)->category = 1;
    add_target("gmv", 1);
    report(0, true);
    assert_int_equal(target_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_close(targets[i].row->value, (double)(i + 1), 0);
}

static void test_of_a_part_of_the_shop_only_its_warehouses_are_judged(void **state)
{
    (void)state;
    add_target("gmv", 1);
    add_target("gmv", 2)->category = 1;
    add_target("gmv", 3)->warehouse = 0;
    add_target("gmv", 4)->warehouse = 1;
    make_line(0, 1, 1, 10, 10);
    report(1, false);
    assert_int_equal(target_count, 1);
    assert_close(targets[0].row->value, 4, 0);
}

static void test_a_channel_is_not_forecast(void **state)
{
    (void)state;
    add_target("gmv", 1000)->channel = "app";
    make_line(0, 1, 0, 10, 10);
    report(1, true);
    assert_false(targets[0].is_forecast);
    assert_close(targets[0].expected, 0, 0);
    assert_close(targets[0].gap, 0, 0);
}

/* --- sums --- */

static void test_lines_add_up_in_the_scope_of_their_target(void **state)
{
    (void)state;
    add_target("gmv", 500);
    add_target("units", 30);
    add_target("gmv", 100)->category = 1;
    add_target("gmv", 100)->warehouse = 1;
    make_line(0, 1, 0, 20, 15);
    make_line(1, 1, 1, 10, 10);
    make_line(2, 2, 1, 8, 6)->money.sold_gmv = 40;
    lines[2].money.sold_units = 4;
    report(3, true);
    assert_int_equal(target_count, 4);
    const struct pk_promotion_target *all = &targets[0], *units = &targets[1],
                                     *category = &targets[2], *warehouse = &targets[3];
    /* Served 15 + 10 + 6 and wanted 20 + 10 + 8 units at 10, and 40 that is sold. */
    assert_close(all->sold, 40, 0);
    assert_close(all->expected, 350, 1e-9);
    assert_close(all->wanted, 420, 1e-9);
    assert_close(all->gap, 150, 1e-9);
    assert_close(units->sold, 4, 0);
    assert_close(units->expected, 35, 1e-9);
    assert_close(units->wanted, 42, 1e-9);
    assert_close(units->gap, 0, 0);
    assert_close(category->expected, 250, 1e-9);
    assert_close(warehouse->expected, 200, 1e-9);
    assert_close(warehouse->wanted, 220, 1e-9);
}

static void test_a_certain_sum_reaches_its_target_or_not(void **state)
{
    (void)state;
    add_target("units", 30);
    add_target("units", 26);
    add_target("units", 25);
    make_line(0, 1, 0, 26, 25);
    report(1, true);
    const double reached[] = {0, 0, 1}, covered[] = {0, 1, 1};
    for (size_t i = 0; i < 3; i++) {
        assert_close(targets[i].reach_probability, reached[i], 1e-9);
        assert_close(targets[i].reach_if_covered_probability, covered[i], 1e-9);
    }
    assert_close(targets[0].q10, 25, 1e-6);
    assert_close(targets[0].q90, 25, 1e-6);
}

/* --- closing the gap --- */

static void test_what_can_still_be_ordered_is_a_part_of_the_missing_stock(void **state)
{
    (void)state;
    add_target("units", 100);
    make_line(0, 1, 0, 20, 12)->check.order_by_date = VIEW_CASE_NEXT;     /* today: in time */
    make_line(1, 1, 0, 20, 13)->check.order_by_date = VIEW_CASE_NEXT - 1; /* too late */
    make_line(2, 1, 0, 20, 14);                                           /* nobody to order from */
    struct line *unknown = make_line(3, 1, 0, 20, 20);
    unknown->check.order_by_date = VIEW_CASE_NEXT;
    unknown->money.stock_units = NAN;
    report(4, true);
    assert_close(targets[0].expected, 59, 1e-9);
    assert_close(targets[0].gap, 41, 1e-9);
    assert_close(targets[0].orderable, 8, 1e-9);
    assert_close(targets[0].shortfall, 33, 1e-9);
    assert_int_equal(targets[0].supply_count, 0);
}

static void test_items_with_stock_to_spare_close_the_rest_by_their_margin(void **state)
{
    (void)state;
    add_target("units", 56);
    make_line(0, 1, 0, 20, 20)->money.stock_units = 24; /* 4 to spare, 24 of margin */
    make_line(1, 1, 0, 20, 20)->money.stock_units = 99; /* half of 20 at most: 10, 60 of margin */
    make_line(2, 1, 0, 10, 10)->money.stock_units = 13; /* 3, 18 of margin */
    make_line(3, 1, 0, 0, 0)->money.stock_units = NAN;
    report(4, true);
    const struct pk_promotion_target *target = &targets[0];
    assert_close(target->gap, 6, 1e-9);
    assert_close(target->pushable, 17, 1e-9);
    assert_close(target->shortfall, 0, 0);
    /* The first one is enough. */
    assert_int_equal(target->supply_count, 1);
    assert_int_equal(supply_count, 1);
    assert_int_equal(supply[0].series, 1);
    assert_close(supply[0].added, 10, 1e-9);
    assert_close(supply[0].push.margin, 60, 1e-9);
    assert_close(supply[0].stock_units, 99, 0);
    assert_close(supply[0].expected_units, 20, 0);
    assert_close(supply[0].unit_price, 10, 0);
}

static void test_the_supply_of_each_target_adds_up_in_its_metric(void **state)
{
    (void)state;
    add_target("gmv", 700);
    add_target("units", 62);
    add_target("units", 12)->category = 2;
    make_line(0, 1, 0, 20, 20)->money.stock_units = 24;
    make_line(1, 1, 0, 20, 20)->money.stock_units = 99;
    make_line(2, 2, 0, 10, 10)->money.stock_units = 13;
    report(3, true);
    /* 200 of 700 is missing: 100, 40 and 30 are there. */
    assert_int_equal(targets[0].supply_first, 0);
    assert_int_equal(targets[0].supply_count, 3);
    assert_close(supply[0].cumulative, 100, 1e-9);
    assert_close(supply[1].cumulative, 140, 1e-9);
    assert_close(supply[2].cumulative, 170, 1e-9);
    assert_close(targets[0].shortfall, 30, 1e-9);
    /* 12 of 62 units: 10 and then 4. */
    assert_int_equal(targets[1].supply_first, 3);
    assert_int_equal(targets[1].supply_count, 2);
    assert_int_equal(supply[4].target, 1);
    assert_close(supply[4].cumulative, 14, 1e-9);
    /* 2 of 12 units of "shoes". */
    assert_int_equal(targets[2].supply_first, 5);
    assert_int_equal(targets[2].supply_count, 1);
    assert_int_equal(supply[5].series, 2);
    assert_int_equal(supply_count, 6);
}

static void test_at_most_fifty_items_are_told_of_one_target(void **state)
{
    (void)state;
    add_target("units", 1e6);
    for (size_t i = 0; i < PK_PROMOTION_SUPPLY_MAX + 1; i++)
        make_line(i, 1, 0, 20, 20)->money.stock_units = 22;
    report(PK_PROMOTION_SUPPLY_MAX + 1, true);
    assert_int_equal(supply_count, PK_PROMOTION_SUPPLY_MAX);
    assert_int_equal(supply[PK_PROMOTION_SUPPLY_MAX - 1].series, PK_PROMOTION_SUPPLY_MAX - 1);
    assert_close(targets[0].pushable, 2 * (PK_PROMOTION_SUPPLY_MAX + 1), 1e-9); /* all of them */
}

static void test_nothing_is_pushed_at_a_loss_or_without_a_price(void **state)
{
    (void)state;
    add_target("units", 100);
    make_line(0, 1, 0, 20, 20)->facts.economics.unit_cost_micros = 10 * PK_MICROS_PER_UNIT;
    make_line(1, 1, 0, 20, 20)->money.money.has_price = false;
    make_line(2, 1, 0, 20, 20)->facts.terms.unit_cost_micros = 11 * PK_MICROS_PER_UNIT;
    lines[2].facts.terms.is_known = true;
    for (size_t i = 0; i < 3; i++)
        lines[i].money.stock_units = 40;
    report(3, true);
    assert_close(targets[0].pushable, 0, 0);
    assert_int_equal(supply_count, 0);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_a_target_names_the_campaign_or_has_its_days),
        WITH_SHOP(test_the_widest_scope_comes_first),
        WITH_SHOP(test_of_a_part_of_the_shop_only_its_warehouses_are_judged),
        WITH_SHOP(test_a_channel_is_not_forecast),
        WITH_SHOP(test_lines_add_up_in_the_scope_of_their_target),
        WITH_SHOP(test_a_certain_sum_reaches_its_target_or_not),
        WITH_SHOP(test_what_can_still_be_ordered_is_a_part_of_the_missing_stock),
        WITH_SHOP(test_items_with_stock_to_spare_close_the_rest_by_their_margin),
        WITH_SHOP(test_the_supply_of_each_target_adds_up_in_its_metric),
        WITH_SHOP(test_at_most_fifty_items_are_told_of_one_target),
        WITH_SHOP(test_nothing_is_pushed_at_a_loss_or_without_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

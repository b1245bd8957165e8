/* The facts of one series that its stored rows give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/evidence/series_facts.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define NEXT  VIEW_CASE_NEXT

static const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};

static struct view_case c;
static struct pk_decision_memory *memory;

/* a0 sells 5 a day in "east" and in "north". */
static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    view_case_begin(&c, 1, 2, 200);
    view_case_sell_flat(&c, 0, 5);
    view_case_sell_flat(&c, 1, 5);
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    return 0;
}

/* Facts with 60 days of demand. The shop is fitted at the first call. */
static struct pk_series_facts load(size_t series, const struct pk_assumptions *assumptions)
{
    struct pk_series_facts facts;
    struct pk_error error;
    if (c.model == NULL)
        view_case_fit(&c);
    else
        view_case_remake(&c, NULL);
    assert_int_equal(
        pk_series_facts_load(&c.view, series, 60, assumptions, NULL, memory, &facts, &error),
        PK_OK);
    return facts;
}

/* ---- stock ----------------------------------------------------------------------------------- */

static void test_stock_is_the_latest_date_less_later_sales(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 30, 900);
    view_case_stock(&c, 0, 0, AS_OF - 3, 50);
    struct pk_stock_row *lot = view_case_stock(&c, 0, 0, AS_OF - 3, 30);
    lot->reserved_units = 2;
    lot->unsellable_units = 1;
    const struct pk_stock stock = load(0, &none).stock;
    /* Two lots of 50 and 30 at the end of the day, and three days of 5 since. */
    assert_true(stock.is_known);
    assert_false(stock.is_assumed);
    assert_int_equal(stock.on_hand_units, 50 + 30 - 15);
    assert_int_equal(stock.reserved_units, 2);
    assert_int_equal(stock.unsellable_units, 1);
}

static void test_more_sold_than_counted_leaves_less_than_nothing(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 10, 20);
    assert_int_equal(load(0, &none).stock.on_hand_units, 20 - 50);
}

static void test_stock_without_a_row_is_unknown_unless_assumed(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF, 7);
    struct pk_assumptions assumed = none;
    assumed.stock_units = 12;
    assert_false(load(1, &none).stock.is_known);
    const struct pk_stock stock = load(1, &assumed).stock;
    assert_true(stock.is_known && stock.is_assumed);
    assert_int_equal(stock.on_hand_units, 12);
    /* A row goes before the assumption. */
    assert_int_equal(load(0, &assumed).stock.on_hand_units, 7);
    assert_false(load(0, &assumed).stock.is_assumed);
}

/* ---- inbound --------------------------------------------------------------------------------- */

static void test_lines_come_as_stored_and_late_ones_stay_late(void **state)
{
    (void)state;
    view_case_inbound(&c, 0, 0, AS_OF - 4, 10)->confirmed_ratio = 0.5;
    view_case_inbound(&c, 0, 0, NEXT + 6, 20);
    view_case_inbound(&c, 0, 1, NEXT + 2, 99);
    const struct pk_series_facts facts = load(0, &none);
    assert_int_equal(facts.inbound_count, 2);
    assert_int_equal(facts.inbound[0].eta_date, AS_OF - 4);
    assert_close(facts.inbound[0].confirmed_ratio, 0.5, 0);
    assert_int_equal(facts.inbound[1].eta_date, NEXT + 6);
    assert_close(pk_inbound_units(facts.inbound, facts.inbound_count), 10 * 0.5 + 20, 1e-12);
    assert_int_equal(pk_inbound_next_date(facts.inbound, facts.inbound_count, NEXT), NEXT);
}

static void test_a_delay_moves_the_lines_of_its_order_alone(void **state)
{
    (void)state;
    view_case_inbound(&c, 0, 0, NEXT + 1, 10)->order_id = "late";
    view_case_inbound(&c, 0, 0, NEXT + 2, 20)->order_id = "fine";
    view_case_inbound(&c, 0, 0, NEXT + 3, 30)->order_id = "late";
    struct pk_assumptions delayed = none;
    delayed.what_if.delayed_order_id = "late";
    delayed.what_if.delay_days = 9;
    const struct pk_series_facts facts = load(0, &delayed);
    assert_int_equal(facts.inbound[0].eta_date, NEXT + 10);
    assert_int_equal(facts.inbound[1].eta_date, NEXT + 2);
    assert_int_equal(facts.inbound[2].eta_date, NEXT + 12);
}

static void test_a_transfer_comes_behind_the_lines(void **state)
{
    (void)state;
    view_case_inbound(&c, 0, 0, NEXT + 6, 20);
    struct pk_assumptions moved = none;
    moved.transfer_units = 8;
    moved.transfer_date = NEXT + 2;
    const struct pk_series_facts facts = load(0, &moved);
    assert_int_equal(facts.inbound_count, 2);
    assert_int_equal(facts.inbound[1].eta_date, NEXT + 2);
    assert_int_equal(facts.inbound[1].units, 8);
    assert_close(facts.inbound[1].confirmed_ratio, 1, 0);
}

static void test_open_suggestions_count_as_inbound(void **state)
{
    (void)state;
    view_case_suggestion(&c, 0, 0, AS_OF - 3, NEXT + 4, 11);
    view_case_suggestion(&c, 0, 0, AS_OF - 3, NEXT + 4, 12)->state = PK_SUGGESTION_APPROVED;
    view_case_suggestion(&c, 0, 0, AS_OF - 3, NEXT + 4, 13)->state = PK_SUGGESTION_SUGGESTED;
    view_case_suggestion(&c, 0, 0, AS_OF - 3, NEXT + 4, 0);
    view_case_suggestion(&c, 0, 1, AS_OF - 3, NEXT + 4, 99);
    const struct pk_series_facts facts = load(0, &none);
    assert_int_equal(facts.inbound_count, 2);
    assert_int_equal(facts.inbound[0].units, 11);
    assert_int_equal(facts.inbound[0].eta_date, NEXT + 4);
    /* The approved one has waited 3 days to be ordered. */
    assert_int_equal(facts.inbound[1].units, 12);
    assert_int_equal(facts.inbound[1].eta_date, NEXT + 7);
}

static void test_a_suggestion_that_never_came_is_given_up(void **state)
{
    (void)state;
    view_case_suggestion(&c, 0, 0, AS_OF - 60, NEXT - PK_SUGGESTION_EXPIRY_DAYS, 11);
    view_case_suggestion(&c, 0, 0, AS_OF - 60, NEXT - PK_SUGGESTION_EXPIRY_DAYS - 1, 12);
    const struct pk_series_facts facts = load(0, &none);
    assert_int_equal(facts.inbound_count, 1);
    assert_int_equal(facts.inbound[0].units, 11);
}

static void test_an_order_leaves_out_its_own_suggestion(void **state)
{
    (void)state;
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_suggestion(&c, 0, 0, AS_OF - 1, NEXT + 4, 10)->supplier_id = "acme";
    view_case_suggestion(&c, 0, 0, AS_OF, NEXT + 4, 11)->supplier_id = "acme";
    view_case_suggestion(&c, 0, 0, AS_OF, NEXT + 4, 12)->supplier_id = "zeta";
    struct pk_assumptions of_order = none;
    of_order.leaves_out_own_suggestion = true;
    assert_int_equal(load(0, &none).inbound_count, 3);
    const struct pk_series_facts facts = load(0, &of_order);
    assert_int_equal(facts.inbound_count, 2);
    assert_int_equal(facts.inbound[0].units, 10);
    assert_int_equal(facts.inbound[1].units, 12);
}

static void test_many_lines_are_all_there(void **state)
{
    (void)state;
    for (int32_t i = 0; i < VIEW_CASE_ROW_MAX; i++)
        view_case_inbound(&c, 0, 0, NEXT + i, i + 1);
    const struct pk_series_facts facts = load(0, &none);
    assert_int_equal(facts.inbound_count, VIEW_CASE_ROW_MAX);
    assert_close(pk_inbound_units(facts.inbound, facts.inbound_count),
                 VIEW_CASE_ROW_MAX * (VIEW_CASE_ROW_MAX + 1) / 2, 1e-9);
}

/* ---- terms and economics --------------------------------------------------------------------- */

static void test_terms_are_those_of_the_supply_row(void **state)
{
    (void)state;
    struct pk_supply_row *row = view_case_supply(&c, 0, 0, "acme", 9);
    row->review_period_days = 3;
    row->min_order_units = 24;
    row->pack_size_units = 12;
    row->max_stock_units = 500;
    row->unit_cost_micros = 4000000;
    row->critical_ratio = 0;
    const struct pk_series_facts facts = load(0, &none);
    assert_ptr_equal(facts.supply, row);
    assert_true(facts.terms.is_known);
    assert_int_equal(facts.terms.lead_time_days, 9);
    assert_int_equal(facts.terms.review_period_days, 3);
    assert_int_equal(facts.terms.min_order_units, 24);
    assert_int_equal(facts.terms.pack_size_units, 12);
    assert_int_equal(facts.terms.max_stock_units, 500);
    assert_int_equal(facts.terms.unit_cost_micros, 4000000);
    /* 0 would mean "not given", so that a given 0 is the least ratio there is. */
    assert_close(facts.terms.critical_ratio, 1e-6, 0);
    assert_close(facts.terms.target_fill_ratio, 0, 0);
}

static void test_a_lead_time_is_assumed_only_without_a_supply_row(void **state)
{
    (void)state;
    view_case_supply(&c, 0, 0, "acme", 9);
    struct pk_assumptions assumed = none;
    assumed.lead_time_days = 15;
    assert_int_equal(load(0, &assumed).terms.lead_time_days, 9);
    assert_false(load(1, &none).terms.is_known);
    const struct pk_series_facts facts = load(1, &assumed);
    assert_null(facts.supply);
    assert_true(facts.terms.is_known && facts.terms.is_lead_time_assumed);
    assert_int_equal(facts.terms.lead_time_days, 15);
}

static void test_a_question_replaces_the_learnt_lead_time(void **state)
{
    (void)state;
    view_case_supply(&c, 0, 0, "acme", 9);
    for (int32_t i = 0; i < 4; i++)
        view_case_delivery(&c, 0, 0, "acme", AS_OF - 50, AS_OF - 50 + 9 + 6);
    struct pk_assumptions asked = none;
    asked.what_if.has_lead_time = true;
    asked.what_if.lead_time_days = 4;
    asked.what_if.review_period_days = 2;
    asked.what_if.critical_ratio = 0.7;
    assert_int_equal(load(0, &none).terms.lead_time_days, 9 + 6);
    const struct pk_supply_terms terms = load(0, &asked).terms;
    assert_int_equal(terms.lead_time_days, 4);
    assert_int_equal(terms.lead_time_delay_days, 0);
    assert_int_equal(terms.review_period_days, 2);
    assert_close(terms.critical_ratio, 0.7, 0);
}

static void test_the_price_is_that_of_as_of(void **state)
{
    (void)state;
    c.items[0].list_price_micros = 9000000;
    c.items[0].unit_cost_micros = 5000000;
    c.items[0].end_date = NEXT + 90;
    assert_int_equal(load(0, &none).economics.price_micros, 9000000);
    view_case_price(&c, 0, AS_OF - 20, 8000000);
    view_case_price(&c, 0, NEXT, 7000000);
    const struct pk_economics economics = load(0, &none).economics;
    assert_int_equal(economics.price_micros, 8000000);
    assert_int_equal(economics.unit_cost_micros, 5000000);
    assert_int_equal(economics.end_date, NEXT + 90);
    assert_false(economics.is_minor); /* one item is no long tail */
}

static void test_facts_do_without_traits(void **state)
{
    (void)state;
    load(0, &none);
    c.view.traits = NULL;
    struct pk_series_facts facts;
    struct pk_error error;
    assert_int_equal(pk_series_facts_load(&c.view, 0, 60, &none, NULL, memory, &facts, &error),
                     PK_OK);
    assert_string_equal(pk_item_class_name(facts.item_class), "");
    assert_close(facts.returns.rate, 0, 0);
}

/* ---- ages and returns ------------------------------------------------------------------------ */

static void test_age_counts_from_the_oldest_lot_of_the_latest_date(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 90, 4)->received_date = AS_OF - 500;
    view_case_stock(&c, 0, 0, AS_OF, 0)->received_date = AS_OF - 300;
    view_case_stock(&c, 0, 0, AS_OF, 8)->received_date = AS_OF - 70;
    view_case_stock(&c, 0, 0, AS_OF, 9)->received_date = AS_OF - 20;
    const struct pk_series_facts facts = load(0, &none);
    assert_int_equal(facts.oldest_lot_date, AS_OF - 70);
    /* The first sale came before the first stock row. */
    assert_int_equal(facts.first_stock_date, AS_OF - 199);
}

static void test_the_first_stock_may_be_a_row_or_a_lot(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, AS_OF - 400, 0);
    view_case_stock(&c, 0, 0, AS_OF - 300, 4);
    view_case_stock(&c, 0, 0, AS_OF - 1, 4);
    assert_int_equal(load(0, &none).first_stock_date, AS_OF - 300);
    c.stock[2].received_date = AS_OF - 350;
    assert_int_equal(load(0, &none).first_stock_date, AS_OF - 350);
    assert_int_equal(load(1, &none).oldest_lot_date, PK_DATE_NONE);
    assert_int_equal(load(1, &none).first_stock_date, AS_OF - 199);
}

static void test_sales_of_the_last_lag_may_still_come_back(void **state)
{
    (void)state;
    for (int32_t date = c.first_date; date <= AS_OF; date++)
        view_case_bucket(&c, 0, date)->returned_units = 1;
    view_case_bucket(&c, 0, AS_OF)->demand_units = 8;
    view_case_bucket(&c, 0, AS_OF - 6)->demand_units = 3;
    view_case_bucket(&c, 0, AS_OF - 7)->demand_units = 99;
    const struct pk_returns returns = load(0, &none).returns;
    assert_true(returns.rate > 0);
    assert_int_equal(returns.lag_days, 7);
    assert_close(returns.past_sold_units[0], 3, 0);
    assert_close(returns.past_sold_units[1], 5, 0);
    assert_close(returns.past_sold_units[6], 8, 0);
    assert_close(returns.past_sold_units[7], 0, 0);
}

static void test_a_week_is_shared_evenly_over_its_days(void **state)
{
    (void)state;
    /* As-of is the Monday of the last week, and the lag of 7 days is that week. */
    c.series[0].bucket_days = 7;
    c.data.shop.as_of_date = AS_OF - 6;
    for (int32_t date = c.first_date; date <= AS_OF; date++) {
        struct pk_sales_bucket *bucket = view_case_bucket(&c, 0, date);
        const bool is_monday = pk_date_bucket_start(date, 7, 0) == date;
        bucket->demand_units = is_monday ? 70 : 0;
        bucket->returned_units = is_monday ? 7 : 0;
    }
    const struct pk_series_facts facts = load(0, &none);
    double sum = 0;
    for (int32_t day = 0; day < facts.returns.lag_days; day++) {
        assert_close(facts.returns.past_sold_units[day], 10, 1e-9);
        sum += facts.returns.past_sold_units[day];
    }
    assert_int_equal(facts.returns.lag_days, 7);
    assert_close(sum, 70, 1e-9);
    assert_int_equal(facts.demand.first_date, NEXT);
    assert_int_equal(facts.demand.bucket_days, 7);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void test_detached_facts_outlive_the_memory(void **state)
{
    (void)state;
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_stock(&c, 0, 0, AS_OF, 33);
    view_case_inbound(&c, 0, 0, NEXT, 5);
    view_case_bucket(&c, 0, AS_OF)->returned_units = 1;
    struct pk_series_facts facts = load(0, &none);
    assert_non_null(facts.returns.past_sold_units);
    assert_non_null(facts.inbound);
    pk_series_facts_detach(&facts);
    pk_decision_memory_free(memory);
    memory = NULL;
    assert_null(facts.demand.mean_units);
    assert_null(facts.statistical_mean_units);
    assert_null(facts.own_mean_units);
    assert_null(facts.inbound);
    assert_int_equal(facts.inbound_count, 0);
    assert_null(facts.returns.past_sold_units);
    /* Numbers and pointers into the view stay. */
    assert_int_equal(facts.stock.on_hand_units, 33);
    assert_string_equal(facts.supply->supplier_id, "acme");
    assert_string_equal(facts.item->item_id, "a0");
    assert_int_equal(facts.demand.bucket_count, 60);
}

static void test_a_memory_used_before_gives_equal_facts(void **state)
{
    (void)state;
    view_case_inbound(&c, 0, 0, NEXT, 5);
    view_case_inbound(&c, 0, 1, NEXT, 6);
    view_case_inbound(&c, 0, 1, NEXT + 1, 7);
    const struct pk_series_facts fresh = load(0, &none);
    double mean_units[60];
    memcpy(mean_units, fresh.demand.mean_units, sizeof mean_units);
    load(1, &none);
    const struct pk_series_facts again = load(0, &none);
    assert_memory_equal(again.demand.mean_units, mean_units, sizeof mean_units);
    assert_int_equal(again.inbound_count, 1);
    assert_int_equal(again.inbound[0].units, 5);
}

static void test_a_horizon_ends_with_the_days_of_supply(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    struct pk_error error;
    view_case_fit(&c);
    assert_int_equal(pk_series_facts_load(&c.view, 0, 5000, &none, NULL, memory, &facts, &error),
                     PK_OK);
    assert_int_equal(facts.demand.bucket_count, PK_DAYS_OF_SUPPLY_MAX);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_stock_is_the_latest_date_less_later_sales),
        WITH_SHOP(test_more_sold_than_counted_leaves_less_than_nothing),
        WITH_SHOP(test_stock_without_a_row_is_unknown_unless_assumed),
        WITH_SHOP(test_lines_come_as_stored_and_late_ones_stay_late),
        WITH_SHOP(test_a_delay_moves_the_lines_of_its_order_alone),
        WITH_SHOP(test_a_transfer_comes_behind_the_lines),
        WITH_SHOP(test_open_suggestions_count_as_inbound),
        WITH_SHOP(test_a_suggestion_that_never_came_is_given_up),
        WITH_SHOP(test_an_order_leaves_out_its_own_suggestion),
        WITH_SHOP(test_many_lines_are_all_there),
        WITH_SHOP(test_terms_are_those_of_the_supply_row),
        WITH_SHOP(test_a_lead_time_is_assumed_only_without_a_supply_row),
        WITH_SHOP(test_a_question_replaces_the_learnt_lead_time),
        WITH_SHOP(test_the_price_is_that_of_as_of),
        WITH_SHOP(test_facts_do_without_traits),
        WITH_SHOP(test_age_counts_from_the_oldest_lot_of_the_latest_date),
        WITH_SHOP(test_the_first_stock_may_be_a_row_or_a_lot),
        WITH_SHOP(test_sales_of_the_last_lag_may_still_come_back),
        WITH_SHOP(test_a_week_is_shared_evenly_over_its_days),
        WITH_SHOP(test_detached_facts_outlive_the_memory),
        WITH_SHOP(test_a_memory_used_before_gives_equal_facts),
        WITH_SHOP(test_a_horizon_ends_with_the_days_of_supply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One order decision from the rows of a shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/decide_reorder.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define NEXT VIEW_CASE_NEXT

static const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};

static struct view_case c;
static struct pk_decision_memory *memory;

/* a0 sells 10 a day and is ordered every 7 days with a lead time of 7; a1 sells 3. */
static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    view_case_begin(&c, 2, 1, 200);
    c.items[0].category = 1;
    view_case_sell_flat(&c, 0, 10);
    view_case_sell_flat(&c, 1, 3);
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_stock(&c, 0, 0, VIEW_CASE_AS_OF, 0);
    view_case_fit(&c);
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    return 0;
}

static struct pk_reorder decide(size_t series, const struct pk_assumptions *assumptions,
                                struct pk_series_facts *out_facts)
{
    struct pk_reorder decision;
    struct pk_error error;
    assert_int_equal(
        pk_decide_reorder(&c.view, series, assumptions, NULL, memory, out_facts, &decision, &error),
        PK_OK);
    return decision;
}

static void test_a_decision_sees_a_year_or_all_that_its_terms_need(void **state)
{
    (void)state;
    assert_int_equal(pk_reorder_horizon_days(7, 7), 400);
    assert_int_equal(pk_reorder_horizon_days(0, 1), 400);
    /* 200 + 2 x 14 + 180 + 14 */
    assert_int_equal(pk_reorder_horizon_days(200, 14), 422);
}

static void test_an_order_covers_lead_time_and_review_period(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    const struct pk_reorder decision = decide(0, &none, &facts);
    double demand = 0;
    for (size_t day = 0; day < 14; day++)
        demand += facts.demand.mean_units[day];
    assert_int_equal(decision.arrival_date, NEXT + 7);
    assert_int_equal(decision.next_arrival_date, NEXT + 14);
    assert_close(decision.expected_demand_units, demand, 1e-9);
    assert_close(demand, 140, 7);
    /* What is lost until the arrival is lost: one week of 10 a day and its safety remain. */
    assert_true(decision.order_units >= 70 && decision.order_units < 110);
    assert_int_equal(facts.demand.bucket_count, 400);
}

static void test_stock_that_reaches_the_arrival_is_less_to_order(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    int64_t before = INT64_MAX;
    for (int64_t units = 100; units <= 400; units += 25) {
        c.stock[0].on_hand_units = units;
        const struct pk_reorder decision = decide(0, &none, &facts);
        assert_int_equal(decision.sellable_units, units);
        /* Next to nothing is lost before the arrival, so that a unit more is a unit less to
         * order. */
        if (before != INT64_MAX)
            assert_in_range(before - decision.order_units, before < 25 ? 0 : 24, 27);
        before = decision.order_units;
    }
    assert_int_equal(before, 0);
}

static void assert_decided_alike(const struct pk_reorder *a, const struct pk_reorder *b)
{
    assert_int_equal(a->order_units, b->order_units);
    assert_int_equal(a->order_by_date, b->order_by_date);
    assert_int_equal(a->arrival_date, b->arrival_date);
    assert_int_equal(a->stockout_date_p10, b->stockout_date_p10);
    assert_int_equal(a->stockout_date_p90, b->stockout_date_p90);
    assert_int_equal(a->days_of_supply, b->days_of_supply);
    assert_close(a->need_units, b->need_units, 0);
    assert_close(a->excess_units, b->excess_units, 0);
    assert_close(a->expected_short_units, b->expected_short_units, 0);
    assert_int_equal(a->reasons.count, b->reasons.count);
    for (size_t i = 0; i < a->reasons.count; i++)
        assert_int_equal(a->reasons.reasons[i], b->reasons.reasons[i]);
}

static void test_a_near_look_decides_as_a_far_one(void **state)
{
    (void)state;
    struct pk_assumptions near = none;
    struct pk_series_facts far_facts, near_facts;
    near.may_look_near = true;
    size_t short_count = 0;
    for (int64_t units = -20; units < 6000; units = units * 2 + 41) {
        c.stock[0].on_hand_units = units;
        const struct pk_reorder far = decide(0, &none, &far_facts);
        const struct pk_reorder decision = decide(0, &near, &near_facts);
        assert_decided_alike(&far, &decision);
        short_count += near_facts.demand.bucket_count == 120;
        assert_true(near_facts.demand.bucket_count == 120 || near_facts.demand.bucket_count == 400);
        /* Stock of more than 120 days needs the far path. */
        if (units > 1300)
            assert_int_equal(near_facts.demand.bucket_count, 400);
    }
    assert_true(short_count > 0);
}

static void test_a_long_lead_time_is_never_looked_at_from_near(void **state)
{
    (void)state;
    struct pk_assumptions near = none;
    struct pk_series_facts facts;
    near.may_look_near = true;
    c.supply[0].lead_time_days = 46; /* 46 + 2 x 7 = 60, half of the near path */
    view_case_remake(&c, NULL);
    decide(0, &near, &facts);
    assert_int_equal(facts.demand.bucket_count, 120);
    c.supply[0].lead_time_days = 47;
    decide(0, &near, &facts);
    assert_int_equal(facts.demand.bucket_count, 400);
}

static void test_the_promotion_ahead_spans_all_that_touch_the_cycle(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    view_case_promotion(&c, "over", NEXT - 9, NEXT - 1);
    view_case_promotion(&c, "other", NEXT, NEXT + 60)->category = 2;
    view_case_promotion(&c, "own", NEXT + 3, NEXT + 20)->item = 0;
    view_case_promotion(&c, "short", NEXT + 5, NEXT + 6)->category = 1;
    view_case_promotion(&c, "last day", NEXT + 14, NEXT + 30);
    view_case_promotion(&c, "later", NEXT + 15, NEXT + 90);
    view_case_fit(&c);
    decide(0, &none, &facts);
    struct pk_reorder_input input = pk_reorder_input_of_facts(&facts);
    assert_int_equal(input.promotion_start_date, NEXT + 3);
    assert_int_equal(input.promotion_end_date, NEXT + 30);
    c.data.shop.promotion_count = 2;
    input = pk_reorder_input_of_facts(&facts);
    assert_int_equal(input.promotion_start_date, PK_DATE_NONE);
    assert_int_equal(input.promotion_end_date, PK_DATE_NONE);
}

static void test_shelving_lengthens_the_cycle_of_promotions(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    view_case_promotion(&c, "p", NEXT + 16, NEXT + 17);
    view_case_warehouse(&c, 0, 1);
    view_case_fit(&c);
    decide(0, &none, &facts);
    assert_int_equal(pk_reorder_input_of_facts(&facts).promotion_start_date, PK_DATE_NONE);
    c.warehouses[0].shelving_days = 2;
    decide(0, &none, &facts);
    assert_int_equal(pk_reorder_input_of_facts(&facts).promotion_start_date, NEXT + 16);
}

static void test_a_plan_made_again_does_not_count_its_own_order(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    const int64_t first = decide(0, &none, &facts).order_units;
    struct pk_suggestion *kept = view_case_suggestion(&c, 0, 0, VIEW_CASE_AS_OF, NEXT + 7, first);
    kept->supplier_id = "acme";
    view_case_remake(&c, NULL);
    assert_int_equal(decide(0, &none, &facts).order_units, first);
    kept->as_of_date = VIEW_CASE_AS_OF - 1;
    assert_true(decide(0, &none, &facts).order_units < first / 2);
    assert_close(decide(0, &none, &facts).inbound_units, (double)first, 0);
}

static void test_an_item_with_parents_is_not_new(void **state)
{
    (void)state;
    struct pk_series_facts facts = {.flags = PK_SERIES_NEW | PK_SERIES_LOW_EVIDENCE};
    facts.shop = &c.data.shop;
    facts.series = &c.series[0];
    facts.item = &c.items[0];
    facts.demand.first_date = NEXT;
    assert_true(pk_reorder_input_of_facts(&facts).is_new);
    assert_true(pk_reorder_input_of_facts(&facts).is_low_evidence);
    facts.has_parents = true;
    assert_false(pk_reorder_input_of_facts(&facts).is_new);
}

static void test_without_terms_or_stock_nothing_is_ordered(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    struct pk_reorder decision = decide(1, &none, &facts);
    assert_int_equal(decision.order_units, 0);
    assert_true(pk_reasons_has(&decision.reasons, PK_REASON_NO_SUPPLY_TERMS));
    const struct pk_assumptions assumed = {.stock_units = 0, .lead_time_days = 5};
    decision = decide(1, &assumed, &facts);
    assert_true(decision.order_units > 0);
    assert_true(pk_reasons_has(&decision.reasons, PK_REASON_ASSUMED_STOCK));
    assert_true(pk_reasons_has(&decision.reasons, PK_REASON_ASSUMED_LEAD_TIME));
}

static void test_steps_are_worth_telling_only_on_request(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    struct pk_assumptions with_steps = none;
    with_steps.wants_steps = true;
    c.supply[0].unit_cost_micros = 3000000;
    assert_int_equal(decide(0, &none, &facts).step_count, 0);
    const struct pk_reorder decision = decide(0, &with_steps, &facts);
    assert_true(decision.step_count > 0);
    assert_int_equal(decision.steps[decision.step_count - 1].units, decision.order_units);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_decision_sees_a_year_or_all_that_its_terms_need),
        WITH_SHOP(test_an_order_covers_lead_time_and_review_period),
        WITH_SHOP(test_stock_that_reaches_the_arrival_is_less_to_order),
        WITH_SHOP(test_a_near_look_decides_as_a_far_one),
        WITH_SHOP(test_a_long_lead_time_is_never_looked_at_from_near),
        WITH_SHOP(test_the_promotion_ahead_spans_all_that_touch_the_cycle),
        WITH_SHOP(test_shelving_lengthens_the_cycle_of_promotions),
        WITH_SHOP(test_a_plan_made_again_does_not_count_its_own_order),
        WITH_SHOP(test_an_item_with_parents_is_not_new),
        WITH_SHOP(test_without_terms_or_stock_nothing_is_ordered),
        WITH_SHOP(test_steps_are_worth_telling_only_on_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

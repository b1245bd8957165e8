/* Odd but real: pieces of a history or a purchase order that must not break an order. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/decision/order/reorder.h"

#define NEXT  20000
#define DAYS  400
#define MICRO INT64_C(1000000)

struct bench {
    double mean[DAYS];
    struct pk_demand demand;
    struct pk_reorder_input input;
};

/* `daily` a day; nothing on hand; lead time 7, review 7. */
static void set_up(struct bench *bench, double daily)
{
    for (size_t b = 0; b < DAYS; b++)
        bench->mean[b] = daily;
    bench->demand = (struct pk_demand){.first_date = NEXT,
                                       .bucket_days = 1,
                                       .bucket_count = DAYS,
                                       .mean_units = bench->mean,
                                       .dispersion = 5};
    bench->input = (struct pk_reorder_input){.demand = &bench->demand,
                                             .stock = {.is_known = true},
                                             .terms = pk_supply_terms_default(),
                                             .economics = {.unit_cost_micros = 4 * MICRO,
                                                           .price_micros = 10 * MICRO,
                                                           .salvage_micros = -1,
                                                           .launch_date = PK_DATE_NONE,
                                                           .end_date = PK_DATE_NONE},
                                             .promotion_start_date = PK_DATE_NONE,
                                             .promotion_end_date = PK_DATE_NONE};
    bench->input.terms.is_known = true;
    bench->input.terms.lead_time_days = 7;
}

static struct pk_reorder decide(const struct bench *bench)
{
    struct pk_projection *projection = malloc(sizeof *projection);
    struct pk_reorder reorder;
    assert_non_null(projection);
    pk_reorder_decide(&bench->input, projection, &reorder);
    free(projection);
    assert_true(reorder.order_units >= 0);
    return reorder;
}

static void test_an_item_sold_once_is_stocked_by_one_at_most(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 1.0 / 365); /* one sale in a year, its level hardly known */
    bench.demand.level_relative_variance = 1;
    const struct pk_reorder reorder = decide(&bench);
    assert_in_range(reorder.order_units, 0, 1);
    assert_true(pk_reasons_has(&reorder.reasons, PK_REASON_DEMAND_TOO_RARE));
}

static void test_a_pack_larger_than_the_minimum_order_is_the_minimum(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 1);
    bench.input.terms.min_order_units = 5;
    bench.input.terms.pack_size_units = 48;
    bench.input.rounding = PK_ROUNDING_UP;
    assert_int_equal(decide(&bench).order_units, 48);
    bench.input.rounding = PK_ROUNDING_DOWN;
    assert_int_equal(decide(&bench).order_units, 0);
    bench.input.rounding = PK_ROUNDING_BY_COST;
    assert_int_equal(decide(&bench).order_units % 48, 0);
}

static void test_a_price_below_cost_buys_nothing_even_at_a_given_ratio(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 10);
    bench.input.economics.price_micros = 3 * MICRO;
    bench.input.terms.critical_ratio = 0.99;
    struct pk_reorder reorder = decide(&bench);
    assert_int_equal(reorder.order_units, 0);
    assert_int_equal(reorder.reasons.reasons[0], PK_REASON_MARGIN_NOT_POSITIVE);
    bench.input.economics.price_micros = 4 * MICRO; /* a margin of exactly nothing */
    assert_int_equal(decide(&bench).order_units, 0);
}

static void test_equal_lines_of_an_order_count_each_and_as_one(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 10);
    const struct pk_inbound twice[] = {{NEXT + 3, 50, 1}, {NEXT + 3, 50, 1}};
    const struct pk_inbound once[] = {{NEXT + 3, 100, 1}};
    bench.input.inbound = twice;
    bench.input.inbound_count = 2;
    const struct pk_reorder two = decide(&bench);
    bench.input.inbound = once;
    bench.input.inbound_count = 1;
    const struct pk_reorder one = decide(&bench);
    assert_int_equal(two.order_units, one.order_units);
    assert_true(fabs(two.position_units - 100) < 1e-9);
}

static void test_a_promotion_inside_the_lead_time_is_lost_but_named(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 10);
    const struct pk_reorder plain = decide(&bench);
    for (size_t b = 2; b < 5; b++) /* over before the order arrives */
        bench.mean[b] = 60;
    bench.input.promotion_start_date = NEXT + 2;
    bench.input.promotion_end_date = NEXT + 4;
    const struct pk_reorder promoted = decide(&bench);
    assert_true(pk_reasons_has(&promoted.reasons, PK_REASON_PROMOTION_AHEAD));
    assert_int_equal(promoted.order_units,
                     plain.order_units); /* its demand cannot be met any more */
    assert_true(promoted.expected_lost_units > plain.expected_lost_units + 100);
    bench.input.stock.on_hand_units = 250; /* but it takes the stock that would have lasted */
    const struct pk_reorder stocked = decide(&bench);
    for (size_t b = 2; b < 5; b++)
        bench.mean[b] = 10;
    assert_true(stocked.order_units > decide(&bench).order_units);
}

static void test_a_lead_time_over_a_leap_day_counts_it(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 10);
    bench.demand.first_date = pk_date_from_civil((struct pk_civil){2028, 2, 27});
    const struct pk_reorder reorder = decide(&bench);
    assert_int_equal(reorder.arrival_date, pk_date_from_civil((struct pk_civil){2028, 3, 5}));
    assert_int_equal(reorder.next_arrival_date, pk_date_from_civil((struct pk_civil){2028, 3, 12}));
    bench.input.terms.lead_time_days = 2;
    assert_int_equal(decide(&bench).arrival_date,
                     pk_date_from_civil((struct pk_civil){2028, 2, 29}));
}

static void test_an_item_that_ends_on_the_day_of_arrival_gets_one_day(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 10);
    bench.input.economics.end_date = NEXT + 7;
    const struct pk_reorder last_day = decide(&bench);
    assert_in_range(last_day.need_units, 1, 25);
    bench.input.economics.end_date = NEXT + 6;
    const struct pk_reorder too_late = decide(&bench);
    assert_int_equal(too_late.order_units, 0);
    assert_int_equal(too_late.reasons.reasons[0], PK_REASON_END_OF_LIFE);
}

static void test_a_promise_of_long_ago_is_cover_from_the_next_day(void **state)
{
    (void)state;
    struct bench bench;
    set_up(&bench, 10);
    const struct pk_inbound old[] = {{NEXT - 300, 500, 1}}, next[] = {{NEXT, 500, 1}};
    bench.input.inbound = old;
    bench.input.inbound_count = 1;
    const struct pk_reorder late = decide(&bench);
    bench.input.inbound = next;
    assert_int_equal(late.order_units, decide(&bench).order_units);
    assert_true(pk_reasons_has(&late.reasons, PK_REASON_LATE_INBOUND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_item_sold_once_is_stocked_by_one_at_most),
        cmocka_unit_test(test_a_pack_larger_than_the_minimum_order_is_the_minimum),
        cmocka_unit_test(test_a_price_below_cost_buys_nothing_even_at_a_given_ratio),
        cmocka_unit_test(test_equal_lines_of_an_order_count_each_and_as_one),
        cmocka_unit_test(test_a_promotion_inside_the_lead_time_is_lost_but_named),
        cmocka_unit_test(test_a_lead_time_over_a_leap_day_counts_it),
        cmocka_unit_test(test_an_item_that_ends_on_the_day_of_arrival_gets_one_day),
        cmocka_unit_test(test_a_promise_of_long_ago_is_cover_from_the_next_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "models/decision/clearance/bundle.h"
#include "models/decision/item/active_rate.h"
#include "tests/support/close.h"

static struct pk_window window;
static int64_t stock;
static struct pk_nudge_input input;

/* One warehouse with plenty of stock, Poisson demand; price 100, cost 50, 10 % selling costs. */
static void begin(double mean)
{
    window = (struct pk_window){.mean_units = mean, .variance = mean};
    stock = 1000;
    input = (struct pk_nudge_input){.windows = &window,
                                    .stock_units = &stock,
                                    .window_count = 1,
                                    .price = 100,
                                    .cost = 50,
                                    .kept_ratio = 0.9,
                                    .elasticity = -2,
                                    .discount_maximum = 0.6};
}

static struct pk_nudge try(enum pk_nudge_kind kind)
{
    struct pk_nudge nudge;
    pk_nudge_try(&input, kind, &nudge);
    return nudge;
}

static void test_about_one_unit_a_month_makes_two_items_of_three_active(void **state)
{
    (void)state;
    double probability, units;
    begin(1.05);
    pk_nudge_base(&input, &probability, &units);
    assert_close(probability, 1 - exp(-1.05), 1e-9); /* 0.65 */
    assert_close(units, 1.05, 1e-9);
    window.variance = 1.05 + 1.05 * 1.05 / 2; /* r = 2: P0 = (2 / 3.05)^2 */
    pk_nudge_base(&input, &probability, &units);
    assert_close(probability, 1 - pow(2 / 3.05, 2), 1e-9);
}

static void test_the_rate_is_the_mean_with_the_band_of_independent_items(void **state)
{
    (void)state;
    struct pk_active_sum sum = {0};
    assert_close(pk_active_ratio(&sum, 0), 0, 0);
    pk_active_add(&sum, 1);
    pk_active_add(&sum, 0.5);
    pk_active_add(&sum, 0.5);
    pk_active_add(&sum, 0);
    assert_close(pk_active_ratio(&sum, 0), 0.5, 1e-12);
    assert_close(pk_active_ratio(&sum, 1), 0.5 + sqrt(0.5) / 4, 1e-12);
    assert_close(pk_active_ratio(&sum, -10), 0, 0);
}

static void test_a_coupon_gains_by_elasticity_and_costs_the_margin_it_gives_away(void **state)
{
    (void)state;
    begin(1);
    struct pk_nudge nudge = try(PK_NUDGE_COUPON_20);
    const double mean = pow(0.8, -2); /* 1.5625 */
    assert_close(nudge.gain, exp(-1) - exp(-mean), 1e-9);
    assert_close(nudge.extra_units, mean - 1, 1e-9);
    /* before (90 - 50) x 1, after (72 - 50) x 1.5625 */
    assert_close(nudge.cost, 40 - 22 * mean, 1e-9);
    input.elasticity = -3;
    assert_close(try(PK_NUDGE_COUPON_20).extra_units, pow(0.8, -3) - 1, 1e-9);
}

static void test_a_coupon_deeper_than_the_role_allows_is_no_nudge(void **state)
{
    (void)state;
    begin(1);
    input.discount_maximum = 0.1;
    assert_true(try(PK_NUDGE_COUPON_10).gain > 0);
    assert_close(try(PK_NUDGE_COUPON_20).gain, 0, 0);
}

static void test_traffic_costs_its_share_of_the_price(void **state)
{
    (void)state;
    begin(0.5);
    struct pk_nudge nudge = try(PK_NUDGE_TRAFFIC);
    assert_close(nudge.gain, exp(-0.5) - exp(-1), 1e-9);
    assert_close(nudge.cost, 40 * 0.5 - (40 - 20) * 1, 1e-9);
}

static void test_no_stock_gains_nothing(void **state)
{
    (void)state;
    begin(1);
    input.window_count = 0;
    struct pk_nudge nudge;
    pk_nudge_best(&input, &nudge);
    assert_int_equal(nudge.kind, PK_NUDGE_NONE);
    assert_close(nudge.probability, 0, 0);
}

static void test_what_pays_for_itself_comes_first_then_gain_per_cost(void **state)
{
    (void)state;
    struct pk_nudge pays = {.gain = 0.05, .cost = -1}, pays_more = {.gain = 0.1, .cost = 0};
    struct pk_nudge cheap = {.gain = 0.2, .cost = 1}, dear = {.gain = 0.3, .cost = 3};
    assert_true(pk_nudge_compare(&pays_more, &pays) < 0);
    assert_true(pk_nudge_compare(&pays, &cheap) < 0);
    assert_true(pk_nudge_compare(&cheap, &dear) < 0);
    assert_int_equal(pk_nudge_compare(&dear, &dear), 0);
    begin(1);
    struct pk_nudge best;
    pk_nudge_best(&input, &best);
    /* at this margin traffic pays for itself, coupons do not by as much gain */
    assert_int_equal(best.kind, PK_NUDGE_TRAFFIC);
    begin(20); /* sells anyway */
    pk_nudge_best(&input, &best);
    assert_int_equal(best.kind, PK_NUDGE_NONE);
}

static void test_a_bundle_keeps_the_floor_of_the_pair(void **state)
{
    (void)state;
    const struct pk_bundle_part item = {40, 20, 0}, partner = {60, 30, 0};
    struct pk_bundle_input wanted = {.item = item,
                                     .partner = partner,
                                     .margin_floor = 0.35,
                                     .attach_ratio = 0.03,
                                     .partner_units = 300,
                                     .left_units = 50};
    struct pk_bundle bundle;
    pk_bundle_price(&wanted, &bundle);
    /* 60 + 40 / 2 = 80 > 50 / 0.65 = 76.9 */
    assert_true(bundle.is_possible);
    assert_close(bundle.price, 80, 1e-12);
    assert_close(bundle.margin_ratio, 0.375, 1e-12);
    assert_close(bundle.discount_ratio, 0.2, 1e-12);
    assert_close(bundle.expected_units, 9, 1e-12);
    assert_close(bundle.expected_margin, 9 * (80 - 60), 1e-9);
    wanted.attach_ratio = 0.06; /* in proportion to the assumption, until nothing is left */
    pk_bundle_price(&wanted, &bundle);
    assert_close(bundle.expected_units, 18, 1e-12);
    wanted.attach_ratio = 1;
    pk_bundle_price(&wanted, &bundle);
    assert_close(bundle.expected_units, 50, 1e-12);
    wanted.partner.cost = 40; /* 60 / 0.65 = 92.3: the floor sets the price */
    pk_bundle_price(&wanted, &bundle);
    assert_close(bundle.price, 60 / 0.65, 1e-9);
    assert_close(bundle.margin_ratio, 0.35, 1e-12);
    wanted.partner.cost = 50; /* 70 / 0.65 > 100: no price below both together */
    pk_bundle_price(&wanted, &bundle);
    assert_false(bundle.is_possible);
    assert_close(bundle.expected_units, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_about_one_unit_a_month_makes_two_items_of_three_active),
        cmocka_unit_test(test_the_rate_is_the_mean_with_the_band_of_independent_items),
        cmocka_unit_test(test_a_coupon_gains_by_elasticity_and_costs_the_margin_it_gives_away),
        cmocka_unit_test(test_a_coupon_deeper_than_the_role_allows_is_no_nudge),
        cmocka_unit_test(test_traffic_costs_its_share_of_the_price),
        cmocka_unit_test(test_no_stock_gains_nothing),
        cmocka_unit_test(test_what_pays_for_itself_comes_first_then_gain_per_cost),
        cmocka_unit_test(test_a_bundle_keeps_the_floor_of_the_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

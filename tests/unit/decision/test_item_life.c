#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "models/base/date.h"
#include "models/decision/item/item_life.h"
#include "models/decision/item/item_role.h"
#include "tests/support/close.h"

#define NEXT 20780

static struct pk_launch_curve flat;
static struct pk_item_life_input input;
static struct pk_item_life life;

/* An old item of 28 tested days, Poisson mean 20, 10 of them on days without a promotion. */
static void begin(double sold, double plain_sold)
{
    for (size_t w = 0; w < PK_LAUNCH_WEEK_COUNT; w++)
        flat.share[w] = 1;
    input = (struct pk_item_life_input){
        .next_date = NEXT,
        .launch_date = NEXT - 500,
        .last_sale_date = NEXT - 1,
        .end_date = PK_DATE_NONE,
        .first_stock_date = NEXT - 500,
        .all_days = {sold, 28, {.mean_units = 20, .variance = 20}},
        .plain_days = {plain_sold, 28, {.mean_units = 10, .variance = 10}},
        .common_ratio = 1,
        .star_probability = 0.002,
        .sell_probability = 1,
        .season_units = 120,
        .curve = &flat,
        .dispersion = INFINITY};
}

static const struct pk_item_life *judge(void)
{
    pk_item_life_judge(&input, &life);
    return &life;
}

static void test_twice_the_forecast_rises(void **state)
{
    (void)state;
    begin(41, 21);
    assert_int_equal(judge()->stage, PK_STAGE_RISING);
    assert_close(life.growth_ratio, 2.0, 1e-12); /* (41 + 1) / (20 + 1) */
    assert_true(life.z > 4 && life.z < 4.5);     /* P(Poisson(20) >= 41) = 2.3e-5 */
    assert_close(life.rising_units, 21, 1e-12);
    assert_true(life.probability < 0.002 && life.star_chance < 0.002 && life.star_chance > 0);
}

static void test_what_a_promotion_alone_sold_is_no_star(void **state)
{
    (void)state;
    begin(41, 10); /* 31 of 10 on the promotion's days, nothing more on the others */
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    begin(41, 0);
    input.plain_days.forecast.mean_units = 0; /* no day without one: nobody can tell */
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
}

static void test_what_the_whole_category_does_is_no_star(void **state)
{
    (void)state;
    begin(41, 21);
    input.common_ratio = 1.9;
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    assert_close(life.growth_ratio, 42.0 / 39.0, 1e-12);
}

static void test_a_restless_shop_widens_the_forecast(void **state)
{
    (void)state;
    begin(36, 18);
    assert_int_equal(judge()->stage, PK_STAGE_RISING);
    input.spread = 2;
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
}

static void test_a_third_of_the_forecast_declines_and_few_days_tell_nothing(void **state)
{
    (void)state;
    begin(6, 3);
    assert_int_equal(judge()->stage, PK_STAGE_DECLINING);
    assert_true(life.z < -3);
    input.all_days.days = PK_LIFE_TEST_DAYS_MIN - 1;
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    assert_close(life.growth_ratio, 0, 0);
}

static void test_dying_dead_ended_and_not_launched(void **state)
{
    (void)state;
    begin(0, 0);
    input.all_days.forecast = (struct pk_window){.mean_units = 0.4, .variance = 0.4};
    input.sell_probability = 0.3;
    input.season_units = 3;
    assert_int_equal(judge()->stage, PK_STAGE_DYING);
    input.season_units = 30; /* out of season, it comes back */
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    input.last_sale_date = NEXT - 91;
    assert_int_equal(judge()->stage, PK_STAGE_DEAD);
    assert_int_equal(life.days_without_sale, 91);
    input.last_sale_date = NEXT - 90;
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    input.last_sale_date = NEXT - 200;
    input.is_out_of_stock_long = true; /* could not sell */
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    input.end_date = NEXT - 1;
    assert_int_equal(judge()->stage, PK_STAGE_ENDED);
    input.end_date = PK_DATE_NONE;
    input.launch_date = NEXT;
    assert_int_equal(judge()->stage, PK_STAGE_NOT_LAUNCHED);
}

static void test_nothing_known_is_steady_without_evidence(void **state)
{
    (void)state;
    begin(0, 0);
    input.all_days = input.plain_days = (struct pk_life_test){0};
    input.last_sale_date = input.first_stock_date = PK_DATE_NONE;
    assert_int_equal(judge()->stage, PK_STAGE_STEADY);
    assert_close(life.probability, 1, 0);
    assert_int_equal(life.days_without_sale, -1);
}

/* Four weeks of 10 then `recent` a week, of a flat curve. */
static struct pk_launch launch_of(double recent)
{
    struct pk_launch_weeks weeks = {.sold = {10, 10, recent, recent}, .expected = {7, 7, 7, 7}};
    struct pk_launch launch;
    begin(0, 0);
    pk_launch_judge(&flat, &weeks, 28, INFINITY, &launch);
    return launch;
}

static void test_a_start_is_judged_by_its_own_first_weeks(void **state)
{
    (void)state;
    struct pk_launch launch = launch_of(10);
    assert_int_equal(launch.position, PK_LAUNCH_ON_CURVE);
    assert_close(launch.growth_ratio, 21.0 / 21.5, 1e-12); /* (20 + 1) / (20.5 + 1) */
    assert_close(launch.level_ratio, 40.0 / 28.0, 1e-12);
    assert_int_equal(launch_of(20).position, PK_LAUNCH_AHEAD);
    assert_int_equal(launch_of(2).position, PK_LAUNCH_BEHIND);
    input.launch_date = NEXT - 10;
    assert_int_equal(judge()->stage, PK_STAGE_NEW);
    assert_int_equal(life.launch.position, PK_LAUNCH_EARLY);
    assert_close(life.probability, 1, 0);
    input.launch_date = NEXT - PK_NEW_ITEM_DAYS - 1;
    assert_int_equal(judge()->stage, PK_STAGE_DECLINING);
}

static void test_a_curve_leans_on_all_launches_and_they_on_one(void **state)
{
    (void)state;
    struct pk_launch_weeks own = {.sold = {50}, .expected = {100}};
    struct pk_launch_weeks all = {.sold = {300}, .expected = {700}};
    struct pk_launch_curve curve;
    pk_launch_weeks_add(&all, &(struct pk_launch_weeks){.sold = {0}, .expected = {0}});
    pk_launch_curve_make(&own, &all, &curve);
    /* all: (300 + 100) / (700 + 100) = 1/2; own: (50 + 100 / 2) / (100 + 100) = 1/2 */
    assert_close(curve.share[0], 0.5, 1e-12);
    assert_close(curve.share[1], 1, 1e-12);
}

static void test_the_typical_item_sets_the_common_ratio(void **state)
{
    (void)state;
    struct pk_common_item items[] = {{4, 10}, {1, 10}, {1.2, 10}, {0.9, 10}, {1, 10}};
    /* median 1 of weight 50, whatever the star does */
    assert_close(pk_common_ratio(items, 5, 1), 1, 1e-12);
    assert_close(pk_common_ratio(items, 5, 2), exp(60 * log(2) / 110), 1e-12);
    assert_close(pk_common_ratio(items, 0, 1.3), 1.3, 0);
    struct pk_common_item one = {100, 1e6};
    assert_close(pk_common_ratio(&one, 1, 1), 2, 0);
    struct pk_life_test test = {.sold_units = 29.5, .forecast = {.mean_units = 19.5}};
    assert_close(pk_common_item_of(&test).ratio, 1.5, 1e-12);
    assert_close(pk_common_item_of(&test).weight, 19.5 / (1 + 19.5 / 20), 1e-12);
}

static void test_spread_is_that_of_the_middle(void **state)
{
    (void)state;
    double z[41];
    for (int i = 0; i < 41; i++)
        z[i] = i == 40 ? 50 : (i - 20) * 0.15;
    /* median 0 of -3 .. 2.85 and 50; middle distance 1.5 */
    assert_close(pk_life_spread(z, 41), 1.4826 * 1.5, 1e-9);
    assert_close(pk_life_spread(z, PK_SPREAD_COUNT_MIN - 1), 1, 0);
    double same[30] = {0};
    assert_close(pk_life_spread(same, 30), 1, 0);
}

static void test_more_items_ask_for_more_evidence(void **state)
{
    (void)state;
    assert_close(pk_star_probability(0), PK_STAR_PROBABILITY_MAX, 0);
    assert_close(pk_star_probability(50), PK_STAR_PROBABILITY_MAX, 0);
    assert_close(pk_star_probability(10000), 5e-5, 1e-18);
}

static void test_roles_follow_speed_margin_and_price(void **state)
{
    (void)state;
    struct pk_role_evidence e = {0.9, 0.5, 0.2, 0.4};
    assert_int_equal(pk_role_proposed(&e), PK_ROLE_TRAFFIC);
    e.margin_ratio = 0.5;
    assert_int_equal(pk_role_proposed(&e), PK_ROLE_PROFIT);
    e = (struct pk_role_evidence){0.3, 0.95, 0.5, 0.4};
    assert_int_equal(pk_role_proposed(&e), PK_ROLE_IMAGE);
    e.price_place = 0.5;
    assert_int_equal(pk_role_proposed(&e), PK_ROLE_REGULAR);
    e = (struct pk_role_evidence){0.9, 0.5, NAN, 0.4};
    assert_int_equal(pk_role_proposed(&e), PK_ROLE_REGULAR);
}

static void test_a_role_limits_discounts_until_the_item_is_dead(void **state)
{
    (void)state;
    assert_close(pk_role_discount_maximum(PK_ROLE_IMAGE, false), 0.3, 0);
    assert_close(pk_role_discount_maximum(PK_ROLE_TRAFFIC, false), 0.3, 0);
    assert_close(pk_role_discount_maximum(PK_ROLE_PROFIT, false), 0.6, 0);
    assert_close(pk_role_discount_maximum(PK_ROLE_IMAGE, true), 0.6, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twice_the_forecast_rises),
        cmocka_unit_test(test_what_a_promotion_alone_sold_is_no_star),
        cmocka_unit_test(test_what_the_whole_category_does_is_no_star),
        cmocka_unit_test(test_a_restless_shop_widens_the_forecast),
        cmocka_unit_test(test_a_third_of_the_forecast_declines_and_few_days_tell_nothing),
        cmocka_unit_test(test_dying_dead_ended_and_not_launched),
        cmocka_unit_test(test_nothing_known_is_steady_without_evidence),
        cmocka_unit_test(test_a_start_is_judged_by_its_own_first_weeks),
        cmocka_unit_test(test_a_curve_leans_on_all_launches_and_they_on_one),
        cmocka_unit_test(test_the_typical_item_sets_the_common_ratio),
        cmocka_unit_test(test_spread_is_that_of_the_middle),
        cmocka_unit_test(test_more_items_ask_for_more_evidence),
        cmocka_unit_test(test_roles_follow_speed_margin_and_price),
        cmocka_unit_test(test_a_role_limits_discounts_until_the_item_is_dead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/clearance/margin_floor.h"
#include "tests/support/close.h"

/* Leave the price: margin 50 % of 100; a small discount: 30 % of 160; a deep one: 5 % of 300. */
static const struct pk_margin_options line = {
    .count = 3,
    .options = {{.score = 40.0F, .value = 40.0F, .revenue = 100.0F, .margin = 50.0F},
                {.score = 60.0F, .value = 60.0F, .revenue = 160.0F, .margin = 48.0F},
                {.score = 90.0F, .value = 90.0F, .revenue = 300.0F, .margin = 15.0F}}};
static const struct pk_margin_options *const lines[] = {&line, &line};

static void test_a_rich_category_carries_its_clearance(void **state)
{
    (void)state;
    const struct pk_margin_blend rest = {.revenue = 2000.0, .cost = 1000.0};
    const struct pk_margin_floor floor = pk_margin_floor_find(lines, 2, &rest, 0.35);
    assert_true(floor.is_reachable);
    assert_close(floor.multiplier, 0.0, 0.0);
    assert_close(pk_margin_blend_ratio(&floor.before), 0.5, 1e-6);
    assert_close(pk_margin_blend_ratio(&floor.after), 1030.0 / 2600.0, 1e-6);
    assert_close(floor.value_given_up, 0.0, 0.0);
    assert_int_equal(pk_margin_choose(&line, 0.35, floor.multiplier), 2);
}

static void test_a_binding_floor_takes_smaller_discounts_and_says_what_it_costs(void **state)
{
    (void)state;
    const struct pk_margin_blend rest = {.revenue = 200.0, .cost = 110.0};
    const struct pk_margin_floor floor = pk_margin_floor_find(lines, 2, &rest, 0.35);
    assert_true(floor.is_reachable);
    assert_true(floor.multiplier > 0.0);
    assert_true(pk_margin_blend_ratio(&floor.after) >= 0.35);
    assert_int_equal(pk_margin_choose(&line, 0.35, floor.multiplier), 1);
    assert_close(floor.value_given_up, 60.0, 1e-4);
}

static void test_a_floor_out_of_reach_binds_nothing(void **state)
{
    (void)state;
    const struct pk_margin_blend rest = {.revenue = 2000.0, .cost = 1900.0};
    const struct pk_margin_floor floor = pk_margin_floor_find(lines, 2, &rest, 0.35);
    assert_false(floor.is_reachable);
    assert_close(floor.multiplier, 0.0, 0.0);
    assert_true(pk_margin_blend_ratio(&floor.before) < 0.35);
}

static void test_a_target_gives_way_to_the_floor(void **state)
{
    (void)state;
    struct pk_margin_options forced = line; /* all but the deep discount miss the target */
    forced.options[0].score -= 2000.0F;
    forced.options[1].score -= 1500.0F;
    const struct pk_margin_options *const one[] = {&forced};
    const struct pk_margin_blend rest = {.revenue = 200.0, .cost = 110.0};
    const struct pk_margin_floor floor = pk_margin_floor_find(one, 1, &rest, 0.35);
    assert_true(floor.is_reachable);
    assert_true(pk_margin_blend_ratio(&floor.after) >= 0.35);
}

static void test_nothing_sold_is_above_every_floor(void **state)
{
    (void)state;
    const struct pk_margin_blend rest = {0};
    const struct pk_margin_floor floor = pk_margin_floor_find(NULL, 0, &rest, 0.35);
    assert_true(floor.is_reachable);
    assert_true(isnan(pk_margin_blend_ratio(&floor.after)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rich_category_carries_its_clearance),
        cmocka_unit_test(test_a_binding_floor_takes_smaller_discounts_and_says_what_it_costs),
        cmocka_unit_test(test_a_floor_out_of_reach_binds_nothing),
        cmocka_unit_test(test_a_target_gives_way_to_the_floor),
        cmocka_unit_test(test_nothing_sold_is_above_every_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

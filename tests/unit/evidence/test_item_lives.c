/* Where items stand in their lives, on shops whose truth is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/item_lives.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF  VIEW_CASE_AS_OF
#define NEXT   VIEW_CASE_NEXT
#define DAYS   400
#define STEADY 20 /* steady items, so that the others do not make the norm */
#define TESTED (DAYS - PK_LIFE_TEST_DAYS) /* first day of the history on which growth is tested */

enum { RISES = STEADY, DECLINES, DEAD, NEW, AHEAD, ENDED, DIES, ITEM_COUNT = DIES + 6 };

/* The shop as of today, and as it was when the days of the test were still ahead. */
static struct view_case now, before;

/* 4, 6, 5, 4, 6, 5 ... around a mean of 5: less noise than Poisson has. */
static double around(double mean, int32_t day)
{
    return mean * (1 + 0.2 * ((day % 3) == 0 ? -1 : (day % 3) == 1 ? 1 : 0));
}

static double units_of(size_t item, size_t warehouse, int32_t day)
{
    (void)warehouse;
    if (item >= DIES) /* one unit in 80 days */
        return day % 80 == 10 * (int32_t)(item - DIES + 1);
    switch (item) {
    case RISES:
        return around(day < TESTED ? 5 : 15, day);
    case DECLINES:
        return day < TESTED ? around(8, day) : day % 7 == 0;
    case DEAD:
        return day < DAYS - 120 ? around(5, day) : 0;
    case NEW: /* first sold 40 days ago */
        return day < DAYS - 40 ? 0 : around(5, day);
    case AHEAD:
        return 0;
    default:
        return around(5, day);
    }
}

static void begin(struct view_case *c, size_t warehouse_count)
{
    view_case_begin(c, ITEM_COUNT, warehouse_count, DAYS);
    view_case_sell(c, units_of);
    c->items[AHEAD].launch_date = NEXT + 5;
    c->items[ENDED].end_date = AS_OF - 3;
    for (size_t i = DIES; i < ITEM_COUNT; i++)
        c->items[i].category = 3; /* of slow items: their levels lean on each other */
}

static void begin_both(size_t warehouse_count)
{
    begin(&now, warehouse_count);
    begin(&before, warehouse_count);
}

/* Fits both, `before` without the days of the test, and judges. */
static struct pk_item_lives judge(void)
{
    struct pk_item_lives lives = {0};
    struct pk_error error;
    before.data.shop.as_of_date = pk_item_lives_before_date(&now.data.shop);
    for (size_t s = 0; s < before.data.shop.series_count; s++)
        for (int32_t date = before.data.shop.as_of_date + 1; date <= AS_OF; date++)
            view_case_bucket(&before, s, date)->demand_units = 0;
    const struct pk_view *view = view_case_fit(&now);
    assert_int_equal(pk_item_lives_make(view, view_case_fit(&before), &lives, &error), PK_OK);
    assert_int_equal(lives.item_count, now.data.shop.item_count);
    return lives;
}

static void end(struct pk_item_lives *lives)
{
    pk_item_lives_done(lives);
    assert_null(lives->lives);
    view_case_end(&now);
    view_case_end(&before);
}

static void assert_stages_of_the_shop(const struct pk_item_lives *lives)
{
    const enum pk_item_stage expected[DIES - STEADY] = {PK_STAGE_RISING,       PK_STAGE_DECLINING,
                                                        PK_STAGE_DEAD,         PK_STAGE_NEW,
                                                        PK_STAGE_NOT_LAUNCHED, PK_STAGE_ENDED};
    for (size_t i = 0; i < STEADY; i++)
        assert_int_equal(lives->lives[i].stage, PK_STAGE_STEADY);
    for (size_t i = STEADY; i < ITEM_COUNT; i++)
        assert_int_equal(lives->lives[i].stage, i < DIES ? expected[i - STEADY] : PK_STAGE_DYING);
}

static void test_every_item_is_found_where_it_truly_stands(void **state)
{
    (void)state;
    begin_both(1);
    struct pk_item_lives lives = judge();
    assert_stages_of_the_shop(&lives);
    /* 28 days of 15 where 28 of 5 were foreseen: (420 + 1) / (140 + 1), and 280 more. */
    assert_close(lives.lives[RISES].growth_ratio, 3, 0.1);
    assert_close(lives.lives[RISES].rising_units, 280, 10);
    assert_true(lives.lives[RISES].z > 5);
    assert_close(lives.lives[0].growth_ratio, 1, 0.03);
    /* 4 where 28 of 8 were foreseen: 5 / 225. */
    assert_close(lives.lives[DECLINES].growth_ratio, 5.0 / 225, 0.01);
    assert_close(lives.lives[DECLINES].rising_units, 0, 0);
    assert_int_equal(lives.lives[DEAD].days_without_sale, 121);
    assert_int_equal(lives.lives[DIES].days_without_sale, 70);
    assert_int_equal(lives.lives[AHEAD].days_without_sale, -1);
    end(&lives);
}

static void test_an_item_is_judged_over_all_its_warehouses(void **state)
{
    (void)state;
    begin_both(2);
    /* The star loses in one warehouse what it gains in the other. */
    for (int32_t date = AS_OF - 27; date <= AS_OF; date++) {
        view_case_bucket(&now, 2 * RISES, date)->demand_units = 10;
        view_case_bucket(&now, 2 * RISES + 1, date)->demand_units = 0;
    }
    struct pk_item_lives lives = judge();
    assert_int_equal(lives.lives[RISES].stage, PK_STAGE_STEADY);
    assert_close(lives.lives[RISES].growth_ratio, 1, 0.03);
    assert_int_equal(lives.lives[DECLINES].stage, PK_STAGE_DECLINING);
    assert_int_equal(lives.lives[DEAD].stage, PK_STAGE_DEAD);
    end(&lives);
}

static void test_an_item_that_sells_in_one_warehouse_or_another_is_not_dying(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    /* In 30 days the fifth slow item sells with a probability of about 0.23 in each warehouse:
     * 1 - 0.77 ^ 3 = 0.54 in any of three. Of the first one it is 0.16 and 1 - 0.84 ^ 3 = 0.41. */
    begin(&now, 3);
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.lives[DIES + 4].stage, PK_STAGE_STEADY);
    assert_int_equal(lives.lives[DIES].stage, PK_STAGE_DYING);
    end(&lives);
}

static void test_the_number_of_items_tested_sets_the_bar_for_each(void **state)
{
    (void)state;
    begin_both(1);
    struct pk_item_lives lives = judge();
    /* All but the item that is not launched had a forecast; 0.5 / 31 is above the most, 0.005. */
    assert_int_equal(lives.tested_count, ITEM_COUNT - 1);
    assert_close(lives.star_probability, 0.005, 0);
    double chance = 0;
    for (size_t i = 0; i < ITEM_COUNT; i++)
        chance += lives.lives[i].star_chance;
    assert_close(lives.chance_star_count, chance, 1e-12);
    assert_true(chance <= 0.5);
    assert_close(lives.spread, 1, 0); /* fewer than 30 items tell nothing of it */
    end(&lives);
}

static void test_without_a_view_of_before_nothing_rises_or_declines(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    begin(&now, 1);
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.tested_count, 0);
    assert_int_equal(lives.lives[RISES].stage, PK_STAGE_STEADY);
    assert_int_equal(lives.lives[DECLINES].stage, PK_STAGE_STEADY);
    assert_close(lives.lives[RISES].growth_ratio, 0, 0); /* not known */
    assert_int_equal(lives.lives[DEAD].stage, PK_STAGE_DEAD);
    assert_int_equal(lives.lives[NEW].stage, PK_STAGE_NEW);
    end(&lives);
}

static void test_an_item_that_before_did_not_know_is_not_tested(void **state)
{
    (void)state;
    begin_both(1);
    before.items[RISES].item_id = "c0x"; /* keeps its place among the ids */
    struct pk_item_lives lives = judge();
    assert_int_equal(lives.lives[RISES].stage, PK_STAGE_STEADY);
    assert_int_equal(lives.lives[DECLINES].stage, PK_STAGE_DECLINING);
    end(&lives);
}

/* --- what explains growth away --- */

static void test_a_category_that_grows_as_a_whole_makes_no_star(void **state)
{
    (void)state;
    begin_both(1);
    for (size_t i = 0; i < STEADY; i++) {
        now.items[i].category = before.items[i].category = 1;
        for (int32_t date = AS_OF - 27; date <= AS_OF; date++)
            view_case_bucket(&now, i, date)->demand_units *= 1.8F;
    }
    struct pk_item_lives lives = judge();
    for (size_t i = 0; i < STEADY; i++) {
        assert_int_equal(lives.lives[i].stage, PK_STAGE_STEADY);
        assert_close(lives.lives[i].growth_ratio, 1, 0.3);
    }
    end(&lives);
}

/* 32 items that sell 5 a day, and units[i % 4] a day in the days of the test; with `is_alone`
 * item 3 alone does. */
static struct pk_item_lives judge_scattered(const float units[4], bool is_alone)
{
    begin_both(1);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        for (int32_t day = 0; day < DAYS; day++) {
            const bool is_changed = day >= TESTED && (i == 3 || !is_alone);
            view_case_bucket(&now, i, now.first_date + day)->demand_units =
                is_changed ? units[i % 4] : (float)around(5, day);
            view_case_bucket(&before, i, now.first_date + day)->demand_units =
                (float)around(5, day);
        }
        now.items[i].launch_date = now.items[i].end_date = PK_DATE_NONE;
        before.items[i] = now.items[i];
    }
    return judge();
}

static void test_items_that_scatter_raise_the_bar_of_their_shop(void **state)
{
    (void)state;
    /* 28 of 7.75 are 217 where 140 with a standard deviation of about 12 were foreseen. */
    const float units[] = {3, 5, 5, 7.75F};
    struct pk_item_lives lives = judge_scattered(units, true);
    assert_close(lives.spread, 1, 0);
    assert_int_equal(lives.lives[3].stage, PK_STAGE_RISING);
    end(&lives);
    /* Half of the items are off by 56 or 77 units: more than the three standard deviations that a
     * spread may have at most. */
    lives = judge_scattered(units, false);
    assert_close(lives.spread, 3, 0);
    assert_close(lives.lives[3].growth_ratio, 218.0 / 141, 0.03);
    for (size_t i = 0; i < ITEM_COUNT; i++)
        assert_int_equal(lives.lives[i].stage, PK_STAGE_STEADY);
    end(&lives);
}

static void test_a_promotion_alone_makes_no_star(void **state)
{
    (void)state;
    /* The star sells its 15 a day on the 20 days of a promotion and 5 on the 8 others. */
    begin_both(1);
    view_case_promotion(&now, "deal", AS_OF - 19, AS_OF)->item = RISES;
    for (int32_t date = AS_OF - 27; date < AS_OF - 19; date++)
        view_case_bucket(&now, RISES, date)->demand_units = 5;
    struct pk_item_lives lives = judge();
    assert_true(lives.lives[RISES].growth_ratio > PK_STAR_GROWTH_MIN);
    assert_int_equal(lives.lives[RISES].stage, PK_STAGE_STEADY);
    end(&lives);
}

static void test_a_star_of_its_days_without_a_promotion_is_one(void **state)
{
    (void)state;
    /* 15 a day on the 20 days of a promotion and on the 8 others: 120 where 40 were foreseen. */
    begin_both(1);
    view_case_promotion(&now, "deal", AS_OF - 19, AS_OF)->item = RISES;
    struct pk_item_lives lives = judge();
    assert_int_equal(lives.lives[RISES].stage, PK_STAGE_RISING);
    end(&lives);
}

static void test_days_out_of_stock_do_not_make_an_item_decline(void **state)
{
    (void)state;
    begin_both(1);
    /* 14 days in stock at 8 a day, and 14 days without any. */
    for (int32_t date = AS_OF - 27; date <= AS_OF; date++) {
        struct pk_sales_bucket *day = view_case_bucket(&now, DECLINES, date);
        day->demand_units = date <= AS_OF - 14 ? 8 : 0;
        day->available_ratio = date <= AS_OF - 14 ? 1 : 0;
    }
    struct pk_item_lives lives = judge();
    assert_int_equal(lives.lives[DECLINES].stage, PK_STAGE_STEADY);
    assert_close(lives.lives[DECLINES].growth_ratio, 1, 0.05);
    end(&lives);
}

static void test_fewer_than_14_days_in_stock_tell_nothing(void **state)
{
    (void)state;
    begin_both(1);
    for (int32_t date = AS_OF - 14; date <= AS_OF; date++) {
        view_case_bucket(&now, RISES, date)->demand_units = 0;
        view_case_bucket(&now, RISES, date)->available_ratio = 0;
    }
    struct pk_item_lives lives = judge();
    assert_int_equal(lives.lives[RISES].stage, PK_STAGE_STEADY);
    assert_close(lives.lives[RISES].growth_ratio, 0, 0);
    end(&lives);
}

static void test_an_item_out_of_stock_for_60_days_of_90_is_not_dead(void **state)
{
    (void)state;
    for (int32_t missing = 59; missing <= 60; missing++) {
        struct pk_item_lives lives = {0};
        struct pk_error error;
        begin(&now, 1);
        for (int32_t date = AS_OF - missing + 1; date <= AS_OF; date++)
            view_case_bucket(&now, DEAD, date)->available_ratio = 0;
        assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
        assert_int_equal(lives.lives[DEAD].stage == PK_STAGE_DEAD, missing == 59);
        pk_item_lives_done(&lives);
        view_case_end(&now);
    }
}

/* --- launches --- */

static void test_a_first_sale_at_the_start_of_the_records_is_no_launch(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    begin(&now, 1);
    now.data.shop.item_count = now.data.shop.series_count = 2;
    /* The records of a young shop: 60 days, item 1 is first sold 55 and then 56 days into them. */
    for (int32_t late = 55; late <= 56; late++) {
        for (int32_t day = 0; day < DAYS; day++) {
            const int32_t date = now.first_date + day;
            view_case_bucket(&now, 0, date)->demand_units = day >= DAYS - 60 ? 5 : 0;
            view_case_bucket(&now, 1, date)->demand_units = day >= DAYS - 60 + late ? 5 : 0;
        }
        assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
        assert_int_equal(lives.lives[0].stage, PK_STAGE_STEADY);
        assert_int_equal(lives.lives[1].stage, late == 56 ? PK_STAGE_NEW : PK_STAGE_STEADY);
        pk_item_lives_done(&lives);
    }
    view_case_end(&now);
}

static void test_a_given_launch_goes_before_the_first_sale(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    begin(&now, 1);
    now.items[NEW].launch_date = AS_OF - 69; /* new for 70 days */
    now.items[0].launch_date = AS_OF - 70;
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.lives[NEW].stage, PK_STAGE_NEW);
    assert_int_equal(lives.lives[0].stage, PK_STAGE_STEADY);
    end(&lives);
}

static void test_past_launches_teach_the_start_of_a_new_item(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    begin(&now, 1);
    /* Three items came 250 days ago, sold 2 a day for five weeks, 4 for five more and 6 since.
     * The new one, 70 days old, does as they did. */
    for (size_t i = 0; i < 4; i++) {
        const int32_t launched = i < 3 ? DAYS - 250 : DAYS - 70;
        for (int32_t day = 0; day < DAYS; day++) {
            const int32_t age = day - launched;
            view_case_bucket(&now, i, now.first_date + day)->demand_units = age < 0    ? 0
                                                                            : age < 35 ? 2
                                                                            : age < 70 ? 4
                                                                                       : 6;
        }
    }
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.launch_count, 3);
    assert_int_equal(lives.lives[3].stage, PK_STAGE_NEW);
    assert_int_equal(lives.lives[3].launch.position, PK_LAUNCH_ON_CURVE);
    pk_item_lives_done(&lives);
    /* One that stands still where they doubled falls behind; one that grew fivefold is ahead. */
    for (int32_t day = DAYS - 35; day < DAYS; day++)
        view_case_bucket(&now, 3, now.first_date + day)->demand_units = 1;
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.lives[3].launch.position, PK_LAUNCH_BEHIND);
    pk_item_lives_done(&lives);
    for (int32_t day = DAYS - 35; day < DAYS; day++)
        view_case_bucket(&now, 3, now.first_date + day)->demand_units = 10;
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.lives[3].launch.position, PK_LAUNCH_AHEAD);
    end(&lives);
}

static void test_past_launches_count_at_the_level_that_they_grew_to(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    begin(&now, 1);
    /* As above, but the three sell only 2 a day since half a year after their launch, so that
     * the fit has a level of 2 for them. They grew to 6: the new one, which sells 4 a day in its
     * second five weeks, will reach about 6 / 4 of its level of today. A level of 2 would tell 2
     * / 4. */
    for (size_t i = 0; i < 4; i++) {
        const int32_t launched = i < 3 ? DAYS - 300 : DAYS - 70;
        for (int32_t day = 0; day < DAYS; day++) {
            const int32_t age = day - launched;
            view_case_bucket(&now, i, now.first_date + day)->demand_units = age < 0     ? 0
                                                                            : age < 35  ? 2
                                                                            : age < 70  ? 4
                                                                            : age < 182 ? 6
                                                                                        : 2;
        }
    }
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.launch_count, 3);
    assert_true(lives.lives[3].launch.level_ratio > 1.2);
    end(&lives);
}

static void test_an_item_without_a_series_is_steady_or_told_by_its_dates(void **state)
{
    (void)state;
    struct pk_item_lives lives = {0};
    struct pk_error error;
    begin(&now, 1);
    now.data.shop.item_count = DIES;
    now.data.shop.series_count = AHEAD; /* AHEAD and ENDED have none */
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.lives[AHEAD].stage, PK_STAGE_NOT_LAUNCHED);
    assert_int_equal(lives.lives[ENDED].stage, PK_STAGE_ENDED);
    pk_item_lives_done(&lives);
    now.items[AHEAD].launch_date = now.items[ENDED].end_date = PK_DATE_NONE;
    assert_int_equal(pk_item_lives_make(view_case_fit(&now), NULL, &lives, &error), PK_OK);
    assert_int_equal(lives.lives[AHEAD].stage, PK_STAGE_STEADY);
    assert_int_equal(lives.lives[ENDED].stage, PK_STAGE_STEADY);
    end(&lives);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_item_is_found_where_it_truly_stands),
        cmocka_unit_test(test_an_item_is_judged_over_all_its_warehouses),
        cmocka_unit_test(test_an_item_that_sells_in_one_warehouse_or_another_is_not_dying),
        cmocka_unit_test(test_the_number_of_items_tested_sets_the_bar_for_each),
        cmocka_unit_test(test_without_a_view_of_before_nothing_rises_or_declines),
        cmocka_unit_test(test_an_item_that_before_did_not_know_is_not_tested),
        cmocka_unit_test(test_a_category_that_grows_as_a_whole_makes_no_star),
        cmocka_unit_test(test_items_that_scatter_raise_the_bar_of_their_shop),
        cmocka_unit_test(test_a_promotion_alone_makes_no_star),
        cmocka_unit_test(test_a_star_of_its_days_without_a_promotion_is_one),
        cmocka_unit_test(test_days_out_of_stock_do_not_make_an_item_decline),
        cmocka_unit_test(test_fewer_than_14_days_in_stock_tell_nothing),
        cmocka_unit_test(test_an_item_out_of_stock_for_60_days_of_90_is_not_dead),
        cmocka_unit_test(test_a_first_sale_at_the_start_of_the_records_is_no_launch),
        cmocka_unit_test(test_a_given_launch_goes_before_the_first_sale),
        cmocka_unit_test(test_past_launches_teach_the_start_of_a_new_item),
        cmocka_unit_test(test_past_launches_count_at_the_level_that_they_grew_to),
        cmocka_unit_test(test_an_item_without_a_series_is_steady_or_told_by_its_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/decision/simulation/comparison.h"
#include "models/decision/simulation/policy.h"
#include "tests/support/close.h"

#define HISTORY 400
#define BUCKETS 200

static struct pk_replay_terms terms;
static struct pk_replay replay;
static int64_t due[64];
static int32_t units[HISTORY + BUCKETS];
static double season[PK_SEASON_WEEK_COUNT];

static void begin(int32_t lead_buckets, int32_t review_buckets, int64_t start_units)
{
    terms = (struct pk_replay_terms){.bucket_days = 1,
                                     .lead_buckets = lead_buckets,
                                     .review_buckets = review_buckets,
                                     .pack_size_units = 1,
                                     .max_stock_units = -1};
    pk_replay_begin(&replay, &terms, start_units, due);
    for (size_t w = 0; w < PK_SEASON_WEEK_COUNT; w++)
        season[w] = 1;
}

/* The same every time, between 0 and 9, mostly small. */
static void draw_units(uint64_t seed)
{
    for (size_t b = 0; b < HISTORY + BUCKETS; b++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const int32_t draw = (int32_t)(seed >> 33) % 10;
        units[b] = draw < 5 ? 0 : draw - 4 + (draw == 9 ? 4 : 0);
    }
}

static struct pk_policy_view view_at(int64_t bucket)
{
    return (struct pk_policy_view){.terms = &terms,
                                   .replay = &replay,
                                   .bucket = bucket,
                                   .demand_units = units + HISTORY,
                                   .history_count = HISTORY,
                                   .life_count = HISTORY + bucket,
                                   .bucket_count = BUCKETS,
                                   .critical_ratio = 0.9,
                                   .cover_days = 20,
                                   .season = season,
                                   .minimum_units = 20,
                                   .maximum_units = 40};
}

static int64_t counted_from = 20;

/* Replays one policy. Fills orders[] if it is not NULL. */
static void play(enum pk_policy policy, int64_t last, int64_t *orders)
{
    for (int64_t b = 0; b < last; b++) {
        if (b % terms.review_buckets == 0) {
            const struct pk_policy_view view = view_at(b);
            const int64_t order = pk_policy_order_units(policy, &view);
            pk_replay_order(&replay, &terms, b, order, b >= counted_from);
            if (orders != NULL)
                orders[b] = order;
        }
        pk_replay_bucket(&replay, &terms, b, units[HISTORY + b], b >= counted_from, b % 50 < 5);
    }
}

static void test_ten_days_come_out_as_worked_by_hand(void **state)
{
    static const int64_t demand[] = {3, 4, 5, 0, 6, 2, 7, 1, 0, 9};
    static const int64_t left[] = {7, 3, 2, 2, 0, 10, 3, 2, 6, 0};
    (void)state;
    begin(2, 3, 10);
    terms.pack_size_units = 4;
    for (int64_t b = 0; b < 10; b++) {
        if (b % 3 == 0) {
            const int64_t position = pk_replay_position(&replay);
            pk_replay_order(&replay, &terms, b, pk_replay_round(&terms, 14 - position, position),
                            true);
        }
        pk_replay_bucket(&replay, &terms, b, demand[b], true, b >= 4 && b < 7);
        assert_int_equal(replay.on_hand_units, left[b]);
    }
    assert_int_equal(replay.all.demand_units, 37);
    assert_int_equal(replay.all.served_units, 30);
    assert_int_equal(replay.all.stock_unit_buckets, 35);
    assert_int_equal(replay.all.stockout_bucket_count, 2);
    assert_int_equal(replay.order_count, 4);
    assert_int_equal(replay.order_units, 28);
    assert_int_equal(replay.change_units, 20);
    assert_int_equal(replay.on_order_units, 8);
    assert_int_equal(replay.promotion.demand_units, 15);
    assert_int_equal(replay.promotion.served_units, 11);
    const struct pk_replay_prices prices = {1, 3, 2};
    const struct pk_replay_cost cost =
        pk_replay_cost_of(&replay.all, replay.order_count, &terms, &prices, 0.8);
    assert_close(cost.holding, 35, 1e-12);
    assert_close(cost.shortage, 7 * 12, 1e-9);
    assert_close(cost.order, 8, 1e-12);
}

static void test_an_order_arrives_after_its_lead_time_and_at_once_without_one(void **state)
{
    (void)state;
    begin(3, 1, 0);
    pk_replay_order(&replay, &terms, 0, 5, true);
    for (int64_t b = 0; b < 4; b++) {
        assert_int_equal(replay.on_hand_units, 0);
        assert_int_equal(pk_replay_due(&replay, &terms, b, (int32_t)(3 - b)), 5);
        pk_replay_bucket(&replay, &terms, b, 0, true, false);
    }
    assert_int_equal(replay.on_hand_units, 5);
    begin(0, 1, 0);
    pk_replay_order(&replay, &terms, 0, 5, true);
    pk_replay_bucket(&replay, &terms, 0, 2, true, false);
    assert_int_equal(replay.on_hand_units, 3);
}

static void test_orders_are_packs_from_the_minimum_up_and_below_the_largest_stock(void **state)
{
    (void)state;
    begin(1, 1, 0);
    terms.pack_size_units = 6;
    terms.min_order_units = 10;
    assert_int_equal(pk_replay_round(&terms, 0, 0), 0);
    assert_int_equal(pk_replay_round(&terms, 1, 0), 12);
    assert_int_equal(pk_replay_round(&terms, 13, 0), 18);
    terms.max_stock_units = 20;
    assert_int_equal(pk_replay_round(&terms, 13, 0), 18);
    assert_int_equal(pk_replay_round(&terms, 13, 8), 12);
    assert_int_equal(pk_replay_round(&terms, 13, 9), 0);
    assert_int_equal(pk_replay_round(&terms, 13, 30), 0);
}

static void test_no_unit_appears_or_disappears(void **state)
{
    (void)state;
    counted_from = 0;
    for (size_t p = PK_POLICY_AVERAGE30; p < PK_POLICY_COUNT; p++) {
        draw_units(p);
        begin(9, 4, 17);
        terms.pack_size_units = 3;
        play((enum pk_policy)p, BUCKETS, NULL);
        assert_true(replay.order_units > 0 && replay.all.served_units > 0);
        assert_int_equal(17 + replay.order_units,
                         replay.all.served_units + pk_replay_position(&replay));
    }
    counted_from = 20;
}

static void test_hindsight_never_costs_more_than_any_policy(void **state)
{
    static const double ratios[] = {0.5, 0.8, 0.98};
    const struct pk_replay_prices prices = {1, 7, 0};
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const int32_t lead = (int32_t)(seed % 4) * 5;
        draw_units(seed);
        begin(lead, 7, 30);
        play(PK_POLICY_HINDSIGHT, BUCKETS, NULL);
        const struct pk_replay best = replay;
        for (size_t p = PK_POLICY_AVERAGE30; p < PK_POLICY_HINDSIGHT; p++) {
            begin(lead, 7, 30);
            play((enum pk_policy)p, BUCKETS, NULL);
            for (size_t r = 0; r < 3; r++) {
                const struct pk_replay_cost least =
                    pk_replay_cost_of(&best.all, 0, &terms, &prices, ratios[r]);
                const struct pk_replay_cost cost =
                    pk_replay_cost_of(&replay.all, 0, &terms, &prices, ratios[r]);
                assert_true(least.holding + least.shortage <= cost.holding + cost.shortage);
            }
        }
    }
}

static void test_another_future_leaves_earlier_orders_as_they_were(void **state)
{
    (void)state;
    for (size_t p = PK_POLICY_AVERAGE30; p < PK_POLICY_HINDSIGHT; p++) {
        int64_t before[BUCKETS] = {0}, after[BUCKETS] = {0};
        draw_units(7);
        begin(5, 7, 12);
        play((enum pk_policy)p, BUCKETS, before);
        for (size_t b = HISTORY + 91; b < HISTORY + BUCKETS; b++)
            units[b] = 50;
        begin(5, 7, 12);
        play((enum pk_policy)p, BUCKETS, after);
        assert_memory_equal(before, after, 92 * sizeof *before);
        if (p != PK_POLICY_MIN_MAX)
            assert_memory_not_equal(before, after, sizeof before);
    }
}

static void test_policies_order_up_to_their_textbook_levels(void **state)
{
    (void)state;
    begin(7, 7, 0);
    for (size_t b = 0; b < HISTORY + BUCKETS; b++)
        units[b] = b % 2 == 0 ? 4 : 6; /* mean 5; standard deviation 1 up to the sample */
    const struct pk_policy_view view = view_at(0);
    const double mean = 457.0 / 91, spread = sqrt((46 * 36 + 45 * 16 - 457 * mean) / 90);
    assert_int_equal(pk_policy_order_units(PK_POLICY_AVERAGE30, &view), 100);
    assert_int_equal(pk_policy_order_units(PK_POLICY_NORMAL, &view),
                     (int64_t)ceil(14 * mean + 1.2815515655446004 * spread * sqrt(14)));
    assert_int_equal(pk_policy_order_units(PK_POLICY_SEASONAL13, &view), (int64_t)ceil(28 * mean));
    /* nothing is left at arrival: a week and its buffer */
    assert_int_equal(pk_policy_order_units(PK_POLICY_SEASONAL13_BUFFER, &view),
                     (int64_t)ceil(7 * mean + 1.2815515655446004 * sqrt(7 * mean)));
    assert_int_equal(pk_policy_order_units(PK_POLICY_TWO_WEEK, &view), 5 * (14 + 14));
    assert_int_equal(pk_policy_order_units(PK_POLICY_MIN_MAX, &view), 40);
    assert_int_equal(pk_policy_order_units(PK_POLICY_HINDSIGHT, &view), 36);
}

static void test_a_season_is_the_place_in_the_year(void **state)
{
    double totals[2 * PK_SEASON_WEEK_COUNT + 3];
    const size_t count = sizeof totals / sizeof *totals;
    (void)state;
    for (size_t w = 0; w < count; w++)
        totals[w] = 100;
    totals[count - PK_SEASON_WEEK_COUNT] = 300; /* a year before the week ahead */
    totals[count - 2 * PK_SEASON_WEEK_COUNT] = 300;
    pk_season_fill(totals, count, season);
    const double mean = (100.0 * (double)count + 400) / (double)count;
    assert_close(season[0], 300 / mean, 1e-12);
    assert_close(season[51], 100 / mean, 1e-12);
    pk_season_fill(totals + count - 51, 51, season);
    assert_close(season[0], 1, 0);
}

static void test_the_interval_of_a_clear_difference_excludes_zero(void **state)
{
    double differences[200], bases[200];
    struct pk_bootstrap_interval intervals[2], again[2];
    struct pk_error error;
    (void)state;
    for (size_t i = 0; i < 100; i++) {
        differences[2 * i] = -1 - (double)(i % 3);
        differences[2 * i + 1] = i % 2 == 0 ? 1.0 : -1.0;
        bases[2 * i] = 10 * (1 + (double)(i % 3));
        bases[2 * i + 1] = 0;
    }
    assert_int_equal(pk_bootstrap_sums(differences, bases, 100, 2, 1000, 1, intervals, &error),
                     PK_OK);
    assert_int_equal(pk_verdict_of(intervals[0].low, intervals[0].high), PK_VERDICT_BETTER);
    assert_int_equal(pk_verdict_of(intervals[1].low, intervals[1].high), PK_VERDICT_NOT_PROVEN);
    assert_int_equal(pk_verdict_of(1, 2), PK_VERDICT_WORSE);
    /* sum of 100 draws: mean -199, standard deviation 10 x 0.8185 */
    assert_close(intervals[0].low, -199 - 1.96 * 8.185, 2.5);
    assert_close(intervals[0].high, -199 + 1.96 * 8.185, 2.5);
    /* every item saves a tenth: so does every resample */
    assert_close(intervals[0].ratio_low, -0.1, 1e-12);
    assert_close(intervals[0].ratio_high, -0.1, 1e-12);
    assert_close(intervals[1].ratio_high, 0, 0);
    assert_int_equal(pk_bootstrap_sums(differences, bases, 100, 2, 1000, 1, again, &error), PK_OK);
    assert_memory_equal(again, intervals, sizeof intervals);
}

static void test_matched_fill_is_read_between_two_settings(void **state)
{
    struct pk_frontier_point points[] = {{0.9, 0.98, 300}, {0.5, 0.90, 100}, {0.8, 0.94, 180}};
    double stock = 0;
    (void)state;
    assert_true(pk_frontier_stock_at(points, 3, 0.96, &stock));
    assert_close(stock, 240, 1e-9);
    assert_true(pk_frontier_stock_at(points, 3, 0.90, &stock));
    assert_close(stock, 100, 1e-9);
    assert_false(pk_frontier_stock_at(points, 3, 0.89, &stock));
    assert_false(pk_frontier_stock_at(points, 3, 0.99, &stock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_days_come_out_as_worked_by_hand),
        cmocka_unit_test(test_an_order_arrives_after_its_lead_time_and_at_once_without_one),
        cmocka_unit_test(test_orders_are_packs_from_the_minimum_up_and_below_the_largest_stock),
        cmocka_unit_test(test_no_unit_appears_or_disappears),
        cmocka_unit_test(test_hindsight_never_costs_more_than_any_policy),
        cmocka_unit_test(test_another_future_leaves_earlier_orders_as_they_were),
        cmocka_unit_test(test_policies_order_up_to_their_textbook_levels),
        cmocka_unit_test(test_a_season_is_the_place_in_the_year),
        cmocka_unit_test(test_the_interval_of_a_clear_difference_excludes_zero),
        cmocka_unit_test(test_matched_fill_is_read_between_two_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

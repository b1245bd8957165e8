/* The result of a campaign, worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "models/decision/campaign/campaign_result.h"
#include "tests/support/close.h"

#define POISSON INFINITY

static struct pk_campaign_bucket bucket(enum pk_campaign_span span, double sold, double in_stock,
                                        double ordinary, double expected)
{
    return (struct pk_campaign_bucket){.span = span,
                                       .sold_units = sold,
                                       .available_ratio = in_stock,
                                       .ordinary_units = ordinary,
                                       .expected_units = expected};
}

/* Ten ordinary days that sold 20 where the model makes 10. */
static size_t ordinary_days(struct pk_campaign_bucket *buckets)
{
    for (size_t i = 0; i < 10; i++)
        buckets[i] = bucket(PK_SPAN_ORDINARY, 20, 1, 10, 10);
    return 10;
}

static void test_the_level_is_measured_on_the_ordinary_days_around(void **state)
{
    (void)state;
    struct pk_campaign_bucket buckets[20];
    size_t count = ordinary_days(buckets);
    struct pk_campaign_level level = pk_campaign_level_of(buckets, count, POISSON, 2);
    assert_close(level.ratio, 2, 1e-12);
    assert_close(level.relative_variance, 1 / 204.5, 1e-12);
    /* A category at the level of as-of pulls a little. */
    level = pk_campaign_level_of(buckets, count, POISSON, 1);
    assert_close(level.ratio, exp(200.5 / 204.5 * log(200.5 / 100.5)), 1e-12);
    /* The same days in a negative binomial trade with k = 20 say half as much. */
    level = pk_campaign_level_of(buckets, count, 20, 2);
    assert_close(level.relative_variance, 1 / (200.5 / 2 + 4), 1e-4);
    /* Days out of stock say nothing. */
    for (; count < 20; count++)
        buckets[count] = bucket(PK_SPAN_ORDINARY, 0, 0, 10, 10);
    level = pk_campaign_level_of(buckets, count, POISSON, 2);
    assert_close(level.ratio, 2, 1e-12);
}

static void test_without_ordinary_days_the_level_is_the_category_s(void **state)
{
    (void)state;
    struct pk_campaign_bucket one = bucket(PK_SPAN_WINDOW, 5, 1, 2, 4);
    const struct pk_campaign_level level = pk_campaign_level_of(&one, 1, POISSON, 1.5);
    assert_close(level.ratio, 1.5, 1e-12);
    assert_true(level.relative_variance > 0.2);
}

static void test_an_item_that_the_model_has_lost_is_measured_flat(void **state)
{
    (void)state;
    struct pk_campaign_bucket buckets[11];
    const size_t count = ordinary_days(buckets);
    for (size_t i = 0; i < count; i++)
        buckets[i].ordinary_units = buckets[i].expected_units = 0;
    buckets[count] = bucket(PK_SPAN_WINDOW, 60, 1, 0, 0);
    const struct pk_campaign_level level = pk_campaign_level_of(buckets, 11, POISSON, 0.7);
    assert_close(level.ratio, 1, 1e-12);
    assert_close(buckets[count].ordinary_units, 20, 1e-12);
    const struct pk_lift_sum line =
        pk_campaign_line_of(buckets, 11, PK_SPAN_WINDOW, POISSON, &level, NULL, NULL);
    assert_close(pk_lift_of(&line).ratio, 3, 1e-12);
}

static void test_lost_sales_are_the_part_of_the_day_out_of_stock(void **state)
{
    (void)state;
    const struct pk_campaign_bucket buckets[] = {bucket(PK_SPAN_WINDOW, 30, 1, 5, 15),
                                                 bucket(PK_SPAN_WINDOW, 10, 0.25, 5, 15),
                                                 bucket(PK_SPAN_DIP, 4, 1, 5, 5)};
    const struct pk_campaign_level level = {2, 0};
    const struct pk_lift_sum line =
        pk_campaign_line_of(buckets, 3, PK_SPAN_WINDOW, POISSON, &level, NULL, NULL);
    /* The window sold 40 of the 37.5 expected while in stock: c = 44 / 41.5. */
    const double lost = 0.75 * 30 * 44 / 41.5;
    assert_close(line.sold, 40, 1e-12);
    assert_close(line.lost, lost, 1e-9);
    assert_close(line.demand, 40 + lost, 1e-9);
    assert_close(line.baseline, 20, 1e-12);
}

static void test_a_window_wholly_out_of_stock_has_the_demand_that_the_model_expects(void **state)
{
    (void)state;
    const struct pk_campaign_bucket buckets[] = {bucket(PK_SPAN_WINDOW, 0, 0, 5, 15),
                                                 bucket(PK_SPAN_WINDOW, 0, 0, 5, 25)};
    const struct pk_campaign_level level = {2, 0.1};
    const struct pk_lift_sum line =
        pk_campaign_line_of(buckets, 2, PK_SPAN_WINDOW, POISSON, &level, NULL, NULL);
    const struct pk_lift lift = pk_lift_of(&line);
    assert_close(line.lost, 80, 1e-12);
    assert_close(lift.ratio, 4, 1e-12);
    /* It is known as badly as four units tell: at least half of it. */
    assert_true(lift.standard_error > 2);
}

static void test_a_campaign_without_sales_lifts_by_nothing_and_says_how_sure_that_is(void **state)
{
    (void)state;
    const struct pk_campaign_bucket buckets[] = {bucket(PK_SPAN_WINDOW, 0, 1, 5, 5)};
    const struct pk_campaign_level level = {1, 0};
    struct pk_lift_sum line =
        pk_campaign_line_of(buckets, 1, PK_SPAN_WINDOW, POISSON, &level, NULL, NULL);
    const struct pk_lift lift = pk_lift_of(&line);
    assert_true(lift.is_defined);
    assert_close(lift.ratio, 0, 1e-12);
    assert_true(lift.standard_error > 0.2);
    /* Without ordinary demand there is nothing to compare with. */
    line = pk_campaign_line_of(buckets, 1, PK_SPAN_DIP, POISSON, &level, NULL, NULL);
    assert_int_equal(line.count, 0);
    assert_false(pk_lift_of(&line).is_defined);
}

static void test_the_error_of_a_lift_has_noise_level_and_shape(void **state)
{
    (void)state;
    const struct pk_campaign_bucket buckets[] = {bucket(PK_SPAN_WINDOW, 100, 1, 50, 100)};
    const struct pk_campaign_level level = {1, 0.01};
    const struct pk_lift_sum line =
        pk_campaign_line_of(buckets, 1, PK_SPAN_WINDOW, POISSON, &level, NULL, NULL);
    const struct pk_lift lift = pk_lift_of(&line);
    /* (100 + 4 x 2500 x 0.01) / 2500 + (0.05 x 2)^2 = 0.09. */
    assert_close(lift.ratio, 2, 1e-12);
    assert_close(lift.standard_error, 0.3, 1e-12);
}

static void test_items_that_differ_make_a_category_s_lift_less_sure(void **state)
{
    (void)state;
    const double demands[] = {10, 20, 60};
    struct pk_lift_sum sum = {0};
    for (size_t i = 0; i < 3; i++) {
        const struct pk_lift_sum line = {.count = 1,
                                         .demand = demands[i],
                                         .baseline = 10,
                                         .noise_variance = 1,
                                         .demand_square = demands[i] * demands[i],
                                         .product = demands[i] * 10,
                                         .baseline_square = 100};
        pk_lift_sum_add(&sum, &line);
    }
    const struct pk_lift lift = pk_lift_of(&sum);
    /* 3/2 x (20^2 + 10^2 + 30^2) / 30^2. */
    assert_close(lift.ratio, 3, 1e-12);
    assert_close(lift.standard_error, sqrt(1.5 * 1400 / 900), 1e-12);
}

static void test_days_add_up_to_their_window(void **state)
{
    (void)state;
    const struct pk_campaign_bucket buckets[] = {bucket(PK_SPAN_WINDOW, 30, 1, 5, 15),
                                                 bucket(PK_SPAN_PRESALE, 7, 1, 5, 5),
                                                 bucket(PK_SPAN_WINDOW, 10, 0.25, 5, 15)};
    const struct pk_campaign_level level = {1.5, 0.01};
    struct pk_lift_sum days[3] = {{0}};
    const struct pk_lift_sum line =
        pk_campaign_line_of(buckets, 3, PK_SPAN_WINDOW, 3, &level, NULL, days);
    assert_close(days[0].demand + days[2].demand, line.demand, 1e-9);
    assert_close(days[0].baseline + days[2].baseline, line.baseline, 1e-9);
    assert_int_equal(days[1].count, 0);
}

/* Three lines: right, too much, too little. */
static struct pk_campaign_sum stocked_sum(void)
{
    const double stocked[] = {100, 130, 60}, q50[] = {90, 110, 80};
    struct pk_campaign_sum sum = {.has_begun = true, .is_over = true, .days_after = 40};
    for (size_t i = 0; i < 3; i++) {
        const struct pk_campaign_line line = {
            .window = {.count = 1, .sold = 90, .lost = 10, .demand = 100, .baseline = 50},
            .dip = {.count = 1, .sold = 40, .demand = 40, .baseline = 50},
            .supply = {.start_units = stocked[i] - 20,
                       .received_units = 20,
                       .forecast_units = q50[i],
                       .q50_units = q50[i],
                       .q90_units = 105,
                       .gap_units = fmax(q50[i] - stocked[i], 0),
                       .left_demand_units = 10},
            .money = {1000, 100, i == 0 ? (double)NAN : 250},
            .deposit_units = 40,
            .balance_paid_units = i == 0 ? (double)NAN : 30,
            .paid_units = 200,
            .returned_units = 20};
        pk_campaign_sum_add(&sum, &line);
    }
    return sum;
}

static void expect(const struct pk_campaign_sum *sum, enum pk_campaign_metric metric, double value)
{
    const struct pk_campaign_figure figure = pk_campaign_figure_of(sum, metric);
    assert_true(figure.is_defined);
    assert_close(figure.value, value, 1e-9);
    assert_int_equal(figure.basis, PK_BASIS_RESULT);
}

static void test_stocking_accuracy_and_its_parts(void **state)
{
    (void)state;
    const struct pk_campaign_sum sum = stocked_sum();
    double value, missed, of;
    expect(&sum, PK_CAMPAIGN_ACCURACY, 1 - 70.0 / 300);
    expect(&sum, PK_CAMPAIGN_RIGHT, 1.0 / 3);
    expect(&sum, PK_CAMPAIGN_EXCESS, 0.1);
    expect(&sum, PK_CAMPAIGN_SHORT, 40.0 / 300);
    expect(&sum, PK_CAMPAIGN_LEFT_OVER, 20.0 / 300);
    expect(&sum, PK_CAMPAIGN_SELL_THROUGH, 270.0 / 290);
    expect(&sum, PK_CAMPAIGN_GAP, 20.0 / 280);
    assert_true(pk_campaign_stocking_accuracy(&sum, &value, &missed, &of));
    assert_close(value, 1 - missed / of, 1e-12);
    assert_true(pk_campaign_gap_ratio(&sum, &value, &missed, &of));
    assert_close(value, missed / of, 1e-12);
}

static void test_forecast_slump_money_and_returns(void **state)
{
    (void)state;
    const struct pk_campaign_sum sum = stocked_sum();
    expect(&sum, PK_CAMPAIGN_FORECAST, 280);
    expect(&sum, PK_CAMPAIGN_ERROR, 40.0 / 300);
    expect(&sum, PK_CAMPAIGN_BIAS, -20.0 / 300);
    expect(&sum, PK_CAMPAIGN_COVER_Q50, 1.0 / 3);
    expect(&sum, PK_CAMPAIGN_COVER_Q90, 1);
    expect(&sum, PK_CAMPAIGN_LIFT, 2);
    expect(&sum, PK_CAMPAIGN_DIP, 0.2);
    /* 30 units missed after it, of 150 sold beyond ordinary days. */
    expect(&sum, PK_CAMPAIGN_PULL_FORWARD, 0.2);
    expect(&sum, PK_CAMPAIGN_GMV, 3000);
    expect(&sum, PK_CAMPAIGN_PROFIT, 500);
    expect(&sum, PK_CAMPAIGN_RETURNS, 0.1);
    expect(&sum, PK_CAMPAIGN_DEPOSITS, 120);
    expect(&sum, PK_CAMPAIGN_CONVERSION, 0.75);
}

static void test_what_is_not_over_is_marked_or_absent(void **state)
{
    (void)state;
    struct pk_campaign_sum sum = stocked_sum();
    sum.is_over = false;
    sum.days_after = 0;
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_ACCURACY).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_ERROR).is_defined);
    assert_int_equal(pk_campaign_figure_of(&sum, PK_CAMPAIGN_SOLD).basis, PK_BASIS_SO_FAR);
    assert_int_equal(pk_campaign_figure_of(&sum, PK_CAMPAIGN_LIFT).basis, PK_BASIS_FORECAST);
    assert_int_equal(pk_campaign_stocking_miss(&sum), 0);
    sum.has_begun = false;
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_SOLD).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_GMV).is_defined);
    assert_int_equal(pk_campaign_figure_of(&sum, PK_CAMPAIGN_GAP).basis, PK_BASIS_FORECAST);
    /* Over for nine days: the slump so far. */
    sum = stocked_sum();
    sum.days_after = 9;
    assert_int_equal(pk_campaign_figure_of(&sum, PK_CAMPAIGN_DIP).basis, PK_BASIS_SO_FAR);
    assert_int_equal(pk_campaign_figure_of(&sum, PK_CAMPAIGN_ACCURACY).basis, PK_BASIS_RESULT);
}

static void test_a_miss_beyond_a_seventh_has_a_direction(void **state)
{
    (void)state;
    struct pk_campaign_sum sum = stocked_sum();
    assert_int_equal(pk_campaign_stocking_miss(&sum), 0);
    sum.left_over_units = 46;
    assert_int_equal(pk_campaign_stocking_miss(&sum), 1);
    sum.short_units = 46;
    assert_int_equal(pk_campaign_stocking_miss(&sum), -1);
}

static void test_unknown_stock_and_money_are_left_out(void **state)
{
    (void)state;
    struct pk_campaign_sum sum = {.has_begun = true, .is_over = true, .days_after = 40};
    struct pk_campaign_line line = {.window = {.count = 1, .demand = 10, .baseline = 5},
                                    .supply = {NAN, NAN, NAN, NAN, NAN, NAN, 0},
                                    .money = {NAN, NAN, NAN},
                                    .deposit_units = 40,
                                    .balance_paid_units = NAN};
    pk_campaign_sum_add(&sum, &line);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_ACCURACY).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_GAP).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_FORECAST).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_GMV).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_DIP).is_defined);
    assert_false(pk_campaign_figure_of(&sum, PK_CAMPAIGN_CONVERSION).is_defined);
    assert_true(pk_campaign_figure_of(&sum, PK_CAMPAIGN_LIFT).is_defined);
}

static void test_names_are_all_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < PK_CAMPAIGN_METRIC_COUNT; i++)
        assert_true(strlen(pk_campaign_metric_name((enum pk_campaign_metric)i)) > 0);
    assert_string_equal(pk_campaign_metric_name(PK_CAMPAIGN_ACCURACY), "stocking_accuracy");
    assert_string_equal(pk_campaign_metric_name(PK_CAMPAIGN_GAP), "gap_ratio");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_level_is_measured_on_the_ordinary_days_around),
        cmocka_unit_test(test_without_ordinary_days_the_level_is_the_category_s),
        cmocka_unit_test(test_an_item_that_the_model_has_lost_is_measured_flat),
        cmocka_unit_test(test_lost_sales_are_the_part_of_the_day_out_of_stock),
        cmocka_unit_test(test_a_window_wholly_out_of_stock_has_the_demand_that_the_model_expects),
        cmocka_unit_test(test_a_campaign_without_sales_lifts_by_nothing_and_says_how_sure_that_is),
        cmocka_unit_test(test_the_error_of_a_lift_has_noise_level_and_shape),
        cmocka_unit_test(test_items_that_differ_make_a_category_s_lift_less_sure),
        cmocka_unit_test(test_days_add_up_to_their_window),
        cmocka_unit_test(test_stocking_accuracy_and_its_parts),
        cmocka_unit_test(test_forecast_slump_money_and_returns),
        cmocka_unit_test(test_what_is_not_over_is_marked_or_absent),
        cmocka_unit_test(test_a_miss_beyond_a_seventh_has_a_direction),
        cmocka_unit_test(test_unknown_stock_and_money_are_left_out),
        cmocka_unit_test(test_names_are_all_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

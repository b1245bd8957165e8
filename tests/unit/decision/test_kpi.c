#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/review/kpi.h"
#include "tests/support/close.h"

#define YUAN INT64_C(1000000)

static struct pk_metric_value values[PK_METRIC_COUNT];

/* 30 days: 60 paid, 5 returned, stock 40 on average, 10 yuan a piece, sold at 20. */
static struct pk_kpi_series seller(uint32_t item)
{
    return (struct pk_kpi_series){.item = item,
                                  .window_days = 30,
                                  .paid_units = 60,
                                  .returned_units = 5,
                                  .paid_amount_micros = 1200 * YUAN,
                                  .stock_unit_days = 1200,
                                  .stock_day_count = 30,
                                  .in_stock_days = 27,
                                  .listed_days = 30,
                                  .is_listed = true,
                                  .opening_units = 70,
                                  .received_units = 30,
                                  .on_hand_units = 40,
                                  .in_transit_units = 20,
                                  .units_last_30_days = 60,
                                  .units_last_90_days = 170,
                                  .unit_cost_micros = 10 * YUAN,
                                  .days_of_supply = 20,
                                  .excess_units = 0};
}

static struct pk_kpi_series sleeper(uint32_t item)
{
    struct pk_kpi_series series = seller(item);
    series.paid_units = series.returned_units = 0;
    series.paid_amount_micros = 0;
    series.units_last_30_days = series.units_last_90_days = 0;
    series.days_of_supply = 999;
    series.excess_units = 35;
    series.in_transit_units = 0;
    return series;
}

static void test_stock_without_any_cost_has_no_value_rather_than_zero(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1), two = sleeper(2);
    one.unit_cost_micros = two.unit_cost_micros = -1;
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_add_series(&kpi, &two);
    pk_kpi_finish(&kpi, values);
    assert_false(values[PK_METRIC_STOCK_VALUE].is_defined);
    assert_false(values[PK_METRIC_DEAD_STOCK_VALUE].is_defined);
    assert_false(values[PK_METRIC_EXCESS_STOCK_VALUE].is_defined);
    two.unit_cost_micros = 10 * YUAN;
    two.item = 3;
    pk_kpi_add_series(&kpi, &two);
    pk_kpi_finish(&kpi, values);
    assert_true(values[PK_METRIC_STOCK_VALUE].is_defined);
}

static void test_each_figure_shows_what_it_was_made_of(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1), two = sleeper(2);
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_add_series(&kpi, &two);
    pk_kpi_finish(&kpi, values);
    for (int metric = 0; metric < PK_METRIC_COUNT; metric++)
        assert_int_equal(values[metric].metric, metric);
    for (int metric = 0; metric <= PK_METRIC_FILL_RATE; metric++)
        assert_true(values[metric].is_defined);
    assert_close(values[PK_METRIC_UNITS].value, 60.0, 0.0);
    assert_close(values[PK_METRIC_GMV].value, 1200.0, 1e-9);
    assert_close(values[PK_METRIC_RETURN_RATIO].value, 5.0 / 60.0, 1e-12);
    assert_close(values[PK_METRIC_TURNOVER_DAYS].numerator, 80.0, 1e-12);
    assert_close(values[PK_METRIC_TURNOVER_DAYS].value, 80.0 / 2.0, 1e-12);
    assert_close(values[PK_METRIC_TURNOVER_RATIO].value, 600.0 * 365.0 / 30.0 / 800.0, 1e-9);
    assert_close(values[PK_METRIC_DAYS_OF_SUPPLY].value, (20.0 + 999.0) / 2.0, 1e-9);
    assert_close(values[PK_METRIC_IN_STOCK_RATIO].value, 0.9, 1e-12);
    assert_close(values[PK_METRIC_ACTIVE_ITEM_RATIO].value, 0.5, 1e-12);
    assert_close(values[PK_METRIC_SELL_THROUGH_RATIO].value, 60.0 / 200.0, 1e-12);
    assert_close(values[PK_METRIC_STOCK_TO_SALES_RATIO].value, 100.0 / 60.0, 1e-12);
    assert_close(values[PK_METRIC_STOCK_VALUE].value, 800.0, 1e-9);
    assert_close(values[PK_METRIC_DEAD_STOCK_RATIO].value, 0.5, 1e-12);
    assert_close(values[PK_METRIC_EXCESS_STOCK_VALUE].value, 350.0, 1e-9);
    assert_close(values[PK_METRIC_GMROI].value, 600.0 / 800.0, 1e-12);
}

static void test_fill_rate_counts_what_stock_outs_cost(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1), unknown = seller(2);
    one.cancelled_units = 4;
    one.lost_units = 14;     /* 56 served, 70 wanted */
    unknown.lost_units = -1; /* nobody knows when it was out of stock: left out of both sides */
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_add_series(&kpi, &unknown);
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_FILL_RATE].numerator, 56, 1e-9);
    assert_close(values[PK_METRIC_FILL_RATE].value, 0.8, 1e-12);
}

static void test_cycle_service_level_is_the_share_of_cycles_without_a_stock_out(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1), two = seller(2);
    one.cycle_count = 4;
    one.served_cycle_count = 3;
    two.cycle_count = 1;
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_add_series(&kpi, &two);
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_CYCLE_SERVICE_LEVEL].value, 0.6, 1e-12);
}

static void test_stocking_is_told_as_the_campaign_result_tells_it(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_campaign_sum sum = {.has_begun = true, .is_over = true};
    const double stocked[] = {80, 115, 265, NAN}, demand[] = {100, 100, 200, 50};
    const double q50[] = {90, 120, 210, 60};
    for (size_t i = 0; i < 4; i++) {
        const struct pk_campaign_line of_item = {
            .window = {.count = 1, .sold = demand[i], .demand = demand[i], .baseline = 10},
            .supply = {.start_units = stocked[i],
                       .received_units = 0,
                       .forecast_units = q50[i],
                       .q50_units = q50[i],
                       .q90_units = 2 * q50[i],
                       .gap_units = fmax(q50[i] - stocked[i], 0),
                       .left_demand_units = 0}};
        pk_kpi_add_campaign_line(&kpi, &of_item);
        pk_campaign_sum_add(&sum, &of_item);
    }
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_STOCKING_ACCURACY].value, 1 - 100.0 / 400, 1e-12);
    assert_close(values[PK_METRIC_STOCKING_ACCURACY].value,
                 pk_campaign_figure_of(&sum, PK_CAMPAIGN_ACCURACY).value, 0);
    assert_close(values[PK_METRIC_STOCKING_ACCURACY].numerator, 300, 1e-12);
    assert_close(values[PK_METRIC_STOCKING_ACCURACY].denominator, 400, 1e-12);
    assert_close(values[PK_METRIC_STOCKING_WITHIN_RATIO].value, 1.0 / 3, 1e-12);
    assert_close(values[PK_METRIC_GAP_RATIO].value,
                 pk_campaign_figure_of(&sum, PK_CAMPAIGN_GAP).value, 0);
    assert_close(values[PK_METRIC_GAP_RATIO].numerator, 15, 1e-12);
}

static void test_without_a_campaign_nothing_is_said_of_stocking(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1);
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_finish(&kpi, values);
    assert_false(values[PK_METRIC_STOCKING_ACCURACY].is_defined);
    assert_false(values[PK_METRIC_STOCKING_WITHIN_RATIO].is_defined);
    assert_false(values[PK_METRIC_GAP_RATIO].is_defined);
}

static void test_slow_stock_holds_the_dead(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1), dead = sleeper(2), slow = seller(3);
    slow.days_of_supply = 181;
    struct pk_kpi_series young = sleeper(4); /* on the shelf for a month: nothing to tell yet */
    young.is_young = true;
    young.days_of_supply = 100;
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_add_series(&kpi, &dead);
    pk_kpi_add_series(&kpi, &slow);
    pk_kpi_add_series(&kpi, &young);
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_DEAD_STOCK_VALUE].value, 400, 1e-9);
    assert_close(values[PK_METRIC_SLOW_STOCK_VALUE].value, 800, 1e-9);
    assert_close(values[PK_METRIC_SLOW_STOCK_RATIO].value, 0.5, 1e-12);
}

static void test_money_is_told_before_and_after_returns_and_discounts(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1);
    one.cancelled_units = 10;
    one.holding_cost_micros_per_day = YUAN / 100;
    one.list_amount = 1500;
    one.list_paid_amount = 1200;
    one.age_units[PK_AGE_91_180] = 30;
    one.age_units[PK_STOCK_AGE_UNKNOWN] = 10;
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_AVERAGE_SELLING_PRICE].value, 20, 1e-9);
    assert_close(values[PK_METRIC_NET_GMV].value, 20 * 45, 1e-9); /* 60 - 10 - 5 */
    assert_close(values[PK_METRIC_GROSS_MARGIN_RATIO].value, 0.5, 1e-12);
    assert_close(values[PK_METRIC_DISCOUNT_RATIO].value, 0.2, 1e-12);
    assert_close(values[PK_METRIC_STORAGE_COST].value, 40 * 30 * 0.01, 1e-9);
    assert_close(values[PK_METRIC_STOCK_AGE_UNITS + PK_AGE_91_180].value, 30, 0);
    assert_close(values[PK_METRIC_STOCK_AGE_VALUE + PK_STOCK_AGE_UNKNOWN].value, 100, 1e-9);
}

static void test_stock_of_the_past_without_an_outlook_has_no_days_of_supply(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series one = seller(1);
    one.days_of_supply = -1;
    one.in_transit_units = NAN;
    pk_kpi_add_series(&kpi, &one);
    pk_kpi_finish(&kpi, values);
    assert_true(values[PK_METRIC_STOCK_VALUE].is_defined);
    assert_true(values[PK_METRIC_DEAD_STOCK_RATIO].is_defined);
    assert_false(values[PK_METRIC_DAYS_OF_SUPPLY].is_defined);
    assert_false(values[PK_METRIC_EXCESS_STOCK_VALUE].is_defined);
    assert_false(values[PK_METRIC_SLOW_STOCK_VALUE].is_defined);
    assert_false(values[PK_METRIC_STOCK_TO_SALES_RATIO].is_defined);
}

static void test_nothing_known_is_undefined_not_zero(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series series = {.item = 1,
                                   .window_days = 30,
                                   .paid_amount_micros = -1,
                                   .opening_units = -1,
                                   .on_hand_units = NAN,
                                   .unit_cost_micros = -1,
                                   .days_of_supply = -1,
                                   .in_transit_units = NAN,
                                   .lost_units = -1,
                                   .holding_cost_micros_per_day = -1};
    pk_kpi_add_series(&kpi, &series);
    pk_kpi_finish(&kpi, values);
    static const enum pk_metric undefined[] = {PK_METRIC_GMV,
                                               PK_METRIC_RETURN_RATIO,
                                               PK_METRIC_TURNOVER_DAYS,
                                               PK_METRIC_TURNOVER_RATIO,
                                               PK_METRIC_DAYS_OF_SUPPLY,
                                               PK_METRIC_IN_STOCK_RATIO,
                                               PK_METRIC_ACTIVE_ITEM_RATIO,
                                               PK_METRIC_SELL_THROUGH_RATIO,
                                               PK_METRIC_STOCK_TO_SALES_RATIO,
                                               PK_METRIC_DEAD_STOCK_RATIO,
                                               PK_METRIC_GMROI,
                                               PK_METRIC_STOCK_UNITS,
                                               PK_METRIC_FILL_RATE,
                                               PK_METRIC_CYCLE_SERVICE_LEVEL,
                                               PK_METRIC_STOCKING_ACCURACY,
                                               PK_METRIC_GAP_RATIO,
                                               PK_METRIC_STORAGE_COST,
                                               PK_METRIC_GROSS_MARGIN_RATIO,
                                               PK_METRIC_NET_GMV,
                                               PK_METRIC_AVERAGE_SELLING_PRICE,
                                               PK_METRIC_DISCOUNT_RATIO,
                                               PK_METRIC_STOCK_AGE_UNITS};
    for (size_t i = 0; i < sizeof undefined / sizeof *undefined; i++) {
        assert_false(values[undefined[i]].is_defined);
        assert_close(values[undefined[i]].value, 0.0, 0.0);
    }
    assert_true(values[PK_METRIC_UNITS].is_defined);
}

static void test_item_in_two_warehouses_counts_once(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series here = sleeper(7), there = seller(7), other = sleeper(8);
    pk_kpi_add_series(&kpi, &here);
    pk_kpi_add_series(&kpi, &there);
    pk_kpi_add_series(&kpi, &other);
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_ACTIVE_ITEM_RATIO].numerator, 1.0, 0.0);
    assert_close(values[PK_METRIC_ACTIVE_ITEM_RATIO].denominator, 2.0, 0.0);
}

static void test_stock_without_sales_is_capped(void **state)
{
    (void)state;
    struct pk_kpi kpi = {0};
    struct pk_kpi_series series = sleeper(1);
    pk_kpi_add_series(&kpi, &series);
    pk_kpi_finish(&kpi, values);
    assert_true(values[PK_METRIC_STOCK_TO_SALES_RATIO].is_defined);
    assert_close(values[PK_METRIC_STOCK_TO_SALES_RATIO].value, 99.0, 0.0);
    series.units_last_30_days = 0.1;
    pk_kpi_add_series(&kpi, &series);
    pk_kpi_finish(&kpi, values);
    assert_close(values[PK_METRIC_STOCK_TO_SALES_RATIO].value, 99.0, 0.0);
}

static void test_names_and_formulas_are_given(void **state)
{
    (void)state;
    for (int metric = 0; metric < PK_METRIC_COUNT; metric++) {
        assert_true(pk_metric_name((enum pk_metric)metric)[0] != '\0');
        assert_true(pk_metric_formula_id((enum pk_metric)metric)[0] != '\0');
    }
    assert_string_equal(pk_metric_name(PK_METRIC_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stock_without_any_cost_has_no_value_rather_than_zero),
        cmocka_unit_test(test_each_figure_shows_what_it_was_made_of),
        cmocka_unit_test(test_fill_rate_counts_what_stock_outs_cost),
        cmocka_unit_test(test_cycle_service_level_is_the_share_of_cycles_without_a_stock_out),
        cmocka_unit_test(test_stocking_is_told_as_the_campaign_result_tells_it),
        cmocka_unit_test(test_without_a_campaign_nothing_is_said_of_stocking),
        cmocka_unit_test(test_slow_stock_holds_the_dead),
        cmocka_unit_test(test_money_is_told_before_and_after_returns_and_discounts),
        cmocka_unit_test(test_stock_of_the_past_without_an_outlook_has_no_days_of_supply),
        cmocka_unit_test(test_nothing_known_is_undefined_not_zero),
        cmocka_unit_test(test_item_in_two_warehouses_counts_once),
        cmocka_unit_test(test_stock_without_sales_is_capped),
        cmocka_unit_test(test_names_and_formulas_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

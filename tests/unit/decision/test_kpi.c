#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/kpi.h"
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
    for (int metric = 0; metric < PK_METRIC_COUNT; metric++) {
        assert_int_equal(values[metric].metric, metric);
        assert_true(values[metric].is_defined);
    }
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
                                   .days_of_supply = -1};
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
                                               PK_METRIC_GMROI};
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
        cmocka_unit_test(test_nothing_known_is_undefined_not_zero),
        cmocka_unit_test(test_item_in_two_warehouses_counts_once),
        cmocka_unit_test(test_stock_without_sales_is_capped),
        cmocka_unit_test(test_names_and_formulas_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

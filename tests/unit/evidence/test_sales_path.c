/* Expected sales day by day in units and money, targets of a period, landing of a month. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/decision/review/total_band.h"
#include "models/evidence/sales_path.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define NEXT  VIEW_CASE_NEXT

static struct view_case c;
static struct pk_sales_path path;

/* Adds every series of the case to a new path; leaves the last one in *out_last, whose arrays are
 * given. */
static void lay(int32_t first_date, int32_t last_date, struct pk_series_path *out_last)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_decision_memory *memory = pk_decision_memory_new();
    struct pk_sales_path_memory path_memory = {0};
    struct pk_error error;
    static double units[400], amount[400];
    struct pk_series_path one = {.units = units, .amount = amount};
    assert_int_equal(pk_sales_path_new(&c.view, first_date, last_date, &path, &error), PK_OK);
    for (size_t s = 0; s < c.data.shop.series_count; s++) {
        struct pk_series_facts facts;
        assert_int_equal(pk_series_facts_load(&c.view, s, PK_HORIZON_DAYS_MAX, &none, NULL, memory,
                                              &facts, &error),
                         PK_OK);
        assert_int_equal(
            pk_sales_path_load(&path, &c.view, s, &facts.demand, &path_memory, &one, &error),
            PK_OK);
        pk_sales_path_add(&path, &one);
    }
    if (out_last != NULL)
        *out_last = one;
    pk_sales_path_memory_done(&path_memory);
    pk_decision_memory_free(memory);
}

static void end(void)
{
    pk_sales_path_done(&path);
    view_case_end(&c);
}

/* One item that sells `units` a day for 5 each. */
static void begin_flat(double units)
{
    view_case_begin(&c, 1, 1, 200);
    view_case_sell_flat(&c, 0, units);
    for (int32_t date = c.first_date; date <= AS_OF; date++)
        view_case_bucket(&c, 0, date)->paid_amount_micros =
            (int64_t)(units * 5) * PK_MICROS_PER_UNIT;
}

/* --- days --- */

static void test_a_path_runs_from_the_fit_to_the_horizon(void **state)
{
    (void)state;
    struct pk_error error;
    begin_flat(10);
    const struct pk_view *view = view_case_fit(&c);
    assert_int_equal(pk_sales_path_new(view, 0, INT32_MAX, &path, &error), PK_OK);
    const int32_t first_date = pk_model_first_date(view->model);
    assert_true(first_date <= c.first_date);
    assert_int_equal(path.first_date, first_date);
    assert_int_equal(path.day_count, AS_OF - first_date + 1 + PK_HORIZON_DAYS_MAX);
    pk_sales_path_done(&path);
    assert_null(path.scopes);
    assert_int_equal(pk_sales_path_new(view, 0, first_date - 1, &path, &error), PK_OK);
    assert_int_equal(path.day_count, 0);
    assert_close(pk_sales_path_sum(&path, path.scopes[0].units, 0, INT32_MAX), 0, 0);
    pk_sales_path_done(&path);
    assert_int_equal(pk_sales_path_new(view, AS_OF, AS_OF, &path, &error), PK_OK);
    assert_int_equal(path.day_count, 1);
    end();
}

static void test_past_days_have_the_fitted_mean_and_later_ones_the_demand_ahead(void **state)
{
    (void)state;
    begin_flat(10);
    view_case_fit(&c);
    lay(AS_OF - 9, AS_OF + 10, NULL);
    for (size_t day = 0; day < 20; day++) {
        assert_close(path.scopes[0].units[day], 10, 0.2);
        assert_close(path.scopes[0].amount[day], 50, 1);
    }
    /* Sold 10 on each day past, nothing lost; of days to come nothing is known. */
    assert_close(pk_sales_path_sum(&path, path.scopes[0].wanted_units, AS_OF - 9, AS_OF), 100, 0);
    assert_close(pk_sales_path_sum(&path, path.scopes[0].lost_units, AS_OF - 9, AS_OF), 0, 0);
    assert_close(pk_sales_path_sum(&path, path.scopes[0].wanted_units, NEXT, AS_OF + 10), 0, 0);
    end();
}

static void test_what_was_out_of_stock_was_wanted_and_lost(void **state)
{
    (void)state;
    begin_flat(10);
    view_case_bucket(&c, 0, AS_OF)->demand_units = 6;
    view_case_bucket(&c, 0, AS_OF)->available_ratio = 0.6F;
    view_case_fit(&c);
    lay(AS_OF - 1, AS_OF, NULL);
    assert_close(path.scopes[0].lost_units[1], 4, 0.1); /* 0.4 of a day of 10 */
    assert_close(path.scopes[0].wanted_units[1], 10, 0.1);
    assert_close(path.scopes[0].lost_units[0], 0, 0);
    end();
}

static void test_a_week_is_spread_evenly_over_its_days(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 210);
    c.series[0].bucket_days = 7;
    c.data.shop.as_of_date = AS_OF - 6;
    for (int32_t date = AS_OF - 6; date > AS_OF - 210; date -= 7)
        view_case_bucket(&c, 0, date)->demand_units = 70;
    view_case_fit(&c);
    /* Begins on a Friday: the rest of that week is left out, its first day is not on the path. */
    lay(AS_OF - 9, AS_OF + 7, NULL);
    for (size_t day = 0; day < 17; day++) {
        assert_close(path.scopes[0].units[day], day < 3 ? 0 : 10, 0.3);
        assert_close(path.scopes[0].wanted_units[day], day < 3 || day > 9 ? 0 : 10, 0.001);
    }
    end();
}

static void test_categories_and_warehouses_add_up_to_the_total(void **state)
{
    (void)state;
    view_case_begin(&c, 3, 2, 150);
    for (size_t s = 0; s < 6; s++)
        view_case_sell_flat(&c, s, 1 + (double)s);
    c.items[0].list_price_micros = 2 * PK_MICROS_PER_UNIT;
    c.items[2].list_price_micros = 3 * PK_MICROS_PER_UNIT;
    c.items[1].category = 1;
    c.items[2].category = 3;
    view_case_fit(&c);
    lay(AS_OF - 4, AS_OF + 5, NULL);
    assert_int_equal(path.scope_count, 1 + 4 + 2);
    for (size_t day = 0; day < 10; day++) {
        double units[2] = {0}, amount[2] = {0}, noise[2] = {0}, wanted[2] = {0};
        for (size_t i = 1; i < 7; i++) {
            const struct pk_scope_path *scope = &path.scopes[i];
            units[i > 4] += scope->units[day];
            amount[i > 4] += scope->amount[day];
            noise[i > 4] += scope->noise_variance[day];
            wanted[i > 4] += scope->wanted_units[day];
        }
        for (size_t by = 0; by < 2; by++) {
            assert_close(units[by], path.scopes[0].units[day], 1e-9);
            assert_close(amount[by], path.scopes[0].amount[day], 1e-9);
            assert_close(noise[by], path.scopes[0].noise_variance[day], 1e-9);
            assert_close(wanted[by], path.scopes[0].wanted_units[day], 1e-9);
        }
        /* Item 1 has no price; the others 1 + 2 units of 2 and 5 + 6 units of 3. */
        assert_close(path.scopes[0].units[day], 21, 0.6);
        assert_close(path.scopes[0].amount[day], 39, 1.2);
        assert_close(path.scopes[pk_sales_path_category(&path, 1)].units[day], 7, 0.2);
        assert_close(path.scopes[pk_sales_path_category(&path, 2)].units[day], 0, 0);
        assert_close(path.scopes[pk_sales_path_warehouse(&path, 1)].units[day], 12, 0.4);
    }
    end();
}

/* --- money --- */

static void test_the_usual_amount_leaves_promotion_days_out(void **state)
{
    (void)state;
    struct pk_series_path one;
    begin_flat(10);
    view_case_promotion(&c, "sale", AS_OF - 2, AS_OF)->discount_ratio = 0.4;
    for (int32_t date = AS_OF - 2; date <= AS_OF; date++)
        view_case_bucket(&c, 0, date)->paid_amount_micros = 30 * PK_MICROS_PER_UNIT;
    /* Older than 28 days before the last sale at the usual price. */
    view_case_bucket(&c, 0, AS_OF - 3 - 28)->paid_amount_micros = 9000 * PK_MICROS_PER_UNIT;
    view_case_fit(&c);
    lay(AS_OF, NEXT, &one);
    assert_close(one.amounts.usual_amount, 5, 1e-9);
    assert_close(one.amounts.paid_ratio, 1, 0);
    /* No price is known, so the discount is taken off the usual amount. */
    assert_close(one.amount[0], 5 * 0.6, 1e-9);
    assert_close(one.amount[1], 5, 1e-9);
    end();
}

static void test_cancelled_units_raise_the_money_of_a_unit_of_demand(void **state)
{
    (void)state;
    struct pk_series_path one;
    begin_flat(10);
    for (int32_t date = c.first_date; date <= AS_OF; date++) {
        view_case_bucket(&c, 0, date)->cancelled_units = 2;
        view_case_bucket(&c, 0, date)->paid_amount_micros = 60 * PK_MICROS_PER_UNIT;
    }
    view_case_promotion(&c, "sale", NEXT + 1, NEXT + 1)->net_price_micros = 4 * PK_MICROS_PER_UNIT;
    view_case_fit(&c);
    lay(NEXT, NEXT + 1, &one);
    assert_close(one.amounts.usual_amount, 6, 1e-9); /* 60 for 10 that are kept */
    assert_close(one.amounts.paid_ratio, 1.2, 1e-9);
    assert_close(one.amount[0], 6, 1e-9);
    assert_close(one.amount[1], 4 * 1.2, 1e-9);
    end();
}

static void test_without_amounts_the_price_of_the_shop_is_the_money(void **state)
{
    (void)state;
    struct pk_series_path one;
    view_case_begin(&c, 1, 1, 100);
    view_case_sell_flat(&c, 0, 10);
    view_case_price(&c, 0, AS_OF - 50, 7 * PK_MICROS_PER_UNIT);
    view_case_fit(&c);
    lay(NEXT, NEXT, &one);
    assert_close(one.amounts.usual_amount, 7, 1e-9);
    assert_close(one.amount[0], 7, 1e-9);
    pk_sales_path_done(&path);
    c.data.shop.price_count = 0;
    view_case_fit(&c);
    lay(NEXT, NEXT, &one);
    assert_true(isnan(one.amounts.usual_amount));
    assert_true(isnan(one.amount[0]));
    assert_close(path.scopes[0].amount[0], 0, 0);
    end();
}

static void test_the_narrowest_price_row_of_a_day_decides(void **state)
{
    (void)state;
    const struct pk_series_amounts amounts = {100, 1};
    struct pk_error error;
    begin_flat(10);
    view_case_promotion(&c, "shop", NEXT, NEXT + 2)->discount_ratio = 0.5;
    view_case_promotion(&c, "deeper", NEXT, NEXT + 2)->discount_ratio = 0.6;
    struct pk_promotion *of_item = view_case_promotion(&c, "item", NEXT + 1, NEXT + 1);
    of_item->discount_ratio = 0.2;
    of_item->item = 0;
    /* A row of a presale and a row without a price say nothing of the price. */
    struct pk_promotion *presale = view_case_promotion(&c, "presale", NEXT + 3, NEXT + 3);
    presale->phase = PK_PHASE_PRESALE;
    presale->discount_ratio = 0.9;
    view_case_promotion(&c, "plain", NEXT + 3, NEXT + 3);
    const struct pk_view *view = view_case_fit(&c);
    assert_int_equal(pk_sales_path_new(view, NEXT, NEXT + 9, &path, &error), PK_OK);
    assert_close(pk_sales_path_amount_on(&path, 0, &amounts, NEXT), 40, 1e-9);
    assert_close(pk_sales_path_amount_on(&path, 0, &amounts, NEXT + 1), 80, 1e-9);
    assert_close(pk_sales_path_amount_on(&path, 0, &amounts, NEXT + 2), 40, 1e-9);
    assert_close(pk_sales_path_amount_on(&path, 0, &amounts, NEXT + 3), 100, 1e-9);
    end();
}

/* --- targets --- */

/* A path of ten days from NEXT with the expected units 1, 2, .. 10. */
static void begin_ten_days(void)
{
    struct pk_error error;
    begin_flat(10);
    const struct pk_view *view = view_case_fit(&c);
    assert_int_equal(pk_sales_path_new(view, NEXT, NEXT + 9, &path, &error), PK_OK);
    for (size_t day = 0; day < 10; day++)
        path.scopes[0].units[day] = (double)day + 1;
    path.scopes[0].amount[9] = 8;
}

static const struct pk_target_scope everything = {"", "", PK_INDEX_NONE, PK_INDEX_NONE};

static double target_of(const char *metric, int32_t from_date, int32_t to_date)
{
    double target = -1;
    const bool is_known =
        pk_sales_path_target(&path, 0, metric, &everything, from_date, to_date, &target);
    return is_known ? target : NAN;
}

static void test_a_target_is_spread_by_the_expected_sales(void **state)
{
    (void)state;
    begin_ten_days();
    view_case_target(&c, "units", NEXT, NEXT + 9, 550);
    view_case_target(&c, "gmv", NEXT, NEXT + 9, 1000);
    /* 1 + .. + 10 = 55 expected units for 550; all money is expected on the last day. */
    assert_close(target_of("units", NEXT, NEXT + 9), 550, 1e-9);
    assert_close(target_of("units", NEXT + 1, NEXT + 2), 50, 1e-9);
    assert_close(target_of("gmv", NEXT, NEXT + 8), 0, 0);
    assert_close(target_of("gmv", NEXT + 9, NEXT + 9), 1000, 1e-9);
    assert_true(isnan(target_of("units", NEXT + 9, NEXT + 8)));
    end();
}

static void test_a_target_of_a_period_without_expected_sales_is_spread_evenly(void **state)
{
    (void)state;
    begin_ten_days();
    for (size_t day = 0; day < 10; day++)
        path.scopes[0].units[day] = 0;
    view_case_target(&c, "units", NEXT, NEXT + 9, 550);
    assert_close(target_of("units", NEXT + 1, NEXT + 2), 110, 1e-9);
    end();
}

static void test_the_shortest_period_decides_for_its_days(void **state)
{
    (void)state;
    begin_ten_days();
    view_case_target(&c, "units", NEXT, NEXT + 9, 550);
    view_case_target(&c, "units", NEXT + 4, NEXT + 5, 22);
    /* Days 5 and 6 ask for 22, the 44 of the others for 10 each of expected units. */
    assert_close(target_of("units", NEXT + 4, NEXT + 4), 10, 1e-9);
    assert_close(target_of("units", NEXT, NEXT + 9), 22 + 440, 1e-9);
    end();
}

static void test_a_target_is_not_known_beyond_its_period_or_off_the_path(void **state)
{
    (void)state;
    begin_ten_days();
    view_case_target(&c, "units", NEXT, NEXT + 7, 100);
    view_case_target(&c, "gmv", NEXT, NEXT + 10, 100);
    assert_true(isnan(target_of("units", NEXT, NEXT + 8)));
    assert_true(isnan(target_of("gmv", NEXT, NEXT)));
    end();
}

static void test_a_window_widens_to_the_targets_that_touch_it(void **state)
{
    (void)state;
    const struct pk_target_row rows[] = {
        {.metric = "gmv", .period_start = 0, .period_end = 30},
        {.metric = "fill_rate", .period_start = 0, .period_end = 365},
        {.metric = "units", .period_start = 31, .period_end = 60},
        {.metric = "gmv", .period_start = 61, .period_end = 90},
    };
    const struct pk_ledger ledger = {.targets = rows, .target_count = 4};
    int32_t from_date = 30, to_date = 40;
    assert_true(pk_targets_widen(&ledger, &from_date, &to_date));
    assert_int_equal(from_date, 0);
    assert_int_equal(to_date, 60);
    from_date = to_date = 100;
    assert_false(pk_targets_widen(&ledger, &from_date, &to_date));
    assert_int_equal(from_date, 100);
    assert_int_equal(to_date, 100);
}

/* --- landing --- */

static void test_a_month_lands_at_what_was_sold_and_what_is_expected_with_its_noise(void **state)
{
    (void)state;
    /* As-of is the 10th of 30 days; 100 items sell 4 a day with Poisson noise or less. */
    view_case_begin(&c, 25, 4, 200);
    for (size_t s = 0; s < 100; s++)
        view_case_sell_flat(&c, s, 4);
    view_case_fit(&c);
    lay(AS_OF - 9, AS_OF + 20, NULL);
    const struct pk_scope_path *sums = &path.scopes[0];
    const double sold = pk_sales_path_sum(&path, sums->wanted_units, AS_OF - 9, AS_OF);
    const double ahead = pk_sales_path_sum(&path, sums->units, NEXT, AS_OF + 20);
    const double noise = pk_sales_path_sum(&path, sums->noise_variance, NEXT, AS_OF + 20);
    assert_close(sold, 4000, 0);
    assert_close(ahead, 8000, 80);
    assert_close(noise / ahead, 1, 0.05);
    /* Noise alone: a standard deviation of about 89, and 1.2816 of them to P10 and to P90. */
    const double p10 = sold + pk_total_band_quantile(ahead, noise, 0.1);
    const double p90 = sold + pk_total_band_quantile(ahead, noise, 0.9);
    assert_close(p10, sold + ahead - 1.2816 * sqrt(noise), 3);
    assert_close(p90, sold + ahead + 1.2816 * sqrt(noise), 3);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_runs_from_the_fit_to_the_horizon),
        cmocka_unit_test(test_past_days_have_the_fitted_mean_and_later_ones_the_demand_ahead),
        cmocka_unit_test(test_what_was_out_of_stock_was_wanted_and_lost),
        cmocka_unit_test(test_a_week_is_spread_evenly_over_its_days),
        cmocka_unit_test(test_categories_and_warehouses_add_up_to_the_total),
        cmocka_unit_test(test_the_usual_amount_leaves_promotion_days_out),
        cmocka_unit_test(test_cancelled_units_raise_the_money_of_a_unit_of_demand),
        cmocka_unit_test(test_without_amounts_the_price_of_the_shop_is_the_money),
        cmocka_unit_test(test_the_narrowest_price_row_of_a_day_decides),
        cmocka_unit_test(test_a_target_is_spread_by_the_expected_sales),
        cmocka_unit_test(test_a_target_of_a_period_without_expected_sales_is_spread_evenly),
        cmocka_unit_test(test_the_shortest_period_decides_for_its_days),
        cmocka_unit_test(test_a_target_is_not_known_beyond_its_period_or_off_the_path),
        cmocka_unit_test(test_a_window_widens_to_the_targets_that_touch_it),
        cmocka_unit_test(test_a_month_lands_at_what_was_sold_and_what_is_expected_with_its_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The as-of day and its month, of a shop that sells evenly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/decision/review/review.h"
#include "models/evidence/review_sums.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define MONEY       1000000                /* micros */
#define AS_OF       (VIEW_CASE_AS_OF - 10) /* 2024-06-20: ten days of the month are left */
#define MONTH_START (VIEW_CASE_AS_OF - 29)
#define MONTH_END   VIEW_CASE_AS_OF

static struct view_case c, then;
static struct pk_review_sums sums;
static size_t kept;

static void sell_until(struct view_case *one, int32_t last_date)
{
    for (size_t series = 0; series < 2; series++)
        for (int32_t date = one->first_date; date <= VIEW_CASE_AS_OF; date++)
            view_case_bucket(one, series, date)->demand_units =
                date > last_date ? 0 : (series == 0 ? 10 : 5);
    one->data.shop.as_of_date = last_date;
}

/* a0 of "food" sells 10 a day for 50, a1 of "shoes" 5 a day for 20. */
static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 300);
    for (uint32_t item = 0; item < 2; item++) {
        c.items[item].category = item + 1;
        c.items[item].list_price_micros = (item == 0 ? 50 : 20) * MONEY;
    }
    sell_until(&c, AS_OF);
    view_case_fit(&c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_review_sums_done(&sums);
    view_case_end(&c);
    return 0;
}

/* Sums over the whole shop. `before` is the view of the day before; NULL = none. */
static void review(const struct pk_view *before)
{
    static struct pk_demand_memory memory;
    static double mean_units[PK_PROJECTION_BUCKET_COUNT_MAX];
    struct pk_sales_path_memory path_memory = {0};
    struct pk_error error;
    pk_review_sums_done(&sums);
    memory.scratch = pk_forecast_scratch_new();
    assert_int_equal(pk_review_sums_new(&c.view, &sums, &error), PK_OK);
    double *units = calloc(sums.path.day_count + 1, sizeof *units);
    double *amount = calloc(sums.path.day_count + 1, sizeof *amount);
    for (size_t series = 0; series < 2; series++) {
        struct pk_reviewed_series one = {
            .path = {.series = series, .units = units, .amount = amount}};
        struct pk_demand_ahead ahead;
        assert_int_equal(pk_day_forecast(&c.view, before, series, memory.scratch, mean_units,
                                         &one.forecast, &error),
                         PK_OK);
        assert_int_equal(
            pk_demand_ahead_load(&c.view, series, 60, &memory, mean_units, &ahead, &error), PK_OK);
        assert_int_equal(
            pk_review_sums_load(&sums, series, &ahead.demand, &path_memory, &one, &error), PK_OK);
        pk_review_sums_add(&sums, &one);
    }
    kept = pk_review_sums_close(&sums);
    free(units);
    free(amount);
    pk_sales_path_memory_done(&path_memory);
    pk_forecast_scratch_free(memory.scratch);
}

/* The fit of the day before as-of. */
static const struct pk_view *fit_before(void)
{
    view_case_begin(&then, 2, 1, 300);
    sell_until(&then, AS_OF - 1);
    return view_case_fit(&then);
}

/* ---- sums of rows ---------------------------------------------------------------------------- */

static void test_rows_sum_to_demand_paid_and_returned_units(void **state)
{
    (void)state;
    view_case_bucket(&c, 0, AS_OF)->cancelled_units = 2;
    view_case_bucket(&c, 0, AS_OF)->returned_units = 3;
    view_case_fit(&c);
    struct pk_sales_sum sum = pk_sales_sum_between(&c.data, 0, AS_OF - 1, AS_OF);
    assert_close(sum.demand_units, 20, 0);
    assert_close(sum.paid_units, 22, 0);
    assert_close(sum.returned_units, 3, 0);
    assert_close(sum.paid_amount, -1, 0); /* no row tells one */
    view_case_bucket(&c, 0, AS_OF)->paid_amount_micros = 400 * MONEY;
    view_case_fit(&c);
    sum = pk_sales_sum_between(&c.data, 0, AS_OF - 1, AS_OF);
    assert_close(sum.paid_amount, 400, 0);
}

static void test_the_return_ratio_is_of_the_days_watched(void **state)
{
    (void)state;
    assert_close(pk_return_ratio_of_shop(&c.data), 0, 0);
    view_case_bucket(&c, 0, AS_OF)->returned_units = 45;
    view_case_bucket(&c, 0, AS_OF - PK_RETURN_WATCH_DAYS)->returned_units =
        1000; /* a day too early */
    view_case_fit(&c);
    assert_close(pk_return_ratio_of_shop(&c.data), 45.0 / (15 * PK_RETURN_WATCH_DAYS), 1e-12);
    assert_close(pk_sales_sum_lately(&c.data, 1).paid_units, 5 * PK_RETURN_WATCH_DAYS, 0);
}

/* ---- the day --------------------------------------------------------------------------------- */

static void test_the_day_stands_against_the_forecast_of_the_day_before(void **state)
{
    (void)state;
    view_case_bucket(&c, 0, AS_OF)->demand_units = 14;
    view_case_bucket(&c, 0, AS_OF)->cancelled_units = 2;
    view_case_bucket(&c, 0, AS_OF)->paid_amount_micros = 700 * MONEY;
    view_case_bucket(&c, 1, AS_OF)->demand_units = 4;
    view_case_fit(&c);
    review(fit_before());
    const struct pk_review_sum *total = &sums.sums[0];
    assert_int_equal(total->series_count, 2);
    assert_close(total->sold_units, 18, 0);
    assert_close(total->day.units, 20, 0);
    assert_close(total->day.amount, 700, 0);
    assert_close(total->forecast_units, 15, 0.5);
    assert_close(total->absolute_error_units, 4 + 1, 0.5);
    assert_true(total->low_units < 15 && 15 < total->high_units);
    /* 10 at 50 and 5 at 20. */
    assert_close(total->forecast_amount, 600, 60);
    view_case_end(&then);
}

static void test_without_a_view_of_the_day_before_there_is_no_forecast(void **state)
{
    (void)state;
    review(NULL);
    assert_close(sums.sums[0].forecast_units, 0, 0);
    assert_close(sums.sums[0].sold_units, 15, 0);
    assert_close(sums.sums[0].absolute_error_units, 15, 0);
}

static void test_an_item_that_the_day_before_does_not_know_has_no_forecast(void **state)
{
    (void)state;
    fit_before();
    then.item_ids[1][0] = 'z';
    struct pk_noisy_window forecast = {.noise_variance = 9};
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double mean_units[16];
    struct pk_error error;
    assert_int_equal(
        pk_day_forecast(&c.view, &then.view, 1, scratch, mean_units, &forecast, &error), PK_OK);
    assert_close(forecast.window.mean_units, 0, 0);
    assert_close(forecast.noise_variance, 0, 0);
    assert_int_equal(
        pk_day_forecast(&c.view, &then.view, 0, scratch, mean_units, &forecast, &error), PK_OK);
    assert_close(forecast.window.mean_units, 10, 0.3);
    pk_forecast_scratch_free(scratch);
    view_case_end(&then);
}

/* ---- the month ------------------------------------------------------------------------------- */

static void test_the_month_holds_the_as_of_day(void **state)
{
    (void)state;
    review(NULL);
    assert_int_equal(sums.month_start_date, MONTH_START);
    assert_int_equal(sums.month_end_date, MONTH_END);
    c.data.shop.as_of_date = 19722; /* 2023-12-31 */
    pk_review_sums_done(&sums);
    struct pk_error error;
    assert_int_equal(pk_review_sums_new(&c.view, &sums, &error), PK_OK);
    assert_int_equal(sums.month_start_date, 19692);
    assert_int_equal(sums.month_end_date, 19722);
    c.data.shop.as_of_date = AS_OF;
}

static void test_the_month_to_date_is_what_was_paid(void **state)
{
    (void)state;
    view_case_bucket(&c, 0, MONTH_START)->cancelled_units = 3;
    view_case_bucket(&c, 0, MONTH_START)->paid_amount_micros = 600 * MONEY;
    view_case_bucket(&c, 0, MONTH_START - 1)->paid_amount_micros = 900 * MONEY;
    view_case_fit(&c);
    review(NULL);
    assert_close(sums.sums[0].month.units, 20 * 15 + 3, 0);
    assert_close(sums.sums[0].month.amount, 600, 0);
    assert_close(sums.sums[0].month_expected.units, 20 * 15, 10);
    assert_close(sums.sums[0].progress.units, 20.0 / 30, 0.02);
}

static void test_the_month_lands_at_what_was_paid_and_what_is_expected(void **state)
{
    (void)state;
    for (int32_t date = MONTH_START; date <= AS_OF; date++) {
        view_case_bucket(&c, 0, date)->paid_amount_micros = 500 * MONEY;
        view_case_bucket(&c, 1, date)->paid_amount_micros = 100 * MONEY;
    }
    view_case_fit(&c);
    review(NULL);
    const struct pk_review_sum *total = &sums.sums[0];
    assert_close(total->landing_q50.units, 30 * 15, 10);
    assert_close(total->landing_q50.amount, 30 * 600, 400);
    assert_true(total->landing_q10.units < total->landing_q50.units &&
                total->landing_q50.units < total->landing_q90.units);
    assert_true(total->landing_q10.units >= 20 * 15); /* these are paid */
}

static void test_what_was_short_lately_stays_short_for_two_thirds(void **state)
{
    (void)state;
    review(NULL);
    const double rest = sums.bands[0].rest.mean;
    for (int32_t date = AS_OF - PK_SHARED_DAY_COUNT + 1; date <= AS_OF; date++)
        for (size_t series = 0; series < 2; series++) {
            view_case_bucket(&c, series, date)->demand_units /= 2;
            view_case_bucket(&c, series, date)->available_ratio = 0.5F;
        }
    view_case_fit(&c);
    review(NULL);
    /* Half of the demand was lost: of the ten days ahead 1 - 0.67 / 2 are sold. */
    assert_close(sums.bands[0].rest.mean, rest, 0.05 * rest);
    assert_close(sums.sums[0].landing_q50.units, 20 * 7.5 + (1 - 0.335) * 150, 12);
}

/* ---- scopes and targets ---------------------------------------------------------------------- */

static void test_categories_add_up_to_the_total(void **state)
{
    (void)state;
    review(fit_before());
    assert_int_equal(kept, 3);
    assert_string_equal(sums.sums[0].scope, "total");
    assert_string_equal(sums.sums[1].scope_id, "food");
    assert_string_equal(sums.sums[2].scope_id, "shoes");
    const struct pk_review_sum *rows = sums.sums;
    assert_close(rows[1].month.units + rows[2].month.units, rows[0].month.units, 1e-9);
    assert_close(rows[1].forecast_units + rows[2].forecast_units, rows[0].forecast_units, 1e-9);
    assert_close(rows[1].month_expected.amount + rows[2].month_expected.amount,
                 rows[0].month_expected.amount, 1e-6);
    view_case_end(&then);
}

static void test_a_category_without_a_name_that_holds_everything_is_left_out(void **state)
{
    (void)state;
    c.items[0].category = c.items[1].category = 0;
    view_case_fit(&c);
    review(NULL);
    assert_int_equal(kept, 1);
}

static void test_targets_are_due_by_expected_sales(void **state)
{
    (void)state;
    view_case_target(&c, "units", MONTH_START, MONTH_END, 900);
    view_case_target(&c, "gmv", MONTH_START, MONTH_END, 6000)->category = 1;
    review(NULL);
    const struct pk_review_sum *total = &sums.sums[0], *food = &sums.sums[1];
    assert_close(total->month_target.units, 900, 1e-9);
    assert_close(total->due_target.units, 900 * total->progress.units, 1e-6);
    assert_close(total->day_target.units, 30, 2);
    assert_true(isnan(total->month_target.amount));
    assert_close(food->month_target.amount, 6000, 1e-9);
    assert_close(food->due_target.amount, 4000, 150);
    assert_true(isnan(sums.sums[2].month_target.amount));
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_rows_sum_to_demand_paid_and_returned_units),
        WITH_SHOP(test_the_return_ratio_is_of_the_days_watched),
        WITH_SHOP(test_the_day_stands_against_the_forecast_of_the_day_before),
        WITH_SHOP(test_without_a_view_of_the_day_before_there_is_no_forecast),
        WITH_SHOP(test_an_item_that_the_day_before_does_not_know_has_no_forecast),
        WITH_SHOP(test_the_month_holds_the_as_of_day),
        WITH_SHOP(test_the_month_to_date_is_what_was_paid),
        WITH_SHOP(test_the_month_lands_at_what_was_paid_and_what_is_expected),
        WITH_SHOP(test_what_was_short_lately_stays_short_for_two_thirds),
        WITH_SHOP(test_categories_add_up_to_the_total),
        WITH_SHOP(test_a_category_without_a_name_that_holds_everything_is_left_out),
        WITH_SHOP(test_targets_are_due_by_expected_sales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

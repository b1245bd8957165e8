/* One origin of a backtest on simulated shops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/forecast/backtest.h"
#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;

static struct pk_backtest *run_at(int32_t days_before, int32_t horizon_days,
                                  const struct pk_executor *executor, enum pk_status *out_status)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    const struct pk_backtest_origin origin = {c.shop.as_of_date - days_before, horizon_days, 5};
    struct pk_backtest *backtest = pk_backtest_new(&c.shop);
    struct pk_error error;
    assert_non_null(backtest);
    *out_status =
        pk_backtest_run(&c.shop, &c.sales, &settings, &origin, executor, backtest, &error);
    return backtest;
}

/* 60 days of 1, 3, 1, 3, ... (steps of 2), then 4 and 4. A week before them stand 3 and 1. */
static void test_peers_and_scales_are_those_of_the_history(void **state)
{
    (void)state;
    enum pk_status status;
    case_begin(&c, 1, 62);
    for (int32_t t = 0; t < 62; t++)
        case_sell(&c, 0, CASE_START + t, t >= 60 ? 4 : t % 2 == 0 ? 1 : 3);
    struct pk_backtest *backtest = run_at(2, 2, NULL, &status);
    assert_int_equal(status, PK_OK);
    const struct pk_accuracy_sums *total = &backtest->total;
    assert_close(total->count[PK_GRAIN_BUCKET], 2, 0);
    assert_close(total->units[PK_GRAIN_WINDOW], 8, 0);
    assert_close(total->absolute_error[PK_GRAIN_BUCKET][PK_METHOD_SEASONAL_NAIVE], 1 + 3, 1e-12);
    assert_close(total->absolute_error[PK_GRAIN_BUCKET][PK_METHOD_MEAN28], 2 + 2, 1e-12);
    assert_close(total->rmsse[PK_METHOD_SEASONAL_NAIVE], sqrt((1.0 + 9) / 2 / 4), 1e-12);
    assert_close(total->rmsse[PK_METHOD_MEAN28], 1, 1e-12);
    assert_close(total->mase[PK_METHOD_MEAN28], 2.0 / 2, 1e-12); /* 7 days apart: always 2 */
    assert_memory_equal(&backtest->velocity[PK_VELOCITY_MEDIUM], total, sizeof *total);
    assert_memory_equal(&backtest->event[0], total, sizeof *total);
    pk_backtest_free(backtest);
    case_end(&c);
}

static void sell_poisson(size_t items, int32_t days)
{
    for (size_t i = 0; i < items; i++)
        for (int32_t t = 0; t < days; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(0.2 * (double)(i + 1)));
}

static void test_buckets_touched_by_a_promotion_are_told_apart(void **state)
{
    (void)state;
    enum pk_status status;
    case_begin(&c, 4, 200);
    sell_poisson(4, 200);
    case_promotion(&c, "brand_day", CASE_START + 180, CASE_START + 181);
    c.promotions[0].item = 2;
    struct pk_backtest *backtest = run_at(28, 28, NULL, &status);
    assert_int_equal(status, PK_OK);
    assert_close(backtest->event[1].count[PK_GRAIN_BUCKET], 2, 0);
    assert_close(backtest->event[1].count[PK_GRAIN_WINDOW], 1, 0);
    assert_close(backtest->event[0].count[PK_GRAIN_WINDOW], 3, 0);
    assert_close(backtest->total.count[PK_GRAIN_BUCKET], 4 * 28, 0);
    pk_backtest_free(backtest);
    case_end(&c);
}

static void run_backwards(void *executor_context, size_t count,
                          void (*job)(void *context, size_t index), void *context)
{
    (void)executor_context;
    for (size_t i = count; i > 0; i--)
        job(context, i - 1);
}

static void test_sums_are_the_same_for_every_order_of_work(void **state)
{
    (void)state;
    enum pk_status status;
    const struct pk_executor executor = {run_backwards, NULL};
    case_begin(&c, 12, 150);
    for (size_t i = 0; i < 12; i++)
        c.items[i].category = (uint32_t)(i % 4);
    sell_poisson(12, 150);
    struct pk_backtest *forwards = run_at(28, 28, NULL, &status);
    struct pk_backtest *backwards = run_at(28, 28, &executor, &status);
    assert_memory_equal(&forwards->total, &backwards->total, sizeof forwards->total);
    assert_memory_equal(forwards->category, backwards->category, 4 * sizeof forwards->category[0]);
    pk_backtest_merge(forwards, backwards);
    assert_close(forwards->category[3].count[PK_GRAIN_WINDOW], 2 * 3, 0);
    pk_backtest_free(forwards);
    pk_backtest_free(backwards);
    case_end(&c);
}

static void test_a_series_without_a_sale_before_the_origin_is_not_scored(void **state)
{
    (void)state;
    enum pk_status status;
    case_begin(&c, 3, 500);
    for (int32_t t = 0; t < 500; t++)
        case_sell(&c, 0, CASE_START + t, 3);
    for (int32_t t = 490; t < 500; t++)
        case_sell(&c, 1, CASE_START + t, 3);
    for (int32_t t = 0; t < 50; t++) /* dead for more than a year */
        case_sell(&c, 2, CASE_START + t, 3);
    struct pk_backtest *backtest = run_at(28, 28, NULL, &status);
    assert_int_equal(status, PK_OK);
    assert_close(backtest->total.count[PK_GRAIN_WINDOW], 1, 0);
    pk_backtest_free(backtest);
    case_end(&c);
}

static void test_windows_must_be_known_and_horizons_in_range(void **state)
{
    (void)state;
    static const struct {
        int32_t before, horizon;
        enum pk_status status;
    } cases[] = {{28, 28, PK_OK},
                 {27, 28, PK_INVALID_ARGUMENT},
                 {1, 1, PK_OK},
                 {1, 0, PK_INVALID_ARGUMENT},
                 {PK_HORIZON_DAYS_MAX, PK_HORIZON_DAYS_MAX, PK_OK},
                 {PK_HORIZON_DAYS_MAX + 1, PK_HORIZON_DAYS_MAX + 1, PK_INVALID_ARGUMENT}};
    case_begin(&c, 2, 500);
    sell_poisson(2, 500);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum pk_status status;
        pk_backtest_free(run_at(cases[i].before, cases[i].horizon, NULL, &status));
        assert_int_equal(status, cases[i].status);
    }
    case_end(&c);
}

static void test_weekly_series_are_scored_by_weeks(void **state)
{
    (void)state;
    enum pk_status status;
    case_begin(&c, 2, 60 * 7);
    c.shop.as_of_date = CASE_START + 59 * 7;
    for (size_t i = 0; i < 2; i++) {
        c.series[i].bucket_days = 7;
        for (int32_t week = 0; week < 60; week++)
            case_sell(&c, i, CASE_START + 7 * week, 10 + week % 2);
    }
    struct pk_backtest *backtest = run_at(28, 28, NULL, &status);
    assert_int_equal(status, PK_OK);
    assert_close(backtest->total.count[PK_GRAIN_BUCKET], 2 * 4, 0);
    assert_close(backtest->total.units[PK_GRAIN_BUCKET], 2 * (10 + 11 + 10 + 11), 0);
    /* The last week before the origin is an odd one: 11. */
    assert_close(backtest->total.absolute_error[PK_GRAIN_BUCKET][PK_METHOD_SEASONAL_NAIVE], 2 * 2,
                 1e-12);
    assert_close(backtest->total.absolute_error[PK_GRAIN_BUCKET][PK_METHOD_YEAR_NAIVE], 0, 1e-12);
    pk_backtest_free(backtest);
    case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peers_and_scales_are_those_of_the_history),
        cmocka_unit_test(test_buckets_touched_by_a_promotion_are_told_apart),
        cmocka_unit_test(test_sums_are_the_same_for_every_order_of_work),
        cmocka_unit_test(test_a_series_without_a_sale_before_the_origin_is_not_scored),
        cmocka_unit_test(test_windows_must_be_known_and_horizons_in_range),
        cmocka_unit_test(test_weekly_series_are_scored_by_weeks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What buyers send back: rates, lag, and the orders that it lowers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/decision/order/reorder.h"

#define DAYS 364
#define NEXT 20000

static uint64_t seed;
static double uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) * 0x1p-53;
}

/* A shop that sells about 200 a day with its week, of which `rate` come back after `lag` days. */
static void simulate(size_t lag, double rate, double *sold, double *returned)
{
    static const double week[7] = {0.8, 0.8, 0.9, 1.0, 1.1, 1.3, 1.1};
    seed = 7 + lag;
    for (size_t t = 0; t < DAYS; t++) {
        sold[t] = floor(200 * week[t % 7] * (0.8 + 0.4 * uniform()));
        returned[t] = 0;
        for (double unit = 0; t >= lag && unit < sold[t - lag]; unit++)
            returned[t] += uniform() < rate;
    }
}

static void test_the_lag_of_a_shop_is_found(void **state)
{
    (void)state;
    static const size_t lags[] = {1, 5, 7, 12, 30};
    double sold[DAYS], returned[DAYS];
    for (size_t i = 0; i < sizeof lags / sizeof *lags; i++) {
        bool is_learnt;
        simulate(lags[i], 0.12, sold, returned);
        assert_int_equal(pk_return_lag_days(sold, returned, DAYS, &is_learnt), lags[i]);
        assert_true(is_learnt);
    }
}

static void test_a_thin_or_short_history_takes_the_default_lag(void **state)
{
    (void)state;
    double sold[DAYS], returned[DAYS];
    bool is_learnt = true;
    simulate(12, 0.0005, sold, returned);
    assert_int_equal(pk_return_lag_days(sold, returned, DAYS, &is_learnt), PK_RETURN_LAG_DEFAULT);
    assert_false(is_learnt);
    simulate(12, 0.12, sold, returned);
    assert_int_equal(pk_return_lag_days(sold, returned, 119, &is_learnt), PK_RETURN_LAG_DEFAULT);
    assert_false(is_learnt);
}

static void test_rates_are_shrunk_to_the_category(void **state)
{
    (void)state;
    const struct pk_return_evidence items[] = {
        {10000, 1000, 0}, {0, 0, 0}, {10, 9, 0}, {10000, 100, 1}, {0, 0, 2}};
    double rates[5];
    struct pk_error error;
    assert_int_equal(pk_return_rates_make(items, 5, 3, rates, &error), PK_OK);
    assert_float_equal(rates[0], 0.1, 0.001); /* its own */
    assert_float_equal(rates[1], 0.1, 0.002); /* its category's */
    assert_true(rates[2] > 0.1 && rates[2] < 0.3);
    assert_float_equal(rates[3], 0.01, 0.001);
    assert_true(fabs(rates[4] - 1109.0 / 20010.0) < 1e-9); /* the shop's */
}

static void test_more_returned_than_sold_is_a_rate_of_one_at_most(void **state)
{
    (void)state;
    const struct pk_return_evidence items[] = {{10, 5000, 0}, {0, 7, 0}}, none[] = {{100, 0, 0}};
    double rates[2];
    struct pk_error error;
    assert_int_equal(pk_return_rates_make(items, 2, 1, rates, &error), PK_OK);
    assert_true(rates[0] <= 1 && rates[1] <= 1);
    assert_int_equal(pk_return_rates_make(none, 1, 1, rates, &error), PK_OK);
    assert_float_equal(rates[0], 0, 0);
}

/* 10 a day for 100 days, 5 of the last days before sold 40 each. */
static struct pk_reorder_input input_with(double *mean_units, const struct pk_returns *returns,
                                          struct pk_demand *demand)
{
    for (size_t b = 0; b < 250; b++)
        mean_units[b] = 10;
    *demand = (struct pk_demand){.first_date = NEXT,
                                 .bucket_days = 1,
                                 .bucket_count = 250,
                                 .mean_units = mean_units,
                                 .dispersion = INFINITY};
    struct pk_reorder_input input = {.demand = demand,
                                     .stock = {.is_known = true, .on_hand_units = 60},
                                     .terms = pk_supply_terms_default(),
                                     .economics = {.unit_cost_micros = -1,
                                                   .price_micros = -1,
                                                   .salvage_micros = -1,
                                                   .launch_date = PK_DATE_NONE,
                                                   .end_date = PK_DATE_NONE},
                                     .promotion_start_date = PK_DATE_NONE,
                                     .promotion_end_date = PK_DATE_NONE};
    input.terms.is_known = true;
    input.terms.lead_time_days = 4;
    if (returns != NULL)
        input.returns = *returns;
    return input;
}

static struct pk_reorder decide(const struct pk_reorder_input *input)
{
    struct pk_projection *projection = malloc(sizeof *projection);
    struct pk_reorder reorder;
    assert_non_null(projection);
    pk_reorder_decide(input, projection, &reorder);
    free(projection);
    return reorder;
}

static void test_what_comes_back_follows_past_sales_and_then_the_forecast(void **state)
{
    (void)state;
    const double past[] = {40, 40, 40, 40, 40};
    const struct pk_returns returns = {0.1, 5, past};
    struct pk_demand demand;
    double mean[250];
    input_with(mean, NULL, &demand);
    assert_float_equal(pk_returns_expected_units(&returns, &demand, NEXT, NEXT), 4, 1e-12);
    assert_float_equal(pk_returns_expected_units(&returns, &demand, NEXT, NEXT + 4), 20, 1e-12);
    assert_float_equal(pk_returns_expected_units(&returns, &demand, NEXT + 4, NEXT + 6), 6, 1e-12);
    assert_float_equal(pk_returns_expected_units(&returns, &demand, NEXT - 9, NEXT), 4, 1e-12);
    assert_float_equal(pk_returns_expected_units(&returns, &demand, NEXT + 6, NEXT + 5), 0, 0);
}

static void test_expected_returns_lower_the_order_by_what_they_are(void **state)
{
    (void)state;
    const double past[] = {40, 40, 40, 40, 40};
    const struct pk_returns returns = {0.1, 5, past};
    struct pk_demand demand;
    double mean[250];
    const struct pk_reorder_input plain = input_with(mean, NULL, &demand);
    const struct pk_reorder_input with = input_with(mean, &returns, &demand);
    const struct pk_reorder before = decide(&plain), after = decide(&with);
    /* A = next + 4, A' = next + 11: five days of 4, six of 1; 60 on hand: nothing is lost */
    assert_float_equal(after.expected_return_units, 26, 1e-9);
    assert_in_range(before.order_units - after.order_units, 25, 29);
    assert_true(pk_reasons_has(&after.reasons, PK_REASON_RETURNS_EXPECTED));
    assert_false(pk_reasons_has(&before.reasons, PK_REASON_RETURNS_EXPECTED));
    assert_float_equal(after.position_units, before.position_units, 0);
}

static void test_what_comes_back_to_an_empty_shelf_is_sold_before_the_order_arrives(void **state)
{
    (void)state;
    /* 50 a day back until the arrival, nothing after it: all of it is sold at 100 a day. */
    double past[30] = {0}, mean[250];
    for (size_t i = 0; i < 4; i++)
        past[i] = 50;
    const struct pk_returns returns = {1, 30, past};
    struct pk_demand demand;
    struct pk_reorder_input input = input_with(mean, &returns, &demand);
    for (size_t b = 0; b < 250; b++)
        mean[b] = 100;
    input.stock.on_hand_units = 0;
    const struct pk_reorder with = decide(&input);
    input.returns.rate = 0;
    const struct pk_reorder without = decide(&input);
    assert_float_equal(with.expected_return_units, 200, 1e-9);
    assert_in_range(without.order_units - with.order_units + 5, 0, 10);
    assert_true(with.expected_lost_units < without.expected_lost_units - 150);
    assert_false(pk_reasons_has(&with.reasons, PK_REASON_RETURNS_EXPECTED));
}

static void test_returns_beyond_the_need_order_nothing(void **state)
{
    (void)state;
    double past[30], mean[250];
    for (size_t i = 0; i < 30; i++)
        past[i] = 1000;
    const struct pk_returns returns = {1, 30, past};
    struct pk_demand demand;
    const struct pk_reorder_input input = input_with(mean, &returns, &demand);
    const struct pk_reorder reorder = decide(&input);
    assert_int_equal(reorder.order_units, 0);
    assert_true(reorder.need_units >= 0);
    assert_true(pk_reasons_has(&reorder.reasons, PK_REASON_ENOUGH_STOCK));
    assert_true(pk_reasons_has(&reorder.reasons, PK_REASON_RETURNS_EXPECTED));
}

static void test_a_weekly_series_gets_its_returns_by_the_week(void **state)
{
    (void)state;
    const double past[] = {10, 10, 10, 10, 10, 10, 10};
    const struct pk_returns returns = {0.2, 7, past};
    struct pk_demand demand;
    double mean[250];
    struct pk_reorder_input input = input_with(mean, &returns, &demand);
    demand.bucket_days = 7;
    demand.bucket_count = 60;
    for (size_t b = 0; b < 60; b++)
        mean[b] = 70;
    input.terms.lead_time_days = 14;
    const struct pk_reorder with = decide(&input);
    input.returns.rate = 0;
    const struct pk_reorder without = decide(&input);
    assert_float_equal(with.expected_return_units, 0.2 * 210, 1e-9);
    assert_true(with.order_units < without.order_units);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_lag_of_a_shop_is_found),
        cmocka_unit_test(test_a_thin_or_short_history_takes_the_default_lag),
        cmocka_unit_test(test_rates_are_shrunk_to_the_category),
        cmocka_unit_test(test_more_returned_than_sold_is_a_rate_of_one_at_most),
        cmocka_unit_test(test_what_comes_back_follows_past_sales_and_then_the_forecast),
        cmocka_unit_test(test_expected_returns_lower_the_order_by_what_they_are),
        cmocka_unit_test(test_what_comes_back_to_an_empty_shelf_is_sold_before_the_order_arrives),
        cmocka_unit_test(test_returns_beyond_the_need_order_nothing),
        cmocka_unit_test(test_a_weekly_series_gets_its_returns_by_the_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Published results of dynamic pricing that the ladder must agree with: Poisson demand of constant
 * elasticity -2, no cost, no salvage, a stock of n for M expected units at the first price of 1. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/clearance/markdown.h"
#include "tests/support/best_plan.h"
#include "tests/support/close.h"

static struct pk_markdown markdown;
static struct pk_markdown_input input;

static void solve(double mean, int64_t stock)
{
    input = (struct pk_markdown_input){.stock_units = stock,
                                       .terms = {.price = 1.0, .kept_ratio = 1.0},
                                       .response = {.elasticity = -2.0}};
    pk_markdown_set_days(&input, 182);
    for (size_t period = 0; period < input.period_count; period++) {
        const double until = mean * (double)(period + 1) / (double)input.period_count;
        input.until[period] = (struct pk_window){.mean_units = until, .variance = until};
    }
    pk_markdown_solve(&markdown, &input);
}

/* Gallego & van Ryzin, "Optimal dynamic pricing of inventories with stochastic demand over finite
 * horizons", Management Science 40 (1994): revenue is at most that of certain demand, here the
 * run-out price times the stock (theorem 2), and one price earns all of it but a part of 1 / (2
 * sqrt(n)) (theorem 3). M = 0.49 n: the run-out price is 0.7, a step of the ladder. */
static void test_one_price_is_nearly_optimal_as_gallego_and_van_ryzin_say(void **state)
{
    (void)state;
    static const int64_t stocks[] = {25, 100, 400, 10000};
    for (size_t i = 0; i < sizeof stocks / sizeof *stocks; i++) {
        const double n = (double)stocks[i], bound = 0.7 * n;
        solve(0.49 * n, stocks[i]);
        const double single = best_plan(&markdown, markdown.single_count)->value;
        assert_true(markdown.plans[3].value >= bound * (1.0 - 1.0 / (2.0 * sqrt(n))));
        assert_true(single >= markdown.plans[3].value && single <= bound);
        assert_true(best_plan(&markdown, markdown.plan_count)->value <= bound);
        assert_true(best_plan(&markdown, markdown.plan_count)->value >= single);
        if (n >= 400.0)
            assert_int_equal(best_plan(&markdown, markdown.single_count)->steps[0], 3);
    }
}

/* McAfee & te Velde, "Dynamic pricing with constant demand elasticity", Production and Operations
 * Management 17 (2008): the optimal revenue from n units is b[n] M^(1/e) with b[n] (b[n] -
 * b[n-1])^(e-1) = (1 - 1/e)^(e-1), for e = 2 b[n] = (b[n-1] + sqrt(b[n-1]^2 + 2)) / 2, where prices
 * may rise and fall without bounds at any time: a bound for a ladder of seven prices that only fall
 * week by week, and within a few per cent of it. */
static void test_a_falling_ladder_is_close_to_the_optimum_of_mcafee_and_te_velde(void **state)
{
    (void)state;
    double b = 0.0;
    for (int64_t n = 1; n <= 200; n++) {
        b = (b + sqrt(b * b + 2.0)) / 2.0;
        if (n != 10 && n != 50 && n != 200)
            continue;
        for (double price = 0.45; price <= 0.95; price += 0.1) {
            const double mean = price * price * (double)n, optimum = b * sqrt(mean);
            solve(mean, n);
            const double value = best_plan(&markdown, markdown.plan_count)->value;
            assert_true(value <= optimum);
            assert_true(value >= (n == 10 ? 0.86 : 0.94) * optimum);
        }
    }
    assert_close(b, sqrt(200.0), 0.25); /* b[n] grows as sqrt(n) */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_price_is_nearly_optimal_as_gallego_and_van_ryzin_say),
        cmocka_unit_test(test_a_falling_ladder_is_close_to_the_optimum_of_mcafee_and_te_velde),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Own deviations: what a series may have for itself, and what it borrows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/own.h"
#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;
static struct pk_demand demand;
static uint32_t flags;

static double wave(int32_t date, bool reversed)
{
    const int32_t weekday = pk_date_weekday(date);
    return 1 + (reversed ? -0.12 : 0.12) * (weekday - 3);
}

/* Items 0..5 sell against the week of the others, item 6 too but only once in ten days. */
static void test_fast_movers_have_their_own_week_and_slow_ones_the_groups(void **state)
{
    (void)state;
    case_begin(&c, 20, 300);
    for (size_t i = 0; i < 20; i++)
        for (int32_t t = 0; t < 300; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson((i == 6 ? 0.1 : 30) * wave(CASE_START + t, i <= 6)));
    struct pk_model *model = case_fit(&c);
    double slow = 0;
    for (size_t i = 5; i < 8; i++) {
        const double *mean = case_forecast(&c, model, i, 7, &demand, &flags);
        double sum = 0;
        for (int32_t t = 0; t < 7; t++)
            sum += mean[t] / 7;
        for (int32_t t = 0; t < 7; t++)
            if (i != 6)
                assert_close(mean[t] / sum, wave(demand.first_date + t, i == 5), 0.08);
            else
                slow = fmax(slow, fabs(mean[t] / sum - wave(demand.first_date + t, true)));
    }
    assert_true(slow > 0.15); /* a hundredth of the others' sales says nothing about the week */
    pk_model_free(model);
    case_end(&c);
}

/* Every 14 days a promotion of two days: it lifts item 3 by half, the others fourfold. */
static void test_an_own_promotion_lift_frees_itself(void **state)
{
    (void)state;
    case_begin(&c, 12, 400);
    for (int32_t start = 20; start < 420; start += 14)
        case_promotion(&c, "brand_day", CASE_START + start, CASE_START + start + 1);
    for (size_t i = 0; i < 12; i++)
        for (int32_t t = 0; t < 400; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson(t >= 20 && (t - 20) % 14 < 2 ? (i == 3 ? 30 : 80) : 20));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 3, 28, &demand, &flags);
    assert_true(mean[12] > 26 && mean[12] < 36); /* day 412 */
    assert_true(mean[10] > 18 && mean[10] < 22);
    mean = case_forecast(&c, model, 4, 28, &demand, &flags);
    assert_true(mean[12] > 70 && mean[12] < 90);
    pk_model_free(model);
    case_end(&c);
}

/* Rain every third day: it halves item 3 and does nothing to the others. */
static void test_an_own_answer_to_a_covariate_frees_itself(void **state)
{
    (void)state;
    case_begin(&c, 12, 300);
    for (int32_t t = 0; t < 330; t += 3)
        case_covariate(&c, 1, CASE_START + t, 1);
    for (size_t i = 0; i < 12; i++)
        for (int32_t t = 0; t < 300; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(i == 3 && t % 3 == 0 ? 15 : 30));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 3, 28, &demand, &flags);
    assert_close(mean[0] / mean[1], 0.5, 0.1); /* day 300 is wet */
    mean = case_forecast(&c, model, 4, 28, &demand, &flags);
    assert_close(mean[0] / mean[1], 1, 0.07);
    pk_model_free(model);
    case_end(&c);
}

/* Levels from 1 to 100; item 9 has three days of history. */
static struct pk_window window_of_a_new_item(uint32_t reference)
{
    case_begin(&c, 10, 200);
    c.items[9].reference_item = reference;
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = i == 9 ? 197 : 0; t < 200; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(i == 9 ? 8 : exp(0.5 * (double)i)));
    struct pk_model *model = case_fit(&c);
    case_forecast(&c, model, 9, 28, &demand, &flags);
    const struct pk_window window =
        pk_demand_window(&demand, demand.first_date, demand.first_date + 27);
    pk_model_free(model);
    case_end(&c);
    return window;
}

static void test_the_band_of_a_new_item_is_wide_but_has_a_middle(void **state)
{
    (void)state;
    for (int with_reference = 0; with_reference < 2; with_reference++) {
        const struct pk_window window = window_of_a_new_item(with_reference ? 4 : PK_INDEX_NONE);
        assert_true(flags & PK_SERIES_NEW);
        assert_true((double)pk_window_quantile_units(&window, 0.5) > 0.5 * window.mean_units);
        assert_true((double)pk_window_quantile_units(&window, 0.9) < 4 * window.mean_units);
        assert_true((double)pk_window_quantile_units(&window, 0.9) > 1.3 * window.mean_units);
    }
}

/* sum delta^2 / sum freedom, the default counting as four. */
static void test_widths_follow_what_the_series_say(void **state)
{
    (void)state;
    struct pk_own_prior prior = pk_own_prior_default();
    const double given = prior.variance[PK_OWN_PROMOTION];
    prior.square[PK_OWN_PROMOTION] = 96 * 2 * given;
    prior.freedom[PK_OWN_PROMOTION] = 96;
    pk_own_prior_update(&prior);
    assert_close(prior.variance[PK_OWN_PROMOTION], given * (96 * 2 + 4) / 100, 1e-12);
    assert_close(prior.variance[PK_OWN_DISCOUNT], pk_own_prior_default().variance[PK_OWN_DISCOUNT],
                 1e-12);
    assert_true(prior.freedom[PK_OWN_PROMOTION] <= 0); /* ready for the next round */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fast_movers_have_their_own_week_and_slow_ones_the_groups),
        cmocka_unit_test(test_an_own_promotion_lift_frees_itself),
        cmocka_unit_test(test_an_own_answer_to_a_covariate_frees_itself),
        cmocka_unit_test(test_the_band_of_a_new_item_is_wide_but_has_a_middle),
        cmocka_unit_test(test_widths_follow_what_the_series_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

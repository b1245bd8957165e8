/* The forecast model from outside: what a planner would expect of simulated shops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;
static struct pk_demand demand;
static uint32_t flags;

static double total(const double *mean, size_t from, size_t until)
{
    double sum = 0;
    for (size_t i = from; i < until; i++)
        sum += mean[i];
    return sum;
}

static double weekly_wave(int32_t date)
{
    static const double wave[7] = {0.8, 0.8, 0.9, 1.0, 1.3, 1.6, 0.6};
    return wave[pk_date_weekday(date)];
}

static void test_the_week_is_shared_and_the_level_is_own(void **state)
{
    (void)state;
    case_begin(&c, 20, 400);
    for (size_t i = 0; i < 20; i++)
        for (int32_t t = 0; t < 400; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson((1 + (double)i) * weekly_wave(CASE_START + t)));
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    for (size_t i = 0; i < 20; i += 19) {
        const double *mean = case_forecast(&c, model, i, 28, &demand, &flags);
        const double level = total(mean, 0, 28) / 28;
        assert_true(fabs(level / (1 + (double)i) - 1) < (i == 0 ? 0.35 : 0.1));
        for (int32_t t = 0; t < 7; t++)
            assert_true(fabs(mean[t] / level / weekly_wave(demand.first_date + t) - 1) < 0.1);
    }
    assert_int_equal(demand.first_date, c.shop.as_of_date + 1);
    assert_string_equal(pk_model_calendar_version(model), "none");
    pk_model_free(model);
    case_end(&c);
}

static void test_a_promotion_ahead_takes_the_lift_of_past_ones(void **state)
{
    (void)state;
    case_begin(&c, 10, 500);
    for (int32_t start = 60; start < 560; start += 50)
        case_promotion(&c, start < 510 ? "brand_day" : "brand_day", CASE_START + start,
                       CASE_START + start + 1);
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < 500; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(t >= 60 && (t - 60) % 50 < 2 ? 40 : 10));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 3, 28, &demand, &flags);
    assert_true(mean[10] > 33 && mean[10] < 46); /* day 510 */
    assert_true(mean[2] > 8.5 && mean[2] < 11.5);
    assert_false(flags & PK_SERIES_LOW_EVIDENCE);
    assert_false(flags & PK_SERIES_CAPPED); /* peaks of promotions are no bulk orders */
    pk_model_free(model);
    case_end(&c);
}

static void test_double12_borrows_from_double11_and_618(void **state)
{
    (void)state;
    case_begin(&c, 10, 345); /* until 2020-12-10 */
    case_promotion(&c, "618", CASE_START + 169, CASE_START + 169);
    case_promotion(&c, "double11", CASE_START + 315, CASE_START + 315);
    case_promotion(&c, "double12", CASE_START + 346, CASE_START + 346);
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < 345; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(t == 169 || t == 315 ? 80 : 10));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 0, 14, &demand, &flags);
    assert_true(mean[1] > 35 && mean[1] < 90);
    assert_true(flags & PK_SERIES_LOW_EVIDENCE);
    const struct pk_window ordinary =
        pk_demand_window(&demand, demand.first_date, demand.first_date);
    const struct pk_window peak =
        pk_demand_window(&demand, demand.first_date + 1, demand.first_date + 1);
    assert_true(sqrt(peak.variance) / peak.mean_units >
                1.3 * sqrt(ordinary.variance) / ordinary.mean_units);
    pk_model_free(model);
    case_end(&c);
}

static void test_an_item_scoped_promotion_lifts_its_item_only(void **state)
{
    (void)state;
    case_begin(&c, 8, 300);
    for (int32_t start = 50; start < 330; start += 50) {
        case_promotion(&c, "livestream", CASE_START + start, CASE_START + start);
        c.promotions[c.shop.promotion_count - 1].item = 2;
    }
    for (size_t i = 0; i < 8; i++)
        for (int32_t t = 0; t < 300; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson(i == 2 && t >= 50 && (t - 50) % 50 == 0 ? 100 : 10));
    struct pk_model *model = case_fit(&c);
    const double lifted = case_forecast(&c, model, 2, 7, &demand, &flags)[0];
    assert_true(lifted > 60 && lifted < 120);
    const double ordinary = case_forecast(&c, model, 3, 7, &demand, &flags)[0];
    assert_true(ordinary > 8 && ordinary < 12);
    pk_model_free(model);
    case_end(&c);
}

static void test_days_without_selling_are_closures_not_zeros(void **state)
{
    (void)state;
    const struct pk_inferred_closure *closures;
    case_begin(&c, 10, 301);
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < 301; t++)
            case_sell(&c, i, CASE_START + t,
                      pk_date_weekday(CASE_START + t) == 5 || (t >= 200 && t < 210)
                          ? 0
                          : case_poisson(10));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 0, 28, &demand, &flags);
    for (int32_t t = 0; t < 28; t++) {
        if (pk_date_weekday(demand.first_date + t) == 5)
            assert_true(mean[t] <= 0);
        else
            assert_true(mean[t] > 8.5 && mean[t] < 11.5);
    }
    assert_true(pk_model_inferred_closures(model, &closures) >= 50);
    pk_model_free(model);
    case_end(&c);
}

static void test_a_closed_day_ahead_is_zero(void **state)
{
    (void)state;
    case_begin(&c, 3, 100);
    for (size_t i = 0; i < 3; i++)
        for (int32_t t = 0; t < 100; t++)
            case_sell(&c, i, CASE_START + t, t == 50 ? 0 : case_poisson(9));
    case_covariate(&c, 0, CASE_START + 50, 1);
    case_covariate(&c, 0, CASE_START + 102, 1);
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 0, 7, &demand, &flags);
    assert_true(mean[2] <= 0 && mean[1] > 6 && mean[3] > 6);
    pk_model_free(model);
    case_end(&c);
}

static void test_stocked_out_days_do_not_lower_the_level(void **state)
{
    (void)state;
    case_begin(&c, 2, 200);
    for (size_t i = 0; i < 2; i++) {
        for (int32_t t = 0; t < 200; t++) {
            const bool out = i == 0 && t % 2 == 1;
            case_sell(&c, i, CASE_START + t, out ? 0.001 : case_poisson(10) + 1);
            if (out)
                c.buckets[c.bucket_count - 1].available_ratio = 0;
        }
    }
    struct pk_model *model = case_fit(&c);
    assert_true(pk_model_series(model, 0)->level_units > 9.5);
    assert_true(pk_model_series(model, 0)->flags & PK_SERIES_STOCKED_OUT);
    pk_model_free(model);
    case_end(&c);
}

static void test_a_covariate_is_used(void **state)
{
    (void)state;
    case_begin(&c, 5, 300);
    for (int32_t t = 0; t < 310; t += 3)
        case_covariate(&c, 1, CASE_START + t, 1);
    for (size_t i = 0; i < 5; i++)
        for (int32_t t = 0; t < 300; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(t % 3 == 0 ? 30 : 10));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 0, 6, &demand, &flags);
    assert_true(mean[0] > 26 && mean[0] < 34);
    assert_true(mean[1] > 8 && mean[1] < 12);
    pk_model_free(model);
    case_end(&c);
}

static void test_an_own_season_frees_itself_from_the_group(void **state)
{
    (void)state;
    case_begin(&c, 10, 1000);
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < 1000; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson(20 * (i == 9 ? exp(0.8 * sin(6.2831853 * t / 365.25)) : 1)));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 9, 200, &demand, &flags);
    const double low = 20 * exp(-0.8), high = 20 * exp(0.8); /* days 1004 and 1187 of the wave */
    assert_true(mean[4] < 1.35 * low);
    assert_true(mean[186] > 0.7 * high);
    const double *flat = case_forecast(&c, model, 1, 200, &demand, &flags);
    assert_true(flat[186] > 16 && flat[186] < 25);
    pk_model_free(model);
    case_end(&c);
}

static void test_a_new_item_takes_its_reference_level(void **state)
{
    (void)state;
    case_begin(&c, 6, 200);
    for (size_t i = 0; i < 5; i++)
        for (int32_t t = 0; t < 200; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(i == 4 ? 40 : 2));
    c.items[5].reference_item = 4;
    c.items[5].launch_date = CASE_START + 203;
    case_sell(&c, 5, CASE_START, 0);
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 5, 7, &demand, &flags);
    assert_true(mean[2] <= 0);
    assert_true(mean[3] > 30 && mean[3] < 50);
    assert_true(flags & PK_SERIES_NEW);
    pk_model_free(model);
    case_end(&c);
}

static void test_dead_and_ended_items_forecast_nothing(void **state)
{
    (void)state;
    case_begin(&c, 3, 500);
    for (size_t i = 0; i < 3; i++)
        for (int32_t t = 0; t < 500; t++)
            case_sell(&c, i, CASE_START + t, i == 1 && t > 100 ? 0 : case_poisson(5));
    c.items[2].end_date = CASE_START + 502;
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 1, 28, &demand, &flags);
    assert_true(total(mean, 0, 28) <= 0);
    assert_true(flags & PK_SERIES_DEAD);
    mean = case_forecast(&c, model, 2, 28, &demand, &flags);
    assert_true(mean[2] > 3 && total(mean, 3, 28) <= 0);
    assert_true(flags & PK_SERIES_ENDED);
    pk_model_free(model);
    case_end(&c);
}

static void test_one_giant_order_does_not_move_the_level(void **state)
{
    (void)state;
    case_begin(&c, 5, 300);
    for (size_t i = 0; i < 5; i++)
        for (int32_t t = 0; t < 300; t++)
            case_sell(&c, i, CASE_START + t, i == 2 && t == 290 ? 1e9 : case_poisson(10));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 2, 28, &demand, &flags);
    assert_true(total(mean, 0, 28) / 28 < 15);
    assert_true(flags & PK_SERIES_CAPPED);
    mean = case_forecast(&c, model, 1, 28, &demand, &flags);
    assert_true(fabs(total(mean, 0, 28) / 280 - 1) < 0.15);
    pk_model_free(model);
    case_end(&c);
}

/* Odd histories: every one must give finite forecasts >= 0 that are bounded by three times the
 * maximum. */
static double odd_units(size_t item, int32_t t)
{
    switch (item) {
    case 0:
        return 0;
    case 1:
        return t == 150 ? 1 : 0;
    case 2:
        return t % 2 == 0 ? 1e9 : 0;
    case 3:
        return case_uniform() < 0.3 ? 0 : case_poisson(8); /* 30 % missing */
    case 4:
        return case_poisson(t < 150 ? 2 : 200); /* level shift */
    case 5:
        return case_poisson(t > 290 ? 500 : 1); /* shift at the very end */
    case 6:
        return t % 14 < 7 ? case_poisson(20) : 0; /* alternating weeks */
    case 7:
        return t == 299 ? 5 : 0; /* first sale on as-of */
    case 8:
        return exp(0.05 * t); /* explosive growth */
    default:
        return 0.001;
    }
}

static void test_odd_series_never_explode(void **state)
{
    (void)state;
    for (int32_t days = 1; days <= 1000; days = days < 300 ? days * 3 + 97 : days + 350) {
        case_begin(&c, 10, days);
        for (size_t i = 0; i < 10; i++)
            for (int32_t t = 0; t < days; t++)
                case_sell(&c, i, CASE_START + t, fmin(odd_units(i, t), 1e9));
        struct pk_model *model = case_fit(&c);
        assert_non_null(model);
        for (size_t i = 0; i < 10; i++) {
            const double *mean = case_forecast(&c, model, i, 400, &demand, &flags);
            const double maximum = pk_model_series(model, i)->maximum_units;
            assert_non_null(mean);
            for (size_t t = 0; t < 400; t++)
                assert_true(mean[t] >= 0 && mean[t] <= 3 * maximum + 1e-6);
            assert_true(demand.dispersion > 0);
            assert_true(demand.level_relative_variance >= 0 &&
                        isfinite(demand.level_relative_variance));
        }
        pk_model_free(model);
        case_end(&c);
    }
}

static void test_an_empty_shop_can_be_fitted(void **state)
{
    (void)state;
    case_begin(&c, 0, 10);
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    pk_model_free(model);
    case_end(&c);
}

static void test_weekly_series_have_weekly_rows(void **state)
{
    (void)state;
    case_begin(&c, 5, 700);
    c.shop.as_of_date = CASE_START + 99 * 7;
    c.shop.week_start = pk_date_weekday(CASE_START);
    for (size_t i = 0; i < 5; i++) {
        c.series[i].bucket_days = 7;
        for (int32_t w = 0; w < 100; w++)
            case_sell(&c, i, CASE_START + 7 * w, case_poisson(30));
    }
    struct pk_model *model = case_fit(&c);
    assert_int_equal(pk_model_bucket_count(&c.shop, 0, 29), 5);
    const double *mean = case_forecast(&c, model, 0, 29, &demand, &flags);
    assert_int_equal(demand.first_date, c.shop.as_of_date + 7);
    assert_int_equal(demand.bucket_count, 5);
    assert_true(mean[0] > 24 && mean[0] < 36);
    pk_model_free(model);
    case_end(&c);
}

static void test_rows_after_as_of_change_nothing(void **state)
{
    (void)state;
    double expected[28];
    for (int round = 0; round < 2; round++) {
        case_begin(&c, 4, 300);
        if (round == 1)
            c.shop.as_of_date -= 100;
        for (size_t i = 0; i < 4; i++) {
            case_seed = i;
            for (int32_t t = 0; t < (round == 0 ? 200 : 300); t++)
                case_sell(&c, i, CASE_START + t, case_poisson(t < 200 ? 7 : 700));
        }
        c.shop.as_of_date = CASE_START + 199;
        struct pk_model *model = case_fit(&c);
        const double *mean = case_forecast(&c, model, 1, 28, &demand, &flags);
        if (round == 0)
            memcpy(expected, mean, sizeof expected);
        else
            assert_memory_equal(expected, mean, sizeof expected);
        pk_model_free(model);
        case_end(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_week_is_shared_and_the_level_is_own),
        cmocka_unit_test(test_a_promotion_ahead_takes_the_lift_of_past_ones),
        cmocka_unit_test(test_double12_borrows_from_double11_and_618),
        cmocka_unit_test(test_an_item_scoped_promotion_lifts_its_item_only),
        cmocka_unit_test(test_days_without_selling_are_closures_not_zeros),
        cmocka_unit_test(test_a_closed_day_ahead_is_zero),
        cmocka_unit_test(test_stocked_out_days_do_not_lower_the_level),
        cmocka_unit_test(test_a_covariate_is_used),
        cmocka_unit_test(test_an_own_season_frees_itself_from_the_group),
        cmocka_unit_test(test_a_new_item_takes_its_reference_level),
        cmocka_unit_test(test_dead_and_ended_items_forecast_nothing),
        cmocka_unit_test(test_one_giant_order_does_not_move_the_level),
        cmocka_unit_test(test_odd_series_never_explode),
        cmocka_unit_test(test_an_empty_shop_can_be_fitted),
        cmocka_unit_test(test_weekly_series_have_weekly_rows),
        cmocka_unit_test(test_rows_after_as_of_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

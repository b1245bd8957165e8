/* Explanations: the factors make the forecast, and evidence is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/forecast/explain.h"
#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;
static struct pk_error error;

/* Two years of six items in two categories: two brand days a year, one overlapping Double 12 ahead,
 * rain now and then, a planned closure ahead, an item that ends. */
static void make_shop(int32_t bucket_days)
{
    const int32_t days = 728;
    case_begin(&c, 6, days);
    c.shop.calendar = PK_CALENDAR_CN;
    c.shop.as_of_date = CASE_START + days - bucket_days;
    for (int32_t start = 100; start < 800; start += 210)
        case_promotion(&c, "brand_day", CASE_START + start, CASE_START + start + 2);
    case_promotion(&c, "double12", CASE_START + days + 3, CASE_START + days + 4);
    c.promotions[3].discount_ratio = 0.3;
    c.promotions[3].item = 1;
    c.promotions[4].traffic_ratio = 2;
    for (int32_t t = 10; t < days + 20; t += 31)
        case_covariate(&c, 1, CASE_START + t, 1);
    for (size_t i = 0; i < 6; i++) {
        c.items[i].category = 1 + (uint32_t)(i % 2);
        c.series[i].bucket_days = bucket_days;
        for (int32_t t = 0; t < days; t += bucket_days) {
            const bool promoted = t % 210 >= 100 && t % 210 <= 102 && t < 700;
            case_sell(&c, i, CASE_START + t,
                      case_poisson((promoted ? 3 : 1) * (1 + (double)i) * bucket_days));
        }
    }
    c.items[5].end_date = CASE_START + days + 6;
}

static double product_of(const struct pk_explanation *explanation)
{
    double product = explanation->series.level_units;
    for (size_t i = 0; i < explanation->factor_count; i++)
        product *= explanation->factors[i].multiplier;
    return product;
}

static const struct pk_factor *find(const struct pk_explanation *explanation,
                                    enum pk_factor_kind kind)
{
    for (size_t i = 0; i < explanation->factor_count; i++)
        if (explanation->factors[i].kind == kind)
            return &explanation->factors[i];
    return NULL;
}

static void check_every_day(int32_t bucket_days, int32_t horizon_days)
{
    make_shop(bucket_days);
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    for (size_t i = 0; i < 6; i++) {
        struct pk_demand demand;
        uint32_t flags;
        const double *mean = case_forecast(&c, model, i, horizon_days, &demand, &flags);
        for (size_t b = 0; b < demand.bucket_count; b++) {
            struct pk_explanation explanation;
            const int32_t date = demand.first_date + (int32_t)b * bucket_days;
            assert_int_equal(pk_explain_forecast(model, &c.shop, i, date, &explanation, &error),
                             PK_OK);
            assert_close(explanation.mean_units, mean[b], 0);
            assert_close(product_of(&explanation), mean[b], 1e-9 * (1 + mean[b]));
            double sum = explanation.series.level_units;
            for (size_t f = 0; f < explanation.factor_count; f++)
                sum += explanation.factors[f].units;
            assert_close(sum, mean[b], 1e-9 * (1 + mean[b]));
            const struct pk_window window = pk_demand_window(&demand, date, date + bucket_days - 1);
            assert_close(explanation.noise_variance + explanation.level_variance +
                             explanation.lift_variance,
                         window.variance, 1e-9 * (1 + window.variance));
            pk_explanation_done(&explanation);
        }
    }
    pk_model_free(model);
    case_end(&c);
}

static void test_level_times_factors_is_the_forecast(void **state)
{
    (void)state;
    check_every_day(1, 28);
}

static void test_level_times_factors_is_the_forecast_of_weeks_too(void **state)
{
    (void)state;
    check_every_day(7, 28);
}

static void test_evidence_is_counted_for_the_series_and_the_shop(void **state)
{
    (void)state;
    struct pk_explanation explanation;
    make_shop(1);
    struct pk_model *model = case_fit(&c);
    const int32_t day = CASE_START + 730; /* the fourth brand day, for item 1 alone, at 30 % off */
    assert_int_equal(pk_explain_forecast(model, &c.shop, 1, day, &explanation, &error), PK_OK);
    const struct pk_factor *promotion = find(&explanation, PK_FACTOR_PROMOTION);
    assert_string_equal(promotion->name, "brand_day");
    assert_true(promotion->multiplier > 2);
    assert_int_equal(promotion->evidence_count, 3);
    assert_int_equal(promotion->shop_evidence_count, 3);
    const struct pk_factor *discount = find(&explanation, PK_FACTOR_DISCOUNT);
    assert_close(discount->value, 0.3, 1e-6);
    assert_int_equal(discount->evidence_count, 0);
    pk_explanation_done(&explanation);
    assert_int_equal(pk_explain_forecast(model, &c.shop, 0, day, &explanation, &error), PK_OK);
    assert_null(find(&explanation, PK_FACTOR_DISCOUNT));
    pk_explanation_done(&explanation);
    assert_int_equal(pk_explain_forecast(model, &c.shop, 5, day + 10, &explanation, &error), PK_OK);
    assert_close(find(&explanation, PK_FACTOR_OPEN)->multiplier, 0, 0);
    assert_true(explanation.flags & PK_SERIES_ENDED);
    pk_explanation_done(&explanation);
    pk_model_free(model);
    case_end(&c);
}

/* Item 0 never sold and is launched ahead, item 1 has been dead for more than a year, the others
 * sell. */
static void test_items_without_sales_are_explained_too(void **state)
{
    (void)state;
    case_begin(&c, 4, 500);
    c.items[0].launch_date = CASE_START + 505;
    for (int32_t t = 0; t < 60; t++)
        case_sell(&c, 1, CASE_START + t, 2);
    for (size_t i = 2; i < 4; i++)
        for (int32_t t = 0; t < 500; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(3));
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    for (size_t i = 0; i < 2; i++) {
        struct pk_demand demand;
        uint32_t flags;
        const double *mean = case_forecast(&c, model, i, 28, &demand, &flags);
        for (int32_t day = 0; day < 28; day++) {
            struct pk_explanation explanation;
            assert_int_equal(pk_explain_forecast(model, &c.shop, i, demand.first_date + day,
                                                 &explanation, &error),
                             PK_OK);
            assert_close(product_of(&explanation), mean[day], 1e-9);
            pk_explanation_done(&explanation);
        }
    }
    pk_model_free(model);
    case_end(&c);
}

static void test_only_days_ahead_are_explained(void **state)
{
    (void)state;
    struct pk_explanation explanation;
    make_shop(1);
    struct pk_model *model = case_fit(&c);
    const int32_t as_of = c.shop.as_of_date;
    assert_int_equal(pk_explain_forecast(model, &c.shop, 0, as_of, &explanation, &error),
                     PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "date");
    assert_int_equal(
        pk_explain_forecast(model, &c.shop, 0, as_of + PK_HORIZON_DAYS_MAX, &explanation, &error),
        PK_OK);
    pk_explanation_done(&explanation);
    assert_int_equal(pk_explain_forecast(model, &c.shop, 0, as_of + PK_HORIZON_DAYS_MAX + 1,
                                         &explanation, &error),
                     PK_INVALID_ARGUMENT);
    assert_int_equal(pk_explain_forecast(model, &c.shop, 6, as_of + 1, &explanation, &error),
                     PK_INVALID_ARGUMENT);
    pk_explanation_done(NULL);
    pk_model_free(model);
    case_end(&c);
}

/* A supply import loads the shop again and keeps the fit. */
static void test_a_fit_explains_after_the_shop_that_it_was_made_from_is_gone(void **state)
{
    (void)state;
    make_shop(1);
    char *kinds = strdup("brand_day");
    assert_non_null(kinds);
    for (size_t p = 0; p < c.shop.promotion_count; p++)
        if (strcmp(c.promotions[p].kind, "brand_day") == 0)
            c.promotions[p].kind = kinds;
    struct pk_model *model = case_fit(&c);
    for (size_t p = 0; p < c.shop.promotion_count; p++)
        if (c.promotions[p].kind == kinds)
            c.promotions[p].kind = "brand_day";
    memset(kinds, 'x', strlen(kinds));
    free(kinds);
    struct pk_explanation explanation;
    const int32_t date = c.promotions[3].start_date;
    assert_int_equal(pk_explain_forecast(model, &c.shop, 1, date, &explanation, &error), PK_OK);
    const struct pk_factor *promotion = find(&explanation, PK_FACTOR_PROMOTION);
    assert_non_null(promotion);
    assert_string_equal(promotion->name, "brand_day");
    pk_explanation_done(&explanation);
    pk_model_free(model);
    case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_level_times_factors_is_the_forecast),
        cmocka_unit_test(test_level_times_factors_is_the_forecast_of_weeks_too),
        cmocka_unit_test(test_evidence_is_counted_for_the_series_and_the_shop),
        cmocka_unit_test(test_items_without_sales_are_explained_too),
        cmocka_unit_test(test_only_days_ahead_are_explained),
        cmocka_unit_test(test_a_fit_explains_after_the_shop_that_it_was_made_from_is_gone),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Prices: known elasticities are found again, prices of promotions count once, odd ones not at
 * all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/forecast/explain.h"
#include "models/forecast/price.h"
#include "tests/unit/forecast/shop_case.h"

#define DAYS       500
#define ITEM_COUNT 20
#define USUAL      INT64_C(10000000)

static struct pk_price prices[4096];
static struct shop_case c;

static void price(uint32_t item, int32_t day, double factor)
{
    prices[c.shop.price_count++] =
        (struct pk_price){item, PK_INDEX_NONE, CASE_START + day, (int64_t)((double)USUAL * factor)};
}

/* Price factor of an item on a day of the simulated shop: every item is 20 % off for a week every
 * 70 days, in turn, and becomes 30 % dearer for good at some time. */
static double factor_on(size_t item, int32_t day)
{
    const double lasting = day >= 120 + 15 * (int32_t)item ? 1.3 : 1;
    return (day + 7 * (int32_t)item) % 70 < 7 ? 0.8 * lasting : lasting;
}

/* Items of ten units a day with the elasticities, item 0 without any price change up to as-of. */
static void begin(double lasting, double passing)
{
    case_begin(&c, ITEM_COUNT, DAYS);
    c.shop.prices = prices;
    c.shop.price_count = 0;
    for (uint32_t item = 0; item < ITEM_COUNT; item++) {
        double before = 0;
        for (int32_t day = 0; day < DAYS; day++) {
            const double factor = item == 0 ? 1 : factor_on(item, day);
            const bool passes = (day + 7 * (int32_t)item) % 70 < 7 && item > 0;
            const double stays = passes ? factor / 0.8 : factor;
            if (fabs(factor - before) > 0)
                price(item, day, factor);
            before = factor;
            case_sell(&c, item, CASE_START + day,
                      case_poisson(10 * pow(stays, lasting) * pow(factor / stays, passing)));
        }
        if (item == 0)
            price(0, DAYS + 7, 0.8); /* its first cut, for a week from the 8th day on */
        if (item == 0)
            price(0, DAYS + 14, 1);
    }
}

static double forecast_ratio(struct pk_demand *demand)
{
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    const double *mean = case_forecast(&c, model, 0, 21, demand, NULL);
    double cut = 0, usual = 0;
    for (size_t day = 0; day < 7; day++) {
        usual += mean[day];
        cut += mean[7 + day];
    }
    pk_model_free(model);
    return cut / usual;
}

static void test_a_first_price_cut_takes_the_elasticity_of_the_group(void **state)
{
    (void)state;
    struct pk_demand demand;
    begin(-1, -2.5);
    const double ratio = forecast_ratio(&demand);
    assert_true(fabs(log(ratio) / (-2.5 * log(0.8)) - 1) < 0.15);
    case_end(&c);
}

static void test_weekly_series_have_elasticities_too(void **state)
{
    (void)state;
    struct pk_demand demand;
    case_begin(&c, 8, 7 * 99 + 1);
    c.shop.prices = prices;
    c.shop.week_start = pk_date_weekday(CASE_START);
    for (uint32_t item = 0; item < 8; item++) {
        c.series[item].bucket_days = 7;
        for (int32_t week = 0; week < 100; week++) {
            const bool cut = (week + (int32_t)item) % 10 == 0;
            price(item, 7 * week, cut ? 0.8 : 1);
            case_sell(&c, item, CASE_START + 7 * week, case_poisson(70 * (cut ? 1.8 : 1)));
        }
        price(item, 7 * 100, 1);
        price(item, 7 * 101, 0.8);
        price(item, 7 * 102, 1);
    }
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    const double *mean = case_forecast(&c, model, 0, 14, &demand, NULL);
    assert_true(mean[1] / mean[0] > 1.5 && mean[1] / mean[0] < 2.1);
    pk_model_free(model);
    case_end(&c);
}

static void test_prices_that_move_nothing_are_dropped(void **state)
{
    (void)state;
    struct pk_demand demand;
    begin(0, 0);
    assert_true(fabs(log(forecast_ratio(&demand))) < 0.05);
    case_end(&c);
}

static void test_what_stays_and_what_passes_have_elasticities_of_their_own(void **state)
{
    (void)state;
    begin(-2, -0.5);
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    const struct pk_series_model *one = pk_model_series(model, 3);
    assert_true(fabs(one->elasticity.part[PK_PRICE_LASTING] + 2) < 0.7);
    assert_true(fabs(one->elasticity.part[PK_PRICE_PASSING] + 0.5) < 0.3);
    pk_model_free(model);
    case_end(&c);
}

/* A shop without any price change in its past. */
static void begin_without_past(void)
{
    case_begin(&c, 1, DAYS);
    c.shop.prices = prices;
    c.shop.price_count = 0;
    for (int32_t day = 0; day < DAYS; day++)
        case_sell(&c, 0, CASE_START + day, case_poisson(10));
    price(0, 0, 1);
}

static void test_a_price_never_tried_has_a_wider_band(void **state)
{
    (void)state;
    struct pk_demand demand;
    begin_without_past();
    forecast_ratio(&demand);
    const double before = demand.level_relative_variance;
    price(0, DAYS, 0.7);
    forecast_ratio(&demand);
    assert_true(demand.level_relative_variance > before + 0.05);
    case_end(&c);
}

static void test_odd_prices_change_nothing(void **state)
{
    (void)state;
    static const double odd[] = {0, 1e-9, 1e8};
    struct pk_demand demand;
    begin_without_past();
    const double plain = forecast_ratio(&demand);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        c.shop.price_count = 1;
        price(0, 100, odd[i]);
        price(0, 101, 1);
        price(0, DAYS + 7, odd[i]);
        assert_true(fabs(forecast_ratio(&demand) - plain) < 1e-9);
    }
    case_end(&c);
}

static void test_the_usual_price_knows_nothing_after_as_of(void **state)
{
    (void)state;
    begin_without_past();
    price(0, DAYS, 0.5);
    assert_true(fabs(pk_price_usual_micros(&c.shop, 0) - (double)USUAL) < 1);
    c.shop.price_count = 0;
    price(0, DAYS, 0.5);
    assert_true(fabs(pk_price_usual_micros(&c.shop, 0)) < 1);
    c.items[0].list_price_micros = USUAL;
    assert_true(fabs(pk_price_usual_micros(&c.shop, 0) - (double)USUAL) < 1);
    case_end(&c);
}

/* Four promotions in the past with and without the price rows that they came with, one ahead. */
static double promoted_ratio(bool with_past_rows, bool with_row_ahead)
{
    struct pk_demand demand;
    case_begin(&c, 1, DAYS);
    c.shop.prices = prices;
    c.shop.price_count = 0;
    for (int32_t day = 0; day < DAYS; day++)
        case_sell(&c, 0, CASE_START + day, case_poisson(day % 100 < 7 && day > 99 ? 30 : 10));
    price(0, 0, 1);
    for (int32_t day = 100; day <= DAYS + 7; day += day == 400 ? 107 : 100) {
        case_promotion(&c, "brand_day", CASE_START + day, CASE_START + day + 6);
        c.promotions[c.shop.promotion_count - 1].discount_ratio = 0.3;
        if (day < DAYS ? with_past_rows : with_row_ahead) {
            price(0, day, 0.7);
            price(0, day + 7, 1);
        }
    }
    const double ratio = forecast_ratio(&demand);
    case_end(&c);
    return ratio;
}

static void test_the_price_of_a_promotion_counts_once(void **state)
{
    (void)state;
    const double without = promoted_ratio(false, false);
    assert_true(without > 2.3 && without < 3.5);
    assert_true(fabs(promoted_ratio(true, true) / without - 1) < 0.01);
    assert_true(fabs(promoted_ratio(true, false) / without - 1) < 0.01);
    assert_true(fabs(promoted_ratio(false, true) / without - 1) < 0.01);
}

static void test_a_price_is_explained(void **state)
{
    (void)state;
    struct pk_explanation explanation;
    struct pk_error error;
    begin(-1, -2);
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    const struct pk_factor *found = NULL;
    assert_int_equal(
        pk_explain_forecast(model, &c.shop, 0, CASE_START + DAYS + 8, &explanation, &error), PK_OK);
    for (size_t i = 0; i < explanation.factor_count; i++)
        if (explanation.factors[i].kind == PK_FACTOR_PRICE)
            found = &explanation.factors[i];
    assert_non_null(found);
    assert_true(fabs(found->value - 0.8) < 1e-9);
    assert_true(found->multiplier > 1.3 && found->multiplier < 1.8);
    assert_int_equal(found->evidence_count, 0);
    pk_explanation_done(&explanation);
    pk_model_free(model);
    case_end(&c);
}

/* 30 items that sell the less the dearer they are, and two that will be launched tomorrow. */
static void begin_bands(bool with_prices)
{
    case_begin(&c, 32, 200);
    for (size_t item = 0; item < 32; item++) {
        const double one = item >= 30 ? 1 + 9 * (double)(item - 30) : 1 + 0.3 * (double)item;
        if (with_prices)
            c.items[item].list_price_micros = (int64_t)(one * 1e6);
        if (item >= 30)
            c.items[item].launch_date = CASE_START + 200;
        for (int32_t day = 0; day < 200; day++)
            case_sell(&c, item, CASE_START + day, item < 30 ? case_poisson(20 / one) : 0);
    }
}

static void test_a_new_item_takes_the_level_of_its_price_band(void **state)
{
    (void)state;
    for (int with_prices = 0; with_prices < 2; with_prices++) {
        begin_bands(with_prices == 1);
        struct pk_model *model = case_fit(&c);
        assert_non_null(model);
        const double cheap = pk_model_series(model, 30)->level_units;
        const double dear = pk_model_series(model, 31)->level_units;
        assert_true(cheap > 0 && dear > 0);
        if (with_prices == 1)
            assert_true(cheap / dear > 7 && cheap / dear < 13);
        else
            assert_true(fabs(cheap / dear - 1) < 1e-9);
        pk_model_free(model);
        case_end(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_first_price_cut_takes_the_elasticity_of_the_group),
        cmocka_unit_test(test_weekly_series_have_elasticities_too),
        cmocka_unit_test(test_prices_that_move_nothing_are_dropped),
        cmocka_unit_test(test_what_stays_and_what_passes_have_elasticities_of_their_own),
        cmocka_unit_test(test_a_price_never_tried_has_a_wider_band),
        cmocka_unit_test(test_odd_prices_change_nothing),
        cmocka_unit_test(test_the_usual_price_knows_nothing_after_as_of),
        cmocka_unit_test(test_the_price_of_a_promotion_counts_once),
        cmocka_unit_test(test_a_price_is_explained),
        cmocka_unit_test(test_a_new_item_takes_the_level_of_its_price_band),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

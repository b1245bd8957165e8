/* What promotions, closures and covariates of some items do to a forecast, on simulated shops whose
 * true lifts are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;
static struct pk_demand demand;
static uint32_t flags;

static struct pk_promotion *promotion(const char *kind, int32_t start, int32_t end)
{
    case_promotion(&c, kind, CASE_START + start, CASE_START + end);
    return &c.promotions[c.shop.promotion_count - 1];
}

/* Sells what `lift` makes of 20 units a day for every item, then forecasts item 0. */
static const double *forecast_of(size_t item_count, int32_t day_count,
                                 double (*lift)(size_t item, int32_t day))
{
    for (size_t i = 0; i < item_count; i++)
        for (int32_t t = 0; t < day_count; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(20 * lift(i, t)));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 0, 28, &demand, &flags);
    pk_model_free(model);
    case_end(&c);
    return mean;
}

static double working_day_lift(size_t item, int32_t day)
{
    (void)item;
    if (day % 28 > 6)
        return 1;
    return pk_date_weekday(CASE_START + day) < 5 ? 2 : 1.2;
}

static void test_a_promotion_lifts_weekdays_differently(void **state)
{
    (void)state;
    case_begin(&c, 10, 364);
    for (int32_t start = 0; start <= 364; start += 28)
        promotion("brand_day", start, start + 6);
    const double *mean = forecast_of(10, 364, working_day_lift);
    for (int32_t t = 0; t < 7; t++) {
        const double truth = 20 * working_day_lift(0, 364 + t);
        assert_true(fabs(mean[t] / truth - 1) < 0.12);
    }
}

static double depth_of(int32_t day)
{
    return day % 30 == 10 ? 0.1 * (1 + (double)(day / 30 % 4)) : 0;
}

static double discount_lift(size_t item, int32_t day)
{
    (void)item;
    return exp(4 * depth_of(day));
}

static void test_a_deeper_discount_sells_more(void **state)
{
    (void)state;
    case_begin(&c, 10, 400);
    for (int32_t day = 10; day < 400; day += 30)
        promotion("brand_day", day, day)->discount_ratio = depth_of(day);
    promotion("brand_day", 405, 405)->discount_ratio = 0.2;
    promotion("brand_day", 415, 415)->discount_ratio = 0.5;
    const double *mean = forecast_of(10, 400, discount_lift);
    assert_true(mean[5] / 20 > 0.8 * exp(0.8) && mean[5] / 20 < 1.2 * exp(0.8));
    /* deeper than ever seen */
    assert_true(mean[15] / 20 > 0.6 * exp(2) && mean[15] / 20 < 1.3 * exp(2));
}

static double traffic_of(int32_t day)
{
    return day % 30 == 10 ? 1.5 + (double)(day / 30 % 3) : 1;
}

static double traffic_lift(size_t item, int32_t day)
{
    (void)item;
    return pow(traffic_of(day), 0.9);
}

static void test_more_visitors_sell_more(void **state)
{
    (void)state;
    case_begin(&c, 10, 400);
    for (int32_t day = 10; day < 400; day += 30)
        promotion("livestream", day, day)->traffic_ratio = traffic_of(day);
    promotion("livestream", 405, 405)->traffic_ratio = 3;
    const double *mean = forecast_of(10, 400, traffic_lift);
    const double truth = pow(3, 0.9);
    assert_true(mean[5] / 20 > 0.85 * truth && mean[5] / 20 < 1.15 * truth);
}

static double two_kinds_lift(size_t item, int32_t day)
{
    (void)item;
    return (day % 40 == 10 || day % 120 == 30 ? 3 : 1) * (day % 40 == 30 ? 2 : 1);
}

static void test_overlapping_promotions_multiply(void **state)
{
    (void)state;
    case_begin(&c, 10, 480);
    for (int32_t day = 10; day < 480; day += 40)
        promotion("brand_day", day, day);
    for (int32_t day = 30; day < 480; day += 40)
        promotion("livestream", day, day);
    for (int32_t day = 30; day < 520; day += 120) /* both at once: days 30, 150, 270, 390 */
        promotion("brand_day", day, day);
    promotion("livestream", 485, 485);
    promotion("brand_day", 485, 485);
    promotion("livestream", 495, 495);
    const double *mean = forecast_of(10, 480, two_kinds_lift);
    assert_true(mean[5] / 20 > 5 && mean[5] / 20 < 7);
    assert_true(mean[15] / 20 > 1.6 && mean[15] / 20 < 2.4);
}

static double eve_lift(size_t item, int32_t day)
{
    if (item < 5 && day % 35 == 10) /* closed */
        return 0;
    return item < 5 && day % 35 == 9 ? 1.6 : 1;
}

static void test_only_items_that_close_have_a_day_before(void **state)
{
    (void)state;
    case_begin(&c, 10, 385);
    for (uint32_t item = 0; item < 5; item++)
        for (int32_t day = 10; day < 413; day += 35) {
            case_covariate(&c, 0, CASE_START + day, 1);
            c.covariates[c.shop.covariate_count - 1].item = item;
        }
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < 385; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(20 * eve_lift(i, t)));
    struct pk_model *model = case_fit(&c);
    const double *mean = case_forecast(&c, model, 0, 28, &demand, &flags);
    assert_true(mean[9] > 27 && mean[9] < 36);
    assert_true(mean[10] < 1e-9);
    mean = case_forecast(&c, model, 7, 28, &demand, &flags);
    assert_true(mean[9] > 18 && mean[9] < 22);
    pk_model_free(model);
    case_end(&c);
}

static double rain_lift(size_t item, int32_t day)
{
    const bool rains = item == 30 ? day % 10 == 5 : day % 10 == 0;
    return !rains ? 1 : item == 30 ? 0.2 : 1.5;
}

static void test_one_odd_item_does_not_speak_for_the_many(void **state)
{
    (void)state;
    case_begin(&c, 31, 300);
    for (int32_t day = 0; day < 320; day += 5)
        for (uint32_t item = 0; item < 31; item++)
            if ((item == 30) == (day % 10 == 5)) {
                case_covariate(&c, 1, CASE_START + day, 1);
                c.covariates[c.shop.covariate_count - 1].item = item;
            }
    const double *mean = forecast_of(31, 300, rain_lift);
    assert_true(mean[0] > 27 && mean[0] < 33);
}

static double double12_lift(size_t item, int32_t day)
{
    (void)item;
    const struct pk_civil date = pk_date_to_civil(CASE_START + day);
    return date.month == 12 && date.day == 12 ? 5 : 1;
}

/* Mean of 12 December 2021 as the bytes of a fit see it in another shop. */
static double mean_in(const struct pk_shop *shop, const unsigned char *bytes, size_t size)
{
    struct pk_error error;
    struct pk_model *model;
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double mean[28];
    assert_int_equal(pk_model_decode(bytes, size, shop, &model, &error), PK_OK);
    assert_int_equal(pk_model_forecast(model, shop, 0, 28, scratch, mean, &demand, &flags, &error),
                     PK_OK);
    pk_forecast_scratch_free(scratch);
    pk_model_free(model);
    return mean[11];
}

static void test_without_a_campaign_its_festival_is_an_ordinary_day(void **state)
{
    (void)state;
    struct pk_error error;
    unsigned char *bytes;
    size_t size;
    case_begin(&c, 10, 700); /* up to 30 November 2021 */
    c.shop.calendar = PK_CALENDAR_CN;
    promotion("double12", 346, 346);
    struct pk_promotion *ahead = promotion("double12", 711, 711);
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < 700; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(20 * double12_lift(i, t)));
    struct pk_model *model = case_fit(&c);
    assert_int_equal(pk_model_encode(model, &bytes, &size, &error), PK_OK);
    const double with = mean_in(&c.shop, bytes, size);
    assert_true(with > 60);
    ahead->end_date = ahead->start_date - 1; /* covers no day */
    const double festival = mean_in(&c.shop, bytes, size);
    /* The market's festival goes on, as the one that was told. */
    assert_true(festival > 25 && festival < 1.001 * with);
    c.shop.quiet_kind = "double12";
    c.shop.quiet_start_date = c.shop.quiet_end_date = ahead->start_date;
    assert_close(mean_in(&c.shop, bytes, size), 20, 2);
    c.shop.quiet_kind = "618"; /* another festival stays */
    assert_close(mean_in(&c.shop, bytes, size), festival, 1e-9);
    free(bytes);
    pk_model_free(model);
    case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_promotion_lifts_weekdays_differently),
        cmocka_unit_test(test_a_deeper_discount_sells_more),
        cmocka_unit_test(test_more_visitors_sell_more),
        cmocka_unit_test(test_overlapping_promotions_multiply),
        cmocka_unit_test(test_only_items_that_close_have_a_day_before),
        cmocka_unit_test(test_one_odd_item_does_not_speak_for_the_many),
        cmocka_unit_test(test_without_a_campaign_its_festival_is_an_ordinary_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

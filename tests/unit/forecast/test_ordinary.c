/* What a model makes of days without their promotions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

#define DAYS 500

static struct shop_case c;

/* Twelve items of 10 units a day, three times that in six promotions of three days; one is
 * ahead. */
static void begin(void)
{
    case_begin(&c, 12, DAYS);
    for (int32_t start = 60; start < 520; start += 75)
        case_promotion(&c, "juhuasuan", CASE_START + start, CASE_START + start + 2);
    for (size_t i = 0; i < 12; i++)
        for (int32_t t = 0; t < DAYS; t++) {
            bool is_on = false;
            for (size_t p = 0; p < c.shop.promotion_count; p++)
                is_on |= CASE_START + t >= c.promotions[p].start_date &&
                         CASE_START + t <= c.promotions[p].end_date;
            case_sell(&c, i, CASE_START + t, case_poisson(is_on ? 30 : 10));
        }
}

static void test_days_without_promotions_are_as_fitted_and_promotions_are_taken_off(void **state)
{
    (void)state;
    double fitted[DAYS], ordinary[DAYS];
    begin();
    struct pk_model *model = case_fit(&c);
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    size_t same = 0;
    /* One scratch area serves both in turn. */
    assert_int_equal(pk_model_fitted(model, &c.shop, 3, CASE_START, DAYS, scratch, fitted, NULL),
                     PK_OK);
    assert_int_equal(
        pk_model_ordinary(model, &c.shop, 3, CASE_START, DAYS, scratch, ordinary, NULL), PK_OK);
    for (size_t t = 0; t < DAYS; t++)
        same += fabs(fitted[t] - ordinary[t]) <= 1e-12 * fitted[t];
    /* Promotions, three days before and fourteen after are other: six or seven of twenty. */
    assert_true(same >= DAYS - 7 * 20 && same <= DAYS - 5 * 20);
    assert_true(fitted[60] > 2 * ordinary[60]);
    assert_true(ordinary[60] > 8 && ordinary[60] < 12);
    pk_forecast_scratch_free(scratch);
    pk_model_free(model);
    case_end(&c);
}

static void test_ordinary_days_reach_into_the_future(void **state)
{
    (void)state;
    double mean[60], ordinary[60];
    struct pk_demand demand;
    struct pk_error error;
    begin();
    struct pk_model *model = case_fit(&c);
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    assert_int_equal(pk_model_forecast(model, &c.shop, 0, 60, scratch, mean, &demand, NULL, &error),
                     PK_OK);
    assert_int_equal(
        pk_model_ordinary(model, &c.shop, 0, CASE_START + DAYS, 60, scratch, ordinary, &error),
        PK_OK);
    assert_true(mean[11] > 2 * ordinary[11]); /* promotion of days 510 .. 512 */
    assert_close(mean[50], ordinary[50], 1e-9 * mean[50]);
    /* The fit begins with the week of the first sale. */
    const int32_t first_date = pk_model_first_date(model);
    assert_true(first_date <= CASE_START && first_date > CASE_START - 7);
    assert_int_equal(
        pk_model_ordinary(model, &c.shop, 0, first_date - 1, 5, scratch, ordinary, &error),
        PK_INVALID_ARGUMENT);
    pk_forecast_scratch_free(scratch);
    pk_model_free(model);
    case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_without_promotions_are_as_fitted_and_promotions_are_taken_off),
        cmocka_unit_test(test_ordinary_days_reach_into_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

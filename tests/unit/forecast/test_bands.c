/* How wide bands are, on simulated shops: what says nothing about the error ahead does not widen
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/forecast/shop_case.h"

#define ITEM_COUNT 60
#define DAY_COUNT  400
#define WILD_DAYS  84

static struct shop_case c;
static struct pk_demand demand;
static uint32_t flags;

/* Relative standard deviation of the next 28 days of an item. */
static double width_of(const struct pk_model *model, size_t item)
{
    assert_non_null(case_forecast(&c, model, item, 28, &demand, &flags));
    const struct pk_window window =
        pk_demand_window(&demand, demand.first_date, demand.first_date + 27);
    return sqrt(window.variance) / window.mean_units;
}

/* Items that begin one after the other sell 50 a day, and in their first weeks anything between a
 * third and three times that, fortnight by fortnight, if the beginning is `wild`. */
static double width_after(bool wild)
{
    case_begin(&c, ITEM_COUNT, DAY_COUNT);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        const int32_t launch = (int32_t)(i * 280 / ITEM_COUNT);
        double part = 1;
        for (int32_t t = launch; t < DAY_COUNT; t++) {
            if ((t - launch) % 14 == 0)
                part = wild && t - launch < WILD_DAYS ? exp(2.2 * case_uniform() - 1.1) : 1;
            case_sell(&c, i, CASE_START + t, case_poisson(50 * part));
        }
    }
    struct pk_model *model = case_fit(&c);
    const double width = width_of(model, 0);
    pk_model_free(model);
    case_end(&c);
    return width;
}

static void test_wild_beginnings_do_not_widen_the_bands_of_grown_items(void **state)
{
    (void)state;
    const double calm = width_after(false), wild = width_after(true);
    assert_true(wild < 2.2 * calm);
}

/* Sales with a promotion on 7 of 28 days until `last`; the next one begins tomorrow. */
static const struct pk_lift_span *lift_after(int32_t last)
{
    case_begin(&c, 10, DAY_COUNT);
    for (int32_t start = 8; start < DAY_COUNT; start += 28)
        if (start <= last)
            case_promotion(&c, "brand_day", CASE_START + start, CASE_START + start + 6);
    case_promotion(&c, "brand_day", CASE_START + DAY_COUNT, CASE_START + DAY_COUNT + 6);
    for (size_t i = 0; i < 10; i++)
        for (int32_t t = 0; t < DAY_COUNT; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson(20 * (t >= 8 && (t - 8) % 28 < 7 && t - 6 <= last ? 2 : 1)));
    struct pk_model *model = case_fit(&c);
    assert_non_null(case_forecast(&c, model, 0, 28, &demand, &flags));
    pk_model_free(model);
    case_end(&c);
    assert_true(demand.lift_count > 0);
    return &demand.lifts[0];
}

static void test_a_level_from_promotion_days_holds_part_of_the_error_of_their_lift(void **state)
{
    (void)state;
    const double paused = (double)lift_after(DAY_COUNT - 70)->shared_sd;
    const double going = (double)lift_after(DAY_COUNT)->shared_sd;
    assert_true(going < 0.85 * paused && going > 0.6 * paused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wild_beginnings_do_not_widen_the_bands_of_grown_items),
        cmocka_unit_test(test_a_level_from_promotion_days_holds_part_of_the_error_of_their_lift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

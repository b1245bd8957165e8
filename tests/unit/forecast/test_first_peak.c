/* The band of a promotion that a shop has not held yet, on many simulated shops whose lifts are
 * drawn from a known distribution. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/campaign_kind.h"
#include "tests/unit/forecast/shop_case.h"

#define ITEM_COUNT 10
#define ITEM_SD    0.3 /* of an item's log lift around its shop's */
#define DAY_COUNT  345 /* until 2020-12-10 */
#define PEAK_DAY   346 /* 2020-12-12 */

static struct shop_case c;

struct coverage {
    double at_most_p10, at_most_p50, at_most_p90, count, low_evidence;
};

static double normal(void)
{
    const double radius = sqrt(-2 * log(fmax(case_uniform(), 1e-300)));
    return radius * cos(6.283185307179586 * case_uniform());
}

/* Where the truth falls in the band of the peak day. */
static void score(const struct pk_model *model, size_t item, int32_t day, double truth,
                  struct coverage *coverage)
{
    struct pk_demand demand;
    uint32_t flags;
    case_forecast(&c, model, item, 28, &demand, &flags);
    const struct pk_window window = pk_demand_window(&demand, CASE_START + day, CASE_START + day);
    coverage->at_most_p10 += truth <= (double)pk_window_quantile_units(&window, 0.1);
    coverage->at_most_p50 += truth <= (double)pk_window_quantile_units(&window, 0.5);
    coverage->at_most_p90 += truth <= (double)pk_window_quantile_units(&window, 0.9);
    coverage->low_evidence += (flags & PK_SERIES_LOW_EVIDENCE) != 0;
    coverage->count++;
}

/* One shop: log lifts of its events, with an own part per item. */
static void run_shop(uint64_t seed, const int32_t *days, const double *log_lifts,
                     size_t event_count, struct coverage *coverage)
{
    double truth[ITEM_COUNT];
    case_seed = seed;
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        const double level = exp(2.5 + 0.8 * normal()), own = ITEM_SD * normal();
        for (int32_t t = 0; t < DAY_COUNT; t++) {
            double lift = 0;
            for (size_t e = 0; e + 1 < event_count; e++)
                lift += days[e] == t ? log_lifts[e] + own : 0;
            case_sell(&c, i, CASE_START + t, case_poisson(level * exp(lift)));
        }
        truth[i] = case_poisson(level * exp(log_lifts[event_count - 1] + own));
    }
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    for (size_t i = 0; i < ITEM_COUNT; i++)
        score(model, i, days[event_count - 1], truth[i], coverage);
    pk_model_free(model);
    case_end(&c);
}

/* P10..P90 should hold 80 %. */
static void assert_covers(const struct coverage *one, double least, double most)
{
    const double inside = (one->at_most_p90 - one->at_most_p10) / one->count;
    const double median = one->at_most_p50 / one->count;
    assert_true(inside > least && inside < most);
    assert_true(median > 0.4 && median < 0.6);
}

static void test_the_first_double12_after_other_peaks_is_inside_its_band(void **state)
{
    (void)state;
    static const int32_t days[] = {169, 315, PEAK_DAY};
    static const char *const kinds[] = {"618", "double11", "double12"};
    struct coverage coverage = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        case_begin(&c, ITEM_COUNT, DAY_COUNT);
        for (size_t e = 0; e < 3; e++)
            case_promotion(&c, kinds[e], CASE_START + days[e], CASE_START + days[e]);
        case_seed = 1000 + 7919 * seed;
        normal();
        const double shop = 0.35 * normal();
        double lifts[3];
        for (size_t e = 0; e < 3; e++)
            lifts[e] = log(pk_campaign_kind_typical(kinds[e])->short_ratio) + shop + 0.3 * normal();
        run_shop(seed * 104729, days, lifts, 3, &coverage);
    }
    assert_covers(&coverage, 0.75, 0.95);
    assert_true(coverage.low_evidence >= coverage.count);
}

static void test_the_first_peak_of_all_is_inside_its_band(void **state)
{
    (void)state;
    static const int32_t days[] = {PEAK_DAY};
    struct coverage coverage = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        case_begin(&c, ITEM_COUNT, DAY_COUNT);
        case_promotion(&c, "double12", CASE_START + PEAK_DAY, CASE_START + PEAK_DAY);
        case_seed = 1000 + 7919 * seed;
        normal();
        const double lift =
            log(pk_campaign_kind_typical("double12")->short_ratio) + PK_TYPICAL_LOG_SD * normal();
        run_shop(seed * 104729, days, &lift, 1, &coverage);
    }
    assert_covers(&coverage, 0.72, 0.88);
    assert_true(coverage.low_evidence >= coverage.count);
}

static void test_an_event_left_out_is_inside_the_band_of_the_others(void **state)
{
    (void)state;
    int32_t days[8];
    struct coverage coverage = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        double lifts[8];
        case_begin(&c, ITEM_COUNT, DAY_COUNT);
        case_seed = 1000 + 7919 * seed;
        normal();
        const double mean = log(1.8) + 0.3 * normal();
        for (size_t e = 0; e < 8; e++) {
            days[e] = e == 7 ? PEAK_DAY : 50 + 38 * (int32_t)e;
            lifts[e] = mean + 0.15 * normal();
            case_promotion(&c, "brand_day", CASE_START + days[e], CASE_START + days[e]);
        }
        run_shop(seed * 104729, days, lifts, 8, &coverage);
    }
    assert_covers(&coverage, 0.65, 0.88);
    assert_true(coverage.low_evidence <= 0);
}

static void test_a_promotion_never_held_has_the_typical_lift(void **state)
{
    (void)state;
    static const char *const kinds[] = {"double11", "double12", "no such kind"};
    for (size_t k = 0; k < 3; k++) {
        struct pk_demand demand;
        uint32_t flags;
        case_begin(&c, 4, 200);
        case_promotion(&c, kinds[k], CASE_START + 205, CASE_START + 205);
        if (k == 2) /* the told discount is part of the typical lift, not on top of it */
            c.promotions[0].discount_ratio = 0.1;
        for (size_t i = 0; i < 4; i++)
            for (int32_t t = 0; t < 200; t++)
                case_sell(&c, i, CASE_START + t, case_poisson(20));
        struct pk_model *model = case_fit(&c);
        const double *mean = case_forecast(&c, model, 0, 14, &demand, &flags);
        const double typical = pk_campaign_kind_typical(kinds[k])->short_ratio;
        assert_true(fabs(mean[5] / mean[1] / typical - 1) < 0.1);
        const struct pk_window ordinary =
            pk_demand_window(&demand, CASE_START + 201, CASE_START + 201);
        const struct pk_window peak = pk_demand_window(&demand, CASE_START + 205, CASE_START + 205);
        const double band = sqrt(peak.variance) / peak.mean_units;
        assert_true(band > 0.5 && band > 1.3 * sqrt(ordinary.variance) / ordinary.mean_units);
        assert_true(flags & PK_SERIES_LOW_EVIDENCE);
        pk_model_free(model);
        case_end(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_promotion_never_held_has_the_typical_lift),
        cmocka_unit_test(test_the_first_double12_after_other_peaks_is_inside_its_band),
        cmocka_unit_test(test_the_first_peak_of_all_is_inside_its_band),
        cmocka_unit_test(test_an_event_left_out_is_inside_the_band_of_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

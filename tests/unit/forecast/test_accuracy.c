/* Accuracy figures against examples worked by hand from the published definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/forecast/accuracy.h"
#include "tests/support/close.h"

#define DAYS 4

static const uint8_t nothing[DAYS] = {0};
static const double units[DAYS] = {3, 0, 5, 2};
static const double means[DAYS] = {2, 1, 4, 4};
static const double twos[DAYS] = {2, 2, 2, 2};

static struct pk_demand demand_of(const double *mean, size_t count)
{
    return (struct pk_demand){.first_date = 20000,
                              .bucket_days = 1,
                              .bucket_count = count,
                              .mean_units = mean,
                              .dispersion = INFINITY};
}

/* The history 1 3 2 2 5: steps 2, -1, 0, 3. */
static struct pk_accuracy_window window_of(const struct pk_demand *demand)
{
    return (struct pk_accuracy_window){.bucket_count = DAYS,
                                       .units = units,
                                       .left_out = nothing,
                                       .event = nothing,
                                       .demand = demand,
                                       .peer_units = {NULL, twos, means, twos},
                                       .mean_square_step = 14.0 / 4,
                                       .mean_absolute_step = 6.0 / 4,
                                       .mean_absolute_seasonal_step = 2,
                                       .weight = 10,
                                       .seed = 7};
}

static const struct pk_accuracy_figure *find(const struct pk_accuracy_figure *figures, size_t count,
                                             const char *metric)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(figures[i].metric, metric) == 0)
            return &figures[i];
    fail_msg("no figure %s", metric);
    return NULL;
}

/* Errors of the model -1, 1, -1, 2, of the constant 2: -1, 2, -3, 0. */
static void test_scaled_errors_are_those_of_the_definitions(void **state)
{
    (void)state;
    const struct pk_demand demand = demand_of(means, DAYS);
    const struct pk_accuracy_window window = window_of(&demand);
    struct pk_accuracy_sums ordinary = {0}, event = {0};
    struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX];
    pk_accuracy_add(&window, &ordinary, &event);
    const size_t count = pk_accuracy_figures(&ordinary, figures);
    assert_true(count <= PK_ACCURACY_FIGURE_COUNT_MAX);
    assert_close(find(figures, count, "wape")->value, 5.0 / 10, 1e-15);
    assert_close(find(figures, count, "wape_seasonal_naive")->value, 6.0 / 10, 1e-15);
    assert_close(find(figures, count, "relative_wape")->value, 5.0 / 5, 1e-15);
    assert_close(find(figures, count, "bias")->value, 1.0 / 10, 1e-15);
    assert_close(find(figures, count, "bias_mean28")->value, -2.0 / 10, 1e-15);
    assert_close(find(figures, count, "wape_window")->value, 1.0 / 10, 1e-15);
    assert_close(find(figures, count, "rmsse")->value, sqrt(7.0 / 4 / 3.5), 1e-15);
    assert_close(find(figures, count, "rmsse_mean28")->value, sqrt(14.0 / 4 / 3.5), 1e-15);
    assert_close(find(figures, count, "weighted_rmsse")->value, sqrt(7.0 / 4 / 3.5), 1e-15);
    assert_close(find(figures, count, "mase")->value, 5.0 / 4 / 2, 1e-15);
    assert_close(event.count[PK_GRAIN_BUCKET], 0, 0);
}

/* The constant 2 as a quantile: above it by 1, 0 - 2, 3, 0. */
static void test_pinball_is_that_of_the_definition(void **state)
{
    (void)state;
    const struct pk_demand demand = demand_of(means, DAYS);
    const struct pk_accuracy_window window = window_of(&demand);
    struct pk_accuracy_sums sums = {0}, event = {0};
    struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX];
    pk_accuracy_add(&window, &sums, &event);
    const size_t count = pk_accuracy_figures(&sums, figures);
    const double low = 0.1 * 1 + 0.9 * 2 + 0.1 * 3, middle = 0.5 * 6;
    const double high = 0.9 * 1 + 0.1 * 2 + 0.9 * 3;
    assert_close(find(figures, count, "pinball_q10_mean28")->value, 2 * low / 10, 1e-14);
    assert_close(find(figures, count, "pinball_q50_mean28")->value, 0.6, 1e-14);
    assert_close(find(figures, count, "pinball_q90_mean28")->value, 2 * high / 10, 1e-14);
    assert_close(find(figures, count, "scaled_pinball_mean28")->value,
                 (low + middle + high) / 3 / 4 / 1.5, 1e-14);
}

/* Poisson demand of mean 1/2: nothing is sold on 61 % of the days, so P10 = 0 covers 61 %. */
static void test_randomised_coverage_is_nominal_where_raw_cannot_be(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    static double mean[COUNT], sold[COUNT];
    static uint8_t none[COUNT];
    uint64_t seed = 1;
    for (size_t i = 0; i < COUNT; i++) {
        double product = 1;
        mean[i] = 0.5;
        for (sold[i] = -1; product > exp(-0.5); sold[i]++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            product *= (double)(seed >> 11) * 0x1p-53;
        }
    }
    const struct pk_demand demand = demand_of(mean, COUNT);
    struct pk_accuracy_window window = window_of(&demand);
    struct pk_accuracy_sums sums = {0}, event = {0};
    struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX];
    window.bucket_count = COUNT;
    window.units = sold;
    window.left_out = window.event = none;
    for (size_t m = 1; m < PK_METHOD_COUNT; m++)
        window.peer_units[m] = mean;
    pk_accuracy_add(&window, &sums, &event);
    const size_t count = pk_accuracy_figures(&sums, figures);
    assert_close(find(figures, count, "coverage_q10")->value, exp(-0.5), 0.01);
    assert_close(find(figures, count, "coverage_pit_q10")->value, 0.1, 0.007);
    assert_close(find(figures, count, "coverage_pit_q50")->value, 0.5, 0.01);
    assert_close(find(figures, count, "coverage_pit_q90")->value, 0.9, 0.007);
    assert_close(find(figures, count, "coverage_pit_q90")->nominal, 0.9, 0);
    assert_true(find(figures, count, "wape")->nominal < 0);
}

static void test_buckets_out_of_stock_are_left_out_and_counted(void **state)
{
    (void)state;
    static const uint8_t first[DAYS] = {1, 0, 0, 0}, last[DAYS] = {0, 0, 0, 1};
    const struct pk_demand demand = demand_of(means, DAYS);
    struct pk_accuracy_window window = window_of(&demand);
    struct pk_accuracy_sums ordinary = {0}, event = {0};
    window.left_out = first;
    window.event = last;
    pk_accuracy_add(&window, &ordinary, &event);
    assert_close(ordinary.left_out_count[PK_GRAIN_BUCKET], 1, 0);
    assert_close(ordinary.count[PK_GRAIN_BUCKET], 2, 0);
    assert_close(event.count[PK_GRAIN_BUCKET], 1, 0);
    assert_close(event.left_out_count[PK_GRAIN_WINDOW], 1, 0);
    assert_close(event.count[PK_GRAIN_WINDOW], 0, 0);
    assert_close(event.rmsse[PK_METHOD_MODEL], sqrt(6.0 / 3 / 3.5), 1e-15);
}

static void test_certain_outcomes_count_in_no_coverage(void **state)
{
    (void)state;
    static const double zeros[DAYS] = {0, 0, 0, 0};
    const struct pk_demand demand = demand_of(zeros, DAYS);
    struct pk_accuracy_window window = window_of(&demand);
    struct pk_accuracy_sums sums = {0}, event = {0};
    window.units = zeros;
    pk_accuracy_add(&window, &sums, &event);
    assert_close(sums.uncertain_count[PK_GRAIN_BUCKET], 0, 0);
    assert_close(sums.count[PK_GRAIN_BUCKET], DAYS, 0);
    struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX];
    const size_t count = pk_accuracy_figures(&sums, figures);
    assert_false(find(figures, count, "wape")->is_defined);
    assert_false(find(figures, count, "coverage_q10")->is_defined);
}

static void test_merged_sums_are_the_sums_of_all(void **state)
{
    (void)state;
    const struct pk_demand demand = demand_of(means, DAYS);
    const struct pk_accuracy_window window = window_of(&demand);
    struct pk_accuracy_sums once = {0}, twice = {0}, event = {0};
    pk_accuracy_add(&window, &once, &event);
    pk_accuracy_add(&window, &twice, &event);
    pk_accuracy_add(&window, &twice, &event);
    pk_accuracy_merge(&once, &once);
    for (size_t i = 0; i < sizeof once / sizeof(double); i++)
        assert_close(((const double *)&once)[i], ((const double *)&twice)[i], 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scaled_errors_are_those_of_the_definitions),
        cmocka_unit_test(test_pinball_is_that_of_the_definition),
        cmocka_unit_test(test_randomised_coverage_is_nominal_where_raw_cannot_be),
        cmocka_unit_test(test_buckets_out_of_stock_are_left_out_and_counted),
        cmocka_unit_test(test_certain_outcomes_count_in_no_coverage),
        cmocka_unit_test(test_merged_sums_are_the_sums_of_all),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

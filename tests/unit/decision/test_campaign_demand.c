/* What deposits and first days say about a campaign: the Gamma-Poisson update by hand, learnt
 * presale terms, and how a path of demand takes the result. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/campaign/campaign_demand.h"

#define NEAR(value, wanted) assert_true(fabs((value) - (wanted)) < 1e-9)

static const struct pk_ratio_belief even = {1, 0.25}; /* Gamma(4, 4) */

/* Gamma(4, 4) after 30 units where 16 were expected: Gamma(34, 20). */
static void test_plain_counts_are_the_conjugate_update(void **state)
{
    (void)state;
    const struct pk_ratio_evidence evidence = {.units = 30, .expected_units = 16};
    const struct pk_ratio_belief belief = pk_ratio_update(even, &evidence);
    NEAR(belief.mean, 34.0 / 20);
    NEAR(belief.relative_variance, 1.0 / 34);
    const struct pk_ratio_belief shifted =
        pk_ratio_update((struct pk_ratio_belief){2, 0.5}, &evidence); /* Gamma(2, 1) */
    NEAR(shifted.mean, 32.0 / 17);
    NEAR(shifted.relative_variance, 1.0 / 32);
}

/* mu = 16, noise 16, error 0.125: w = 16 / (16 + 16 + 32) = 1/4; Gamma(4 + 7.5, 4 + 4). */
static void test_noisy_counts_weigh_less(void **state)
{
    (void)state;
    const struct pk_ratio_evidence evidence = {
        .units = 30, .expected_units = 16, .noise_variance = 16, .relative_variance = 0.125};
    const struct pk_ratio_belief belief = pk_ratio_update(even, &evidence);
    NEAR(belief.mean, 11.5 / 8);
    NEAR(belief.relative_variance, 1 / 11.5);
}

static void test_no_units_where_some_were_expected_lower_the_ratio(void **state)
{
    (void)state;
    const struct pk_ratio_evidence none = {.units = 0, .expected_units = 4};
    NEAR(pk_ratio_update(even, &none).mean, 0.5);
    NEAR(pk_ratio_update(even, &none).relative_variance, 0.25);
}

static void test_nothing_expected_teaches_nothing(void **state)
{
    (void)state;
    const struct pk_ratio_evidence evidence = {.units = 5};
    NEAR(pk_ratio_update(even, &evidence).mean, 1);
    NEAR(pk_ratio_update(even, &evidence).relative_variance, 0.25);
    const struct pk_ratio_evidence many = {.units = 1e12, .expected_units = 1};
    assert_true(isfinite(pk_ratio_update(even, &many).mean));
}

/* Two items of 10 and 30 expected, spreads 0.04 and 0.01: error (100 x 0.04 + 900 x 0.01) /
 * 40^2. */
static void test_sums_add_errors_of_items_apart(void **state)
{
    (void)state;
    const struct pk_ratio_evidence items[] = {
        {.units = 12, .expected_units = 10, .noise_variance = 2},
        {.units = 27, .expected_units = 30, .noise_variance = 6}};
    struct pk_ratio_sums whole = {0}, first = {0};
    const struct pk_ratio_sums none = {0};
    pk_ratio_sums_add(&first, &items[0], 0.04);
    pk_ratio_sums_add(&whole, &items[0], 0.04);
    pk_ratio_sums_add(&whole, &items[1], 0.01);
    const struct pk_ratio_evidence all = pk_ratio_sums_without(&whole, &none, 0.02);
    NEAR(all.units, 39);
    NEAR(all.expected_units, 40);
    NEAR(all.noise_variance, 8);
    NEAR(all.relative_variance, 13.0 / 1600 + 0.02);
    const struct pk_ratio_evidence others = pk_ratio_sums_without(&whole, &first, 0);
    NEAR(others.units, 27);
    NEAR(others.relative_variance, 0.01);
    NEAR(pk_ratio_sums_without(&whole, &whole, 0).expected_units, 0);
}

static struct pk_presale presale(double deposits, double paid, double demand)
{
    struct pk_presale out = {deposits, paid, demand, {0}};
    for (size_t i = 0; i <= PK_PRESALE_PARTS; i++)
        out.cumulative_units[i] = i == 0 ? 0 : i < PK_PRESALE_PARTS ? deposits / 2 : deposits;
    return out;
}

static void test_without_a_past_presale_the_terms_are_the_defaults(void **state)
{
    (void)state;
    const struct pk_presale_sums none = {0};
    const struct pk_presale_terms terms = pk_presale_terms_learn(&none);
    NEAR(terms.deposit_ratio, 0.35);
    NEAR(terms.conversion_ratio, 0.9);
    NEAR(pk_presale_come(&terms, 0), 0.2);
    NEAR(pk_presale_come(&terms, 0.5), 0.6);
    NEAR(pk_presale_come(&terms, 0.525), 0.62);
    NEAR(pk_presale_come(&terms, 1), 1);
    NEAR(pk_presale_come(&terms, 7), 1);
    assert_int_equal(terms.presale_count, 0);
    assert_true(terms.common_variance > 0.4);
}

/* 40 presales with 120 of 200 units and 90 paid: half has come half way, 3/4 is paid. */
static void test_terms_are_learnt_from_past_presales(void **state)
{
    (void)state;
    struct pk_presale_sums sums = {0};
    for (int i = 0; i < 40; i++) {
        const struct pk_presale one = presale(120, 90, 200);
        pk_presale_sums_add(&sums, &one);
    }
    const struct pk_presale_terms terms = pk_presale_terms_learn(&sums);
    assert_true(fabs(terms.deposit_ratio - 0.6) < 0.02);
    assert_true(fabs(terms.conversion_ratio - 0.75) < 0.01);
    assert_true(fabs(pk_presale_come(&terms, 0.5) - 0.5) < 0.01);
    NEAR(pk_presale_come(&terms, 1), 1);
    assert_true(terms.item_variance < 0.05);
    assert_true(terms.common_variance < 0.06);
    const struct pk_presale untold = presale(1000, NAN, 1700);
    pk_presale_sums_add(&sums, &untold);
    NEAR(pk_presale_terms_learn(&sums).conversion_ratio, terms.conversion_ratio);
}

static void test_a_habit_of_many_deposits_expects_many(void **state)
{
    (void)state;
    const struct pk_presale_sums none = {0};
    const struct pk_presale_terms terms = pk_presale_terms_learn(&none);
    const struct pk_ratio_belief usual = pk_presale_habit(&terms, 0, 0);
    const struct pk_ratio_belief keen = pk_presale_habit(&terms, 200, 100);
    NEAR(usual.mean, 1);
    assert_true(keen.mean > 1.6 && keen.mean < 2);
    const struct pk_ratio_evidence early = pk_presale_evidence(&terms, usual, 7, 100, 0.5);
    NEAR(early.units, 7);
    NEAR(early.expected_units, 0.35 * 100 * 0.6);
    const struct pk_ratio_evidence late = pk_presale_evidence(&terms, keen, 7, 100, 1);
    NEAR(late.expected_units, 35 * keen.mean);
    assert_true(late.relative_variance < early.relative_variance);
}

#define DAYS 10
static struct pk_demand path(double *means)
{
    for (size_t i = 0; i < DAYS; i++)
        means[i] = 10;
    return (struct pk_demand){.first_date = 100,
                              .bucket_days = 1,
                              .bucket_count = DAYS,
                              .mean_units = means,
                              .dispersion = 5,
                              .level_relative_variance = 0.04,
                              .lift_count = 1,
                              .lifts = {{3, 4, 0.3F, 0.1F}}};
}

static void test_a_range_is_scaled_and_the_days_around_it_stay(void **state)
{
    (void)state;
    double means[DAYS];
    struct pk_demand demand = path(means);
    const struct pk_window before = pk_demand_window(&demand, 100, 102);
    pk_demand_rescale(&demand, means, 103, 106, 1.5, 0.09);
    NEAR(pk_demand_window(&demand, 103, 106).mean_units, 60);
    assert_true(fabs(pk_demand_relative_variance(&demand, 103, 106) - 0.09) < 1e-6);
    const struct pk_window after = pk_demand_window(&demand, 100, 102);
    NEAR(after.mean_units, before.mean_units);
    NEAR(after.variance, before.variance);
}

/* Below the level's own error, that is lowered too, and given back to the other days. */
static void test_strong_evidence_lowers_the_error_of_the_level_inside_alone(void **state)
{
    (void)state;
    double means[DAYS];
    struct pk_demand demand = path(means);
    const struct pk_window before = pk_demand_window(&demand, 107, 109);
    pk_demand_rescale(&demand, means, 103, 106, 2, 0.01);
    assert_true(fabs(pk_demand_relative_variance(&demand, 103, 106) - 0.01) < 1e-6);
    assert_true(fabs(pk_demand_window(&demand, 107, 109).variance - before.variance) < 1e-4);
}

static void test_an_error_is_never_widened_by_evidence(void **state)
{
    (void)state;
    double means[DAYS];
    struct pk_demand demand = path(means);
    const double before = pk_demand_relative_variance(&demand, 103, 106);
    pk_demand_rescale(&demand, means, 103, 106, 0.5, 2);
    NEAR(pk_demand_relative_variance(&demand, 103, 106), before);
    NEAR(means[4], 5);
}

static void test_demand_that_nobody_forecast_is_added_with_its_error(void **state)
{
    (void)state;
    double means[DAYS];
    struct pk_demand demand = path(means);
    for (size_t i = 0; i < DAYS; i++)
        means[i] = 0;
    demand.lift_count = 0;
    demand.stop_probability = 0.9;
    pk_demand_add(&demand, means, 104, 105, 80, 0.25);
    NEAR(means[4], 40);
    NEAR(pk_demand_window(&demand, 100, 109).mean_units, 80);
    NEAR(demand.stop_probability, 0);
    assert_true(fabs(pk_demand_relative_variance(&demand, 104, 105) - 0.29) < 1e-6);
}

static void test_a_week_that_is_partly_inside_changes_by_its_days(void **state)
{
    (void)state;
    double means[] = {70, 70};
    struct pk_demand demand = {.first_date = 100,
                               .bucket_days = 7,
                               .bucket_count = 2,
                               .mean_units = means,
                               .dispersion = INFINITY};
    pk_demand_rescale(&demand, means, 105, 106, 2, 1);
    NEAR(means[0], 90);
    NEAR(means[1], 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_counts_are_the_conjugate_update),
        cmocka_unit_test(test_noisy_counts_weigh_less),
        cmocka_unit_test(test_no_units_where_some_were_expected_lower_the_ratio),
        cmocka_unit_test(test_nothing_expected_teaches_nothing),
        cmocka_unit_test(test_sums_add_errors_of_items_apart),
        cmocka_unit_test(test_without_a_past_presale_the_terms_are_the_defaults),
        cmocka_unit_test(test_terms_are_learnt_from_past_presales),
        cmocka_unit_test(test_a_habit_of_many_deposits_expects_many),
        cmocka_unit_test(test_a_range_is_scaled_and_the_days_around_it_stay),
        cmocka_unit_test(test_strong_evidence_lowers_the_error_of_the_level_inside_alone),
        cmocka_unit_test(test_an_error_is_never_widened_by_evidence),
        cmocka_unit_test(test_demand_that_nobody_forecast_is_added_with_its_error),
        cmocka_unit_test(test_a_week_that_is_partly_inside_changes_by_its_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "models/decision/item/item_life.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/date.h"
#include "models/numeric/distribution.h"

const char *pk_item_stage_name(enum pk_item_stage stage)
{
    static const char *const names[PK_STAGE_COUNT] = {"not_launched", "new",   "rising", "steady",
                                                      "declining",    "dying", "dead",   "ended"};
    return (unsigned)stage < PK_STAGE_COUNT ? names[stage] : "";
}

const char *pk_launch_position_name(enum pk_launch_position position)
{
    static const char *const names[] = {"", "too_early", "on_curve", "ahead_of_curve",
                                        "behind_curve"};
    return (unsigned)position < sizeof names / sizeof names[0] ? names[position] : "";
}

void pk_launch_weeks_add(struct pk_launch_weeks *sum, const struct pk_launch_weeks *one)
{
    for (size_t w = 0; w < PK_LAUNCH_WEEK_COUNT; w++) {
        sum->sold[w] += one->sold[w];
        sum->expected[w] += one->expected[w];
    }
}

void pk_launch_curve_make(const struct pk_launch_weeks *own, const struct pk_launch_weeks *all,
                          struct pk_launch_curve *out_curve)
{
    const double weight = PK_LAUNCH_WEIGHT_UNITS;
    for (size_t w = 0; w < PK_LAUNCH_WEEK_COUNT; w++) {
        double of_all = (all->sold[w] + weight) / (all->expected[w] + weight);
        out_curve->share[w] = (own->sold[w] + weight * of_all) / (own->expected[w] + weight);
    }
}

/* Both halves of a start; the weeks of `age_days` alone. */
struct halves {
    double sold[2], expected[2];
    double squares; /* of the recent weeks' expected */
};

static struct halves split(const struct pk_launch_curve *curve, const struct pk_launch_weeks *weeks,
                           int32_t age_days)
{
    struct halves halves = {0};
    size_t count = (size_t)(age_days + 6) / 7;
    count = count > PK_LAUNCH_WEEK_COUNT ? PK_LAUNCH_WEEK_COUNT : count;
    for (size_t w = 0; w < count; w++) {
        size_t half = 2 * w >= count;
        double expected = weeks->expected[w] * curve->share[w];
        halves.sold[half] += weeks->sold[w];
        halves.expected[half] += expected;
        halves.squares += half ? expected * expected : 0;
    }
    return halves;
}

/* z of a whole number under a distribution of counts: the middle of its own probability. */
static double z_of(const struct pk_window *window, int64_t units)
{
    double below = pk_window_probability_at_most(window, units - 1);
    double at_most = pk_window_probability_at_most(window, units);
    return pk_normal_quantile(fmin(fmax((below + at_most) / 2, 1e-12), 1 - 1e-12));
}

void pk_launch_judge(const struct pk_launch_curve *curve, const struct pk_launch_weeks *weeks,
                     int32_t age_days, double dispersion, struct pk_launch *out_launch)
{
    struct pk_launch launch = {.position = PK_LAUNCH_EARLY};
    struct halves halves = split(curve, weeks, age_days);
    double exposure = halves.expected[0] + halves.expected[1];
    if (exposure > 0)
        launch.level_ratio = (halves.sold[0] + halves.sold[1]) / exposure;
    if (age_days < PK_NEW_ITEM_DAYS_MIN || halves.expected[0] <= 0 || halves.expected[1] <= 0) {
        *out_launch = launch;
        return;
    }
    double shape = halves.sold[0] + 0.5;
    double level = shape / halves.expected[0];
    double mean = level * halves.expected[1];
    /* seven days a week share a week's mean */
    double days = level * level * halves.squares / 7 / dispersion;
    struct pk_window window = {
        .mean_units = mean, .variance = mean + days + mean * mean * (1 / shape + PK_LAUNCH_SPREAD)};
    launch.growth_ratio = (halves.sold[1] + 1) / (mean + 1);
    launch.z = z_of(&window, llround(halves.sold[1]));
    launch.position = launch.z >= PK_LAUNCH_Z    ? PK_LAUNCH_AHEAD
                      : launch.z <= -PK_LAUNCH_Z ? PK_LAUNCH_BEHIND
                                                 : PK_LAUNCH_ON_CURVE;
    *out_launch = launch;
}

double pk_star_probability(size_t tested_count)
{
    if (tested_count == 0)
        return PK_STAR_PROBABILITY_MAX;
    return fmin(PK_STAR_PROBABILITY_MAX, PK_STAR_CHANCE_MAX / (double)tested_count);
}

int32_t pk_item_days_without_sale(const struct pk_item_life_input *input)
{
    int32_t since =
        input->last_sale_date != PK_DATE_NONE ? input->last_sale_date : input->first_stock_date;
    if (since == PK_DATE_NONE)
        return -1;
    return since < input->next_date ? input->next_date - since : 0;
}

struct pk_common_item pk_common_item_of(const struct pk_life_test *test)
{
    const double mean = test->forecast.mean_units;
    return (struct pk_common_item){(test->sold_units + 0.5) / (mean + 0.5),
                                   mean / (1 + mean / PK_COMMON_WEIGHT_MAX)};
}

static int compare_items(const void *left, const void *right)
{
    const double a = ((const struct pk_common_item *)left)->ratio;
    const double b = ((const struct pk_common_item *)right)->ratio;
    return a < b ? -1 : a > b;
}

double pk_common_ratio(struct pk_common_item *items, size_t count, double of_shop)
{
    double sum = 0, below = 0;
    size_t middle = 0;
    if (count > 1)
        qsort(items, count, sizeof *items, compare_items);
    for (size_t i = 0; i < count; i++)
        sum += items[i].weight;
    if (sum <= 0)
        return of_shop;
    while (middle + 1 < count && below + items[middle].weight < sum / 2)
        below += items[middle++].weight;
    const double own = log(items[middle].ratio);
    const double ratio =
        exp((sum * own + PK_COMMON_SHOP_WEIGHT * log(of_shop)) / (sum + PK_COMMON_SHOP_WEIGHT));
    return fmin(fmax(ratio, 0.5), 2.0);
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

double pk_life_spread(double *z, size_t count)
{
    if (count < PK_SPREAD_COUNT_MIN)
        return 1;
    qsort(z, count, sizeof *z, compare_numbers);
    const double median = z[count / 2];
    for (size_t i = 0; i < count; i++)
        z[i] = fabs(z[i] - median);
    qsort(z, count, sizeof *z, compare_numbers);
    return fmin(fmax(1.4826 * z[count / 2], 1), 3);
}

/* The window times a ratio: the days' own noise grows with the mean, all else with its square; then
 * the spread of the shop. */
static struct pk_window scaled(struct pk_window window, double ratio, double spread)
{
    double more = fmax(window.variance - window.mean_units, 0);
    window.variance = ratio * window.mean_units + ratio * ratio * more;
    window.variance *= spread > 1 ? spread * spread : 1;
    window.mean_units *= ratio;
    return window;
}

static double growth_of(const struct pk_life_test *test, const struct pk_window *forecast)
{
    return (test->sold_units + 1) / (forecast->mean_units + 1);
}

static double probability_at_least(const struct pk_window *window, int64_t units)
{
    return 1 - pk_window_probability_at_most(window, units - 1);
}

/* Smallest number of units with which an item passes as rising. */
static int64_t star_units(const struct pk_window *forecast, double probability)
{
    int64_t units = pk_window_quantile_units(forecast, 1 - probability) + 1;
    int64_t grown = (int64_t)ceil(PK_STAR_GROWTH_MIN * (forecast->mean_units + 1) - 1);
    units = units > grown ? units : grown;
    return units > PK_STAR_UNITS_MIN ? units : PK_STAR_UNITS_MIN;
}

static bool is_grown_without_promotion(const struct pk_item_life_input *input)
{
    const struct pk_life_test *plain = &input->plain_days;
    if (plain->forecast.mean_units <= 0)
        return false;
    struct pk_window forecast = scaled(plain->forecast, input->common_ratio, input->spread);
    return growth_of(plain, &forecast) >= PK_STAR_PLAIN_GROWTH_MIN &&
           probability_at_least(&forecast, llround(plain->sold_units)) <= PK_STAR_PLAIN_PROBABILITY;
}

/* Rising, declining or neither, with the evidence. */
static enum pk_item_stage test_growth(const struct pk_item_life_input *input,
                                      struct pk_item_life *life)
{
    const struct pk_life_test *test = &input->all_days;
    if (test->forecast.mean_units <= 0 || test->days < PK_LIFE_TEST_DAYS_MIN)
        return PK_STAGE_STEADY;
    struct pk_window forecast = scaled(test->forecast, input->common_ratio, input->spread);
    int64_t sold = llround(test->sold_units);
    life->growth_ratio = growth_of(test, &forecast);
    life->z = z_of(&forecast, sold);
    double above = probability_at_least(&forecast, sold);
    double below = pk_window_probability_at_most(&forecast, sold);
    life->probability = fmin(above, below);
    int64_t needed = star_units(&forecast, input->star_probability);
    life->star_chance = probability_at_least(&forecast, needed);
    if (sold >= needed && is_grown_without_promotion(input)) {
        life->rising_units = (double)sold - forecast.mean_units;
        return PK_STAGE_RISING;
    }
    if (below <= input->star_probability && life->growth_ratio <= 1 / PK_STAR_GROWTH_MIN)
        return PK_STAGE_DECLINING;
    return PK_STAGE_STEADY;
}

static enum pk_item_stage stage_of(const struct pk_item_life_input *input,
                                   struct pk_item_life *life)
{
    if (input->end_date != PK_DATE_NONE && input->end_date < input->next_date)
        return PK_STAGE_ENDED;
    if (input->launch_date != PK_DATE_NONE && input->launch_date >= input->next_date)
        return PK_STAGE_NOT_LAUNCHED;
    bool is_new = input->launch_date != PK_DATE_NONE &&
                  input->next_date - input->launch_date <= PK_NEW_ITEM_DAYS;
    if (is_new && input->curve != NULL) {
        pk_launch_judge(input->curve, &input->launch_weeks, input->next_date - input->launch_date,
                        input->dispersion, &life->launch);
        life->growth_ratio = life->launch.growth_ratio;
        life->z = life->launch.z;
        life->probability =
            life->launch.position == PK_LAUNCH_EARLY ? 1 : pk_normal_at_most(-fabs(life->z));
        return PK_STAGE_NEW;
    }
    enum pk_item_stage tested = test_growth(input, life);
    if (life->days_without_sale > PK_DEAD_AFTER_DAYS && !input->is_out_of_stock_long)
        return PK_STAGE_DEAD;
    if (tested == PK_STAGE_RISING)
        return tested;
    if (input->sell_probability < PK_DYING_PROBABILITY_MAX &&
        input->season_units < PK_DYING_UNITS_MAX)
        return PK_STAGE_DYING;
    return tested;
}

void pk_item_life_judge(const struct pk_item_life_input *input, struct pk_item_life *out_life)
{
    struct pk_item_life life = {.probability = 1,
                                .days_without_sale = pk_item_days_without_sale(input)};
    life.stage = stage_of(input, &life);
    *out_life = life;
}

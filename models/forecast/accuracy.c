#include "models/forecast/accuracy.h"

#include <math.h>

#include "models/base/text.h"

#define QUANTILES PK_ACCURACY_QUANTILE_COUNT

const double pk_accuracy_probabilities[QUANTILES] = {0.1, 0.5, 0.9};

static const char *const method_names[PK_METHOD_COUNT] = {"model", "seasonal_naive", "year_naive",
                                                          "mean28"};

const char *pk_accuracy_method_name(enum pk_accuracy_method method)
{
    return method_names[method];
}

/* What every method says about one bucket or window: its mean, and quantiles where it has any. */
struct outcome {
    double units;
    double means[PK_METHOD_COUNT];
    double quantiles[QUANTILES]; /* of the model */
    bool is_certain;
    double pit; /* randomised */
};

/* Errors of one window over its buckets, for the scaled figures. */
struct window_errors {
    double square[PK_METHOD_COUNT], absolute[PK_METHOD_COUNT], pinball[PK_METHOD_COUNT];
    size_t count;
};

/* SplitMix64 (Steele, Lea and Flood 2014, figure 16): one uniform number per window and place. */
static double uniform(uint64_t seed, uint64_t place)
{
    uint64_t z = seed + (place + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double pinball_loss(double units, double quantile, double probability)
{
    const double above = units - quantile;
    return above >= 0 ? probability * above : (probability - 1) * above;
}

static void set_distribution(const struct pk_window *window, uint64_t seed, uint64_t place,
                             struct outcome *outcome)
{
    const int64_t units = (int64_t)llround(outcome->units);
    const double below = pk_window_probability_at_most(window, units - 1);
    const double at_most = pk_window_probability_at_most(window, units);
    outcome->means[PK_METHOD_MODEL] = window->mean_units;
    for (size_t p = 0; p < QUANTILES; p++)
        outcome->quantiles[p] =
            (double)pk_window_quantile_units(window, pk_accuracy_probabilities[p]);
    outcome->is_certain = !(window->mean_units > 0) && !(outcome->units > 0);
    outcome->pit = below + uniform(seed, place) * (at_most - below);
}

static double quantile_of(const struct outcome *outcome, size_t method, size_t p)
{
    return method == PK_METHOD_MODEL ? outcome->quantiles[p] : outcome->means[method];
}

static void add_outcome(const struct outcome *outcome, enum pk_accuracy_grain grain,
                        struct pk_accuracy_sums *sums)
{
    sums->count[grain]++;
    sums->units[grain] += outcome->units;
    for (size_t m = 0; m < PK_METHOD_COUNT; m++) {
        const double error = outcome->means[m] - outcome->units;
        sums->error[grain][m] += error;
        sums->absolute_error[grain][m] += fabs(error);
        for (size_t p = 0; p < QUANTILES; p++)
            sums->pinball[grain][m][p] += pinball_loss(outcome->units, quantile_of(outcome, m, p),
                                                       pk_accuracy_probabilities[p]);
    }
    if (outcome->is_certain)
        return;
    sums->uncertain_count[grain]++;
    for (size_t p = 0; p < QUANTILES; p++) {
        sums->at_most[grain][p] += outcome->units <= outcome->quantiles[p];
        sums->pit_at_most[grain][p] += outcome->pit <= pk_accuracy_probabilities[p];
    }
}

static void add_error(const struct outcome *outcome, struct window_errors *errors)
{
    errors->count++;
    for (size_t m = 0; m < PK_METHOD_COUNT; m++) {
        const double error = outcome->means[m] - outcome->units;
        errors->square[m] += error * error;
        errors->absolute[m] += fabs(error);
        for (size_t p = 0; p < QUANTILES; p++)
            errors->pinball[m] += pinball_loss(outcome->units, quantile_of(outcome, m, p),
                                               pk_accuracy_probabilities[p]) /
                                  QUANTILES;
    }
}

static void add_scaled(const struct pk_accuracy_window *window, const struct window_errors *errors,
                       struct pk_accuracy_sums *sums)
{
    const double count = (double)errors->count;
    if (errors->count == 0)
        return;
    for (size_t m = 0; m < PK_METHOD_COUNT; m++) {
        if (window->mean_square_step > 0) {
            const double rmsse = sqrt(errors->square[m] / count / window->mean_square_step);
            sums->rmsse[m] += rmsse;
            sums->weighted_rmsse[m] += window->weight * rmsse;
        }
        if (window->mean_absolute_seasonal_step > 0)
            sums->mase[m] += errors->absolute[m] / count / window->mean_absolute_seasonal_step;
        if (window->mean_absolute_step > 0)
            sums->scaled_pinball[m] += errors->pinball[m] / count / window->mean_absolute_step;
    }
    sums->rmsse_count += window->mean_square_step > 0;
    sums->weight += window->mean_square_step > 0 ? window->weight : 0;
    sums->mase_count += window->mean_absolute_seasonal_step > 0;
    sums->scaled_pinball_count += window->mean_absolute_step > 0;
}

void pk_accuracy_add(const struct pk_accuracy_window *window, struct pk_accuracy_sums *ordinary,
                     struct pk_accuracy_sums *event)
{
    const struct pk_demand *demand = window->demand;
    struct window_errors errors = {0};
    struct outcome total = {0};
    bool has_event = false, has_left_out = false;
    for (size_t b = 0; b < window->bucket_count; b++) {
        struct pk_accuracy_sums *sums = window->event[b] ? event : ordinary;
        const int32_t date = demand->first_date + (int32_t)b * demand->bucket_days;
        struct outcome bucket = {.units = window->units[b]};
        has_event |= window->event[b] != 0;
        total.units += bucket.units;
        for (size_t m = PK_METHOD_MODEL + 1; m < PK_METHOD_COUNT; m++) {
            bucket.means[m] = window->peer_units[m][b];
            total.means[m] += bucket.means[m];
        }
        if (window->left_out[b]) {
            has_left_out = true;
            sums->left_out_count[PK_GRAIN_BUCKET]++;
            continue;
        }
        const struct pk_window day = pk_demand_window(demand, date, date + demand->bucket_days - 1);
        set_distribution(&day, window->seed, b, &bucket);
        add_outcome(&bucket, PK_GRAIN_BUCKET, sums);
        add_error(&bucket, &errors);
    }
    struct pk_accuracy_sums *sums = has_event ? event : ordinary;
    add_scaled(window, &errors, sums);
    if (has_left_out) {
        sums->left_out_count[PK_GRAIN_WINDOW]++;
        return;
    }
    const struct pk_window all = pk_demand_window(
        demand, demand->first_date,
        demand->first_date + (int32_t)window->bucket_count * demand->bucket_days - 1);
    set_distribution(&all, window->seed, window->bucket_count, &total);
    add_outcome(&total, PK_GRAIN_WINDOW, sums);
}

void pk_accuracy_merge(struct pk_accuracy_sums *to, const struct pk_accuracy_sums *from)
{
    double *target = (double *)to;
    const double *source = (const double *)from;
    for (size_t i = 0; i < sizeof *to / sizeof *target; i++)
        target[i] += source[i];
}

struct figure_list {
    struct pk_accuracy_figure *figures;
    size_t count;
};

static struct pk_accuracy_figure *add_figure(struct figure_list *list, const char *metric,
                                             const char *suffix, enum pk_accuracy_method method,
                                             double numerator, double denominator)
{
    struct pk_accuracy_figure *figure = &list->figures[list->count++];
    const bool is_model = method == PK_METHOD_MODEL;
    *figure = (struct pk_accuracy_figure){.method = method,
                                          .is_defined = denominator > 0,
                                          .value = denominator > 0 ? numerator / denominator : 0,
                                          .numerator = numerator,
                                          .denominator = denominator,
                                          .nominal = -1};
    pk_text_format(figure->metric, sizeof figure->metric, "%s%s%s%s", metric, suffix,
                   is_model ? "" : "_", is_model ? "" : method_names[method]);
    return figure;
}

static void add_methods(struct figure_list *list, const char *metric, const char *suffix,
                        const double numerators[PK_METHOD_COUNT], double denominator)
{
    for (size_t m = 0; m < PK_METHOD_COUNT; m++)
        add_figure(list, metric, suffix, (enum pk_accuracy_method)m, numerators[m], denominator);
}

static void add_relative(struct figure_list *list, const char *metric, const char *suffix,
                         const double errors[PK_METHOD_COUNT])
{
    double best = errors[PK_METHOD_MODEL + 1];
    for (size_t m = PK_METHOD_MODEL + 2; m < PK_METHOD_COUNT; m++)
        best = fmin(best, errors[m]);
    add_figure(list, metric, suffix, PK_METHOD_MODEL, errors[PK_METHOD_MODEL], best);
}

static void add_grain(struct figure_list *list, const struct pk_accuracy_sums *sums, size_t grain)
{
    static const char *const pinballs[QUANTILES] = {"pinball_q10", "pinball_q50", "pinball_q90"};
    static const char *const coverages[QUANTILES] = {"coverage_q10", "coverage_q50",
                                                     "coverage_q90"};
    static const char *const pits[QUANTILES] = {"coverage_pit_q10", "coverage_pit_q50",
                                                "coverage_pit_q90"};
    const char *suffix = grain == PK_GRAIN_WINDOW ? "_window" : "";
    const double units = sums->units[grain], uncertain = sums->uncertain_count[grain];
    add_methods(list, "wape", suffix, sums->absolute_error[grain], units);
    add_relative(list, "relative_wape", suffix, sums->absolute_error[grain]);
    add_methods(list, "bias", suffix, sums->error[grain], units);
    for (size_t p = 0; p < QUANTILES; p++) {
        double doubled[PK_METHOD_COUNT];
        for (size_t m = 0; m < PK_METHOD_COUNT; m++)
            doubled[m] = 2 * sums->pinball[grain][m][p];
        add_methods(list, pinballs[p], suffix, doubled, units);
    }
    for (size_t p = 0; p < QUANTILES; p++) {
        add_figure(list, coverages[p], suffix, PK_METHOD_MODEL, sums->at_most[grain][p], uncertain)
            ->nominal = pk_accuracy_probabilities[p];
        add_figure(list, pits[p], suffix, PK_METHOD_MODEL, sums->pit_at_most[grain][p], uncertain)
            ->nominal = pk_accuracy_probabilities[p];
    }
}

size_t pk_accuracy_figures(const struct pk_accuracy_sums *sums,
                           struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX])
{
    struct figure_list list = {figures, 0};
    add_figure(&list, "window_count", "", PK_METHOD_MODEL, sums->count[PK_GRAIN_WINDOW], 1);
    add_figure(&list, "left_out_window_count", "", PK_METHOD_MODEL,
               sums->left_out_count[PK_GRAIN_WINDOW], 1);
    add_figure(&list, "bucket_count", "", PK_METHOD_MODEL, sums->count[PK_GRAIN_BUCKET], 1);
    add_figure(&list, "left_out_bucket_count", "", PK_METHOD_MODEL,
               sums->left_out_count[PK_GRAIN_BUCKET], 1);
    add_grain(&list, sums, PK_GRAIN_BUCKET);
    add_grain(&list, sums, PK_GRAIN_WINDOW);
    add_methods(&list, "rmsse", "", sums->rmsse, sums->rmsse_count);
    add_relative(&list, "relative_rmsse", "", sums->rmsse);
    add_methods(&list, "weighted_rmsse", "", sums->weighted_rmsse, sums->weight);
    add_methods(&list, "mase", "", sums->mase, sums->mase_count);
    add_methods(&list, "scaled_pinball", "", sums->scaled_pinball, sums->scaled_pinball_count);
    return list.count;
}

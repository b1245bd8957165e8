#include "models/forecast/past_windows.h"

#include <math.h>

#include "models/history/panel.h"

#define WINDOW_DAYS     28
#define RECENCY_DAYS    150.0 /* half-life of what past windows say about the error of levels */
#define KNOWN_DAYS      112.0 /* of life before a window that tells of a grown series */
#define KNOWN_PART      0.7   /* of a shorter life */
#define MIX_REQUIRED    0.02  /* part of the error that another weight must save */
#define MIX_EVIDENCE    50.0  /* windows that a class needs for a weight of its own */
#define RUN_CLASS       2     /* stop classes below it have no run to speak of */
#define IDLE_BUCKETS    56    /* up to as-of, every IDLE_STEP-th of them, that tell idle ones */
#define IDLE_STEP       9
#define STOP_ROUNDS     3     /* between what stops and what the error of levels explains */
#define INFORMATION_MAX 100.0 /* of a run of zeros; all that is longer is one class */

void pk_past_windows_init(struct pk_past_windows *windows, struct pk_level_prior prior,
                          size_t bucket_count, int32_t bucket_days, const double half_life_days[2])
{
    windows->prior = prior;
    windows->bucket_days = bucket_days;
    windows->window = (size_t)(WINDOW_DAYS / bucket_days);
    windows->origin_count = 0;
    for (size_t back = PK_PAST_ORIGIN_COUNT; back > 0; back--)
        if (bucket_count > (back + 2) * windows->window)
            windows->origins[windows->origin_count++] = bucket_count - back * windows->window;
    windows->origins[windows->origin_count++] = bucket_count;
    for (size_t h = 0; h < 2; h++)
        windows->rho[h] = exp2(-bucket_days / half_life_days[h]);
}

double pk_mixed(const double pair[2], size_t mix)
{
    const double weight = (double)mix / (PK_MIX_COUNT - 1);
    return weight * pair[0] + (1 - weight) * pair[1];
}

struct pk_level_pair pk_levels_at(struct pk_level_prior prior, const struct pk_level_sums *first,
                                  const struct pk_level_sums *second, double inverse)
{
    return (struct pk_level_pair){
        {pk_level_posterior(first, prior), pk_level_posterior(second, prior)},
        {pk_level_sampling_variance(first, prior, inverse),
         pk_level_sampling_variance(second, prior, inverse)},
        0,
        0};
}

/* Adds the error of a 28-day sum to the evidence of a class, for every weight of the short
 * half-life. */
static void add_error(struct pk_class_evidence *evidence, const struct pk_level_pair *levels,
                      double units, double mean, double square, double inverse)
{
    const double scale = pk_mixed(levels->level, PK_MIX_DEFAULT) * mean;
    if (!(scale > 0.5))
        return;
    const double noise =
        scale * (1 + pk_mixed(levels->level, PK_MIX_DEFAULT) * inverse * square / mean);
    const double weight = scale * scale / (noise + 0.3 * scale * scale);
    for (size_t mix = 0; mix < PK_MIX_COUNT; mix++) {
        const double total = pk_mixed(levels->level, mix) * mean;
        const double error = fmax(-3 * scale, fmin(units - total, 3 * scale));
        evidence->error[mix] += weight * fabs(error) / scale;
    }
    evidence->evidence += weight;
}

/* What was sold in buckets from..until - 1, the sum of shape means and of their squares, without
 * and with the runs of zeros that were left out: no forecast knew of them. Bulk orders are part of
 * the error. */
struct past_window {
    double units, mean, square, whole_mean, whole_square;
    bool is_known; /* the series was, long enough before it */
};

static void extend(struct past_window *window, const struct pk_past_series *past, size_t from,
                   size_t until)
{
    for (size_t t = from; t < until; t++) {
        const double mean = (double)past->view->mean[t];
        const double one = (double)past->view->exposure[t] * mean;
        const double whole = past->state[t] == PK_BUCKET_LEFT_OUT ? mean : one;
        window->units += past->view->exposure[t] > 0 ? (double)past->sold[t] : 0;
        window->mean += one;
        window->square += one * one;
        window->whole_mean += whole;
        window->whole_square += whole * whole;
    }
}

struct pk_level_pair pk_levels_before(const struct pk_past_windows *windows,
                                      const struct pk_past_series *past, struct pk_level_sums first,
                                      struct pk_level_sums second, size_t origin)
{
    const struct pk_series_view *view = past->view;
    struct pk_level_sums before = second;
    double weight[2] = {1, 1}, information = 0;
    size_t run = origin;
    for (; run > view->start && !(past->sold[run - 1] > 0); run--) {
        const double mean = (double)view->mean[run - 1];
        if (past->state[run - 1] == PK_BUCKET_LEFT_OUT) {
            first.mean += weight[0] * mean;
            first.square += weight[0] * weight[0] * mean;
            second.mean += weight[1] * mean;
            second.square += weight[1] * weight[1] * mean;
        } else {
            before.mean -= weight[1] * (double)view->exposure[run - 1] * mean;
        }
        weight[0] *= windows->rho[0];
        weight[1] *= windows->rho[1];
    }
    before.mean = fmax(before.mean, 0);
    const double level = pk_level_posterior(&before, windows->prior);
    for (; run < origin && information < INFORMATION_MAX; run++)
        information += pk_stop_information(
            level * (double)view->mean[run] *
                (past->state[run] == PK_BUCKET_LEFT_OUT ? 1 : (double)view->exposure[run]),
            past->inverse);
    struct pk_level_pair levels = pk_levels_at(windows->prior, &first, &second, past->inverse);
    levels.stop_class = pk_stop_class(information);
    levels.stop_information = information;
    return levels;
}

/* The first months of a series are no measure of its later error; a growing trade has many. */
static bool is_known(const struct pk_series_view *view, int32_t bucket_days, size_t from)
{
    const double before = (double)bucket_days * (double)(from - view->start);
    const double life = (double)bucket_days * (double)(view->count - view->start);
    return before >= fmin(KNOWN_DAYS, KNOWN_PART * life);
}

/* Adds one horizon of a past window to what is known of stops and of the error of levels, which
 * windows after a run of zeros do not tell, nor those of a series that had just begun. */
static void add_window(struct pk_past_windows *windows, const struct pk_past_series *past,
                       const struct pk_level_pair *levels, const struct past_window *window,
                       size_t h, double recency)
{
    const double level = pk_mixed(levels->level, PK_MIX_DEFAULT);
    const double sampling = pk_mixed(levels->variance, PK_MIX_DEFAULT);
    const double mean = level * window->whole_mean;
    const double noise = mean + level * level * past->inverse * window->whole_square;
    struct pk_class_evidence *evidence = &windows->classes[past->velocity];
    if (h == 0)
        pk_stop_add(&evidence->stops[levels->stop_class], window->units, mean, noise, sampling,
                    recency);
    if (window->is_known && levels->stop_class < RUN_CLASS)
        pk_calibration_add(pk_stop_is(window->units, mean) ? &evidence->nothing
                                                           : &evidence->calibration,
                           h, window->units, mean, noise, sampling, recency);
}

void pk_past_windows_add(struct pk_past_windows *windows, const struct pk_past_series *past,
                         const struct pk_level_sums sums[2][PK_PAST_ORIGIN_COUNT + 1])
{
    const struct pk_series_view *view = past->view;
    for (size_t j = 0; j + 1 < windows->origin_count; j++) {
        const size_t from = windows->origins[j], middle = from + windows->window;
        if (view->start + windows->window > from)
            continue;
        struct past_window window = {0, 0, 0, 0, 0, is_known(view, windows->bucket_days, from)};
        const struct pk_level_pair known =
            pk_levels_at(windows->prior, &sums[0][j], &sums[1][j], past->inverse);
        const struct pk_level_pair levels =
            pk_levels_before(windows, past, sums[0][j], sums[1][j], from);
        const double age = (double)(view->count - middle) * windows->bucket_days;
        const double recency = exp2(-age / RECENCY_DAYS);
        pk_common_level_add_window(&windows->common, past->velocity, view, past->state, from,
                                   middle, recency);
        extend(&window, past, from, middle);
        add_error(&windows->classes[past->velocity], &known, window.units, window.mean,
                  window.square, past->inverse);
        add_error(&windows->all, &known, window.units, window.mean, window.square, past->inverse);
        for (size_t h = 0; h < PK_CALIBRATION_HORIZON_COUNT; h++) {
            add_window(windows, past, &levels, &window, h, recency);
            if (middle + windows->window > view->count)
                break;
            extend(&window, past, middle, middle + windows->window);
        }
    }
}

static void add_calibration(struct pk_calibration *sum, const struct pk_calibration *part,
                            double weight)
{
    for (size_t h = 0; h < PK_CALIBRATION_HORIZON_COUNT; h++) {
        sum->count[h] += weight * part->count[h];
        for (size_t i = 0; i < PK_CALIBRATION_GRID; i++)
            sum->outside[h][i] += weight * part->outside[h][i];
    }
}

/* The calibration of all classes together, and the windows that sold next to nothing divided
 * between stops and the error of levels: each explains what the other does not. */
static void pool_calibration(struct pk_past_windows *windows)
{
    const struct pk_calibration none = {{0}, {{0}}};
    struct pk_stop_evidence stops = {0, 0, 0, 0, {0}};
    struct pk_calibration going = none, nothing = none, *all = &windows->all.calibration;
    double unexplained = 1;
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++) {
        for (size_t run = 0; run < PK_STOP_CLASS_COUNT; run++) {
            pk_stop_merge(&windows->stops[run], &windows->classes[one].stops[run]);
            if (run < RUN_CLASS)
                pk_stop_merge(&stops, &windows->classes[one].stops[run]);
        }
        pk_idle_merge(&windows->all.idle, &windows->classes[one].idle);
        add_calibration(&going, &windows->classes[one].calibration, 1);
        add_calibration(&nothing, &windows->classes[one].nothing, 1);
    }
    for (int round = 0; round < STOP_ROUNDS; round++) {
        *all = going;
        add_calibration(all, &nothing, 1 - unexplained);
        const struct pk_calibrated level = pk_calibration_solve(all, all);
        windows->level_variance = level.start + level.per_day * WINDOW_DAYS / 3;
        unexplained = pk_stop_unexplained(&stops, windows->level_variance);
    }
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++)
        add_calibration(&windows->classes[one].calibration, &windows->classes[one].nothing,
                        1 - unexplained);
}

void pk_past_windows_add_idle(struct pk_past_windows *windows, const struct pk_past_series *past,
                              const struct pk_level_pair *levels, size_t index)
{
    const struct pk_series_view *view = past->view;
    const double level = pk_mixed(levels->level, PK_MIX_DEFAULT);
    if (levels->stop_class >= RUN_CLASS)
        return;
    for (size_t back = 1 + index % IDLE_STEP; back <= IDLE_BUCKETS; back += IDLE_STEP) {
        if (view->start + back > view->count)
            break;
        const size_t t = view->count - back;
        if (past->state[t] == PK_BUCKET_OPEN)
            pk_idle_add(&windows->classes[past->velocity].idle, past->sold[t] > 0,
                        level * (double)(view->exposure[t] * view->mean[t]), past->inverse);
    }
}

/* The weight with the least error if it saves enough against the mean of both half-lives. */
static void choose_mix(struct pk_class_evidence *evidence)
{
    size_t best = PK_MIX_DEFAULT;
    for (size_t mix = 0; mix < PK_MIX_COUNT; mix++)
        if (evidence->error[mix] < evidence->error[best])
            best = mix;
    evidence->mix = evidence->error[best] < (1 - MIX_REQUIRED) * evidence->error[PK_MIX_DEFAULT]
                        ? best
                        : PK_MIX_DEFAULT;
}

void pk_past_windows_solve(struct pk_past_windows *windows,
                           struct pk_calibrated calibrated[PK_VELOCITY_CLASS_COUNT])
{
    choose_mix(&windows->all);
    pool_calibration(windows);
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++) {
        if (windows->classes[one].evidence < MIX_EVIDENCE)
            windows->classes[one].mix = windows->all.mix;
        else
            choose_mix(&windows->classes[one]);
        calibrated[one] =
            pk_calibration_solve(&windows->classes[one].calibration, &windows->all.calibration);
    }
}

struct pk_stop pk_past_windows_stop(const struct pk_past_windows *windows, size_t velocity,
                                    size_t run)
{
    struct pk_stop stop =
        pk_stop_solve(&windows->classes[velocity].stops[run], &windows->stops[run],
                      &windows->stops[0], windows->level_variance);
    stop.probability = fmax(stop.probability, pk_common_level_absent(&windows->common, velocity));
    return stop;
}

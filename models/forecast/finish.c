#include "models/forecast/finish.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/deviation.h"
#include "models/forecast/dispersion.h"
#include "models/forecast/group_levels.h"
#include "models/forecast/own.h"
#include "models/forecast/past_windows.h"
#include "models/forecast/price_band.h"

#define NOISE_STEP     13 /* every how manieth bucket counts for the noise of days */
#define DEAD_DAYS      365
#define NEW_PRIOR_DAYS 7.0
#define VARIANCE_MIN   0.0005 /* of the level beside sampling */

/* Gamma prior of the group's levels by moments: b = mean / variance buckets, at most a week of
 * evidence. */
static struct pk_level_prior group_prior(const struct pk_group_work *work)
{
    double sum = 0, square = 0, count = 0;
    for (size_t i = 0; i < work->group->series_count; i++) {
        const struct pk_constant_level *constant = &work->constant[i];
        if (!(constant->level > 0))
            continue;
        sum += constant->level;
        square += constant->level * constant->level;
        count++;
    }
    if (!(count > 0))
        return (struct pk_level_prior){0, 0};
    const double mean = sum / count;
    const double variance = fmax(square / count - mean * mean, 0.25 * mean * mean);
    const double buckets = fmin(7, mean / variance);
    return (struct pk_level_prior){buckets * mean, buckets};
}

struct finish {
    struct pk_group_work *work;
    struct pk_series_model *models;
    struct pk_price_band band;
    struct pk_past_windows past;
    struct pk_level_pair *levels; /* series_count: at as-of */
    float *means;                 /* series_count x bucket_count: with what own factors are known */
    double *scratch;
    double *season;     /* 4 per week of the history */
    size_t season_step; /* buckets of a week */
    struct pk_own_rows own;
    struct pk_own_prior own_prior, own_evidence;
};

static void set_facts(struct finish *finish, size_t index, struct pk_series_model *model)
{
    const struct pk_panel *panel = &finish->work->panel;
    const size_t buckets = panel->bucket_count;
    const float *units = panel->units + index * buckets;
    const uint8_t *state = panel->state + index * buckets;
    size_t first = panel->life_start[index], end = buckets;
    uint32_t open = 0, stocked_out = 0;
    float largest = 0;
    for (size_t t = first; t < buckets; t++) {
        open += state[t] == PK_BUCKET_OPEN;
        stocked_out += (state[t] == PK_BUCKET_STOCKED_OUT) | (state[t] == PK_BUCKET_LEFT_OUT);
        largest = units[t] > largest ? units[t] : largest;
    }
    while (first < end && !(units[first] > 0))
        first++;
    while (end > first && !(units[end - 1] > 0))
        end--;
    model->open_bucket_count = open;
    model->stocked_out_bucket_count = stocked_out;
    model->maximum_units = (double)largest;
    model->first_sale_date = model->last_sale_date = PK_DATE_NONE;
    if (first < end) {
        model->first_sale_date = panel->first_date + (int32_t)first * panel->bucket_days;
        model->last_sale_date = panel->first_date + (int32_t)(end - 1) * panel->bucket_days;
    }
    model->capped_bucket_count = (uint32_t)finish->work->constant[index].capped_count;
    if (model->capped_bucket_count > 0)
        model->flags |= PK_SERIES_CAPPED;
    if (model->stocked_out_bucket_count > 0)
        model->flags |= PK_SERIES_STOCKED_OUT;
    if (model->open_bucket_count < PK_NEW_BUCKETS)
        model->flags |= PK_SERIES_NEW;
}

/* The view of a series with the means that are kept for it. */
static struct pk_series_view kept_view(struct finish *finish, size_t index)
{
    struct pk_series_view view = pk_group_class_view(finish->work, index);
    view.mean = finish->means + index * view.count;
    return view;
}

/* Multiplies the view's means by the slow own deviations, a week at a time for the season. */
static void apply_slow(struct finish *finish, const struct pk_series_view *view,
                       const double *deviation)
{
    float *mean = finish->work->mean;
    const size_t step = finish->season_step;
    const float own_feast = (float)deviation[PK_DEVIATION_FEAST];
    float feast = 0, feast_factor = 1; /* effects last for days: computed where they change */
    for (size_t t = view->start; t < view->count;) {
        const size_t week = t / step, end = (week + 1) * step;
        const double *season = finish->season + 4 * week;
        double sum = 0;
        for (size_t j = 0; j < 4; j++)
            sum += season[j] * deviation[j];
        const float factor = fabs(sum) > 0 ? (float)exp(sum) : 1;
        for (; t < view->count && t < end; t++) {
            if (fabsf(finish->own.feast[t] - feast) > 0) {
                feast = finish->own.feast[t];
                feast_factor = expf(feast * own_feast);
            }
            mean[t] *= factor * feast_factor;
        }
    }
}

/* Yearly waves at the middle of each week. */
static void set_season(struct finish *finish)
{
    const struct pk_panel *panel = &finish->work->panel;
    finish->season_step = panel->bucket_days == 1 ? 7 : 1;
    const double step = (double)finish->season_step;
    for (size_t week = 0; week * finish->season_step < panel->bucket_count; week++)
        pk_design_season(panel->first_date + ((double)week + 0.5) * step * panel->bucket_days,
                         finish->season + 4 * week);
}

/* Where the state of a series is kept; NULL if it is not. */
static struct pk_series_state *state_of(const struct finish *finish, size_t index)
{
    struct pk_series_state *states = finish->work->context->series_states;
    return states == NULL ? NULL : &states[finish->work->group->series[index]];
}

/* Keeps what bounds bulk orders, as the sweeps have left it. */
static void keep_bounds(const struct finish *finish, size_t index)
{
    const struct pk_group_work *work = finish->work;
    const double inverse = work->inverse_dispersion[index];
    struct pk_series_state *state = state_of(finish, index);
    if (state == NULL)
        return;
    state->constant_level = (float)work->constant[index].level;
    state->inverse_dispersion = inverse > 0 ? (float)inverse : 1;
    state->size_floor = work->size_floor[index];
    state->floor_only = !pk_group_knows_size(work, index);
}

/* Keeps the sums of a view whose means have all own factors. */
static void keep_sums(const struct finish *finish, size_t index, const struct pk_series_view *view,
                      const struct pk_level_sums *first, const struct pk_level_sums *second)
{
    const struct pk_panel *panel = &finish->work->panel;
    const struct pk_level_sums *const sums[2] = {first, second};
    struct pk_series_state *state = state_of(finish, index);
    if (state == NULL)
        return;
    for (size_t h = 0; h < 2; h++) {
        state->units[h] = (float)sums[h]->units;
        state->mean[h] = (float)sums[h]->mean;
        state->square[h] = (float)sums[h]->square;
    }
    pk_series_state_set_run(state, view, panel->state + index * panel->bucket_count,
                            finish->past.rho);
}

/* Keeps what past windows say about the error of a level of class `velocity`. */
static void keep_error(const struct finish *finish, size_t index, size_t velocity,
                       double start_variance)
{
    const struct pk_past_windows *windows = &finish->past;
    struct pk_series_state *state = state_of(finish, index);
    if (state == NULL)
        return;
    state->short_weight = (float)windows->classes[velocity].mix / (PK_MIX_COUNT - 1);
    state->presence = 1 - (float)pk_common_level_absent(&windows->common, velocity);
    state->added_variance = (float)fmax(VARIANCE_MIN, start_variance);
    state->run_information = (float)finish->levels[index].stop_information;
    state->price_band = (float)pk_price_band_factor(&finish->band, finish->work, index);
    state->velocity = (uint32_t)velocity;
}

/* Slow deviations, and a first step of the daily ones that tells the prior of the group. */
static void begin_one(struct finish *finish, size_t index)
{
    struct pk_group_work *work = finish->work;
    struct pk_series_model *model = &finish->models[work->group->series[index]];
    const struct pk_series_view view = pk_group_view(work, index);
    const double inverse = work->inverse_dispersion[index];
    const struct pk_deviation_settings settings = {work->panel.first_date,
                                                   work->group->bucket_days,
                                                   work->context->settings->deviation_prior_sd,
                                                   work->context->design->uses_season,
                                                   finish->own.feast,
                                                   inverse};
    memset(model, 0, sizeof *model);
    set_facts(finish, index, model);
    keep_bounds(finish, index);
    pk_deviation_fit(&view, &settings, finish->scratch, model->deviation);
    apply_slow(finish, &view, model->deviation);
    memcpy(finish->means + index * view.count, work->mean, view.count * sizeof *work->mean);
    pk_own_step(&view, &finish->own, work->row_of, work->group->bucket_days, inverse,
                &finish->own_prior, &finish->own_evidence, finish->scratch,
                model->deviation + PK_DEVIATION_DAILY_AT);
}

/* A second step of the daily deviations under the group's prior, and the dispersion that they
 * leave. */
static void deviate_one(struct finish *finish, size_t index)
{
    struct pk_group_work *work = finish->work;
    struct pk_series_model *model = &finish->models[work->group->series[index]];
    struct pk_constant_level *constant = &work->constant[index];
    const struct pk_series_view view = kept_view(finish, index);
    double *daily = model->deviation + PK_DEVIATION_DAILY_AT;
    double evidence;
    pk_own_step(&view, &finish->own, work->row_of, work->group->bucket_days,
                work->inverse_dispersion[index], &finish->own_prior, NULL, finish->scratch, daily);
    pk_own_apply(&finish->own, work->row_of, view.start, view.count, daily,
                 finish->means + index * view.count);
    constant->inverse_dispersion =
        pk_own_inverse_dispersion(&view, work->group->bucket_days, finish->scratch, &evidence);
    for (size_t t = view.start + index % NOISE_STEP; t < view.count; t += NOISE_STEP)
        if (finish->scratch[t] > 0)
            pk_noise_calibration_add(
                &finish->past.classes[pk_velocity_class(constant->level)].noise,
                (double)view.units[t], finish->scratch[t], fmax(0, constant->inverse_dispersion));
    constant->evidence = constant->level > 0 ? evidence / (constant->level * constant->level) : 0;
}

struct pk_level_prior pk_finish_prior(struct pk_level_prior group, int32_t bucket_days,
                                      uint32_t open_bucket_count, double band_factor)
{
    const double known = (double)open_bucket_count / PK_NEW_BUCKETS;
    if (known >= 1 || !(group.buckets > 0))
        return group;
    const double mean = group.units / group.buckets;
    const double extra = NEW_PRIOR_DAYS / bucket_days * (1 - known);
    return (struct pk_level_prior){band_factor * (group.units + extra * mean),
                                   group.buckets + extra};
}

static struct pk_level_prior prior_of(const struct finish *finish, size_t index,
                                      const struct pk_series_model *model)
{
    return pk_finish_prior(finish->past.prior, finish->work->group->bucket_days,
                           model->open_bucket_count,
                           pk_price_band_factor(&finish->band, finish->work, index));
}

static void finish_one(struct finish *finish, size_t index)
{
    struct pk_group_work *work = finish->work;
    struct pk_past_windows *windows = &finish->past;
    struct pk_series_model *model = &finish->models[work->group->series[index]];
    const struct pk_series_view view = kept_view(finish, index);
    const double inverse = work->inverse_dispersion[index];
    struct pk_level_sums sums[2][PK_PAST_ORIGIN_COUNT + 1];
    for (size_t h = 0; h < 2; h++)
        pk_level_discounted(&view, windows->rho[h], windows->origins, windows->origin_count,
                            sums[h]);
    const size_t last = windows->origin_count - 1;
    const struct pk_past_series past = {&view, work->sold + index * work->panel.bucket_count,
                                        work->panel.state + index * work->panel.bucket_count,
                                        inverse, pk_velocity_class(work->constant[index].level)};
    const struct pk_level_pair known =
        pk_levels_before(windows, &past, sums[0][last], sums[1][last], view.count);
    struct pk_level_pair *levels = &finish->levels[index];
    *levels = pk_levels_at(prior_of(finish, index, model), &sums[0][last], &sums[1][last], inverse);
    levels->stop_class = known.stop_class;
    levels->stop_information = known.stop_information;
    model->dispersion = inverse > 1e-9 ? 1 / inverse : INFINITY;
    keep_sums(finish, index, &view, &sums[0][last], &sums[1][last]);
    pk_past_windows_add_idle(windows, &past, levels, index);
    pk_common_level_add(&windows->common, pk_mixed(levels->level, PK_MIX_DEFAULT), &sums[0][last]);
    pk_past_windows_add(windows, &past,
                        (const struct pk_level_sums(*)[PK_PAST_ORIGIN_COUNT + 1]) sums);
}

double pk_finish_borrowed_variance(struct pk_level_prior group, int32_t bucket_days,
                                   uint32_t open_bucket_count)
{
    const struct pk_level_prior prior = pk_finish_prior(group, bucket_days, open_bucket_count, 1);
    const double spread = group.units > 0 ? fmin(1 / group.units, PK_NEW_VARIANCE_MAX) : 1;
    const double weight =
        prior.buckets > 0 ? prior.buckets / (prior.buckets + (double)open_bucket_count) : 0;
    return spread * weight * weight;
}

void pk_finish_stop(const struct pk_stop *stop, struct pk_series_model *model)
{
    model->level_units *= stop->factor;
    model->stop_probability = stop->probability;
    model->level_relative_variance =
        (model->level_relative_variance + model->stop_probability) / (1 - model->stop_probability);
}

/* Keeps what advances need of the group's levels. */
static void keep_group(const struct finish *finish)
{
    struct pk_group_state *state = pk_group_state_of(finish->work);
    if (state == NULL)
        return;
    state->prior = finish->past.prior;
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++)
        for (size_t run = 0; run < PK_STOP_CLASS_COUNT; run++)
            state->stops[one][run] = pk_past_windows_stop(&finish->past, one, run);
}

/* Levels and their error from what past windows of the velocity class say. */
static void set_levels(struct finish *finish)
{
    struct pk_past_windows *windows = &finish->past;
    struct pk_calibrated calibrated[PK_VELOCITY_CLASS_COUNT];
    pk_past_windows_solve(windows, calibrated);
    for (size_t i = 0; i < finish->work->group->series_count; i++) {
        struct pk_series_model *model = &finish->models[finish->work->group->series[i]];
        const struct pk_level_pair *levels = &finish->levels[i];
        const size_t one = pk_velocity_class(finish->work->constant[i].level);
        const size_t mix = windows->classes[one].mix;
        const struct pk_stop stop = pk_past_windows_stop(windows, one, levels->stop_class);
        const double factor = pk_common_level_factor(&windows->common, one);
        model->level_units = pk_mixed(levels->level, mix) * factor;
        model->level_relative_variance =
            pk_mixed(levels->variance, mix) + fmax(VARIANCE_MIN, calibrated[one].start);
        model->level_drift_variance_per_day = calibrated[one].per_day;
        keep_error(finish, i, one, calibrated[one].start);
        pk_finish_stop(&stop, model);
        model->mean_excess =
            pk_stop_excess(&windows->classes[one].stops[0], &windows->stops[0], factor);
        model->idle_probability = pk_idle_solve(&windows->classes[one].idle, &windows->all.idle);
        if (model->flags & PK_SERIES_NEW)
            model->level_relative_variance = fmin(
                model->level_relative_variance +
                    pk_finish_borrowed_variance(windows->prior, finish->work->group->bucket_days,
                                                model->open_bucket_count),
                PK_NEW_VARIANCE_MAX);
    }
}

void pk_finish_special(const struct pk_shop *shop, size_t series, struct pk_series_model *model)
{
    const struct pk_item *item = &shop->items[shop->series[series].item];
    const bool launched = item->launch_date != PK_DATE_NONE;
    const bool sold = model->last_sale_date != PK_DATE_NONE;
    if (sold ? shop->as_of_date - model->last_sale_date >= DEAD_DAYS
             : !launched && item->reference_item == PK_INDEX_NONE) {
        model->flags |= PK_SERIES_DEAD;
        model->level_units = 0;
    }
}

enum pk_status pk_finish_series(struct pk_group_work *work, const double *gamma,
                                struct pk_series_model *models, struct pk_error *error)
{
    struct finish finish = {.work = work, .models = models, .own_prior = pk_own_prior_default()};
    const struct pk_fit_settings *settings = work->context->settings;
    const size_t count = work->group->series_count;
    enum pk_status status = pk_own_rows_init(&finish.own, work, gamma, error);
    finish.scratch =
        malloc(PK_DEVIATION_SCRATCH * (work->panel.bucket_count + 2) * sizeof *finish.scratch);
    finish.season = malloc(4 * (work->panel.bucket_count + 1) * sizeof *finish.season);
    finish.levels = malloc((count + 1) * sizeof *finish.levels);
    finish.means = malloc((count * work->panel.bucket_count + 1) * sizeof *finish.means);
    if (status == PK_OK && (finish.scratch == NULL || finish.season == NULL ||
                            finish.levels == NULL || finish.means == NULL))
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for levels");
    if (status != PK_OK)
        goto cleanup;
    status = pk_price_band_fit(work, PK_NEW_BUCKETS, &finish.band, error);
    if (status != PK_OK)
        goto cleanup;
    pk_past_windows_init(&finish.past, group_prior(work), work->panel.bucket_count,
                         work->group->bucket_days, settings->half_life_days);
    set_season(&finish);
    finish.own_evidence = finish.own_prior;
    for (size_t i = 0; i < count; i++)
        begin_one(&finish, i);
    pk_own_prior_update(&finish.own_evidence);
    finish.own_prior = finish.own_evidence;
    for (size_t i = 0; i < count; i++)
        deviate_one(&finish, i);
    pk_dispersion_pool(work->constant, count, work->inverse_dispersion);
    for (size_t i = 0; i < count; i++)
        work->inverse_dispersion[i] *= pk_noise_calibration_solve(
            &finish.past.classes[pk_velocity_class(work->constant[i].level)].noise);
    for (size_t i = 0; i < count; i++)
        finish_one(&finish, i);
    set_levels(&finish);
    for (size_t i = 0; i < count; i++)
        pk_finish_special(work->context->shop, work->group->series[i],
                          &models[work->group->series[i]]);
    keep_group(&finish);
cleanup:
    pk_own_rows_done(&finish.own);
    free(finish.scratch);
    free(finish.season);
    free(finish.levels);
    free(finish.means);
    return status;
}

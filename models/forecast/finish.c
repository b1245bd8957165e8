#include "models/forecast/finish.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/deviation.h"

#define WINDOW_DAYS    28
#define ORIGIN_COUNT   12 /* origins behind the drift, 28 days apart, and as-of itself */
#define DEAD_DAYS      365
#define NEW_BUCKETS    28
#define NEW_PRIOR_DAYS 7.0
#define OWN_EVIDENCE   20.0 /* sales that weigh as much as the class in the own dispersion */
#define CLASS_EVIDENCE 5.0
#define MIX_COUNT      5    /* weights 0, 1/4 .. 1 of the short half-life */
#define MIX_DEFAULT    2    /* the mean of both */
#define MIX_REQUIRED   0.02 /* part of the error that another weight must save */
#define DRIFT_MIN      0.01
#define DRIFT_MAX      4.0
#define DRIFT_UNKNOWN  0.1
#define DRIFT_OUT_OF_SAMPLE                                                                        \
    1.3 /* the shape has seen the origins; tuned so that P90 of 28-day totals covers */
#define MIX_EVIDENCE 50.0 /* windows that a class needs for a weight of its own */

size_t pk_velocity_class(double level_units)
{
    static const double bounds[PK_VELOCITY_CLASS_COUNT - 1] = {0.03, 0.1, 0.3, 1, 3, 10, 30};
    size_t one = 0;
    while (one < PK_VELOCITY_CLASS_COUNT - 1 && level_units >= bounds[one])
        one++;
    return one;
}

void pk_finish_dispersion(const struct pk_constant_level *constant, size_t count,
                          double *inverse_dispersion)
{
    double excess[PK_VELOCITY_CLASS_COUNT] = {0}, evidence[PK_VELOCITY_CLASS_COUNT] = {0};
    double members[PK_VELOCITY_CLASS_COUNT] = {0}, all_excess = 0, all_evidence = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(constant[i].level > 0) || constant[i].positive_count < 2)
            continue;
        const size_t one = pk_velocity_class(constant[i].level);
        excess[one] += constant[i].inverse_dispersion * constant[i].evidence;
        evidence[one] += constant[i].evidence;
        members[one] += 1;
        all_excess += constant[i].inverse_dispersion * constant[i].evidence;
        all_evidence += constant[i].evidence;
    }
    const double all = all_evidence > 0 ? fmax(0, all_excess / all_evidence) : 1;
    for (size_t i = 0; i < count; i++) {
        const size_t one = pk_velocity_class(constant[i].level);
        const double pooled = evidence[one] > 0 ? fmax(0, excess[one] / evidence[one]) : all;
        const double class_value =
            (members[one] * pooled + CLASS_EVIDENCE * all) / (members[one] + CLASS_EVIDENCE);
        const double weight = (double)constant[i].positive_count /
                              ((double)constant[i].positive_count + OWN_EVIDENCE);
        const double own = fmax(0, constant[i].inverse_dispersion);
        inverse_dispersion[i] = weight * own + (1 - weight) * class_value;
    }
}

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

/* What past origins say about one velocity class. */
struct class_evidence {
    double error[MIX_COUNT];        /* |S - M| over M's scale, by weight of the short half-life */
    double drift_excess[MIX_COUNT]; /* moments of the drift, by weight */
    double evidence;
    size_t mix; /* the chosen weight */
};

/* Levels at as-of by half-life, short first. */
struct level_pair {
    double level[2], variance[2];
};

struct finish {
    struct pk_group_work *work;
    struct pk_series_model *models;
    struct pk_level_prior prior;
    size_t origins[ORIGIN_COUNT + 1]; /* ascending; the last is as-of */
    size_t origin_count;
    size_t window; /* buckets of 28 days */
    double rho[2];
    struct class_evidence classes[PK_VELOCITY_CLASS_COUNT], all;
    struct level_pair *levels; /* series_count */
    double *scratch;
};

static void set_origins(struct finish *finish)
{
    const size_t buckets = finish->work->panel.bucket_count;
    finish->window = (size_t)(WINDOW_DAYS / finish->work->group->bucket_days);
    finish->origin_count = 0;
    for (size_t back = ORIGIN_COUNT; back > 0; back--)
        if (buckets > (back + 2) * finish->window)
            finish->origins[finish->origin_count++] = buckets - back * finish->window;
    finish->origins[finish->origin_count++] = buckets;
}

static double mixed(const double pair[2], size_t mix)
{
    const double weight = (double)mix / (MIX_COUNT - 1);
    return weight * pair[0] + (1 - weight) * pair[1];
}

static struct level_pair levels_at(struct pk_level_prior prior, const struct pk_level_sums *first,
                                   const struct pk_level_sums *second, double inverse)
{
    return (struct level_pair){
        {pk_level_posterior(first, prior), pk_level_posterior(second, prior)},
        {pk_level_sampling_variance(first, prior, inverse),
         pk_level_sampling_variance(second, prior, inverse)}};
}

/* Adds the error of a 28-day sum to the evidence of a class, for every weight of the short
 * half-life. */
static void add_window(struct class_evidence *evidence, const struct level_pair *levels,
                       double units, double mean, double square, double inverse)
{
    const double scale = mixed(levels->level, MIX_DEFAULT) * mean;
    if (!(scale > 0.5))
        return;
    const double noise = scale * (1 + mixed(levels->level, MIX_DEFAULT) * inverse * square / mean);
    const double weight = scale * scale / (noise + 0.3 * scale * scale);
    for (size_t mix = 0; mix < MIX_COUNT; mix++) {
        const double total = mixed(levels->level, mix) * mean;
        const double error = fmax(-3 * scale, fmin(units - total, 3 * scale));
        evidence->error[mix] += weight * fabs(error) / scale;
        evidence->drift_excess[mix] +=
            weight * ((error * error - noise) / (scale * scale) - mixed(levels->variance, mix));
    }
    evidence->evidence += weight;
}

/* Windows count what was sold, bulk orders included: they are part of the error. */
static void add_evidence(struct finish *finish, const struct pk_series_view *view,
                         const float *sold, const struct pk_level_sums sums[2][ORIGIN_COUNT + 1],
                         double inverse, size_t velocity)
{
    for (size_t j = 0; j + 1 < finish->origin_count; j++) {
        const size_t from = finish->origins[j], until = from + finish->window;
        double units = 0, mean = 0, square = 0;
        if (view->start + finish->window > from)
            continue;
        for (size_t t = from; t < until; t++) {
            const double one = (double)(view->exposure[t] * view->mean[t]);
            units += view->exposure[t] > 0 ? (double)sold[t] : 0;
            mean += one;
            square += one * one;
        }
        const struct level_pair levels =
            levels_at(finish->prior, &sums[0][j], &sums[1][j], inverse);
        add_window(&finish->classes[velocity], &levels, units, mean, square, inverse);
        add_window(&finish->all, &levels, units, mean, square, inverse);
    }
}

static void set_facts(struct finish *finish, size_t index, struct pk_series_model *model)
{
    const struct pk_panel *panel = &finish->work->panel;
    const size_t buckets = panel->bucket_count;
    const float *units = panel->units + index * buckets;
    const uint8_t *state = panel->state + index * buckets;
    model->first_sale_date = model->last_sale_date = PK_DATE_NONE;
    for (size_t t = panel->life_start[index]; t < buckets; t++) {
        const int32_t date = panel->first_date + (int32_t)t * panel->bucket_days;
        model->open_bucket_count += state[t] == PK_BUCKET_OPEN;
        model->stocked_out_bucket_count +=
            state[t] == PK_BUCKET_STOCKED_OUT || state[t] == PK_BUCKET_LEFT_OUT;
        if (!(units[t] > 0))
            continue;
        model->maximum_units = fmax(model->maximum_units, (double)units[t]);
        model->last_sale_date = date;
        if (model->first_sale_date == PK_DATE_NONE)
            model->first_sale_date = date;
    }
    model->capped_bucket_count = (uint32_t)finish->work->constant[index].capped_count;
    if (model->capped_bucket_count > 0)
        model->flags |= PK_SERIES_CAPPED;
    if (model->stocked_out_bucket_count > 0)
        model->flags |= PK_SERIES_STOCKED_OUT;
    if (model->open_bucket_count < NEW_BUCKETS)
        model->flags |= PK_SERIES_NEW;
}

/* Multiplies the view's means by the own season, a week at a time. */
static void apply_deviation(struct finish *finish, const struct pk_series_view *view,
                            const double *deviation)
{
    struct pk_group_work *work = finish->work;
    const size_t step = work->group->bucket_days == 1 ? 7 : 1;
    for (size_t t = view->start; t < view->count; t += step) {
        const double middle =
            work->panel.first_date + ((double)t + 0.5 * (double)step) * work->group->bucket_days;
        const float factor = (float)pk_deviation_factor(middle, deviation);
        for (size_t i = t; i < t + step && i < view->count; i++)
            work->mean[i] *= factor;
    }
}

/* A new series has a few days that its first customers made: the group's level counts as the part
 * of NEW_PRIOR_DAYS that is still missing, besides its usual weight. */
static struct pk_level_prior prior_of(const struct finish *finish,
                                      const struct pk_series_model *model)
{
    struct pk_level_prior prior = finish->prior;
    const double known = (double)model->open_bucket_count / NEW_BUCKETS;
    if (known >= 1 || !(prior.buckets > 0))
        return prior;
    const double mean = prior.units / prior.buckets;
    const double extra = NEW_PRIOR_DAYS / finish->work->group->bucket_days * (1 - known);
    return (struct pk_level_prior){prior.units + extra * mean, prior.buckets + extra};
}

static void finish_one(struct finish *finish, size_t index)
{
    struct pk_group_work *work = finish->work;
    struct pk_series_model *model = &finish->models[work->group->series[index]];
    const struct pk_series_view view = pk_group_view(work, index);
    const double inverse = work->inverse_dispersion[index];
    struct pk_level_sums sums[2][ORIGIN_COUNT + 1];
    memset(model, 0, sizeof *model);
    set_facts(finish, index, model);
    if (work->context->design->uses_season) {
        const struct pk_deviation_settings settings = {
            work->panel.first_date, work->group->bucket_days,
            work->context->settings->deviation_prior_sd, inverse};
        pk_deviation_fit(&view, &settings, finish->scratch, model->deviation);
        apply_deviation(finish, &view, model->deviation);
    }
    for (size_t h = 0; h < 2; h++)
        pk_level_discounted(&view, finish->rho[h], finish->origins, finish->origin_count, sums[h]);
    const size_t last = finish->origin_count - 1;
    finish->levels[index] =
        levels_at(prior_of(finish, model), &sums[0][last], &sums[1][last], inverse);
    model->dispersion = inverse > 1e-9 ? 1 / inverse : INFINITY;
    add_evidence(finish, &view, work->sold + index * work->panel.bucket_count,
                 (const struct pk_level_sums(*)[ORIGIN_COUNT + 1]) sums, inverse,
                 pk_velocity_class(work->constant[index].level));
}

/* The weight with the least error if it saves enough against the mean of both half-lives. */
static void choose_mix(struct class_evidence *evidence)
{
    size_t best = MIX_DEFAULT;
    for (size_t mix = 0; mix < MIX_COUNT; mix++)
        if (evidence->error[mix] < evidence->error[best])
            best = mix;
    evidence->mix = evidence->error[best] < (1 - MIX_REQUIRED) * evidence->error[MIX_DEFAULT]
                        ? best
                        : MIX_DEFAULT;
}

/* Sets levels and their error: chosen weight and drift of the class, leaning on all classes where
 * evidence is thin. */
static void set_levels(struct finish *finish)
{
    choose_mix(&finish->all);
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++) {
        if (finish->classes[one].evidence < MIX_EVIDENCE)
            finish->classes[one].mix = finish->all.mix;
        else
            choose_mix(&finish->classes[one]);
    }
    for (size_t i = 0; i < finish->work->group->series_count; i++) {
        struct pk_series_model *model = &finish->models[finish->work->group->series[i]];
        const struct class_evidence *one =
            &finish->classes[pk_velocity_class(finish->work->constant[i].level)];
        const double all = finish->all.evidence > 0
                               ? finish->all.drift_excess[one->mix] / finish->all.evidence
                               : DRIFT_UNKNOWN;
        const double pooled =
            (one->drift_excess[one->mix] + CLASS_EVIDENCE * all) / (one->evidence + CLASS_EVIDENCE);
        model->level_units = mixed(finish->levels[i].level, one->mix);
        model->level_relative_variance =
            mixed(finish->levels[i].variance, one->mix) +
            DRIFT_OUT_OF_SAMPLE * fmax(DRIFT_MIN, fmin(pooled, DRIFT_MAX));
    }
}

/* Dead, never sold and reference levels, which need the other series' levels. */
static void set_special(const struct finish *finish, const struct pk_shop *shop, size_t series)
{
    struct pk_series_model *model = &finish->models[series];
    const struct pk_item *item = &shop->items[shop->series[series].item];
    const bool launched = item->launch_date != PK_DATE_NONE;
    const bool sold = model->last_sale_date != PK_DATE_NONE;
    if (sold ? shop->as_of_date - model->last_sale_date >= DEAD_DAYS
             : !launched && item->reference_item == PK_INDEX_NONE) {
        model->flags |= PK_SERIES_DEAD;
        model->level_units = 0;
    }
}

enum pk_status pk_finish_series(struct pk_group_work *work, struct pk_series_model *models,
                                struct pk_error *error)
{
    struct finish finish = {.work = work, .models = models};
    const struct pk_fit_settings *settings = work->context->settings;
    finish.scratch =
        malloc(PK_DEVIATION_SCRATCH * (work->panel.bucket_count + 2) * sizeof *finish.scratch);
    finish.levels = malloc((work->group->series_count + 1) * sizeof *finish.levels);
    if (finish.scratch == NULL || finish.levels == NULL) {
        free(finish.scratch);
        free(finish.levels);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for levels");
    }
    finish.prior = group_prior(work);
    set_origins(&finish);
    for (size_t h = 0; h < 2; h++)
        finish.rho[h] = exp2(-work->group->bucket_days / settings->half_life_days[h]);
    for (size_t i = 0; i < work->group->series_count; i++)
        finish_one(&finish, i);
    set_levels(&finish);
    for (size_t i = 0; i < work->group->series_count; i++)
        set_special(&finish, work->context->shop, work->group->series[i]);
    free(finish.scratch);
    free(finish.levels);
    return PK_OK;
}

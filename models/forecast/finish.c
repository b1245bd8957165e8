#include "models/forecast/finish.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/deviation.h"

#define WINDOW_DAYS       28
#define ORIGIN_COUNT      6 /* origins behind the drift, 28 days apart, and as-of itself */
#define DEAD_DAYS         365
#define NEW_BUCKETS       28
#define OWN_EVIDENCE      20.0 /* sales that weigh as much as the class in the own dispersion */
#define CLASS_EVIDENCE    5.0
#define DRIFT_MIN         0.01
#define DRIFT_MAX         4.0
#define REFERENCE_BUCKETS 14.0 /* open buckets that a reference item's level weighs */

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

/* Gamma prior of the group's levels by moments: b = mean / variance buckets, at most a week of evidence. */
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

/* What the finish holds per series. */
struct finish {
    struct pk_group_work *work;
    struct pk_series_model *models;
    struct pk_level_prior prior;
    size_t origins[ORIGIN_COUNT + 1]; /* ascending; the last is as-of */
    size_t origin_count;
    size_t window; /* buckets of 28 days */
    double rho[2];
    double drift_excess[PK_VELOCITY_CLASS_COUNT], drift_evidence[PK_VELOCITY_CLASS_COUNT];
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

/* Level and its sampling variance from the averaged half-lives. */
static double mix_levels(const struct finish *finish, struct pk_level_prior prior,
                         const struct pk_level_sums *first, const struct pk_level_sums *second,
                         double inverse, double *out_variance)
{
    (void)finish;
    *out_variance = 0.5 * (pk_level_sampling_variance(first, prior, inverse) +
                           pk_level_sampling_variance(second, prior, inverse));
    return 0.5 * (pk_level_posterior(first, prior) + pk_level_posterior(second, prior));
}

/* Adds the errors of 28-day sums at past origins to the drift moments of the series' class. */
static void add_drift(struct finish *finish, const struct pk_series_view *view,
                      const struct pk_level_sums sums[2][ORIGIN_COUNT + 1], double inverse,
                      size_t velocity)
{
    for (size_t j = 0; j + 1 < finish->origin_count; j++) {
        const size_t from = finish->origins[j], until = from + finish->window;
        double units = 0, mean = 0, square = 0, sampling;
        if (view->start + finish->window > from)
            continue;
        for (size_t t = from; t < until; t++) {
            const double one = (double)(view->exposure[t] * view->mean[t]);
            units += view->exposure[t] > 0 ? (double)view->units[t] : 0;
            mean += one;
            square += one * one;
        }
        const double level =
            mix_levels(finish, finish->prior, &sums[0][j], &sums[1][j], inverse, &sampling);
        const double total = level * mean;
        if (!(total > 0.5))
            continue;
        const double noise = total + level * level * square * inverse;
        const double error = fmax(-3 * total, fmin(units - total, 3 * total));
        const double relative = (error * error - noise) / (total * total) - sampling;
        const double weight = total * total / (noise + 0.3 * total * total);
        finish->drift_excess[velocity] += weight * relative;
        finish->drift_evidence[velocity] += weight;
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
    model->level_units = mix_levels(finish, finish->prior, &sums[0][last], &sums[1][last], inverse,
                                    &model->level_relative_variance);
    model->dispersion = inverse > 1e-9 ? 1 / inverse : INFINITY;
    add_drift(finish, &view, (const struct pk_level_sums(*)[ORIGIN_COUNT + 1]) sums, inverse,
              pk_velocity_class(work->constant[index].level));
}

/* Adds the drift of the class, pooled with all classes where evidence is thin. */
static void add_class_drift(struct finish *finish)
{
    double excess = 0, evidence = 0;
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++) {
        excess += finish->drift_excess[one];
        evidence += finish->drift_evidence[one];
    }
    const double all = evidence > 0 ? excess / evidence : 0.1;
    for (size_t i = 0; i < finish->work->group->series_count; i++) {
        const size_t one = pk_velocity_class(finish->work->constant[i].level);
        const double pooled = (finish->drift_excess[one] + CLASS_EVIDENCE * all) /
                              (finish->drift_evidence[one] + CLASS_EVIDENCE);
        finish->models[finish->work->group->series[i]].level_relative_variance +=
            fmax(DRIFT_MIN, fmin(pooled, DRIFT_MAX));
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
    if (finish.scratch == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for deviations");
    finish.prior = group_prior(work);
    set_origins(&finish);
    for (size_t h = 0; h < 2; h++)
        finish.rho[h] = exp2(-work->group->bucket_days / settings->half_life_days[h]);
    for (size_t i = 0; i < work->group->series_count; i++)
        finish_one(&finish, i);
    add_class_drift(&finish);
    for (size_t i = 0; i < work->group->series_count; i++)
        set_special(&finish, work->context->shop, work->group->series[i]);
    free(finish.scratch);
    return PK_OK;
}

#include "models/forecast/advance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/advance_days.h"
#include "models/forecast/common_level.h"
#include "models/forecast/design_new.h"
#include "models/forecast/finish.h"
#include "models/forecast/group_levels.h"
#include "models/forecast/model_parts.h"
#include "models/history/fingerprint.h"

/* What all groups of an advance share. */
struct advance {
    const struct pk_model *fitted;
    struct pk_model *model;
    const struct pk_shop *shop;
    const struct pk_sales *sales;
    const struct pk_fit_settings *settings;
    struct pk_error *errors; /* by group */
};

int64_t pk_model_cell_count(const struct pk_model *model)
{
    const int32_t bucket_days = model->group_count > 0 ? model->groups[0].bucket_days : 1;
    const int64_t buckets =
        ((int64_t)model->as_of_date - model->advanced_days - model->first_date) / bucket_days + 1;
    return buckets * (int64_t)model->series_count;
}

/* What the zeros up to as-of say, from the level before them. */
static void extend_information(struct pk_series_state *state, const struct pk_day *day, double one,
                               struct pk_level_prior group, double inverse)
{
    const struct pk_level_sums before = {(double)state->units[1],
                                         fmax(0, (double)(state->mean[1] - state->run_mean[1])), 0};
    if (day->units > 0)
        state->run_information = 0;
    else
        state->run_information +=
            (float)pk_stop_information(pk_level_posterior(&before, group) * one, inverse);
}

/* Sums with the view's days added, and the run of zeros that they end or extend. */
static void extend_sums(struct pk_series_state *state, const struct pk_day *day, double mean,
                        const double rho[2], double trend)
{
    const double units = day->exposure > 0 ? (double)day->units : 0;
    const double one = (double)day->exposure * mean;
    for (size_t h = 0; h < 2; h++) {
        state->units[h] = (float)(rho[h] * (double)state->units[h] + units);
        state->mean[h] = (float)(rho[h] * (double)state->mean[h] + one);
        state->square[h] = (float)(rho[h] * rho[h] * (double)state->square[h] + one);
        state->run_mean[h] = (float)(rho[h] * (double)state->run_mean[h]);
        state->run_square[h] = (float)(rho[h] * rho[h] * (double)state->run_square[h]);
    }
    if (day->state != PK_BUCKET_OPEN)
        return;
    if (day->units > 0) {
        memset(state->run_mean, 0, sizeof state->run_mean);
        memset(state->run_square, 0, sizeof state->run_square);
        state->run_log_probability = 0;
        state->run_bucket_count = 0;
        return;
    }
    for (size_t h = 0; h < 2; h++) {
        state->run_mean[h] += (float)one;
        state->run_square[h] += (float)one;
    }
    state->run_log_probability += (float)pk_zero_log_probability(
        (double)state->constant_level * trend * one, (double)state->inverse_dispersion);
    state->run_bucket_count++;
}

/* A sale shows that the zeros before it were no lack of demand: out of the sums with them. */
static void leave_out_run(struct pk_series_state *state, struct pk_series_model *model)
{
    if (!((double)(state->run_log_probability * state->own_zeros) < log(PK_RUN_PROBABILITY)))
        return;
    for (size_t h = 0; h < 2; h++) {
        state->mean[h] = fmaxf(0, state->mean[h] - state->run_mean[h]);
        state->square[h] = fmaxf(0, state->square[h] - state->run_square[h]);
    }
    model->open_bucket_count -= state->run_bucket_count < model->open_bucket_count
                                    ? state->run_bucket_count
                                    : model->open_bucket_count;
    model->stocked_out_bucket_count += state->run_bucket_count;
}

static void add_facts(struct pk_series_model *model, const struct pk_day *day, int32_t date)
{
    model->open_bucket_count += day->state == PK_BUCKET_OPEN;
    model->stocked_out_bucket_count += day->state == PK_BUCKET_STOCKED_OUT;
    model->capped_bucket_count += day->is_capped;
    if (!(day->units > 0))
        return;
    model->maximum_units = fmax(model->maximum_units, (double)day->units);
    model->last_sale_date = date;
    if (model->first_sale_date == PK_DATE_NONE)
        model->first_sale_date = date;
}

static double inverse_dispersion(const struct pk_series_model *model)
{
    return isinf(model->dispersion) ? 0 : 1 / model->dispersion;
}

/* Level, its variance and flags from the sums; the group's drift is not in it yet. */
static void set_level(const struct pk_series_state *state, const struct pk_group_state *group,
                      int32_t bucket_days, struct pk_common_level *common,
                      struct pk_series_model *model)
{
    const struct pk_level_prior prior = pk_finish_prior(
        group->prior, bucket_days, model->open_bucket_count, (double)state->price_band);
    const double inverse = inverse_dispersion(model);
    const double weights[2] = {(double)state->short_weight, 1 - (double)state->short_weight};
    double even = 0;
    model->level_units = 0;
    model->level_relative_variance = (double)state->added_variance;
    for (size_t h = 0; h < 2; h++) {
        const struct pk_level_sums sums = {(double)state->units[h], (double)state->mean[h],
                                           (double)state->square[h]};
        model->level_units += weights[h] * pk_level_posterior(&sums, prior);
        even += 0.5 * pk_level_posterior(&sums, prior);
        model->level_relative_variance +=
            weights[h] * pk_level_sampling_variance(&sums, prior, inverse);
    }
    pk_common_level_add(common, even,
                        &(struct pk_level_sums){(double)state->units[0], (double)state->mean[0],
                                                (double)state->square[0]});
    model->level_units *= (double)state->presence;
    pk_finish_stop(&group->stops[state->velocity][pk_stop_class((double)state->run_information)],
                   model);
    model->flags &= ~(uint32_t)(PK_SERIES_DEAD | PK_SERIES_NEW);
    if (model->open_bucket_count < PK_NEW_BUCKETS)
        model->flags |= PK_SERIES_NEW;
    if (model->capped_bucket_count > 0)
        model->flags |= PK_SERIES_CAPPED;
    if (model->stocked_out_bucket_count > 0)
        model->flags |= PK_SERIES_STOCKED_OUT;
    if (model->flags & PK_SERIES_NEW)
        model->level_relative_variance = fmin(
            model->level_relative_variance +
                pk_finish_borrowed_variance(group->prior, bucket_days, model->open_bucket_count),
            PK_NEW_VARIANCE_MAX);
}

static void advance_series(const struct advance *advance, const struct pk_group_days *days,
                           size_t index, const double rho[2], struct pk_common_level *common)
{
    const size_t series = days->group->series[index];
    const struct pk_group_state *group =
        &advance->fitted->group_states[days->group - advance->model->groups];
    struct pk_series_model *model = &advance->model->series[series];
    struct pk_series_state state = advance->fitted->series_states[series];
    *model = advance->fitted->series[series];
    for (size_t t = 0; t < days->bucket_count; t++) {
        const struct pk_day *day = &days->days[index * days->bucket_count + t];
        const int32_t date = days->first_date + (int32_t)t * days->group->bucket_days;
        if (day->state == PK_BUCKET_OPEN && day->units > 0)
            leave_out_run(&state, model);
        const double mean = pk_group_days_mean(days, index, t, model->deviation);
        extend_information(&state, day, (double)day->exposure * mean, group->prior,
                           inverse_dispersion(model));
        extend_sums(&state, day, mean, rho, days->trend);
        add_facts(model, day, date);
    }
    set_level(&state, group, days->group->bucket_days, common, model);
}

static void advance_group_job(void *context, size_t index)
{
    const struct advance *advance = context;
    struct pk_model *model = advance->model;
    const struct pk_model *fitted = advance->fitted;
    const size_t bytes = model->design->column_count * sizeof(double);
    struct pk_common_level common = {0};
    struct pk_group_days days;
    double rho[2];
    memcpy(model->shapes[index].gamma, fitted->shapes[index].gamma, bytes);
    memcpy(model->shapes[index].variance, fitted->shapes[index].variance, bytes);
    model->shapes[index].log_scale = fitted->shapes[index].log_scale;
    const struct pk_group_days_source source = {.design = model->design,
                                                .shop = advance->shop,
                                                .sales = advance->sales,
                                                .closures = &model->closures,
                                                .group = &model->groups[index],
                                                .series = fitted->series,
                                                .states = fitted->series_states,
                                                .state = &fitted->group_states[index],
                                                .huber_c = advance->settings->bulk_order_huber_c,
                                                .history_first_date = model->first_date,
                                                .fitted_as_of_date = fitted->as_of_date};
    if (pk_group_days_init(&days, &source, &model->shapes[index], &advance->errors[index]) != PK_OK)
        return;
    for (size_t h = 0; h < 2; h++)
        rho[h] = exp2(-days.group->bucket_days / advance->settings->half_life_days[h]);
    for (size_t i = 0; i < days.group->series_count; i++)
        advance_series(advance, &days, i, rho, &common);
    for (size_t i = 0; i < days.group->series_count; i++) {
        const size_t series = days.group->series[i];
        model->series[series].level_units *= pk_common_level_drift(&common);
        pk_finish_special(advance->shop, series, &model->series[series]);
    }
    pk_group_days_done(&days);
}

static enum pk_status refuse(struct pk_error *error, const char *why)
{
    return pk_error_set(error, PK_FAILED_PRECONDITION, "", "a full fit is due: %s", why);
}

static enum pk_status check(const struct pk_model *fitted, const struct pk_shop *shop,
                            const struct pk_sales *sales, struct pk_error *error)
{
    const int64_t days = (int64_t)shop->as_of_date - fitted->as_of_date;
    if (fitted->advanced_days != 0 || fitted->series_states == NULL)
        return refuse(error, "the model is no fit itself");
    if (days < 1 || days > PK_ADVANCE_DAYS_MAX)
        return refuse(error, "the day is not within a week after the last one");
    if (fitted->series_count != shop->series_count || fitted->group_count == 0)
        return refuse(error, "there are other series");
    for (size_t g = 0; g < fitted->group_count; g++)
        if (days % fitted->groups[g].bucket_days != 0 ||
            fitted->groups[g].bucket_days != fitted->groups[0].bucket_days)
            return refuse(error, "weeks are not complete, or days stand beside weeks");
    if (pk_history_fingerprint(shop, sales, fitted->as_of_date) != fitted->fingerprint)
        return refuse(error, "more has changed than days added");
    return PK_OK;
}

/* Closures, design and room for the shapes. Names of covariates and kinds of promotions are
 * unchanged, so only the season can change the columns; own covariates stay those of the fit, which
 * the deviations are of. */
static enum pk_status begin(const struct pk_model *fitted, const struct pk_shop *shop,
                            const struct pk_sales *sales, struct pk_model *model,
                            struct pk_error *error)
{
    model->calendar = fitted->calendar;
    model->fingerprint = fitted->fingerprint;
    model->advanced_days = shop->as_of_date - fitted->as_of_date;
    enum pk_status status = pk_closures_extend(&fitted->closures, shop, sales,
                                               fitted->as_of_date + fitted->groups[0].bucket_days,
                                               &model->closures, error);
    if (status == PK_OK)
        status = pk_design_new(shop, &model->closures, fitted->first_date, fitted->calendar,
                               &model->design, error);
    if (status == PK_OK && fitted->design->column_count != model->design->column_count)
        status = refuse(error, "the history has become long enough for a yearly season");
    if (status == PK_OK)
        pk_design_share_own_covariates(fitted->design, model->design);
    return status == PK_OK ? pk_model_allocate_shapes(model, error) : status;
}

enum pk_status pk_model_advance(const struct pk_model *fitted, const struct pk_shop *shop,
                                const struct pk_sales *sales,
                                const struct pk_fit_settings *settings,
                                const struct pk_executor *executor, struct pk_model **out_model,
                                struct pk_error *error)
{
    struct pk_model *model = NULL;
    struct pk_error *errors = NULL;
    enum pk_status status = check(fitted, shop, sales, error);
    if (status == PK_OK)
        status = pk_model_lay_out(shop, fitted->first_date, &model, error);
    if (status == PK_OK)
        status = begin(fitted, shop, sales, model, error);
    if (status != PK_OK)
        goto cleanup;
    errors = calloc(model->group_count + 1, sizeof *errors);
    if (errors == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu groups",
                              model->group_count);
        goto cleanup;
    }
    struct advance advance = {fitted, model, shop, sales, settings, errors};
    status =
        pk_executor_run(executor, model->group_count, advance_group_job, &advance, errors, error);
    if (status != PK_OK)
        goto cleanup;
    pk_model_apply_references(shop, model);
    pk_model_set_identity(model);
    *out_model = model;
cleanup:
    if (status != PK_OK)
        pk_model_free(model);
    free(errors);
    return status;
}

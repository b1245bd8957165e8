#include "models/forecast/model.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/calendar/calendar.h"
#include "models/forecast/calendar_choice.h"
#include "models/forecast/design_new.h"
#include "models/forecast/everything.h"
#include "models/forecast/group.h"
#include "models/forecast/model_parts.h"
#include "models/history/fingerprint.h"
#include "models/history/shop_index.h"

void pk_model_free(struct pk_model *model)
{
    pk_model_parts_free(model);
}

/* First bucket of the history: the first sale up to as-of, at most PK_HISTORY_BUCKET_COUNT_MAX
 * days back, aligned so that weekly buckets end with the as-of bucket. */
static int32_t first_date_of(const struct pk_shop *shop, const struct pk_sales *sales)
{
    int32_t first = shop->as_of_date;
    bool has_weeks = false;
    for (size_t s = 0; s < shop->series_count; s++) {
        has_weeks |= shop->series[s].bucket_days != 1;
        size_t i = sales->starts[s];
        while (i < sales->starts[s + 1] && !(sales->buckets[i].demand_units > 0))
            i++;
        if (i < sales->starts[s + 1] && sales->buckets[i].date < first)
            first = sales->buckets[i].date;
    }
    const int64_t days = (int64_t)shop->as_of_date - first;
    const int64_t kept =
        days < PK_HISTORY_BUCKET_COUNT_MAX - 1 ? days : PK_HISTORY_BUCKET_COUNT_MAX - 1;
    /* Weeks begin on their weekday; a shop of days has whole weeks of them up to as-of. */
    const int32_t last = has_weeks ? pk_shop_as_of_date(shop, 7) : shop->as_of_date;
    return last - (int32_t)((kept + 6) / 7 * 7);
}

/* The jobs of one fit, one per group. */
struct group_jobs {
    const struct pk_fit_context *context;
    struct pk_model *model;
    const struct pk_everything *everything;
    struct pk_error *errors;
};

static void fit_group_job(void *jobs_context, size_t index)
{
    struct group_jobs *jobs = jobs_context;
    struct pk_model *model = jobs->model;
    const struct pk_group *group = &model->groups[index];
    const struct pk_elasticity_prior elasticity =
        pk_everything_elasticity(jobs->everything, group->bucket_days);
    struct pk_shape shape = {0};
    const size_t bytes = model->design->column_count * sizeof(double);
    double *parent = malloc(bytes + 1);
    if (parent == NULL) {
        pk_error_set(&jobs->errors[index], PK_OUT_OF_MEMORY, "", "no memory for a parent shape");
        return;
    }
    const bool has_parent = pk_everything_gamma(jobs->everything, jobs->context, group, parent);
    const enum pk_status status =
        pk_group_fit(jobs->context, group, has_parent ? parent : NULL, &elasticity, &shape,
                     model->series, &jobs->errors[index]);
    free(parent);
    if (status != PK_OK)
        return;
    memcpy(model->shapes[index].gamma, shape.gamma, bytes);
    memcpy(model->shapes[index].variance, shape.variance, bytes);
    model->shapes[index].log_scale = shape.log_scale;
    pk_shape_done(&shape);
}

static enum pk_status fit_groups(const struct pk_fit_context *context,
                                 const struct pk_everything *everything,
                                 const struct pk_executor *executor, struct pk_model *model,
                                 struct pk_error *error)
{
    struct group_jobs jobs = {context, model, everything, NULL};
    jobs.errors = calloc(model->group_count + 1, sizeof *jobs.errors);
    if (jobs.errors == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu groups",
                            model->group_count);
    const enum pk_status status =
        pk_executor_run(executor, model->group_count, fit_group_job, &jobs, jobs.errors, error);
    free(jobs.errors);
    return status;
}

/* Design rows of everything for the bucket lengths that the groups have; groups ascend by length.
 * *out_rows: daily, then weekly; owned by the caller whatever is returned. */
static enum pk_status fill_common_rows(struct pk_fit_context *context, const struct pk_model *model,
                                       double *out_rows[2], struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (size_t g = 0; g < model->group_count && status == PK_OK; g++) {
        const int32_t bucket_days = model->groups[g].bucket_days;
        double **rows = &out_rows[bucket_days == 1 ? 0 : 1];
        const size_t buckets = pk_fit_bucket_count(context, bucket_days);
        if (*rows != NULL)
            continue;
        *rows = malloc((buckets * model->design->column_count + 1) * sizeof **rows);
        status = *rows == NULL ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a design")
                               : pk_design_fill(model->design, PK_INDEX_NONE, context->first_date,
                                                bucket_days, buckets, *rows, error);
    }
    context->daily_x = out_rows[0];
    context->weekly_x = out_rows[1];
    return status;
}

enum pk_status pk_model_fit(const struct pk_shop *shop, const struct pk_sales *sales,
                            const struct pk_fit_settings *settings,
                            const struct pk_executor *executor, struct pk_model **out_model,
                            struct pk_error *error)
{
    const int32_t first_date = first_date_of(shop, sales);
    struct pk_model *model = NULL;
    struct pk_everything *everything = NULL;
    double *common_rows[2] = {NULL, NULL};
    struct pk_fit_context context = {
        .shop = shop, .sales = sales, .settings = settings, .first_date = first_date};
    enum pk_status status = pk_model_lay_out(shop, first_date, &model, error);
    if (status != PK_OK)
        return status;
    status = pk_closures_infer(shop, sales, first_date, &model->closures, error);
    context.closures = &model->closures;
    if (status == PK_OK)
        status = pk_calendar_choose(&context, model->groups, model->group_count, &model->calendar,
                                    error);
    if (status == PK_OK)
        status = pk_design_new(shop, &model->closures, first_date, model->calendar, &model->design,
                               error);
    context.design = model->design;
    if (status == PK_OK)
        status = pk_model_allocate_shapes(model, error);
    if (status == PK_OK)
        status = pk_model_allocate_states(model, error);
    context.groups = model->groups;
    context.group_states = model->group_states;
    context.series_states = model->series_states;
    if (status == PK_OK)
        status = fill_common_rows(&context, model, common_rows, error);
    if (status == PK_OK)
        status = pk_everything_fit(&context, model->groups, model->group_count, executor,
                                   &everything, error);
    if (status == PK_OK)
        status = fit_groups(&context, everything, executor, model, error);
    if (status == PK_OK) {
        pk_model_apply_references(shop, model);
        pk_model_set_identity(model);
        model->fingerprint = pk_history_fingerprint(shop, sales, shop->as_of_date);
        *out_model = model;
    } else {
        pk_model_free(model);
    }
    pk_everything_free(everything);
    free(common_rows[0]);
    free(common_rows[1]);
    return status;
}

const struct pk_series_model *pk_model_series(const struct pk_model *model, size_t series)
{
    return &model->series[series];
}

size_t pk_model_inferred_closures(const struct pk_model *model,
                                  const struct pk_inferred_closure **out_closures)
{
    *out_closures = model->closures.inferred;
    return model->closures.inferred_count;
}

const char *pk_model_calendar_version(const struct pk_model *model)
{
    return model->calendar.feasts      ? pk_calendar_version()
           : model->calendar.festivals ? pk_calendar_festivals_version()
                                       : "none";
}

int32_t pk_model_first_date(const struct pk_model *model)
{
    return model->first_date;
}

int32_t pk_model_advanced_days(const struct pk_model *model)
{
    return model->advanced_days;
}

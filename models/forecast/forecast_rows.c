#include "models/forecast/forecast_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/model.h"
#include "models/forecast/own.h"

/* Doubles of rows that a scratch area may hold (64 MB); beyond it groups are computed again. */
#define SCRATCH_DOUBLE_COUNT_MAX 8000000

struct pk_forecast_scratch *pk_forecast_scratch_new(void)
{
    return calloc(1, sizeof(struct pk_forecast_scratch));
}

static void release_rows(struct pk_forecast_scratch *scratch)
{
    for (size_t g = 0; scratch->groups != NULL && g < scratch->group_count; g++) {
        free(scratch->groups[g].x);
        scratch->groups[g].x = NULL;
    }
    scratch->double_count = 0;
}

static void release(struct pk_forecast_scratch *scratch)
{
    release_rows(scratch);
    free(scratch->groups);
    free(scratch->series_mean);
    free(scratch->closed);
    scratch->groups = NULL;
    scratch->series_mean = NULL;
    scratch->closed = NULL;
    scratch->model = NULL;
}

void pk_forecast_scratch_free(struct pk_forecast_scratch *scratch)
{
    if (scratch == NULL)
        return;
    release(scratch);
    pk_override_list_done(&scratch->list);
    free(scratch);
}

static struct pk_row_lift lift_of(const struct pk_design *design,
                                  const struct pk_group_shape *shape, const double *row)
{
    const size_t peak = pk_design_promotion_column(design, 0, PK_PART_PEAK);
    struct pk_row_lift out = {0, 0, row[peak] * row[peak] * shape->variance[peak]};
    for (size_t j = design->promotion_at; j < design->covariate_at; j++) {
        out.variance += j == peak ? 0 : row[j] * row[j] * shape->variance[j];
        out.lift += row[j] * shape->gamma[j];
    }
    return out;
}

enum pk_status pk_forecast_scratch_bind(struct pk_forecast_scratch *scratch,
                                        const struct pk_model *model, int32_t bucket_days,
                                        int32_t first_date, size_t bucket_count, bool is_ordinary,
                                        struct pk_error *error)
{
    const size_t columns = model->design->column_count;
    if (scratch->model == model && scratch->identity == model->identity &&
        scratch->first_date == first_date && scratch->bucket_days == bucket_days &&
        scratch->bucket_count == bucket_count && scratch->is_ordinary == is_ordinary)
        return PK_OK;
    release(scratch);
    scratch->group_count = model->group_count;
    scratch->groups = calloc(model->group_count + 1, sizeof *scratch->groups);
    scratch->series_mean =
        malloc(((5 + PK_PRICE_PART_COUNT) * bucket_count + columns + 1) * sizeof *scratch->row);
    scratch->closed = malloc(bucket_count * (size_t)bucket_days + 1);
    if (scratch->groups == NULL || scratch->series_mean == NULL || scratch->closed == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu forecast rows",
                            bucket_count);
    scratch->series_lift = (struct pk_row_lift *)(void *)(scratch->series_mean + bucket_count);
    scratch->series_factor = scratch->series_mean + 4 * bucket_count;
    scratch->log_price = (struct pk_log_price *)(void *)(scratch->series_factor + bucket_count);
    scratch->row = scratch->series_factor + (1 + PK_PRICE_PART_COUNT) * bucket_count;
    scratch->model = model;
    scratch->identity = model->identity;
    scratch->first_date = first_date;
    scratch->bucket_days = bucket_days;
    scratch->bucket_count = bucket_count;
    scratch->is_ordinary = is_ordinary;
    return PK_OK;
}

static bool is_promotion_column(const struct pk_design *design, size_t column)
{
    return column >= design->promotion_at && column < design->covariate_at;
}

enum pk_status pk_forecast_scratch_prepare(struct pk_forecast_scratch *scratch,
                                           const struct pk_model *model, size_t group,
                                           struct pk_error *error)
{
    const struct pk_design *design = model->design;
    const struct pk_group_shape *shape = &model->shapes[group];
    const size_t columns = design->column_count, count = scratch->bucket_count;
    const size_t doubles = count * (columns + 5 + PK_OWN_COUNT);
    struct pk_group_rows *rows = &scratch->groups[group];
    if (rows->x != NULL)
        return PK_OK;
    if (scratch->double_count + doubles > SCRATCH_DOUBLE_COUNT_MAX)
        release_rows(scratch);
    double *x = malloc((doubles + 1) * sizeof *x);
    if (x == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu forecast rows", count);
    const enum pk_status status =
        pk_design_fill(design, model->groups[group].category, scratch->first_date,
                       scratch->bucket_days, count, x, error);
    if (status != PK_OK) {
        free(x);
        return status;
    }
    *rows = (struct pk_group_rows){
        .x = x,
        .mean = x + count * columns,
        .lift = (struct pk_row_lift *)(void *)(x + count * (columns + 1)),
        .feast = x + count * (columns + 4),
        .own = x + count * (columns + 5),
    };
    scratch->double_count += doubles;
    for (size_t t = 0; scratch->is_ordinary && t < count; t++)
        memset(x + t * columns + design->promotion_at, 0,
               (design->covariate_at - design->promotion_at) * sizeof *x);
    for (size_t t = 0; t < count; t++) {
        rows->mean[t] = pk_shape_mean(shape->gamma, shape->log_scale, x + t * columns, columns);
        rows->lift[t] = lift_of(design, shape, x + t * columns);
        rows->feast[t] = pk_own_feast_effect(design, shape->gamma, x + t * columns);
        pk_own_row(design, x + t * columns, rows->own + t * PK_OWN_COUNT);
    }
    return PK_OK;
}

static double bucket_middle(const struct pk_forecast_scratch *scratch, size_t bucket)
{
    return scratch->first_date + ((double)bucket + 0.5) * scratch->bucket_days;
}

/* Own factors of the group's rows. Ordinary weeks repeat theirs: the last one of each day of the
 * week is kept instead of taken as an exponential again. */
static void set_factors(struct pk_forecast_scratch *scratch, const struct pk_group_rows *rows,
                        const double *deviation)
{
    double logs[7] = {0}, factors[7] = {1, 1, 1, 1, 1, 1, 1};
    for (size_t t = 0; t < scratch->bucket_count; t++) {
        const double log_factor = pk_own_log_factor(deviation, bucket_middle(scratch, t),
                                                    rows->feast[t], rows->own + t * PK_OWN_COUNT);
        if (log_factor != logs[t % 7]) {
            logs[t % 7] = log_factor;
            factors[t % 7] = exp(log_factor);
        }
        scratch->series_factor[t] = factors[t % 7];
    }
}

enum pk_status pk_forecast_scratch_set_series(struct pk_forecast_scratch *scratch,
                                              const struct pk_model *model,
                                              const struct pk_shop *shop, size_t series,
                                              struct pk_error *error)
{
    const struct pk_design *design = model->design;
    const struct pk_group_shape *shape = &model->shapes[model->group_of[series]];
    const struct pk_group *group = &model->groups[model->group_of[series]];
    const struct pk_group_rows *rows = &scratch->groups[model->group_of[series]];
    const size_t columns = design->column_count, count = scratch->bucket_count;
    uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
    const size_t scope_count = pk_design_scopes(design, shop, series, group->category, scopes);
    const double *deviation = model->series[series].deviation;
    double own[PK_OWN_COUNT];
    memcpy(scratch->series_mean, rows->mean, count * sizeof *rows->mean);
    set_factors(scratch, rows, deviation);
    memcpy(scratch->series_lift, rows->lift, count * sizeof *rows->lift);
    const enum pk_status status =
        pk_design_overrides(design, scopes, scope_count, scratch->first_date, group->bucket_days,
                            count, &scratch->list, error);
    for (size_t i = 0; status == PK_OK && i < scratch->list.count;) {
        const size_t t = scratch->list.rows[i].bucket;
        memcpy(scratch->row, rows->x + t * columns, columns * sizeof *scratch->row);
        for (; i < scratch->list.count && scratch->list.rows[i].bucket == t; i++) {
            const struct pk_override *one = &scratch->list.rows[i];
            if (!scratch->is_ordinary || !is_promotion_column(design, one->column))
                scratch->row[one->column] =
                    (double)one->keep * scratch->row[one->column] + (double)one->value;
        }
        scratch->series_mean[t] =
            pk_shape_mean(shape->gamma, shape->log_scale, scratch->row, columns);
        scratch->series_lift[t] = lift_of(design, shape, scratch->row);
        pk_own_row(design, scratch->row, own);
        scratch->series_factor[t] =
            exp(pk_own_log_factor(deviation, bucket_middle(scratch, t),
                                  pk_own_feast_effect(design, shape->gamma, scratch->row), own));
    }
    if (pk_price_fill(design, shop, series, model->series[series].usual_price_micros,
                      scratch->first_date, group->bucket_days, count, scratch->closed,
                      scratch->log_price))
        for (size_t t = 0; t < count; t++)
            scratch->series_factor[t] *=
                pk_price_factor(&model->series[series].elasticity, &scratch->log_price[t]);
    return status;
}

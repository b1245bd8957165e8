#include "models/forecast/group.h"

#include <stdlib.h>
#include <string.h>

#include "models/forecast/elasticity.h"
#include "models/forecast/finish.h"
#include "models/forecast/group_levels.h"

#define SWEEP_COUNT 3

static struct pk_aggregate own_aggregate(const struct pk_group_work *work)
{
    const size_t buckets = work->panel.bucket_count;
    return (struct pk_aggregate){work->sums, work->sums + buckets, work->sums + 2 * buckets,
                                 work->sums + 2 * buckets + work->cells.cell_count};
}

static enum pk_status fit_shape(struct pk_group_work *work, const double *parent, bool is_last,
                                struct pk_shape *shape, struct pk_error *error)
{
    const struct pk_aggregate sums = own_aggregate(work);
    memset(work->sums, 0,
           2 * (work->panel.bucket_count + work->cells.cell_count) * sizeof *work->sums);
    pk_group_aggregate(work, &work->cells, NULL, &sums);
    const struct pk_shape_problem problem = {
        .design = work->context->design,
        .bucket_days = work->group->bucket_days,
        .bucket_count = work->panel.bucket_count,
        .x = work->x,
        .cells = &work->cells,
        .units = sums.units,
        .level = sums.level,
        .cell_units = sums.cell_units,
        .cell_level = sums.cell_level,
        .parent = parent,
        .ridge = work->context->settings->shape_ridge,
        .keep = is_last ? pk_group_state_of(work) : NULL,
        .start = shape->trend == NULL ? NULL : shape,
        .with_variance = is_last,
    };
    struct pk_shape fitted;
    const enum pk_status status = pk_shape_fit(&problem, &fitted, error);
    if (status == PK_OK) {
        pk_shape_done(shape);
        *shape = fitted;
    }
    return status;
}

/* The sweeps cap a copy of the sales, so that every sweep starts from what was sold. */
static enum pk_status sweep(struct pk_group_work *work, const double *parent,
                            const struct pk_elasticity_prior *elasticity, struct pk_shape *shape,
                            struct pk_error *error)
{
    const size_t cells = work->panel.series_count * work->panel.bucket_count;
    float *sold = malloc((cells + 1) * sizeof *sold);
    enum pk_status status = PK_OK;
    work->sold = sold;
    if (sold == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a panel copy");
    memcpy(sold, work->panel.units, cells * sizeof *sold);
    for (int i = 0; i < SWEEP_COUNT && status == PK_OK; i++) {
        pk_group_set_levels(work);
        status = fit_shape(work, parent, i + 1 == SWEEP_COUNT, shape, error);
        if (status == PK_OK)
            pk_group_set_means(work, shape->gamma, shape->log_scale, shape->trend);
        if (status == PK_OK && i + 1 < SWEEP_COUNT)
            status = pk_elasticity_step(work, elasticity, error);
        if (status == PK_OK && i + 2 == SWEEP_COUNT)
            pk_group_leave_out_runs(work);
    }
    return status;
}

enum pk_status pk_group_fit(const struct pk_fit_context *context, const struct pk_group *group,
                            const double *parent, const struct pk_elasticity_prior *elasticity,
                            struct pk_shape *out_shape, struct pk_series_model *models,
                            struct pk_error *error)
{
    struct pk_group_work work;
    struct pk_shape shape = {0};
    enum pk_status status = pk_group_work_init(&work, context, group, error);
    if (status != PK_OK)
        return status;
    status = pk_elasticity_begin(&work, elasticity, error);
    for (size_t t = 0; t < work.panel.bucket_count; t++)
        work.base_mean[t] = 1;
    for (size_t c = 0; c < work.cells.cell_count; c++)
        work.cell_mean[c] = 1;
    if (parent != NULL)
        pk_group_set_means(&work, parent, 0, NULL);
    if (status == PK_OK)
        status = sweep(&work, parent, elasticity, &shape, error);
    if (status == PK_OK) {
        pk_group_set_means(&work, shape.gamma, shape.log_scale, NULL);
        status = pk_finish_series(&work, shape.gamma, models, error);
    }
    for (size_t i = 0; status == PK_OK && work.price.starts != NULL && i < group->series_count;
         i++) {
        struct pk_series_model *model = &models[group->series[i]];
        model->usual_price_micros = work.price.usual_micros[i];
        model->elasticity = work.price.elasticity[i];
    }
    if (status == PK_OK)
        *out_shape = shape;
    else
        pk_shape_done(&shape);
    pk_group_work_done(&work);
    return status;
}

#include "models/forecast/group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/deviation.h"
#include "models/forecast/elasticity.h"
#include "models/forecast/finish.h"
#include "models/forecast/level.h"

#define SWEEP_COUNT 3
/* Sales behind a size floor of its own; the quantile of known floors for the others; how many it needs. */
#define FLOOR_SALE_COUNT   8
#define FLOOR_QUANTILE     0.9
#define FLOOR_SERIES_COUNT 20

size_t pk_fit_bucket_count(const struct pk_fit_context *context, int32_t bucket_days)
{
    return (size_t)((context->shop->as_of_date - context->first_date) / bucket_days) + 1;
}

static enum pk_status allocate(struct pk_group_work *work, struct pk_error *error)
{
    const size_t buckets = work->panel.bucket_count, cells = work->cells.cell_count;
    const size_t series = work->group->series_count;
    work->base_mean = calloc(buckets + 1, sizeof *work->base_mean);
    work->base_event = calloc(buckets + 1, 1);
    work->cell_mean = calloc(cells + 1, sizeof *work->cell_mean);
    work->sums = malloc((2 * (buckets + cells) + 1) * sizeof *work->sums);
    work->mean = calloc(buckets + 1, sizeof *work->mean);
    work->class_mean = calloc(buckets + 1, sizeof *work->class_mean);
    work->scratch = calloc(buckets + 1, sizeof *work->scratch);
    work->event = calloc(buckets + 1, 1);
    work->row_of = calloc(buckets + 1, sizeof *work->row_of);
    work->size_floor = calloc(series + 1, sizeof *work->size_floor);
    work->known_floor = calloc(series + 1, sizeof *work->known_floor);
    work->size_floor_count = calloc(series + 1, sizeof *work->size_floor_count);
    work->constant = calloc(series + 1, sizeof *work->constant);
    work->inverse_dispersion = calloc(series + 1, sizeof *work->inverse_dispersion);
    if (work->base_mean == NULL || work->base_event == NULL || work->cell_mean == NULL ||
        work->sums == NULL || work->mean == NULL || work->class_mean == NULL ||
        work->scratch == NULL || work->size_floor == NULL || work->known_floor == NULL ||
        work->size_floor_count == NULL || work->event == NULL || work->row_of == NULL ||
        work->constant == NULL || work->inverse_dispersion == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a group of %zu series",
                            series);
    return PK_OK;
}

static void set_base_events(struct pk_group_work *work)
{
    const struct pk_design *design = work->context->design;
    for (size_t t = 0; t < work->panel.bucket_count; t++)
        for (size_t j = design->promotion_at; j < design->covariate_at; j++)
            work->base_event[t] |=
                design->columns[j].event && fabs(work->x[t * work->column_count + j]) > 0;
}

/* Groups without events of their own share the rows of everything. */
static enum pk_status set_rows(struct pk_group_work *work, size_t buckets, struct pk_error *error)
{
    const struct pk_fit_context *context = work->context;
    const struct pk_group *group = work->group;
    work->x = group->bucket_days == 1 ? context->daily_x : context->weekly_x;
    if (!pk_design_has_own_rows(context->design, group->category))
        return PK_OK;
    const double *common = work->x;
    work->x = work->own_x = malloc((buckets * work->column_count + 1) * sizeof *work->own_x);
    if (work->own_x == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a design");
    if (group->bucket_days == 1)
        return pk_design_fill_category(context->design, group->category, context->first_date,
                                       buckets, common, work->own_x, error);
    return pk_design_fill(context->design, group->category, context->first_date, group->bucket_days,
                          buckets, work->own_x, error);
}

enum pk_status pk_group_work_init(struct pk_group_work *work, const struct pk_fit_context *context,
                                  const struct pk_group *group, struct pk_error *error)
{
    const size_t buckets = pk_fit_bucket_count(context, group->bucket_days);
    memset(work, 0, sizeof *work);
    work->context = context;
    work->group = group;
    work->column_count = context->design->column_count;
    enum pk_status status = set_rows(work, buckets, error);
    if (status == PK_OK)
        status = pk_panel_build(context->shop, context->sales, context->closures, group->series,
                                group->series_count, context->first_date, group->bucket_days,
                                buckets, &work->panel, error);
    if (status == PK_OK)
        status = pk_cells_build(context->design, context->shop, group->series, group->series_count,
                                group->category, context->first_date, group->bucket_days, buckets,
                                &work->cells, error);
    if (status == PK_OK)
        status = allocate(work, error);
    work->class_at_hand = SIZE_MAX;
    for (size_t i = 0; status == PK_OK && i < group->series_count; i++)
        work->size_floor[i] = -1;
    if (status == PK_OK)
        set_base_events(work);
    else
        pk_group_work_done(work);
    return status;
}

void pk_group_work_done(struct pk_group_work *work)
{
    if (work == NULL)
        return;
    pk_panel_done(&work->panel);
    pk_cells_done(&work->cells);
    pk_price_paths_done(&work->price);
    free(work->own_x);
    free(work->sold);
    free(work->base_mean);
    free(work->base_event);
    free(work->cell_mean);
    free(work->sums);
    free(work->mean);
    free(work->class_mean);
    free(work->scratch);
    free(work->size_floor);
    free(work->known_floor);
    free(work->size_floor_count);
    free(work->event);
    free(work->row_of);
    free(work->constant);
    free(work->inverse_dispersion);
    memset(work, 0, sizeof *work);
}

void pk_group_set_means(struct pk_group_work *work, const double *gamma, double log_scale,
                        const double *trend)
{
    const size_t columns = work->column_count;
    double *row = malloc((columns + 1) * sizeof *row);
    work->class_at_hand = SIZE_MAX;
    for (size_t t = 0; t < work->panel.bucket_count; t++)
        work->base_mean[t] =
            (float)(pk_shape_mean(gamma, log_scale, work->x + t * columns, columns) *
                    (trend == NULL ? 1 : trend[t]));
    for (size_t c = 0; c < work->cells.cell_count; c++) {
        const size_t bucket = work->cells.cells[c].bucket;
        double mean = 0;
        if (row != NULL) {
            pk_cells_row(&work->cells, c, work->x, columns, row);
            mean = pk_shape_mean(gamma, log_scale, row, columns);
        }
        work->cell_mean[c] = row == NULL ? work->base_mean[bucket]
                                         : (float)(mean * (trend == NULL ? 1 : trend[bucket]));
    }
    free(row);
}

/* Brings the buffers from the base to the class's rows, or back. */
static void show_class(struct pk_group_work *work, size_t class, bool shown)
{
    const size_t buckets = work->panel.bucket_count;
    const struct pk_cells *cells = &work->cells;
    for (size_t i = cells->class_starts[class]; i < cells->class_starts[class + 1]; i++) {
        const struct pk_class_bucket *at = &cells->class_buckets[i];
        const size_t t = at->bucket;
        work->class_mean[t] = shown ? work->cell_mean[at->cell] : work->base_mean[t];
        work->row_of[t] = (uint32_t)(shown ? buckets + at->cell : t);
        work->event[t] = work->base_event[t] | (uint8_t)(shown && cells->cells[at->cell].event);
    }
}

struct pk_series_view pk_group_class_view(struct pk_group_work *work, size_t index)
{
    const size_t buckets = work->panel.bucket_count, class = work->cells.class_of[index];
    if (work->class_at_hand == SIZE_MAX) {
        memcpy(work->class_mean, work->base_mean, buckets * sizeof *work->class_mean);
        memcpy(work->event, work->base_event, buckets);
        for (size_t t = 0; t < buckets; t++)
            work->row_of[t] = (uint32_t)t;
    } else if (work->class_at_hand != class) {
        show_class(work, work->class_at_hand, false);
    }
    if (work->class_at_hand != class)
        show_class(work, class, true);
    work->class_at_hand = class;
    const bool priced = pk_price_moves(&work->price, index);
    if (priced) {
        memcpy(work->mean, work->class_mean, buckets * sizeof *work->mean);
        pk_price_apply(&work->price, index, work->mean);
    }
    return (struct pk_series_view){.units = work->panel.units + index * buckets,
                                   .exposure = work->panel.exposure + index * buckets,
                                   .mean = priced ? work->mean : work->class_mean,
                                   .event = work->event,
                                   .start = work->panel.life_start[index],
                                   .count = buckets,
                                   .sales = work->panel.sales + work->panel.sale_starts[index],
                                   .sale_count = work->panel.sale_starts[index + 1] -
                                                 work->panel.sale_starts[index]};
}

struct pk_series_view pk_group_view(struct pk_group_work *work, size_t index)
{
    struct pk_series_view view = pk_group_class_view(work, index);
    if (view.mean != work->mean)
        memcpy(work->mean, view.mean, view.count * sizeof *work->mean);
    view.mean = work->mean;
    return view;
}

static int compare_floats(const void *left, const void *right)
{
    const float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

/* Own size floors; a series with few sales does not know yet what its usual size is and is held to
 * what FLOOR_QUANTILE of the group's other series call usual. */
static void set_size_floors(struct pk_group_work *work)
{
    float *known = work->known_floor;
    size_t known_count = 0;
    for (size_t i = 0; i < work->group->series_count; i++) {
        const struct pk_series_view view = pk_group_class_view(work, i);
        work->size_floor[i] = pk_level_size_floor(&view, (int32_t *)work->scratch);
        work->size_floor_count[i] = view.sale_count;
        if (work->size_floor_count[i] >= FLOOR_SALE_COUNT)
            known[known_count++] = work->size_floor[i];
    }
    if (known_count < FLOOR_SERIES_COUNT) { /* nobody to learn from: every series is on its own */
        for (size_t i = 0; i < work->group->series_count; i++)
            work->size_floor_count[i] = FLOOR_SALE_COUNT;
        return;
    }
    qsort(known, known_count, sizeof *known, compare_floats);
    const float usual = known[(size_t)(FLOOR_QUANTILE * (double)(known_count - 1))];
    for (size_t i = 0; i < work->group->series_count; i++)
        if (work->size_floor_count[i] < FLOOR_SALE_COUNT)
            work->size_floor[i] = fminf(work->size_floor[i], usual);
}

bool pk_group_knows_size(const struct pk_group_work *work, size_t index)
{
    return work->size_floor_count[index] >= FLOOR_SALE_COUNT;
}

void pk_group_set_levels(struct pk_group_work *work)
{
    const struct pk_level_prior none = {0, 0};
    if (work->group->series_count > 0 && work->size_floor[0] < 0)
        set_size_floors(work);
    for (size_t i = 0; i < work->group->series_count; i++) {
        const struct pk_series_view view = pk_group_class_view(work, i);
        const double inverse = work->inverse_dispersion[i] > 0 ? work->inverse_dispersion[i] : 1;
        work->constant[i] = pk_level_constant(
            &view, none, inverse,
            pk_group_knows_size(work, i) ? work->context->settings->bulk_order_huber_c : 0,
            work->size_floor[i], work->scratch);
    }
    pk_finish_dispersion(work->constant, work->group->series_count, work->inverse_dispersion);
}

/* Exposure times what the price makes of demand, in work->mean if there is something. */
static const float *priced_exposure(const struct pk_group_work *work, size_t index)
{
    const size_t buckets = work->panel.bucket_count;
    const float *exposure = work->panel.exposure + index * buckets;
    if (!pk_price_moves(&work->price, index))
        return exposure;
    memcpy(work->mean, exposure, buckets * sizeof *exposure);
    pk_price_apply(&work->price, index, work->mean);
    return work->mean;
}

void pk_group_aggregate(const struct pk_group_work *work, const struct pk_cells *cells,
                        const uint32_t *members, const struct pk_aggregate *aggregate)
{
    const size_t buckets = work->panel.bucket_count;
    for (size_t i = 0; i < work->group->series_count; i++) {
        const size_t one = cells->class_of[members == NULL ? i : members[i]];
        const double level = work->constant[i].level;
        const float *units = work->panel.units + i * buckets;
        const float *exposure = priced_exposure(work, i);
        size_t next = cells->class_starts[one];
        const size_t end = cells->class_starts[one + 1];
        size_t t = work->panel.life_start[i];
        while (next < end && cells->class_buckets[next].bucket < t)
            next++;
        while (t < buckets) {
            const size_t until = next < end ? cells->class_buckets[next].bucket : buckets;
            for (; t < until; t++) {
                aggregate->units[t] += exposure[t] > 0 ? (double)units[t] : 0;
                aggregate->level[t] += level * (double)exposure[t];
            }
            if (t < buckets) {
                const size_t cell = cells->class_buckets[next++].cell;
                aggregate->cell_units[cell] += exposure[t] > 0 ? (double)units[t] : 0;
                aggregate->cell_level[cell] += level * (double)exposure[t];
                t++;
            }
        }
    }
}

struct pk_group_state *pk_group_state_of(const struct pk_group_work *work)
{
    const struct pk_fit_context *context = work->context;
    return context->group_states == NULL ? NULL
                                         : &context->group_states[work->group - context->groups];
}

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
        for (size_t s = 0; status == PK_OK && i + 2 == SWEEP_COUNT && s < work->group->series_count;
             s++) {
            const double inverse = fmax(work->inverse_dispersion[s], 1e-6);
            const struct pk_series_view view = pk_group_view(work, s);
            const double level = work->constant[s].level;
            for (size_t t = view.start; t < view.count; t++)
                work->mean[t] *= (float)level;
            pk_panel_leave_out_runs(&work->panel, s, work->mean, 1 / inverse, PK_RUN_PROBABILITY);
        }
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

#include "models/forecast/group_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/history/shop_index.h"

size_t pk_fit_bucket_count(const struct pk_fit_context *context, int32_t bucket_days)
{
    return (size_t)((pk_shop_as_of_date(context->shop, bucket_days) - context->first_date) /
                    bucket_days) +
           1;
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
    work->class_sums = malloc(2 * (buckets + 1) * sizeof *work->class_sums);
    work->level_steps = malloc((buckets + 1) * sizeof *work->level_steps);
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
        work->class_sums == NULL || work->level_steps == NULL || work->scratch == NULL ||
        work->size_floor == NULL || work->known_floor == NULL || work->size_floor_count == NULL ||
        work->event == NULL || work->row_of == NULL || work->constant == NULL ||
        work->inverse_dispersion == NULL)
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
    free(work->class_sums);
    free(work->level_steps);
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
    if (work->class_at_hand != class) {
        show_class(work, class, true);
        work->has_class_sums = false;
    }
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

struct pk_group_state *pk_group_state_of(const struct pk_group_work *work)
{
    const struct pk_fit_context *context = work->context;
    return context->group_states == NULL ? NULL
                                         : &context->group_states[work->group - context->groups];
}

#include "models/forecast/group_levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/dispersion.h"
#include "models/forecast/level.h"

/* Sales behind a size floor of its own; the quantile of known floors for the others; how many it
 * needs. */
#define FLOOR_SALE_COUNT   8
#define FLOOR_QUANTILE     0.9
#define FLOOR_SERIES_COUNT 20

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

/* Sums of the means of the class at hand and of their squares over the buckets before each. */
static const double *class_sums(struct pk_group_work *work)
{
    const size_t buckets = work->panel.bucket_count;
    double *sums = work->class_sums, *squares = sums + buckets + 1;
    sums[0] = squares[0] = 0;
    for (size_t t = 0; t < buckets && !work->has_class_sums; t++) {
        const double mean = (double)work->class_mean[t];
        sums[t + 1] = sums[t] + mean;
        squares[t + 1] = squares[t] + mean * mean;
    }
    work->has_class_sums = true;
    return sums;
}

/* Whether the means of series `index` are those of its class and its exposure is 1 all its life. */
static bool is_plain(const struct pk_group_work *work, size_t index)
{
    return work->panel.is_whole[index] && !pk_price_moves(&work->price, index);
}

/* Of a view of the class: plain series need no pass over their buckets. */
static struct pk_mean_sums mean_sums(struct pk_group_work *work, size_t index,
                                     const struct pk_series_view *view)
{
    if (!is_plain(work, index))
        return pk_level_mean_sums(view);
    const double *sums = class_sums(work), *squares = sums + view->count + 1;
    return (struct pk_mean_sums){sums[view->count] - sums[view->start],
                                 squares[view->count] - squares[view->start]};
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
            &view, mean_sums(work, i, &view), none, inverse,
            pk_group_knows_size(work, i) ? work->context->settings->bulk_order_huber_c : 0,
            work->size_floor[i], work->scratch);
    }
    pk_dispersion_pool(work->constant, work->group->series_count, work->inverse_dispersion);
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

/* A plain series without rows of its own sells at its sales only, at one level all its life. */
static void add_plain(const struct pk_group_work *work, size_t index,
                      const struct pk_aggregate *aggregate)
{
    const float *units = work->panel.units + index * work->panel.bucket_count;
    const struct pk_sale *sales = work->panel.sales;
    for (size_t i = work->panel.sale_starts[index]; i < work->panel.sale_starts[index + 1]; i++)
        aggregate->units[sales[i].bucket] += (double)units[sales[i].bucket];
    work->level_steps[work->panel.life_start[index]] += work->constant[index].level;
}

/* Any other series, bucket by bucket: base rows and those of its class in turn. */
static void add_dense(const struct pk_group_work *work, size_t index, const struct pk_cells *cells,
                      size_t class, const struct pk_aggregate *aggregate)
{
    const size_t buckets = work->panel.bucket_count;
    const double level = work->constant[index].level;
    const float *units = work->panel.units + index * buckets;
    const float *exposure = priced_exposure(work, index);
    size_t next = cells->class_starts[class];
    const size_t end = cells->class_starts[class + 1];
    size_t t = work->panel.life_start[index];
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

void pk_group_aggregate(const struct pk_group_work *work, const struct pk_cells *cells,
                        const uint32_t *members, const struct pk_aggregate *aggregate)
{
    const size_t buckets = work->panel.bucket_count;
    double level = 0;
    memset(work->level_steps, 0, (buckets + 1) * sizeof *work->level_steps);
    for (size_t i = 0; i < work->group->series_count; i++) {
        const size_t class = cells->class_of[members == NULL ? i : members[i]];
        if (is_plain(work, i) && cells->class_starts[class] == cells->class_starts[class + 1])
            add_plain(work, i, aggregate);
        else
            add_dense(work, i, cells, class, aggregate);
    }
    for (size_t t = 0; t < buckets; t++) {
        level += work->level_steps[t];
        aggregate->level[t] += level;
    }
}

/* Whether some zeros between two sales may be too many for a series of this level. */
static bool has_long_run(struct pk_group_work *work, size_t index,
                         const struct pk_series_view *view)
{
    if (pk_price_moves(&work->price, index))
        return true;
    const double *sums = class_sums(work);
    const double limit = -log(PK_RUN_PROBABILITY) / fmax(work->constant[index].level, 1e-12);
    size_t from = view->start;
    for (size_t i = 0; i < view->sale_count; i++) {
        const size_t until = view->sales[i].bucket;
        if (until > from && sums[until] - sums[from] > limit)
            return true;
        from = until + 1;
    }
    return false;
}

void pk_group_leave_out_runs(struct pk_group_work *work)
{
    for (size_t i = 0; i < work->group->series_count; i++) {
        struct pk_series_view view = pk_group_class_view(work, i);
        if (!has_long_run(work, i, &view))
            continue;
        view = pk_group_view(work, i);
        const double inverse = fmax(work->inverse_dispersion[i], 1e-6);
        for (size_t t = view.start; t < view.count; t++)
            work->mean[t] *= (float)work->constant[i].level;
        pk_panel_leave_out_runs(&work->panel, i, work->mean, 1 / inverse, PK_RUN_PROBABILITY);
    }
}

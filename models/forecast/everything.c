#include "models/forecast/everything.h"

#include <stdlib.h>
#include <string.h>

#define STRIPE_COUNT 8
#define ROUND_COUNT  2

struct pk_everything {
    struct pk_shape daily, weekly;
};

/* One round of sums over the groups of one bucket length. */
struct stripes {
    const struct pk_fit_context *context;
    const struct pk_group *groups;
    size_t group_count;
    struct pk_group whole;
    struct pk_cells cells;
    uint32_t *members; /* position in the whole of each series, group after group */
    size_t bucket_count;
    const double *parent; /* of the last round, or NULL */
    double *sums;         /* STRIPE_COUNT x 2 x (bucket_count + cell_count) */
    struct pk_error errors[STRIPE_COUNT];
};

void pk_everything_free(struct pk_everything *everything)
{
    if (everything == NULL)
        return;
    pk_shape_done(&everything->daily);
    pk_shape_done(&everything->weekly);
    free(everything);
}

const double *pk_everything_gamma(const struct pk_everything *everything, int32_t bucket_days)
{
    return bucket_days == 1 ? everything->daily.gamma : everything->weekly.gamma;
}

static struct pk_aggregate stripe_aggregate(const struct stripes *stripes, size_t stripe)
{
    const size_t buckets = stripes->bucket_count, cells = stripes->cells.cell_count;
    double *at = stripes->sums + stripe * 2 * (buckets + cells);
    return (struct pk_aggregate){at, at + buckets, at + 2 * buckets, at + 2 * buckets + cells};
}

static void stripe_job(void *stripes_context, size_t stripe)
{
    struct stripes *stripes = stripes_context;
    const struct pk_aggregate sums = stripe_aggregate(stripes, stripe);
    size_t offset = 0;
    for (size_t g = 0; g < stripes->group_count; g++) {
        const struct pk_group *group = &stripes->groups[g];
        const size_t at = offset;
        struct pk_group_work work;
        offset += group->series_count;
        if (g % STRIPE_COUNT != stripe)
            continue;
        if (pk_group_work_init(&work, stripes->context, group, &stripes->errors[stripe]) != PK_OK)
            return;
        for (size_t t = 0; t < work.panel.bucket_count; t++)
            work.base_mean[t] = 1;
        for (size_t c = 0; c < work.cells.cell_count; c++)
            work.cell_mean[c] = 1;
        if (stripes->parent != NULL)
            pk_group_set_means(&work, stripes->parent, 0, NULL);
        pk_group_set_levels(&work);
        pk_group_aggregate(&work, &stripes->cells, stripes->members + at, &sums);
        pk_group_work_done(&work);
    }
}

static enum pk_status fit_round(struct stripes *stripes, const struct pk_executor *executor,
                                struct pk_shape *shape, struct pk_error *error)
{
    const size_t size = 2 * (stripes->bucket_count + stripes->cells.cell_count);
    const struct pk_aggregate total = stripe_aggregate(stripes, 0);
    memset(stripes->sums, 0, STRIPE_COUNT * size * sizeof *stripes->sums);
    if (executor != NULL && executor->run != NULL)
        executor->run(executor->executor_context, STRIPE_COUNT, stripe_job, stripes);
    else
        for (size_t i = 0; i < STRIPE_COUNT; i++)
            stripe_job(stripes, i);
    for (size_t i = 0; i < STRIPE_COUNT; i++) {
        if (stripes->errors[i].status == PK_OK)
            continue;
        if (error != NULL)
            *error = stripes->errors[i];
        return stripes->errors[i].status;
    }
    for (size_t stripe = 1; stripe < STRIPE_COUNT; stripe++)
        for (size_t i = 0; i < size; i++)
            stripes->sums[i] += stripes->sums[stripe * size + i];
    const struct pk_fit_context *context = stripes->context;
    const int32_t bucket_days = stripes->whole.bucket_days;
    const struct pk_shape_problem problem = {
        .design = context->design,
        .bucket_days = bucket_days,
        .bucket_count = stripes->bucket_count,
        .x = bucket_days == 1 ? context->daily_x : context->weekly_x,
        .cells = &stripes->cells,
        .units = total.units,
        .level = total.level,
        .cell_units = total.cell_units,
        .cell_level = total.cell_level,
        .ridge = context->settings->shape_ridge,
        .start = shape->trend == NULL ? NULL : shape,
    };
    struct pk_shape fitted;
    const enum pk_status status = pk_shape_fit(&problem, &fitted, error);
    if (status == PK_OK) {
        pk_shape_done(shape);
        *shape = fitted;
    }
    return status;
}

static int compare_indexes(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* Fits one bucket length; groups are those of that length. */
static enum pk_status fit_length(const struct pk_fit_context *context,
                                 const struct pk_group *groups, size_t group_count,
                                 const struct pk_executor *executor, struct pk_shape *shape,
                                 struct pk_error *error)
{
    struct stripes stripes = {.context = context, .groups = groups, .group_count = group_count};
    enum pk_status status = PK_OK;
    size_t count = 0, at = 0;
    for (size_t g = 0; g < group_count; g++)
        count += groups[g].series_count;
    uint32_t *all = malloc((count + 1) * sizeof *all);
    stripes.members = malloc((count + 1) * sizeof *stripes.members);
    if (all == NULL || stripes.members == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu series", count);
        goto cleanup;
    }
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].series_count; i++)
            all[at++] = groups[g].series[i];
    memcpy(stripes.members, all, count * sizeof *all);
    qsort(all, count, sizeof *all, compare_indexes);
    for (size_t i = 0; i < count; i++) {
        const uint32_t *found =
            bsearch(&stripes.members[i], all, count, sizeof *all, compare_indexes);
        stripes.members[i] = (uint32_t)(found - all);
    }
    stripes.whole = (struct pk_group){PK_INDEX_NONE, groups[0].bucket_days, count, all};
    stripes.bucket_count = pk_fit_bucket_count(context, groups[0].bucket_days);
    status = pk_cells_build(context->design, context->shop, all, count, PK_INDEX_NONE,
                            context->first_date, groups[0].bucket_days, stripes.bucket_count,
                            &stripes.cells, error);
    if (status != PK_OK)
        goto cleanup;
    stripes.sums =
        malloc((STRIPE_COUNT * 2 * (stripes.bucket_count + stripes.cells.cell_count) + 1) *
               sizeof *stripes.sums);
    if (stripes.sums == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the sum of groups");
    for (int round = 0; round < ROUND_COUNT && status == PK_OK; round++) {
        status = fit_round(&stripes, executor, shape, error);
        stripes.parent = shape->gamma;
    }
cleanup:
    pk_cells_done(&stripes.cells);
    free(stripes.members);
    free(stripes.sums);
    free(all);
    return status;
}

enum pk_status pk_everything_fit(const struct pk_fit_context *context,
                                 const struct pk_group *groups, size_t group_count,
                                 const struct pk_executor *executor,
                                 struct pk_everything **out_everything, struct pk_error *error)
{
    struct pk_everything *everything = calloc(1, sizeof *everything);
    enum pk_status status = PK_OK;
    if (everything == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the parent shape");
    size_t first = 0;
    while (first < group_count && status == PK_OK) {
        size_t count = 1;
        while (first + count < group_count &&
               groups[first + count].bucket_days == groups[first].bucket_days)
            count++;
        if (count > 1)
            status = fit_length(
                context, groups + first, count, executor,
                groups[first].bucket_days == 1 ? &everything->daily : &everything->weekly, error);
        first += count;
    }
    if (status == PK_OK)
        *out_everything = everything;
    else
        pk_everything_free(everything);
    return status;
}

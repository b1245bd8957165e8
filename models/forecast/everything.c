#include "models/forecast/everything.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/group_levels.h"

#define STRIPE_COUNT  8
#define ROUND_COUNT   2
#define DAYS_PER_YEAR 365.0
#define SAMPLE_MAX    2000
#define ALL_ROLES     PK_ROLE_COUNT

/* Shape and elasticities of one bucket length, and the shapes of the roles where there are at
 * least two that sell enough; gamma NULL = none. */
struct parent {
    struct pk_shape shape, roles[PK_ROLE_COUNT];
    struct pk_elasticity_sums elasticity;
};

struct pk_everything {
    struct parent daily, weekly;
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
    const double *prior;  /* of a role: everything's gamma; NULL = the design's priors */
    const double *parent; /* of the last round, or NULL */
    double *sums;         /* STRIPE_COUNT x 2 x (bucket_count + cell_count) */
    struct pk_elasticity_sums elasticity[STRIPE_COUNT];
    struct pk_error errors[STRIPE_COUNT];
};

void pk_everything_free(struct pk_everything *everything)
{
    if (everything == NULL)
        return;
    pk_shape_done(&everything->daily.shape);
    pk_shape_done(&everything->weekly.shape);
    for (size_t role = 0; role < PK_ROLE_COUNT; role++) {
        pk_shape_done(&everything->daily.roles[role]);
        pk_shape_done(&everything->weekly.roles[role]);
    }
    free(everything);
}

/* Adds the units of a group's series by the role of their items. */
static void add_role_units(const struct pk_fit_context *context, const struct pk_group *group,
                           double units[PK_ROLE_COUNT])
{
    const struct pk_shop *shop = context->shop;
    for (size_t i = 0; i < group->series_count; i++) {
        const uint32_t series = group->series[i];
        double *sum = &units[shop->items[shop->series[series].item].role];
        for (size_t at = context->sales->starts[series]; at < context->sales->starts[series + 1];
             at++)
            if (context->sales->buckets[at].date <= shop->as_of_date)
                *sum += (double)context->sales->buckets[at].demand_units;
    }
}

bool pk_everything_gamma(const struct pk_everything *everything,
                         const struct pk_fit_context *context, const struct pk_group *group,
                         double *gamma)
{
    const struct parent *parent =
        group->bucket_days == 1 ? &everything->daily : &everything->weekly;
    const size_t columns = context->design->column_count;
    double units[PK_ROLE_COUNT] = {0}, total = 0, known = 0;
    bool has_roles = false;
    if (parent->shape.gamma == NULL)
        return false;
    for (size_t role = 0; role < PK_ROLE_COUNT; role++)
        has_roles |= parent->roles[role].gamma != NULL;
    if (has_roles)
        add_role_units(context, group, units);
    for (size_t role = 0; role < PK_ROLE_COUNT; role++) {
        total += units[role];
        known += parent->roles[role].gamma != NULL ? units[role] : 0;
    }
    const double rest = total > 0 ? (total - known) / total : 1;
    for (size_t j = 0; j < columns; j++)
        gamma[j] = rest * parent->shape.gamma[j];
    for (size_t role = 0; role < PK_ROLE_COUNT; role++)
        for (size_t j = 0; parent->roles[role].gamma != NULL && units[role] > 0 && j < columns; j++)
            gamma[j] += units[role] / total * parent->roles[role].gamma[j];
    return true;
}

struct pk_elasticity_prior pk_everything_elasticity(const struct pk_everything *everything,
                                                    int32_t bucket_days)
{
    const struct parent *parent = bucket_days == 1 ? &everything->daily : &everything->weekly;
    return parent->shape.gamma == NULL ? pk_elasticity_prior_default()
                                       : pk_elasticity_prior_of(&parent->elasticity);
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
    const struct pk_elasticity_prior prior = pk_elasticity_prior_default();
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
        enum pk_status status = PK_OK;
        if (stripes->parent != NULL && stripes->prior == NULL) {
            status = pk_elasticity_begin(&work, &prior, &stripes->errors[stripe]);
            if (status == PK_OK)
                status = pk_elasticity_add(&work, &stripes->elasticity[stripe],
                                           &stripes->errors[stripe]);
        }
        pk_group_work_done(&work);
        if (status != PK_OK)
            return;
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
        .parent = stripes->prior,
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

/* Fits one bucket length, or with `prior` a role in it; groups are those of that length.
 * `elasticity` may be NULL. */
static enum pk_status fit_length(const struct pk_fit_context *context,
                                 const struct pk_group *groups, size_t group_count,
                                 const struct pk_executor *executor, const double *prior,
                                 struct pk_shape *shape, struct pk_elasticity_sums *elasticity,
                                 struct pk_error *error)
{
    struct stripes stripes = {.context = context,
                              .groups = groups,
                              .group_count = group_count,
                              .prior = prior,
                              .parent = prior};
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
    for (int round = prior == NULL ? 0 : 1; round < ROUND_COUNT && status == PK_OK; round++) {
        status = fit_round(&stripes, executor, shape, error);
        stripes.parent = shape->gamma;
    }
    for (size_t stripe = 0; stripe < STRIPE_COUNT && elasticity != NULL; stripe++)
        for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++) {
            elasticity->weight[part] += stripes.elasticity[stripe].weight[part];
            elasticity->weighted[part] += stripes.elasticity[stripe].weighted[part];
        }
cleanup:
    pk_cells_done(&stripes.cells);
    free(stripes.members);
    free(stripes.sums);
    free(all);
    return status;
}

/* The series that speak for a role (ALL_ROLES = for everything), spread evenly over the groups. */
struct sample {
    struct pk_group *groups;
    size_t group_count;
    uint32_t *series;
};

static bool has_role(const struct pk_shop *shop, uint32_t series, size_t role)
{
    return role == ALL_ROLES || shop->items[shop->series[series].item].role == (enum pk_role)role;
}

/* Takes the n-th of `count` series where n times the golden ratio, modulo 1, is small enough: no
 * regular order of warehouses or items can leave a part of them out. */
static bool is_taken(size_t n, size_t count)
{
    const double place = (double)n * 0.6180339887498949;
    return count <= SAMPLE_MAX || (place - floor(place)) * (double)count < SAMPLE_MAX;
}

static void sample_done(struct sample *sample)
{
    free(sample->groups);
    free(sample->series);
}

static enum pk_status take_sample(const struct pk_shop *shop, const struct pk_group *groups,
                                  size_t group_count, size_t role, struct sample *out_sample,
                                  struct pk_error *error)
{
    size_t all = 0, count = 0, n = 0, at = 0;
    for (size_t g = 0; g < group_count; g++)
        all += groups[g].series_count;
    struct sample sample = {malloc((group_count + 1) * sizeof *sample.groups), 0,
                            malloc((all + 1) * sizeof *sample.series)};
    if (sample.groups == NULL || sample.series == NULL) {
        sample_done(&sample);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu series", all);
    }
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].series_count; i++)
            count += has_role(shop, groups[g].series[i], role);
    for (size_t g = 0; g < group_count; g++) {
        const struct pk_group *group = &groups[g];
        const size_t first = at;
        for (size_t i = 0; i < group->series_count; i++)
            if (has_role(shop, group->series[i], role) && is_taken(n++, count))
                sample.series[at++] = group->series[i];
        if (at > first)
            sample.groups[sample.group_count++] = (struct pk_group){
                group->category, group->bucket_days, at - first, sample.series + first};
    }
    *out_sample = sample;
    return PK_OK;
}

/* Fits one bucket length, or one role around it; groups are those of that length. */
static enum pk_status fit_parent(const struct pk_fit_context *context,
                                 const struct pk_group *groups, size_t group_count,
                                 const struct pk_executor *executor, size_t role,
                                 struct parent *parent, struct pk_error *error)
{
    struct sample sample = {NULL, 0, NULL};
    enum pk_status status = take_sample(context->shop, groups, group_count, role, &sample, error);
    if (status != PK_OK)
        return status;
    if (role == ALL_ROLES)
        status = fit_length(context, sample.groups, sample.group_count, executor, NULL,
                            &parent->shape, &parent->elasticity, error);
    else
        status = fit_length(context, sample.groups, sample.group_count, executor,
                            parent->shape.gamma, &parent->roles[role], NULL, error);
    sample_done(&sample);
    return status;
}

/* Shapes of the roles where at least two sell enough for a shape of their own. */
static enum pk_status fit_roles(const struct pk_fit_context *context, const struct pk_group *groups,
                                size_t group_count, const struct pk_executor *executor,
                                struct parent *parent, struct pk_error *error)
{
    const double days = (double)context->shop->as_of_date - context->first_date + 1;
    const double least = PK_SHAPE_MIN_UNITS_PER_YEAR * fmax(1, days / DAYS_PER_YEAR);
    double units[PK_ROLE_COUNT] = {0};
    enum pk_status status = PK_OK;
    uint32_t roles = 0;
    size_t enough = 0;
    for (size_t i = 0; i < context->shop->item_count; i++)
        if (context->shop->items[i].role != PK_ROLE_NONE)
            roles |= UINT32_C(1) << context->shop->items[i].role;
    /* Summing all sales is dear; most shops have no roles. */
    if ((roles & (roles - 1)) == 0)
        return PK_OK;
    for (size_t g = 0; g < group_count; g++)
        add_role_units(context, &groups[g], units);
    for (size_t role = PK_ROLE_NONE + 1; role < PK_ROLE_COUNT; role++)
        enough += units[role] >= least;
    for (size_t role = PK_ROLE_NONE + 1; role < PK_ROLE_COUNT && enough > 1; role++)
        if (status == PK_OK && units[role] >= least)
            status = fit_parent(context, groups, group_count, executor, role, parent, error);
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
        struct parent *parent =
            groups[first].bucket_days == 1 ? &everything->daily : &everything->weekly;
        if (count > 1)
            status = fit_parent(context, groups + first, count, executor, ALL_ROLES, parent, error);
        if (count > 1 && status == PK_OK)
            status = fit_roles(context, groups + first, count, executor, parent, error);
        first += count;
    }
    if (status == PK_OK)
        *out_everything = everything;
    else
        pk_everything_free(everything);
    return status;
}

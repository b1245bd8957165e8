#include "models/forecast/model_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/hash.h"
#include "models/history/shop_index.h"

/* Open buckets that a reference item's level weighs against the own sales of a new item. */
#define REFERENCE_BUCKETS 14.0
/* Relative variance of a new item's level around that of the item it resembles. */
#define REFERENCE_VARIANCE 0.5

/* Orders series by bucket length, category, index. */
struct group_key {
    int32_t bucket_days;
    uint32_t category, series;
};

static int compare_keys(const void *left, const void *right)
{
    const struct group_key *a = left, *b = right;
    if (a->bucket_days != b->bucket_days)
        return a->bucket_days < b->bucket_days ? -1 : 1;
    if (a->category != b->category)
        return a->category < b->category ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

static void lay_out_groups(const struct pk_shop *shop, const struct group_key *keys,
                           struct pk_model *model)
{
    for (size_t i = 0; i < shop->series_count; i++) {
        struct pk_group *group =
            model->group_count == 0 ? NULL : &model->groups[model->group_count - 1];
        if (group == NULL || group->bucket_days != keys[i].bucket_days ||
            group->category != keys[i].category) {
            group = &model->groups[model->group_count++];
            *group = (struct pk_group){keys[i].category, keys[i].bucket_days, 0,
                                       model->group_series + i};
        }
        model->group_series[i] = keys[i].series;
        model->group_of[keys[i].series] = (uint32_t)(model->group_count - 1);
        group->series_count++;
    }
}

enum pk_status pk_model_lay_out(const struct pk_shop *shop, int32_t first_date,
                                struct pk_model **out_model, struct pk_error *error)
{
    const size_t count = shop->series_count;
    enum pk_status status = PK_OK;
    struct group_key *keys = malloc((count + 1) * sizeof *keys);
    struct pk_model *model = calloc(1, sizeof *model);
    if (model != NULL) {
        model->groups = calloc(count + 1, sizeof *model->groups);
        model->group_series = calloc(count + 1, sizeof *model->group_series);
        model->group_of = calloc(count + 1, sizeof *model->group_of);
        model->series = calloc(count + 1, sizeof *model->series);
    }
    if (keys == NULL || model == NULL || model->groups == NULL || model->group_series == NULL ||
        model->group_of == NULL || model->series == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu series", count);
        pk_model_parts_free(model);
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++)
        keys[i] = (struct group_key){shop->series[i].bucket_days,
                                     shop->items[shop->series[i].item].category, (uint32_t)i};
    qsort(keys, count, sizeof *keys, compare_keys);
    model->first_date = first_date;
    model->as_of_date = shop->as_of_date;
    model->weekly_as_of_date = pk_shop_as_of_date(shop, 7);
    model->series_count = count;
    lay_out_groups(shop, keys, model);
    *out_model = model;
cleanup:
    free(keys);
    return status;
}

enum pk_status pk_model_allocate_shapes(struct pk_model *model, struct pk_error *error)
{
    const size_t columns = model->design->column_count;
    model->shapes = calloc(model->group_count + 1, sizeof *model->shapes);
    bool complete = model->shapes != NULL;
    for (size_t g = 0; complete && g < model->group_count; g++) {
        model->shapes[g].gamma = calloc(columns + 1, sizeof(double));
        model->shapes[g].variance = calloc(columns + 1, sizeof(double));
        complete = model->shapes[g].gamma != NULL && model->shapes[g].variance != NULL;
    }
    return complete ? PK_OK
                    : pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu shapes",
                                   model->group_count);
}

void pk_model_parts_free(struct pk_model *model)
{
    if (model == NULL)
        return;
    pk_design_free(model->design);
    if (model->is_bound) {
        free(model);
        return;
    }
    for (size_t g = 0; model->shapes != NULL && g < model->group_count; g++) {
        free(model->shapes[g].gamma);
        free(model->shapes[g].variance);
    }
    free(model->shapes);
    pk_closures_done(&model->closures);
    free(model->groups);
    free(model->group_series);
    free(model->group_of);
    free(model->series);
    for (size_t g = 0; model->group_states != NULL && g < model->group_count; g++)
        pk_group_state_done(&model->group_states[g]);
    free(model->group_states);
    free(model->series_states);
    free(model);
}

enum pk_status pk_model_allocate_states(struct pk_model *model, struct pk_error *error)
{
    model->group_states = calloc(model->group_count + 1, sizeof *model->group_states);
    model->series_states = calloc(model->series_count + 1, sizeof *model->series_states);
    return model->group_states != NULL && model->series_states != NULL
               ? PK_OK
               : pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu states",
                              model->series_count);
}

void pk_model_set_identity(struct pk_model *model)
{
    const size_t columns = model->design->column_count;
    uint64_t hash = PK_HASH_START;
    for (size_t g = 0; g < model->group_count; g++)
        hash = pk_hash_bytes(hash, model->shapes[g].gamma, columns * sizeof(double));
    model->identity = hash ^ (uint64_t)(uint32_t)model->as_of_date;
}

static int compare_series(const void *left, const void *right)
{
    const struct pk_series *a = left, *b = right;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return a->warehouse < b->warehouse ? -1 : a->warehouse > b->warehouse;
}

void pk_model_apply_references(const struct pk_shop *shop, struct pk_model *model)
{
    for (size_t s = 0; s < shop->series_count; s++) {
        const struct pk_series *series = &shop->series[s];
        struct pk_series_model *own = &model->series[s];
        const struct pk_series key = {shop->items[series->item].reference_item, series->warehouse,
                                      series->bucket_days};
        if (key.item == PK_INDEX_NONE || !(own->flags & PK_SERIES_NEW))
            continue;
        const struct pk_series *found =
            bsearch(&key, shop->series, shop->series_count, sizeof *shop->series, compare_series);
        if (found == NULL || found->bucket_days != series->bucket_days)
            continue;
        const struct pk_series_model *other = &model->series[found - shop->series];
        if (other->flags & (PK_SERIES_NEW | PK_SERIES_DEAD))
            continue;
        const double buckets = own->open_bucket_count;
        own->level_units = (REFERENCE_BUCKETS * other->level_units + buckets * own->level_units) /
                           (REFERENCE_BUCKETS + buckets);
        own->level_relative_variance =
            fmin(own->level_relative_variance,
                 REFERENCE_VARIANCE * REFERENCE_BUCKETS / (REFERENCE_BUCKETS + buckets) +
                     other->level_relative_variance);
        own->level_drift_variance_per_day = other->level_drift_variance_per_day;
        own->stop_probability = other->stop_probability;
        own->idle_probability = other->idle_probability;
        own->mean_excess = other->mean_excess;
        own->dispersion = other->dispersion;
        own->maximum_units = fmax(own->maximum_units, other->maximum_units);
        memcpy(own->deviation, other->deviation, sizeof own->deviation);
    }
}

/* The members of a model (internal to models/forecast). */
#ifndef PK_FORECAST_MODEL_PARTS_H
#define PK_FORECAST_MODEL_PARTS_H

#include "models/forecast/design.h"
#include "models/forecast/group_work.h"
#include "models/forecast/series_model.h"

/* A group's shape as forecasts need it. Owned arrays. */
struct pk_group_shape {
    double *gamma, *variance; /* column_count */
    double log_scale;
};

struct pk_model {
    int32_t first_date, as_of_date;
    int32_t weekly_as_of_date; /* first day of the last complete week (pk_shop_as_of_date) */
    struct pk_calendar_blocks calendar;
    struct pk_closures closures;
    struct pk_design *design;
    bool is_bound; /* all but the design belongs to the fit that it is bound to */
    size_t group_count, series_count;
    struct pk_group *groups;       /* ascending (bucket_days, category) */
    uint32_t *group_series;        /* series_count: the groups' series one after another */
    uint32_t *group_of;            /* series_count */
    struct pk_group_shape *shapes; /* group_count */
    struct pk_series_model *series;
    /* States for pk_model_advance, by group and series; NULL in an advanced model. */
    struct pk_group_state *group_states;
    struct pk_series_state *series_states;
    uint64_t fingerprint;  /* of the history that was fitted */
    int32_t advanced_days; /* since that fit */
    /* A hash of the shapes, by which a scratch area notices another model at an old address. */
    uint64_t identity;
};

/* Allocates a model for the shop with its groups laid out, shapes and series zero. */
enum pk_status pk_model_lay_out(const struct pk_shop *shop, int32_t first_date,
                                struct pk_model **out_model, struct pk_error *error);

/* Frees a model in any stage of its making; NULL is accepted. */
void pk_model_parts_free(struct pk_model *model);

/* Allocates the shapes' arrays once the design is there. */
enum pk_status pk_model_allocate_shapes(struct pk_model *model, struct pk_error *error);

/* Allocates the states, zero. */
enum pk_status pk_model_allocate_states(struct pk_model *model, struct pk_error *error);

/* Shrinks the level of each new item to that of its reference item in that warehouse. */
void pk_model_apply_references(const struct pk_shop *shop, struct pk_model *model);

/* First day of the last bucket of that length in the fit. */
static inline int32_t pk_model_as_of(const struct pk_model *model, int32_t bucket_days)
{
    return bucket_days == 1 ? model->as_of_date : model->weekly_as_of_date;
}

void pk_model_set_identity(struct pk_model *model);

#endif

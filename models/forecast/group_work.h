/* Everything that is held while a group is fitted: its panel, design rows and cells, the means of
 * the present shape, and the view of one series on them (internal to models/forecast). */
#ifndef PK_FORECAST_GROUP_WORK_H
#define PK_FORECAST_GROUP_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/forecast/advance_state.h"
#include "models/forecast/cells.h"
#include "models/forecast/design.h"
#include "models/forecast/fit_settings.h"
#include "models/forecast/price.h"
#include "models/forecast/series_model.h"
#include "models/forecast/shape.h"
#include "models/history/closures.h"
#include "models/history/panel.h"
#include "models/history/shop.h"

/* Inputs that all groups of a fit share. Not owned. */
struct pk_fit_context {
    const struct pk_shop *shop;
    const struct pk_sales *sales;
    const struct pk_closures *closures;
    const struct pk_design *design;
    const struct pk_fit_settings *settings;
    int32_t first_date;
    /* States kept for days to come, by the shop's series and by group; NULL = none are kept. */
    struct pk_series_state *series_states;
    struct pk_group_state *group_states;
    const struct pk_group *groups; /* parallel to group_states */
    /* Design rows of everything for all buckets of the fit; NULL where no series has that length.
     * */
    const double *daily_x, *weekly_x;
};

/* Series of one category (PK_INDEX_NONE = all of them) and one bucket length. */
struct pk_group {
    uint32_t category;
    int32_t bucket_days;
    size_t series_count;
    const uint32_t *series; /* ascending; not owned */
};

/* Everything that is held while a group is fitted. Owned arrays. */
struct pk_group_work {
    const struct pk_fit_context *context;
    const struct pk_group *group;
    struct pk_panel panel; /* its units are capped by the sweeps */
    float *sold;           /* series_count x bucket_count: units as sold; made by the fit */
    struct pk_cells cells;
    struct pk_price_paths price; /* empty until the fit of the group makes it */
    size_t column_count;
    const double *x;  /* bucket_count x column_count: the context's or own_x */
    double *own_x;    /* owned; NULL = no events of its own */
    float *base_mean; /* bucket_count: shape mean of the base row, trend included while sweeping */
    uint8_t *base_event; /* bucket_count */
    float *cell_mean;    /* cell_count */
    double *sums;        /* 2 x (bucket_count + cell_count): the aggregate */
    /* Of the series at hand; those of its class are kept until another class is asked for. */
    size_t class_at_hand;     /* SIZE_MAX = none */
    float *class_mean, *mean; /* bucket_count */
    /* 2 x (bucket_count + 1): of class_mean and its square before each bucket. */
    double *class_sums;
    bool has_class_sums;
    double *level_steps;                /* bucket_count: scratch of the aggregate */
    uint8_t *event;                     /* bucket_count */
    uint32_t *row_of;                   /* bucket_count: base bucket, or bucket_count + cell */
    uint32_t *scratch;                  /* bucket_count */
    float *size_floor;                  /* series_count; < 0 = not known yet */
    size_t *size_floor_count;           /* series_count: sales behind it */
    float *known_floor;                 /* series_count: scratch of the size floors */
    struct pk_constant_level *constant; /* series_count */
    double *inverse_dispersion;         /* series_count: own, shrunk to the class */
};

enum pk_status pk_group_work_init(struct pk_group_work *work, const struct pk_fit_context *context,
                                  const struct pk_group *group, struct pk_error *error);
void pk_group_work_done(struct pk_group_work *work);

/* Where the state of the work's group is kept; NULL if it is not. */
struct pk_group_state *pk_group_state_of(const struct pk_group_work *work);

/* Buckets from the fit's first date to as-of. */
size_t pk_fit_bucket_count(const struct pk_fit_context *context, int32_t bucket_days);

/* Sets base and cell means from a shape. `trend` (bucket_count entries, may be NULL) multiplies
 * them. */
void pk_group_set_means(struct pk_group_work *work, const double *gamma, double log_scale,
                        const double *trend);

/* The view of series `index` on the work's buffers, its means copied to work->mean; valid until the
 * next call. */
struct pk_series_view pk_group_view(struct pk_group_work *work, size_t index);

/* The view of series `index` without a copy of the means: if no price moves the series, they are
 * those of its class. They must not be changed. */
struct pk_series_view pk_group_class_view(struct pk_group_work *work, size_t index);

#endif

/* The part of a fit's past that is kept, so that a new day can be added without reading the past
 * again (advance.h): per group the normal equations of its shape, per series the discounted sums of
 * its level (internal to models/forecast).
 *
 * It takes 92 bytes a series, and per group n (n + 1) / 2 + n + 96 doubles, where n counts the
 * columns that its history has seen and two of the trend. */
#ifndef PK_FORECAST_ADVANCE_STATE_H
#define PK_FORECAST_ADVANCE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/forecast/level.h"
#include "models/forecast/stops.h"
#include "models/forecast/velocity.h"
#include "models/history/panel.h"
#include "models/numeric/cholesky_update.h"

/* Trend columns of a group's factor, behind its design columns: the log level at as-of, and its
 * slope per year. */
#define PK_STATE_TREND_COUNT 2
#define PK_STATE_YEAR_DAYS   365.2425

/* Owned arrays. */
struct pk_group_state {
    size_t column_count; /* 0 = the shape is the parent's; nothing was fitted */
    uint32_t *columns;   /* design columns of the factor's first columns */
    struct pk_row_factor factor;
    double dispersion;      /* K of the aggregate */
    double precision_scale; /* a design column has the prior precision scale / prior_sd^2 */
    struct pk_level_prior prior;
    /* Effect of a run of zeros up to as-of, by velocity class and class of the run. */
    struct pk_stop stops[PK_VELOCITY_CLASS_COUNT][PK_STOP_CLASS_COUNT];
};

/* Of one series; sums by half-life, short first. */
struct pk_series_state {
    float units[2], mean[2], square[2]; /* pk_level_sums at as-of */
    /* Part of the sums that comes from the zeros since the last sale, and the log probability of
     * these. */
    float run_mean[2], run_square[2], run_log_probability;
    uint32_t run_bucket_count;
    float run_information; /* of the zeros up to as-of, from the level before them: stops.h */
    /* Factor on run_log_probability: trade in lots has more zeros than its mean tells. */
    float own_zeros;
    float constant_level, inverse_dispersion; /* of the sweeps; they bound bulk orders */
    float size_floor;
    float short_weight;   /* of the short half-life's level */
    float added_variance; /* of the level beside sampling */
    float presence;       /* factor on the level: common_level.h */
    float price_band;     /* factor on the level that a new series borrows */
    uint32_t velocity;    /* class */
    uint32_t floor_only;  /* 1 = too few sales: bulk orders are cut at size_floor */
};

/* Sets the run_* members from the zeros since the last sale of a view, whose means hold all own
 * factors. Sums decay by rho a bucket. bucket_states[] are those of the panel. Level and dispersion
 * of `state` give the probability of the zeros. */
void pk_series_state_set_run(struct pk_series_state *state, const struct pk_series_view *view,
                             const uint8_t *bucket_states, const double rho[2]);

/* Log probability of selling nothing if `expected` units were expected. */
double pk_zero_log_probability(double expected, double inverse_dispersion);

/* Room for column_count columns and the trend. */
enum pk_status pk_group_state_allocate(struct pk_group_state *state, size_t column_count,
                                       struct pk_error *error);

/* Keeps the equations of a fitted shape. covariance[width x width] and beta[width] are of the
 * columns active[active_count], then of the trend. `end` and `slope`, width - active_count entries
 * each, turn the trend's coefficients into the log level at as-of and its slope. OUT_OF_MEMORY or
 * INTERNAL. */
enum pk_status pk_group_state_keep(struct pk_group_state *state, const double *covariance,
                                   const double *beta, size_t width, const size_t *active,
                                   size_t active_count, const double *end, const double *slope,
                                   struct pk_error *error);

void pk_group_state_done(struct pk_group_state *state);

#endif

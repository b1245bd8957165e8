/* Evidence of past windows of 28 days, by their origins, on the levels of a group: the weight of
 * the half-lives, the error of levels, stops and idle days, all by velocity class (internal to
 * models/forecast).
 *
 * Order of calls: init; then pk_past_windows_add with each series' sums at the origins, and
 * pk_past_windows_add_idle with its last days; then solve; then the stops. */
#ifndef PK_FORECAST_PAST_WINDOWS_H
#define PK_FORECAST_PAST_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include "models/forecast/calibration.h"
#include "models/forecast/common_level.h"
#include "models/forecast/level.h"
#include "models/forecast/stops.h"
#include "models/forecast/velocity.h"

#define PK_MIX_COUNT         5  /* weights 0, 1/4 .. 1 of the short half-life */
#define PK_MIX_DEFAULT       2  /* the mean of both */
#define PK_PAST_ORIGIN_COUNT 12 /* 28 days apart, besides as-of itself */

/* Of one velocity class. */
struct pk_class_evidence {
    double error[PK_MIX_COUNT]; /* |S - M| over M's scale, by weight of the short half-life */
    double evidence;            /* windows behind `error` */
    size_t mix;                 /* the chosen weight */
    struct pk_calibration calibration, nothing; /* of windows that sold next to nothing */
    struct pk_stop_evidence stops[PK_STOP_CLASS_COUNT];
    struct pk_idle_evidence idle;
    struct pk_noise_calibration noise;
};

/* Start at zero, then pk_past_windows_init. */
struct pk_past_windows {
    int32_t bucket_days;
    struct pk_level_prior prior;
    size_t origins[PK_PAST_ORIGIN_COUNT + 1]; /* ascending; the last is as-of */
    size_t origin_count;
    size_t window; /* buckets of 28 days */
    double rho[2];
    struct pk_class_evidence classes[PK_VELOCITY_CLASS_COUNT], all;
    struct pk_stop_evidence stops[PK_STOP_CLASS_COUNT]; /* all velocities */
    double level_variance;                              /* of a 28-day window, all classes */
    struct pk_common_level common;
};

/* Levels at an origin by half-life, short first; class and information of the run of zeros up to
 * it. */
struct pk_level_pair {
    double level[2], variance[2];
    size_t stop_class;
    double stop_information;
};

/* One series as its past windows need it: sales without caps, and the panel's states. */
struct pk_past_series {
    const struct pk_series_view *view;
    const float *sold;
    const uint8_t *state;
    double inverse; /* 1/k */
    size_t velocity;
};

/* Sets the origins of a history of `bucket_count` buckets and the discounts per bucket. */
void pk_past_windows_init(struct pk_past_windows *windows, struct pk_level_prior prior,
                          size_t bucket_count, int32_t bucket_days, const double half_life_days[2]);

/* Value of a pair by half-life under one of the weights. */
double pk_mixed(const double pair[2], size_t mix);

struct pk_level_pair pk_levels_at(struct pk_level_prior prior, const struct pk_level_sums *first,
                                  const struct pk_level_sums *second, double inverse);

/* Levels at an origin as they were known then: a run of zeros that ended later was not left out
 * yet. The information of the run before the origin is that under the level before the run. */
struct pk_level_pair pk_levels_before(const struct pk_past_windows *windows,
                                      const struct pk_past_series *past, struct pk_level_sums first,
                                      struct pk_level_sums second, size_t origin);

/* Adds the windows after each origin. `sums` are by half-life and origin. */
void pk_past_windows_add(struct pk_past_windows *windows, const struct pk_past_series *past,
                         const struct pk_level_sums sums[2][PK_PAST_ORIGIN_COUNT + 1]);

/* Adds the last days of series `index` as evidence of idle ones, unless the series may have
 * stopped. */
void pk_past_windows_add_idle(struct pk_past_windows *windows, const struct pk_past_series *past,
                              const struct pk_level_pair *levels, size_t index);

/* Chooses the weights and solves the error of levels, leaning on all classes where evidence is
 * thin. */
void pk_past_windows_solve(struct pk_past_windows *windows,
                           struct pk_calibrated calibrated[PK_VELOCITY_CLASS_COUNT]);

/* The stop after a run of zeros of class `run`. Its probability is at least the part of demand that
 * the common level takes off for those runs. */
struct pk_stop pk_past_windows_stop(const struct pk_past_windows *windows, size_t velocity,
                                    size_t run);

#endif

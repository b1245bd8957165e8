/* Evidence that the series of a group give together on their levels (internal to models/forecast).
 *
 * *Drift.* The averaged half-lives of a single series forget slowly, because its own days are
 * noisy. The sum over the group is not noisy. x = log(sum of recent sales / sum that the levels
 * expect of those days), both discounted by the shorter half-life. The part x^2 / (x^2 + s^2) of x
 * is believed.
 *
 * *Availability.* Runs of zeros that the level makes incredible are left out of levels. But nobody
 * told their cause, and they will come again. Past windows that began while the item was selling
 * tell, by velocity class, which part of their demand these runs took. Told stock-outs do not count
 * here, because demand does not fall with them. */
#ifndef PK_FORECAST_COMMON_LEVEL_H
#define PK_FORECAST_COMMON_LEVEL_H

#include <stddef.h>
#include <stdint.h>

#include "models/forecast/level.h"
#include "models/forecast/velocity.h"

/* Start at zero. */
struct pk_common_level {
    double sold, expected; /* discounted up to as-of */
    double window_count[PK_VELOCITY_CLASS_COUNT], absent[PK_VELOCITY_CLASS_COUNT];
};

/* Adds a series' level at as-of, the even average of both half-lives, and its sums of the shorter
 * half-life. */
void pk_common_level_add(struct pk_common_level *common, double level,
                         const struct pk_level_sums *sums);

/* Adds the window from..until - 1 of a series of class `velocity`, with a weight 0..1. `state` are
 * the states of its buckets (enum pk_bucket_state). A window that begins inside a run of zeros adds
 * nothing. */
void pk_common_level_add_window(struct pk_common_level *common, size_t velocity,
                                const struct pk_series_view *view, const uint8_t *state,
                                size_t from, size_t until, double weight);

/* Part of a class's demand that runs of zeros take, 0..1. */
double pk_common_level_absent(const struct pk_common_level *common, size_t velocity);

/* Drift of the group, a factor on all its levels. */
double pk_common_level_drift(const struct pk_common_level *common);

/* Factor on the levels of a class: the drift of the group x the part that runs of zeros leave. */
double pk_common_level_factor(const struct pk_common_level *common, size_t velocity);

#endif

#include "models/decision/stock/demand_mix.h"

#include <math.h>
#include <string.h>

static void add_level_error(struct pk_demand_mix *mix, const struct pk_demand *part, double units)
{
    mix->level_square_sum += units * units * part->level_relative_variance;
    mix->drift_square_sum += units * units * part->level_drift_variance_per_day;
    mix->excess_sum += units * part->mean_excess;
}

/* Lifts of the source that brings most; of another bucket length they do not fit. */
static void keep_lifts(struct pk_demand_mix *mix, const struct pk_demand *part, double units)
{
    if (units <= mix->lift_units || part->bucket_days != mix->demand.bucket_days)
        return;
    mix->lift_units = units;
    mix->demand.lift_count = part->lift_count;
    memcpy(mix->demand.lifts, part->lifts, sizeof mix->demand.lifts);
}

void pk_demand_mix_begin(struct pk_demand_mix *mix, const struct pk_demand *own, double *mean_units)
{
    double units = 0;
    *mix = (struct pk_demand_mix){.demand = *own, .mean_units = mean_units};
    for (size_t b = 0; b < own->bucket_count; b++) {
        units += mean_units[b];
        mix->variance_sum += mean_units[b] + mean_units[b] * mean_units[b] / own->dispersion;
    }
    add_level_error(mix, own, units);
    mix->lift_units = units;
    if (!(units > 0))
        mix->demand.stop_probability = mix->demand.idle_probability = 1;
}

void pk_demand_mix_add(struct pk_demand_mix *mix, const struct pk_demand *part,
                       const double *pieces)
{
    struct pk_demand days = *part; /* the level error is added once, for the whole path */
    double units = 0;
    days.level_relative_variance = 0;
    days.level_drift_variance_per_day = 0;
    days.lift_count = 0;
    for (size_t b = 0; b < mix->demand.bucket_count; b++) {
        if (!(pieces[b] > 0))
            continue;
        const int32_t first = mix->demand.first_date + (int32_t)b * mix->demand.bucket_days;
        const struct pk_window window =
            pk_demand_window(&days, first, first + mix->demand.bucket_days - 1);
        units += pieces[b] * window.mean_units;
        mix->mean_units[b] += pieces[b] * window.mean_units;
        mix->variance_sum += pieces[b] * pieces[b] * window.variance;
    }
    add_level_error(mix, part, units);
    keep_lifts(mix, part, units);
    if (units > 0) {
        mix->demand.stop_probability *= part->stop_probability;
        mix->demand.idle_probability *= part->idle_probability;
    }
}

struct pk_demand pk_demand_mix_end(const struct pk_demand_mix *mix)
{
    struct pk_demand demand = mix->demand;
    double units = 0, squares = 0;
    for (size_t b = 0; b < demand.bucket_count; b++) {
        units += mix->mean_units[b];
        squares += mix->mean_units[b] * mix->mean_units[b];
    }
    demand.mean_units = mix->mean_units;
    const double excess = mix->variance_sum - units;
    demand.dispersion = excess > 1e-12 * units && squares > 0 ? squares / excess : INFINITY;
    demand.level_relative_variance = units > 0 ? mix->level_square_sum / (units * units) : 0;
    demand.level_drift_variance_per_day = units > 0 ? mix->drift_square_sum / (units * units) : 0;
    demand.mean_excess = units > 0 ? mix->excess_sum / units : 0;
    if (!(units > 0))
        demand.stop_probability = demand.idle_probability = 0;
    const float part = units > 0 ? (float)(mix->lift_units / units) : 0;
    for (size_t i = 0; i < demand.lift_count; i++) {
        demand.lifts[i].shared_sd *= part;
        demand.lifts[i].single_sd *= part;
    }
    return demand;
}

#include "models/forecast/level.h"

#include <math.h>
#include <string.h>

#define ROUND_COUNT            4
#define INVERSE_DISPERSION_MAX 50.0
#define SIZE_QUANTILE          0.95

/* The k-th smallest of `count` positive floats, given by their bits, which order alike: the range
 * is halved until one value is left. Every pass runs without a branch. */
static float select_smallest(const int32_t *values, size_t count, int32_t k)
{
    int32_t low = INT32_MAX, high = 0;
    float value;
    for (size_t i = 0; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        int32_t below = 0, largest_below = 0, smallest_above = INT32_MAX;
        for (size_t i = 0; i < count; i++) {
            const bool is_below = values[i] <= middle;
            const int32_t if_below = is_below ? values[i] : 0;
            const int32_t if_above = is_below ? INT32_MAX : values[i];
            below += is_below;
            largest_below = if_below > largest_below ? if_below : largest_below;
            smallest_above = if_above < smallest_above ? if_above : smallest_above;
        }
        if (below > k)
            high = largest_below;
        else
            low = smallest_above;
    }
    memcpy(&value, &low, sizeof value);
    return value;
}

float pk_level_size_floor(const struct pk_series_view *view, int32_t *sizes)
{
    size_t count = 0;
    for (size_t i = 0; i < view->sale_count; i++) {
        memcpy(&sizes[count], &view->sales[i].units, sizeof *sizes);
        count += !view->event[view->sales[i].bucket];
    }
    return count == 0
               ? 0
               : select_smallest(sizes, count, (int32_t)(SIZE_QUANTILE * (double)(count - 1)));
}

/* Sums over buckets of means m = exposure x shape and of sales y. */
struct constant_sums {
    double mean, mean_square;
    double units, square, cross; /* y, y^2, y m */
};

/* Four sums side by side, because a single one waits for every addition. */
static void sum_means(const struct pk_series_view *view, struct constant_sums *sums)
{
    double mean[4] = {0}, square[4] = {0};
    size_t t = view->start;
    for (; t + 4 <= view->count; t += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            const double one = (double)(view->exposure[t + lane] * view->mean[t + lane]);
            mean[lane] += one;
            square[lane] += one * one;
        }
    }
    for (; t < view->count; t++) {
        const double one = (double)(view->exposure[t] * view->mean[t]);
        mean[0] += one;
        square[0] += one * one;
    }
    sums->mean = mean[0] + mean[1] + mean[2] + mean[3];
    sums->mean_square = square[0] + square[1] + square[2] + square[3];
}

static void add_sale(const struct pk_series_view *view, size_t bucket, float units,
                     struct constant_sums *sums)
{
    const float mean = view->exposure[bucket] * view->mean[bucket];
    sums->units += (double)units;
    sums->square += (double)units * (double)units;
    sums->cross += (double)(units * mean);
}

float pk_level_capped(float units, double mean_units, float floor_units, double inverse_dispersion,
                      double huber_c)
{
    const double inverse = fmin(inverse_dispersion, INVERSE_DISPERSION_MAX);
    if (units <= floor_units)
        return units;
    if (!(huber_c > 0))
        return floor_units;
    const double cap = mean_units + huber_c * sqrt(mean_units + mean_units * mean_units * inverse);
    return fminf(units, fmaxf((float)cap, floor_units));
}

struct pk_constant_level pk_level_constant(const struct pk_series_view *view,
                                           struct pk_level_prior prior, double inverse_dispersion,
                                           double huber_c, float floor_units, uint32_t *large)
{
    struct pk_constant_level out = {.positive_count = view->sale_count};
    struct constant_sums usual = {0};
    size_t large_count = 0;
    sum_means(view, &usual);
    if (!(usual.mean + prior.buckets > 0))
        return (struct pk_constant_level){0};
    for (size_t i = 0; i < view->sale_count; i++) {
        const struct pk_sale *sale = &view->sales[i];
        if (sale->units > floor_units && !view->event[sale->bucket])
            large[large_count++] = (uint32_t)i;
        else
            add_sale(view, sale->bucket, sale->units, &usual);
    }
    /* Bulk orders must not set the level that decides what a bulk order is. */
    out.level = (prior.units + usual.units + (double)large_count * (double)floor_units) /
                (prior.buckets + usual.mean);
    for (int round = 0; round < ROUND_COUNT; round++) {
        struct constant_sums sums = usual;
        out.capped_count = 0;
        for (size_t i = 0; i < large_count; i++) {
            const struct pk_sale *sale = &view->sales[large[i]];
            const double mean = out.level * (double)view->mean[sale->bucket];
            const float units =
                pk_level_capped(sale->units, mean, floor_units, inverse_dispersion, huber_c);
            add_sale(view, sale->bucket, units, &sums);
            out.capped_count += units < sale->units;
            view->units[sale->bucket] = units;
        }
        const double level = (prior.units + sums.units) / (prior.buckets + sums.mean);
        const double excess = sums.square - 2 * level * sums.cross +
                              level * level * sums.mean_square - level * sums.mean;
        out.level = level;
        out.evidence = sums.mean_square;
        out.inverse_dispersion =
            sums.mean_square > 0 && level > 0 ? excess / (level * level * sums.mean_square) : 0;
    }
    return out;
}

#define LANE_COUNT 4

/* One bucket more, by lanes: `decay` and `square_decay` are those between two buckets of a lane. */
struct lanes {
    double units[LANE_COUNT], mean[LANE_COUNT], square[LANE_COUNT];
};

static void add_bucket(const struct pk_series_view *view, size_t t, double decay,
                       double square_decay, struct lanes *lanes, size_t lane)
{
    const double mean = (double)(view->exposure[t] * view->mean[t]);
    const double units = view->exposure[t] > 0 ? (double)view->units[t] : 0;
    lanes->units[lane] = decay * lanes->units[lane] + units;
    lanes->mean[lane] = decay * lanes->mean[lane] + mean;
    lanes->square[lane] = square_decay * lanes->square[lane] + mean;
}

/* Brings sums from bucket `from` to `until`. Every fourth bucket has a lane of its own, because a
 * single sum waits for its last step. */
static void extend_sums(const struct pk_series_view *view, double rho, size_t from, size_t until,
                        struct pk_level_sums *sums)
{
    struct lanes lanes = {{sums->units}, {sums->mean}, {sums->square}};
    const double decay = rho * rho * rho * rho;
    for (; (until - from) % LANE_COUNT != 0; from++)
        add_bucket(view, from, rho, rho * rho, &lanes, 0);
    if (from == until) {
        *sums = (struct pk_level_sums){lanes.units[0], lanes.mean[0], lanes.square[0]};
        return;
    }
    /* What was there stands before the first lane's first bucket, in the last lane's place. */
    lanes.units[LANE_COUNT - 1] = lanes.units[0];
    lanes.mean[LANE_COUNT - 1] = lanes.mean[0];
    lanes.square[LANE_COUNT - 1] = lanes.square[0];
    lanes.units[0] = lanes.mean[0] = lanes.square[0] = 0;
    for (size_t t = from; t < until; t += LANE_COUNT)
        for (size_t lane = 0; lane < LANE_COUNT; lane++)
            add_bucket(view, t + lane, decay, decay * decay, &lanes, lane);
    *sums = (struct pk_level_sums){0, 0, 0};
    for (size_t lane = 0; lane < LANE_COUNT; lane++) {
        sums->units = rho * sums->units + lanes.units[lane];
        sums->mean = rho * sums->mean + lanes.mean[lane];
        sums->square = rho * rho * sums->square + lanes.square[lane];
    }
}

void pk_level_discounted(const struct pk_series_view *view, double rho, const size_t *origins,
                         size_t origin_count, struct pk_level_sums *out_sums)
{
    struct pk_level_sums sums = {0, 0, 0};
    size_t at = view->start;
    for (size_t next = 0; next < origin_count; next++) {
        const size_t until = origins[next] < view->count ? origins[next] : view->count;
        if (at < until) {
            extend_sums(view, rho, at, until, &sums);
            at = until;
        }
        out_sums[next] = sums;
    }
}

double pk_level_posterior(const struct pk_level_sums *sums, struct pk_level_prior prior)
{
    const double buckets = prior.buckets + sums->mean;
    return buckets > 0 ? (prior.units + sums->units) / buckets : 0;
}

double pk_level_sampling_variance(const struct pk_level_sums *sums, struct pk_level_prior prior,
                                  double inverse_dispersion)
{
    const double level = pk_level_posterior(sums, prior);
    const double buckets = prior.buckets + sums->mean;
    if (!(level > 0) || !(buckets > 0))
        return 1;
    const double sampling =
        sums->square * (1 / level + fmax(0, inverse_dispersion)) / (buckets * buckets);
    const double from_prior =
        prior.units / ((prior.units + sums->units) * (prior.units + sums->units));
    return sampling + from_prior;
}

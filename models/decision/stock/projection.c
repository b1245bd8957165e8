#include "models/decision/stock/projection.h"

#include <math.h>

#include "models/base/limits.h"
#include "models/base/lower_bound.h"
#include "models/numeric/distribution.h"
#include "models/numeric/quadrature.h"

/* A node's demand is split into its integers when all but this much of it lies below the node
 * count. */
#define PK_INTEGER_TAIL_MAX 1e-9
/* Weights below it are not worth a node. */
#define PK_NODE_WEIGHT_MIN   1e-12
#define PK_STOCK_SLACK_UNITS 1e-9

/* What the walk of the level adds over the buckets first..last - 1, begun `before` buckets ago. */
static double drift_variance(const struct pk_projection *projection, size_t before, size_t first,
                             size_t last)
{
    const double days = projection->demand->bucket_days;
    return pk_demand_drift_variance(projection->demand, days * (double)before,
                                    days * (double)(last - first));
}

/* From the error of lifts, of buckets first..last - 1. */
static double lift_variance(const struct pk_projection *projection, size_t first, size_t last)
{
    const struct pk_demand *demand = projection->demand;
    double span_means[PK_LIFT_SPAN_MAX];
    for (size_t s = 0; s < demand->lift_count; s++) {
        size_t from = demand->lifts[s].first_bucket;
        size_t until = from + demand->lifts[s].bucket_count;
        from = from > first ? from : first;
        until = until < last ? until : last;
        span_means[s] =
            from < until ? projection->mean_sums[until] - projection->mean_sums[from] : 0.0;
    }
    return pk_demand_lift_variance(demand, span_means);
}

static struct pk_window window_at_level(const struct pk_projection *projection, size_t first,
                                        size_t last, double level, double level_variance)
{
    double mean = level * (projection->mean_sums[last] - projection->mean_sums[first]);
    double squares =
        level * level * (projection->square_sums[last] - projection->square_sums[first]);
    double forecast_mean = level > 0.0 ? mean / level : 0.0;
    struct pk_window window = {
        .mean_units = mean,
        .variance = mean + squares / projection->demand->dispersion +
                    level * level_variance * forecast_mean * forecast_mean +
                    level * level * lift_variance(projection, first, last),
    };
    return window;
}

struct pk_window pk_projection_window(const struct pk_projection *projection, size_t first,
                                      size_t last)
{
    return window_at_level(projection, first, last, 1.0,
                           projection->demand->level_relative_variance +
                               drift_variance(projection, first, first, last));
}

struct pk_window pk_projection_node_window(const struct pk_projection *projection,
                                           const struct pk_stock_node *node, size_t first,
                                           size_t last)
{
    return window_at_level(projection, first, last, node->level_ratio,
                           projection->level_variance + drift_variance(projection, 0, first, last));
}

/* Adds inbound to the segments, kept in ascending order of their buckets. */
static void add_to_segments(struct pk_projection *projection, size_t bucket, double units)
{
    size_t at = projection->segment_count;
    while (at > 0 && projection->segment_start[at - 1] > bucket)
        at--;
    bool found = at > 0 && projection->segment_start[at - 1] == bucket;
    if (!found && projection->segment_count < PK_PROJECTION_SEGMENT_COUNT_MAX) {
        for (size_t i = projection->segment_count; i > at; i--) {
            projection->segment_start[i] = projection->segment_start[i - 1];
            projection->segment_inbound[i] = projection->segment_inbound[i - 1];
        }
        projection->segment_start[at] = bucket;
        projection->segment_inbound[at] = 0.0;
        projection->segment_count++;
        at++;
    } else if (!found) {
        at = projection->segment_count;
    }
    projection->segment_inbound[at - 1] += units;
}

void pk_projection_add_inbound(struct pk_projection *projection, int32_t date, double units)
{
    size_t bucket = pk_projection_bucket(projection, date);
    if (units > 0.0 && bucket < projection->bucket_count)
        add_to_segments(projection, bucket, units);
}

void pk_projection_begin(struct pk_projection *projection, const struct pk_demand *demand,
                         double start_units, const struct pk_inbound *inbound, size_t inbound_count,
                         int32_t shelving_days)
{
    projection->demand = demand;
    projection->bucket_count = demand->bucket_count < PK_PROJECTION_BUCKET_COUNT_MAX
                                   ? demand->bucket_count
                                   : PK_PROJECTION_BUCKET_COUNT_MAX;
    double mean = 0.0;
    double square = 0.0;
    projection->mean_sums[0] = 0.0;
    projection->square_sums[0] = 0.0;
    for (size_t b = 0; b < projection->bucket_count; b++) {
        mean += demand->mean_units[b];
        square += demand->mean_units[b] * demand->mean_units[b];
        projection->mean_sums[b + 1] = mean;
        projection->square_sums[b + 1] = square;
    }
    projection->start_units = start_units;
    projection->segment_count = 1;
    projection->segment_start[0] = 0;
    projection->segment_inbound[0] = 0.0;
    for (size_t i = 0; i < inbound_count; i++) {
        int32_t eta = inbound[i].eta_date;
        int32_t dock = eta < demand->first_date ? demand->first_date : eta;
        pk_projection_add_inbound(projection, dock + shelving_days,
                                  (double)inbound[i].units * inbound[i].confirmed_ratio);
    }
    projection->node_count = 0;
    projection->level_variance = demand->level_relative_variance;
    projection->expected_lost_units = 0.0;
}

void pk_projection_take_off(struct pk_projection *projection, const double *units, size_t count)
{
    double mean = 0.0, square = 0.0, rest = 0.0;
    for (size_t b = 0; b < projection->bucket_count; b++) {
        double demand = projection->demand->mean_units[b];
        if (b < count) {
            rest += units[b];
            const double off = fmin(rest, demand);
            demand -= off;
            rest -= off;
        }
        mean += demand;
        square += demand * demand;
        projection->mean_sums[b + 1] = mean;
        projection->square_sums[b + 1] = square;
    }
}

/* Where the next point goes, and what the segment is. */
struct split {
    struct pk_projection *projection;
    size_t point_count;
    double forecast_mean; /* of the segment at level 1 */
    double gain;          /* Buhlmann: change of the level per unit of unexpected demand */
    double lost_units;
    bool has_base; /* the quadrature's demands at level 1 are known; nodes scale them */
    double base[PK_QUADRATURE_NODE_COUNT];
};

static void add_point(struct split *split, const struct pk_stock_node *node, double weight,
                      double stock_units, double demand_units)
{
    if (weight < PK_NODE_WEIGHT_MIN)
        return;
    double unexpected = demand_units - node->level_ratio * split->forecast_mean;
    double level = node->level_ratio + split->gain * unexpected;
    split->projection->points[split->point_count++] = (struct pk_stock_node){
        .weight = weight, .stock_units = stock_units, .level_ratio = fmax(level, 1e-6)};
}

/* All demand of the node that finds no stock: one point with the mean of that demand. */
static void add_stockout_point(struct split *split, const struct pk_stock_node *node,
                               double probability, double demand_units_in_it, double left_units)
{
    if (probability < PK_NODE_WEIGHT_MIN)
        return;
    double mean_demand = demand_units_in_it / probability;
    double served = fmax(node->stock_units, 0.0);
    split->lost_units += node->weight * probability * fmax(mean_demand - served, 0.0);
    add_point(split, node, node->weight * probability, left_units, mean_demand);
}

static void split_integers(struct split *split, const struct pk_stock_node *node,
                           const struct pk_count_distribution *demand, int64_t count)
{
    double probabilities[PK_PROJECTION_NODE_COUNT];
    double below = 0.0;
    double demand_below = 0.0;
    pk_count_probabilities(demand, count, probabilities);
    for (int64_t w = 0; w < count; w++) {
        double probability = probabilities[w];
        below += probability;
        demand_below += probability * (double)w;
        add_point(split, node, node->weight * probability, node->stock_units - (double)w,
                  (double)w);
    }
    add_stockout_point(split, node, fmax(1.0 - below, 0.0), fmax(demand->mean - demand_below, 0.0),
                       0.0);
}

static void split_quadrature(struct split *split, const struct pk_stock_node *node,
                             const struct pk_count_distribution *demand, int64_t count)
{
    double below = pk_count_at_most(demand, count - 1);
    double demand_below = 0.0;
    for (int j = 0; j < PK_QUADRATURE_NODE_COUNT; j++) {
        double w = (double)pk_count_quantile(demand, below * pk_quadrature_nodes[j]);
        double probability = below * pk_quadrature_weights[j];
        demand_below += probability * w;
        add_point(split, node, node->weight * probability, node->stock_units - w, w);
    }
    /* Where a stock-out is next to impossible the difference is the quadrature's error: the mean of
     * that demand is at most a standard deviation and the gamma's scale beyond the stock, or beyond
     * its own mean where that is larger. */
    double scale = 1.0 + demand->mean / demand->shape;
    double beyond = sqrt(demand->mean * scale) + scale;
    double most = (1.0 - below) * (fmax((double)count, demand->mean) + beyond);
    add_stockout_point(split, node, 1.0 - below, fmin(fmax(demand->mean - demand_below, 0.0), most),
                       0.0);
}

/* The same for one of many nodes: the demands at level 1, scaled. */
static void split_scaled(struct split *split, const struct pk_stock_node *node)
{
    double short_weight = 0.0;
    double short_demand = 0.0;
    for (int j = 0; j < PK_QUADRATURE_NODE_COUNT; j++) {
        double w = node->level_ratio * split->base[j];
        double probability = pk_quadrature_weights[j];
        if (w < node->stock_units) {
            add_point(split, node, node->weight * probability, node->stock_units - w, w);
        } else {
            short_weight += probability;
            short_demand += probability * w;
        }
    }
    add_stockout_point(split, node, short_weight, short_demand, 0.0);
}

/* Points of one node after the demand of a segment. */
static void split_node(struct split *split, const struct pk_stock_node *node, size_t first,
                       size_t last)
{
    struct pk_window window = pk_projection_node_window(split->projection, node, first, last);
    struct pk_count_distribution demand = pk_count_from_moments(window.mean_units, window.variance);
    if (node->stock_units <= 0.0) {
        add_stockout_point(split, node, 1.0, demand.mean, node->stock_units);
        return;
    }
    double whole = ceil(node->stock_units - PK_STOCK_SLACK_UNITS);
    int64_t count =
        whole < 4e18 ? (int64_t)whole : INT64_MAX; /* demand below it leaves something */
    if (count > PK_PROJECTION_NODE_COUNT &&
        pk_count_above(&demand, PK_PROJECTION_NODE_COUNT - 1) > PK_INTEGER_TAIL_MAX) {
        if (split->has_base)
            split_scaled(split, node);
        else
            split_quadrature(split, node, &demand, count);
        return;
    }
    split_integers(split, node, &demand,
                   count < PK_PROJECTION_NODE_COUNT ? count : PK_PROJECTION_NODE_COUNT);
}

/* Merges points into the nodes: what is gone or owed into one, the others by equal steps of
 * stock. */
static void merge_points(struct pk_projection *projection, size_t point_count)
{
    if (point_count <= PK_PROJECTION_NODE_COUNT + 1) {
        for (size_t i = 0; i < point_count; i++)
            projection->nodes[i] = projection->points[i];
        projection->node_count = point_count;
        return;
    }
    double least = INFINITY;
    double most = 0.0;
    for (size_t i = 0; i < point_count; i++) {
        double units = projection->points[i].stock_units;
        if (units > 0.0) {
            least = fmin(least, units);
            most = fmax(most, units);
        }
    }
    double step = most > least ? (most - least) / (PK_PROJECTION_NODE_COUNT - 1) : 1.0;
    struct pk_stock_node bins[PK_PROJECTION_NODE_COUNT + 1] = {{0.0, 0.0, 0.0}};
    for (size_t i = 0; i < point_count; i++) {
        const struct pk_stock_node *point = &projection->points[i];
        size_t bin = 0;
        if (point->stock_units > 0.0)
            bin = 1 + (size_t)((point->stock_units - least) / step + 0.5);
        bin = bin > PK_PROJECTION_NODE_COUNT ? PK_PROJECTION_NODE_COUNT : bin;
        bins[bin].weight += point->weight;
        bins[bin].stock_units += point->weight * point->stock_units;
        bins[bin].level_ratio += point->weight * point->level_ratio;
    }
    projection->node_count = 0;
    for (size_t bin = 0; bin <= PK_PROJECTION_NODE_COUNT; bin++) {
        if (bins[bin].weight < PK_NODE_WEIGHT_MIN)
            continue;
        bins[bin].stock_units /= bins[bin].weight;
        bins[bin].level_ratio /= bins[bin].weight;
        projection->nodes[projection->node_count++] = bins[bin];
    }
}

static void run_segment(struct pk_projection *projection, size_t first, size_t last)
{
    double mean = projection->mean_sums[last] - projection->mean_sums[first];
    if (!(mean > 0.0))
        return;
    double squares = (projection->square_sums[last] - projection->square_sums[first]) /
                     projection->demand->dispersion;
    /* A walk of variance w over the segment adds w / 3 to its mean level, w to the level at its end
     * and w / 2 to their covariance. */
    double third = drift_variance(projection, 0, first, last);
    double c = projection->level_variance + third;
    double covariance = projection->level_variance + 1.5 * third;
    struct split split = {.projection = projection, .forecast_mean = mean};
    split.gain = covariance * mean / (c * mean * mean + mean + squares);
    if (projection->node_count > 2) {
        struct pk_window window = window_at_level(projection, first, last, 1.0, c);
        for (int j = 0; j < PK_QUADRATURE_NODE_COUNT; j++)
            split.base[j] = (double)pk_window_quantile_units(&window, pk_quadrature_nodes[j]);
        split.has_base = true;
    }
    for (size_t i = 0; i < projection->node_count; i++)
        split_node(&split, &projection->nodes[i], first, last);
    merge_points(projection, split.point_count);
    projection->expected_lost_units += split.lost_units;
    projection->level_variance += 3.0 * third - split.gain * mean * covariance;
}

void pk_projection_run(struct pk_projection *projection, size_t bucket)
{
    projection->nodes[0] = (struct pk_stock_node){1.0, projection->start_units, 1.0};
    projection->node_count = 1;
    projection->level_variance = projection->demand->level_relative_variance;
    projection->expected_lost_units = 0.0;
    if (bucket > projection->bucket_count)
        bucket = projection->bucket_count;
    for (size_t s = 0; s < projection->segment_count; s++) {
        size_t first = projection->segment_start[s];
        if (first > bucket)
            break;
        for (size_t i = 0; i < projection->node_count; i++)
            projection->nodes[i].stock_units += projection->segment_inbound[s];
        size_t last = s + 1 < projection->segment_count ? projection->segment_start[s + 1] : bucket;
        run_segment(projection, first, last < bucket ? last : bucket);
    }
}

double pk_projection_expected_stock_units(const struct pk_projection *projection)
{
    double units = 0.0;
    for (size_t i = 0; i < projection->node_count; i++)
        units += projection->nodes[i].weight * fmax(projection->nodes[i].stock_units, 0.0);
    return units;
}

double pk_projection_inbound_units(const struct pk_projection *projection, size_t first,
                                   size_t last)
{
    double units = 0.0;
    for (size_t s = 0; s < projection->segment_count; s++) {
        if (projection->segment_start[s] >= first && projection->segment_start[s] < last)
            units += projection->segment_inbound[s];
    }
    return units;
}

/* P(cumulative demand to the end of bucket `last - 1` uses up `available`): at least it, or more
 * than it. */
static double shortfall_probability(const struct pk_projection *projection, size_t last,
                                    double available, bool strictly_more)
{
    struct pk_window window = pk_projection_window(projection, 0, last);
    double whole = floor(available + PK_STOCK_SLACK_UNITS);
    if (!strictly_more)
        whole = ceil(available - PK_STOCK_SLACK_UNITS) - 1.0;
    if (whole < 0.0)
        return strictly_more && window.mean_units <= 0.0 ? 0.0 : 1.0;
    if (window.mean_units <= 0.0 || whole > 4e18)
        return 0.0;
    return 1.0 - pk_window_probability_at_most(&window, (int64_t)whole);
}

struct guess {
    const struct pk_projection *projection;
    double available, z; /* z = normal quantile of 1 - probability */
};

/* `row` is the sum of means at the start of a bucket. */
static bool lasts_through_bucket(const void *row, const void *key)
{
    const struct guess *guess = key;
    const size_t bucket = (size_t)((const double *)row - guess->projection->mean_sums);
    const struct pk_window window = pk_projection_window(guess->projection, 0, bucket + 1);
    const double sd = sqrt(fmax(window.variance, window.mean_units));
    const double skewness = 2.0 * sd * sd / fmax(window.mean_units, 1e-9) - 1.0;
    const double z = guess->z;
    return !(window.mean_units + sd * z + skewness * (z * z - 1.0) / 6.0 >= guess->available - 0.5);
}

/* The bucket at whose end the normal distribution, corrected for skewness, puts that probability:
 * where to look first. */
static size_t guess_bucket(const struct guess *guess, size_t low, size_t high)
{
    const double *sums = guess->projection->mean_sums;
    return low + pk_lower_bound(sums + low, high - low, sizeof *sums, lasts_through_bucket, guess);
}

/* First bucket at whose end the shortfall has reached (strictly_more: exceeded) the probability. */
static size_t first_short_bucket(const struct pk_projection *projection, double probability,
                                 bool strictly_more)
{
    double available = projection->start_units;
    const double z = pk_normal_quantile(1.0 - probability);
    for (size_t s = 0; s < projection->segment_count; s++) {
        available += projection->segment_inbound[s];
        size_t low = projection->segment_start[s];
        size_t high = s + 1 < projection->segment_count ? projection->segment_start[s + 1]
                                                        : projection->bucket_count;
        if (high == low)
            continue;
        double at_end = shortfall_probability(projection, high, available, strictly_more);
        if (strictly_more ? at_end <= probability : at_end < probability)
            continue;
        high--; /* the first bucket that is known to reach it, from now on */
        size_t guess = guess_bucket(&(struct guess){projection, available, z}, low, high);
        for (size_t step = 1; low < high; step *= 4) {
            const size_t middle = guess < low ? low : guess < high ? guess : high - 1;
            double value = shortfall_probability(projection, middle + 1, available, strictly_more);
            const bool is_reached = strictly_more ? value > probability : value >= probability;
            if (is_reached)
                high = middle;
            else
                low = middle + 1;
            guess = is_reached ? high - (step < high ? step : high) : low + step - 1;
            if (step > 16)
                guess = low + (high - low) / 2;
        }
        return low;
    }
    return projection->bucket_count;
}

size_t pk_projection_stockout_bucket(const struct pk_projection *projection, double probability)
{
    return first_short_bucket(projection, probability, false);
}

size_t pk_projection_safe_buckets(const struct pk_projection *projection, double probability)
{
    return first_short_bucket(projection, probability, true);
}

int32_t pk_projection_days_of_supply(const struct pk_projection *projection)
{
    double stock = projection->start_units;
    for (size_t s = 0; s < projection->segment_count; s++) {
        stock += projection->segment_inbound[s];
        size_t first = projection->segment_start[s];
        size_t last = s + 1 < projection->segment_count ? projection->segment_start[s + 1]
                                                        : projection->bucket_count;
        for (size_t b = first; b < last; b++) {
            double mean = projection->demand->mean_units[b];
            double before = stock;
            stock -= mean;
            if (stock > PK_STOCK_SLACK_UNITS)
                continue;
            double share = before <= 0.0 || mean <= 0.0 ? 0.0 : before / mean;
            double days = ((double)b + share) * projection->demand->bucket_days;
            return (int32_t)fmin(ceil(days - PK_STOCK_SLACK_UNITS), PK_DAYS_OF_SUPPLY_MAX);
        }
    }
    return PK_DAYS_OF_SUPPLY_MAX;
}

int32_t pk_projection_date(const struct pk_projection *projection, size_t bucket)
{
    return projection->demand->first_date + (int32_t)bucket * projection->demand->bucket_days;
}

size_t pk_projection_bucket(const struct pk_projection *projection, int32_t date)
{
    int32_t start = pk_bucket_start_from(projection->demand, date);
    size_t bucket =
        (size_t)((start - projection->demand->first_date) / projection->demand->bucket_days);
    return bucket < projection->bucket_count ? bucket : projection->bucket_count;
}

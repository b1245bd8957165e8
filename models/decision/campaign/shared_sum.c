#include "models/decision/campaign/shared_sum.h"

#include <math.h>

#include "models/numeric/distribution.h"

#define NODE_FIRST (-3.0)
#define NODE_STEP  0.75
/* Values of z over which a distribution is averaged. */
#define SLICE_COUNT      128
#define BISECTION_MAX    60
#define INVERSE_ROOT_2PI 0.3989422804014327

/* Integrals of the hat functions around the nodes under the normal density, ends constant. */
static const double node_weights[PK_SHARED_NODE_COUNT] = {
    0.005136578726358815, 0.028293028474691575, 0.102383891611681,
    0.2212203178929745,   0.2859323665885882,   0.2212203178929745,
    0.102383891611681,    0.028293028474691575, 0.005136578726358815};

static double node_z(size_t node)
{
    return NODE_FIRST + NODE_STEP * (double)node;
}

/* Demand over a window may stop altogether; that is its own, and part of its variance. */
void pk_shared_demand(const struct pk_demand *demand, int32_t from_date, int32_t to_date,
                      struct pk_shared_sum *out_demand)
{
    const struct pk_window window = pk_demand_window(demand, from_date, to_date);
    struct pk_demand certain = *demand;
    certain.lift_count = 0;
    const double without = pk_demand_window(&certain, from_date, to_date).variance;
    const double shared = PK_SHARED_LIFT_PART * fmax(window.variance - without, 0);
    const double own = window.variance - shared;
    const double mean = window.mean_units;
    const double relative_sd = mean > 0 ? sqrt(shared) / mean : 0;
    double factors[PK_SHARED_NODE_COUNT], total = 0;
    for (size_t k = 0; k < PK_SHARED_NODE_COUNT; k++) {
        factors[k] = exp(relative_sd * node_z(k));
        total += node_weights[k] * factors[k];
    }
    for (size_t k = 0; k < PK_SHARED_NODE_COUNT; k++) {
        const double factor = factors[k] / total;
        out_demand->mean[k] = mean * factor;
        out_demand->variance[k] = mean * factor + (own - mean) * factor * factor;
    }
}

/* Variance of a standard normal that is cut at `at`. */
static double cut_variance(double at)
{
    const double below = pk_normal_at_most(at);
    const double density = INVERSE_ROOT_2PI * exp(-at * at / 2);
    const double mean = at * (1 - below) - density;
    return fmax(below - at * density + at * at * (1 - below) - mean * mean, 0);
}

void pk_shared_served(const struct pk_shared_sum *demand, double stock_units,
                      struct pk_shared_sum *out_served)
{
    const int64_t stock = stock_units > 0 ? llround(fmin(stock_units, 1e15)) : 0;
    for (size_t k = 0; k < PK_SHARED_NODE_COUNT; k++) {
        const double mean = demand->mean[k], variance = demand->variance[k];
        const struct pk_window window = {mean, variance, 0, 0};
        const double sd = sqrt(variance);
        out_served->mean[k] = mean > 0 ? pk_window_expected_served_units(&window, stock) : 0;
        out_served->variance[k] = sd > 0 ? variance * cut_variance(((double)stock - mean) / sd) : 0;
    }
}

void pk_shared_sum_add(struct pk_shared_sum *sum, const struct pk_shared_sum *part, double scale)
{
    for (size_t k = 0; k < PK_SHARED_NODE_COUNT; k++) {
        sum->mean[k] += scale * part->mean[k];
        sum->variance[k] += scale * scale * part->variance[k];
    }
}

void pk_shared_sum_add_certain(struct pk_shared_sum *sum, double amount)
{
    for (size_t k = 0; k < PK_SHARED_NODE_COUNT; k++)
        sum->mean[k] += amount;
}

double pk_shared_sum_mean(const struct pk_shared_sum *sum)
{
    double mean = 0;
    for (size_t k = 0; k < PK_SHARED_NODE_COUNT; k++)
        mean += node_weights[k] * sum->mean[k];
    return mean;
}

/* P(sum < value). */
static double below(const struct pk_shared_sum *sum, double value)
{
    double probability = 0;
    for (size_t slice = 0; slice < SLICE_COUNT; slice++) {
        const double z = pk_normal_quantile(((double)slice + 0.5) / SLICE_COUNT);
        const double place = fmin(fmax((z - NODE_FIRST) / NODE_STEP, 0), PK_SHARED_NODE_COUNT - 1);
        const size_t node = (size_t)fmin(place, PK_SHARED_NODE_COUNT - 2);
        const double part = place - (double)node;
        const double mean = (1 - part) * sum->mean[node] + part * sum->mean[node + 1];
        const double sd =
            sqrt(fmax((1 - part) * sum->variance[node] + part * sum->variance[node + 1], 0));
        if (sd > 0)
            probability += pk_normal_at_most((value - mean) / sd);
        else
            probability += value > mean ? 1 : 0;
    }
    return probability / SLICE_COUNT;
}

double pk_shared_sum_quantile(const struct pk_shared_sum *sum, double probability)
{
    const size_t last = PK_SHARED_NODE_COUNT - 1;
    double low = 0, high = sum->mean[last] + 10 * sqrt(sum->variance[last]);
    for (size_t i = 0; i < BISECTION_MAX && high - low > 1e-9 * (1 + high); i++) {
        const double middle = low + (high - low) / 2;
        if (below(sum, middle) < probability)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

double pk_shared_sum_reaches(const struct pk_shared_sum *sum, double value)
{
    return 1 - below(sum, value);
}

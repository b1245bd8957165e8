#include "models/decision/order/need.h"

#include <math.h>

#define PK_WHOLE_SLACK    1e-9
#define PK_NEED_UNITS_MAX 4e18

void pk_need_from_projection(const struct pk_projection *projection, size_t first, size_t last,
                             double extra_variance, struct pk_need *out_need)
{
    double inside =
        last > first + 1 ? pk_projection_inbound_units(projection, first + 1, last) : 0.0;
    double mean = 0.0;
    double square = 0.0;
    out_need->node_count = projection->node_count;
    out_need->demand_units = 0.0;
    for (size_t i = 0; i < projection->node_count; i++) {
        const struct pk_stock_node *node = &projection->nodes[i];
        struct pk_window window = pk_projection_node_window(projection, node, first, last);
        if (window.mean_units > 0.0)
            window.variance += extra_variance;
        double available = node->stock_units + inside;
        double net = window.mean_units - available;
        out_need->weight[i] = node->weight;
        out_need->available_units[i] = available;
        out_need->demand[i] = pk_count_from_moments(window.mean_units, window.variance);
        out_need->demand_units += node->weight * window.mean_units;
        mean += node->weight * net;
        square += node->weight * (fmax(window.variance, window.mean_units) + net * net);
    }
    out_need->mean_units = mean;
    out_need->sd_units = sqrt(fmax(square - mean * mean, 0.0));
}

/* Whole units that a node has when `units` are added; -1 while some are still owed. */
static int64_t node_stock(const struct pk_need *need, size_t node, int64_t units)
{
    double stock = floor((double)units + need->available_units[node] + PK_WHOLE_SLACK);
    return stock < 0.0 ? -1 : (int64_t)fmin(stock, PK_NEED_UNITS_MAX);
}

double pk_need_at_most(const struct pk_need *need, int64_t units)
{
    double probability = 0.0;
    for (size_t i = 0; i < need->node_count; i++) {
        int64_t stock = node_stock(need, i, units);
        probability += need->weight[i] * pk_count_at_most(&need->demand[i], stock);
    }
    return probability;
}

struct pk_need_outcome pk_need_outcome_of(const struct pk_need *need, int64_t units)
{
    struct pk_need_outcome outcome = {0.0, 0.0, 0.0};
    for (size_t i = 0; i < need->node_count; i++) {
        double stock = (double)units + need->available_units[i];
        double served = pk_count_expected_minimum(&need->demand[i], node_stock(need, i, units));
        outcome.served_units += need->weight[i] * served;
        outcome.short_units +=
            need->weight[i] * (need->demand[i].mean - served + fmax(-stock, 0.0));
        outcome.left_units += need->weight[i] * fmax(stock - served, 0.0);
    }
    return outcome;
}

static double served_units(const struct pk_need *need, int64_t units)
{
    double served = 0.0;
    for (size_t i = 0; i < need->node_count; i++)
        served += need->weight[i] *
                  pk_count_expected_minimum(&need->demand[i], node_stock(need, i, units));
    return served;
}

/* Smallest units >= 0 with value(need, units) >= target for a rising value: bracket by doubled
 * steps from `guess`, then bisection. */
static int64_t smallest_reaching(const struct pk_need *need,
                                 double (*value)(const struct pk_need *, int64_t), double target,
                                 double guess)
{
    if (value(need, 0) >= target)
        return 0;
    int64_t below = 0;
    int64_t reached = (int64_t)fmin(fmax(guess, 1.0), PK_NEED_UNITS_MAX / 4);
    double step = fmax(need->sd_units / 8.0, 1.0);
    if (value(need, reached) >= target) {
        while (reached - below > (int64_t)step) {
            int64_t lower = reached - (int64_t)step;
            if (value(need, lower) < target) {
                below = lower;
                break;
            }
            reached = lower;
            step = fmin(step * 2.0, PK_NEED_UNITS_MAX / 4);
        }
    } else {
        do {
            below = reached;
            if ((double)reached + step > PK_NEED_UNITS_MAX)
                return (int64_t)PK_NEED_UNITS_MAX;
            reached += (int64_t)step;
            step *= 2.0;
        } while (value(need, reached) < target);
    }
    while (reached - below > 1) {
        int64_t middle = below + (reached - below) / 2;
        if (value(need, middle) >= target)
            reached = middle;
        else
            below = middle;
    }
    return reached;
}

int64_t pk_need_quantile(const struct pk_need *need, double probability)
{
    double z = pk_normal_quantile(probability);
    double guess = ceil(need->mean_units + z * need->sd_units);
    return smallest_reaching(need, pk_need_at_most, probability * (1.0 - 1e-12), guess);
}

int64_t pk_need_fill_quantile(const struct pk_need *need, double ratio)
{
    double guess = ceil(need->mean_units + need->sd_units);
    return smallest_reaching(need, served_units, ratio * need->demand_units * (1.0 - 1e-12), guess);
}

/* The units that have to be bought for a window: Need = demand - stock at its start - inbound
 * inside, as a mixture over the stock nodes of projection.h. */
#ifndef PK_DECISION_NEED_H
#define PK_DECISION_NEED_H

#include "models/decision/stock/projection.h"
#include "models/numeric/distribution.h"

#define PK_NEED_NODE_COUNT_MAX (PK_PROJECTION_NODE_COUNT + 2)

/* A node: `available_units` (negative = owed) meet `demand`, with probability `weight`. The weights
 * sum to 1. */
struct pk_need {
    size_t node_count;
    double weight[PK_NEED_NODE_COUNT_MAX];
    double available_units[PK_NEED_NODE_COUNT_MAX];
    struct pk_count_distribution demand[PK_NEED_NODE_COUNT_MAX];
    double mean_units;   /* of Need; negative = more stock than demand */
    double sd_units;     /* of Need; >= 0 */
    double demand_units; /* mean demand of the window */
};

/* Need over buckets first..last (exclusive). Call it after pk_projection_run(projection, first).
 * The nodes hold the inbound at `first`; later inbound of the window counts as available for all of
 * it. `extra_variance` >= 0, in squared units, is added to that of the demand (lead-time spread).
 * */
void pk_need_from_projection(const struct pk_projection *projection, size_t first, size_t last,
                             double extra_variance, struct pk_need *out_need);

/* P(Need <= units). */
double pk_need_at_most(const struct pk_need *need, int64_t units);
/* Smallest units >= 0 with P(Need <= units) >= probability, probability in (0, 1). */
int64_t pk_need_quantile(const struct pk_need *need, double probability);

/* Expected units of the window when an order is added. */
struct pk_need_outcome {
    double served_units; /* of the demand */
    double short_units;  /* of the demand not served, and units still owed */
    double left_units;   /* in stock at the end */
};
struct pk_need_outcome pk_need_outcome_of(const struct pk_need *need, int64_t units);
/* Smallest units >= 0 with served >= ratio x demand, ratio in (0, 1); 0 without demand. */
int64_t pk_need_fill_quantile(const struct pk_need *need, double ratio);

#endif

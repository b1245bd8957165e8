/* Demand from several sources: a component's own, and that of the parents it is part of.
 *
 * A parent with demand D and n pieces of the component each needs n D, mean n mu and variance
 * n^2 (mu + mu^2 / k). Sources are independent. The sum keeps one dispersion and one level error:
 *   k = sum m^2 / (sum V - sum m), v = sum_s M_s^2 v_s / M^2, q likewise,
 * with m, V the sums per bucket and M_s the units that source s brings over the whole path. The sum
 * stops only where every source stops. Its lifts err as those of the source that brings the most
 * units, by that source's part of all units. */
#ifndef PK_DECISION_DEMAND_MIX_H
#define PK_DECISION_DEMAND_MIX_H

#include "models/forecast/demand.h"

/* The sum so far; its means are the caller's array. */
struct pk_demand_mix {
    struct pk_demand demand;                   /* of the first source: dates and buckets */
    double *mean_units;                        /* bucket_count sums so far; not owned */
    double variance_sum;                       /* of days, level error not included */
    double level_square_sum, drift_square_sum; /* M_s^2 v_s and M_s^2 q_s */
    double excess_sum;                         /* M_s e_s */
    double lift_units;                         /* M_s of the source whose lifts the demand holds */
};

/* Starts with `own`, whose means are in `mean_units` (bucket_count entries, changed from now on).
 * */
void pk_demand_mix_begin(struct pk_demand_mix *mix, const struct pk_demand *own,
                         double *mean_units);

/* Adds pieces[bucket] x demand of `part`. `bucket` is one of the mix; the buckets of `part` may
 * have another length. */
void pk_demand_mix_add(struct pk_demand_mix *mix, const struct pk_demand *part,
                       const double *pieces);

/* The sum as a demand; borrows mean_units. */
struct pk_demand pk_demand_mix_end(const struct pk_demand_mix *mix);

#endif

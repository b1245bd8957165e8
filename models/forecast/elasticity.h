/* Price elasticities of a group: one for the group, shrunk to that of everything, and own
 * deviations from it (internal to models/forecast).
 *
 * *Evidence.* It is taken under the shape mean and a local level of 28-day blocks (half of the
 * neighbours included), so that changes of the level stay with the level. x~ is the log price ratio
 * x less its own local mean. Score and information of a series are
 *   s = sum x~ (y - mu) / (1 + mu/k),  I = sum x~^2 mu / (1 + mu/k).
 * Blocks, not days, are the units of evidence. A block that contradicts the present elasticity by
 * more than one standard error counts less (Huber 1964), and phi = sum over blocks of (block
 * score)^2 / sum I >= 1 widens every error.
 *
 * *Pooling.* With the own estimates z = e + s/I, their variances v = phi/I and the spread tau^2 of
 * the own elasticities,
 *   group = (sum z/(tau^2 + v) + m0/v0) / (sum 1/(tau^2 + v) + 1/v0),
 *   own   = group + tau^2/(tau^2 + v) (z - group),
 * tau^2 by empirical Bayes as in own.h. No elasticity is above 0: where dearer days sold more, the
 * price followed demand. */
#ifndef PK_FORECAST_ELASTICITY_H
#define PK_FORECAST_ELASTICITY_H

#include "models/forecast/group_work.h"

/* Prior of a group's elasticities. */
struct pk_elasticity_prior {
    double mean[PK_PRICE_PART_COUNT], variance[PK_PRICE_PART_COUNT];
};

/* Prior of everything: half of -2.62, the mean of 1,851 published elasticities (Bijmolt, van Heerde
 * and Pieters 2005). Those are of brands, and mostly of promotions. */
struct pk_elasticity_prior pk_elasticity_prior_default(void);

/* Evidence of the groups on everything: sums of weights and of weighted own estimates. */
struct pk_elasticity_sums {
    double weight[PK_PRICE_PART_COUNT], weighted[PK_PRICE_PART_COUNT];
};

/* Prior of a group after the evidence of all groups. */
struct pk_elasticity_prior pk_elasticity_prior_of(const struct pk_elasticity_sums *sums);

/* Makes work->price, every elasticity at the prior mean. OUT_OF_MEMORY. */
enum pk_status pk_elasticity_begin(struct pk_group_work *work,
                                   const struct pk_elasticity_prior *prior, struct pk_error *error);

/* Improves work->price's elasticities by one step from the present ones, sales and means. Does
 * nothing without prices. OUT_OF_MEMORY. */
enum pk_status pk_elasticity_step(struct pk_group_work *work,
                                  const struct pk_elasticity_prior *prior, struct pk_error *error);

/* Adds the evidence of the group's series at the present elasticities, sales and means.
 * OUT_OF_MEMORY. */
enum pk_status pk_elasticity_add(struct pk_group_work *work, struct pk_elasticity_sums *sums,
                                 struct pk_error *error);

#endif

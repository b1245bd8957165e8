/* The parents of the groups: the shape of everything with one bucket length, fitted to the sum of
 * the groups, and around it the shape of each product role (internal to models/forecast).
 *
 * Everything exists only if there are at least two groups of that length; roles only if at least
 * two of them sell PK_SHAPE_MIN_UNITS_PER_YEAR. Items without a role belong to everything. If there
 * are more than 2,000 series, 2,000 from all groups stand for the rest. A parent is the start of
 * the groups' own evidence, and more series would not move it. */
#ifndef PK_FORECAST_EVERYTHING_H
#define PK_FORECAST_EVERYTHING_H

#include "models/base/executor.h"
#include "models/forecast/elasticity.h"
#include "models/forecast/group_work.h"

struct pk_everything;

/* Fits the parents. Groups are dealt to a fixed number of stripes, and the stripes' sums are added
 * in order, so the result does not depend on the executor. OUT_OF_MEMORY or INTERNAL. */
enum pk_status pk_everything_fit(const struct pk_fit_context *context,
                                 const struct pk_group *groups, size_t group_count,
                                 const struct pk_executor *executor,
                                 struct pk_everything **out_everything, struct pk_error *error);
void pk_everything_free(struct pk_everything *everything);

/* Writes gamma[column_count], to which the group's shape is shrunk: its roles' shapes, mixed by the
 * units that they sold. False if a single group is everything. */
bool pk_everything_gamma(const struct pk_everything *everything,
                         const struct pk_fit_context *context, const struct pk_group *group,
                         double *gamma);

/* Prior of a group's price elasticities. */
struct pk_elasticity_prior pk_everything_elasticity(const struct pk_everything *everything,
                                                    int32_t bucket_days);

#endif

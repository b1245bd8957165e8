/* The parent of all groups: the shape of everything with one bucket length, fitted to the sum of
 * the groups (internal to models/forecast). Exists only where there are at least two groups of
 * that length. */
#ifndef PK_FORECAST_EVERYTHING_H
#define PK_FORECAST_EVERYTHING_H

#include "models/forecast/elasticity.h"
#include "models/forecast/group.h"

struct pk_everything;

/* Groups are dealt to a fixed number of stripes and the stripes' sums are added in order, so that
 * the result does not depend on the executor. */
enum pk_status pk_everything_fit(const struct pk_fit_context *context,
                                 const struct pk_group *groups, size_t group_count,
                                 const struct pk_executor *executor,
                                 struct pk_everything **out_everything, struct pk_error *error);
void pk_everything_free(struct pk_everything *everything);

/* gamma[column_count] of a bucket length; NULL where a single group is everything. */
const double *pk_everything_gamma(const struct pk_everything *everything, int32_t bucket_days);

/* Prior of a group's price elasticities. */
struct pk_elasticity_prior pk_everything_elasticity(const struct pk_everything *everything,
                                                    int32_t bucket_days);

#endif

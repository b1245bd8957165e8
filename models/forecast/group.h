/* The fit of one group: sweeps between the levels of its series and the shape of their aggregate,
 * then deviations, dispersion and discounted levels (internal to models/forecast). */
#ifndef PK_FORECAST_GROUP_H
#define PK_FORECAST_GROUP_H

#include "models/forecast/group_work.h"

struct pk_elasticity_prior;

/* Fits a group. `parent` is the gamma that its shape is shrunk to, or NULL. The caller owns
 * *out_shape. models[] is indexed by the shop's series. OUT_OF_MEMORY or INTERNAL. */
enum pk_status pk_group_fit(const struct pk_fit_context *context, const struct pk_group *group,
                            const double *parent, const struct pk_elasticity_prior *elasticity,
                            struct pk_shape *out_shape, struct pk_series_model *models,
                            struct pk_error *error);

#endif

/* Dispersion of series: own estimates pooled with those of series that sell as fast (internal to
 * models/forecast). */
#ifndef PK_FORECAST_DISPERSION_H
#define PK_FORECAST_DISPERSION_H

#include <stddef.h>

#include "models/forecast/level.h"

/* Writes inverse_dispersion[count]: own moment estimates of 1/k shrunk to their velocity class,
 * each series with equal weight per squared relative mean; classes with little evidence lean on
 * all. At least 0. */
void pk_dispersion_pool(const struct pk_constant_level *constant, size_t count,
                        double *inverse_dispersion);

#endif

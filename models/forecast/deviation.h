/* Own seasonal deviations: two yearly Fourier pairs per series, shrunk to the group's shape.
 *
 * Sales and shape means are summed over bins of 14 days, which loses nothing of waves this slow.
 * Damped Newton steps on the penalised negative binomial likelihood with an own intercept and an
 * own line (soaks up drift, dropped afterwards):
 *   step = (X'WX + L)^-1 (X'(y - mu) / (1 + mu/k) - L delta)      (forecasting notes, 1.3)
 * and a step is halved while the penalised deviance rises. */
#ifndef PK_FORECAST_DEVIATION_H
#define PK_FORECAST_DEVIATION_H

#include <stddef.h>

#include "models/forecast/level.h"
#include "models/forecast/model.h"

#define PK_DEVIATION_BIN_DAYS 14
/* Days of life before a series may have own seasons. */
#ifndef PK_DEVIATION_MIN_DAYS
#define PK_DEVIATION_MIN_DAYS 365
#endif

struct pk_deviation_settings {
    int32_t first_date, bucket_days;
    double prior_sd;           /* of the first pair; the second has half of it */
    double inverse_dispersion; /* of one bucket */
};

/* Writes deviation[4]; zeros if the life is too short or sold too little. `scratch` holds
 * PK_DEVIATION_SCRATCH x (count + 2) doubles. */
#define PK_DEVIATION_SCRATCH 2
void pk_deviation_fit(const struct pk_series_view *view,
                      const struct pk_deviation_settings *settings, double *scratch,
                      double deviation[PK_SERIES_DEVIATION_COUNT]);

/* exp(season(date)'deviation), bounded to 1/8..8. */
double pk_deviation_factor(double date, const double deviation[PK_SERIES_DEVIATION_COUNT]);

#endif

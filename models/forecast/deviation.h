/* Own deviations of a series in slow changes: two yearly Fourier pairs, and a factor on the group's
 * Christmas and feast effects, shrunk to the group's shape.
 *
 * Sales and shape means are summed over bins of 14 days; waves this slow lose nothing by that.
 * Damped Newton steps on the penalised negative binomial likelihood are taken, with an own
 * intercept and an own line that takes up drift and is dropped afterwards:
 *   step = (X'WX + L)^-1 (X'(y - mu) / (1 + mu/k) - L delta)
 * (McCullagh and Nelder 1989, section 2.5, with the penalty of a ridge: Hoerl and Kennard 1970, eq.
 * 2.1). A step is halved while the penalised deviance rises. */
#ifndef PK_FORECAST_DEVIATION_H
#define PK_FORECAST_DEVIATION_H

#include <stdbool.h>
#include <stddef.h>

#include "models/forecast/level.h"
#include "models/forecast/series_model.h"

#define PK_DEVIATION_BIN_DAYS 14
/* Days of life before a series may have own seasons. */
#ifndef PK_DEVIATION_MIN_DAYS
#define PK_DEVIATION_MIN_DAYS 365
#endif

struct pk_deviation_settings {
    int32_t first_date, bucket_days;
    double prior_sd;           /* of the first pair; the second has half of it */
    bool uses_season;          /* else only the feasts are fitted */
    const float *feast;        /* log effect of feasts per bucket of the view */
    double inverse_dispersion; /* of one bucket */
};

/* Writes deviation[PK_DEVIATION_SLOW_COUNT]; zeros if the life is too short or sold too little.
 * `scratch` holds PK_DEVIATION_SCRATCH x (count + 2) doubles. */
#define PK_DEVIATION_SCRATCH 7
void pk_deviation_fit(const struct pk_series_view *view,
                      const struct pk_deviation_settings *settings, double *scratch,
                      double deviation[PK_DEVIATION_SLOW_COUNT]);

/* season(date)'deviation + feast_effect x the own feast deviation. */
double pk_deviation_log_factor(double date, double feast_effect,
                               const double deviation[PK_DEVIATION_SLOW_COUNT]);

#endif

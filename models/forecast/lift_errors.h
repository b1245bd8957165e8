/* Errors of the lifts of events ahead, as spans of a forecast (internal to models/forecast).
 *
 * Peaks share the error of their kind. Each peak also has a spread of its own, and the days around
 * a peak err by themselves. If a series' level was learnt on promotion days, an overestimated lift
 * has already lowered the level. With s the part of the learning days on which the kind was on,
 * the part 1 - s of the error is left. */
#ifndef PK_FORECAST_LIFT_ERRORS_H
#define PK_FORECAST_LIFT_ERRORS_H

#include <stdint.h>

#include "models/forecast/demand.h"
#include "models/forecast/forecast_rows.h"

/* How often a series has seen the kinds of events ahead. */
struct pk_event_evidence {
    int64_t days;  /* days that the rarest kind was on; INT64_MAX = no event is ahead */
    double recent; /* part of the last 56 days that the rarest kind was on, 0..1 */
};

/* The evidence of a series; the rows of the scratch must be those of the series. */
struct pk_event_evidence pk_lift_evidence(const struct pk_forecast_scratch *scratch,
                                          const struct pk_model *model, const struct pk_shop *shop,
                                          size_t series);

/* Fills the demand's lift spans. */
void pk_lift_errors_set(const struct pk_forecast_scratch *scratch, struct pk_event_evidence seen,
                        struct pk_demand *demand);

#endif

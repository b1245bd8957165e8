/* Errors of the lifts of events ahead, as a forecast's spans (internal to models/forecast).
 *
 * Peaks share the error of their kind; each has a spread of its own, and the days around a peak err by
 * themselves. Where days of that kind of event make up a part s of the days that a level was learnt on,
 * an overestimated lift has already lowered the level by that part: the part 1 - s of the error is left. */
#ifndef PK_FORECAST_LIFT_ERRORS_H
#define PK_FORECAST_LIFT_ERRORS_H

#include <stdint.h>

#include "models/forecast/demand.h"
#include "models/forecast/forecast_rows.h"

/* How well a series' own life shows the kinds of events ahead. */
struct pk_event_evidence {
    int64_t days;  /* the fewest that one of them was on; INT64_MAX without any ahead */
    double recent; /* the least part of the last 56 days that one of them was on */
};

/* Of a scratch whose rows are those of the series. */
struct pk_event_evidence pk_lift_evidence(const struct pk_forecast_scratch *scratch,
                                          const struct pk_model *model, const struct pk_shop *shop,
                                          size_t series);

/* Fills the demand's lift spans. */
void pk_lift_errors_set(const struct pk_forecast_scratch *scratch, struct pk_event_evidence seen,
                        struct pk_demand *demand);

#endif

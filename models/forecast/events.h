/* Pieces of promotions, shopping festivals, closures and user covariates for the design (internal
 * to models/forecast). */
#ifndef PK_FORECAST_EVENTS_H
#define PK_FORECAST_EVENTS_H

#include "models/forecast/design.h"

/* Names of the promotion kinds of the shop (and of the calendar's festivals), ascending, without
 * repeats. */
enum pk_status pk_events_kinds(const struct pk_shop *shop, struct pk_design *design,
                               struct pk_error *error);

/* Fills design->scopes and design->pieces; the column blocks must be laid out. */
enum pk_status pk_events_build(const struct pk_shop *shop, const struct pk_closures *closures,
                               struct pk_design *design, struct pk_error *error);

#endif

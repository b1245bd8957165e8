/* How a design is made: which columns a shop needs, in which order and with which priors, and the
 * events that fall into them (internal to models/forecast). */
#ifndef PK_FORECAST_DESIGN_NEW_H
#define PK_FORECAST_DESIGN_NEW_H

#include "models/forecast/design.h"

/* Makes the design of a shop whose history begins at first_date. Free with pk_design_free.
 * OUT_OF_MEMORY. */
enum pk_status pk_design_new(const struct pk_shop *shop, const struct pk_closures *closures,
                             int32_t first_date, struct pk_calendar_blocks calendar,
                             struct pk_design **out_design, struct pk_error *error);

#endif

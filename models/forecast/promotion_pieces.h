/* What promotions and shopping festivals add to the design: the parts before, during and after a
 * peak on each level of their kind, the weekdays of a peak, discount, traffic and the typical lift
 * (internal to models/forecast). */
#ifndef PK_FORECAST_PROMOTION_PIECES_H
#define PK_FORECAST_PROMOTION_PIECES_H

#include "models/forecast/event_pieces.h"
#include "models/forecast/festival_years.h"

/* Log lift that a kind typically has on a day of this part of an event of `days` days
 * (models/base/campaign_kind.h); 0 for parts other than peak and encore. */
double pk_promotion_typical_log_lift(const char *kind, enum pk_event_part part, int32_t days);

/* The kinds of the design must be known and its column blocks laid out. */
enum pk_status
pk_promotion_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                           const struct pk_shop *shop, const struct pk_closures *closures,
                           const struct pk_festival_years *years, struct pk_error *error);

/* The festivals of the calendar as far as they apply (festival_years.h), less the one that the shop
 * leaves out. */
void pk_festival_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                               const struct pk_shop *shop, const struct pk_festival_years *years);

#endif

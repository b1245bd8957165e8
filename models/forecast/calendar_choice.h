/* Does the Chinese calendar describe this shop? (internal to models/forecast) */
#ifndef PK_FORECAST_CALENDAR_CHOICE_H
#define PK_FORECAST_CALENDAR_CHOICE_H

#include <stdbool.h>

#include "models/forecast/group_work.h"

/* Resolves shop->calendar: cn and none are obeyed. auto asks the shop's total twice, for the feasts
 * and for the shopping festivals, each by its own windows, of days or of weeks (the shorter that
 * the shop has):
 * - where the block has been seen twice, it has to lower the error of windows left out in turn: by
 * 2 % and by 2 % of their units at least;
 * - where it has been seen once, or lowers nothing left out, a Chinese store keeps the feasts if
 * they explain a Spring Festival that the history holds with two months behind it: SEEN_ONCE_GAIN
 * of its error and SEEN_ONCE_UNITS of its units without them; and the festivals if they explain
 * SEEN_FESTIVAL_GAIN and SEEN_FESTIVAL_UNITS of what was seen, and raise nothing left out by 2 %;
 * - festivals that were never seen are kept by a Chinese store: columns that no day has filled move
 * nothing. */
enum pk_status pk_calendar_choose(const struct pk_fit_context *context,
                                  const struct pk_group *groups, size_t group_count,
                                  struct pk_calendar_blocks *out_blocks, struct pk_error *error);

#endif

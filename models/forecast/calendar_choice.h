/* Does the Chinese calendar describe this shop? (internal to models/forecast) */
#ifndef PK_FORECAST_CALENDAR_CHOICE_H
#define PK_FORECAST_CALENDAR_CHOICE_H

#include <stdbool.h>

#include "models/forecast/group_work.h"

/* Resolves shop->calendar: cn and none are obeyed; auto keeps the Chinese calendar only if its
 * block lowers the error of the daily total on left-out feast windows, summed over at least two
 * occurrences, by 2 % at least. */
enum pk_status pk_calendar_choose(const struct pk_fit_context *context,
                                  const struct pk_group *groups, size_t group_count,
                                  bool *out_chinese, struct pk_error *error);

#endif

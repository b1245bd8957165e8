/* The days that key figures are about. */
#ifndef PK_DECISION_KPI_WINDOW_H
#define PK_DECISION_KPI_WINDOW_H

#include "models/base/error.h"
#include "models/history/shop.h"

/* Days of a window that nobody gave dates for. */
#define PK_KPI_WINDOW_DAYS_DEFAULT 30

/* Fills the dates that are PK_DATE_NONE and checks both; both days belong to the window. A
 * missing to_date becomes the as-of day, a missing from_date the first of the
 * PK_KPI_WINDOW_DAYS_DEFAULT days up to to_date. INVALID_ARGUMENT if to_date is after the as-of
 * day (field "to_date"), if from_date is after to_date, or if the window has more than
 * PK_KPI_WINDOW_DAYS_MAX days (field "from_date"). */
enum pk_status pk_kpi_window_complete(const struct pk_shop *shop, int32_t *from_date,
                                      int32_t *to_date, struct pk_error *error);

#endif

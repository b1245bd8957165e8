#include "models/decision/review/kpi_window.h"

#include "models/base/limits.h"

enum pk_status pk_kpi_window_complete(const struct pk_shop *shop, int32_t *from_date,
                                      int32_t *to_date, struct pk_error *error)
{
    char date[PK_DATE_TEXT_SIZE];
    const int32_t to = *to_date == PK_DATE_NONE ? shop->as_of_date : *to_date;
    const int32_t from =
        *from_date == PK_DATE_NONE ? to - PK_KPI_WINDOW_DAYS_DEFAULT + 1 : *from_date;
    if (to > shop->as_of_date)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "to_date",
                            "lies after the as-of day %s; nothing is known there",
                            pk_date_format(shop->as_of_date, date));
    if (from > to)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "from_date", "must not be after to_date");
    if (to - from >= PK_KPI_WINDOW_DAYS_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "from_date",
                            "makes a window of more than %d days", PK_KPI_WINDOW_DAYS_MAX);
    *from_date = from;
    *to_date = to;
    return PK_OK;
}

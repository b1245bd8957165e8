#include "service/store/rules/as_of.h"

#include "models/base/date.h"

struct pk_as_of pk_as_of_resolve(const struct pk_as_of_facts *facts, int32_t wanted_date)
{
    const int32_t live_date = facts->complete_through_date != PK_DATE_NONE
                                  ? facts->complete_through_date
                                  : facts->last_sales_date;
    const bool is_past = wanted_date != PK_DATE_NONE && wanted_date < live_date;
    const bool is_weekly = facts->has_weekly && !facts->has_daily;
    int32_t date = wanted_date;
    if (date == PK_DATE_NONE && facts->last_sales_date != PK_DATE_NONE)
        date = live_date;
    const bool has_series = date != PK_DATE_NONE;
    if (!has_series)
        date = pk_date_from_civil((struct pk_civil){1990, 1, 1});
    /* A mark inside a week leaves that week open; on its first day it names the week. */
    if (is_weekly && wanted_date == PK_DATE_NONE && facts->complete_through_date != PK_DATE_NONE &&
        date != pk_date_bucket_start(date, 7, facts->week_start))
        date -= 6;
    if (is_weekly)
        date = pk_date_bucket_start(date, 7, facts->week_start);
    const int32_t last_daily_date = is_weekly ? date + 6 : date;
    return (struct pk_as_of){.date = date,
                             .last_daily_date = last_daily_date,
                             .last_weekly_date = last_daily_date - 6,
                             .recorded_date = is_past ? last_daily_date : INT32_MAX,
                             .has_series = has_series};
}

#include "models/decision/stock/supply_calendar.h"

#include <stdbool.h>

#include "models/base/date.h"

/* No supplier is away for longer. */
#define SEARCH_DAYS_MAX 730

static bool is_closed(const struct pk_party_closure_row *closures, size_t count, int32_t date)
{
    for (size_t i = 0; i < count && closures[i].start_date <= date; i++)
        if (date <= closures[i].end_date)
            return true;
    return false;
}

static bool takes_orders(const struct pk_supply_calendar *calendar, int32_t date)
{
    const bool is_weekday = calendar->order_weekdays == 0 ||
                            (calendar->order_weekdays >> pk_date_weekday(date) & 1) != 0;
    return is_weekday &&
           !is_closed(calendar->supplier_closures, calendar->supplier_closure_count, date);
}

int32_t pk_supply_order_date(const struct pk_supply_calendar *calendar, int32_t date)
{
    for (int32_t days = 0; days <= SEARCH_DAYS_MAX; days++)
        if (takes_orders(calendar, date + days))
            return date + days;
    return date;
}

/* Days that one closure of the supplier adds to an order that would dock on `dock_date`. */
static int32_t delay_of(const struct pk_party_closure_row *closure, int32_t order_date,
                        int32_t dock_date)
{
    if (order_date > closure->end_date)
        return 0;
    if (closure->last_order_date != PK_DATE_NONE)
        return order_date > closure->last_order_date ? closure->end_date + 1 - order_date : 0;
    if (order_date >= closure->start_date)
        return closure->end_date + 1 - order_date;
    return closure->start_date < dock_date ? closure->end_date - closure->start_date + 1 : 0;
}

int32_t pk_supply_sellable_date(const struct pk_supply_calendar *calendar, int32_t order_date,
                                int32_t lead_time_days, int32_t shelving_days)
{
    int32_t dock_date = order_date + lead_time_days;
    for (size_t i = 0; i < calendar->supplier_closure_count; i++)
        dock_date += delay_of(&calendar->supplier_closures[i], order_date, dock_date);
    for (size_t i = 0; i < calendar->warehouse_closure_count; i++) {
        const struct pk_party_closure_row *closure = &calendar->warehouse_closures[i];
        if (dock_date >= closure->start_date && dock_date <= closure->end_date)
            dock_date = closure->end_date + 1;
    }
    return dock_date + shelving_days;
}

int32_t pk_supply_latest_order_date(const struct pk_supply_calendar *calendar, int32_t date,
                                    int32_t lead_time_days, int32_t shelving_days)
{
    const int32_t latest = date - shelving_days - lead_time_days;
    for (int32_t days = 0; days <= SEARCH_DAYS_MAX; days++) {
        const int32_t order_date = latest - days;
        if (takes_orders(calendar, order_date) &&
            pk_supply_sellable_date(calendar, order_date, lead_time_days, shelving_days) <= date)
            return order_date;
    }
    return latest;
}

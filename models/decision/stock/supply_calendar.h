/* When an order can be placed and when its goods can be sold: order weekdays, closures of supplier
 * and warehouse, lead time, shelving.
 *
 * A closed supplier takes no orders, and its closed days do not count towards the lead time. If the
 * closure names a last order date, orders up to it keep their lead time; the lead time of later
 * orders starts after the closure. A closed warehouse receives on the day after its closure. All
 * functions grow with their date: a later order never arrives earlier. */
#ifndef PK_DECISION_SUPPLY_CALENDAR_H
#define PK_DECISION_SUPPLY_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

#include "models/history/ledger.h"

/* Borrowed ranges, ascending start_date. Zero = every day is a working day. */
struct pk_supply_calendar {
    uint8_t order_weekdays; /* bit 0 = Monday; 0 = every day */
    const struct pk_party_closure_row *supplier_closures;
    size_t supplier_closure_count;
    const struct pk_party_closure_row *warehouse_closures;
    size_t warehouse_closure_count;
};

/* First day from `date` on when an order is taken; `date` itself if none is within two years. */
int32_t pk_supply_order_date(const struct pk_supply_calendar *calendar, int32_t date);

/* Day on which goods ordered on `order_date` can be sold. */
int32_t pk_supply_sellable_date(const struct pk_supply_calendar *calendar, int32_t order_date,
                                int32_t lead_time_days, int32_t shelving_days);

/* Last day on which an order is taken whose goods can be sold on `date`; without any within two
 * years, the day that lead time and shelving alone would give. */
int32_t pk_supply_latest_order_date(const struct pk_supply_calendar *calendar, int32_t date,
                                    int32_t lead_time_days, int32_t shelving_days);

#endif

/* Days without selling. A closure is told by the covariate `closed`, or inferred when a whole
 * warehouse sells nothing though at least PK_CLOSURE_EXPECTED_UNITS were expected. Weekdays can be
 * closed as a rule. */
#ifndef PK_HISTORY_CLOSURES_H
#define PK_HISTORY_CLOSURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/shop.h"

/* Units of a day below which a day without a sale is no closure. */
#define PK_CLOSURE_EXPECTED_UNITS 30
/* Closures are known for this many days after as-of: days of supply, a week of rounding and a week
 * of look-ahead. */
#define PK_CLOSURE_FUTURE_DAYS 1013

/* A day on which a whole warehouse sold nothing, against expectation. */
struct pk_inferred_closure {
    uint32_t warehouse;
    int32_t date;
};

/* A row of covariate `closed` for an item or a category; PK_INDEX_NONE = all. */
struct pk_scoped_closure {
    uint32_t item, category, warehouse;
    int32_t date;
};

/* Immutable when made. Owned arrays. */
struct pk_closures {
    int32_t first_date;
    size_t day_count; /* from first_date to as-of + PK_CLOSURE_FUTURE_DAYS */
    size_t warehouse_count;
    uint8_t *closed; /* warehouse_count x day_count, 1 = closed for the whole warehouse */
    size_t inferred_count;
    struct pk_inferred_closure *inferred; /* ascending (warehouse, date) */
    size_t scoped_count;
    struct pk_scoped_closure *scoped; /* ascending (item, category, date) */
};

/* Reads the told closures and infers the others from the daily series up to as-of. The expectation
 * is the median total of the last 28 days that were no closures, so that neither bulk orders nor a
 * lumpy one-item shop mislead it. A weekday closed in 7 of the last 8 weeks in which the warehouse
 * traded is closed after as-of; a pause of whole weeks says nothing about any weekday. Free with
 * pk_closures_done. OUT_OF_MEMORY. */
enum pk_status pk_closures_infer(const struct pk_shop *shop, const struct pk_sales *sales,
                                 int32_t first_date, struct pk_closures *out_closures,
                                 struct pk_error *error);

/* Makes the closures of a decoded model: inferred[inferred_count] come from an earlier call, and
 * nothing is inferred again. */
enum pk_status pk_closures_restore(const struct pk_shop *shop, int32_t first_date,
                                   const struct pk_inferred_closure *inferred,
                                   size_t inferred_count, struct pk_closures *out_closures,
                                   struct pk_error *error);

/* Makes the closures of a later shop->as_of_date. Closures inferred in `before` stay. Only the days
 * from `from_date` on, the day after the as-of of `before`, are judged, each by the last 28 open
 * days before it. It reads only as much of the ends of the sales as that needs. */
enum pk_status pk_closures_extend(const struct pk_closures *before, const struct pk_shop *shop,
                                  const struct pk_sales *sales, int32_t from_date,
                                  struct pk_closures *out_closures, struct pk_error *error);
void pk_closures_done(struct pk_closures *closures);

/* Writes closed[day_count]: 1 where the series cannot sell, from first_date on. Days outside the
 * known range are open. */
void pk_closures_fill(const struct pk_closures *closures, const struct pk_shop *shop, size_t series,
                      int32_t first_date, size_t day_count, uint8_t *closed);

/* True if everything in a scope (PK_INDEX_NONE = all) is closed on a day; days outside the known
 * range are open. */
bool pk_closures_scope_closed(const struct pk_closures *closures, const struct pk_shop *shop,
                              uint32_t item, uint32_t category, uint32_t warehouse, int32_t date);

#endif

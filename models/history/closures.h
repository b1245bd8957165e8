/* Days without selling: told by the covariate `closed`, or inferred when a whole warehouse sells
 * nothing though at least PK_CLOSURE_EXPECTED_UNITS were expected; and weekdays that are closed as
 * a rule. */
#ifndef PK_HISTORY_CLOSURES_H
#define PK_HISTORY_CLOSURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/shop.h"

#define PK_CLOSURE_EXPECTED_UNITS 30
/* Days after as-of that closures are known for: days of supply, a week of rounding and a week of
 * look-ahead. */
#define PK_CLOSURE_FUTURE_DAYS 1013

/* A day on which a whole warehouse sold nothing though at least 30 units were expected. */
struct pk_inferred_closure {
    uint32_t warehouse;
    int32_t date;
};

/* A row of covariate `closed` that concerns an item or a category. */
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

/* Reads told and infers untold closures from the daily series up to as-of. The expectation is the
 * median total of the last 28 days that were not closures, so that neither bulk orders nor a lumpy
 * one-item shop deceive it. A weekday closed in 7 of the last 8 weeks is closed after as-of. */
enum pk_status pk_closures_infer(const struct pk_shop *shop, const struct pk_sales *sales,
                                 int32_t first_date, struct pk_closures *out_closures,
                                 struct pk_error *error);

/* The same from the inferred closures of an earlier call (a decoded model). */
enum pk_status pk_closures_restore(const struct pk_shop *shop, int32_t first_date,
                                   const struct pk_inferred_closure *inferred,
                                   size_t inferred_count, struct pk_closures *out_closures,
                                   struct pk_error *error);

/* The same for a later shop->as_of_date: what was inferred stays, and only the days from
 * `from_date` on (the day after the as-of of `before`) are looked at, with the last 28 open days
 * before each. Reads as much of the sales' ends as that needs. */
enum pk_status pk_closures_extend(const struct pk_closures *before, const struct pk_shop *shop,
                                  const struct pk_sales *sales, int32_t from_date,
                                  struct pk_closures *out_closures, struct pk_error *error);
void pk_closures_done(struct pk_closures *closures);

/* Writes closed[day_count]: 1 where the series cannot sell, from first_date on. Days outside the
 * known range are open. */
void pk_closures_fill(const struct pk_closures *closures, const struct pk_shop *shop, size_t series,
                      int32_t first_date, size_t day_count, uint8_t *closed);

/* True if everything in a scope (PK_INDEX_NONE = all) is closed on a day; days outside the known range
 * are open. */
bool pk_closures_scope_closed(const struct pk_closures *closures, const struct pk_shop *shop,
                              uint32_t item, uint32_t category, uint32_t warehouse, int32_t date);

#endif

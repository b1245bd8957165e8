/* Which items of the day need somebody's decision, ranked by what the decision is worth.
 *
 * Each finding has a price: missing units x unit margin, excess x a month of holding, ... The
 * line's value is its largest finding; the reasons are all findings in the order of their money. */
#ifndef PK_DECISION_REVIEW_H
#define PK_DECISION_REVIEW_H

#include "models/base/reason.h"
#include "models/decision/clearance.h"
#include "models/decision/reorder.h"

enum pk_review_action {
    PK_REVIEW_NONE, /* nothing to decide */
    PK_REVIEW_REORDER,
    PK_REVIEW_CLEARANCE,
    PK_REVIEW_CHECK, /* off forecast: price, page, traffic, data */
    PK_REVIEW_CHASE_INBOUND,
    PK_REVIEW_INSPECT_RETURNS
};
/* "reorder", "clearance", "check", "chase_inbound", "inspect_returns"; "" for NONE. */
const char *pk_review_action_name(enum pk_review_action action);

/* Warning line of returned / paid units 退货率, from at least this many paid units. In a shop that
 * lies above the line as a whole, an item is one to inspect only above the shop's own ratio. */
#define PK_RETURN_RATIO_WARNING 0.08
#define PK_RETURN_UNITS_MIN     20
/* Standard deviations above the line before it is more than chance (one-sided 95 %). */
#define PK_RETURN_CHANCE_SD 1.645
/* A day is off forecast outside the central 98 % of its distribution. */
#define PK_OFF_FORECAST_TAIL 0.01

struct pk_review_input {
    const struct pk_reorder *reorder;     /* of the same series; not NULL */
    const struct pk_clearance *clearance; /* NULL = not planned */
    struct pk_economics economics;
    struct pk_supply_terms terms;
    double sold_units;         /* on the as-of bucket; < 0 = no row to compare */
    struct pk_window forecast; /* of that bucket, from the fit before it */
    double paid_units_30_days, returned_units_30_days;
    double usual_return_ratio; /* returned / paid of the whole shop in these days; 0 = unknown */
};

struct pk_review_line {
    uint32_t series;              /* the caller's index; set by the caller */
    enum pk_review_action action; /* of the main reason */
    int64_t value_micros;         /* of the main finding; units x 1 where no price is known */
    double sold_units, forecast_units;
    struct pk_reasons reasons;
};

/* True and *out_line filled (series left at 0) if the series needs a decision. */
bool pk_review_judge(const struct pk_review_input *input, struct pk_review_line *out_line);

/* Sorts by value, largest first, then by series; in place. */
void pk_review_rank(struct pk_review_line *lines, size_t count);

#endif

/* Which items of the day need somebody's decision, ranked by the worth of the decision.
 *
 * Each finding has a price: missing units x unit margin, excess x a month of holding, ... The value
 * of a line is its largest finding. Its reasons are all findings, in the order of their money. A
 * finding that somebody has acted on is left out: an order that was decided, stock that an approved
 * promotion of the item itself clears. */
#ifndef PK_DECISION_REVIEW_H
#define PK_DECISION_REVIEW_H

#include "models/base/reason.h"
#include "models/decision/campaign/promotion.h"
#include "models/decision/clearance/clearance.h"
#include "models/decision/order/reorder.h"

enum pk_review_action {
    PK_REVIEW_NONE, /* nothing to decide */
    PK_REVIEW_REORDER,
    PK_REVIEW_CLEARANCE,
    PK_REVIEW_CHECK, /* off forecast: price, page, traffic, data */
    PK_REVIEW_CHASE_INBOUND,
    PK_REVIEW_INSPECT_RETURNS,
    PK_REVIEW_REPRICE,
    PK_REVIEW_PREPARE_PROMOTION,
    PK_REVIEW_PUSH, /* rising: traffic, stock, price */
    PK_REVIEW_ACTION_COUNT
};
/* "reorder", "clearance", "check", "chase_inbound", "inspect_returns", "reprice",
 * "prepare_promotion", "push"; "" for NONE. */
const char *pk_review_action_name(enum pk_review_action action);

/* Warning line of returned / paid units 退货率, for items with at least this many paid units. If
 * the whole shop lies above the line, the shop's own ratio takes its place. */
#define PK_RETURN_RATIO_WARNING 0.08
#define PK_RETURN_UNITS_MIN     20
/* Returned and paid units are those of this many days up to as-of. */
#define PK_RETURN_WATCH_DAYS 30
/* Standard deviations above the line beyond which a ratio is no chance (one-sided 95 %). */
#define PK_RETURN_CHANCE_SD 1.645
/* A day is off forecast outside the central 98 % of its distribution. */
#define PK_OFF_FORECAST_TAIL 0.01

/* Days of sales by which a wrong price is valued. */
#define PK_REPRICE_DAYS 30

struct pk_review_input {
    const struct pk_reorder *reorder;     /* today's decision for the series; not NULL */
    const struct pk_clearance *clearance; /* NULL = not planned */
    struct pk_economics economics;
    struct pk_supply_terms terms;
    double sold_units;         /* on the as-of bucket; < 0 = no row to compare */
    struct pk_window forecast; /* of that bucket, from the fit before it */
    double paid_units_30_days, returned_units_30_days;
    double usual_return_ratio;    /* returned / paid of the whole shop in these days; 0 = unknown */
    bool is_order_decided;        /* a person has decided about today's order */
    double transfer_units;        /* that another warehouse can send; 0 = none */
    bool has_clearance_promotion; /* an approved promotion of the item itself is on or near */
    const struct pk_promotion_check *promotion; /* of the one within reach; NULL = none */
    double month_demand_units;                  /* expected in the next PK_REPRICE_DAYS */
    double promotion_price;       /* lowest of the promotions within reach; NAN = none */
    double promotion_price_units; /* expected at that price */
    double rising_units;          /* pk_item_life.rising_units; 0 = not rising */
};

/* One thing that was found about a series. */
struct pk_review_finding {
    enum pk_reason reason;
    enum pk_review_action action;
    double value; /* in the store's currency; x 1 where no price is known */
    double units; /* units concerned: to order, missing, in excess, sold off forecast, ... */
};
/* Most findings of a series; each has another reason. */
#define PK_REVIEW_FINDING_COUNT_MAX 12

/* How a decision has changed since it was last shown (raise.h). */
enum pk_raise_change {
    PK_RAISE_NEW,      /* nobody has seen it yet */
    PK_RAISE_WORSE,    /* a worse state, or a worth above 1.5 times the one shown */
    PK_RAISE_SMALLER,  /* a worth below 0.7 times the one shown */
    PK_RAISE_REMINDER, /* shown 14 days ago or more */
    PK_RAISE_OPEN      /* nothing has changed since it was shown: counted, not listed */
};

struct pk_review_line {
    uint32_t series;                   /* the caller's index; set by the caller */
    enum pk_raise_change change;       /* set by the caller */
    int32_t since_date;                /* first day on which it was found; set by the caller */
    enum pk_review_action action;      /* of the main reason */
    int64_t value_micros;              /* of the main finding; units x 1 where no price is known */
    double units;                      /* of the main finding */
    double sold_units, forecast_units; /* of the as-of bucket, as in the input */
    struct pk_reasons reasons;
    size_t finding_count; /* the main one first, then by money */
    struct pk_review_finding findings[PK_REVIEW_FINDING_COUNT_MAX];
};

/* True and *out_line filled (series left at 0) if the series needs a decision. */
bool pk_review_judge(const struct pk_review_input *input, struct pk_review_line *out_line);

#endif

/* Which stock to clear by a date, along which discounts, and what that is worth. Pure; no
 * allocation.
 *
 * Flags: dead (stock, no sale in 90 days); excess (days of supply > 180); oldest unit > 180 days;
 * sell-through 15 points behind plan (linear from the receipt to the end of life or of shelf life);
 * P(clear by the date) < 0.5 at the current price. A line that only the last one flags is healthy
 * stock for longer than the date: it is watched at its price, as what is left goes on selling, and
 * not part of the cohort to clear. Out of it: launched < 45 days ago, out of stock.
 *
 * The ladder is that of markdown.h, demand answering to prices as in price_response.h. Value, in
 * cash from now on (cost is sunk): net price x E[min(D, stock)] - holding x stock-days + salvage x
 * E[left]. Of the plans that are expected to clear the target the most valuable one. Where none
 * does, the one that clears most of those that keep 70 % of the best one's gain over doing nothing.
 * A further change of the price has to bring half a per cent of what the stock brings undiscounted.
 * Goods that expire are cleared until the middle unit does. Demand of dead items: the forecast says
 * 0, so it is replaced by a Gamma posterior of the daily rate, shape a = 0.5 and days n without a
 * sale: mean 0.5 / (n + 1), relative variance 2 (Jeffreys prior of a Poisson rate with one
 * pseudo-day). */
#ifndef PK_DECISION_CLEARANCE_H
#define PK_DECISION_CLEARANCE_H

#include "models/base/reason.h"
#include "models/decision/clearance/ageing.h"
#include "models/decision/clearance/margin_floor.h"
#include "models/decision/clearance/markdown.h"
#include "models/decision/item/item_life.h"
#include "models/decision/stock/position.h"
#include "models/decision/stock/projection.h"

/* Days of supply beyond which stock is excess. */
#define PK_EXCESS_SUPPLY_DAYS           180
#define PK_OLD_LOT_DAYS                 180
#define PK_LAUNCH_GRACE_DAYS            45
#define PK_CLEAR_PROBABILITY_LOW        0.5
#define PK_BEHIND_PLAN_RATIO            0.15
#define PK_CLEARED_RATIO_TARGET_DEFAULT 0.92

enum pk_clearance_action {
    PK_CLEARANCE_NONE, /* not flagged */
    PK_CLEARANCE_HOLD, /* flagged; the current price is best for now */
    PK_CLEARANCE_DISCOUNT,
    PK_CLEARANCE_WRITE_OFF /* what selling it brings is below its salvage value now */
};
/* "none", "hold", "discount", "write_off". */
const char *pk_clearance_action_name(enum pk_clearance_action action);

/* What is to be sold until when; for items whose life or shelf life ends. */
struct pk_sell_through_plan {
    bool is_known;
    int32_t start_date, end_date; /* received on, sellable up to */
    double sold_units;            /* from start_date to as-of */
};

struct pk_clearance_input {
    const struct pk_demand *demand;  /* to by_date and, for days of supply, as far as possible */
    const double *promoted_discount; /* per bucket: what a promotion takes off; NULL = none */
    struct pk_stock stock;
    struct pk_supply_terms terms; /* for holding cost and unit cost; may be unknown */
    struct pk_economics economics;
    struct pk_price_response response; /* elasticity 0 = the prior */
    int32_t by_date;                   /* last day of the clearance, >= next */
    double target_cleared_ratio;       /* 0..1 */
    double margin_floor_ratio;         /* below 1 */
    double
        margin_multiplier; /* of its category (margin_floor.h), >= 0; 0 = the floor does not bind */
    int32_t last_sale_date; /* PK_DATE_NONE = never */
    int32_t
        first_stock_date; /* first day it was known in stock or on sale; PK_DATE_NONE = unknown */
    int32_t oldest_lot_date; /* where `age` is unknown; PK_DATE_NONE = unknown */
    struct pk_age_profile age;
    struct pk_sell_through_plan plan;
};

struct pk_clearance {
    bool is_flagged;
    bool is_watched; /* flagged by WILL_NOT_CLEAR alone: not part of the cohort */
    enum pk_clearance_action action;
    int64_t on_hand_units;  /* sellable, at least 0 */
    int32_t days_of_supply; /* at the current price, cap PK_DAYS_OF_SUPPLY_MAX */
    int32_t age_days;       /* of the oldest unit; -1 = unknown */
    struct pk_age_profile age;
    double discount_ratio; /* from now on, until the ladder's next step */
    double expected_cleared_units;
    double clear_probability;          /* P(all gone by the date) along the ladder */
    double clear_probability_at_price; /* the same with the price left as it is */
    int64_t expected_value_micros, do_nothing_value_micros;
    double expected_revenue,
        expected_cost;    /* of the cleared units net of selling costs, in the store's currency */
    double gross_revenue; /* the same at what buyers pay */
    /* (revenue after selling costs - cost) / gross revenue of the cleared units; NAN if not known. */
    double margin_ratio;
    bool is_margin_exception;        /* a ladder that lies below the margin floor by itself */
    int64_t margin_exception_micros; /* margin that it lacks to the floor; 0 = no exception */
    /* The ladder; 0 periods where nothing is flagged or no price is known. */
    size_t period_count;
    int32_t period_days;
    uint8_t steps[PK_MARKDOWN_PERIOD_MAX];     /* pk_discount_ratio */
    double left_units[PK_MARKDOWN_PERIOD_MAX]; /* expected at the end of every period */
    int32_t last_date;                         /* by_date, or when life or shelf life ends before */
    double cleared_p10_units, cleared_p90_units;
    int64_t recovered_micros; /* expected cash from the units sold, net of selling costs */
    int64_t recovered_p10_micros, recovered_p90_micros;
    double single_discount_ratio; /* best one discount for the whole time */
    int64_t single_value_micros;
    double reachable_cleared_units; /* with the deepest discounts above the floor */
    struct pk_price_response response;
    double sell_through_ratio, planned_sell_through_ratio; /* NAN without a plan */
    struct pk_margin_options options;                      /* for the category's floor */
    struct pk_reasons reasons;
};

/* Working memory of one thread. */
struct pk_clearance_memory {
    struct pk_markdown_input markdown_input;
    struct pk_markdown markdown;
};

void pk_clearance_plan(const struct pk_clearance_input *input, struct pk_projection *projection,
                       struct pk_clearance_memory *memory, struct pk_clearance *out_clearance);

/* True if some period of the ladder is discounted. */
bool pk_clearance_has_discount(const struct pk_clearance *clearance);

/* First day of a period of the ladder, `next` being the first day of demand. */
int32_t pk_clearance_period_date(const struct pk_clearance *clearance, int32_t next, size_t period);

/* Adds CATEGORY_BELOW_MARGIN_FLOOR to a discounted line if its category's blend lies below the
 * floor. */
void pk_clearance_note_category(struct pk_clearance *clearance, const struct pk_margin_blend *blend,
                                double floor_ratio);

#endif

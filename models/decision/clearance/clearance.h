/* Which stock to clear by a date, along which discounts, and the worth of that. Pure; no
 * allocation.
 *
 * *Flags.* A line with stock is flagged for each of these:
 *   dead              no sale in 90 days
 *   excess            days of supply > 180
 *   old               oldest unit > 180 days
 *   behind plan       sell-through 15 points below a straight line from the plan's start to its end
 *   will not clear    P(clear by the date) < 0.5 at the current price
 * The plan of an item whose life ends starts on its launch date, else on its first day in stock.
 * The plan of goods that expire starts on the day on which the oldest unit came in.
 *
 * *Watched.* A line that only the last flag marks is healthy stock for longer than the date. Its
 * price stays, because the rest sells on after the date, and it is not part of the cohort to clear.
 * A line launched less than 45 days ago, or out of stock, is not flagged.
 *
 * *Ladder.* markdown.h makes the plans; demand answers to prices as in price_response.h. The value
 * of a plan is cash from now on (cost is sunk):
 *   net price x E[min(D, stock)] - holding x stock-days + salvage x E[left].
 * Among the plans that are expected to reach the target the most valuable one is taken. If none
 * reaches it, the line gets CANNOT_CLEAR_ABOVE_FLOOR, and the plan is taken that clears most among
 * those that keep 70 % of the best one's gain over doing nothing. A further change of the price has
 * to bring 0.5 % of the cash that the stock brings undiscounted.
 *
 * Goods that expire are cleared until the middle unit expires. The demand of dead items is that of
 * dead_demand.h. */
#ifndef PK_DECISION_CLEARANCE_H
#define PK_DECISION_CLEARANCE_H

#include "models/base/reason.h"
#include "models/decision/clearance/ageing.h"
#include "models/decision/clearance/margin_floor.h"
#include "models/decision/clearance/markdown.h"
#include "models/decision/item/item_life.h"
#include "models/decision/stock/position.h"
#include "models/decision/stock/projection.h"

/* Stock beyond this many days of supply is excess. */
#define PK_EXCESS_SUPPLY_DAYS 180
/* A unit of more days is old. */
#define PK_OLD_LOT_DAYS 180
/* A line launched less than this many days ago is not flagged. */
#define PK_LAUNCH_GRACE_DAYS 45
/* A line that clears with less than this probability will not clear. */
#define PK_CLEAR_PROBABILITY_LOW 0.5
/* Points of sell-through below the plan from which a line is behind it. */
#define PK_BEHIND_PLAN_RATIO 0.15
/* Part of the cohort's units to clear by the date (default). */
#define PK_CLEARED_RATIO_TARGET_DEFAULT 0.92

enum pk_clearance_action {
    PK_CLEARANCE_NONE, /* not flagged */
    PK_CLEARANCE_HOLD, /* flagged; the price stays for now */
    PK_CLEARANCE_DISCOUNT,
    PK_CLEARANCE_WRITE_OFF /* selling brings less than the salvage value now */
};
/* "none", "hold", "discount", "write_off". */
const char *pk_clearance_action_name(enum pk_clearance_action action);

/* From when until when the stock is to be sold, for items whose life or shelf life ends. */
struct pk_sell_through_plan {
    bool is_known;
    int32_t start_date; /* launch, else first day in stock; of goods that expire, oldest receipt */
    int32_t end_date;   /* last day on which it can be sold */
    double sold_units;  /* from start_date to as-of */
};

struct pk_clearance_input {
    const struct pk_demand *demand;  /* to by_date and, for days of supply, as far as possible */
    const double *promoted_discount; /* per bucket: part that a promotion takes off; NULL = none */
    struct pk_stock stock;
    struct pk_supply_terms terms; /* for holding cost and unit cost; may be unknown */
    struct pk_economics economics;
    struct pk_price_response response; /* elasticity 0 = the prior */
    int32_t by_date;                   /* last day of the clearance, >= next */
    double target_cleared_ratio;       /* 0..1 */
    double margin_floor_ratio;         /* below 1 */
    double margin_multiplier; /* m of its category (margin_floor.h); 0 = the floor does not bind */
    int32_t last_sale_date;   /* PK_DATE_NONE = never */
    /* First day it was known in stock or on sale; PK_DATE_NONE = unknown. */
    int32_t first_stock_date;
    int32_t oldest_lot_date; /* used if the source of `age` is unknown; PK_DATE_NONE = unknown */
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
    double discount_ratio;             /* from now on, until the ladder's next step; 0 = none */
    double expected_cleared_units;     /* by the date, along the ladder */
    double clear_probability;          /* P(all gone by the date) along the ladder */
    double clear_probability_at_price; /* P(all gone by the date) at the current price */
    int64_t expected_value_micros;     /* value of the ladder, as above */
    int64_t do_nothing_value_micros;   /* value at the current price */
    /* Of the cleared units, in the store's currency. */
    double expected_revenue; /* net of selling costs */
    double expected_cost;    /* at unit cost; 0 = cost is not known */
    double gross_revenue;    /* amount that buyers pay */
    /* (revenue after selling costs - cost) / gross revenue of the cleared units; NAN if not known.
     * */
    double margin_ratio;
    bool is_margin_exception;        /* discounted, and margin_ratio is below the margin floor */
    int64_t margin_exception_micros; /* margin that it lacks to the floor; 0 = no exception */
    /* The ladder; 0 periods if the line is not flagged, is written off, or has no price. */
    size_t period_count;
    int32_t period_days;
    uint8_t steps[PK_MARKDOWN_PERIOD_MAX];     /* pk_discount_ratio */
    double left_units[PK_MARKDOWN_PERIOD_MAX]; /* expected at the end of every period */
    int32_t last_date; /* by_date, or the earlier end of life or shelf life */
    double cleared_p10_units, cleared_p90_units;
    int64_t recovered_micros; /* expected cash from the units sold, net of selling costs */
    int64_t recovered_p10_micros, recovered_p90_micros;
    double single_discount_ratio; /* the best single discount for the whole time */
    int64_t single_value_micros;  /* its value */
    /* Most units that any considered plan clears in expectation, within the role's discount limit
     * and at net prices not below salvage. */
    double reachable_cleared_units;
    struct pk_price_response response;
    double sell_through_ratio, planned_sell_through_ratio; /* 0..1; NAN = no plan */
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

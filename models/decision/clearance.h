/* Which stock to clear by a date, at which discount, and what that is worth. Pure; no
 * allocation.
 *
 * Flags: dead (stock, no sale in 90 days); excess (days of supply > 180); oldest lot > 180 days;
 * P(clear by the date) < 0.5 at the current price. Out of it: launched < 45 days ago, out of
 * stock. Price response D(p) = D0 (p / p0)^beta, beta = -2 for all items (prior, sd 0.8;
 * constant over the period; its spread widens demand by (ln(1 - discount) x 0.8)^2 relative
 * variance). One discount of the ladder for the whole period. Value of a discount, in cash from
 * now on (cost is sunk):
 *   (net price - selling costs) E[min(D, stock)] - holding x stock-days + salvage x E[left],
 *   compared with discount 0.
 * Demand of dead items: the forecast says 0, so it is replaced by a Gamma posterior of the daily
 * rate, shape a = 0.5 and days n without a sale: mean 0.5 / (n + 1), relative variance 2
 * (Jeffreys prior of a Poisson rate with one pseudo-day). */
#ifndef PK_DECISION_CLEARANCE_H
#define PK_DECISION_CLEARANCE_H

#include "models/base/reason.h"
#include "models/decision/position.h"
#include "models/decision/projection.h"

#define PK_DEAD_AFTER_DAYS 90
/* Days of supply beyond which stock is excess. */
#define PK_EXCESS_SUPPLY_DAYS           180
#define PK_OLD_LOT_DAYS                 180
#define PK_LAUNCH_GRACE_DAYS            45
#define PK_CLEAR_PROBABILITY_LOW        0.5
#define PK_MARGIN_FLOOR_RATIO           0.35
#define PK_CLEARED_RATIO_TARGET_DEFAULT 0.92
#define PK_PRICE_ELASTICITY_PRIOR       (-2.0)
#define PK_PRICE_ELASTICITY_PRIOR_SD    0.8
#define PK_DISCOUNT_COUNT               7

/* 0, 0.1, 0.2, ... 0.6. */
double pk_discount_ratio(size_t step);

enum pk_clearance_action {
    PK_CLEARANCE_NONE, /* not flagged */
    PK_CLEARANCE_HOLD, /* flagged; the current price is best */
    PK_CLEARANCE_DISCOUNT,
    PK_CLEARANCE_WRITE_OFF /* what selling it brings is below its salvage value now */
};
/* "none", "hold", "discount", "write_off". */
const char *pk_clearance_action_name(enum pk_clearance_action action);

/* 0-90, 91-180, 181-270, 271-365, over 365 days. */
enum pk_age_band {
    PK_AGE_0_90,
    PK_AGE_91_180,
    PK_AGE_181_270,
    PK_AGE_271_365,
    PK_AGE_OVER_365,
    PK_AGE_BAND_COUNT
};
enum pk_age_band pk_age_band_of(int32_t age_days);
const char *pk_age_band_name(enum pk_age_band band);

struct pk_clearance_input {
    const struct pk_demand *demand; /* to by_date and, for days of supply, as far as possible */
    struct pk_stock stock;
    struct pk_supply_terms terms; /* for holding cost and unit cost; may be unknown */
    struct pk_economics economics;
    int32_t by_date;             /* last day of the clearance, >= next */
    double target_cleared_ratio; /* 0..1 */
    int32_t last_sale_date;      /* PK_DATE_NONE = never */
    int32_t
        first_stock_date; /* first day it was known in stock or on sale; PK_DATE_NONE = unknown */
    int32_t oldest_lot_date; /* received_date of the oldest lot; PK_DATE_NONE = unknown */
};

struct pk_clearance {
    bool is_flagged;
    enum pk_clearance_action action;
    int64_t on_hand_units;  /* sellable, at least 0 */
    int32_t days_of_supply; /* at the current price, cap PK_DAYS_OF_SUPPLY_MAX */
    int32_t age_days;       /* of the oldest lot; -1 = unknown */
    double discount_ratio;
    double expected_cleared_units;
    double clear_probability;          /* P(all gone by the date) with the discount */
    double clear_probability_at_price; /* the same with the price left as it is */
    int64_t expected_value_micros, do_nothing_value_micros;
    double expected_revenue,
        expected_cost; /* of the cleared units net of selling costs, for the category floor */
    /* (net price after selling costs - cost) / price, with the discount; NAN if not known. */
    double margin_ratio;
    bool is_margin_exception; /* below PK_MARGIN_FLOOR_RATIO by itself */
    struct pk_reasons reasons;
};

void pk_clearance_plan(const struct pk_clearance_input *input, struct pk_projection *projection,
                       struct pk_clearance *out_clearance);

/* Blended margin of a category: clearance lines, and what the rest of it earns. Zero-initialised
 * = empty. */
struct pk_margin_blend {
    double revenue, cost; /* in the store's currency */
};
void pk_margin_blend_add(struct pk_margin_blend *blend, double revenue, double cost);
/* 1 - cost / revenue; NAN without revenue. */
double pk_margin_blend_ratio(const struct pk_margin_blend *blend);
/* Adds CATEGORY_BELOW_MARGIN_FLOOR to a discounted line if its category's blend lies below the
 * floor. */
void pk_clearance_note_category(struct pk_clearance *clearance,
                                const struct pk_margin_blend *blend);

/* Sums over the flagged lines (the cohort frozen now). Zero-initialised = empty. */
struct pk_clearance_summary {
    int64_t line_count, flagged_units, discounted_count;
    double expected_cleared_units;
    double expected_value, do_nothing_value; /* in the store's currency */
};
void pk_clearance_summary_add(struct pk_clearance_summary *summary,
                              const struct pk_clearance *clearance);

#endif

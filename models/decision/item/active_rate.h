/* Active-item rate 动销率 ahead, and which nudges 助销 would raise it. Pure; no allocation.
 *
 * *Rate.* An item is active in a window if at least one unit is paid: P = 1 - P0. P0 = P(D = 0) of
 * its window's demand (negative binomial: (r / (r + m))^r, with its chance to stop), over its
 * warehouses in stock. Expected rate = mean(P) over the items listed or in stock. Its spread is
 * that of independent items, variance = sum P (1 - P) / n^2.
 *
 * *Nudge.* A nudge moves demand. A coupon of d multiplies it by (1 - d)^beta, beta of
 * price_response.h. Bought traffic multiplies it by PK_TRAFFIC_NUDGE_RATIO. A bundle adds the
 * partner's buyers x the attach ratio. The gain of a nudge is P' - P. Its cost is the fall of the
 * window's contribution,
 *   (price - cost) E - (price' - cost) E' + spent,  E = expected units, at most the stock.
 * A cost below 0 means that the nudge pays for itself. Traffic costs PK_TRAFFIC_COST_RATIO of the
 * price per unit of E'. Both traffic figures are assumptions. */
#ifndef PK_DECISION_ACTIVE_RATE_H
#define PK_DECISION_ACTIVE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/demand.h"

/* Days in which an active item sells. */
#define PK_ACTIVE_WINDOW_DAYS 30
/* Rate to reach (default). */
#define PK_ACTIVE_RATIO_TARGET_DEFAULT 0.65
#define PK_TRAFFIC_NUDGE_RATIO         2.0
#define PK_TRAFFIC_COST_RATIO          0.2
#define PK_COUPON_COUNT                3
/* What stock must add to P(sells) of an item before restocking is the thing to do. */
#define PK_RESTOCK_GAIN_MIN 0.1

/* Sum over items; zero-initialised = empty. */
struct pk_active_sum {
    double items;              /* added */
    double expected, variance; /* of the number of active ones */
};
void pk_active_add(struct pk_active_sum *sum, double probability);
/* The rate at z standard deviations from its mean, within 0..1; 0 without items. */
double pk_active_ratio(const struct pk_active_sum *sum, double z);

/* Demand of a window with its mean x factor, factor >= 0. The spread beside the days' own noise
 * grows with the mean; stop_probability stays. */
struct pk_window pk_window_times(const struct pk_window *window, double factor);

enum pk_nudge_kind {
    PK_NUDGE_NONE,
    PK_NUDGE_COUPON_10,
    PK_NUDGE_COUPON_20,
    PK_NUDGE_COUPON_30,
    PK_NUDGE_TRAFFIC,
    PK_NUDGE_BUNDLE,
    PK_NUDGE_COUNT
};
/* "none", "coupon_10", "coupon_20", "coupon_30", "traffic", "bundle". */
const char *pk_nudge_name(enum pk_nudge_kind kind);

#define PK_NUDGE_WAREHOUSE_COUNT_MAX 64
struct pk_nudge_input {
    const struct pk_window *windows; /* of the item's warehouses in stock */
    const int64_t *stock_units;      /* of each; INT64_MAX = unknown */
    size_t window_count;
    double price, cost, kept_ratio; /* per unit; kept_ratio = 1 - selling costs; price > 0 */
    double elasticity;              /* beta of the item, below 0 */
    double discount_maximum;        /* of its role, 0..1 (item_role.h) */
    double bundle_units;            /* expected through a bundle; 0 = no bundle */
    double bundle_margin;           /* per unit of it */
};
struct pk_nudge {
    enum pk_nudge_kind kind;
    double probability; /* P' */
    double gain;        /* P' - P */
    double extra_units; /* expected, beyond E */
    double cost;        /* in the store's currency; below 0 = earns */
};
/* P and expected units E without a nudge. */
void pk_nudge_base(const struct pk_nudge_input *input, double *out_probability, double *out_units);
/* One nudge; gain 0 where it is not possible. */
void pk_nudge_try(const struct pk_nudge_input *input, enum pk_nudge_kind kind,
                  struct pk_nudge *out_nudge);
/* A nudge that gains less than this probability is none. */
#define PK_NUDGE_GAIN_MIN 0.02
/* The best nudge: the one with the most gain among those that pay for themselves, else the one with
 * the most gain for its cost. Kind NONE: no nudge gains PK_NUDGE_GAIN_MIN. */
void pk_nudge_best(const struct pk_nudge_input *input, struct pk_nudge *out_nudge);

/* < 0 if `a` ranks before `b`: nudges that pay for themselves come first, by gain; then the others,
 * by gain per cost. */
int pk_nudge_compare(const struct pk_nudge *a, const struct pk_nudge *b);

#endif

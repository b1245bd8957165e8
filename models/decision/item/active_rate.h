/* Active-item rate 动销率 ahead, and what would raise it. Pure; no allocation.
 *
 * An item is active in a window if at least one unit is paid: P = 1 - P0, P0 = P(D = 0) of its
 * window's demand (negative binomial: (r / (r + m))^r, with its chance to stop), over its
 * warehouses in stock. Expected rate = mean(P) over the items listed or in stock; its spread is
 * that of independent items, variance = sum P (1 - P) / n^2.
 *
 * A nudge moves demand: a coupon of d by (1 - d)^beta, beta of price_response.h; bought traffic
 * by PK_TRAFFIC_NUDGE_RATIO; a bundle adds the partner's buyers times the attach ratio. Its
 * gain is P' - P, its cost what the contribution of the window falls by,
 *   (price - cost) E - (price' - cost) E' + spent,  E = expected units, at most the stock,
 * which may be below 0: then it pays for itself. Traffic costs PK_TRAFFIC_COST_RATIO of the price
 * per unit of E' (assumptions, both). */
#ifndef PK_DECISION_ACTIVE_RATE_H
#define PK_DECISION_ACTIVE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/demand.h"

#define PK_ACTIVE_WINDOW_DAYS          30
#define PK_ACTIVE_RATIO_TARGET_DEFAULT 0.65
#define PK_TRAFFIC_NUDGE_RATIO         2.0
#define PK_TRAFFIC_COST_RATIO          0.2
#define PK_COUPON_COUNT                3
/* What stock must add to P(sells) of an item before restocking is the thing to do. */
#define PK_RESTOCK_GAIN_MIN 0.1

/* Sum over items; zero-initialised = empty. */
struct pk_active_sum {
    double items, expected, variance;
};
void pk_active_add(struct pk_active_sum *sum, double probability);
/* The rate at z standard deviations from its mean, within 0..1; 0 without items. */
double pk_active_ratio(const struct pk_active_sum *sum, double z);

/* Demand of a window with its mean times a factor: the spread beside the days' own noise grows
 * along, P(stop) stays. */
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
    double discount_maximum;        /* of its role */
    double bundle_units;            /* expected through a bundle; 0 = no bundle */
    double bundle_margin;           /* per unit of it */
};
struct pk_nudge {
    enum pk_nudge_kind kind;
    double probability; /* P' */
    double gain;        /* P' - P */
    double extra_units;
    double cost; /* in the store's currency; below 0 = earns */
};
/* P and expected units as it stands. */
void pk_nudge_base(const struct pk_nudge_input *input, double *out_probability, double *out_units);
/* One nudge; gain 0 where it is not possible. */
void pk_nudge_try(const struct pk_nudge_input *input, enum pk_nudge_kind kind,
                  struct pk_nudge *out_nudge);
/* The nudge with most gain for its cost; one that pays for itself before one that costs, of those
 * the one with most gain. kind NONE: no nudge gains PK_NUDGE_GAIN_MIN. */
#define PK_NUDGE_GAIN_MIN 0.02
void pk_nudge_best(const struct pk_nudge_input *input, struct pk_nudge *out_nudge);

/* < 0 if `a` ranks before `b`: pays for itself by gain, then by gain per cost. */
int pk_nudge_compare(const struct pk_nudge *a, const struct pk_nudge *b);

#endif

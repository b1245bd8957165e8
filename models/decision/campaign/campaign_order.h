/* The orders of one item in one warehouse from today until the last one that can still help a
 * campaign. Pure; no allocation.
 *
 * *Reviews.* The decision of reorder.h is rolled forward. At each review the stock is the one that
 * the path of expected demand leaves: lost sales, inbound, returns and earlier orders of the plan
 * are in it. The order is the one that reorder.h gives from there. The first review is today's, on
 * today's input. Reviews go on as long as their goods can be sold by the last day of the campaign.
 *
 * *Which review stocks the campaign.* A review is in time if its order comes in before the start
 * with P95, that is at order_by_date or before. The last review in time but one stocks the
 * campaign, so that a late supplier costs some days of holding and not the campaign. Today's review
 * stocks it only if no later review is in time. The last review in time tops the stock up by these
 * rules too.
 *
 * *Quantity.* The order is the smallest q with P(D[A, end] <= X + q) >= a*, with the spread seen
 * from today, because nothing that happens until then is known yet. The aim is not lowered by
 * carry_over.h, because a buyer who misses the campaign cannot order again.
 *
 * *Bounds.* The order is at most the one that brings the expected stock at the start to cap_units,
 * up to a pack or the minimum order. It is at least the one of the review alone. Later reviews are
 * not bound by the cap: the traffic shows by then. Their orders are those of reorder.h if all goes
 * as expected. */
#ifndef PK_DECISION_CAMPAIGN_ORDER_H
#define PK_DECISION_CAMPAIGN_ORDER_H

#include "models/base/limits.h"
#include "models/decision/order/reorder.h"

/* A smaller expected gap of a line is none. */
#define PK_SHORT_UNITS_MIN 0.5
/* One review a day over the longest horizon. */
#define PK_CAMPAIGN_ORDER_COUNT_MAX (PK_HORIZON_DAYS_MAX + 1)

struct pk_campaign_order_input {
    const struct pk_reorder_input *reorder; /* of today's order; stock and terms are known, demand
                                               reaches beyond the end of the window */
    int32_t start_date, end_date;           /* window */
    int32_t order_by_date; /* last order day whose goods are there at the start with P95 */
    double cap_units;      /* most expected stock at the start; INFINITY = no cap */
    /* Presale: the units of the window's demand that may leave as late as ship_by_date, after the
     * window (0 = none). Goods ordered on ship_by_order_date are there by then with P95. Both dates
     * PK_DATE_NONE = none. */
    double presale_units;
    int32_t ship_by_date, ship_by_order_date;
};

struct pk_campaign_order {
    int32_t order_date;      /* the review's order day */
    int32_t last_order_date; /* latest day that still serves the order's purpose; >= order_date */
    int32_t arrival_date;    /* sellable, at the mean lead time */
    int64_t units;
    int64_t campaign_units; /* part that serves the window; the rest serves the days around it */
    int64_t review_units;   /* of the order that the review alone would place */
    double critical_ratio;
    bool is_campaign_stock; /* more than review_units, for the window */
    struct pk_reasons reasons;
};

struct pk_campaign_orders {
    size_t count;                                                 /* orders with units; may be 0 */
    struct pk_campaign_order orders[PK_CAMPAIGN_ORDER_COUNT_MAX]; /* ascending order_date */
    int32_t first_arrival_date; /* of an order today, whether there is one or not */
    struct pk_reorder today;    /* decision of reorder.h for today */
};

/* Plans. Orders that arrive after the last useful day are left out; there are none if today's order
 * comes too late already. `projection` is working memory of the calling thread. */
void pk_campaign_orders_plan(const struct pk_campaign_order_input *input,
                             struct pk_projection *projection,
                             struct pk_campaign_orders *out_orders);

#endif

/* The orders of one item in one warehouse from today until the last one that can still help a
 * campaign. Pure; no allocation.
 *
 * The decision of reorder.h is rolled forward: at every review t the stock is what the path of
 * expected demand leaves (lost sales, inbound, returns, what was planned before), and the order is
 * what reorder.h says from there. The first one is today's, on today's input. Reviews go on as long
 * as their goods can be sold by the last day of the campaign.
 *
 * The last review but one whose order comes in before the start with P95 (at order_by_date or before)
 * stocks the campaign, so that a late supplier costs days of holding and not the campaign; today does
 * only where no later review is in time. Its order is the smallest q with P(D[A, end] <= X + q) >= a*,
 * seen from today, so that all that may happen until then counts, without carry_over.h, for who
 * misses the campaign cannot order again; the last one tops it up the same way. It is at most what
 * brings the expected stock at the start to cap_units, up to a pack or the minimum order, and never
 * less than what the review alone would order. Later reviews are not bound by the cap: by then traffic
 * shows, and they say what reorder.h would say if all goes as expected. */
#ifndef PK_DECISION_CAMPAIGN_ORDER_H
#define PK_DECISION_CAMPAIGN_ORDER_H

#include "models/base/limits.h"
#include "models/decision/order/reorder.h"

/* A smaller expected gap of a line is none. */
#define PK_SHORT_UNITS_MIN 0.5
/* One review a day over the longest horizon. */
#define PK_CAMPAIGN_ORDER_COUNT_MAX (PK_HORIZON_DAYS_MAX + 1)

struct pk_campaign_order_input {
    const struct pk_reorder_input *reorder; /* as the order of today is decided; stock and terms
                                               known; demand to the end of the window and beyond */
    int32_t start_date, end_date;           /* window */
    int32_t order_by_date; /* last day on which what is ordered is there at the start with P95 */
    double cap_units;      /* most expected stock at the start; INFINITY = no cap */
    /* Presale: part of the window's demand that may leave as late as ship_by_date, after the window,
     * and the last day on which an order is there by then with P95; 0 and PK_DATE_NONE = none. */
    double presale_units;
    int32_t ship_by_date, ship_by_order_date;
};

struct pk_campaign_order {
    int32_t order_date; /* the review's order day */
    int32_t
        last_order_date;  /* latest day that still serves what it is for, not before order_date */
    int32_t arrival_date; /* sellable, at the mean lead time */
    int64_t units;
    int64_t campaign_units; /* part that serves the window; the rest serves the days around it */
    int64_t review_units;   /* what the review alone would order */
    double critical_ratio;
    bool is_campaign_stock; /* more than review_units, for the window */
    struct pk_reasons reasons;
};

struct pk_campaign_orders {
    size_t count;                                                 /* orders with units; may be 0 */
    struct pk_campaign_order orders[PK_CAMPAIGN_ORDER_COUNT_MAX]; /* ascending order_date */
    int32_t first_arrival_date; /* of an order today, whether there is one or not */
    struct pk_reorder today;    /* what reorder.h says today */
};

/* Plans. Orders after the window's end are left out; so is everything if today's order comes too
 * late. `projection` is working memory of the calling thread. */
void pk_campaign_orders_plan(const struct pk_campaign_order_input *input,
                             struct pk_projection *projection,
                             struct pk_campaign_orders *out_orders);

#endif

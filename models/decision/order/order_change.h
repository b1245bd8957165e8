/* Why an order differs from the one before: by cause, adding up to the difference.
 *
 *   order - previous = stock + inbound + demand + terms + rounding
 *
 * stock and inbound: what more there is less to order, unit for unit. rounding: how far packs,
 * minimum orders and costs moved each order from its need. What remains of the change of the needs is
 * demand, its uncertainty included, while terms and protection interval are the same; otherwise demand
 * is the change of the mean demand a day over the earlier interval, and terms is the remainder. */
#ifndef PK_DECISION_ORDER_CHANGE_H
#define PK_DECISION_ORDER_CHANGE_H

#include "models/history/suggestion.h"

struct pk_order_change {
    double stock_units, inbound_units, demand_units, terms_units, rounding_units;
};

/* Both bases are of orders of those units; no field may be NAN. */
struct pk_order_change pk_order_change_explain(const struct pk_order_basis *before,
                                               int64_t before_units,
                                               const struct pk_order_basis *now, int64_t now_units);

#endif

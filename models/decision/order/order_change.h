/* Why an order differs from the one before it: five causes that add up to the difference.
 *
 *   order - previous = stock + inbound + demand + terms + rounding
 *
 *   stock     previous stock - stock now: each unit more on hand is one unit less to order
 *   inbound   previous inbound - inbound now, likewise
 *   rounding  (order - need) now - (order - need) before: packs, minimum orders, order costs
 *   demand    if terms and protection interval are equal: the rest of the change of the need, its
 *             uncertainty included; else the change of mean daily demand x earlier interval's days
 *   terms     the remainder; 0 if terms and protection interval are equal. */
#ifndef PK_DECISION_ORDER_CHANGE_H
#define PK_DECISION_ORDER_CHANGE_H

#include "models/history/suggestion.h"

/* In units; a cause that makes the order larger is positive. */
struct pk_order_change {
    double stock_units, inbound_units, demand_units, terms_units, rounding_units;
};

/* `before_units` was ordered on the basis `before`, `now_units` on `now`; no field may be NAN. */
struct pk_order_change pk_order_change_explain(const struct pk_order_basis *before,
                                               int64_t before_units,
                                               const struct pk_order_basis *now, int64_t now_units);

#endif

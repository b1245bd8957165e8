/* From a need in pieces to an order that a supplier accepts: packs, minimum order, order cost,
 * room. */
#ifndef PK_DECISION_QUANTITY_H
#define PK_DECISION_QUANTITY_H

#include "models/decision/order/critical_ratio.h"
#include "models/decision/order/need.h"
#include "models/decision/order/reorder.h"

struct pk_quantity_input {
    const struct pk_need *need;
    const struct pk_critical_ratio *ratio;
    const struct pk_supply_terms *terms;
    enum pk_rounding rounding;
    int64_t need_units;                    /* q*, >= 0 */
    const struct pk_need_outcome *without; /* of 0 units */
    double room_units;                     /* at most so many; INFINITY = no maximum */
    enum pk_reason room_reason;            /* what the maximum comes from */
    double daily_mean_units;               /* mean demand per day from the arrival on */
};

/* Fills order_units, candidates and adds the reasons of the quantity to *out_reorder. With
 * PK_ROUNDING_BY_COST the cheapest candidate per day wins (formula in reorder.h), the smaller
 * one of equals; a fill-rate target and PK_ROUNDING_UP never go below the need. */
void pk_quantity_choose(const struct pk_quantity_input *input, struct pk_reorder *out_reorder);

#endif

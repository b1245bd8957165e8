/* Turns a need in single units into an order that a supplier accepts: packs, minimum order, order
 * cost, maximum stock. */
#ifndef PK_DECISION_QUANTITY_H
#define PK_DECISION_QUANTITY_H

#include "models/base/reason.h"
#include "models/decision/order/critical_ratio.h"
#include "models/decision/order/need.h"

enum pk_rounding {
    PK_ROUNDING_BY_COST, /* cheapest of 0, down, up, minimum order */
    PK_ROUNDING_UP,      /* never below q*: up to a pack and to the minimum order */
    PK_ROUNDING_DOWN     /* never above q*: down to a pack; 0 below the minimum order */
};

/* One compared quantity. */
struct pk_reorder_candidate {
    int64_t units;
    double short_units;  /* expected in [A, A') */
    double cost_per_day; /* in the store's currency if costs are known, else in units of Cu + Co */
};
#define PK_REORDER_CANDIDATE_COUNT_MAX 4

struct pk_quantity_input {
    const struct pk_need *need;
    const struct pk_critical_ratio *ratio;
    const struct pk_supply_terms *terms;
    enum pk_rounding rounding;
    int64_t need_units;                    /* q*, >= 0 */
    const struct pk_need_outcome *without; /* of 0 units */
    double room_units;          /* most that may be ordered, >= 0; INFINITY = no maximum */
    enum pk_reason room_reason; /* the rule behind that maximum */
    double daily_mean_units;    /* mean demand per day from the arrival on */
};

/* The chosen quantity, and the candidates that it was compared with. */
struct pk_quantity {
    int64_t order_units;
    size_t candidate_count;
    /* The chosen one first. */
    struct pk_reorder_candidate candidates[PK_REORDER_CANDIDATE_COUNT_MAX];
};

/* Chooses a quantity and adds its reasons to *reasons. With PK_ROUNDING_BY_COST the candidate that
 * is cheapest per day wins (formula in reorder.h); of equal ones the smaller wins. A fill-rate
 * target and PK_ROUNDING_UP never give less than the need. */
void pk_quantity_choose(const struct pk_quantity_input *input, struct pk_quantity *out_quantity,
                        struct pk_reasons *reasons);

#endif

/* One line of an order plan: the decision, the suggestion that keeps it, the money behind it. */
#ifndef PK_WORKFLOWS_REORDER_LINE_H
#define PK_WORKFLOWS_REORDER_LINE_H

#include <stdbool.h>

#include "models/decision/order/order_change.h"
#include "models/evidence/decide_reorder.h"
#include "models/history/suggestion.h"

/* One decision with its facts. Pointers lead into the snapshot. */
struct pk_reorder_line {
    size_t series;
    const struct pk_item *item;
    const struct pk_supply_row *supply; /* NULL = none */
    const char *warehouse_id;
    bool stock_is_known;
    struct pk_item_class item_class;
    struct pk_reorder decision;
    /* The kept suggestion (keep_suggestions.h). decision.order_units are the units that stand. */
    char suggestion_id[PK_SUGGESTION_ID_SIZE]; /* "" if nothing is ordered; item, warehouse,
                                                * supplier and as-of day determine it */
    const char *state;                         /* "" = not kept */
    int64_t planned_units;                     /* of the plan of now */
    int64_t previous_units; /* of the plan behind the suggestion before; -1 = there is none */
    struct pk_order_change change;          /* from previous_units to planned_units */
    int64_t order_amount_micros;            /* -1 = no unit cost */
    int64_t transfer_units;                 /* to bring from the warehouse below, before buying */
    const char *transfer_from_warehouse_id; /* "" = none */
    uint32_t rank; /* with a budget or a capacity: 1 = most worth for its cost; 0 = none */
    int64_t cumulative_micros; /* spent up to this rank */
};

#endif

/* The view that a decision has of a shop: one consistent state of its rows, the model fitted to
 * them, and the evidence that was made of both once. It is plain data without store, clock or lock,
 * so that a test fills it by hand. */
#ifndef PK_EVIDENCE_VIEW_H
#define PK_EVIDENCE_VIEW_H

#include "models/history/shop_data.h"

struct pk_model;
struct pk_item_traits;
struct pk_supply_network;
struct pk_demand_changes;
struct pk_suggestion_book;

/* Everything is borrowed and immutable while the view is used. A view of another state is made from
 * an existing one by assignment, so that no member can be forgotten, and its maker replaces the
 * members in which it differs. */
struct pk_view {
    const struct pk_shop_data *data;
    const struct pk_model *model;                 /* fitted to data->shop, or bound to it */
    const struct pk_item_traits *traits;          /* NULL = not made */
    const struct pk_supply_network *network;      /* of data->ledger */
    const struct pk_demand_changes *changes;      /* components, adjustments, campaigns under way */
    const struct pk_suggestion_book *suggestions; /* NULL = none */
    const char *snapshot_id;                      /* names this state in derivations */
};

#endif

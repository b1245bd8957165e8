/* The role of every item: the one that the shop gave it, else the one that
 * models/decision/item/item_role.h proposes. */
#ifndef PK_EVIDENCE_ITEM_ROLES_H
#define PK_EVIDENCE_ITEM_ROLES_H

#include "models/decision/item/item_role.h"
#include "models/history/shop_data.h"

/* Days of sales up to as-of that tell how fast an item sells. */
#define PK_ROLE_WINDOW_DAYS 90

/* Writes a proposal for every item into out_roles[item_count], also for items that have a given
 * role. An item's evidence is summed over its warehouses for the units, and taken from its last
 * warehouse with a price for price and margin. The price is that of the as-of day, the cost that
 * of the item alone (terms of supply are not read). OUT_OF_MEMORY. */
enum pk_status pk_item_roles_propose(const struct pk_shop_data *data, enum pk_role *out_roles,
                                     struct pk_error *error);

/* The given role of an item, else `proposed`. */
enum pk_role pk_item_role_of(const struct pk_item *item, enum pk_role proposed);

#endif

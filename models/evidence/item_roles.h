/* The role of every item: the given one, else what models/decision/item/item_role.h proposes. */
#ifndef PK_EVIDENCE_ITEM_ROLES_H
#define PK_EVIDENCE_ITEM_ROLES_H

#include "models/decision/item/item_role.h"
#include "models/history/shop_data.h"

#define PK_ROLE_WINDOW_DAYS 90

/* Writes out_roles[item_count]: proposed from the sales of PK_ROLE_WINDOW_DAYS, the price of as-of and the item's unit cost, for
 * items with a given role too. OUT_OF_MEMORY. */
enum pk_status pk_item_roles_propose(const struct pk_shop_data *data, enum pk_role *out_roles,
                                     struct pk_error *error);

/* The given role, else the proposed one. */
enum pk_role pk_item_role_of(const struct pk_item *item, enum pk_role proposed);

#endif

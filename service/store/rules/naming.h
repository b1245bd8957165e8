/* Items, warehouses and channels are known by their names: whatever a row names exists.
 *
 * A published row makes every item, warehouse and channel known that it names for the first time,
 * with nothing but its id: it is created bare, and counted as created. Deleted rows and rows of an
 * import that is refused create nothing. The master data of an item (kind items) or a warehouse
 * (kind warehouses) is a row of its own: it is no naming of itself, and inserting it is no bare
 * creation.
 *
 * Deleting the master data of an item or a warehouse removes it, but it stays known, bare, as long
 * as a stored row of any other kind names it. Sales count even after their rows were deleted,
 * because the series of an item x warehouse x channel stays. References between items do not keep
 * an item. */
#ifndef PK_STORE_RULES_NAMING_H
#define PK_STORE_RULES_NAMING_H

#include <stdbool.h>

#include "models/base/dataset.h"

enum pk_name_kind { PK_NAME_ITEM, PK_NAME_WAREHOUSE, PK_NAME_CHANNEL, PK_NAME_KIND_COUNT };

/* Most columns of one dataset that name ids of one kind. */
#define PK_NAMING_COLUMN_COUNT_MAX 4

/* Columns of a dataset by which its rows name items, warehouses or channels; returns how many there
 * are. */
int pk_naming_columns(const struct pk_dataset *dataset, enum pk_name_kind kind,
                      int out_columns[PK_NAMING_COLUMN_COUNT_MAX]);

/* True if rows of the dataset are the master data of items or of warehouses; *out_kind is which. */
bool pk_naming_is_master(const struct pk_dataset *dataset, enum pk_name_kind *out_kind);

/* Columns of a dataset by which its stored rows keep a deleted item or warehouse known; returns how
 * many there are. */
int pk_naming_keepers(const struct pk_dataset *dataset, enum pk_name_kind kind,
                      int out_columns[PK_NAMING_COLUMN_COUNT_MAX]);

#endif

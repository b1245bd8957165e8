/* Rows of suggestions read into memory of their own. */
#ifndef PK_STORE_SQLITE_SUGGESTION_LIST_H
#define PK_STORE_SQLITE_SUGGESTION_LIST_H

#include "service/store/sqlite/engine.h"

/* The columns that pk_suggestion_list_read takes, in its order. */
#define PK_SUGGESTION_COLUMNS                                                                      \
    "suggestion_id, item_id, warehouse_id, supplier_id, as_of_date, sequence, state, ended_by,"    \
    " planned_units, order_units, arrival_date, order_by_date, unit_cost, stock_units,"            \
    " inbound_units, demand_units, need_units, protection_days, terms_key, author, reason,"        \
    " closed_revision, changed_epoch_seconds"

/* All rows of a bound statement that selects PK_SUGGESTION_COLUMNS. OUT_OF_MEMORY, or its
 * failure. */
enum pk_status pk_suggestion_list_read(sqlite3_stmt *statement,
                                       struct pk_suggestion_list **out_list,
                                       struct pk_error *error);

#endif

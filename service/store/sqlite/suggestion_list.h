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

/* All rows of a bound statement that selects PK_SUGGESTION_COLUMNS. OUT_OF_MEMORY, or its failure. */
enum pk_status pk_suggestion_list_read(sqlite3_stmt *statement,
                                       struct pk_suggestion_list **out_list,
                                       struct pk_error *error);

/* For the publication of inbound lines. */
struct pk_suggestion_closing {
    sqlite3_stmt *note, *close;
};
enum pk_status pk_suggestion_closing_init(sqlite3 *database, struct pk_suggestion_closing *closing,
                                          struct pk_error *error);
void pk_suggestion_closing_done(struct pk_suggestion_closing *closing);
/* Closes the suggestion that a line of the order names, if it is kept and not closed yet. */
enum pk_status pk_suggestion_close_named(struct pk_suggestion_closing *closing,
                                         struct pk_text suggestion_id, struct pk_text order_id,
                                         int64_t data_revision, struct pk_error *error);

#endif

/* What an import did to the store: what became of each row, how the rows are counted, and how the
 * revisions move.
 *
 * Every row of an import has one fate. The counts of an import are the counts of its fates; rows
 * that a snapshot closes or that replace_source drops have a fate too. */
#ifndef PK_STORE_RULES_IMPORT_RESULT_H
#define PK_STORE_RULES_IMPORT_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/dataset.h"

enum pk_row_fate {
    PK_ROW_UNCHANGED, /* stored already, or a deletion of what is not stored: nothing is written */
    PK_ROW_INSERTED,  /* its key was free: it is written */
    PK_ROW_UPDATED,   /* it differs from the stored row of its key: it is written over that row */
    PK_ROW_DELETED,   /* the stored row of its key is erased */
    PK_ROW_BARED      /* a deleted item or warehouse that other rows name is written with its id
                         alone: counted as deleted */
};

struct pk_import_result {
    int64_t
        data_revision; /* that holds the rows: the one before if nothing changed, or of a dry run */
    int64_t row_count; /* rows of the import, those of one key once */
    int64_t inserted_row_count, updated_row_count, deleted_row_count, unchanged_row_count;
    int64_t created_item_count, created_warehouse_count,
        created_channel_count; /* bare (naming.h) */
    bool replayed; /* the request was published before: the counts are those of that time */
};

/* Counts one row. */
void pk_import_count(struct pk_import_result *result, enum pk_row_fate fate);

/* True if some row was inserted, updated or deleted. */
bool pk_import_changed_rows(const struct pk_import_result *result);

struct pk_revisions {
    int64_t data, forecast;
};

/* What the engine saw beside the counts. */
struct pk_import_effects {
    /* An inbound row was inserted or updated whose item x warehouse had no series of sales then. */
    bool has_new_series;
    /* Sales: the complete-through mark of the import is given and is not the stored one. */
    bool has_moved_mark;
};

/* True if the rows of a kind are what forecasts are made of: sales, items, stock, promotions,
 * prices, covariates. models/history/fingerprint.h mixes the same kinds, row by row. */
bool pk_forecasts_use(enum pk_dataset_kind kind);

/* The revisions after an import of `kind`. Each moves by one or stays.
 *
 * The forecast revision moves if the import changed rows of a kind that forecasts use, or created
 * an item, warehouse or channel, or had one of the two effects; and if it inserted or deleted a
 * warehouse, because a fit knows the warehouse of a series by its place among all of them. The data
 * revision moves whenever the forecast revision does, and if the import changed any row. A header
 * without rows, or rows that are stored already, move nothing. */
struct pk_revisions pk_revisions_after(struct pk_revisions before, enum pk_dataset_kind kind,
                                       const struct pk_import_result *result,
                                       struct pk_import_effects effects);

#endif

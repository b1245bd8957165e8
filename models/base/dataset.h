/* The one description of every input kind: its columns, their types, defaults, ranges and header
 * synonyms.
 *
 * The client reads CSV files by it, the handlers map wire rows by it (a column's wire field has the
 * column's name plus the suffix of its type), the store makes its tables by it. Adding a column is
 * one line in dataset_columns.c, one field in history.proto and one member in the struct that uses
 * it. */
#ifndef PK_BASE_DATASET_H
#define PK_BASE_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/column.h"
#include "models/base/error.h"
#include "models/base/text.h"

/* One value. ABSENT: the file or batch has no such column, keep what is stored. NONE: not given. */
enum pk_cell_state { PK_CELL_ABSENT, PK_CELL_NONE, PK_CELL_SET };
struct pk_cell {
    enum pk_cell_state state;
    int64_t integer;     /* DATE (epoch days), COUNT, MONEY (micros) */
    double number;       /* NUMBER */
    struct pk_text text; /* ID, TEXT, CHOICE; not owned */
};

/* One row: cells[i] belongs to columns[i] of its dataset. */
struct pk_record {
    struct pk_cell cells[PK_COLUMN_COUNT_MAX];
    bool deleted;
};

const struct pk_dataset *pk_dataset_get(enum pk_dataset_kind kind);
/* NULL if there is no such kind. */
const struct pk_dataset *pk_dataset_find(const char *name);
/* Index of a column by English name or Chinese synonym (case of ASCII letters and blanks around
 * ignored); -1 = no such column. */
int pk_dataset_column(const struct pk_dataset *dataset, struct pk_text header);

/* Reads one CSV field into a cell: trims, applies the default, accepts the leniencies of the
 * contract (1,234; 12%; ¥12.50; dates with / or a time part), checks type and range.
 * INVALID_ARGUMENT naming the column, the value and the remedy. */
enum pk_status pk_cell_parse(const struct pk_column *column, struct pk_text field,
                             struct pk_cell *out_cell, struct pk_error *error);

/* Checks type, length and range of a cell that is set. INVALID_ARGUMENT naming the column. */
enum pk_status pk_cell_check(const struct pk_column *column, const struct pk_cell *cell,
                             struct pk_error *error);

/* Checks a record whose cells came over the wire: applies defaults to NONE cells, checks required
 * columns, ranges, ids, choices, and the rules that span columns (start_date <= end_date, ...). */
enum pk_status pk_record_check(const struct pk_dataset *dataset, struct pk_record *record,
                               struct pk_error *error);

#endif

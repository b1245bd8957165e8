/* The table of one dataset, made from its columns: the stored one, or the one that an import stages
 * its rows in.
 *
 * Columns have the names of the dataset's. Dates are epoch days, money is micros, NULL is "not
 * given"; a date in the key is PK_DATE_NONE instead. The primary key is pk_row_key, the order in
 * which models read; the number of a numbered row (pk_row_is_numbered) follows it. A staging table
 * has three more columns: row_number (the position in the stream), deleted, and absent_cells (bit
 * i: column i was not in the file). */
#ifndef PK_STORE_SQLITE_TABLE_H
#define PK_STORE_SQLITE_TABLE_H

#include "models/base/dataset.h"
#include "service/store/rules/row.h"
#include "service/store/sqlite/database.h"

struct pk_table {
    const struct pk_dataset *dataset;
    bool is_staging;
    int key[PK_COLUMN_COUNT_MAX]; /* pk_row_key: the primary key */
    int key_count;
    sqlite3 *database;
    sqlite3_stmt *get, *add, *put, *erase;
};

/* Appends "a, b, c": all columns of the dataset. */
void pk_table_append_columns(sqlite3_str *sql, const struct pk_dataset *dataset);

/* Creates the table if it is missing and adds columns that a newer dataset has. */
enum pk_status pk_table_create(sqlite3 *database, const struct pk_dataset *dataset, bool is_staging,
                               struct pk_error *error);

/* Prepares the statements; pk_table_done accepts a zeroed table. */
enum pk_status pk_table_init(struct pk_table *table, sqlite3 *database,
                             const struct pk_dataset *dataset, bool is_staging,
                             struct pk_error *error);
void pk_table_done(struct pk_table *table);

/* The row with the key of `key`; its texts live until the next call on this table. */
enum pk_status pk_table_get(struct pk_table *table, const struct pk_row *key,
                            struct pk_row *out_row, bool *out_found, struct pk_error *error);
/* Adds a row unless its key is taken. */
enum pk_status pk_table_add(struct pk_table *table, const struct pk_row *row, bool *out_added,
                            struct pk_error *error);
/* Adds or replaces a row. */
enum pk_status pk_table_put(struct pk_table *table, const struct pk_row *row,
                            struct pk_error *error);
enum pk_status pk_table_erase(struct pk_table *table, const struct pk_row *key,
                              struct pk_error *error);

/* Binds the value of one cell of a column; reads a row whose columns are in the order of
 * pk_table_append_columns (staging: followed by row_number, deleted, absent_cells). */
void pk_table_bind_cell(sqlite3_stmt *statement, int index, const struct pk_column *column,
                        const struct pk_cell *cell);
void pk_table_read_row(sqlite3_stmt *statement, const struct pk_dataset *dataset, bool is_staging,
                       struct pk_row *out_row);

#endif

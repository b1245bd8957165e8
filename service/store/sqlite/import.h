/* A running import: rows staged in a database of its own, and their publication in one transaction
 * of the store. */
#ifndef PK_STORE_SQLITE_IMPORT_H
#define PK_STORE_SQLITE_IMPORT_H

#include "models/base/text_map.h"
#include "service/store/rules/import_result.h"
#include "service/store/rules/naming.h"
#include "service/store/rules/sales_values.h"
#include "service/store/sqlite/engine.h"
#include "service/store/sqlite/table.h"

/* Staged sales: ids are numbered within the import; a pair is item x warehouse, a series pair x
 * channel. */
struct pk_sales_staging {
    struct pk_text_map items, warehouses, channels, pairs, series;
    enum pk_staged_series *series_states; /* by series */
    size_t series_capacity;
    int32_t week_start; /* of the store or of the weekly rows before; PK_WEEK_START_NONE */
    sqlite3 *reader;    /* for conflicts with what is stored */
    sqlite3_stmt *find_bucket;
    sqlite3_stmt *get, *add, *put;
};

struct pk_import {
    struct pk_store *store;
    struct pk_import_options options;
    const struct pk_dataset *dataset;
    char *staging_path;
    sqlite3 *staging;
    struct pk_table table;         /* every kind but sales */
    struct pk_sales_staging sales; /* sales only */
    int64_t staged_row_count;
};

/* The writing transaction of one import. */
struct pk_publication {
    struct pk_import *import;
    sqlite3 *database;
    struct pk_import_result result;
    struct pk_import_effects effects;
    sqlite3_stmt *add_names[PK_NAME_KIND_COUNT]; /* an id, bare, unless it is known */
};

/* --- sales (sales_staging.c, sales_publication.c) --- */
enum pk_status pk_sales_staging_init(struct pk_import *import, struct pk_error *error);
void pk_sales_staging_done(struct pk_import *import);
enum pk_status pk_sales_staging_add(struct pk_import *import, const struct pk_record *record,
                                    int64_t row_index, struct pk_error *error);
enum pk_status pk_sales_publish(struct pk_publication *publication, struct pk_error *error);

/* One sales row as staged and as stored. */
struct pk_sales_row {
    int64_t key;        /* day << 32 | series */
    int64_t row_number; /* staged only */
    int64_t source_id;  /* stored only; 0 = none */
    struct pk_sales_values values;
};
/* Reads units, cancelled, returned, paid, ratio from five columns on. */
void pk_sales_values_column(sqlite3_stmt *statement, int index, struct pk_sales_values *out_values);
void pk_sales_values_bind(sqlite3_stmt *statement, int index, const struct pk_sales_values *values);
/* Reads a row of the staging table with all its columns. */
void pk_sales_row_read_staged(sqlite3_stmt *statement, struct pk_sales_row *out_row);

/* Buckets of a stored item x warehouse for pk_bucket_check: *out_bucket_days = 0 if it has no sales
 * (any more). */
enum pk_status pk_series_find_bucket(sqlite3_stmt *find_bucket, struct pk_text item,
                                     struct pk_text warehouse, int32_t wanted_bucket_days,
                                     int32_t *out_bucket_days, struct pk_error *error);
extern const char pk_series_find_bucket_sql[];

/* --- every other kind (publication.c, snapshot_import.c) --- */
enum pk_status pk_rows_publish(struct pk_publication *publication, struct pk_error *error);
enum pk_status pk_promotions_publish(struct pk_publication *publication, struct pk_error *error);
/* Zeroes what a snapshot import does not name; `stored` is the open table of the store. */
enum pk_status pk_snapshot_close_unnamed(struct pk_publication *publication,
                                         struct pk_table *stored, struct pk_error *error);

/* Creates an id that is not known yet, bare, and counts it. */
enum pk_status pk_publication_name(struct pk_publication *publication, enum pk_name_kind kind,
                                   struct pk_text id, struct pk_error *error);

#endif

/* The store: everything the service keeps, behind a few verbs. The engine behind it is one
 * subfolder (sqlite/); another engine implements this header and nothing else changes.
 *
 * Threads: any verb may be called from any thread. There is one writer at a time (imports publish
 * one after the other); readers never wait for it. A change is durable (survives kill -9 and power
 * loss) before its verb returns. */
#ifndef PK_STORE_STORE_H
#define PK_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/dataset.h"
#include "models/base/error.h"
#include "models/base/limits.h"
#include "models/history/shop_data.h"
#include "service/store/raised_store.h"
#include "service/store/suggestion_store.h"

struct pk_store;

/* Properties fixed when a store is created; empty strings on open = keep what is stored (or the
 * default). */
struct pk_store_properties {
    char currency_code[4]; /* CNY */
    char time_zone[64];    /* Asia/Shanghai */
    char calendar[8];      /* auto, cn or none */
};

/* Opens DIR (made if missing, 0700), creates or migrates the store, wipes staging left by a crash,
 * and takes the lock of the directory. FAILED_PRECONDITION: another service holds it, a newer
 * version wrote it, or a property differs from the one at creation; RESOURCE_EXHAUSTED: disk;
 * DATA_LOSS: not a store. Messages name the path and the remedy. */
enum pk_status pk_store_open(const char *directory, const struct pk_store_properties *wanted,
                             struct pk_store **out_store, struct pk_error *error);
void pk_store_close(struct pk_store *store);

struct pk_store_properties pk_store_get_properties(struct pk_store *store);

/* Revision of the last published change; an atomic load. The forecast revision moves only when rows
 * that forecasts use (sales, items, stock, promotions, prices, covariates) change. */
int64_t pk_store_data_revision(struct pk_store *store);
int64_t pk_store_forecast_revision(struct pk_store *store);

/* --- import: stage rows, then publish all of them in one transaction
 * ------------------------------------------- */

struct pk_import_options {
    char request_id[PK_ID_BYTES_MAX_PLUS_NUL];
    enum pk_dataset_kind kind;
    int32_t bucket_days;           /* sales: 1 or 7 */
    int32_t complete_through_date; /* sales: PK_DATE_NONE = unchanged */
    bool snapshot; /* stock, inbound: unnamed keys of the named warehouses become 0 or closed */
    bool lenient;  /* leave conflicting rows out instead of refusing */
    bool dry_run;
    char replace_source[PK_ID_BYTES_MAX_PLUS_NUL]; /* sales: replace this source's rows on every
                                                      date in the import */
};

struct pk_import_result {
    int64_t data_revision;
    int64_t row_count, inserted_row_count, updated_row_count, deleted_row_count,
        unchanged_row_count;
    int64_t created_item_count, created_warehouse_count, created_channel_count;
    bool replayed;
};

struct pk_import;

/* If request_id was published before: *out_import = NULL and *out_result is the first result with
 * replayed = true. */
enum pk_status pk_import_begin(struct pk_store *store, const struct pk_import_options *options,
                               struct pk_import **out_import, struct pk_import_result *out_result,
                               struct pk_error *error);

/* Stages one checked record (pk_record_check has passed); row_index is its position in the stream.
 * ALREADY_EXISTS: the same key came before in this import with other values (message names both
 * rows); FAILED_PRECONDITION: bucket or weekday conflict with the series. */
enum pk_status pk_import_add(struct pk_import *import, const struct pk_record *record,
                             int64_t row_index, struct pk_error *error);

/* Publishes everything staged with a FULL commit; if that changed anything, the revision moves.
 * Frees the import in every case.
 *
 * Counts: row_count is the rows staged, equal ones once; rows that a snapshot closes or that
 * replace_source drops are updated or deleted ones besides. Items, warehouses and channels that a
 * row names for the first time are created bare. Deleting an item removes its master data; it stays
 * known, bare, as long as sales, supply, stock, inbound, promotions, prices or covariates name it.
 * Deleting what is not there changes nothing. snapshot: an inbound line that is not named in a
 * named warehouse gets 0 units; a lot of stock that is not named on a named (warehouse, date) gets
 * a row of 0 on that date if its last row up to it is not 0. FAILED_PRECONDITION,
 * RESOURCE_EXHAUSTED (disk, PK_COVARIATE_NAME_COUNT_MAX): nothing has changed. */
enum pk_status pk_import_publish(struct pk_import *import, struct pk_import_result *out_result,
                                 struct pk_error *error);
/* Drops everything staged. Accepts NULL. */
void pk_import_abort(struct pk_import *import);

/* --- reading
 * --------------------------------------------------------------------------------------------------
 */

/* as_of_date PK_DATE_NONE = the live one: the complete-through mark if one was set, else the last
 * sales date (the last day before 1990 + 1 if the store has no sales: shop.series_count is 0 then).
 * Every item has at least its rows; a series exists for each item x warehouse with sales, stock or
 * inbound (its bucket is that of its sales, 1 without sales). */
enum pk_status pk_store_load(struct pk_store *store, int32_t as_of_date,
                             struct pk_shop_data **out_data, struct pk_error *error);
void pk_shop_data_free(struct pk_shop_data *data);

/* Sales of one channel summed over a range, for KPIs by channel. */
struct pk_channel_sum {
    char channel[PK_ID_BYTES_MAX_PLUS_NUL];
    int64_t units, cancelled_units, returned_units;
    int64_t paid_amount_micros;
    int64_t active_item_count; /* items with at least one paid unit */
};
/* *out_sums is malloc'ed, ordered by channel. */
enum pk_status pk_store_sum_channels(struct pk_store *store, int32_t from_date, int32_t to_date,
                                     struct pk_channel_sum **out_sums, size_t *out_count,
                                     struct pk_error *error);

/* Calls `visit` for stored rows of a kind in key order, after `page_token` (empty = from the
 * start), at most `limit` times; a visit that fails ends the list with its status.
 * out_next_token[...] is empty when nothing is left. */
struct pk_list_filter {
    const char *item_id, *warehouse_id; /* "" = all */
    int32_t from_date, to_date;         /* PK_DATE_NONE = open */
};
/* The longest key (a covariate's, with every byte escaped) fits. */
#define PK_PAGE_TOKEN_SIZE 2560
enum pk_status pk_store_list(
    struct pk_store *store, enum pk_dataset_kind kind, const struct pk_list_filter *filter,
    const char *page_token, int32_t limit,
    enum pk_status (*visit)(void *context, const struct pk_record *record, struct pk_error *error),
    void *context, char out_next_token[PK_PAGE_TOKEN_SIZE], struct pk_error *error);

/* A promotion as its rows say together, whatever their status, is made from pk_store_list rows by
 * the workflow. */

struct pk_store_status {
    int64_t size_bytes;
    int64_t data_revision;
    int64_t sales_row_count, series_count, item_count, warehouse_count, channel_count;
    int32_t first_sales_date, last_sales_date, complete_through_date; /* PK_DATE_NONE = none */
    int32_t last_covariate_date;
    char last_import_kind[16];
    char last_import_time[32]; /* RFC 3339, UTC; "" = never */
};
enum pk_status pk_store_get_status(struct pk_store *store, struct pk_store_status *out_status,
                                   struct pk_error *error);

/* NOT_FOUND with the field item_id or warehouse_id if no row has ever named it; "" is not asked. */
enum pk_status pk_store_check_ids(struct pk_store *store, const char *item_id,
                                  const char *warehouse_id, struct pk_error *error);

/* --- snapshots
 * ------------------------------------------------------------------------------------------------
 */

struct pk_snapshot_record {
    char snapshot_id[PK_ID_BYTES_MAX_PLUS_NUL];
    int64_t forecast_revision;
    int32_t as_of_date;
    char model_version[32];
    char config_hash[32];
    char calendar_version[32];
    int64_t created_epoch_seconds;
    unsigned char *bytes; /* malloc'ed by load, borrowed by save */
    size_t size;
};
/* One transaction, with a checksum; all but the newest PK_SNAPSHOT_KEPT_COUNT are removed. */
enum pk_status pk_store_save_snapshot(struct pk_store *store,
                                      const struct pk_snapshot_record *record,
                                      struct pk_error *error);
/* The newest; NOT_FOUND if there is none, DATA_LOSS if its checksum does not fit. */
enum pk_status pk_store_load_snapshot(struct pk_store *store, struct pk_snapshot_record *out_record,
                                      struct pk_error *error);

#endif

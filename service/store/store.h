/* The store: everything the service keeps, behind a few verbs.
 *
 * An engine is a subfolder that implements this header, suggestion_store.h and raised_store.h;
 * sqlite/ is the one there is, and nothing else changes with another. An engine holds rows and
 * transactions. Whatever any engine has to decide is a rule without a database in rules/, and each
 * verb below names the rules that it goes by:
 *
 *   rules/row.h, sales_values.h  when two rows of one key are one, what a row keeps of the stored
 *                                one, what it does
 *   rules/naming.h               what a row creates bare, what keeps a deleted item or warehouse
 *                                known
 *   rules/bucket.h               days and weeks of sales
 *   rules/snapshot_closing.h     what a snapshot import closes
 *   rules/store_check.h          what must hold of the whole store after an import
 *   rules/import_request.h       a request has one effect; how large it may be
 *   rules/import_result.h        what is counted, which revisions move
 *   rules/as_of.h                which days a load sees
 *   rules/shop_builder.h, shop_feed.h  how stored rows become a shop
 *   rules/series.h               the series of a shop, and how sales become their buckets
 *   rules/list_filter.h, page_token.h  which rows a list shows, and where its next page begins
 *   rules/property.h             what is fixed when a store is created
 *   rules/suggestion_life.h      which suggestion may move, who moves it, what closes it
 *   snapshot_bytes.h             the bytes of a saved fit
 *
 * Promises of every verb. It may be called from any thread. Verbs that write do so one after the
 * other; verbs that read never wait for them and see one consistent state, the one after some whole
 * transaction. A change is durable (survives kill -9 and power loss) before its verb returns PK_OK.
 * A verb that fails has changed nothing and leaves its outputs untouched. Texts are compared and
 * sorted byte by byte. Besides the failures that a verb names, each may fail with OUT_OF_MEMORY,
 * RESOURCE_EXHAUSTED (the disk is full), UNAVAILABLE (the disk or the database cannot be reached
 * now) and DATA_LOSS (what is stored is damaged); messages name the place and the remedy. */
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
#include "service/store/rules/import_result.h"
#include "service/store/rules/list_filter.h"
#include "service/store/rules/page_token.h"
#include "service/store/rules/shop_builder.h"
#include "service/store/suggestion_store.h"

struct pk_store;

/* Fixed when a store is created (rules/property.h). Wanted "" = what is stored, or the default. */
struct pk_store_properties {
    char currency_code[4]; /* ISO 4217, as CNY */
    char time_zone[64];    /* of the tz database, as Asia/Shanghai */
    char calendar[8];      /* auto, cn or none */
};

/* Opens the store in `directory` (made if missing, 0700), for this service alone until
 * pk_store_close. Creates it, or brings an older one to the present form without loss; rows of
 * imports that a crash has left unpublished are gone. `wanted` NULL = nothing wanted.
 * INVALID_ARGUMENT: no directory is named; FAILED_PRECONDITION: another service holds it, a newer
 * version wrote it, or a property differs from the one at creation; DATA_LOSS: not a store. */
enum pk_status pk_store_open(const char *directory, const struct pk_store_properties *wanted,
                             struct pk_store **out_store, struct pk_error *error);
/* Accepts NULL. No other verb may run. */
void pk_store_close(struct pk_store *store);

struct pk_store_properties pk_store_get_properties(struct pk_store *store);

/* Revisions of the last published import, kept across restarts; 0 before the first. They never
 * fall, and move only as pk_revisions_after says: the data revision with every change that an
 * import makes, the forecast revision when what forecasts use has changed. Suggestions, reviews and
 * saved fits move neither. An atomic load. */
int64_t pk_store_data_revision(struct pk_store *store);
int64_t pk_store_forecast_revision(struct pk_store *store);

/* --- import: stage rows, then publish all of them in one transaction --- */

struct pk_import_options {
    char request_id[PK_ID_BYTES_MAX_PLUS_NUL];
    enum pk_dataset_kind kind;
    int32_t bucket_days; /* sales: 1 or 7 */
    /* Sales: the mark of the last complete day; PK_DATE_NONE = unchanged. */
    int32_t complete_through_date;
    bool snapshot; /* stock, inbound: the rows are all there is (rules/snapshot_closing.h) */
    bool lenient;  /* for the caller, who goes on after a refused row; no concern of the store */
    bool dry_run;  /* publish counts and checks everything and changes nothing */
    /* Sales: the name of a source; on every date of the import, stored rows of the source that the
     * import does not name are deleted. Its own rows belong to the source from now on. "" =
     * none. */
    char replace_source[PK_ID_BYTES_MAX_PLUS_NUL];
};

struct pk_import;

/* Begins to stage rows. Several imports may be staged side by side; nothing of them is seen before
 * it is published. If the request was published before and is remembered (rules/import_request.h):
 * *out_import = NULL, and *out_result is the result of that time with replayed = true.
 * ALREADY_EXISTS: its id was used for another kind. */
enum pk_status pk_import_begin(struct pk_store *store, const struct pk_import_options *options,
                               struct pk_import **out_import, struct pk_import_result *out_result,
                               struct pk_error *error);

/* Stages one checked record (pk_record_check has passed); row_index is its position in the stream.
 * Texts are copied. A row whose key came before in this import is joined with the earlier one
 * (pk_row_join, pk_sales_values_join).
 *
 * ALREADY_EXISTS: it cannot be joined; FAILED_PRECONDITION: its bucket or weekday conflicts with
 * stored or staged ones (pk_bucket_check, pk_week_start_check); RESOURCE_EXHAUSTED:
 * pk_import_check_size. After a refusal the import goes on as if the row had not come. */
enum pk_status pk_import_add(struct pk_import *import, const struct pk_record *record,
                             int64_t row_index, struct pk_error *error);

/* Publishes everything staged in one transaction, and frees the import in every case.
 *
 *   - The request is looked up again: if another import has published it meanwhile, its result is
 *     the result.
 *   - The bucket of every series and the week start are checked again (pk_bucket_check,
 *     pk_week_start_settle).
 *   - Every row is merged with the stored row of its key: pk_row_publish or pk_sales_values_publish
 *     says what happens to it, and pk_import_count counts it. Numbered rows (pk_row_is_numbered)
 *     replace all earlier ones of their id; those that stay over are deleted.
 *   - Whatever a written or unchanged row names is known from now on, and created bare if it was
 *     not (rules/naming.h).
 *   - Inbound: a row with a recorded_date is kept as what was known of its line on that day,
 *     besides the line itself, over an earlier record of the day. A row that names a suggestion
 *     closes it (pk_suggestion_named_by).
 *   - replace_source and snapshot delete or close what the import does not name; those rows are
 *     counted besides.
 *   - Covariates and components are checked as a whole (rules/store_check.h).
 *   - The revisions move as pk_revisions_after says; the mark of the last complete day is set; kind
 *     and time of the import and, by its request id, its result are remembered. An import of
 *     inbound moves the suggestion revision too.
 *
 * row_count is the rows staged, those of one key once. A dry run does all of it, gives the counts
 * with the present data revision, and undoes it: nothing is remembered. FAILED_PRECONDITION,
 * RESOURCE_EXHAUSTED: as the rules say. */
enum pk_status pk_import_publish(struct pk_import *import, struct pk_import_result *out_result,
                                 struct pk_error *error);
/* Drops everything staged. Accepts NULL. */
void pk_import_abort(struct pk_import *import);

/* --- reading --- */

/* All that models need, as of a day; PK_DATE_NONE = the live one. pk_as_of_resolve says which days
 * are seen of what.
 *
 * The engine feeds its rows to a builder (rules/shop_builder.h), which says which feeds there are,
 * in which order their rows come, and what becomes of them. Lines of inbound are fed as they are;
 * for a past day as they were recorded last up to it (recorded_date). A line without records is fed
 * as it is; one whose first record is later is not fed. The supplier of a line is always the
 * present one. Series and sales: rules/series.h. The engine sets revisions, as_of_date, week_start
 * and calendar (pk_property_calendar). Free with pk_shop_data_free. */
enum pk_status pk_store_load(struct pk_store *store, int32_t as_of_date,
                             struct pk_shop_data **out_data, struct pk_error *error);

/* Sales of one channel summed over a range, for KPIs by channel. */
struct pk_channel_sum {
    char channel[PK_ID_BYTES_MAX_PLUS_NUL];
    int64_t units, cancelled_units, returned_units;
    int64_t paid_amount_micros;
    int64_t active_item_count; /* items with at least one paid unit */
};
/* Of sales rows with from_date <= date <= to_date, weeks by their first day; cancelled and returned
 * units are not taken off, and an unknown paid amount is 0. Channels without rows are left out.
 * *out_sums is malloc'ed, ascending channel; NULL if there are none. */
enum pk_status pk_store_sum_channels(struct pk_store *store, int32_t from_date, int32_t to_date,
                                     struct pk_channel_sum **out_sums, size_t *out_count,
                                     struct pk_error *error);

/* Calls `visit` for stored rows of a kind that the filter shows (pk_list_conditions), at most
 * `limit` (> 0) times, in the order of their keys (pk_row_key; sales: date, item, warehouse,
 * channel), after the key of `page_token` ("" or NULL = from the start). Cells are set or none,
 * never absent; the texts live during the visit. A visit that fails ends the list with its status.
 * out_next_token: pk_page_token_write of the last row shown, "" if no row is left after it.
 * INVALID_ARGUMENT: not a token of this kind. */
enum pk_status pk_store_list(
    struct pk_store *store, enum pk_dataset_kind kind, const struct pk_list_filter *filter,
    const char *page_token, int32_t limit,
    enum pk_status (*visit)(void *context, const struct pk_record *record, struct pk_error *error),
    void *context, char out_next_token[PK_PAGE_TOKEN_SIZE], struct pk_error *error);

struct pk_store_status {
    int64_t size_bytes; /* on disk */
    int64_t data_revision;
    int64_t sales_row_count;
    int64_t
        series_count; /* item x warehouse x channel, those included whose rows were all deleted */
    int64_t item_count, warehouse_count, channel_count; /* known ones, bare ones included */
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

/* --- snapshots: saved fits --- */

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
/* Adds a fit, packed with its checksum (snapshot_bytes.h), and removes all but the newest
 * PK_SNAPSHOT_KEPT_COUNT. */
enum pk_status pk_store_save_snapshot(struct pk_store *store,
                                      const struct pk_snapshot_record *record,
                                      struct pk_error *error);
/* The one saved last. NOT_FOUND: none was saved yet; DATA_LOSS: pk_snapshot_bytes_unpack. */
enum pk_status pk_store_load_snapshot(struct pk_store *store, struct pk_snapshot_record *out_record,
                                      struct pk_error *error);

#endif

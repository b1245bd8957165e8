#include "service/store/sqlite/import.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "service/store/sqlite/schema.h"

/* One transaction that is never committed: small imports never touch the disk, large ones spill. */
#define STAGING_PRAGMAS                                                                            \
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"        \
    "PRAGMA cache_size = -65536; BEGIN"

static enum pk_status find_earlier_result(sqlite3 *database,
                                          const struct pk_import_options *options, bool *out_found,
                                          struct pk_import_result *out_result,
                                          struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool found = false;
    const char *kind = pk_dataset_get(options->kind)->name;
    enum pk_status status = pk_database_prepare(
        database,
        "SELECT kind, data_revision, row_count, inserted_row_count, updated_row_count,"
        " deleted_row_count, unchanged_row_count, created_item_count, created_warehouse_count,"
        " created_channel_count FROM imports WHERE request_id = ? AND published_epoch_seconds > ?",
        &statement, error);
    if (status != PK_OK)
        goto cleanup;
    pk_database_bind_text(statement, 1, pk_text_from(options->request_id));
    sqlite3_bind_int64(statement, 2,
                       (int64_t)time(NULL) - (int64_t)PK_REQUEST_ID_KEPT_DAYS * 86400);
    status = pk_database_step(statement, &found, error);
    if (status != PK_OK)
        goto cleanup;
    if (found && !pk_text_equal(pk_database_column_text(statement, 0), pk_text_from(kind))) {
        status = pk_error_set(error, PK_ALREADY_EXISTS, "request_id",
                              "'%s' was used for an import of %s; choose a new one for %s",
                              options->request_id, (const char *)sqlite3_column_text(statement, 0),
                              kind);
    } else if (found) {
        *out_result =
            (struct pk_import_result){.data_revision = sqlite3_column_int64(statement, 1),
                                      .row_count = sqlite3_column_int64(statement, 2),
                                      .inserted_row_count = sqlite3_column_int64(statement, 3),
                                      .updated_row_count = sqlite3_column_int64(statement, 4),
                                      .deleted_row_count = sqlite3_column_int64(statement, 5),
                                      .unchanged_row_count = sqlite3_column_int64(statement, 6),
                                      .created_item_count = sqlite3_column_int64(statement, 7),
                                      .created_warehouse_count = sqlite3_column_int64(statement, 8),
                                      .created_channel_count = sqlite3_column_int64(statement, 9),
                                      .replayed = true};
    }
    *out_found = found;
cleanup:
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status open_staging(struct pk_import *import, struct pk_error *error)
{
    size_t size = strlen(import->store->staging_path) + 32;
    import->staging_path = malloc(size);
    if (import->staging_path == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for an import");
    pk_text_format(import->staging_path, size, "%s/import-%llu.db", import->store->staging_path,
                   (unsigned long long)atomic_fetch_add(&import->store->import_number, 1));
    enum pk_status status =
        pk_database_open(import->staging_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                         STAGING_PRAGMAS, &import->staging, error);
    if (status != PK_OK)
        return status;
    if (import->options.kind == PK_DATASET_SALES)
        return pk_sales_staging_init(import, error);
    status = pk_table_create(import->staging, import->dataset, true, error);
    if (status == PK_OK)
        status = pk_table_init(&import->table, import->staging, import->dataset, true, error);
    return status;
}

enum pk_status pk_import_begin(struct pk_store *store, const struct pk_import_options *options,
                               struct pk_import **out_import, struct pk_import_result *out_result,
                               struct pk_error *error)
{
    sqlite3 *reader = NULL;
    bool found = false;
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status = find_earlier_result(reader, options, &found, out_result, error);
    pk_store_release_reader(store, reader);
    if (status != PK_OK)
        return status;
    if (found) {
        *out_import = NULL;
        return PK_OK;
    }
    struct pk_import *import = calloc(1, sizeof *import);
    if (import == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for an import");
    import->store = store;
    import->options = *options;
    import->dataset = pk_dataset_get(options->kind);
    status = open_staging(import, error);
    if (status == PK_OK)
        *out_import = import;
    else
        pk_import_abort(import);
    return status;
}

enum pk_status pk_import_refuse_twin(int64_t earlier_row, int64_t row_index, const char *column,
                                     struct pk_error *error)
{
    return pk_error_set(error, PK_ALREADY_EXISTS, column,
                        "row %lld has the key of row %lld but another %s; keep one of them",
                        (long long)row_index, (long long)earlier_row, column);
}

/* The same key came before: equal rows are one row, columns that only one of them has are joined.
 */
static enum pk_status join_twin(struct pk_import *import, const struct pk_row *row,
                                struct pk_error *error)
{
    const struct pk_dataset *dataset = import->dataset;
    struct pk_row joined;
    bool found = false, changed = false;
    enum pk_status status = pk_table_get(&import->table, row, &joined, &found, error);
    if (status != PK_OK)
        return status;
    if (!found)
        return pk_error_set(error, PK_INTERNAL, "", "a staged row has vanished");
    if (joined.record.deleted != row->record.deleted)
        return pk_import_refuse_twin(joined.row_number, row->row_number, "op", error);
    for (size_t i = 0; i < dataset->column_count && !row->record.deleted; i++) {
        const struct pk_cell *cell = &row->record.cells[i];
        struct pk_cell *earlier = &joined.record.cells[i];
        if (cell->state == PK_CELL_ABSENT)
            continue;
        if (earlier->state == PK_CELL_ABSENT) {
            *earlier = *cell;
            changed = true;
        } else if (!pk_cell_equal(&dataset->columns[i], earlier, cell)) {
            return pk_import_refuse_twin(joined.row_number, row->row_number,
                                         dataset->columns[i].name, error);
        }
    }
    return changed ? pk_table_put(&import->table, &joined, error) : PK_OK;
}

enum pk_status pk_import_add(struct pk_import *import, const struct pk_record *record,
                             int64_t row_index, struct pk_error *error)
{
    if (import->staged_row_count >= PK_IMPORT_ROW_COUNT_MAX)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                            "more than %lld rows in one import; send it in several",
                            (long long)PK_IMPORT_ROW_COUNT_MAX);
    if (import->options.kind == PK_DATASET_SALES)
        return pk_sales_staging_add(import, record, row_index, error);
    struct pk_row row = {.record = *record, .row_number = row_index};
    bool added = false;
    enum pk_status status = pk_table_add(&import->table, &row, &added, error);
    if (status == PK_OK && !added)
        return join_twin(import, &row, error);
    import->staged_row_count += status == PK_OK;
    return status;
}

void pk_import_abort(struct pk_import *import)
{
    if (import == NULL)
        return;
    pk_sales_staging_done(import);
    pk_table_done(&import->table);
    sqlite3_close(import->staging);
    if (import->staging_path != NULL)
        unlink(import->staging_path);
    free(import->staging_path);
    free(import);
}

static enum pk_status remember(struct pk_publication *publication, struct pk_error *error)
{
    const struct pk_import_result *result = &publication->result;
    sqlite3_stmt *statement = NULL;
    int64_t now = (int64_t)time(NULL);
    char sql[128];
    pk_text_format(sql, sizeof sql, "DELETE FROM imports WHERE published_epoch_seconds <= %lld",
                   (long long)(now - (int64_t)PK_REQUEST_ID_KEPT_DAYS * 86400));
    enum pk_status status = pk_database_run(publication->database, sql, error);
    if (status == PK_OK)
        status = pk_database_prepare(publication->database,
                                     "INSERT INTO imports VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                                     &statement, error);
    if (status == PK_OK) {
        const int64_t numbers[] = {now,
                                   result->data_revision,
                                   result->row_count,
                                   result->inserted_row_count,
                                   result->updated_row_count,
                                   result->deleted_row_count,
                                   result->unchanged_row_count,
                                   result->created_item_count,
                                   result->created_warehouse_count,
                                   result->created_channel_count};
        pk_database_bind_text(statement, 1, pk_text_from(publication->import->options.request_id));
        pk_database_bind_text(statement, 2, pk_text_from(publication->import->dataset->name));
        for (int i = 0; i < (int)(sizeof numbers / sizeof numbers[0]); i++)
            sqlite3_bind_int64(statement, i + 3, numbers[i]);
        status = pk_database_execute(statement, error);
    }
    sqlite3_finalize(statement);
    return status;
}

/* A header without rows, or rows that are stored already, are no change. */
static bool has_changed(const struct pk_publication *publication)
{
    const struct pk_import_result *result = &publication->result;
    return publication->moves_forecasts ||
           result->inserted_row_count + result->updated_row_count + result->deleted_row_count > 0;
}

/* Revisions, last import and the remembered request: the end of every publishing transaction. */
static enum pk_status close_books(struct pk_publication *publication,
                                  int64_t *out_forecast_revision, struct pk_error *error)
{
    sqlite3 *database = publication->database;
    struct pk_store *store = publication->import->store;
    int64_t forecast_revision =
        pk_store_forecast_revision(store) + (publication->moves_forecasts ? 1 : 0);
    publication->result.data_revision =
        pk_store_data_revision(store) + (has_changed(publication) ? 1 : 0);
    publication->result.row_count = publication->import->staged_row_count;
    char now_text[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(now_text, sizeof now_text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    enum pk_status status = pk_meta_put_integer(database, PK_META_DATA_REVISION,
                                                publication->result.data_revision, error);
    if (status == PK_OK)
        status = pk_meta_put_integer(database, PK_META_FORECAST_REVISION, forecast_revision, error);
    if (status == PK_OK)
        status = pk_meta_put_text(database, PK_META_LAST_IMPORT_KIND,
                                  publication->import->dataset->name, error);
    if (status == PK_OK)
        status = pk_meta_put_text(database, PK_META_LAST_IMPORT_TIME, now_text, error);
    if (status == PK_OK)
        status = remember(publication, error);
    if (status == PK_OK)
        *out_forecast_revision = forecast_revision;
    return status;
}

static enum pk_status check_covariate_names(struct pk_publication *publication,
                                            struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status = pk_database_prepare(
        publication->database, "SELECT count(DISTINCT name) FROM covariates", &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &row, error);
    if (status == PK_OK && row && sqlite3_column_int64(statement, 0) > PK_COVARIATE_NAME_COUNT_MAX)
        status = pk_error_set(error, PK_RESOURCE_EXHAUSTED, "name",
                              "the store would hold %lld covariate names; at most %d fit: delete "
                              "rows of names that are no longer used",
                              (long long)sqlite3_column_int64(statement, 0),
                              PK_COVARIATE_NAME_COUNT_MAX);
    sqlite3_finalize(statement);
    return status;
}

/* No item may be part of itself, at any depth; deeper than PK_COMPONENT_DEPTH_MAX is refused too. */
static enum pk_status check_components(struct pk_publication *publication, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status =
        pk_database_prepare(publication->database,
                            "WITH RECURSIVE walk(root, item, depth) AS ("
                            " SELECT parent_item_id, component_item_id, 1 FROM components UNION"
                            " SELECT root, component_item_id, depth + 1 FROM walk JOIN components"
                            " ON parent_item_id = item WHERE depth <= ? AND item <> root)"
                            " SELECT root FROM walk WHERE item = root OR depth > ? LIMIT 1",
                            &statement, error);
    if (status == PK_OK) {
        sqlite3_bind_int(statement, 1, PK_COMPONENT_DEPTH_MAX);
        sqlite3_bind_int(statement, 2, PK_COMPONENT_DEPTH_MAX);
        status = pk_database_step(statement, &row, error);
    }
    if (status == PK_OK && row) {
        const struct pk_text root = pk_database_column_text(statement, 0);
        status = pk_error_set(error, PK_FAILED_PRECONDITION, "component_item_id",
                              "'%.*s' would contain itself, or lie more than %d levels deep; "
                              "delete a row with op = delete",
                              (int)root.size, root.bytes, PK_COMPONENT_DEPTH_MAX);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status publish_rows(struct pk_publication *publication, struct pk_error *error)
{
    switch (publication->import->options.kind) {
    case PK_DATASET_SALES:
        return pk_sales_publish(publication, error);
    case PK_DATASET_PROMOTIONS:
        return pk_promotions_publish(publication, error);
    case PK_DATASET_COVARIATES: {
        enum pk_status status = pk_rows_publish(publication, error);
        return status == PK_OK ? check_covariate_names(publication, error) : status;
    }
    case PK_DATASET_COMPONENTS: {
        enum pk_status status = pk_rows_publish(publication, error);
        return status == PK_OK ? check_components(publication, error) : status;
    }
    default:
        return pk_rows_publish(publication, error);
    }
}

static enum pk_status prepare_names(struct pk_publication *publication, struct pk_error *error)
{
    sqlite3 *database = publication->database;
    enum pk_status status =
        pk_database_prepare(database, "INSERT INTO items(item_id) VALUES(?) ON CONFLICT DO NOTHING",
                            &publication->add_item, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            database, "INSERT INTO warehouses(warehouse_id) VALUES(?) ON CONFLICT DO NOTHING",
            &publication->add_warehouse, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            database, "INSERT INTO channels(channel) VALUES(?) ON CONFLICT DO NOTHING",
            &publication->add_channel, error);
    return status;
}

static enum pk_status name(struct pk_publication *publication, sqlite3_stmt *add,
                           struct pk_text text, int64_t *count, struct pk_error *error)
{
    pk_database_bind_text(add, 1, text);
    enum pk_status status = pk_database_execute(add, error);
    if (status == PK_OK && sqlite3_changes(publication->database) > 0) {
        (*count)++;
        publication->moves_forecasts = true;
    }
    return status;
}

enum pk_status pk_publication_name_item(struct pk_publication *publication, struct pk_text item,
                                        struct pk_error *error)
{
    return name(publication, publication->add_item, item, &publication->result.created_item_count,
                error);
}

enum pk_status pk_publication_name_warehouse(struct pk_publication *publication,
                                             struct pk_text warehouse, struct pk_error *error)
{
    return name(publication, publication->add_warehouse, warehouse,
                &publication->result.created_warehouse_count, error);
}

enum pk_status pk_publication_name_channel(struct pk_publication *publication,
                                           struct pk_text channel, struct pk_error *error)
{
    return name(publication, publication->add_channel, channel,
                &publication->result.created_channel_count, error);
}

enum pk_status pk_import_publish(struct pk_import *import, struct pk_import_result *out_result,
                                 struct pk_error *error)
{
    struct pk_store *store = import->store;
    struct pk_publication publication = {.import = import, .database = store->writer};
    int64_t forecast_revision = 0;
    bool found = false, committed = false;
    enum pk_status status = pk_store_begin_writing(store, error);
    if (status == PK_OK)
        status = find_earlier_result(store->writer, &import->options, &found, &publication.result,
                                     error);
    if (status != PK_OK || found)
        goto cleanup;
    status = prepare_names(&publication, error);
    if (status == PK_OK)
        status = publish_rows(&publication, error);
    if (status == PK_OK)
        status = close_books(&publication, &forecast_revision, error);
    if (status == PK_OK && !import->options.dry_run) {
        status = pk_database_run(store->writer, "COMMIT", error);
        committed = status == PK_OK;
    }
cleanup:
    sqlite3_finalize(publication.add_item);
    sqlite3_finalize(publication.add_warehouse);
    sqlite3_finalize(publication.add_channel);
    if (committed) {
        atomic_store(&store->forecast_revision, forecast_revision);
        atomic_store(&store->data_revision, publication.result.data_revision);
        if (import->options.kind == PK_DATASET_INBOUND)
            atomic_fetch_add(&store->suggestion_revision, 1);
    } else if (status == PK_OK && !found) {
        publication.result.data_revision = pk_store_data_revision(store);
    }
    pk_store_end_writing(store);
    if (status == PK_OK)
        *out_result = publication.result;
    pk_import_abort(import);
    return status;
}

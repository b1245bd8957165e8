#include "service/store/sqlite/import.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "models/base/array.h"
#include "service/store/rules/import_request.h"
#include "service/store/rules/store_check.h"
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
    enum pk_status status = pk_database_prepare(
        database,
        "SELECT kind, data_revision, row_count, inserted_row_count, updated_row_count,"
        " deleted_row_count, unchanged_row_count, created_item_count, created_warehouse_count,"
        " created_channel_count FROM imports WHERE request_id = ? AND published_epoch_seconds > ?",
        &statement, error);
    if (status != PK_OK)
        goto cleanup;
    pk_database_bind_text(statement, 1, pk_text_from(options->request_id));
    sqlite3_bind_int64(statement, 2, pk_request_forgotten_until((int64_t)time(NULL)));
    status = pk_database_step(statement, &found, error);
    if (status != PK_OK)
        goto cleanup;
    if (found)
        status = pk_request_check_kind(options->request_id, pk_database_column_text(statement, 0),
                                       options->kind, error);
    if (status == PK_OK && found)
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

/* The key came before in this import. */
static enum pk_status join_twin(struct pk_import *import, const struct pk_row *row,
                                struct pk_error *error)
{
    struct pk_row joined;
    bool found = false, changed = false;
    enum pk_status status = pk_table_get(&import->table, row, &joined, &found, error);
    if (status == PK_OK && !found)
        status = pk_error_set(error, PK_INTERNAL, "", "a staged row has vanished");
    if (status == PK_OK)
        status = pk_row_join(import->dataset, &joined, row, &changed, error);
    return status == PK_OK && changed ? pk_table_put(&import->table, &joined, error) : status;
}

enum pk_status pk_import_add(struct pk_import *import, const struct pk_record *record,
                             int64_t row_index, struct pk_error *error)
{
    enum pk_status status = pk_import_check_size(import->staged_row_count, error);
    if (status != PK_OK)
        return status;
    if (import->options.kind == PK_DATASET_SALES)
        return pk_sales_staging_add(import, record, row_index, error);
    struct pk_row row = {.record = *record, .row_number = row_index};
    bool added = false;
    status = pk_table_add(&import->table, &row, &added, error);
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
                   (long long)pk_request_forgotten_until(now));
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

/* Revisions, last import and the remembered request: the end of every publishing transaction. */
static enum pk_status close_books(struct pk_publication *publication,
                                  struct pk_revisions *out_revisions, struct pk_error *error)
{
    sqlite3 *database = publication->database;
    struct pk_import *import = publication->import;
    const struct pk_revisions before = {pk_store_data_revision(import->store),
                                        pk_store_forecast_revision(import->store)};
    const struct pk_revisions after = pk_revisions_after(
        before, import->options.kind, &publication->result, publication->effects);
    publication->result.data_revision = after.data;
    publication->result.row_count = import->staged_row_count;
    char now_text[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(now_text, sizeof now_text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    enum pk_status status = pk_meta_put_integer(database, PK_META_DATA_REVISION, after.data, error);
    if (status == PK_OK)
        status = pk_meta_put_integer(database, PK_META_FORECAST_REVISION, after.forecast, error);
    if (status == PK_OK)
        status = pk_meta_put_text(database, PK_META_LAST_IMPORT_KIND, import->dataset->name, error);
    if (status == PK_OK)
        status = pk_meta_put_text(database, PK_META_LAST_IMPORT_TIME, now_text, error);
    if (status == PK_OK)
        status = remember(publication, error);
    if (status == PK_OK)
        *out_revisions = after;
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
    if (status == PK_OK && row)
        status = pk_covariate_names_check(sqlite3_column_int64(statement, 0), error);
    sqlite3_finalize(statement);
    return status;
}

/* All rows of components as edges between numbered items. */
static enum pk_status read_edges(sqlite3 *database, struct pk_text_map *items,
                                 struct pk_component_edge **edges, size_t *edge_count,
                                 struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    size_t capacity = 0;
    bool has_row = false;
    enum pk_status status =
        pk_database_prepare(database,
                            "SELECT parent_item_id, component_item_id FROM components"
                            " ORDER BY parent_item_id, component_item_id, promotion_id",
                            &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row) {
        struct pk_component_edge edge;
        status = pk_array_reserve(edges, &capacity, *edge_count + 1, sizeof **edges, "components",
                                  error);
        if (status == PK_OK)
            status = pk_text_map_add(items, pk_database_column_text(statement, 0), &edge.parent,
                                     NULL, error);
        if (status == PK_OK)
            status = pk_text_map_add(items, pk_database_column_text(statement, 1), &edge.component,
                                     NULL, error);
        if (status == PK_OK)
            (*edges)[(*edge_count)++] = edge;
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status check_components(struct pk_publication *publication, struct pk_error *error)
{
    struct pk_text_map items = {.count = 0};
    struct pk_component_edge *edges = NULL;
    size_t edge_count = 0;
    enum pk_status status = read_edges(publication->database, &items, &edges, &edge_count, error);
    if (status == PK_OK)
        status = pk_components_check(edges, edge_count, items.keys, items.count, error);
    free(edges);
    pk_text_map_done(&items);
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
    static const char *const sql[PK_NAME_KIND_COUNT] = {
        [PK_NAME_ITEM] = "INSERT INTO items(item_id) VALUES(?) ON CONFLICT DO NOTHING",
        [PK_NAME_WAREHOUSE] =
            "INSERT INTO warehouses(warehouse_id) VALUES(?) ON CONFLICT DO NOTHING",
        [PK_NAME_CHANNEL] = "INSERT INTO channels(channel) VALUES(?) ON CONFLICT DO NOTHING",
    };
    enum pk_status status = PK_OK;
    for (int kind = 0; kind < PK_NAME_KIND_COUNT && status == PK_OK; kind++)
        status = pk_database_prepare(publication->database, sql[kind],
                                     &publication->add_names[kind], error);
    return status;
}

enum pk_status pk_publication_name(struct pk_publication *publication, enum pk_name_kind kind,
                                   struct pk_text id, struct pk_error *error)
{
    struct pk_import_result *result = &publication->result;
    int64_t *const counts[PK_NAME_KIND_COUNT] = {
        [PK_NAME_ITEM] = &result->created_item_count,
        [PK_NAME_WAREHOUSE] = &result->created_warehouse_count,
        [PK_NAME_CHANNEL] = &result->created_channel_count,
    };
    sqlite3_stmt *add = publication->add_names[kind];
    pk_database_bind_text(add, 1, id);
    enum pk_status status = pk_database_execute(add, error);
    if (status == PK_OK && sqlite3_changes(publication->database) > 0)
        ++*counts[kind];
    return status;
}

enum pk_status pk_import_publish(struct pk_import *import, struct pk_import_result *out_result,
                                 struct pk_error *error)
{
    struct pk_store *store = import->store;
    struct pk_publication publication = {.import = import, .database = store->writer};
    struct pk_revisions revisions = {0, 0};
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
        status = close_books(&publication, &revisions, error);
    if (status == PK_OK && !import->options.dry_run) {
        status = pk_database_run(store->writer, "COMMIT", error);
        committed = status == PK_OK;
    }
cleanup:
    for (int kind = 0; kind < PK_NAME_KIND_COUNT; kind++)
        sqlite3_finalize(publication.add_names[kind]);
    if (committed) {
        atomic_store(&store->forecast_revision, revisions.forecast);
        atomic_store(&store->data_revision, revisions.data);
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

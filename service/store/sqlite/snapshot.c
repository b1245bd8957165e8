#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "service/store/sqlite/engine.h"

/* Level 1: a fit is mostly floating point, higher levels cost time and win little. */
#define COMPRESSION_LEVEL 1

/* zstd's own frame checksum (XXH64) is the snapshot's. */
static enum pk_status compress(const struct pk_snapshot_record *record, void **out_bytes,
                               size_t *out_size, struct pk_error *error)
{
    size_t bound = ZSTD_compressBound(record->size);
    void *bytes = malloc(bound);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    enum pk_status status = PK_OK;
    if (bytes == NULL || context == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a snapshot");
        goto cleanup;
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, COMPRESSION_LEVEL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t size = ZSTD_compress2(context, bytes, bound, record->bytes, record->size);
    if (ZSTD_isError(size)) {
        status = pk_error_set(error, PK_INTERNAL, "", "cannot compress a snapshot: %s",
                              ZSTD_getErrorName(size));
        goto cleanup;
    }
    *out_bytes = bytes;
    *out_size = size;
    bytes = NULL;
cleanup:
    ZSTD_freeCCtx(context);
    free(bytes);
    return status;
}

static enum pk_status insert(sqlite3 *writer, const struct pk_snapshot_record *record,
                             const void *bytes, size_t size, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_database_prepare(
        writer,
        "INSERT INTO snapshots(snapshot_id, forecast_revision, as_of_date, model_version,"
        " config_hash, calendar_version, created_epoch_seconds, size, bytes)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(record->snapshot_id));
        sqlite3_bind_int64(statement, 2, record->forecast_revision);
        sqlite3_bind_int(statement, 3, record->as_of_date);
        pk_database_bind_text(statement, 4, pk_text_from(record->model_version));
        pk_database_bind_text(statement, 5, pk_text_from(record->config_hash));
        pk_database_bind_text(statement, 6, pk_text_from(record->calendar_version));
        sqlite3_bind_int64(statement, 7, record->created_epoch_seconds);
        sqlite3_bind_int64(statement, 8, (int64_t)record->size);
        if (sqlite3_bind_blob64(statement, 9, bytes, size, SQLITE_STATIC) == SQLITE_OK)
            status = pk_database_execute(statement, error);
        else
            status = pk_database_error(writer, "save a snapshot", error);
    }
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_store_save_snapshot(struct pk_store *store,
                                      const struct pk_snapshot_record *record,
                                      struct pk_error *error)
{
    void *bytes = NULL;
    size_t size = 0;
    char trim[160];
    enum pk_status status = compress(record, &bytes, &size, error);
    if (status != PK_OK)
        return status;
    pk_text_format(trim, sizeof trim,
                   "DELETE FROM snapshots WHERE sequence NOT IN"
                   " (SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT %d); COMMIT",
                   PK_SNAPSHOT_KEPT_COUNT);
    status = pk_store_begin_writing(store, error);
    if (status == PK_OK)
        status = insert(store->writer, record, bytes, size, error);
    if (status == PK_OK)
        status = pk_database_run(store->writer, trim, error);
    pk_store_end_writing(store);
    free(bytes);
    return status;
}

static enum pk_status decompress(sqlite3_stmt *statement, struct pk_snapshot_record *record,
                                 struct pk_error *error)
{
    const void *bytes = sqlite3_column_blob(statement, 8);
    size_t size = (size_t)sqlite3_column_bytes(statement, 8);
    int64_t expected = sqlite3_column_int64(statement, 7);
    unsigned long long content =
        bytes == NULL ? ZSTD_CONTENTSIZE_ERROR : ZSTD_getFrameContentSize(bytes, size);
    bool is_sound = expected >= 0 && content == (unsigned long long)expected;
    record->bytes = is_sound ? malloc((size_t)expected + 1) : NULL;
    if (is_sound && record->bytes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a snapshot");
    if (is_sound) {
        size_t found = ZSTD_decompress(record->bytes, (size_t)expected, bytes, size);
        is_sound = !ZSTD_isError(found) && found == (size_t)expected;
    }
    record->size = (size_t)expected;
    if (is_sound)
        return PK_OK;
    free(record->bytes);
    return pk_error_set(error, PK_DATA_LOSS, "",
                        "the saved fit '%s' is damaged; it is fitted again from the stored rows",
                        record->snapshot_id);
}

static void read_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    struct pk_text text = pk_database_column_text(statement, column);
    pk_text_format(out, size, "%.*s", (int)text.size, text.bytes);
}

enum pk_status pk_store_load_snapshot(struct pk_store *store, struct pk_snapshot_record *out_record,
                                      struct pk_error *error)
{
    struct pk_snapshot_record record;
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    bool found = false;
    memset(&record, 0, sizeof record);
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            reader,
            "SELECT snapshot_id, forecast_revision, as_of_date, model_version, config_hash,"
            " calendar_version, created_epoch_seconds, size, bytes FROM snapshots"
            " ORDER BY sequence DESC LIMIT 1",
            &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &found, error);
    if (status == PK_OK && !found)
        status = pk_error_set(error, PK_NOT_FOUND, "", "no fit was saved yet");
    if (status == PK_OK) {
        read_text(statement, 0, record.snapshot_id, sizeof record.snapshot_id);
        record.forecast_revision = sqlite3_column_int64(statement, 1);
        record.as_of_date = sqlite3_column_int(statement, 2);
        read_text(statement, 3, record.model_version, sizeof record.model_version);
        read_text(statement, 4, record.config_hash, sizeof record.config_hash);
        read_text(statement, 5, record.calendar_version, sizeof record.calendar_version);
        record.created_epoch_seconds = sqlite3_column_int64(statement, 6);
        status = decompress(statement, &record, error);
    }
    sqlite3_finalize(statement);
    pk_store_release_reader(store, reader);
    if (status == PK_OK)
        *out_record = record;
    return status;
}

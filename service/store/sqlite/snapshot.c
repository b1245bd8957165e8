#include <stdlib.h>
#include <string.h>

#include "service/store/snapshot_bytes.h"
#include "service/store/sqlite/engine.h"

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
    enum pk_status status =
        pk_snapshot_bytes_pack(record->bytes, record->size, &bytes, &size, error);
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

static enum pk_status unpack(sqlite3_stmt *statement, struct pk_snapshot_record *record,
                             struct pk_error *error)
{
    record->size = (size_t)sqlite3_column_int64(statement, 7);
    return pk_snapshot_bytes_unpack(sqlite3_column_blob(statement, 8),
                                    (size_t)sqlite3_column_bytes(statement, 8), record->size,
                                    record->snapshot_id, &record->bytes, error);
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
        status = unpack(statement, &record, error);
    }
    sqlite3_finalize(statement);
    pk_store_release_reader(store, reader);
    if (status == PK_OK)
        *out_record = record;
    return status;
}

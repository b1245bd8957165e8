#include "service/store/sqlite/schema.h"

#include <string.h>
#include <time.h>

#include "service/store/rules/property.h"
#include "service/store/sqlite/table.h"

/* "PKST": tells a store from any other SQLite file. */
#define APPLICATION_ID 0x504b5354

struct migration {
    const char *description;
    const char *sql;
};

/* Migration i leads to version i + 1. Published ones never change; the tables of the datasets grow
 * by themselves. */
static const struct migration migrations[] = {
    {"first tables",
     "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
     "CREATE TABLE warehouses(warehouse_id TEXT PRIMARY KEY) WITHOUT ROWID;"
     "CREATE TABLE channels(channel TEXT PRIMARY KEY) WITHOUT ROWID;"
     "CREATE TABLE sources(source_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
     "CREATE TABLE series(series_id INTEGER PRIMARY KEY, item_id TEXT NOT NULL,"
     " warehouse_id TEXT NOT NULL, channel TEXT NOT NULL, bucket_days INTEGER NOT NULL,"
     " UNIQUE(item_id, warehouse_id, channel));"
     "CREATE TABLE sales(day_series INTEGER PRIMARY KEY, units INTEGER NOT NULL,"
     " cancelled_units INTEGER NOT NULL, returned_units INTEGER NOT NULL, paid_amount INTEGER,"
     " available_ratio REAL, source_id INTEGER);"
     "CREATE TABLE imports(request_id TEXT PRIMARY KEY, kind TEXT NOT NULL,"
     " published_epoch_seconds INTEGER NOT NULL, data_revision INTEGER NOT NULL,"
     " row_count INTEGER NOT NULL, inserted_row_count INTEGER NOT NULL,"
     " updated_row_count INTEGER NOT NULL, deleted_row_count INTEGER NOT NULL,"
     " unchanged_row_count INTEGER NOT NULL, created_item_count INTEGER NOT NULL,"
     " created_warehouse_count INTEGER NOT NULL, created_channel_count INTEGER NOT NULL)"
     " WITHOUT ROWID;"
     "CREATE INDEX imports_by_time ON imports(published_epoch_seconds);"
     "CREATE TABLE snapshots(sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
     " snapshot_id TEXT NOT NULL, forecast_revision INTEGER NOT NULL, as_of_date INTEGER NOT NULL,"
     " model_version TEXT NOT NULL, config_hash TEXT NOT NULL, calendar_version TEXT NOT NULL,"
     " created_epoch_seconds INTEGER NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL);"},
    {"what was known of inbound lines, by day",
     "CREATE TABLE inbound_history(order_id TEXT NOT NULL, line TEXT NOT NULL,"
     " item_id TEXT NOT NULL, warehouse_id TEXT NOT NULL, recorded_date INTEGER NOT NULL,"
     " units INTEGER NOT NULL, eta_date INTEGER NOT NULL, confirmed_ratio REAL NOT NULL,"
     " stage TEXT NOT NULL, PRIMARY KEY(item_id, warehouse_id, order_id, line, recorded_date))"
     " WITHOUT ROWID;"},
    /* is_current: the latest of its item, warehouse and supplier, and the one before. */
    {"suggestions and their trail",
     "CREATE TABLE suggestions(item_id TEXT NOT NULL, warehouse_id TEXT NOT NULL,"
     " supplier_id TEXT NOT NULL, as_of_date INTEGER NOT NULL, sequence INTEGER NOT NULL,"
     " suggestion_id TEXT NOT NULL, state INTEGER NOT NULL, ended_by INTEGER NOT NULL,"
     " planned_units INTEGER NOT NULL, order_units INTEGER NOT NULL, arrival_date INTEGER NOT NULL,"
     " order_by_date INTEGER NOT NULL, unit_cost INTEGER NOT NULL, stock_units REAL NOT NULL,"
     " inbound_units REAL NOT NULL, demand_units REAL NOT NULL, need_units REAL NOT NULL,"
     " protection_days INTEGER NOT NULL, terms_key INTEGER NOT NULL, author TEXT NOT NULL,"
     " reason TEXT NOT NULL, closed_revision INTEGER NOT NULL,"
     " changed_epoch_seconds INTEGER NOT NULL, export_id TEXT, is_current INTEGER NOT NULL,"
     " PRIMARY KEY(item_id, warehouse_id, supplier_id, as_of_date, sequence)) WITHOUT ROWID;"
     "CREATE UNIQUE INDEX suggestions_by_id ON suggestions(suggestion_id);"
     "CREATE INDEX suggestions_by_state ON suggestions(state, suggestion_id);"
     "CREATE INDEX suggestions_current ON suggestions(item_id, warehouse_id, supplier_id)"
     " WHERE is_current = 1;"
     "CREATE INDEX suggestions_by_export ON suggestions(export_id, suggestion_id)"
     " WHERE export_id IS NOT NULL;"
     "CREATE INDEX suggestions_by_end ON suggestions(closed_revision) WHERE closed_revision > 0;"
     "CREATE TABLE suggestion_exports(export_id TEXT PRIMARY KEY, supplier_id TEXT NOT NULL,"
     " epoch_seconds INTEGER NOT NULL) WITHOUT ROWID;"
     "CREATE TABLE suggestion_events(event_id INTEGER PRIMARY KEY, suggestion_id TEXT NOT NULL,"
     " epoch_seconds INTEGER NOT NULL, author TEXT NOT NULL, from_state INTEGER NOT NULL,"
     " to_state INTEGER NOT NULL, order_units INTEGER NOT NULL, reason TEXT NOT NULL);"
     "CREATE INDEX suggestion_events_by_id ON suggestion_events(suggestion_id, event_id);"},
    {"decisions that reviews have raised",
     "CREATE TABLE reviews(as_of_date INTEGER PRIMARY KEY);"
     "CREATE TABLE raised_decisions(as_of_date INTEGER NOT NULL, item_id TEXT NOT NULL,"
     " warehouse_id TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,"
     " value INTEGER NOT NULL, since_date INTEGER NOT NULL, shown_date INTEGER NOT NULL,"
     " shown_value INTEGER NOT NULL, shown_severity INTEGER NOT NULL,"
     " PRIMARY KEY(as_of_date, item_id, warehouse_id, action, reason)) WITHOUT ROWID;"},
};
#define VERSION ((int64_t)(sizeof migrations / sizeof migrations[0]))

static enum pk_status read_pragma(sqlite3 *database, const char *sql, int64_t *out_value,
                                  struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status = pk_database_prepare(database, sql, &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &row, error);
    if (status == PK_OK)
        *out_value = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status check_file(sqlite3 *database, int64_t *out_version, struct pk_error *error)
{
    int64_t application_id = 0, version = 0, table_count = 0;
    enum pk_status status = read_pragma(database, "PRAGMA application_id", &application_id, error);
    if (status == PK_OK)
        status = read_pragma(database, "PRAGMA user_version", &version, error);
    if (status == PK_OK)
        status = read_pragma(database, "SELECT count(*) FROM sqlite_schema", &table_count, error);
    if (status != PK_OK)
        return status;
    const char *path = sqlite3_db_filename(database, "main");
    if (application_id != APPLICATION_ID && (application_id != 0 || table_count > 0))
        return pk_error_set(error, PK_DATA_LOSS, "",
                            "%s is a database of another program; give another --data directory",
                            path);
    if (version > VERSION)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "",
                            "%s was written by a newer peakstock (version %lld of the store, this "
                            "one knows %lld); start the newer one",
                            path, (long long)version, (long long)VERSION);
    *out_version = version;
    return PK_OK;
}

static enum pk_status note_migration(sqlite3 *database, int64_t version, const char *description,
                                     struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status =
        pk_database_run(database,
                        "CREATE TABLE IF NOT EXISTS migrations(version INTEGER PRIMARY KEY,"
                        " description TEXT NOT NULL, applied_epoch_seconds INTEGER NOT NULL)",
                        error);
    if (status == PK_OK)
        status = pk_database_prepare(database, "INSERT INTO migrations VALUES(?, ?, ?)", &statement,
                                     error);
    if (status == PK_OK) {
        sqlite3_bind_int64(statement, 1, version);
        pk_database_bind_text(statement, 2, pk_text_from(description));
        sqlite3_bind_int64(statement, 3, (int64_t)time(NULL));
        status = pk_database_execute(statement, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status migrate(sqlite3 *database, int64_t version, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (int64_t i = version; i < VERSION && status == PK_OK; i++) {
        status = pk_database_run(database, migrations[i].sql, error);
        if (status == PK_OK)
            status = note_migration(database, i + 1, migrations[i].description, error);
    }
    if (version < VERSION && status == PK_OK) {
        char pragmas[96];
        pk_text_format(pragmas, sizeof pragmas,
                       "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID,
                       (int)VERSION);
        status = pk_database_run(database, pragmas, error);
    }
    for (int kind = 0; kind < PK_DATASET_COUNT && status == PK_OK; kind++)
        if (kind != PK_DATASET_SALES)
            status =
                pk_table_create(database, pk_dataset_get((enum pk_dataset_kind)kind), false, error);
    return status;
}

static enum pk_status settle_property(sqlite3 *database, const char *name, const char *wanted,
                                      const char *fallback, char *out, size_t size,
                                      struct pk_error *error)
{
    char stored[64];
    bool is_new = false;
    enum pk_status status = pk_meta_get_text(database, name, stored, sizeof stored, error);
    if (status != PK_OK)
        return status;
    status = pk_property_settle(name, stored, wanted, fallback, out, size, &is_new, error);
    if (status == PK_OK && is_new)
        status = pk_meta_put_text(database, name, out, error);
    return status;
}

enum pk_status pk_schema_prepare(sqlite3 *database, const struct pk_store_properties *wanted,
                                 struct pk_store_properties *out_properties, struct pk_error *error)
{
    static const struct pk_store_properties nothing_wanted;
    if (wanted == NULL)
        wanted = &nothing_wanted;
    struct pk_store_properties found;
    memset(&found, 0, sizeof found);
    int64_t version = 0;
    enum pk_status status = pk_database_run(database, "BEGIN IMMEDIATE", error);
    if (status != PK_OK)
        return status;
    status = check_file(database, &version, error);
    if (status == PK_OK)
        status = migrate(database, version, error);
    if (status == PK_OK)
        status = settle_property(database, PK_META_CURRENCY_CODE, wanted->currency_code,
                                 PK_DEFAULT_CURRENCY_CODE, found.currency_code,
                                 sizeof found.currency_code, error);
    if (status == PK_OK)
        status =
            settle_property(database, PK_META_TIME_ZONE, wanted->time_zone, PK_DEFAULT_TIME_ZONE,
                            found.time_zone, sizeof found.time_zone, error);
    if (status == PK_OK)
        status = settle_property(database, PK_META_CALENDAR, wanted->calendar, PK_DEFAULT_CALENDAR,
                                 found.calendar, sizeof found.calendar, error);
    if (status == PK_OK)
        status = pk_database_run(database, "COMMIT", error);
    if (status != PK_OK)
        pk_database_run(database, "ROLLBACK", NULL);
    else
        *out_properties = found;
    return status;
}

static enum pk_status find_meta(sqlite3 *database, const char *name, sqlite3_stmt **out_statement,
                                bool *out_found, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status =
        pk_database_prepare(database, "SELECT value FROM meta WHERE name = ?", &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(name));
        status = pk_database_step(statement, out_found, error);
    }
    *out_statement = statement;
    return status;
}

enum pk_status pk_meta_get_integer(sqlite3 *database, const char *name, int64_t fallback,
                                   int64_t *out_value, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool found = false;
    enum pk_status status = find_meta(database, name, &statement, &found, error);
    if (status == PK_OK)
        *out_value = found ? sqlite3_column_int64(statement, 0) : fallback;
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_meta_get_text(sqlite3 *database, const char *name, char *out_text, size_t size,
                                struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool found = false;
    enum pk_status status = find_meta(database, name, &statement, &found, error);
    if (status == PK_OK) {
        struct pk_text text = {"", 0};
        if (found)
            text = pk_database_column_text(statement, 0);
        pk_text_format(out_text, size, "%.*s", (int)text.size, text.bytes);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status put_meta(sqlite3 *database, const char *name, int64_t value, const char *text,
                               struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_database_prepare(
        database, "INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)", &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(name));
        if (text != NULL)
            pk_database_bind_text(statement, 2, pk_text_from(text));
        else
            sqlite3_bind_int64(statement, 2, value);
        status = pk_database_execute(statement, error);
    }
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_meta_put_integer(sqlite3 *database, const char *name, int64_t value,
                                   struct pk_error *error)
{
    return put_meta(database, name, value, NULL, error);
}

enum pk_status pk_meta_put_text(sqlite3 *database, const char *name, const char *text,
                                struct pk_error *error)
{
    return put_meta(database, name, 0, text, error);
}

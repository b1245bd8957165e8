#include "service/store/sqlite/database.h"

#include <errno.h>

/* Another connection of this process holds a lock for the blink of a checkpoint at most. */
#define BUSY_TIMEOUT_MILLISECONDS 10000

enum pk_status pk_database_error(sqlite3 *database, const char *doing, struct pk_error *error)
{
    int code = database == NULL ? SQLITE_NOMEM : sqlite3_errcode(database);
    int system_code = database == NULL ? 0 : sqlite3_system_errno(database);
    const char *path = database == NULL ? NULL : sqlite3_db_filename(database, "main");
    if (path == NULL)
        path = "";
    bool is_full = code == SQLITE_FULL ||
                   (code == SQLITE_IOERR &&
                    (system_code == ENOSPC || system_code == EDQUOT || system_code == EFBIG));
    if (is_full)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                            "cannot %s: the disk of %s is full; free space there and send it again "
                            "(nothing was changed)",
                            doing, path);
    switch (code) {
    case SQLITE_NOMEM:
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "cannot %s: out of memory", doing);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return pk_error_set(error, PK_UNAVAILABLE, "",
                            "cannot %s: another program is using %s; close it and try again", doing,
                            path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return pk_error_set(error, PK_DATA_LOSS, "",
                            "cannot %s: %s is damaged (%s); restore it from a backup", doing, path,
                            sqlite3_errmsg(database));
    case SQLITE_TOOBIG:
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                            "cannot %s: more than one database field can hold", doing);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_IOERR:
        return pk_error_set(error, PK_UNAVAILABLE, "",
                            "cannot %s: %s: %s (error %d of the system); check the disk and the "
                            "rights of the directory",
                            doing, path, sqlite3_errmsg(database), system_code);
    default:
        return pk_error_set(error, PK_INTERNAL, "", "cannot %s: %s", doing,
                            sqlite3_errmsg(database));
    }
}

enum pk_status pk_database_open(const char *path, int flags, const char *pragmas,
                                sqlite3 **out_database, struct pk_error *error)
{
    sqlite3 *database = NULL;
    int code = sqlite3_open_v2(path, &database, flags | SQLITE_OPEN_NOMUTEX, NULL);
    enum pk_status status = PK_OK;
    if (code != SQLITE_OK)
        status = pk_database_error(database, "open the store", error);
    if (status == PK_OK) {
        sqlite3_busy_timeout(database, BUSY_TIMEOUT_MILLISECONDS);
        status = pk_database_run(database, pragmas, error);
    }
    if (status == PK_OK)
        *out_database = database;
    else
        sqlite3_close(database);
    return status;
}

enum pk_status pk_database_run(sqlite3 *database, const char *sql, struct pk_error *error)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK)
        return PK_OK;
    return pk_database_error(database, "use the store", error);
}

enum pk_status pk_database_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out_statement,
                                   struct pk_error *error)
{
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, out_statement, NULL) ==
        SQLITE_OK)
        return PK_OK;
    return pk_database_error(database, "use the store", error);
}

enum pk_status pk_database_prepare_built(sqlite3 *database, sqlite3_str *sql,
                                         sqlite3_stmt **out_statement, struct pk_error *error)
{
    char *text = sqlite3_str_finish(sql);
    if (text == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a statement");
    enum pk_status status = pk_database_prepare(database, text, out_statement, error);
    sqlite3_free(text);
    return status;
}

enum pk_status pk_database_step(sqlite3_stmt *statement, bool *out_row, struct pk_error *error)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        if (code == SQLITE_DONE)
            sqlite3_reset(statement);
        *out_row = code == SQLITE_ROW;
        return PK_OK;
    }
    sqlite3 *database = sqlite3_db_handle(statement);
    enum pk_status status = pk_database_error(
        database, sqlite3_stmt_readonly(statement) ? "read the store" : "write to the store",
        error);
    sqlite3_reset(statement);
    return status;
}

enum pk_status pk_database_execute(sqlite3_stmt *statement, struct pk_error *error)
{
    bool row = false;
    enum pk_status status = pk_database_step(statement, &row, error);
    if (status == PK_OK && row)
        sqlite3_reset(statement);
    return status;
}

void pk_database_bind_text(sqlite3_stmt *statement, int index, struct pk_text text)
{
    sqlite3_bind_text64(statement, index, text.bytes == NULL ? "" : text.bytes, text.size,
                        SQLITE_STATIC, SQLITE_UTF8);
}

struct pk_text pk_database_column_text(sqlite3_stmt *statement, int index)
{
    const char *bytes = (const char *)sqlite3_column_text(statement, index);
    if (bytes == NULL)
        return (struct pk_text){"", 0};
    return (struct pk_text){bytes, (size_t)sqlite3_column_bytes(statement, index)};
}

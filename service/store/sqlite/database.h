/* One SQLite connection: opening, running, and how its errors become ours. A connection is used by
 * one thread at a time. */
#ifndef PK_STORE_SQLITE_DATABASE_H
#define PK_STORE_SQLITE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/text.h"

/* Opens `path`, sets the busy timeout and runs `pragmas`. */
enum pk_status pk_database_open(const char *path, int flags, const char *pragmas,
                                sqlite3 **out_database, struct pk_error *error);

/* The last failure of `database` as a status: disk full = RESOURCE_EXHAUSTED, damage = DATA_LOSS,
 * busy = UNAVAILABLE. `doing` continues "cannot ...". */
enum pk_status pk_database_error(sqlite3 *database, const char *doing, struct pk_error *error);

enum pk_status pk_database_run(sqlite3 *database, const char *sql, struct pk_error *error);
/* Finalised by the caller; sqlite3_finalize accepts NULL. */
enum pk_status pk_database_prepare(sqlite3 *database, const char *sql, sqlite3_stmt **out_statement,
                                   struct pk_error *error);
/* Takes ownership of the text in `sql` (from sqlite3_str_new). */
enum pk_status pk_database_prepare_built(sqlite3 *database, sqlite3_str *sql,
                                         sqlite3_stmt **out_statement, struct pk_error *error);
/* *out_row = false at the end, where the statement is reset. */
enum pk_status pk_database_step(sqlite3_stmt *statement, bool *out_row, struct pk_error *error);
/* Runs a statement that returns no row and resets it. */
enum pk_status pk_database_execute(sqlite3_stmt *statement, struct pk_error *error);

/* Texts are borrowed until the statement is run and reset. */
void pk_database_bind_text(sqlite3_stmt *statement, int index, struct pk_text text);
/* Borrowed until the next step; never NULL bytes. */
struct pk_text pk_database_column_text(sqlite3_stmt *statement, int index);

#endif

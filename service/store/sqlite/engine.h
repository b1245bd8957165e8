/* The SQLite engine behind store.h: what its files share.
 *
 * DIR/peakstock.db   the store, in WAL mode: one writing connection behind a mutex, a few reading
 * ones DIR/lock           held (flock) while a service runs; contains its process id DIR/staging/
 * one database per running import, wiped at open */
#ifndef PK_STORE_SQLITE_ENGINE_H
#define PK_STORE_SQLITE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "service/store/sqlite/database.h"
#include "service/store/store.h"

#define PK_IDLE_READER_COUNT_MAX 8

struct pk_store {
    char *directory, *database_path, *staging_path;
    int lock_descriptor;
    struct pk_store_properties properties;
    _Atomic int64_t data_revision, forecast_revision, suggestion_revision;
    atomic_uint_fast64_t import_number;
    pthread_mutex_t writer_mutex; /* held during a writing transaction */
    sqlite3 *writer;
    pthread_mutex_t reader_mutex; /* guards the idle readers */
    sqlite3 *idle_readers[PK_IDLE_READER_COUNT_MAX];
    int idle_reader_count;
};

/* A reading connection for the caller alone; release accepts NULL. */
enum pk_status pk_store_acquire_reader(struct pk_store *store, sqlite3 **out_reader,
                                       struct pk_error *error);
void pk_store_release_reader(struct pk_store *store, sqlite3 *reader);

/* A writing transaction of store->writer: begin takes the writer_mutex (also on failure), end gives
 * it back, undoing what has not been committed. A transaction that memory was too short to undo is
 * undone by the next begin. */
enum pk_status pk_store_begin_writing(struct pk_store *store, struct pk_error *error);
void pk_store_end_writing(struct pk_store *store);

#endif

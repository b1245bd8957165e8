#include "service/store/sqlite/engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/store/sqlite/schema.h"

/* 64 MiB: the index pages of some million series stay in memory. */
#define WRITER_PRAGMAS                                                                             \
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"            \
    "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;"                            \
    "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = OFF"
#define READER_PRAGMAS                                                                             \
    "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;"               \
    "PRAGMA trusted_schema = OFF"

static char *join_path(const char *directory, const char *name)
{
    size_t size = strlen(directory) + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL)
        pk_text_format(path, size, "%s/%s", directory, name);
    return path;
}

static enum pk_status refuse_path(const char *path, const char *doing, struct pk_error *error)
{
    int code = errno;
    enum pk_status status =
        code == ENOSPC || code == EDQUOT ? PK_RESOURCE_EXHAUSTED : PK_UNAVAILABLE;
    char reason[128] = "";
    if (strerror_r(code, reason, sizeof reason) != 0)
        pk_text_format(reason, sizeof reason, "error %d", code);
    return pk_error_set(error, status, "", "cannot %s %s: %s; choose another --data directory",
                        doing, path, reason);
}

/* Makes the directory and its missing parents. */
static enum pk_status make_directory(const char *directory, struct pk_error *error)
{
    char *path = strdup(directory);
    if (path == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a path");
    enum pk_status status = PK_OK;
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            status = refuse_path(path, "create", error);
            goto cleanup;
        }
        *slash = '/';
    }
    struct stat found;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        status = refuse_path(path, "create", error);
    else if (stat(path, &found) != 0)
        status = refuse_path(path, "open", error);
    else if (!S_ISDIR(found.st_mode)) {
        errno = ENOTDIR;
        status = refuse_path(path, "open", error);
    }
cleanup:
    free(path);
    return status;
}

static enum pk_status take_lock(struct pk_store *store, struct pk_error *error)
{
    char *path = join_path(store->directory, "lock");
    if (path == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a path");
    enum pk_status status = PK_OK;
    char owner[32] = "";
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        status = refuse_path(path, "open", error);
    } else if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ssize_t size = pread(descriptor, owner, sizeof owner - 1, 0);
        owner[size < 0 ? 0 : size] = '\0';
        owner[strcspn(owner, "\n")] = '\0';
        status = pk_error_set(error, PK_FAILED_PRECONDITION, "data",
                              "another service (process %s) is using %s; stop it, or give another "
                              "--data directory",
                              owner[0] == '\0' ? "unknown" : owner, store->directory);
    } else {
        size_t size = pk_text_format(owner, sizeof owner, "%ld\n", (long)getpid());
        if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, owner, size, 0) != (ssize_t)size)
            status = refuse_path(path, "write", error);
    }
    if (status == PK_OK)
        store->lock_descriptor = descriptor;
    else if (descriptor >= 0)
        close(descriptor);
    free(path);
    return status;
}

/* A crash leaves staged rows of imports that nobody was told had worked. */
static enum pk_status wipe_staging(struct pk_store *store, struct pk_error *error)
{
    if (mkdir(store->staging_path, 0700) != 0 && errno != EEXIST)
        return refuse_path(store->staging_path, "create", error);
    DIR *folder = opendir(store->staging_path);
    if (folder == NULL)
        return refuse_path(store->staging_path, "open", error);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        if (strncmp(entry->d_name, "import-", strlen("import-")) == 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    return PK_OK;
}

static enum pk_status open_database(struct pk_store *store,
                                    const struct pk_store_properties *wanted,
                                    struct pk_error *error)
{
    enum pk_status status =
        pk_database_open(store->database_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                         WRITER_PRAGMAS, &store->writer, error);
    if (status == PK_OK)
        status = pk_schema_prepare(store->writer, wanted, &store->properties, error);
    int64_t data_revision = 0, forecast_revision = 0;
    if (status == PK_OK)
        status =
            pk_meta_get_integer(store->writer, PK_META_DATA_REVISION, 0, &data_revision, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(store->writer, PK_META_FORECAST_REVISION, 0,
                                     &forecast_revision, error);
    atomic_store(&store->data_revision, data_revision);
    atomic_store(&store->forecast_revision, forecast_revision);
    return status;
}

enum pk_status pk_store_open(const char *directory, const struct pk_store_properties *wanted,
                             struct pk_store **out_store, struct pk_error *error)
{
    if (directory[0] == '\0')
        return pk_error_set(error, PK_INVALID_ARGUMENT, "data", "is empty; name a directory");
    struct pk_store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for the store");
    store->lock_descriptor = -1;
    pthread_mutex_init(&store->writer_mutex, NULL);
    pthread_mutex_init(&store->reader_mutex, NULL);
    store->directory = strdup(directory);
    store->database_path = join_path(directory, "peakstock.db");
    store->staging_path = join_path(directory, "staging");
    enum pk_status status = PK_OK;
    if (store->directory == NULL || store->database_path == NULL || store->staging_path == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for the store");
    if (status == PK_OK)
        status = make_directory(directory, error);
    if (status == PK_OK)
        status = take_lock(store, error);
    if (status == PK_OK)
        status = wipe_staging(store, error);
    if (status == PK_OK)
        status = open_database(store, wanted, error);
    if (status == PK_OK)
        *out_store = store;
    else
        pk_store_close(store);
    return status;
}

void pk_store_close(struct pk_store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < store->idle_reader_count; i++)
        sqlite3_close(store->idle_readers[i]);
    sqlite3_close(store->writer);
    if (store->lock_descriptor >= 0)
        close(store->lock_descriptor);
    pthread_mutex_destroy(&store->writer_mutex);
    pthread_mutex_destroy(&store->reader_mutex);
    free(store->directory);
    free(store->database_path);
    free(store->staging_path);
    free(store);
}

struct pk_store_properties pk_store_get_properties(struct pk_store *store)
{
    return store->properties;
}

int64_t pk_store_data_revision(struct pk_store *store)
{
    return atomic_load(&store->data_revision);
}

int64_t pk_store_forecast_revision(struct pk_store *store)
{
    return atomic_load(&store->forecast_revision);
}

enum pk_status pk_store_acquire_reader(struct pk_store *store, sqlite3 **out_reader,
                                       struct pk_error *error)
{
    sqlite3 *reader = NULL;
    pthread_mutex_lock(&store->reader_mutex);
    if (store->idle_reader_count > 0)
        reader = store->idle_readers[--store->idle_reader_count];
    pthread_mutex_unlock(&store->reader_mutex);
    if (reader == NULL) {
        enum pk_status status = pk_database_open(store->database_path, SQLITE_OPEN_READWRITE,
                                                 READER_PRAGMAS, &reader, error);
        if (status != PK_OK)
            return status;
    }
    *out_reader = reader;
    return PK_OK;
}

void pk_store_release_reader(struct pk_store *store, sqlite3 *reader)
{
    if (reader == NULL)
        return;
    pthread_mutex_lock(&store->reader_mutex);
    /* One whose transaction could not be ended holds old pages: it is closed. */
    bool keep =
        store->idle_reader_count < PK_IDLE_READER_COUNT_MAX && sqlite3_get_autocommit(reader) != 0;
    if (keep)
        store->idle_readers[store->idle_reader_count++] = reader;
    pthread_mutex_unlock(&store->reader_mutex);
    if (!keep)
        sqlite3_close(reader);
}

enum pk_status pk_store_begin_writing(struct pk_store *store, struct pk_error *error)
{
    pthread_mutex_lock(&store->writer_mutex);
    enum pk_status status = PK_OK;
    if (sqlite3_get_autocommit(store->writer) == 0)
        status = pk_database_run(store->writer, "ROLLBACK", error);
    if (status == PK_OK)
        status = pk_database_run(store->writer, "BEGIN IMMEDIATE", error);
    return status;
}

void pk_store_end_writing(struct pk_store *store)
{
    if (sqlite3_get_autocommit(store->writer) == 0)
        pk_database_run(store->writer, "ROLLBACK", NULL);
    pthread_mutex_unlock(&store->writer_mutex);
}

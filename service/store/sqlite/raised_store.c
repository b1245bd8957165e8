#include <stdlib.h>

#include "models/base/array.h"
#include "models/base/text_map.h"
#include "service/store/sqlite/engine.h"

struct owned_list {
    struct pk_raised_list list; /* first: what callers hold */
    struct pk_raised *rows;
    size_t capacity;
    struct pk_text_map texts;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for decisions");
}

static enum pk_status read_row(struct owned_list *owned, sqlite3_stmt *statement,
                               struct pk_error *error)
{
    enum pk_status status = pk_array_reserve(&owned->rows, &owned->capacity, owned->list.count + 1,
                                             sizeof *owned->rows, "decisions", error);
    struct pk_raised row = {.value_micros = sqlite3_column_int64(statement, 4),
                            .since_date = sqlite3_column_int(statement, 5),
                            .shown_date = sqlite3_column_int(statement, 6),
                            .shown_value_micros = sqlite3_column_int64(statement, 7),
                            .shown_severity = sqlite3_column_int(statement, 8)};
    const char **texts[] = {&row.item_id, &row.warehouse_id, &row.action, &row.reason};
    for (int i = 0; i < 4 && status == PK_OK; i++) {
        uint32_t index;
        status = pk_text_map_add(&owned->texts, pk_database_column_text(statement, i), &index, NULL,
                                 error);
        if (status == PK_OK)
            *texts[i] = owned->texts.keys[index].bytes;
    }
    if (status == PK_OK)
        owned->rows[owned->list.count++] = row;
    return status;
}

/* The latest review up to last_date, of the mark that each leaves. */
static enum pk_status find_date(sqlite3 *reader, int32_t last_date, int32_t *out_date,
                                struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool found = false;
    *out_date = PK_DATE_NONE;
    enum pk_status status = pk_database_prepare(
        reader,
        "SELECT as_of_date FROM reviews WHERE as_of_date <= ? ORDER BY as_of_date DESC LIMIT 1",
        &statement, error);
    if (status == PK_OK) {
        sqlite3_bind_int(statement, 1, last_date);
        status = pk_database_step(statement, &found, error);
    }
    if (status == PK_OK && found)
        *out_date = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status read_rows(sqlite3 *reader, struct owned_list *owned, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum pk_status status = pk_database_prepare(
        reader,
        "SELECT item_id, warehouse_id, action, reason, value, since_date, shown_date, shown_value,"
        " shown_severity FROM raised_decisions WHERE as_of_date = ?"
        " ORDER BY item_id, warehouse_id, action, reason",
        &statement, error);
    if (status == PK_OK) {
        sqlite3_bind_int(statement, 1, owned->list.as_of_date);
        status = pk_database_step(statement, &has_row, error);
    }
    while (status == PK_OK && has_row) {
        status = read_row(owned, statement, error);
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_store_load_raised(struct pk_store *store, int32_t last_date,
                                    struct pk_raised_list **out_list, struct pk_error *error)
{
    sqlite3 *reader = NULL;
    struct owned_list *owned = calloc(1, sizeof *owned);
    enum pk_status status =
        owned == NULL ? out_of_memory(error) : pk_store_acquire_reader(store, &reader, error);
    /* One transaction: both statements see the same review. */
    if (status == PK_OK)
        status = pk_database_run(reader, "BEGIN", error);
    const bool has_begun = status == PK_OK;
    if (status == PK_OK)
        status = find_date(reader, last_date, &owned->list.as_of_date, error);
    if (status == PK_OK && owned->list.as_of_date != PK_DATE_NONE)
        status = read_rows(reader, owned, error);
    if (has_begun)
        pk_database_run(reader, "COMMIT", NULL);
    pk_store_release_reader(store, reader);
    if (status != PK_OK) {
        pk_raised_list_free(owned == NULL ? NULL : &owned->list);
        return status;
    }
    owned->list.rows = owned->rows;
    *out_list = &owned->list;
    return PK_OK;
}

void pk_raised_list_free(struct pk_raised_list *list)
{
    struct owned_list *owned = (struct owned_list *)list;
    if (owned == NULL)
        return;
    free(owned->rows);
    pk_text_map_done(&owned->texts);
    free(owned);
}

static enum pk_status run_for_date(sqlite3 *database, const char *sql, int32_t date,
                                   struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_database_prepare(database, sql, &statement, error);
    if (status == PK_OK) {
        sqlite3_bind_int(statement, 1, date);
        status = pk_database_execute(statement, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status put_rows(sqlite3 *database, int32_t as_of_date, const struct pk_raised *rows,
                               size_t count, struct pk_error *error)
{
    sqlite3_stmt *put = NULL;
    enum pk_status status = pk_database_prepare(
        database, "INSERT OR REPLACE INTO raised_decisions VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &put, error);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        sqlite3_bind_int(put, 1, as_of_date);
        pk_database_bind_text(put, 2, pk_text_from(rows[i].item_id));
        pk_database_bind_text(put, 3, pk_text_from(rows[i].warehouse_id));
        pk_database_bind_text(put, 4, pk_text_from(rows[i].action));
        pk_database_bind_text(put, 5, pk_text_from(rows[i].reason));
        sqlite3_bind_int64(put, 6, rows[i].value_micros);
        sqlite3_bind_int(put, 7, rows[i].since_date);
        sqlite3_bind_int(put, 8, rows[i].shown_date);
        sqlite3_bind_int64(put, 9, rows[i].shown_value_micros);
        sqlite3_bind_int(put, 10, rows[i].shown_severity);
        status = pk_database_execute(put, error);
    }
    sqlite3_finalize(put);
    return status;
}

static enum pk_status drop_old(sqlite3 *database, struct pk_error *error)
{
    char sql[320];
    pk_text_format(sql, sizeof sql,
                   "DELETE FROM reviews WHERE as_of_date NOT IN (SELECT as_of_date FROM reviews"
                   " ORDER BY as_of_date DESC LIMIT %d);"
                   "DELETE FROM raised_decisions WHERE as_of_date < (SELECT min(as_of_date) FROM"
                   " reviews)",
                   PK_RAISED_DATE_COUNT_MAX);
    return pk_database_run(database, sql, error);
}

enum pk_status pk_store_save_raised(struct pk_store *store, int32_t as_of_date,
                                    const struct pk_raised *rows, size_t count,
                                    struct pk_error *error)
{
    enum pk_status status = pk_store_begin_writing(store, error);
    if (status == PK_OK)
        status = run_for_date(store->writer, "DELETE FROM raised_decisions WHERE as_of_date = ?",
                              as_of_date, error);
    if (status == PK_OK)
        status = run_for_date(store->writer, "INSERT OR IGNORE INTO reviews VALUES(?)", as_of_date,
                              error);
    if (status == PK_OK)
        status = put_rows(store->writer, as_of_date, rows, count, error);
    if (status == PK_OK)
        status = drop_old(store->writer, error);
    if (status == PK_OK)
        status = pk_database_run(store->writer, "COMMIT", error);
    pk_store_end_writing(store);
    return status;
}

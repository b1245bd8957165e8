#include <time.h>

#include "service/store/rules/suggestion_life.h"
#include "service/store/sqlite/suggestion_list.h"
#include "service/store/sqlite/suggestion_trail.h"

/* One export that was not made before. */
struct exporting {
    sqlite3_stmt *remember, *set, *note;
    const char *export_id, *supplier_id, *author;
    int32_t as_of_date;
    int64_t now_seconds;
};

/* Whether the export was made before. */
static enum pk_status find_export(sqlite3 *database, const char *export_id, const char *supplier_id,
                                  bool *out_found, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_database_prepare(
        database, "SELECT supplier_id FROM suggestion_exports WHERE export_id = ?", &statement,
        error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(export_id));
        status = pk_database_step(statement, out_found, error);
    }
    if (status == PK_OK && *out_found)
        status = pk_suggestion_check_export(export_id, pk_database_column_text(statement, 0),
                                            supplier_id, error);
    sqlite3_finalize(statement);
    return status;
}

/* All rows that an export may take. */
static enum pk_status read_decided(sqlite3 *database, struct pk_suggestion_list **out_list,
                                   struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_str *sql = sqlite3_str_new(database);
    sqlite3_str_appendall(sql, "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE ");
    pk_suggestion_append_states(sql, pk_suggestion_state_is_decided);
    sqlite3_str_appendall(sql, " ORDER BY suggestion_id");
    enum pk_status status = pk_database_prepare_built(database, sql, &statement, error);
    if (status == PK_OK)
        status = pk_suggestion_list_read(statement, out_list, error);
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status prepare(sqlite3 *database, struct exporting *exporting,
                              struct pk_error *error)
{
    enum pk_status status = pk_database_prepare(
        database, "INSERT INTO suggestion_exports VALUES(?, ?, ?)", &exporting->remember, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            database,
            "UPDATE suggestions SET state = ?2, export_id = ?3, author = ?4, changed_epoch_seconds"
            " = ?5, arrival_date = ?6 WHERE suggestion_id = ?1",
            &exporting->set, error);
    if (status == PK_OK)
        status = pk_database_prepare(database, PK_SUGGESTION_NOTE_SQL, &exporting->note, error);
    return status;
}

static void finish(struct exporting *exporting)
{
    sqlite3_finalize(exporting->remember);
    sqlite3_finalize(exporting->set);
    sqlite3_finalize(exporting->note);
}

static enum pk_status remember(struct exporting *exporting, struct pk_error *error)
{
    pk_database_bind_text(exporting->remember, 1, pk_text_from(exporting->export_id));
    pk_database_bind_text(exporting->remember, 2,
                          pk_text_from(pk_suggestion_export_supplier(exporting->supplier_id)));
    sqlite3_bind_int64(exporting->remember, 3, exporting->now_seconds);
    return pk_database_execute(exporting->remember, error);
}

static enum pk_status export_one(struct exporting *exporting, const struct pk_suggestion *row,
                                 struct pk_error *error)
{
    const struct pk_suggestion_event event = {.epoch_seconds = exporting->now_seconds,
                                              .author = exporting->author,
                                              .from_state = (int)row->state,
                                              .to_state = PK_SUGGESTION_EXPORTED,
                                              .order_units = row->order_units,
                                              .reason = exporting->export_id};
    pk_database_bind_text(exporting->set, 1, pk_text_from(row->suggestion_id));
    sqlite3_bind_int(exporting->set, 2, PK_SUGGESTION_EXPORTED);
    pk_database_bind_text(exporting->set, 3, pk_text_from(exporting->export_id));
    pk_database_bind_text(exporting->set, 4, pk_text_from(exporting->author));
    sqlite3_bind_int64(exporting->set, 5, exporting->now_seconds);
    sqlite3_bind_int(exporting->set, 6, pk_suggestion_export_arrival(row, exporting->as_of_date));
    enum pk_status status = pk_database_execute(exporting->set, error);
    return status == PK_OK ? pk_suggestion_note(exporting->note, row->suggestion_id, &event, error)
                           : status;
}

static enum pk_status export_all(sqlite3 *database, struct exporting *exporting,
                                 struct pk_error *error)
{
    struct pk_suggestion_list *list = NULL;
    enum pk_status status = prepare(database, exporting, error);
    if (status == PK_OK)
        status = remember(exporting, error);
    if (status == PK_OK)
        status = read_decided(database, &list, error);
    for (size_t i = 0; status == PK_OK && i < list->count; i++)
        if (pk_suggestion_is_exported(&list->rows[i], exporting->export_id, exporting->supplier_id))
            status = export_one(exporting, &list->rows[i], error);
    pk_suggestion_list_free(list);
    finish(exporting);
    return status;
}

enum pk_status pk_store_export_suggestions(struct pk_store *store, const char *export_id,
                                           const char *supplier_id, const char *author,
                                           int32_t as_of_date, struct pk_suggestion_list **out_list,
                                           bool *out_is_replay, struct pk_error *error)
{
    struct exporting exporting = {.export_id = export_id,
                                  .supplier_id = supplier_id,
                                  .author = author,
                                  .as_of_date = as_of_date,
                                  .now_seconds = (int64_t)time(NULL)};
    struct pk_suggestion_list *list = NULL;
    sqlite3_stmt *statement = NULL;
    bool found = false;
    enum pk_status status = pk_store_begin_writing(store, error);
    if (status == PK_OK)
        status = find_export(store->writer, export_id, supplier_id, &found, error);
    if (status == PK_OK && !found)
        status = export_all(store->writer, &exporting, error);
    if (status == PK_OK)
        status =
            pk_database_prepare(store->writer,
                                "SELECT " PK_SUGGESTION_COLUMNS
                                " FROM suggestions WHERE export_id = ?1 ORDER BY suggestion_id",
                                &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(export_id));
        status = pk_suggestion_list_read(statement, &list, error);
    }
    sqlite3_finalize(statement);
    status = pk_suggestion_finish_writing(store, status, !found, error);
    if (status == PK_OK) {
        *out_list = list;
        *out_is_replay = found;
    } else {
        pk_suggestion_list_free(list);
    }
    return status;
}

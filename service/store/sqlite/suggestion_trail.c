#include "service/store/sqlite/suggestion_trail.h"

#include <time.h>

#include "service/store/rules/suggestion_life.h"

enum pk_status pk_suggestion_note(sqlite3_stmt *note, const char *suggestion_id,
                                  const struct pk_suggestion_event *event, struct pk_error *error)
{
    pk_database_bind_text(note, 1, pk_text_from(suggestion_id));
    sqlite3_bind_int64(note, 2, event->epoch_seconds);
    pk_database_bind_text(note, 3, pk_text_from(event->author));
    sqlite3_bind_int(note, 4, event->from_state);
    sqlite3_bind_int(note, 5, event->to_state);
    sqlite3_bind_int64(note, 6, event->order_units);
    pk_database_bind_text(note, 7, pk_text_from(event->reason));
    return pk_database_execute(note, error);
}

void pk_suggestion_append_states(sqlite3_str *sql, bool (*holds)(enum pk_suggestion_state state))
{
    const char *separator = "state IN (";
    for (int state = 0; state < PK_SUGGESTION_STATE_COUNT; state++)
        if (holds((enum pk_suggestion_state)state)) {
            sqlite3_str_appendf(sql, "%s%d", separator, state);
            separator = ", ";
        }
    sqlite3_str_appendall(sql, ")");
}

enum pk_status pk_suggestion_finish_writing(struct pk_store *store, enum pk_status status,
                                            bool is_change, struct pk_error *error)
{
    if (status == PK_OK && is_change)
        status = pk_database_run(store->writer, "COMMIT", error);
    if (status == PK_OK && is_change)
        atomic_fetch_add(&store->suggestion_revision, 1);
    pk_store_end_writing(store);
    return status;
}

/* Both statements: ?1 the suggestion, ?2 now, ?3 the order, ?4 the author; ?5 the closing
 * revision. */
enum pk_status pk_suggestion_closing_init(sqlite3 *database, struct pk_suggestion_closing *closing,
                                          struct pk_error *error)
{
    sqlite3_str *note = sqlite3_str_new(database), *close = sqlite3_str_new(database);
    sqlite3_str_appendf(
        note,
        "INSERT INTO suggestion_events(suggestion_id, epoch_seconds, author,"
        " from_state, to_state, order_units, reason) SELECT suggestion_id, ?2, ?4,"
        " state, %d, order_units, ?3 FROM suggestions WHERE suggestion_id = ?1 AND ",
        PK_SUGGESTION_CLOSED);
    sqlite3_str_appendf(close,
                        "UPDATE suggestions SET state = %d, ended_by = %d, author = ?4, reason ="
                        " ?3, changed_epoch_seconds = ?2, closed_revision = ?5 WHERE suggestion_id"
                        " = ?1 AND ",
                        PK_SUGGESTION_CLOSED, PK_SUGGESTION_END_INBOUND);
    pk_suggestion_append_states(note, pk_suggestion_state_is_closable);
    pk_suggestion_append_states(close, pk_suggestion_state_is_closable);
    enum pk_status status = pk_database_prepare_built(database, note, &closing->note, error);
    if (status == PK_OK)
        return pk_database_prepare_built(database, close, &closing->close, error);
    sqlite3_free(sqlite3_str_finish(close));
    return status;
}

void pk_suggestion_closing_done(struct pk_suggestion_closing *closing)
{
    sqlite3_finalize(closing->note);
    sqlite3_finalize(closing->close);
}

enum pk_status pk_suggestion_close_named(struct pk_suggestion_closing *closing,
                                         struct pk_text suggestion_id, struct pk_text order_id,
                                         int64_t closed_revision, struct pk_error *error)
{
    sqlite3_stmt *const statements[] = {closing->note, closing->close};
    enum pk_status status = PK_OK;
    for (int i = 0; i < 2 && status == PK_OK; i++) {
        pk_database_bind_text(statements[i], 1, suggestion_id);
        sqlite3_bind_int64(statements[i], 2, (int64_t)time(NULL));
        pk_database_bind_text(statements[i], 3, order_id);
        pk_database_bind_text(statements[i], 4, pk_text_from(PK_SUGGESTION_AUTHOR_INBOUND));
        if (i == 1)
            sqlite3_bind_int64(statements[i], 5, closed_revision);
        status = pk_database_execute(statements[i], error);
    }
    return status;
}

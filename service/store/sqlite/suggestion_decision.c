#include <time.h>

#include "service/store/rules/suggestion_life.h"
#include "service/store/sqlite/suggestion_list.h"
#include "service/store/sqlite/suggestion_trail.h"

static const char select_one[] =
    "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE suggestion_id = ?1";

/* One decision of a person. */
struct decision {
    sqlite3 *database;
    sqlite3_stmt *find, *set, *note;
    const char *author, *reason;
    enum pk_suggestion_state to_state;
    int64_t order_units; /* -1 = as planned */
    bool is_change;
};

static enum pk_status prepare_decision(struct decision *decision, struct pk_error *error)
{
    enum pk_status status = pk_database_prepare(
        decision->database,
        "SELECT state, ended_by, order_units FROM suggestions WHERE suggestion_id = ?1",
        &decision->find, error);
    if (status == PK_OK)
        status = pk_database_prepare(decision->database,
                                     "UPDATE suggestions SET state = ?2, order_units = ?3, author ="
                                     " ?4, reason = ?5, changed_epoch_seconds = ?6 WHERE"
                                     " suggestion_id = ?1",
                                     &decision->set, error);
    if (status == PK_OK)
        status =
            pk_database_prepare(decision->database, PK_SUGGESTION_NOTE_SQL, &decision->note, error);
    return status;
}

static void finish_decision(struct decision *decision)
{
    sqlite3_finalize(decision->find);
    sqlite3_finalize(decision->set);
    sqlite3_finalize(decision->note);
}

static enum pk_status write_decision(struct decision *decision, const char *suggestion_id,
                                     int from_state, int64_t order_units, struct pk_error *error)
{
    const struct pk_suggestion_event event = {.epoch_seconds = (int64_t)time(NULL),
                                              .author = decision->author,
                                              .from_state = from_state,
                                              .to_state = decision->to_state,
                                              .order_units = order_units,
                                              .reason = decision->reason};
    pk_database_bind_text(decision->set, 1, pk_text_from(suggestion_id));
    sqlite3_bind_int(decision->set, 2, event.to_state);
    sqlite3_bind_int64(decision->set, 3, order_units);
    pk_database_bind_text(decision->set, 4, pk_text_from(event.author));
    pk_database_bind_text(decision->set, 5, pk_text_from(event.reason));
    sqlite3_bind_int64(decision->set, 6, event.epoch_seconds);
    decision->is_change = true;
    enum pk_status status = pk_database_execute(decision->set, error);
    return status == PK_OK ? pk_suggestion_note(decision->note, suggestion_id, &event, error)
                           : status;
}

static enum pk_status decide_one(struct decision *decision, const char *suggestion_id,
                                 struct pk_error *error)
{
    bool found = false, moves = false;
    pk_database_bind_text(decision->find, 1, pk_text_from(suggestion_id));
    enum pk_status status = pk_database_step(decision->find, &found, error);
    const int state = found ? sqlite3_column_int(decision->find, 0) : 0;
    const int end = found ? sqlite3_column_int(decision->find, 1) : 0;
    const int64_t units = found ? sqlite3_column_int64(decision->find, 2) : 0;
    sqlite3_reset(decision->find);
    if (status == PK_OK && !found)
        status = pk_suggestion_refuse_unknown(suggestion_id, error);
    if (status == PK_OK)
        status =
            pk_suggestion_decide(suggestion_id, (enum pk_suggestion_state)state,
                                 (enum pk_suggestion_end)end, decision->to_state, &moves, error);
    if (status != PK_OK || !moves)
        return status;
    return write_decision(decision, suggestion_id, state,
                          decision->order_units >= 0 ? decision->order_units : units, error);
}

/* The decided ones as they are then. */
static enum pk_status read_decided(sqlite3 *database, char *const *suggestion_ids, size_t count,
                                   struct pk_suggestion_list **out_list, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_str *sql = sqlite3_str_new(database);
    sqlite3_str_appendall(sql, "SELECT " PK_SUGGESTION_COLUMNS
                               " FROM suggestions WHERE suggestion_id IN (");
    for (size_t i = 0; i < count; i++)
        sqlite3_str_appendf(sql, "%s%Q", i == 0 ? "" : ", ", suggestion_ids[i]);
    sqlite3_str_appendall(sql, ") ORDER BY suggestion_id");
    enum pk_status status = pk_database_prepare_built(database, sql, &statement, error);
    if (status == PK_OK)
        status = pk_suggestion_list_read(statement, out_list, error);
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status decide(struct pk_store *store, struct decision *decision,
                             char *const *suggestion_ids, size_t count,
                             struct pk_suggestion_list **out_list, struct pk_error *error)
{
    struct pk_suggestion_list *list = NULL;
    enum pk_status status = pk_store_begin_writing(store, error);
    decision->database = store->writer;
    if (status == PK_OK)
        status = prepare_decision(decision, error);
    for (size_t i = 0; i < count && status == PK_OK; i++)
        status = decide_one(decision, suggestion_ids[i], error);
    finish_decision(decision);
    if (status == PK_OK)
        status = read_decided(store->writer, suggestion_ids, count, &list, error);
    status = pk_suggestion_finish_writing(store, status, decision->is_change, error);
    if (status == PK_OK)
        *out_list = list;
    else
        pk_suggestion_list_free(list);
    return status;
}

enum pk_status pk_store_approve_suggestions(struct pk_store *store, char *const *suggestion_ids,
                                            size_t count, const char *author,
                                            struct pk_suggestion_list **out_list,
                                            struct pk_error *error)
{
    struct decision decision = {
        .author = author, .reason = "", .to_state = PK_SUGGESTION_APPROVED, .order_units = -1};
    return decide(store, &decision, suggestion_ids, count, out_list, error);
}

enum pk_status pk_store_override_suggestion(struct pk_store *store, const char *suggestion_id,
                                            int64_t order_units, const char *reason,
                                            const char *author,
                                            struct pk_suggestion_list **out_list,
                                            struct pk_error *error)
{
    struct decision decision = {.author = author,
                                .reason = reason,
                                .to_state = PK_SUGGESTION_OVERRIDDEN,
                                .order_units = order_units};
    char id[PK_ID_BYTES_MAX_PLUS_NUL];
    char *const ids[] = {id};
    pk_text_format(id, sizeof id, "%s", suggestion_id);
    return decide(store, &decision, ids, 1, out_list, error);
}

static enum pk_status check_known(sqlite3 *reader, const char *suggestion_id,
                                  struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool found = false;
    enum pk_status status = pk_database_prepare(reader, select_one, &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(suggestion_id));
        status = pk_database_step(statement, &found, error);
    }
    if (status == PK_OK && !found)
        status = pk_suggestion_refuse_unknown(suggestion_id, error);
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_store_list_suggestion_events(
    struct pk_store *store, const char *suggestion_id,
    enum pk_status (*visit)(void *context, const struct pk_suggestion_event *event,
                            struct pk_error *error),
    void *context, struct pk_error *error)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status = check_known(reader, suggestion_id, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            reader,
            "SELECT epoch_seconds, author, from_state, to_state, order_units, reason FROM"
            " suggestion_events WHERE suggestion_id = ?1 ORDER BY event_id",
            &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(suggestion_id));
        status = pk_database_step(statement, &has_row, error);
    }
    while (status == PK_OK && has_row) {
        const struct pk_suggestion_event event = {
            .epoch_seconds = sqlite3_column_int64(statement, 0),
            .author = pk_database_column_text(statement, 1).bytes,
            .from_state = sqlite3_column_int(statement, 2),
            .to_state = (enum pk_suggestion_state)sqlite3_column_int(statement, 3),
            .order_units = sqlite3_column_int64(statement, 4),
            .reason = pk_database_column_text(statement, 5).bytes,
        };
        status = visit(context, &event, error);
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    pk_store_release_reader(store, reader);
    return status;
}

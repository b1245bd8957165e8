#include <time.h>

#include "models/base/date.h"
#include "service/store/sqlite/suggestion_list.h"

/* What a person decides about suggestions, and their trail. States are their numbers in SQL. */

static const char select_one[] =
    "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE suggestion_id = ?1";
static const char select_exported[] =
    "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE export_id = ?1 ORDER BY suggestion_id";

/* Ends a writing transaction: commits if all went well, and then tells whoever keeps a list. */
static enum pk_status finish_writing(struct pk_store *store, enum pk_status status, bool is_change,
                                     struct pk_error *error)
{
    if (status == PK_OK && is_change)
        status = pk_database_run(store->writer, "COMMIT", error);
    if (status == PK_OK && is_change)
        atomic_fetch_add(&store->suggestion_revision, 1);
    pk_store_end_writing(store);
    return status;
}

static enum pk_status check_movable(const char *suggestion_id, int state, int end,
                                    struct pk_error *error)
{
    static const char *const ends[] = {"", "a later plan took its place; list the suggested ones",
                                       "an inbound line names it", "no inbound line came in time"};
    if (state == PK_SUGGESTION_EXPORTED)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "suggestion_id",
                            "'%.64s' has been exported; change the order itself and its inbound "
                            "line",
                            suggestion_id);
    if (state == PK_SUGGESTION_CLOSED)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "suggestion_id", "'%.64s' is closed: %s",
                            suggestion_id, ends[end & 3]);
    return PK_OK;
}

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
        status = pk_database_prepare(
            decision->database,
            "INSERT INTO suggestion_events(suggestion_id, epoch_seconds, author, from_state,"
            " to_state, order_units, reason) VALUES(?1, ?6, ?4, ?7, ?2, ?3, ?5)",
            &decision->note, error);
    return status;
}

static void finish_decision(struct decision *decision)
{
    sqlite3_finalize(decision->find);
    sqlite3_finalize(decision->set);
    sqlite3_finalize(decision->note);
}

static enum pk_status decide_one(struct decision *decision, const char *suggestion_id,
                                 struct pk_error *error)
{
    bool found = false;
    pk_database_bind_text(decision->find, 1, pk_text_from(suggestion_id));
    enum pk_status status = pk_database_step(decision->find, &found, error);
    const int state = found ? sqlite3_column_int(decision->find, 0) : 0;
    const int end = found ? sqlite3_column_int(decision->find, 1) : 0;
    int64_t units = found ? sqlite3_column_int64(decision->find, 2) : 0;
    sqlite3_reset(decision->find);
    if (status == PK_OK && !found)
        status = pk_error_set(error, PK_NOT_FOUND, "suggestion_id",
                              "'%.64s' is unknown; suggestion list shows them", suggestion_id);
    if (status == PK_OK)
        status = check_movable(suggestion_id, state, end, error);
    const bool is_approval = decision->to_state == PK_SUGGESTION_APPROVED;
    if (status != PK_OK || (is_approval && state != PK_SUGGESTION_SUGGESTED))
        return status;
    if (decision->order_units >= 0)
        units = decision->order_units;
    sqlite3_stmt *const statements[] = {decision->set, decision->note};
    for (int i = 0; i < 2 && status == PK_OK; i++) {
        pk_database_bind_text(statements[i], 1, pk_text_from(suggestion_id));
        sqlite3_bind_int(statements[i], 2, decision->to_state);
        sqlite3_bind_int64(statements[i], 3, units);
        pk_database_bind_text(statements[i], 4, pk_text_from(decision->author));
        pk_database_bind_text(statements[i], 5, pk_text_from(decision->reason));
        sqlite3_bind_int64(statements[i], 6, (int64_t)time(NULL));
        if (i == 1)
            sqlite3_bind_int(statements[i], 7, state);
        status = pk_database_execute(statements[i], error);
    }
    decision->is_change = true;
    return status;
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
    status = finish_writing(store, status, decision->is_change, error);
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

/* Whether the export was made before; FAILED_PRECONDITION if it was another one. */
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
    if (status == PK_OK && *out_found &&
        !pk_text_equal(pk_database_column_text(statement, 0), pk_text_from(supplier_id)))
        status =
            pk_error_set(error, PK_FAILED_PRECONDITION, "request_id",
                         "'%.64s' was an export of another supplier; give a new one", export_id);
    sqlite3_finalize(statement);
    return status;
}

/* ?1 export, ?2 supplier, ?3 author, ?4 as-of day, ?5 now, ?6 of one supplier only. */
static enum pk_status run_export(sqlite3 *database, const char *sql, const char *export_id,
                                 const char *supplier_id, const char *author, int32_t as_of_date,
                                 struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_database_prepare(database, sql, &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(export_id));
        pk_database_bind_text(statement, 2, pk_text_from(supplier_id == NULL ? "" : supplier_id));
        pk_database_bind_text(statement, 3, pk_text_from(author));
        sqlite3_bind_int(statement, 4, as_of_date == PK_DATE_NONE ? INT32_MIN : as_of_date);
        sqlite3_bind_int64(statement, 5, (int64_t)time(NULL));
        sqlite3_bind_int(statement, 6, supplier_id != NULL);
        status = pk_database_execute(statement, error);
    }
    sqlite3_finalize(statement);
    return status;
}

#define EXPORTED_NOW                                                                               \
    " state IN (1, 2) AND order_units > 0 AND (?6 = 0 OR supplier_id = ?2) AND ?1 <> ''"

enum pk_status pk_store_export_suggestions(struct pk_store *store, const char *export_id,
                                           const char *supplier_id, const char *author,
                                           int32_t as_of_date, struct pk_suggestion_list **out_list,
                                           bool *out_is_replay, struct pk_error *error)
{
    static const char *const steps[] = {
        "INSERT INTO suggestion_exports SELECT ?1, CASE ?6 WHEN 0 THEN '*' ELSE ?2 END, ?5",
        "INSERT INTO suggestion_events(suggestion_id, epoch_seconds, author, from_state, to_state,"
        " order_units, reason) SELECT suggestion_id, ?5, ?3, state, 3, order_units, ?1 FROM"
        " suggestions WHERE" EXPORTED_NOW,
        "UPDATE suggestions SET state = 3, export_id = ?1, author = ?3, changed_epoch_seconds = ?5,"
        " arrival_date = arrival_date + max(0, ?4 - as_of_date) WHERE" EXPORTED_NOW,
    };
    struct pk_suggestion_list *list = NULL;
    sqlite3_stmt *statement = NULL;
    bool found = false;
    enum pk_status status = pk_store_begin_writing(store, error);
    if (status == PK_OK)
        status = find_export(store->writer, export_id, supplier_id == NULL ? "*" : supplier_id,
                             &found, error);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == PK_OK && !found; i++)
        status =
            run_export(store->writer, steps[i], export_id, supplier_id, author, as_of_date, error);
    if (status == PK_OK)
        status = pk_database_prepare(store->writer, select_exported, &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(export_id));
        status = pk_suggestion_list_read(statement, &list, error);
    }
    sqlite3_finalize(statement);
    status = finish_writing(store, status, !found, error);
    if (status == PK_OK) {
        *out_list = list;
        *out_is_replay = found;
    } else {
        pk_suggestion_list_free(list);
    }
    return status;
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
        status = pk_error_set(error, PK_NOT_FOUND, "suggestion_id",
                              "'%.64s' is unknown; suggestion list shows them", suggestion_id);
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

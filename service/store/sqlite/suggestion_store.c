#include <time.h>

#include "models/base/date.h"
#include "service/store/rules/suggestion_life.h"
#include "service/store/sqlite/suggestion_list.h"
#include "service/store/sqlite/suggestion_trail.h"

int64_t pk_store_suggestion_revision(struct pk_store *store)
{
    return atomic_load(&store->suggestion_revision);
}

/* Reads what `sql`, which is taken over, selects with ?1 = text, ?2 = number, ?3 = limit. */
static enum pk_status read_list(struct pk_store *store, sqlite3_str *sql, const char *text,
                                int64_t number, int64_t limit, struct pk_suggestion_list **out_list,
                                struct pk_error *error)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status = pk_database_prepare_built(reader, sql, &statement, error);
    else
        sqlite3_free(sqlite3_str_finish(sql));
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(text));
        sqlite3_bind_int64(statement, 2, number);
        sqlite3_bind_int64(statement, 3, limit);
        status = pk_suggestion_list_read(statement, out_list, error);
    }
    sqlite3_finalize(statement);
    pk_store_release_reader(store, reader);
    return status;
}

enum pk_status pk_store_load_suggestions(struct pk_store *store, int64_t data_revision,
                                         struct pk_suggestion_list **out_list,
                                         struct pk_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "SELECT " PK_SUGGESTION_COLUMNS
                               " FROM suggestions WHERE is_current = 1 UNION ALL"
                               " SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE ");
    pk_suggestion_append_states(sql, pk_suggestion_state_is_open);
    sqlite3_str_appendall(
        sql, " AND is_current = 0 UNION ALL"
             " SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE closed_revision > max(?2, 0)"
             " AND closed_revision > 0 AND is_current = 0"
             " ORDER BY item_id, warehouse_id, supplier_id, as_of_date, sequence");
    return read_list(store, sql, "", data_revision, 0, out_list, error);
}

enum pk_status pk_store_list_suggestions(struct pk_store *store, int state, const char *after_id,
                                         int32_t limit, struct pk_suggestion_list **out_list,
                                         struct pk_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql,
                        "SELECT " PK_SUGGESTION_COLUMNS
                        " FROM suggestions WHERE %s suggestion_id > ?1"
                        " ORDER BY suggestion_id LIMIT ?3",
                        state < 0 ? "" : "state = ?2 AND");
    return read_list(store, sql, after_id, state, limit, out_list, error);
}

/* --- what a plan writes --- */

/* The statements of one saving, and the rows of the trail that they need. */
struct saving {
    sqlite3_stmt *find, *put, *retire, *end, *note;
};

static enum pk_status prepare_saving(sqlite3 *database, struct saving *saving,
                                     struct pk_error *error)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } wanted[] = {
        /* The key's own row, and whether a plan of a later as-of day has suggested one. */
        {&saving->find,
         "SELECT own.state, own.ended_by, own.order_units, EXISTS(SELECT 1 FROM suggestions WHERE"
         " item_id = ?1 AND warehouse_id = ?2 AND supplier_id = ?3 AND is_current = 1 AND"
         " as_of_date > ?4 AND state = ?6) FROM (SELECT 1) LEFT JOIN suggestions own ON"
         " own.item_id = ?1 AND own.warehouse_id = ?2 AND own.supplier_id = ?3 AND own.as_of_date ="
         " ?4 AND own.sequence = ?5"},
        {&saving->retire,
         "UPDATE suggestions SET is_current = 0 WHERE item_id = ?1 AND warehouse_id = ?2 AND"
         " supplier_id = ?3 AND is_current = 1 AND (as_of_date, sequence) < (SELECT as_of_date,"
         " sequence FROM suggestions WHERE item_id = ?1 AND warehouse_id = ?2 AND supplier_id = ?3"
         " AND is_current = 1 AND (as_of_date, sequence) < (?4, ?5) ORDER BY as_of_date DESC,"
         " sequence DESC LIMIT 1)"},
        {&saving->put,
         "INSERT OR REPLACE INTO suggestions(item_id, warehouse_id, supplier_id, as_of_date,"
         " sequence, suggestion_id, planned_units, order_units, arrival_date, order_by_date,"
         " unit_cost, stock_units, inbound_units, demand_units, need_units, protection_days,"
         " terms_key, changed_epoch_seconds, state, ended_by, author, reason, closed_revision,"
         " is_current) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
         " ?15, ?16, ?17, ?18, ?19, ?20, '', 0, 1)"},
        {&saving->end,
         "UPDATE suggestions SET state = ?9, ended_by = ?6, author = ?10, reason = ?7,"
         " changed_epoch_seconds = ?8 WHERE item_id = ?1 AND warehouse_id = ?2 AND supplier_id = ?3"
         " AND as_of_date = ?4 AND sequence = ?5"},
        {&saving->note, PK_SUGGESTION_NOTE_SQL},
    };
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && status == PK_OK; i++)
        status = pk_database_prepare(database, wanted[i].sql, wanted[i].statement, error);
    return status;
}

static void finish_saving(struct saving *saving)
{
    sqlite3_finalize(saving->find);
    sqlite3_finalize(saving->put);
    sqlite3_finalize(saving->retire);
    sqlite3_finalize(saving->end);
    sqlite3_finalize(saving->note);
}

static void bind_key(sqlite3_stmt *statement, const struct pk_suggestion *row)
{
    pk_database_bind_text(statement, 1, pk_text_from(row->item_id));
    pk_database_bind_text(statement, 2, pk_text_from(row->warehouse_id));
    pk_database_bind_text(statement, 3, pk_text_from(row->supplier_id));
    sqlite3_bind_int(statement, 4, row->as_of_date);
    sqlite3_bind_int(statement, 5, row->sequence);
}

static enum pk_status note(sqlite3_stmt *statement, const char *suggestion_id, int from_state,
                           enum pk_suggestion_state to_state, int64_t order_units,
                           const char *reason, struct pk_error *error)
{
    const struct pk_suggestion_event event = {.epoch_seconds = (int64_t)time(NULL),
                                              .author = PK_SUGGESTION_AUTHOR_PLAN,
                                              .from_state = from_state,
                                              .to_state = to_state,
                                              .order_units = order_units,
                                              .reason = reason};
    return pk_suggestion_note(statement, suggestion_id, &event, error);
}

static void bind_row(sqlite3_stmt *put, const struct pk_suggestion *row)
{
    bind_key(put, row);
    pk_database_bind_text(put, 6, pk_text_from(row->suggestion_id));
    sqlite3_bind_int64(put, 7, row->planned_units);
    sqlite3_bind_int(put, 8, row->arrival_date);
    sqlite3_bind_int(put, 9, row->order_by_date);
    sqlite3_bind_int64(put, 10, row->unit_cost_micros);
    sqlite3_bind_double(put, 11, row->basis.stock_units);
    sqlite3_bind_double(put, 12, row->basis.inbound_units);
    sqlite3_bind_double(put, 13, row->basis.demand_units);
    sqlite3_bind_double(put, 14, row->basis.need_units);
    sqlite3_bind_int(put, 15, row->basis.protection_days);
    sqlite3_bind_int64(put, 16, row->basis.terms_key);
    sqlite3_bind_int64(put, 17, (int64_t)time(NULL));
    sqlite3_bind_int(put, 18, PK_SUGGESTION_SUGGESTED);
    sqlite3_bind_int(put, 19, PK_SUGGESTION_END_NONE);
    pk_database_bind_text(put, 20, pk_text_from(PK_SUGGESTION_AUTHOR_PLAN));
}

/* What is stored of the row's key, and whether a plan of a later as-of day has suggested one. */
static enum pk_status find_stored(struct saving *saving, const struct pk_suggestion *row,
                                  struct pk_suggestion_stored *out_stored, bool *out_has_later,
                                  struct pk_error *error)
{
    sqlite3_stmt *find = saving->find;
    bool has_row = false;
    bind_key(find, row);
    sqlite3_bind_int(find, 6, PK_SUGGESTION_SUGGESTED);
    enum pk_status status = pk_database_step(find, &has_row, error);
    if (status == PK_OK) {
        *out_stored = (struct pk_suggestion_stored){
            .is_known = has_row && sqlite3_column_type(find, 0) != SQLITE_NULL,
            .state = (enum pk_suggestion_state)sqlite3_column_int(find, 0),
            .end = (enum pk_suggestion_end)sqlite3_column_int(find, 1),
            .order_units = sqlite3_column_int64(find, 2)};
        *out_has_later = has_row && sqlite3_column_int(find, 3) != 0;
    }
    sqlite3_reset(find);
    return status;
}

static enum pk_status put_row(struct saving *saving, const struct pk_suggestion *row,
                              struct pk_error *error)
{
    struct pk_suggestion_stored stored;
    bool has_later = false;
    enum pk_status status = find_stored(saving, row, &stored, &has_later, error);
    if (status != PK_OK)
        return status;
    const struct pk_suggestion_put put = pk_suggestion_put(&stored, has_later, row->planned_units);
    if (!put.is_written)
        return PK_OK;
    if (!stored.is_known) {
        bind_key(saving->retire, row);
        status = pk_database_execute(saving->retire, error);
    }
    if (status == PK_OK) {
        bind_row(saving->put, row);
        status = pk_database_execute(saving->put, error);
    }
    if (status == PK_OK && put.is_noted)
        status = note(saving->note, row->suggestion_id, put.from_state, PK_SUGGESTION_SUGGESTED,
                      row->planned_units, "", error);
    return status;
}

static enum pk_status end_row(struct saving *saving, const struct pk_suggestion *row,
                              struct pk_error *error)
{
    const char *reason = pk_suggestion_end_reason(row->end);
    struct pk_suggestion_stored stored;
    bool has_later = false;
    enum pk_status status = find_stored(saving, row, &stored, &has_later, error);
    if (status != PK_OK || !stored.is_known || !pk_suggestion_may_end(stored.state, row->state))
        return status;
    bind_key(saving->end, row);
    sqlite3_bind_int(saving->end, 6, row->end);
    pk_database_bind_text(saving->end, 7, pk_text_from(reason));
    sqlite3_bind_int64(saving->end, 8, (int64_t)time(NULL));
    sqlite3_bind_int(saving->end, 9, PK_SUGGESTION_CLOSED);
    pk_database_bind_text(saving->end, 10, pk_text_from(PK_SUGGESTION_AUTHOR_PLAN));
    status = pk_database_execute(saving->end, error);
    if (status == PK_OK)
        status = note(saving->note, row->suggestion_id, (int)row->state, PK_SUGGESTION_CLOSED,
                      row->order_units, reason, error);
    return status;
}

static enum pk_status drop_old(sqlite3 *database, int32_t as_of_date, struct pk_error *error)
{
    char first_kept[PK_SUGGESTION_ID_SIZE];
    char sql[480];
    pk_suggestion_first_kept_id(as_of_date, first_kept);
    pk_text_format(sql, sizeof sql,
                   "DELETE FROM suggestion_events WHERE suggestion_id < '%s' AND suggestion_id IN"
                   " (SELECT suggestion_id FROM suggestions WHERE suggestion_id < '%s' AND state ="
                   " %d AND is_current = 0);"
                   "DELETE FROM suggestions WHERE suggestion_id < '%s' AND state = %d"
                   " AND is_current = 0",
                   first_kept, first_kept, PK_SUGGESTION_CLOSED, first_kept, PK_SUGGESTION_CLOSED);
    return pk_database_run(database, sql, error);
}

enum pk_status pk_store_save_suggestions(struct pk_store *store,
                                         const struct pk_suggestion_change *changes, size_t count,
                                         struct pk_error *error)
{
    struct saving saving = {NULL};
    int32_t as_of_date = PK_DATE_NONE;
    if (count == 0)
        return PK_OK;
    enum pk_status status = pk_store_begin_writing(store, error);
    if (status == PK_OK)
        status = prepare_saving(store->writer, &saving, error);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        const struct pk_suggestion *row = &changes[i].row;
        status = changes[i].kind == PK_SUGGESTION_PUT ? put_row(&saving, row, error)
                                                      : end_row(&saving, row, error);
        if (changes[i].kind == PK_SUGGESTION_PUT && row->as_of_date > as_of_date)
            as_of_date = row->as_of_date;
    }
    finish_saving(&saving);
    if (status == PK_OK && as_of_date != PK_DATE_NONE)
        status = drop_old(store->writer, as_of_date, error);
    return pk_suggestion_finish_writing(store, status, true, error);
}

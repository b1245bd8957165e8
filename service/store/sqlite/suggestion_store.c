#include <assert.h>
#include <time.h>

#include "models/base/date.h"
#include "service/store/sqlite/suggestion_list.h"

/* In SQL the states are their numbers: 0 suggested, 1 approved, 2 overridden, 3 exported, 4 closed. */
static_assert(PK_SUGGESTION_CLOSED == 4 && PK_SUGGESTION_EXPORTED == 3, "numbers of the states");
static_assert(PK_SUGGESTION_END_SUPERSEDED == 1 && PK_SUGGESTION_END_INBOUND == 2, "of the ends");

int64_t pk_store_suggestion_revision(struct pk_store *store)
{
    return atomic_load(&store->suggestion_revision);
}

static int64_t now_seconds(void)
{
    return (int64_t)time(NULL);
}

/* Reads what `sql` selects with ?1 = text, ?2 = number, ?3 = limit. */
static enum pk_status read_list(struct pk_store *store, const char *sql, const char *text,
                                int64_t number, int64_t limit, struct pk_suggestion_list **out_list,
                                struct pk_error *error)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status = pk_database_prepare(reader, sql, &statement, error);
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
    return read_list(store,
                     "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE is_current = 1"
                     " UNION ALL SELECT " PK_SUGGESTION_COLUMNS
                     " FROM suggestions WHERE state IN (1, 2, 3) AND is_current = 0"
                     " UNION ALL SELECT " PK_SUGGESTION_COLUMNS
                     " FROM suggestions WHERE closed_revision > max(?2, 0) AND closed_revision > 0"
                     " AND is_current = 0"
                     " ORDER BY item_id, warehouse_id, supplier_id, as_of_date, sequence",
                     "", data_revision, 0, out_list, error);
}

enum pk_status pk_store_list_suggestions(struct pk_store *store, int state, const char *after_id,
                                         int32_t limit, struct pk_suggestion_list **out_list,
                                         struct pk_error *error)
{
    const char *sql =
        state < 0 ? "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE suggestion_id > ?1"
                    " ORDER BY suggestion_id LIMIT ?3"
                  : "SELECT " PK_SUGGESTION_COLUMNS " FROM suggestions WHERE state = ?2"
                    " AND suggestion_id > ?1 ORDER BY suggestion_id LIMIT ?3";
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
         "SELECT (SELECT state * 4 + ended_by FROM suggestions WHERE item_id = ?1 AND"
         " warehouse_id = ?2 AND supplier_id = ?3 AND as_of_date = ?4 AND sequence = ?5),"
         " (SELECT order_units FROM suggestions WHERE item_id = ?1 AND warehouse_id = ?2 AND"
         " supplier_id = ?3 AND as_of_date = ?4 AND sequence = ?5),"
         " EXISTS(SELECT 1 FROM suggestions WHERE item_id = ?1 AND warehouse_id = ?2 AND"
         " supplier_id = ?3 AND is_current = 1 AND as_of_date > ?4 AND state = 0)"},
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
         " ?15, ?16, ?17, 0, 0, 'plan', '', 0, 1)"},
        {&saving->end,
         "UPDATE suggestions SET state = 4, ended_by = ?6, author = 'plan', reason = ?7,"
         " changed_epoch_seconds = ?8 WHERE item_id = ?1 AND warehouse_id = ?2 AND supplier_id = ?3"
         " AND as_of_date = ?4 AND sequence = ?5 AND state = ?9"},
        {&saving->note,
         "INSERT INTO suggestion_events(suggestion_id, epoch_seconds, author, from_state, to_state,"
         " order_units, reason) VALUES(?, ?, ?, ?, ?, ?, ?)"},
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

static enum pk_status note(sqlite3_stmt *statement, const char *suggestion_id, const char *author,
                           int from_state, int to_state, int64_t order_units, const char *reason,
                           struct pk_error *error)
{
    pk_database_bind_text(statement, 1, pk_text_from(suggestion_id));
    sqlite3_bind_int64(statement, 2, now_seconds());
    pk_database_bind_text(statement, 3, pk_text_from(author));
    sqlite3_bind_int(statement, 4, from_state);
    sqlite3_bind_int(statement, 5, to_state);
    sqlite3_bind_int64(statement, 6, order_units);
    pk_database_bind_text(statement, 7, pk_text_from(reason));
    return pk_database_execute(statement, error);
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
    sqlite3_bind_int64(put, 17, now_seconds());
}

static enum pk_status put_row(struct saving *saving, const struct pk_suggestion *row,
                              struct pk_error *error)
{
    bool found = false;
    bind_key(saving->find, row);
    enum pk_status status = pk_database_step(saving->find, &found, error);
    const bool is_known = found && sqlite3_column_type(saving->find, 0) != SQLITE_NULL;
    const int stored = is_known ? sqlite3_column_int(saving->find, 0) : -1;
    const int64_t stored_units = sqlite3_column_int64(saving->find, 1);
    const bool is_late = found && sqlite3_column_int(saving->find, 2) != 0;
    sqlite3_reset(saving->find);
    const bool is_suggested = stored == PK_SUGGESTION_SUGGESTED * 4;
    const bool is_superseded = stored == PK_SUGGESTION_CLOSED * 4 + PK_SUGGESTION_END_SUPERSEDED;
    if (status != PK_OK || is_late || (is_known && !is_suggested && !is_superseded))
        return status;
    if (!is_known) {
        bind_key(saving->retire, row);
        status = pk_database_execute(saving->retire, error);
    }
    if (status == PK_OK) {
        bind_row(saving->put, row);
        status = pk_database_execute(saving->put, error);
    }
    if (status == PK_OK && !(is_suggested && stored_units == row->planned_units))
        status = note(saving->note, row->suggestion_id, "plan", is_known ? stored / 4 : -1,
                      PK_SUGGESTION_SUGGESTED, row->planned_units, "", error);
    return status;
}

static enum pk_status end_row(sqlite3 *database, struct saving *saving,
                              const struct pk_suggestion *row, struct pk_error *error)
{
    const char *reason = row->end == PK_SUGGESTION_END_EXPIRED ? "expired" : "superseded";
    bind_key(saving->end, row);
    sqlite3_bind_int(saving->end, 6, row->end);
    pk_database_bind_text(saving->end, 7, pk_text_from(reason));
    sqlite3_bind_int64(saving->end, 8, now_seconds());
    sqlite3_bind_int(saving->end, 9, row->state);
    enum pk_status status = pk_database_execute(saving->end, error);
    if (status == PK_OK && sqlite3_changes(database) > 0)
        status = note(saving->note, row->suggestion_id, "plan", row->state, PK_SUGGESTION_CLOSED,
                      row->order_units, reason, error);
    return status;
}

/* Ids begin with their as-of day, so that old ones are a range. */
static enum pk_status drop_old(sqlite3 *database, int32_t as_of_date, struct pk_error *error)
{
    const struct pk_civil day = pk_date_to_civil(as_of_date - PK_SUGGESTION_KEPT_DAYS);
    char sql[480];
    pk_text_format(sql, sizeof sql,
                   "DELETE FROM suggestion_events WHERE suggestion_id < 'S%04d%02d%02d' AND"
                   " suggestion_id IN (SELECT suggestion_id FROM suggestions WHERE suggestion_id <"
                   " 'S%04d%02d%02d' AND state = 4 AND is_current = 0);"
                   "DELETE FROM suggestions WHERE suggestion_id < 'S%04d%02d%02d' AND state = 4"
                   " AND is_current = 0",
                   (int)day.year % 10000, (int)day.month, (int)day.day, (int)day.year % 10000,
                   (int)day.month, (int)day.day, (int)day.year % 10000, (int)day.month,
                   (int)day.day);
    return pk_database_run(database, sql, error);
}

/* Ends a writing transaction: commits if all went well, and then tells whoever keeps a list. */
static enum pk_status finish_writing(struct pk_store *store, enum pk_status status,
                                     struct pk_error *error)
{
    if (status == PK_OK)
        status = pk_database_run(store->writer, "COMMIT", error);
    if (status == PK_OK)
        atomic_fetch_add(&store->suggestion_revision, 1);
    pk_store_end_writing(store);
    return status;
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
                                                      : end_row(store->writer, &saving, row, error);
        if (changes[i].kind == PK_SUGGESTION_PUT && row->as_of_date > as_of_date)
            as_of_date = row->as_of_date;
    }
    finish_saving(&saving);
    if (status == PK_OK && as_of_date != PK_DATE_NONE)
        status = drop_old(store->writer, as_of_date, error);
    return finish_writing(store, status, error);
}

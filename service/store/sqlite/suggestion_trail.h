/* Moves of suggestions as the database takes them: the trail, the rows that inbound lines close,
 * and the end of a writing transaction. Which move is allowed is a rule
 * (service/store/rules/suggestion_life.h). */
#ifndef PK_STORE_SQLITE_SUGGESTION_TRAIL_H
#define PK_STORE_SQLITE_SUGGESTION_TRAIL_H

#include "models/history/suggestion.h"
#include "service/store/sqlite/engine.h"

/* Adds an entry of the trail; the statement is PK_SUGGESTION_NOTE_SQL, prepared. */
#define PK_SUGGESTION_NOTE_SQL                                                                     \
    "INSERT INTO suggestion_events(suggestion_id, epoch_seconds, author, from_state, to_state,"    \
    " order_units, reason) VALUES(?, ?, ?, ?, ?, ?, ?)"
enum pk_status pk_suggestion_note(sqlite3_stmt *note, const char *suggestion_id,
                                  const struct pk_suggestion_event *event, struct pk_error *error);

/* Appends "state IN (...)": the states for which `holds` is true. */
void pk_suggestion_append_states(sqlite3_str *sql, bool (*holds)(enum pk_suggestion_state state));

/* Ends a writing transaction of suggestions: commits a change if all went well, and then moves the
 * revision of suggestions for those who keep a list. */
enum pk_status pk_suggestion_finish_writing(struct pk_store *store, enum pk_status status,
                                            bool is_change, struct pk_error *error);

/* For the publication of inbound lines. */
struct pk_suggestion_closing {
    sqlite3_stmt *note, *close;
};
enum pk_status pk_suggestion_closing_init(sqlite3 *database, struct pk_suggestion_closing *closing,
                                          struct pk_error *error);
void pk_suggestion_closing_done(struct pk_suggestion_closing *closing);
/* Closes the suggestion that a line of the order names, if it is kept and not closed yet. */
enum pk_status pk_suggestion_close_named(struct pk_suggestion_closing *closing,
                                         struct pk_text suggestion_id, struct pk_text order_id,
                                         int64_t closed_revision, struct pk_error *error);

#endif

/* The life of a suggestion in the store: which state may move, who moves it, and what closes it.
 *
 *   who             moves                                            trail: author, reason
 *   a plan          (new), suggested or superseded -> suggested      "plan", ""
 *   a plan          the state it saw -> closed, superseded/expired   "plan", "superseded"/"expired"
 *   a person        suggested -> approved                            the person, ""
 *   a person        suggested, approved, overridden -> overridden    the person, a reason of theirs
 *   an export       approved, overridden with units -> exported      the person, the export's id
 *   an inbound row  any but closed -> closed, inbound                "inbound", the order's id
 *
 * Every move is one entry of the trail, in the transaction of the move. A row that does not move
 * leaves none. States and their words are those of models/history/suggestion.h. */
#ifndef PK_STORE_RULES_SUGGESTION_LIFE_H
#define PK_STORE_RULES_SUGGESTION_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/dataset.h"
#include "models/base/error.h"
#include "models/history/suggestion.h"

#define PK_SUGGESTION_AUTHOR_PLAN    "plan"
#define PK_SUGGESTION_AUTHOR_INBOUND "inbound"

/* --- a plan --- */

/* The key of a suggestion is item x warehouse x supplier x as-of day x sequence. What is stored of
 * the key of a new one. */
struct pk_suggestion_stored {
    bool is_known; /* false: nothing, and the members below say nothing */
    enum pk_suggestion_state state;
    enum pk_suggestion_end end;
    int64_t order_units;
};

/* What a plan's PUT does. from_state is for the trail: -1 = the suggestion is new. */
struct pk_suggestion_put {
    bool is_written; /* the row takes its key: suggested, order_units = planned_units */
    bool is_noted;   /* with an entry of the trail */
    int from_state;
};

/* A plan writes over suggested and superseded ones only: what a person has decided, an export has
 * taken, an inbound row has closed or time has closed stays. It writes nothing where a plan of a
 * later as-of day has a suggested one of the item x warehouse x supplier (has_later): a late plan
 * of an earlier day is out of date. Writing a suggested one again with as many units is no move. */
struct pk_suggestion_put pk_suggestion_put(const struct pk_suggestion_stored *stored,
                                           bool has_later, int64_t planned_units);

/* A plan's END closes a row only if it is still in the state that the plan saw: a person may have
 * decided since. */
bool pk_suggestion_may_end(enum pk_suggestion_state stored, enum pk_suggestion_state seen);
/* "superseded" or "expired"; static. */
const char *pk_suggestion_end_reason(enum pk_suggestion_end end);

/* Ids begin with S and the as-of day (models/history/suggestion.h). When a plan of `as_of_date` is
 * saved, rows with an id below this one leave with their trail, if they are closed and not among
 * the latest two of their item x warehouse x supplier: those of as-of days more than
 * PK_SUGGESTION_KEPT_DAYS before. */
void pk_suggestion_first_kept_id(int32_t as_of_date, char out_id[PK_SUGGESTION_ID_SIZE]);

/* --- a person --- */

/* NOT_FOUND: no suggestion has this id. */
enum pk_status pk_suggestion_refuse_unknown(const char *suggestion_id, struct pk_error *error);

/* Whether a person's decision, to_state PK_SUGGESTION_APPROVED or PK_SUGGESTION_OVERRIDDEN, may be
 * taken; *out_moves tells whether it moves the row: approving one that is approved or overridden
 * already does not. FAILED_PRECONDITION if the row is exported or closed; the message says what to
 * do instead. */
enum pk_status pk_suggestion_decide(const char *suggestion_id, enum pk_suggestion_state state,
                                    enum pk_suggestion_end end, enum pk_suggestion_state to_state,
                                    bool *out_moves, struct pk_error *error);

/* --- an export --- */

/* True for the states that an export takes: approved and overridden. */
bool pk_suggestion_state_is_decided(enum pk_suggestion_state state);
/* Whether an export to `supplier_id` (NULL = to all suppliers) takes the row: decided, with units,
 * of the supplier. An export without an id takes nothing. */
bool pk_suggestion_is_exported(const struct pk_suggestion *suggestion, const char *export_id,
                               const char *supplier_id);
/* The arrival date once exported on the as-of day `as_of_date`: the order leaves later than planned
 * by the days since the row's own as-of day, and arrives as many days later. PK_DATE_NONE, or a day
 * before: it stays. */
int32_t pk_suggestion_export_arrival(const struct pk_suggestion *suggestion, int32_t as_of_date);

/* The name under which an export's supplier is remembered: "*" for all of them. */
const char *pk_suggestion_export_supplier(const char *supplier_id);
/* Whether the export that was remembered under `stored` is this one. FAILED_PRECONDITION: of
 * another supplier. */
enum pk_status pk_suggestion_check_export(const char *export_id, struct pk_text stored,
                                          const char *supplier_id, struct pk_error *error);

/* --- an inbound row --- */

/* The id of the suggestion that a staged row of `dataset` closes; empty = none. Inbound rows that
 * are no deletions name it; a suggestion_id that the row only keeps from its stored twin closes
 * nothing again. */
struct pk_text pk_suggestion_named_by(const struct pk_dataset *dataset,
                                      const struct pk_record *record);
/* True for every state but closed. */
bool pk_suggestion_state_is_closable(enum pk_suggestion_state state);
/* closed_revision of a suggestion that a row closes: the first data revision that holds the row.
 * That is the next one if the row was written, the present one if it was stored already. */
int64_t pk_suggestion_closed_revision(int64_t data_revision, bool row_was_written);

/* --- what a plan loads --- */

/* Approved, overridden or exported: the state of pk_suggestion_is_open. */
bool pk_suggestion_state_is_open(enum pk_suggestion_state state);

#endif

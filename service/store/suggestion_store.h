/* The part of the store that keeps suggestions (models/history/suggestion.h): a part of store.h,
 * which includes it and whose promises hold. Which suggestion may move, who moves it and what
 * closes it: rules/suggestion_life.h. Every move and its entry of the trail are written in one
 * transaction. Inbound rows close suggestions when they are published (pk_import_publish). Lists
 * are immutable and outlive the store; pk_suggestion_list_free accepts NULL. */
#ifndef PK_STORE_SUGGESTION_STORE_H
#define PK_STORE_SUGGESTION_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/limits.h"
#include "models/history/suggestion.h"

struct pk_store;

/* Moves with every change of any suggestion, and with every published import of inbound rows; an
 * atomic load. It begins anew when the store is opened: it says whether a list is still true, not
 * which state it is of. */
int64_t pk_store_suggestion_revision(struct pk_store *store);

/* What a plan has to know, each once: the latest two of every item x warehouse x supplier by
 * (as_of_date, sequence), all open ones (pk_suggestion_state_is_open), and those that an inbound
 * row of a later data revision than `data_revision` closed, which a reader of that state still
 * counts as open. A plan of an earlier day than the latest two may have left older ones in the
 * list. Ascending (item_id, warehouse_id, supplier_id, as_of_date, sequence). */
struct pk_suggestion_list {
    const struct pk_suggestion *rows;
    size_t count;
};
enum pk_status pk_store_load_suggestions(struct pk_store *store, int64_t data_revision,
                                         struct pk_suggestion_list **out_list,
                                         struct pk_error *error);
void pk_suggestion_list_free(struct pk_suggestion_list *list);

/* One change that a plan makes. PUT: pk_suggestion_put on the row's key; order_units, state, end,
 * author, reason and closed_revision of `row` are not looked at. END: closes the row with this key
 * by row->end, if it is still in row->state (pk_suggestion_may_end). */
enum pk_suggestion_change_kind { PK_SUGGESTION_PUT, PK_SUGGESTION_END };
struct pk_suggestion_change {
    enum pk_suggestion_change_kind kind;
    struct pk_suggestion row; /* texts borrowed */
};
/* All of them in their order, in one transaction; without changes nothing is written and no
 * revision moves. With a PUT, old closed ones leave with their trail: pk_suggestion_first_kept_id
 * of the latest as-of day that is put. */
enum pk_status pk_store_save_suggestions(struct pk_store *store,
                                         const struct pk_suggestion_change *changes, size_t count,
                                         struct pk_error *error);

/* Those in `state` (-1 = any), ascending suggestion_id, after `after_id` ("" = from the start), at
 * most `limit`. */
enum pk_status pk_store_list_suggestions(struct pk_store *store, int state, const char *after_id,
                                         int32_t limit, struct pk_suggestion_list **out_list,
                                         struct pk_error *error);

/* Approves all or none of them (pk_suggestion_decide): NOT_FOUND for an unknown id,
 * FAILED_PRECONDITION for one that is exported or closed. *out_list: all of them as they are then,
 * each once, ascending suggestion_id. If none moves, nothing is written. */
enum pk_status pk_store_approve_suggestions(struct pk_store *store, char *const *suggestion_ids,
                                            size_t count, const char *author,
                                            struct pk_suggestion_list **out_list,
                                            struct pk_error *error);

/* Orders other units instead (0 = none). Failures and *out_list as of an approval. */
enum pk_status pk_store_override_suggestion(struct pk_store *store, const char *suggestion_id,
                                            int64_t order_units, const char *reason,
                                            const char *author,
                                            struct pk_suggestion_list **out_list,
                                            struct pk_error *error);

/* Hands over what pk_suggestion_is_exported takes; supplier_id NULL = of all suppliers. Arrival
 * dates move by pk_suggestion_export_arrival. *out_list: the rows of the export, ascending
 * suggestion_id.
 *
 * An export is remembered for good by export_id and supplier, even if it took nothing: the id again
 * changes nothing and gives the rows of that time as they are now, with *out_is_replay.
 * FAILED_PRECONDITION: pk_suggestion_check_export. */
enum pk_status pk_store_export_suggestions(struct pk_store *store, const char *export_id,
                                           const char *supplier_id, const char *author,
                                           int32_t as_of_date, struct pk_suggestion_list **out_list,
                                           bool *out_is_replay, struct pk_error *error);

/* The trail of one, oldest first; texts live during the visit, and a visit that fails ends the list
 * with its status. NOT_FOUND: no suggestion has the id. */
enum pk_status pk_store_list_suggestion_events(
    struct pk_store *store, const char *suggestion_id,
    enum pk_status (*visit)(void *context, const struct pk_suggestion_event *event,
                            struct pk_error *error),
    void *context, struct pk_error *error);

#endif

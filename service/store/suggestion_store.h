/* The part of the store that keeps suggestions (models/history/suggestion.h): a part of store.h, which
 * includes it. Every change of a state is written to the trail in the same transaction. */
#ifndef PK_STORE_SUGGESTION_STORE_H
#define PK_STORE_SUGGESTION_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/limits.h"
#include "models/history/suggestion.h"

struct pk_store;

/* Moves with every change of any suggestion; an atomic load. It says nothing after a restart. */
int64_t pk_store_suggestion_revision(struct pk_store *store);

/* What a plan has to know: the latest two of every item x warehouse x supplier, all open ones, and
 * those that an inbound line of a later data revision than `data_revision` closed. Ascending
 * (item_id, warehouse_id, supplier_id, as_of_date, sequence). Free with pk_suggestion_list_free. */
struct pk_suggestion_list {
    const struct pk_suggestion *rows;
    size_t count;
};
enum pk_status pk_store_load_suggestions(struct pk_store *store, int64_t data_revision,
                                         struct pk_suggestion_list **out_list,
                                         struct pk_error *error);
void pk_suggestion_list_free(struct pk_suggestion_list *list);

/* One change that a plan makes. PUT writes a suggested one, over a suggested or superseded one of the
 * same key and never over any other; it does nothing if one of a later as-of
 * day is suggested. END closes the one
 * with this key, with row->end, if it is still in row->state. */
enum pk_suggestion_change_kind { PK_SUGGESTION_PUT, PK_SUGGESTION_END };
struct pk_suggestion_change {
    enum pk_suggestion_change_kind kind;
    struct pk_suggestion row; /* texts borrowed */
};
/* All of them in one transaction; none is no transaction. Closed ones that are older than
 * PK_SUGGESTION_KEPT_DAYS before the latest as-of day leave. */
enum pk_status pk_store_save_suggestions(struct pk_store *store,
                                         const struct pk_suggestion_change *changes, size_t count,
                                         struct pk_error *error);

/* Those in `state` (-1 = any), ascending suggestion_id, after `after_id` ("" = from the start), at most
 * `limit`. */
enum pk_status pk_store_list_suggestions(struct pk_store *store, int state, const char *after_id,
                                         int32_t limit, struct pk_suggestion_list **out_list,
                                         struct pk_error *error);

/* Suggested -> approved; approved and overridden ones stay as they are. All or none: NOT_FOUND for an
 * unknown id, FAILED_PRECONDITION for an exported or closed one. *out_list: all of them as they are
 * then, ascending suggestion_id. */
enum pk_status pk_store_approve_suggestions(struct pk_store *store, char *const *suggestion_ids,
                                            size_t count, const char *author,
                                            struct pk_suggestion_list **out_list,
                                            struct pk_error *error);

/* Suggested, approved or overridden -> overridden, with other units (0 = do not order). Errors as
 * above. */
enum pk_status pk_store_override_suggestion(struct pk_store *store, const char *suggestion_id,
                                            int64_t order_units, const char *reason,
                                            const char *author,
                                            struct pk_suggestion_list **out_list,
                                            struct pk_error *error);

/* Approved and overridden ones with units -> exported, of one supplier or of all (NULL), in the order of
 * their ids; the arrival moves with the days from their as-of to `as_of_date` (PK_DATE_NONE = not at
 * all). The same export_id again gives the same ones and changes nothing: *out_is_replay;
 * FAILED_PRECONDITION if it came with another supplier. */
enum pk_status pk_store_export_suggestions(struct pk_store *store, const char *export_id,
                                           const char *supplier_id, const char *author,
                                           int32_t as_of_date, struct pk_suggestion_list **out_list,
                                           bool *out_is_replay, struct pk_error *error);

/* The trail of one, oldest first. NOT_FOUND. */
enum pk_status pk_store_list_suggestion_events(
    struct pk_store *store, const char *suggestion_id,
    enum pk_status (*visit)(void *context, const struct pk_suggestion_event *event,
                            struct pk_error *error),
    void *context, struct pk_error *error);

#endif

/* How the lines of a plan meet the suggestions that are kept: an approved one stands, a suggested one
 * is written anew, one that the plan no longer stands by is taken back. */
#ifndef PK_WORKFLOWS_KEEP_SUGGESTIONS_H
#define PK_WORKFLOWS_KEEP_SUGGESTIONS_H

#include "models/evidence/view.h"
#include "service/store/store.h"
#include "service/workflows/reorder/reorder_line.h"

/* What one plan changes. Zero-initialised = nothing. */
struct pk_suggestion_keeping {
    struct kept_change *changes;
    size_t count, capacity;
};
void pk_suggestion_keeping_done(struct pk_suggestion_keeping *keeping);

/* Completes the suggestion of a decided line: id, state, the units that stand, what the plan says, the
 * one before and the causes of the difference. With `keeping` also notes what is to be changed in the
 * store. OUT_OF_MEMORY. */
enum pk_status pk_suggestion_settle(const struct pk_view *view,
                                    struct pk_suggestion_keeping *keeping,
                                    struct pk_reorder_line *line, struct pk_error *error);

/* Writes what was noted, in one transaction; nothing if there is nothing. */
enum pk_status pk_suggestions_save(struct pk_store *store,
                                   const struct pk_suggestion_keeping *keeping,
                                   struct pk_error *error);

#endif

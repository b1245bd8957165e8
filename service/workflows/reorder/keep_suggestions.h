/* How the lines of a plan meet the kept suggestions. An approved suggestion stands. A suggested one
 * is written anew. A suggestion that the plan no longer makes is taken back. */
#ifndef PK_WORKFLOWS_KEEP_SUGGESTIONS_H
#define PK_WORKFLOWS_KEEP_SUGGESTIONS_H

#include "models/evidence/view.h"
#include "service/store/store.h"
#include "service/workflows/reorder/reorder_line.h"

/* The changes that one plan makes to the store. Zero-initialised = none. */
struct pk_suggestion_keeping {
    struct kept_change *changes;
    size_t count, capacity;
};
void pk_suggestion_keeping_done(struct pk_suggestion_keeping *keeping);

/* Completes the suggestion of a decided line: its id, its state, the units that stand, the planned
 * units, the units of the suggestion before it, and the causes of the difference. With `keeping` it
 * also notes the changes to the store. OUT_OF_MEMORY. */
enum pk_status pk_suggestion_settle(const struct pk_view *view,
                                    struct pk_suggestion_keeping *keeping,
                                    struct pk_reorder_line *line, struct pk_error *error);

/* Writes the noted changes in one transaction. Without changes it does not touch the store. */
enum pk_status pk_suggestions_save(struct pk_store *store,
                                   const struct pk_suggestion_keeping *keeping,
                                   struct pk_error *error);

#endif

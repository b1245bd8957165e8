/* A snapshot with the suggestions that the store keeps at the moment
 * (models/history/suggestion_book.h). */
#ifndef PK_SNAPSHOT_OPEN_SUGGESTIONS_H
#define PK_SNAPSHOT_OPEN_SUGGESTIONS_H

#include "service/snapshot/snapshot.h"
#include "service/store/store.h"

/* `stem` with the suggestions that are stored now; `is_past` as in struct pk_suggestion_book. The
 * result holds the stem and is released like any snapshot. OUT_OF_MEMORY, or the failure of the
 * store. */
enum pk_status pk_snapshot_with_suggestions(struct pk_store *store, struct pk_snapshot *stem,
                                            bool is_past, struct pk_snapshot **out_snapshot,
                                            struct pk_error *error);

#endif

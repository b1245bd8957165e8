/* Makes one snapshot: load the shop, fit it or take over a fit that still holds, name it. */
#ifndef PK_WORKFLOWS_SNAPSHOT_FIT_H
#define PK_WORKFLOWS_SNAPSHOT_FIT_H

#include "service/workflows/snapshot.h"

struct pk_snapshot_timing {
    double load_seconds;
    double fit_seconds; /* 0 when a fit was taken over */
};

/* `before` (may be NULL) is a snapshot of the same as-of choice whose fit is shared if no row that
 * forecasts use has changed since. Nothing is saved. FAILED_PRECONDITION if there is nothing to
 * fit. */
enum pk_status pk_snapshot_make(struct pk_store *store, int32_t as_of_date, int thread_count,
                                const struct pk_snapshot *before, struct pk_snapshot **out_snapshot,
                                struct pk_snapshot_timing *out_timing, struct pk_error *error);

/* The stored snapshot bound to the store as it is; NOT_FOUND, DATA_LOSS or FAILED_PRECONDITION when
 * it cannot be used. */
enum pk_status pk_snapshot_restore(struct pk_store *store, int thread_count,
                                   struct pk_snapshot **out_snapshot, struct pk_error *error);

/* Writes the snapshot's fit into the store. */
enum pk_status pk_snapshot_save(struct pk_store *store, const struct pk_snapshot *snapshot,
                                struct pk_error *error);

#endif

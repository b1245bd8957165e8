/* Makes one snapshot: loads the shop, finds its fit and names the snapshot. The fit is made afresh,
 * taken over if it still holds, or the last full fit advanced by the days since
 * (models/forecast/advance.h). */
#ifndef PK_SNAPSHOT_SNAPSHOT_FIT_H
#define PK_SNAPSHOT_SNAPSHOT_FIT_H

#include "service/snapshot/snapshot.h"
#include "service/store/store.h"

struct pk_snapshot_timing {
    double load_seconds;
    double fit_seconds; /* 0 when a fit was taken over */
};

/* Earlier work that a new snapshot may take over. Not owned. */
struct pk_snapshot_earlier {
    const struct pk_snapshot *snapshot; /* live if the new one is live, or NULL: its fit is shared
                                         * if no row that forecasts use has changed since */
    struct pk_shared_fit *full_fit;     /* the last full one, or NULL: it is advanced if only days
                                           were added and the shop is large */
    int64_t refit_cells_max;            /* a shop of more series x buckets is large */
};

/* `earlier` may be NULL: a full fit. Nothing is saved. FAILED_PRECONDITION if there is nothing to
 * fit. */
enum pk_status pk_snapshot_make(struct pk_store *store, int32_t as_of_date, int thread_count,
                                const struct pk_snapshot_earlier *earlier,
                                struct pk_snapshot **out_snapshot,
                                struct pk_snapshot_timing *out_timing, struct pk_error *error);

/* The stored fit bound to the store as it is, or advanced to it as in pk_snapshot_make; the stored
 * fit itself in *out_full_fit. NOT_FOUND, DATA_LOSS or FAILED_PRECONDITION when it cannot be
 * used. */
enum pk_status pk_snapshot_restore(struct pk_store *store, int64_t refit_cells_max,
                                   int thread_count, struct pk_snapshot **out_snapshot,
                                   struct pk_shared_fit **out_full_fit,
                                   struct pk_snapshot_timing *out_timing, struct pk_error *error);

/* Writes the snapshot's fit, a full one, into the store. */
enum pk_status pk_snapshot_save(struct pk_store *store, const struct pk_snapshot *snapshot,
                                struct pk_error *error);

#endif

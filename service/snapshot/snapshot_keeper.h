/* The snapshot keeper: holds the live snapshot, brings it up to date in the background after every
 * change, and makes callers that must see a change wait for the snapshot that contains it (read
 * your writes).
 *
 * A shop of more than refit_cells_max series x buckets, to which nothing but days was added, gets
 * its last full fit advanced by them (models/forecast/advance.h): published at once, and always
 * from the full fit, so that it does not matter how the days came in. When PK_ADVANCE_DAYS_MAX days
 * have been advanced, or on pk_snapshot_fit, a full fit follows and replaces the advanced snapshot
 * when it is ready; callers whose changes the advanced one holds do not wait for it. */
#ifndef PK_SNAPSHOT_SNAPSHOT_KEEPER_H
#define PK_SNAPSHOT_SNAPSHOT_KEEPER_H

#include <stdbool.h>

#include "service/snapshot/snapshot.h"

struct pk_snapshot_keeper;

/* Asked now and then while a caller waits; a status other than PK_OK ends the wait with it. */
struct pk_wait {
    enum pk_status (*check)(void *context, struct pk_error *error);
    void *context;
};

/* Tells one line per fit to whoever logs; may be NULL. */
typedef void pk_fit_report(void *context, const struct pk_snapshot *snapshot, double load_seconds,
                           double fit_seconds, const struct pk_error *failure);

struct pk_snapshot_keeper_options {
    struct pk_store *store;
    int thread_count; /* of a fit, >= 1 */
    int64_t refit_cells_max;
    pk_fit_report *report;
    void *report_context;
};

/* Starts the refit thread and returns at once. In the background a stored snapshot is taken if its
 * forecast revision, model version and settings fit the store; otherwise the shop is refitted.
 * pk_snapshot_acquire waits for the snapshot that it needs. */
enum pk_status pk_snapshot_keeper_start(const struct pk_snapshot_keeper_options *options,
                                        struct pk_snapshot_keeper **out_keeper,
                                        struct pk_error *error);
/* Stops after the fit that is running; callers that wait get UNAVAILABLE. Accepts NULL. */
void pk_snapshot_keeper_stop(struct pk_snapshot_keeper *keeper);

/* To be called after every published import; cheap, any thread. */
void pk_snapshot_keeper_wake(struct pk_snapshot_keeper *keeper);

/* The snapshot of `as_of_date` (PK_DATE_NONE = the live one) that contains every change published
 * before this call, with the suggestions as they are now; release it with pk_snapshot_release.
 * Another day than the live one is fitted on demand from rows up to it and cached.
 * FAILED_PRECONDITION: the store has no sales yet, or the day is outside the history; else the
 * failure of the fit. */
enum pk_status pk_snapshot_acquire(struct pk_snapshot_keeper *keeper, int32_t as_of_date,
                                   const struct pk_wait *wait, struct pk_snapshot **out_snapshot,
                                   struct pk_error *error);

/* The live snapshot with a full fit. If the live one is advanced, the call waits for a full fit
 * that contains every change published before it. */
enum pk_status pk_snapshot_fit(struct pk_snapshot_keeper *keeper, const struct pk_wait *wait,
                               struct pk_snapshot **out_snapshot, struct pk_error *error);

/* The live snapshot as it is, without waiting; NULL if there is none. *out_is_stale: a change is
 * not in it yet. */
struct pk_snapshot *pk_snapshot_peek(struct pk_snapshot_keeper *keeper, bool *out_is_stale);

#endif

/* Work cut into parts that several threads make and one takes in order: a stream with bounded
 * memory whose result does not depend on the number of threads. */
#ifndef PK_WORK_ORDERED_WORK_H
#define PK_WORK_ORDERED_WORK_H

#include <stddef.h>

#include "models/base/error.h"
#include "models/base/limits.h"

/* Parts that may be made and not yet taken, for every thread. */
#define PK_ORDERED_SLOTS_PER_THREAD 4
#define PK_ORDERED_SLOT_COUNT_MAX   (PK_ORDERED_SLOTS_PER_THREAD * PK_THREAD_COUNT_MAX)

struct pk_ordered_work {
    size_t part_count;
    int thread_count; /* less than 1 counts as 1, the caller's own */
    void *context;
    /* Makes a part into a slot; `worker` (below the thread count) and `slot` (below
     * pk_ordered_slot_count) belong to this call alone. Any thread. */
    enum pk_status (*make)(void *context, size_t worker, size_t slot, size_t part,
                           struct pk_error *error);
    /* Takes the part of a slot. Parts 0, 1, 2, ... on the calling thread, while others are made. */
    enum pk_status (*take)(void *context, size_t slot, struct pk_error *error);
};

/* Threads and slots that a run will use. */
size_t pk_ordered_thread_count(const struct pk_ordered_work *work);
size_t pk_ordered_slot_count(const struct pk_ordered_work *work);

/* Runs everything and waits for its threads. The first failure in the order of the parts ends it
 * and is returned; where no thread can be started the calling one works alone. */
enum pk_status pk_ordered_run(const struct pk_ordered_work *work, struct pk_error *error);

#endif

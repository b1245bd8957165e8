/* One pass over a selection of series: several threads make a row of each series, and the calling
 * thread takes the rows in the order of the selection, so that the outcome does not depend on the
 * number of threads. The run owns the memories of its threads and the rows that are not taken
 * yet. */
#ifndef PK_WORK_SERIES_RUN_H
#define PK_WORK_SERIES_RUN_H

#include <stdbool.h>

#include "models/base/error.h"
#include "models/history/series_parts.h"

struct pk_series_work {
    struct pk_series_parts parts; /* each is made by one thread in a row */
    int thread_count;             /* less than 1 counts as 1, the caller's own */
    const char *noun;             /* of "out of memory for <noun>" */
    void *context;

    /* Each thread has a memory of this size, zeroed before its first series. `begin` completes it
     * and may be NULL; `end` frees what it holds, also after a `begin` that failed halfway. */
    size_t memory_size;
    enum pk_status (*begin)(const void *context, void *memory, struct pk_error *error);
    void (*end)(void *memory);

    /* Fills the row of a series, or says false in *out_is_kept, which comes as true. Runs on any
     * thread. A row has row_size bytes, which are aligned for any type and not cleared. It does not
     * move before it is taken, so that it may hold pointers into itself. */
    size_t row_size;
    enum pk_status (*make)(const void *context, void *memory, size_t series, void *row,
                           bool *out_is_kept, struct pk_error *error);

    /* Takes the rows on the calling thread, while others are made. A row is gone after the call. */
    enum pk_status (*take)(void *context, void *row, struct pk_error *error);
};

/* The first failure in the order of the series ends the run and is returned; rows before it have
 * been taken, except for those of its own part where `make` failed. */
enum pk_status pk_series_run(const struct pk_series_work *work, struct pk_error *error);

#endif

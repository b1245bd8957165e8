#include "service/work/series_run.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include "models/base/array.h"
#include "service/work/ordered_work.h"

/* The rows of one part. */
struct slot {
    unsigned char *rows;
    size_t count, capacity;
};

struct run {
    const struct pk_series_work *work;
    size_t row_size; /* with what aligns the next row */
    void *memories[PK_THREAD_COUNT_MAX];
    struct slot slots[PK_ORDERED_SLOT_COUNT_MAX];
};

static enum pk_status begin_memory(const struct pk_series_work *work, void **memory,
                                   struct pk_error *error)
{
    void *begun = calloc(1, work->memory_size);
    if (begun == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for %s", work->noun);
    const enum pk_status status =
        work->begin == NULL ? PK_OK : work->begin(work->context, begun, error);
    if (status == PK_OK) {
        *memory = begun;
    } else {
        work->end(begun);
        free(begun);
    }
    return status;
}

static enum pk_status make_part(void *context, size_t worker, size_t index, size_t part,
                                struct pk_error *error)
{
    struct run *run = context;
    const struct pk_series_work *work = run->work;
    const struct pk_series_selection *selection = work->parts.selection;
    struct slot *slot = &run->slots[index];
    const size_t first = pk_series_part_begin(&work->parts, part);
    const size_t last = pk_series_part_begin(&work->parts, part + 1);
    slot->count = 0;
    enum pk_status status = pk_array_reserve(&slot->rows, &slot->capacity, last - first,
                                             run->row_size, work->noun, error);
    if (status == PK_OK && run->memories[worker] == NULL)
        status = begin_memory(work, &run->memories[worker], error);
    for (size_t i = first; i < last && status == PK_OK; i++) {
        const size_t series = selection == NULL ? i : selection->series[i];
        bool is_kept = true;
        status = work->make(work->context, run->memories[worker], series,
                            slot->rows + slot->count * run->row_size, &is_kept, error);
        slot->count += is_kept;
    }
    return status;
}

static enum pk_status take_part(void *context, size_t index, struct pk_error *error)
{
    struct run *run = context;
    const struct slot *slot = &run->slots[index];
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < slot->count && status == PK_OK; i++)
        status = run->work->take(run->work->context, slot->rows + i * run->row_size, error);
    return status;
}

enum pk_status pk_series_run(const struct pk_series_work *work, struct pk_error *error)
{
    const size_t unit = alignof(max_align_t);
    struct run run = {.work = work, .row_size = (work->row_size + unit - 1) / unit * unit};
    const struct pk_ordered_work ordered = {.part_count = pk_series_part_count(&work->parts),
                                            .thread_count = work->thread_count,
                                            .context = &run,
                                            .make = make_part,
                                            .take = take_part};
    const enum pk_status status = pk_ordered_run(&ordered, error);
    for (size_t i = 0; i < PK_THREAD_COUNT_MAX; i++) {
        if (run.memories[i] != NULL)
            work->end(run.memories[i]);
        free(run.memories[i]);
    }
    for (size_t i = 0; i < PK_ORDERED_SLOT_COUNT_MAX; i++)
        free(run.slots[i].rows);
    return status;
}

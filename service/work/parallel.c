#include "service/work/parallel.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>

#include "models/base/limits.h"

#define KEPT_BYTES        (256 << 20)
#define LARGE_BLOCK_BYTES (32 << 20) /* the most that malloc takes */

struct work {
    atomic_size_t next;
    size_t count;
    void (*job)(void *context, size_t index);
    void *context;
};

static void *take_jobs(void *argument)
{
    struct work *work = argument;
    for (;;) {
        size_t index = atomic_fetch_add(&work->next, 1);
        if (index >= work->count)
            return NULL;
        work->job(work->context, index);
    }
}

void pk_parallel_run(void *executor_context, size_t count, void (*job)(void *context, size_t index),
                     void *context)
{
    struct work work = {.count = count, .job = job, .context = context};
    pthread_t threads[PK_THREAD_COUNT_MAX];
    int wanted = *(const int *)executor_context - 1;
    int started = 0;
    while (started < wanted && started < PK_THREAD_COUNT_MAX && (size_t)started + 1 < count) {
        if (pthread_create(&threads[started], NULL, take_jobs, &work) != 0)
            break;
        started++;
    }
    take_jobs(&work);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

struct pk_executor pk_parallel_executor(int *thread_count)
{
    return (struct pk_executor){pk_parallel_run, thread_count};
}

void pk_parallel_keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

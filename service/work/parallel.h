/* Threads for independent jobs: runs job(context, 0..count-1) on several threads and waits for all
 * of them. */
#ifndef PK_WORK_PARALLEL_H
#define PK_WORK_PARALLEL_H

#include <stddef.h>

#include "models/base/executor.h"

/* `executor_context` points to the thread count (int); the calling thread works too, so it never
 * fails: without memory for more threads it runs everything itself. Fits struct pk_executor. */
void pk_parallel_run(void *executor_context, size_t count, void (*job)(void *context, size_t index),
                     void *context);

/* The executor that runs jobs so; *thread_count is read at every run. */
struct pk_executor pk_parallel_executor(int *thread_count);

/* Keeps up to 256 MB that a job has freed for the next one, instead of giving it back to the
 * system, which would clear every page again; for main, before any thread. */
void pk_parallel_keep_memory(void);

#endif

/* Threads that run handlers: started when a job finds none idle, up to a maximum; jobs queue beyond
 * it. */
#ifndef PK_RPC_POOL_H
#define PK_RPC_POOL_H

#include <stddef.h>

#include "models/base/error.h"

struct pk_rpc_pool;

/* Embedded in whatever is to be done, which must live until `run` has been called. */
struct pk_rpc_job {
    struct pk_rpc_job *next;
    void (*run)(struct pk_rpc_job *job);
};

/* Starts the first thread, so that a later job always finds one. OUT_OF_MEMORY, UNAVAILABLE. */
enum pk_status pk_rpc_pool_new(size_t thread_count_max, struct pk_rpc_pool **out_pool,
                               struct pk_error *error);

/* Any thread. Never fails: with no thread to spare the job waits. */
void pk_rpc_pool_submit(struct pk_rpc_pool *pool, struct pk_rpc_job *job);

/* Runs what is queued, ends the threads and frees. Accepts NULL. */
void pk_rpc_pool_free(struct pk_rpc_pool *pool);

#endif

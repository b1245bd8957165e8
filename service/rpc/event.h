/* Completion-queue events: what the library reports back, and to whom. */
#ifndef PK_RPC_EVENT_H
#define PK_RPC_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>

struct pk_rpc_call;

/* What a completion-queue tag points to. Runs on the worker. The library orders the start before
 * the completion; `is_started`, stored last by the starter and loaded first by the worker, says so
 * to the thread sanitizer, which cannot see into the library. */
struct pk_rpc_event {
    atomic_bool is_started;
    struct pk_rpc_call *call;
    void (*complete)(struct pk_rpc_call *call, bool ok);
};

#endif

/* One call: what the server, the health service and the handler's functions of handler.h share
 * about it.
 *
 * Threads. A call belongs to one worker: its events arrive there, and there it is freed. Its
 * handler runs on a pool thread, starts batches and waits for the worker to report them.
 * `references` counts the batches under way plus the flow (worker, then handler, then the final
 * batch), so the last one is always given back by the worker. */
#ifndef PK_RPC_CALL_H
#define PK_RPC_CALL_H

#include <grpc/grpc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "service/rpc/event.h"
#include "service/rpc/failure.h"
#include "service/rpc/handler.h"
#include "service/rpc/message_memory.h"
#include "service/rpc/pool.h"

struct pk_rpc_server;
struct pk_rpc_worker;
struct pk_rpc_route;

/* A health watch: a call without a thread, moved on by events. Guarded by the mutex of health. */
struct pk_rpc_watch {
    struct pk_rpc_call *previous, *next;
    bool linked;
    bool is_known;  /* the service asked for exists */
    bool is_closed; /* the peer is gone */
    bool is_sending;
    int sent_status; /* the last one sent; -1 at first */
};

struct pk_rpc_call {
    struct pk_rpc_server *server;
    struct pk_rpc_worker *worker;
    const struct pk_rpc_route *route; /* NULL: unknown method */
    struct pk_rpc_job job;
    grpc_call *wire;
    grpc_call_details details;
    grpc_metadata_array metadata;
    struct timespec started;
    atomic_int references;
    bool is_counted; /* among the calls that PK_RPC_CALL_COUNT_MAX limits */

    struct pk_rpc_event incoming, closing, receiving, sending, finishing;
    int peer_cancelled; /* written by the closing batch */
    atomic_bool is_cancelled;

    pthread_mutex_t mutex; /* guards the flags below between worker and handler */
    pthread_cond_t changed;
    bool is_receiving, receive_failed, is_sending, send_failed;
    grpc_byte_buffer *received; /* by the receiving batch; NULL: no further message */

    bool metadata_sent;         /* initial metadata, with the first message or the status */
    grpc_byte_buffer *outgoing; /* of the send under way; of a unary reply until the final batch */
    struct pk_rpc_message_memory request_memory;
    struct pk_arena reply_arena, failure_arena;
    struct pk_rpc_violations violations;
    uint64_t received_bytes, sent_bytes;

    grpc_status_code code;
    char status_message[sizeof((struct pk_error *)0)->message];
    grpc_slice status_slice;
    grpc_metadata trailer; /* grpc-status-details-bin */

    struct pk_rpc_watch watch;
};

/* NULL when out of memory. */
struct pk_rpc_call *pk_rpc_call_new(struct pk_rpc_server *server, struct pk_rpc_worker *worker);
void pk_rpc_call_free(struct pk_rpc_call *call);

/* Gives one reference back; on the worker only. */
void pk_rpc_call_unref(struct pk_rpc_call *call);

/* Starts a batch that ends in event->complete; takes a reference for it. A refusal by the library
 * is our own mistake and aborts. */
void pk_rpc_call_batch(struct pk_rpc_call *call, const grpc_op *operations, size_t count,
                       struct pk_rpc_event *event);

/* Starts reading the next message; event->complete finds it in call->received. */
void pk_rpc_call_start_receive(struct pk_rpc_call *call);

/* Starts writing one message and, before the first, the initial metadata. Takes `bytes` over. */
void pk_rpc_call_start_send(struct pk_rpc_call *call, grpc_byte_buffer *bytes);

/* Sends the reply of a unary call, status, text and details, and gives up the flow's reference: the
 * call must not be touched afterwards. No send may be under way. */
void pk_rpc_call_finish(struct pk_rpc_call *call, grpc_status_code code,
                        const struct pk_error *error);

/* The job of the pool (of the worker itself for health): decodes the request, runs the handler,
 * finishes. */
void pk_rpc_call_run(struct pk_rpc_job *job);

/* Encodes a message of that packed size into a new buffer. */
grpc_byte_buffer *pk_rpc_encode(const ProtobufCMessage *message, size_t size);

/* Since the call came in. */
double pk_rpc_call_milliseconds(const struct pk_rpc_call *call);

#endif

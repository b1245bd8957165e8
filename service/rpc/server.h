/* The gRPC server: main hands in tables of methods, handlers see only decoded messages. Knows no
 * business word.
 *
 * A handler is a blocking function on a thread of the handler pool, never on a thread that serves
 * the wire, so it may compute or wait as long as the call's deadline allows. All four kinds share
 * one signature:
 *
 * - PK_RPC_UNARY: `request` is the message; pk_rpc_call_send once, then PK_OK.
 * - PK_RPC_SERVER_STREAM: `request` is the message; pk_rpc_call_send any number of times.
 * - PK_RPC_CLIENT_STREAM: `request` is NULL; pk_rpc_call_receive until NULL, then send once.
 * - PK_RPC_BIDI_STREAM: `request` is NULL; receive and send in any order, any number of times.
 *
 * What has been checked before a handler sees a message: it is well-formed, within
 * PK_MESSAGE_BYTES_MAX, and every string in it, at any depth, is UTF-8 without NUL. Absent
 * sub-messages are NULL and absent strings are "".
 *
 * Failure: return the status and fill *error; nothing else. The client gets the matching gRPC code,
 * error->message and, in grpc-status-details-bin, a google.rpc.BadRequest with every
 * pk_rpc_call_violation of the call; if there is none and error->field is set, that field is the
 * one violation. Replies of a unary or client-streaming call that fails are dropped. */
#ifndef PK_RPC_SERVER_H
#define PK_RPC_SERVER_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

struct pk_rpc_server;
struct pk_rpc_call;

enum pk_rpc_kind {
    PK_RPC_UNARY = 0,
    PK_RPC_SERVER_STREAM,
    PK_RPC_CLIENT_STREAM,
    PK_RPC_BIDI_STREAM
};
#define PK_RPC_KIND_COUNT 4

struct pk_rpc_method {
    const char *name; /* as in the .proto: "GenerateForecast" */
    enum pk_rpc_kind kind;
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *response;
    /* `context` is the service's; `request` lives until the handler returns (see the table above
     * for NULL). May run on several threads at once. */
    enum pk_status (*handle)(void *context, struct pk_rpc_call *call,
                             const ProtobufCMessage *request, struct pk_error *error);
};

/* One gRPC service: usually a static const array of methods and the handler's own state. */
struct pk_rpc_service {
    const char *name; /* full: "peakstock.v1.ForecastService" */
    const struct pk_rpc_method *methods;
    size_t method_count;
    void *context;
};

/* One finished call, for one log line. Texts live during the callback only. */
struct pk_rpc_record {
    const char *path;    /* "/package.Service/Method" as the peer sent it, cut and printable */
    const char *status;  /* gRPC name: "OK", "INVALID_ARGUMENT", ... */
    const char *message; /* of a failure; may be empty */
    double milliseconds;
    uint64_t received_bytes;
    uint64_t sent_bytes;
};

struct pk_rpc_options {
    const char *listen_address; /* "127.0.0.1:7117", "[::1]:0"; port 0 takes a free one */
    const struct pk_rpc_service *services; /* health and reflection are added by the server */
    size_t service_count;
    size_t worker_count;  /* threads that serve the wire; 0 = one per core */
    size_t handler_count; /* most threads that run handlers of one kind, started when needed; 0 =
                             PK_RPC_HANDLER_COUNT_DEFAULT */
    /* Called once per call from any thread, may be NULL. */
    void (*log_call)(void *context, const struct pk_rpc_record *record);
    void *log_context;
};

/* Calls in the server at once, waiting ones included; one more is answered RESOURCE_EXHAUSTED. */
#define PK_RPC_CALL_COUNT_MAX 256
/* Health watches at once: they hold no thread and are not counted as calls. */
#define PK_RPC_WATCH_COUNT_MAX 256
/* Handlers of one kind (unary, uploads, ...) that run at once: most of them wait for the wire or
 * for a fit, so more than there are cores. */
#define PK_RPC_HANDLER_COUNT_DEFAULT 32
/* A stream that sends nothing for so long is given up, for it holds a handler thread. */
#define PK_RPC_RECEIVE_IDLE_SECONDS 120
/* So is one whose peer does not take the next message. */
#define PK_RPC_SEND_IDLE_SECONDS 120
/* Memory that one decoded message may take: tiny sub-messages grow thirty-fold when decoded. */
#define PK_RPC_DECODED_BYTES_MAX (512 * 1024 * 1024)

/* Binds and serves. The services and methods must outlive the server. Health reports NOT_SERVING
 * until pk_rpc_server_set_serving. INVALID_ARGUMENT for an address that is none, UNAVAILABLE when
 * it cannot be bound (in use, not ours), OUT_OF_MEMORY. */
enum pk_status pk_rpc_server_start(const struct pk_rpc_options *options,
                                   struct pk_rpc_server **out_server, struct pk_error *error);

/* The bound address with the real port, "127.0.0.1:7117"; lives as long as the server. */
const char *pk_rpc_server_address(const struct pk_rpc_server *server);

/* What health Check and Watch answer for "" and for every service. Any thread. */
void pk_rpc_server_set_serving(struct pk_rpc_server *server, bool serving);

/* Health NOT_SERVING, no new calls, then waits for the calls in flight; those left after
 * `grace_seconds` are cancelled (their handlers see PK_CANCELLED and must return). Blocks until
 * every thread of the server has ended. Not from a handler or a signal handler. Once. */
void pk_rpc_server_drain(struct pk_rpc_server *server, double grace_seconds);

/* Drains without grace if that has not been done, then frees. Accepts NULL. */
void pk_rpc_server_free(struct pk_rpc_server *server);

/* --- inside a handler, on its own thread only
 * ------------------------------------------------------------------- */

/* Encodes the message, which stays the caller's, and sends it. In a stream it waits until the peer
 * has taken the one before (back-pressure); at most one message is under way. CANCELLED or
 * DEADLINE_EXCEEDED: nobody listens any more, return that status; RESOURCE_EXHAUSTED: larger than
 * PK_MESSAGE_BYTES_MAX; OUT_OF_MEMORY. */
enum pk_status pk_rpc_call_send(struct pk_rpc_call *call, const ProtobufCMessage *message,
                                struct pk_error *error);

/* Waits for the next message of a client or bidi stream. PK_OK with a message: it lives until the
 * next receive or until the handler returns. PK_OK with NULL: the client has finished properly.
 * CANCELLED or DEADLINE_EXCEEDED: the stream broke off, whatever came before is incomplete.
 * INVALID_ARGUMENT: not a valid message. */
enum pk_status pk_rpc_call_receive(struct pk_rpc_call *call, const ProtobufCMessage **out_message,
                                   struct pk_error *error);

/* True once the peer is gone, the deadline has passed or the server gives the call up. Cheap (one
 * atomic load). Also safe from helper threads of the handler while it runs. */
bool pk_rpc_call_is_cancelled(const struct pk_rpc_call *call);

/* PK_OK, or CANCELLED / DEADLINE_EXCEEDED with a message: for loops of a long computation. */
enum pk_status pk_rpc_call_check(const struct pk_rpc_call *call, struct pk_error *error);

/* Seconds until the call's deadline, negative when it has passed, INFINITY if the client set none.
 */
double pk_rpc_call_deadline_seconds_left(const struct pk_rpc_call *call);

/* Notes one wrong input; keep going, so that all of them are reported at once, then return
 * PK_INVALID_ARGUMENT (an empty error->message is filled in). Beyond PK_VIOLATION_COUNT_MAX they
 * are only counted. */
void pk_rpc_call_violation(struct pk_rpc_call *call, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t pk_rpc_call_violation_count(const struct pk_rpc_call *call);

/* Zeroed memory that lives until the handler returns, for building replies; NULL when out of
 * memory. */
void *pk_rpc_call_allocate(struct pk_rpc_call *call, size_t size);

/* Gives back everything allocated so far, for streams that build one reply after another. */
void pk_rpc_call_release(struct pk_rpc_call *call);

#endif

/* The gRPC server: main hands in tables of methods (method.h), handlers see only decoded messages
 * (handler.h). Knows no business word. */
#ifndef PK_RPC_SERVER_H
#define PK_RPC_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "service/rpc/method.h"

struct pk_rpc_server;

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

#endif

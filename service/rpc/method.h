/* Methods and services as the server is told them, and the record of a finished call. */
#ifndef PK_RPC_METHOD_H
#define PK_RPC_METHOD_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

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

#endif

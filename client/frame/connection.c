/* The client's own completion queue is drained by whoever waits: no threads. Every batch ends in
 * one tag, the batch itself, and a stream has at most three under way: the status, one receive, one
 * send. */
#include "client/frame/connection.h"

#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/frame/refusal.h"
#include "models/base/limits.h"
#include "models/base/text.h"

/* How long a SIGINT may go unnoticed. */
#define WAIT_SLICE_MILLISECONDS 100
/* Refused attempts are repeated for so long: a busy service may miss the first one. */
#define REFUSAL_GRACE_MILLISECONDS 1500
#define RECONNECT_MILLISECONDS     100
/* Trailers: the service keeps its details below 8 KiB, other proxies may not. */
#define METADATA_BYTES_MAX 65536

struct pk_connection {
    grpc_channel *channel;
    grpc_completion_queue *queue;
    double call_timeout_seconds;
    const volatile sig_atomic_t *cancel_flag;
    bool is_lost;
    Google__Rpc__BadRequest *refusal; /* of the last failure, or NULL */
};

struct pk_stream {
    struct pk_connection *connection;
    const ProtobufCMessageDescriptor *response;
    grpc_call *wire;
    bool status_pending, receive_pending, send_pending, request_pending; /* batches under way */
    bool receive_ok, send_ok;
    bool was_interrupted;
    grpc_byte_buffer *received;
    grpc_byte_buffer *outgoing;
    grpc_metadata_array initial_metadata, trailing_metadata;
    grpc_status_code code;
    grpc_slice status_text;
};

/* --- waiting --- */

static bool is_interrupted(const struct pk_connection *connection)
{
    return connection->cancel_flag && *connection->cancel_flag;
}

/* Waits until the flag of a batch, which is its tag, is cleared. An interrupt cancels the call,
 * which then ends every batch soon. */
static void await_batch(struct pk_stream *stream, const bool *pending)
{
    while (*pending) {
        if (!stream->was_interrupted && is_interrupted(stream->connection)) {
            stream->was_interrupted = true;
            grpc_call_cancel(stream->wire, NULL);
        }
        gpr_timespec until =
            gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                         gpr_time_from_millis(WAIT_SLICE_MILLISECONDS, GPR_TIMESPAN));
        grpc_event event = grpc_completion_queue_next(stream->connection->queue, until, NULL);
        if (event.type != GRPC_OP_COMPLETE)
            continue;
        if (event.tag == &stream->receive_pending)
            stream->receive_ok = event.success != 0;
        if (event.tag == &stream->send_pending)
            stream->send_ok = event.success != 0;
        *(bool *)event.tag = false;
    }
}

static void start_batch(struct pk_stream *stream, const grpc_op *operations, size_t count,
                        bool *pending)
{
    *pending = true;
    grpc_call_error refused = grpc_call_start_batch(stream->wire, operations, count, pending, NULL);
    if (refused != GRPC_CALL_OK) {
        fprintf(stderr, "peakstock: bug: the gRPC library refused a batch (%d)\n", (int)refused);
        abort();
    }
}

/* --- the end of a call --- */

static void forget_violations(struct pk_connection *connection)
{
    pk_refusal_free(connection->refusal);
    connection->refusal = NULL;
}

size_t pk_connection_violation_count(const struct pk_connection *connection)
{
    return connection->refusal ? connection->refusal->n_field_violations : 0;
}

struct pk_violation pk_connection_violation(const struct pk_connection *connection, size_t index)
{
    const Google__Rpc__BadRequest__FieldViolation *violation =
        connection->refusal->field_violations[index];
    return (struct pk_violation){violation->field, violation->description};
}

/* Reads the service's details into the connection; false if it sent none. */
static bool read_details(struct pk_stream *stream)
{
    bool has_details = false;
    for (size_t i = 0; i < stream->trailing_metadata.count; i++) {
        const grpc_metadata *entry = &stream->trailing_metadata.metadata[i];
        if (grpc_slice_str_cmp(entry->key, "grpc-status-details-bin") != 0)
            continue;
        has_details = true;
        forget_violations(stream->connection);
        stream->connection->refusal =
            pk_refusal_read(GRPC_SLICE_START_PTR(entry->value), GRPC_SLICE_LENGTH(entry->value));
    }
    return has_details;
}

/* Waits for the final status and turns it into ours. */
static enum pk_status await_status(struct pk_stream *stream, struct pk_error *error)
{
    await_batch(stream, &stream->status_pending);
    if (stream->code == GRPC_STATUS_OK)
        return PK_OK;
    if (stream->was_interrupted)
        return pk_error_set(error, PK_CANCELLED, "", "interrupted");
    struct pk_connection *connection = stream->connection;
    /* The service's own words always come with details, those of the transport never. */
    const bool has_details = read_details(stream);
    connection->is_lost = stream->code == GRPC_STATUS_UNAVAILABLE && !has_details;
    bool has_one = pk_connection_violation_count(connection) == 1;
    const char *field = has_one ? pk_connection_violation(connection, 0).field : "";
    if (connection->is_lost)
        return pk_error_set(error, PK_UNAVAILABLE, "", "the connection to the service broke");
    if (stream->code == GRPC_STATUS_DEADLINE_EXCEEDED && !has_details)
        return pk_error_set(error, PK_DEADLINE_EXCEEDED, "",
                            "the service did not answer within %.0f seconds",
                            connection->call_timeout_seconds);
    return pk_error_set(error, pk_refusal_status((int)stream->code), field, "%.*s",
                        (int)GRPC_SLICE_LENGTH(stream->status_text),
                        (const char *)GRPC_SLICE_START_PTR(stream->status_text));
}

/* --- messages --- */

static grpc_byte_buffer *encode(const ProtobufCMessage *message, struct pk_error *error)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size > PK_MESSAGE_BYTES_MAX) {
        pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                     "the request has %zu bytes, at most %d can be sent", size,
                     PK_MESSAGE_BYTES_MAX);
        return NULL;
    }
    grpc_slice slice = grpc_slice_malloc(size);
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *bytes = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return bytes;
}

/* Consumes `bytes`. */
static enum pk_status decode(const ProtobufCMessageDescriptor *descriptor, grpc_byte_buffer *bytes,
                             ProtobufCMessage **out_message, struct pk_error *error)
{
    ProtobufCMessage *message = NULL;
    grpc_byte_buffer_reader reader;
    if (grpc_byte_buffer_reader_init(&reader, bytes)) {
        grpc_slice slice = grpc_byte_buffer_reader_readall(&reader);
        message = protobuf_c_message_unpack(descriptor, NULL, GRPC_SLICE_LENGTH(slice),
                                            GRPC_SLICE_START_PTR(slice));
        grpc_slice_unref(slice);
        grpc_byte_buffer_reader_destroy(&reader);
    }
    grpc_byte_buffer_destroy(bytes);
    if (!message)
        return pk_error_set(error, PK_INTERNAL, "", "the service's reply is not a %s",
                            descriptor->name);
    *out_message = message;
    return PK_OK;
}

static void start_receive(struct pk_stream *stream)
{
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE,
                         .data.recv_message.recv_message = &stream->received};
    start_batch(stream, &operation, 1, &stream->receive_pending);
}

/* --- connection --- */

static grpc_channel *create_channel(const char *address)
{
    grpc_arg arguments[] = {
        {GRPC_ARG_INTEGER,
         (char *)(uintptr_t)GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
         {.integer = PK_MESSAGE_BYTES_MAX}},
        {GRPC_ARG_INTEGER,
         (char *)(uintptr_t)GRPC_ARG_MAX_SEND_MESSAGE_LENGTH,
         {.integer = PK_MESSAGE_BYTES_MAX}},
        {GRPC_ARG_INTEGER,
         (char *)(uintptr_t)GRPC_ARG_MAX_METADATA_SIZE,
         {.integer = METADATA_BYTES_MAX}},
        /* A call is made once: what the user asked for must not be repeated behind their back. */
        {GRPC_ARG_INTEGER, (char *)(uintptr_t)GRPC_ARG_ENABLE_RETRIES, {.integer = 0}},
        {GRPC_ARG_INTEGER,
         (char *)(uintptr_t)GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
         {.integer = RECONNECT_MILLISECONDS}},
        {GRPC_ARG_INTEGER,
         (char *)(uintptr_t)GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
         {.integer = 2 * RECONNECT_MILLISECONDS}},
        /* The service is named by address; a proxy of the environment has no part in it. */
        {GRPC_ARG_INTEGER, (char *)(uintptr_t)GRPC_ARG_ENABLE_HTTP_PROXY, {.integer = 0}},
    };
    grpc_channel_args all = {sizeof arguments / sizeof arguments[0], arguments};
    grpc_channel_credentials *credentials = grpc_insecure_credentials_create();
    grpc_channel *channel = grpc_channel_create(address, credentials, &all);
    grpc_channel_credentials_release(credentials);
    return channel;
}

static enum pk_status await_ready(struct pk_connection *connection, const char *address,
                                  double timeout_seconds, struct pk_error *error)
{
    const gpr_timespec start = gpr_now(GPR_CLOCK_MONOTONIC);
    const gpr_timespec deadline =
        gpr_time_add(start, gpr_time_from_millis((int64_t)(timeout_seconds * 1000), GPR_TIMESPAN));
    const gpr_timespec refused_until = gpr_time_min(
        deadline,
        gpr_time_add(start, gpr_time_from_millis(REFUSAL_GRACE_MILLISECONDS, GPR_TIMESPAN)));
    for (;;) {
        grpc_connectivity_state state =
            grpc_channel_check_connectivity_state(connection->channel, 1);
        if (state == GRPC_CHANNEL_READY)
            return PK_OK;
        if (is_interrupted(connection))
            return pk_error_set(error, PK_CANCELLED, "", "interrupted");
        gpr_timespec now = gpr_now(GPR_CLOCK_MONOTONIC);
        const bool is_refused =
            state == GRPC_CHANNEL_TRANSIENT_FAILURE && gpr_time_cmp(now, refused_until) >= 0;
        if (is_refused || state == GRPC_CHANNEL_SHUTDOWN || gpr_time_cmp(now, deadline) >= 0)
            return pk_error_set(error, PK_UNAVAILABLE, "server",
                                "no service answers at %s; is peakstockd running there?", address);
        gpr_timespec until = gpr_time_min(
            deadline,
            gpr_time_add(now, gpr_time_from_millis(WAIT_SLICE_MILLISECONDS, GPR_TIMESPAN)));
        grpc_channel_watch_connectivity_state(connection->channel, state, until, connection->queue,
                                              connection);
        grpc_completion_queue_next(connection->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    }
}

static bool is_address(const char *address)
{
    const char *colon = strrchr(address, ':');
    int64_t port = 0;
    return colon && colon > address && pk_text_to_integer(pk_text_from(colon + 1), &port) &&
           port > 0 && port <= 65535;
}

enum pk_status pk_connection_open(const struct pk_connection_options *options,
                                  struct pk_connection **out_connection, struct pk_error *error)
{
    if (!is_address(options->address))
        return pk_error_set(error, PK_INVALID_ARGUMENT, "server",
                            "'%s' is not HOST:PORT, as in 127.0.0.1:7117", options->address);
    struct pk_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the connection");
    grpc_init();
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
    connection->call_timeout_seconds = options->call_timeout_seconds;
    connection->cancel_flag = options->cancel_flag;
    connection->queue = grpc_completion_queue_create_for_next(NULL);
    connection->channel = create_channel(options->address);
    enum pk_status status =
        await_ready(connection, options->address, options->connect_timeout_seconds, error);
    if (status != PK_OK) {
        pk_connection_close(connection);
        return status;
    }
    *out_connection = connection;
    return PK_OK;
}

void pk_connection_close(struct pk_connection *connection)
{
    if (!connection)
        return;
    forget_violations(connection);
    grpc_channel_destroy(connection->channel);
    grpc_completion_queue_shutdown(connection->queue);
    while (grpc_completion_queue_next(connection->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL)
               .type != GRPC_QUEUE_SHUTDOWN)
        ;
    grpc_completion_queue_destroy(connection->queue);
    grpc_shutdown_blocking();
    free(connection);
}

bool pk_connection_is_lost(const struct pk_connection *connection)
{
    return connection->is_lost;
}

/* --- streams --- */

static gpr_timespec deadline_of(const struct pk_connection *connection)
{
    if (connection->call_timeout_seconds <= 0)
        return gpr_inf_future(GPR_CLOCK_REALTIME);
    int64_t milliseconds = (int64_t)(connection->call_timeout_seconds * 1000);
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                        gpr_time_from_millis(milliseconds, GPR_TIMESPAN));
}

/* The initial metadata and, if the request is complete, the request and the half-close. */
static void start_call(struct pk_stream *stream)
{
    grpc_op status[2] = {{.op = GRPC_OP_RECV_INITIAL_METADATA},
                         {.op = GRPC_OP_RECV_STATUS_ON_CLIENT}};
    status[0].data.recv_initial_metadata.recv_initial_metadata = &stream->initial_metadata;
    status[1].data.recv_status_on_client.trailing_metadata = &stream->trailing_metadata;
    status[1].data.recv_status_on_client.status = &stream->code;
    status[1].data.recv_status_on_client.status_details = &stream->status_text;
    start_batch(stream, status, 2, &stream->status_pending);

    grpc_op request[3] = {{.op = GRPC_OP_SEND_INITIAL_METADATA}};
    size_t count = 1;
    if (stream->outgoing) {
        request[count++] = (grpc_op){.op = GRPC_OP_SEND_MESSAGE,
                                     .data.send_message.send_message = stream->outgoing};
        request[count++] = (grpc_op){.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};
    }
    start_batch(stream, request, count, &stream->request_pending);
}

enum pk_status pk_stream_open(struct pk_connection *connection, const char *path,
                              const ProtobufCMessage *request,
                              const ProtobufCMessageDescriptor *response,
                              struct pk_stream **out_stream, struct pk_error *error)
{
    forget_violations(connection);
    connection->is_lost = false;
    grpc_byte_buffer *bytes = NULL;
    if (request && !(bytes = encode(request, error)))
        return PK_RESOURCE_EXHAUSTED;
    struct pk_stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        grpc_byte_buffer_destroy(bytes);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a call");
    }
    stream->connection = connection;
    stream->response = response;
    stream->outgoing = bytes;
    stream->send_ok = true;
    stream->status_text = grpc_empty_slice();
    grpc_metadata_array_init(&stream->initial_metadata);
    grpc_metadata_array_init(&stream->trailing_metadata);
    stream->wire = grpc_channel_create_call(connection->channel, NULL, GRPC_PROPAGATE_DEFAULTS,
                                            connection->queue, grpc_slice_from_static_string(path),
                                            NULL, deadline_of(connection), NULL);
    start_call(stream);
    *out_stream = stream;
    return PK_OK;
}

enum pk_status pk_stream_next(struct pk_stream *stream, ProtobufCMessage **out_message,
                              struct pk_error *error)
{
    if (!stream->receive_pending && !stream->received)
        start_receive(stream);
    await_batch(stream, &stream->receive_pending);
    grpc_byte_buffer *bytes = stream->received;
    stream->received = NULL;
    if (!bytes) {
        enum pk_status status = await_status(stream, error);
        if (status == PK_OK)
            *out_message = NULL;
        return status;
    }
    /* The next message travels while the caller works on this one. */
    start_receive(stream);
    return decode(stream->response, bytes, out_message, error);
}

/* Waits for the send under way; a failed one means that the service has ended the call. */
static enum pk_status await_send(struct pk_stream *stream, struct pk_error *error)
{
    await_batch(stream, &stream->request_pending);
    await_batch(stream, &stream->send_pending);
    grpc_byte_buffer_destroy(stream->outgoing);
    stream->outgoing = NULL;
    /* An early OK is no failure: its reply waits for pk_stream_finish. */
    return stream->send_ok && stream->status_pending ? PK_OK : await_status(stream, error);
}

enum pk_status pk_stream_send(struct pk_stream *stream, const ProtobufCMessage *message,
                              struct pk_error *error)
{
    enum pk_status status = await_send(stream, error);
    if (status != PK_OK || !stream->send_ok || !stream->status_pending)
        return status;
    stream->outgoing = encode(message, error);
    if (!stream->outgoing)
        return PK_RESOURCE_EXHAUSTED;
    grpc_op operation = {.op = GRPC_OP_SEND_MESSAGE,
                         .data.send_message.send_message = stream->outgoing};
    start_batch(stream, &operation, 1, &stream->send_pending);
    return PK_OK;
}

enum pk_status pk_stream_finish(struct pk_stream *stream, ProtobufCMessage **out_reply,
                                struct pk_error *error)
{
    enum pk_status status = await_send(stream, error);
    if (status != PK_OK)
        return status;
    grpc_op operation = {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};
    start_batch(stream, &operation, 1, &stream->request_pending);
    start_receive(stream);
    await_batch(stream, &stream->receive_pending);
    status = await_status(stream, error);
    if (status != PK_OK)
        return status;
    grpc_byte_buffer *bytes = stream->received;
    stream->received = NULL;
    if (!bytes)
        return pk_error_set(error, PK_INTERNAL, "", "the service sent no reply");
    return decode(stream->response, bytes, out_reply, error);
}

void pk_stream_close(struct pk_stream *stream)
{
    if (!stream)
        return;
    if (stream->status_pending)
        grpc_call_cancel(stream->wire, NULL);
    await_batch(stream, &stream->request_pending);
    await_batch(stream, &stream->send_pending);
    await_batch(stream, &stream->receive_pending);
    await_batch(stream, &stream->status_pending);
    grpc_byte_buffer_destroy(stream->received);
    grpc_byte_buffer_destroy(stream->outgoing);
    grpc_metadata_array_destroy(&stream->initial_metadata);
    grpc_metadata_array_destroy(&stream->trailing_metadata);
    grpc_slice_unref(stream->status_text);
    grpc_call_unref(stream->wire);
    free(stream);
}

enum pk_status pk_connection_call(struct pk_connection *connection, const char *path,
                                  const ProtobufCMessage *request,
                                  const ProtobufCMessageDescriptor *response,
                                  ProtobufCMessage **out_reply, struct pk_error *error)
{
    struct pk_stream *stream = NULL;
    ProtobufCMessage *reply = NULL;
    enum pk_status status = pk_stream_open(connection, path, request, response, &stream, error);
    if (status == PK_OK)
        status = pk_stream_next(stream, &reply, error);
    if (status == PK_OK)
        status = await_status(stream, error);
    if (status == PK_OK && !reply)
        status = pk_error_set(error, PK_INTERNAL, "", "the service sent no reply");
    if (status == PK_OK)
        *out_reply = reply;
    else if (reply)
        protobuf_c_message_free_unpacked(reply, NULL);
    pk_stream_close(stream);
    return status;
}

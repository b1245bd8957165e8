#include "service/rpc/call.h"

#include <grpc/byte_buffer_reader.h>
#include <grpc/support/time.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/text.h"
#include "service/rpc/internal.h"
#include "service/rpc/wire.h"

struct pk_rpc_call *pk_rpc_call_new(struct pk_rpc_server *server, struct pk_rpc_worker *worker)
{
    struct pk_rpc_call *call = calloc(1, sizeof *call);
    if (!call)
        return NULL;
    call->server = server;
    call->worker = worker;
    call->incoming.call = call->closing.call = call->receiving.call = call;
    call->sending.call = call->finishing.call = call;
    call->status_slice = grpc_empty_slice();
    call->trailer.value = grpc_empty_slice();
    call->watch.sent_status = -1;
    grpc_call_details_init(&call->details);
    grpc_metadata_array_init(&call->metadata);
    pthread_mutex_init(&call->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&call->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pk_rpc_message_memory_init(&call->request_memory, PK_RPC_DECODED_BYTES_MAX);
    call->reply_arena = (struct pk_arena){.bytes_max = PK_RPC_DECODED_BYTES_MAX};
    call->failure_arena = (struct pk_arena){.bytes_max = PK_RPC_DECODED_BYTES_MAX};
    return call;
}

void pk_rpc_call_free(struct pk_rpc_call *call)
{
    grpc_byte_buffer_destroy(call->received);
    grpc_byte_buffer_destroy(call->outgoing);
    grpc_slice_unref(call->status_slice);
    grpc_slice_unref(call->trailer.value);
    pk_rpc_message_memory_done(&call->request_memory);
    pk_arena_done(&call->reply_arena);
    pk_arena_done(&call->failure_arena);
    grpc_call_details_destroy(&call->details);
    grpc_metadata_array_destroy(&call->metadata);
    pthread_cond_destroy(&call->changed);
    pthread_mutex_destroy(&call->mutex);
    if (call->wire)
        grpc_call_unref(call->wire);
    free(call);
}

void pk_rpc_call_unref(struct pk_rpc_call *call)
{
    if (atomic_fetch_sub(&call->references, 1) == 1)
        pk_rpc_server_call_ended(call);
}

/* The event takes over a reference that the caller holds. */
static void start_batch(struct pk_rpc_call *call, const grpc_op *operations, size_t count,
                        struct pk_rpc_event *event)
{
    atomic_store_explicit(&event->is_started, true, memory_order_release);
    grpc_call_error refused = grpc_call_start_batch(call->wire, operations, count, event, NULL);
    if (refused != GRPC_CALL_OK) {
        fprintf(stderr, "event=bug where=rpc_batch code=%d\n", (int)refused);
        abort();
    }
}

void pk_rpc_call_batch(struct pk_rpc_call *call, const grpc_op *operations, size_t count,
                       struct pk_rpc_event *event)
{
    atomic_fetch_add(&call->references, 1);
    start_batch(call, operations, count, event);
}

double pk_rpc_call_milliseconds(const struct pk_rpc_call *call)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - call->started.tv_sec) * 1e3 +
           (double)(now.tv_nsec - call->started.tv_nsec) / 1e6;
}

/* --- receiving -------------------------------------------------------------------------------- */

static void receive_complete(struct pk_rpc_call *call, bool ok)
{
    pthread_mutex_lock(&call->mutex);
    call->is_receiving = false;
    call->receive_failed |= !ok;
    if (ok && call->received)
        call->received_bytes += grpc_byte_buffer_length(call->received);
    pthread_cond_signal(&call->changed);
    pthread_mutex_unlock(&call->mutex);
    pk_rpc_call_unref(call);
}

void pk_rpc_call_start_receive(struct pk_rpc_call *call)
{
    pthread_mutex_lock(&call->mutex);
    call->is_receiving = true;
    pthread_mutex_unlock(&call->mutex);
    if (!call->receiving.complete)
        call->receiving.complete = receive_complete;
    grpc_op operation = {.op = GRPC_OP_RECV_MESSAGE,
                         .data.recv_message.recv_message = &call->received};
    pk_rpc_call_batch(call, &operation, 1, &call->receiving);
}

/* Consumes `bytes`. The message lives in the request memory. */
static enum pk_status decode(struct pk_rpc_call *call, grpc_byte_buffer *bytes,
                             const ProtobufCMessage **out_message, struct pk_error *error)
{
    const ProtobufCMessageDescriptor *descriptor = call->route->method->request;
    pk_rpc_message_memory_reset(&call->request_memory);
    grpc_byte_buffer_reader reader;
    if (!grpc_byte_buffer_reader_init(&reader, bytes)) {
        grpc_byte_buffer_destroy(bytes);
        return pk_error_set(error, PK_INVALID_ARGUMENT, "", "the message cannot be decompressed");
    }
    grpc_slice slice = grpc_byte_buffer_reader_readall(&reader);
    grpc_byte_buffer_reader_destroy(&reader);
    grpc_byte_buffer_destroy(bytes);

    const uint8_t *start = GRPC_SLICE_START_PTR(slice);
    size_t size = GRPC_SLICE_LENGTH(slice);
    enum pk_status status = pk_rpc_wire_check(descriptor, start, size, error);
    if (status == PK_OK) {
        ProtobufCMessage *message =
            protobuf_c_message_unpack(descriptor, &call->request_memory.allocator, size, start);
        if (message)
            *out_message = message;
        else if (call->request_memory.is_exhausted)
            status = pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                                  "the message takes too much memory; send it in parts");
        else
            status = pk_error_set(error, PK_INVALID_ARGUMENT, "", "is not a well-formed %s message",
                                  descriptor->name);
    }
    grpc_slice_unref(slice);
    return status;
}

/* Waits while `*is_under_way`, guarded by the call's mutex; what takes too long is cancelled. */
static bool await(struct pk_rpc_call *call, const bool *is_under_way, int idle_seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += idle_seconds;
    bool in_time = true;
    pthread_mutex_lock(&call->mutex);
    while (*is_under_way) {
        if (!in_time) {
            pthread_cond_wait(&call->changed, &call->mutex);
        } else if (pthread_cond_timedwait(&call->changed, &call->mutex, &until) != 0) {
            in_time = false;
            grpc_call_cancel_with_status(call->wire, GRPC_STATUS_DEADLINE_EXCEEDED,
                                         "the stream was idle for too long", NULL);
        }
    }
    pthread_mutex_unlock(&call->mutex);
    return in_time;
}

enum pk_status pk_rpc_call_receive(struct pk_rpc_call *call, const ProtobufCMessage **out_message,
                                   struct pk_error *error)
{
    enum pk_rpc_kind kind = call->route->method->kind;
    if (kind != PK_RPC_CLIENT_STREAM && kind != PK_RPC_BIDI_STREAM)
        return pk_error_set(error, PK_INTERNAL, "", "only a stream receives messages");
    if (!await(call, &call->is_receiving, PK_RPC_RECEIVE_IDLE_SECONDS))
        return pk_error_set(error, PK_DEADLINE_EXCEEDED, "", "no message came for %d seconds",
                            PK_RPC_RECEIVE_IDLE_SECONDS);
    grpc_byte_buffer *bytes = call->received;
    call->received = NULL;
    if (!bytes) {
        /* A finished upload, a broken one and one with too large a message look the same but for
         * this. */
        if (!call->receive_failed && !grpc_call_failed_before_recv_message(call->wire) &&
            !pk_rpc_call_is_cancelled(call)) {
            *out_message = NULL;
            return PK_OK;
        }
        if (pk_rpc_call_deadline_seconds_left(call) <= 0)
            return pk_error_set(error, PK_DEADLINE_EXCEEDED, "", "the deadline has passed");
        return pk_error_set(error, PK_CANCELLED, "", "the stream broke off before its end");
    }
    /* The next message travels while this one is worked on. */
    pk_rpc_call_start_receive(call);
    return decode(call, bytes, out_message, error);
}

/* --- sending ---------------------------------------------------------------------------------- */

static void send_complete(struct pk_rpc_call *call, bool ok)
{
    pthread_mutex_lock(&call->mutex);
    call->is_sending = false;
    call->send_failed |= !ok;
    grpc_byte_buffer_destroy(call->outgoing);
    call->outgoing = NULL;
    pthread_cond_signal(&call->changed);
    pthread_mutex_unlock(&call->mutex);
    pk_rpc_call_unref(call);
}

/* No write flags anywhere: GRPC_WRITE_BUFFER_HINT hangs beside initial metadata and holds back
 * progress messages. */
void pk_rpc_call_start_send(struct pk_rpc_call *call, grpc_byte_buffer *bytes)
{
    grpc_op operations[2] = {{.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = bytes},
                             {.op = GRPC_OP_SEND_INITIAL_METADATA}};
    size_t count = call->metadata_sent ? 1 : 2;
    call->metadata_sent = true;
    pthread_mutex_lock(&call->mutex);
    call->outgoing = bytes;
    call->is_sending = true;
    pthread_mutex_unlock(&call->mutex);
    call->sent_bytes += grpc_byte_buffer_length(bytes);
    if (!call->sending.complete)
        call->sending.complete = send_complete;
    pk_rpc_call_batch(call, operations, count, &call->sending);
}

static enum pk_status await_send(struct pk_rpc_call *call, struct pk_error *error)
{
    if (await(call, &call->is_sending, PK_RPC_SEND_IDLE_SECONDS))
        return PK_OK;
    return pk_error_set(error, PK_DEADLINE_EXCEEDED, "", "no message was taken for %d seconds",
                        PK_RPC_SEND_IDLE_SECONDS);
}

grpc_byte_buffer *pk_rpc_encode(const ProtobufCMessage *message, size_t size)
{
    grpc_slice slice = grpc_slice_malloc(size);
    protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
    grpc_byte_buffer *bytes = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return bytes;
}

static bool is_single_reply(enum pk_rpc_kind kind)
{
    return kind == PK_RPC_UNARY || kind == PK_RPC_CLIENT_STREAM;
}

enum pk_status pk_rpc_call_send(struct pk_rpc_call *call, const ProtobufCMessage *message,
                                struct pk_error *error)
{
    const struct pk_rpc_method *method = call->route->method;
    if (message->descriptor != method->response)
        return pk_error_set(error, PK_INTERNAL, "", "a reply of type %s instead of %s",
                            message->descriptor->name, method->response->name);
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size > PK_MESSAGE_BYTES_MAX)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                            "the reply has %zu bytes, at most %d can be sent; ask for less", size,
                            PK_MESSAGE_BYTES_MAX);
    if (is_single_reply(method->kind)) {
        if (call->outgoing)
            return pk_error_set(error, PK_INTERNAL, "", "a second reply");
        call->outgoing = pk_rpc_encode(message, size);
        return PK_OK;
    }
    enum pk_status status = await_send(call, error);
    if (status == PK_OK)
        status = pk_rpc_call_check(call, error);
    if (status != PK_OK)
        return status;
    if (call->send_failed)
        return pk_error_set(error, PK_CANCELLED, "", "the caller went away");
    pk_rpc_call_start_send(call, pk_rpc_encode(message, size));
    return PK_OK;
}

/* --- finishing -------------------------------------------------------------------------------- */

static void finish_complete(struct pk_rpc_call *call, bool ok)
{
    (void)ok; /* the peer may be gone: nobody left to tell */
    pk_rpc_call_unref(call);
}

static void add_status(struct pk_rpc_call *call, grpc_op *operation)
{
    *operation = (grpc_op){.op = GRPC_OP_SEND_STATUS_FROM_SERVER};
    operation->data.send_status_from_server.status = call->code;
    if (call->code == GRPC_STATUS_OK)
        return;
    pk_rpc_text_clean(call->status_message);
    call->status_slice = grpc_slice_from_copied_string(call->status_message);
    operation->data.send_status_from_server.status_details = &call->status_slice;
    if (pk_rpc_details_encode(call->code, call->status_message, &call->violations,
                              &call->failure_arena, &call->trailer.value)) {
        call->trailer.key = grpc_slice_from_static_string("grpc-status-details-bin");
        operation->data.send_status_from_server.trailing_metadata_count = 1;
        operation->data.send_status_from_server.trailing_metadata = &call->trailer;
    }
}

void pk_rpc_call_finish(struct pk_rpc_call *call, grpc_status_code code,
                        const struct pk_error *error)
{
    grpc_op operations[3];
    size_t count = 0;
    call->code = code;
    if (code != GRPC_STATUS_OK && error) {
        pk_text_format(call->status_message, sizeof call->status_message, "%s", error->message);
        if (error->field[0] && call->violations.total_count == 0)
            pk_rpc_violations_add(&call->violations, &call->failure_arena, error->field,
                                  error->message);
    }
    if (!call->metadata_sent)
        operations[count++] = (grpc_op){.op = GRPC_OP_SEND_INITIAL_METADATA};
    if (code == GRPC_STATUS_OK && call->outgoing) {
        call->sent_bytes += grpc_byte_buffer_length(call->outgoing);
        operations[count++] =
            (grpc_op){.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = call->outgoing};
    }
    add_status(call, &operations[count++]);
    call->finishing.complete = finish_complete;
    /* The flow ends here and hands its reference on: from now on the worker may free the call. */
    start_batch(call, operations, count, &call->finishing);
}

static void finish_with(struct pk_rpc_call *call, enum pk_status status, struct pk_error *error)
{
    const struct pk_rpc_method *method = call->route->method;
    struct pk_error late = {0};
    if (await_send(call, &late) != PK_OK && status == PK_OK) {
        status = late.status;
        *error = late;
    }
    if (status == PK_OK && call->send_failed)
        status = pk_error_set(error, PK_CANCELLED, "", "the caller went away");
    if (status == PK_OK && is_single_reply(method->kind) && !call->outgoing)
        status = pk_error_set(error, PK_INTERNAL, "", "the handler made no reply");
    if (status == PK_INVALID_ARGUMENT && !error->message[0])
        pk_text_format(error->message, sizeof error->message,
                       "%zu field(s) of the request are wrong", call->violations.total_count);
    else if (status != PK_OK && !error->message[0])
        pk_text_format(error->message, sizeof error->message, "%s", pk_status_name(status));
    pk_rpc_call_finish(call, pk_rpc_code_from(status), error);
}

void pk_rpc_call_run(struct pk_rpc_job *job)
{
    struct pk_rpc_call *call =
        (struct pk_rpc_call *)(void *)((char *)job - offsetof(struct pk_rpc_call, job));
    const struct pk_rpc_method *method = call->route->method;
    const ProtobufCMessage *request = NULL;
    struct pk_error error = {0};
    enum pk_status status = pk_rpc_call_check(call, &error);
    if (status == PK_OK && (method->kind == PK_RPC_UNARY || method->kind == PK_RPC_SERVER_STREAM)) {
        grpc_byte_buffer *bytes = call->received;
        call->received = NULL;
        status = decode(call, bytes, &request, &error);
    }
    if (status == PK_OK && call->route->is_watch) {
        pk_rpc_health_watch(call, request);
        return;
    }
    if (status == PK_OK)
        status = method->handle(call->route->service->context, call, request, &error);
    finish_with(call, status, &error);
}

/* --- what handlers ask ------------------------------------------------------------------------ */

bool pk_rpc_call_is_cancelled(const struct pk_rpc_call *call)
{
    return atomic_load_explicit(&call->is_cancelled, memory_order_acquire);
}

double pk_rpc_call_deadline_seconds_left(const struct pk_rpc_call *call)
{
    gpr_timespec deadline = call->details.deadline;
    if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0)
        return INFINITY;
    gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
    return (double)left.tv_sec + (double)left.tv_nsec / 1e9;
}

enum pk_status pk_rpc_call_check(const struct pk_rpc_call *call, struct pk_error *error)
{
    if (pk_rpc_call_deadline_seconds_left(call) <= 0)
        return pk_error_set(error, PK_DEADLINE_EXCEEDED, "", "the deadline has passed");
    if (pk_rpc_call_is_cancelled(call))
        return pk_error_set(error, PK_CANCELLED, "", "the caller went away");
    return PK_OK;
}

void pk_rpc_call_violation(struct pk_rpc_call *call, const char *field, const char *format, ...)
{
    char description[sizeof((struct pk_error *)0)->message];
    va_list arguments;
    va_start(arguments, format);
    pk_text_vformat(description, sizeof description, format, arguments);
    va_end(arguments);
    pk_rpc_violations_add(&call->violations, &call->failure_arena, field, description);
}

size_t pk_rpc_call_violation_count(const struct pk_rpc_call *call)
{
    return call->violations.total_count;
}

void *pk_rpc_call_allocate(struct pk_rpc_call *call, size_t size)
{
    void *memory = pk_arena_allocate(&call->reply_arena, size);
    return memory ? memset(memory, 0, size) : NULL;
}

void pk_rpc_call_release(struct pk_rpc_call *call)
{
    pk_arena_reset(&call->reply_arena);
}

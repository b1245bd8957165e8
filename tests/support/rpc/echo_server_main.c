/* A server with methods of no meaning, for the tests of the rpc layer: echo_server ADDRESS. The
 * payload of every method is google.rpc.Status: `message` is a text to return, `code` a number that
 * the method interprets. */
#include <google/rpc/status.pb-c.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "service/rpc/handler.h"
#include "service/rpc/server.h"

typedef Google__Rpc__Status payload;

static enum pk_status echo(void *context, struct pk_rpc_call *call, const ProtobufCMessage *request,
                           struct pk_error *error)
{
    (void)context;
    return pk_rpc_call_send(call, request, error);
}

/* Sends the request `code` times, numbered. */
static enum pk_status repeat(void *context, struct pk_rpc_call *call,
                             const ProtobufCMessage *request, struct pk_error *error)
{
    (void)context;
    payload reply = *(const payload *)request;
    enum pk_status status = PK_OK;
    for (int i = 0; status == PK_OK && i < ((const payload *)request)->code; i++) {
        reply.code = i;
        status = pk_rpc_call_send(call, &reply.base, error);
    }
    return status;
}

/* Adds up the codes of the upload; a message "stop" is refused at once. The outcome is
 * printed, for the test of the broken upload. */
static enum pk_status sum(void *context, struct pk_rpc_call *call, const ProtobufCMessage *nothing,
                          struct pk_error *error)
{
    (void)context;
    (void)nothing;
    payload reply = GOOGLE__RPC__STATUS__INIT;
    for (;;) {
        const ProtobufCMessage *message = NULL;
        enum pk_status status = pk_rpc_call_receive(call, &message, error);
        if (status != PK_OK || !message) {
            fprintf(stderr, "event=upload_end status=%s sum=%d\n", pk_status_name(status),
                    reply.code);
            return status == PK_OK ? pk_rpc_call_send(call, &reply.base, error) : status;
        }
        const payload *part = (const payload *)message;
        if (strcmp(part->message, "stop") == 0)
            return pk_error_set(error, PK_FAILED_PRECONDITION, "message", "told to stop");
        reply.code += part->code;
    }
}

static enum pk_status chat(void *context, struct pk_rpc_call *call, const ProtobufCMessage *nothing,
                           struct pk_error *error)
{
    (void)context;
    (void)nothing;
    for (;;) {
        const ProtobufCMessage *message = NULL;
        enum pk_status status = pk_rpc_call_receive(call, &message, error);
        if (status != PK_OK || !message)
            return status;
        status = pk_rpc_call_send(call, message, error);
        if (status != PK_OK)
            return status;
    }
}

/* Fails with the status numbered `code`; "message" with as many violations as its length says. */
static enum pk_status fail(void *context, struct pk_rpc_call *call, const ProtobufCMessage *request,
                           struct pk_error *error)
{
    (void)context;
    const payload *wanted = (const payload *)request;
    for (size_t i = 0; i < strlen(wanted->message); i++) {
        char field[32];
        snprintf(field, sizeof field, "rows[%zu].units", i);
        pk_rpc_call_violation(call, field, "is negative");
    }
    enum pk_status status = (enum pk_status)wanted->code;
    if (pk_rpc_call_violation_count(call) > 0)
        return status;
    return pk_error_set(error, status, "", "bad bytes \xff\x01 and \xe4\xbb\x93");
}

/* Computes for `code` milliseconds unless nobody waits any more; prints how it ended. */
static enum pk_status compute(void *context, struct pk_rpc_call *call,
                              const ProtobufCMessage *request, struct pk_error *error)
{
    (void)context;
    enum pk_status status = PK_OK;
    for (int i = 0; i < ((const payload *)request)->code && status == PK_OK; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        status = pk_rpc_call_check(call, error);
    }
    fprintf(stderr, "event=compute_end status=%s has_deadline=%d\n", pk_status_name(status),
            pk_rpc_call_deadline_seconds_left(call) < 1e9);
    return status == PK_OK ? pk_rpc_call_send(call, request, error) : status;
}

static void log_call(void *context, const struct pk_rpc_record *record)
{
    (void)context;
    fprintf(stderr, "event=call method=%s status=%s ms=%.3f in=%llu out=%llu\n", record->path,
            record->status, record->milliseconds, (unsigned long long)record->received_bytes,
            (unsigned long long)record->sent_bytes);
}

#define PAYLOAD &google__rpc__status__descriptor, &google__rpc__status__descriptor

static const struct pk_rpc_method methods[] = {
    {"Echo", PK_RPC_UNARY, PAYLOAD, echo},       {"Repeat", PK_RPC_SERVER_STREAM, PAYLOAD, repeat},
    {"Sum", PK_RPC_CLIENT_STREAM, PAYLOAD, sum}, {"Chat", PK_RPC_BIDI_STREAM, PAYLOAD, chat},
    {"Fail", PK_RPC_UNARY, PAYLOAD, fail},       {"Compute", PK_RPC_UNARY, PAYLOAD, compute},
};

static const struct pk_rpc_service service = {
    .name = "test.Echo", .methods = methods, .method_count = sizeof methods / sizeof methods[0]};

int main(int argc, char **argv)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    struct pk_rpc_options options = {.listen_address = argc > 1 ? argv[1] : "127.0.0.1:0",
                                     .services = &service,
                                     .service_count = 1,
                                     .log_call = argc > 2 ? NULL : log_call};
    struct pk_error error = {0};
    struct pk_rpc_server *server = NULL;
    if (pk_rpc_server_start(&options, &server, &error) != PK_OK) {
        fprintf(stderr, "event=error field=%s message=\"%s\"\n", error.field, error.message);
        return 1;
    }
    pk_rpc_server_set_serving(server, true);
    fprintf(stderr, "event=ready listen=%s\n", pk_rpc_server_address(server));
    int received = 0;
    while (sigwait(&signals, &received) == 0 && received == SIGUSR1)
        pk_rpc_server_set_serving(server, false);
    pk_rpc_server_drain(server, 2);
    pk_rpc_server_free(server);
    fprintf(stderr, "event=stopped\n");
    return 0;
}

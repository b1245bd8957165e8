/* Drives client/frame/connection.h against echo_server, for the tests: rpc_probe ADDRESS TIMEOUT
 * METHOD CODE TEXT [COUNT]. Prints one line per reply, then how the call ended. SIGINT cancels. */
#include <google/rpc/status.pb-c.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/frame/connection.h"

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void print_reply(ProtobufCMessage *reply)
{
    const Google__Rpc__Status *status = (const Google__Rpc__Status *)reply;
    printf("reply code=%d bytes=%zu\n", status->code, strlen(status->message));
    protobuf_c_message_free_unpacked(reply, NULL);
}

static enum pk_status pull(struct pk_stream *stream, struct pk_error *error)
{
    for (;;) {
        ProtobufCMessage *message = NULL;
        enum pk_status status = pk_stream_next(stream, &message, error);
        if (status != PK_OK || !message)
            return status;
        print_reply(message);
    }
}

static enum pk_status push(struct pk_stream *stream, const ProtobufCMessage *message, int count,
                           struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (int i = 0; i < count && status == PK_OK; i++)
        status = pk_stream_send(stream, message, error);
    ProtobufCMessage *reply = NULL;
    if (status == PK_OK)
        status = pk_stream_finish(stream, &reply, error);
    if (status == PK_OK)
        print_reply(reply);
    return status;
}

static enum pk_status make_call(struct pk_connection *connection, char **words, int count,
                                struct pk_error *error)
{
    const ProtobufCMessageDescriptor *response = &google__rpc__status__descriptor;
    Google__Rpc__Status request = GOOGLE__RPC__STATUS__INIT;
    char path[64];
    snprintf(path, sizeof path, "/test.Echo/%s", words[0]);
    request.code = (int)strtol(words[1], NULL, 10);
    request.message = words[2];
    struct pk_stream *stream = NULL;
    enum pk_status status = PK_OK;
    if (strcmp(words[0], "Repeat") == 0) {
        status = pk_stream_open(connection, path, &request.base, response, &stream, error);
        if (status == PK_OK)
            status = pull(stream, error);
    } else if (strcmp(words[0], "Sum") == 0) {
        status = pk_stream_open(connection, path, NULL, response, &stream, error);
        if (status == PK_OK)
            status = push(stream, &request.base, count, error);
    } else {
        ProtobufCMessage *reply = NULL;
        status = pk_connection_call(connection, path, &request.base, response, &reply, error);
        if (status == PK_OK)
            print_reply(reply);
    }
    pk_stream_close(stream);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 6)
        return 2;
    signal(SIGINT, interrupt);
    struct pk_connection_options options = {.address = argv[1],
                                            .connect_timeout_seconds = 5,
                                            .call_timeout_seconds = strtod(argv[2], NULL),
                                            .cancel_flag = &interrupted};
    struct pk_error error = {0};
    struct pk_connection *connection = NULL;
    if (pk_connection_open(&options, &connection, &error) != PK_OK) {
        printf("not connected status=%s message=%s\n", pk_status_name(error.status), error.message);
        return 3;
    }
    enum pk_status status =
        make_call(connection, argv + 3, argc > 6 ? (int)strtol(argv[6], NULL, 10) : 1, &error);
    printf("end status=%s lost=%d field=%s message=%s\n", pk_status_name(status),
           pk_connection_is_lost(connection), error.field, error.message);
    for (size_t i = 0; i < pk_connection_violation_count(connection); i++) {
        struct pk_violation violation = pk_connection_violation(connection, i);
        printf("violation %s: %s\n", violation.field, violation.description);
    }
    pk_connection_close(connection);
    return status == PK_OK ? 0 : 1;
}

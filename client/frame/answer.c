#include "client/frame/answer.h"

#include "client/frame/connection.h"

enum pk_status pk_answer_get(struct pk_command_context *context, const char *path,
                             const ProtobufCMessage *request,
                             const ProtobufCMessageDescriptor *response,
                             ProtobufCMessage **out_reply, struct pk_error *error)
{
    struct pk_connection *connection = NULL;
    enum pk_status status = pk_command_connect(context, &connection, error);
    if (status != PK_OK)
        return status;
    return pk_connection_call(connection, path, request, response, out_reply, error);
}

enum pk_status
pk_answer_stream(struct pk_command_context *context, const char *path,
                 const ProtobufCMessage *request, const ProtobufCMessageDescriptor *response,
                 enum pk_status (*take)(void *taker, const void *message, struct pk_error *error),
                 void *taker, struct pk_error *error)
{
    struct pk_connection *connection = NULL;
    struct pk_stream *stream = NULL;
    enum pk_status status = pk_command_connect(context, &connection, error);
    if (status == PK_OK)
        status = pk_stream_open(connection, path, request, response, &stream, error);
    while (status == PK_OK) {
        ProtobufCMessage *message = NULL;
        status = pk_stream_next(stream, &message, error);
        if (status != PK_OK || !message)
            break;
        status = take(taker, message, error);
        protobuf_c_message_free_unpacked(message, NULL);
    }
    pk_stream_close(stream);
    return status;
}

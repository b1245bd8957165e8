/* Asking the service and taking its answer, for the commands: connection and clean-up in one
 * place. */
#ifndef PK_CLIENT_ANSWER_H
#define PK_CLIENT_ANSWER_H

#include <protobuf-c/protobuf-c.h>

#include "client/frame/command.h"
#include "models/base/error.h"

/* Unary call. The reply is the caller's: protobuf_c_message_free_unpacked(reply, NULL). Errors of
 * pk_command_connect and pk_connection_call. */
enum pk_status pk_answer_get(struct pk_command_context *context, const char *path,
                             const ProtobufCMessage *request,
                             const ProtobufCMessageDescriptor *response,
                             ProtobufCMessage **out_reply, struct pk_error *error);

/* Server stream: hands every message to `take` in order; the message is freed afterwards. A status
 * of `take` other than PK_OK ends the stream and is returned. */
enum pk_status
pk_answer_stream(struct pk_command_context *context, const char *path,
                 const ProtobufCMessage *request, const ProtobufCMessageDescriptor *response,
                 enum pk_status (*take)(void *taker, const void *message, struct pk_error *error),
                 void *taker, struct pk_error *error);

#endif

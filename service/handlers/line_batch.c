#include "service/handlers/line_batch.h"

#include <string.h>

#include "service/handlers/reply.h"

enum pk_status pk_line_batch_add(struct pk_line_batch *batch, void *line, struct pk_error *error)
{
    if (line == NULL)
        return pk_reply_out_of_memory(error);
    batch->lines[batch->count++] = line;
    return batch->count < PK_LINE_BATCH_COUNT_MAX ? pk_rpc_call_check(batch->call, error)
                                                  : pk_line_batch_flush(batch, error);
}

enum pk_status pk_line_batch_flush(struct pk_line_batch *batch, struct pk_error *error)
{
    if (batch->count == 0)
        return PK_OK;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(batch->response, batch->field);
    unsigned char *message = pk_rpc_call_allocate(batch->call, batch->response->sizeof_message);
    if (message == NULL)
        return pk_reply_out_of_memory(error);
    protobuf_c_message_init(batch->response, message);
    /* A pointer to the lines and their number, of whatever message they are. */
    void **lines = batch->lines;
    memcpy(message + field->offset, &lines, sizeof lines);
    memcpy(message + field->quantifier_offset, &batch->count, sizeof batch->count);
    enum pk_status status = pk_rpc_call_send(batch->call, (const ProtobufCMessage *)message, error);
    pk_rpc_call_release(batch->call);
    batch->count = 0;
    return status;
}

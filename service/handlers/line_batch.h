/* Lines of a streamed reply, collected into messages of a bounded size. */
#ifndef PK_HANDLERS_LINE_BATCH_H
#define PK_HANDLERS_LINE_BATCH_H

#include <protobuf-c/protobuf-c.h>

#include "service/rpc/handler.h"

#define PK_LINE_BATCH_COUNT_MAX 512

/* Zero-initialised but for its first three members. Lines are wire messages allocated from the
 * call; they are given back after each message. */
struct pk_line_batch {
    struct pk_rpc_call *call;
    const ProtobufCMessageDescriptor *response; /* of the method */
    const char *field;                          /* of the response: the repeated one of the lines */
    void *lines[PK_LINE_BATCH_COUNT_MAX];
    size_t count;
};

/* Adds a line and sends a full message; NULL stands for a line that memory was missing for. */
enum pk_status pk_line_batch_add(struct pk_line_batch *batch, void *line, struct pk_error *error);

/* Sends the lines that are left, if any. */
enum pk_status pk_line_batch_flush(struct pk_line_batch *batch, struct pk_error *error);

#endif

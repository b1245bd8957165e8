#include "service/handlers/line_batch.h"

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
    enum pk_status status = batch->send(batch->call, batch->lines, batch->count, error);
    pk_rpc_call_release(batch->call);
    batch->count = 0;
    return status;
}

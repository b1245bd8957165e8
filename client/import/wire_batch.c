#include "client/import/wire_batch.h"

#include <stdlib.h>
#include <string.h>

#include "proto/record/wire_record.h"

struct pk_wire_batch {
    struct pk_wire_table table;
    unsigned char *empty_row; /* initialised once, copied for every row */
    size_t row_size;
    unsigned char *rows;
    ProtobufCMessage **pointers;
    size_t row_count;
    char *texts;
    size_t text_size;
};

enum pk_status pk_wire_batch_new(enum pk_dataset_kind kind, struct pk_wire_batch **out_batch,
                                 struct pk_error *error)
{
    struct pk_wire_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    pk_wire_table_init(&batch->table, kind);
    const ProtobufCMessageDescriptor *row = batch->table.descriptor;
    batch->row_size = row->sizeof_message;
    batch->empty_row = calloc(1, batch->row_size);
    batch->rows = calloc(PK_WIRE_ROW_COUNT_MAX, batch->row_size);
    batch->pointers = calloc(PK_WIRE_ROW_COUNT_MAX, sizeof(ProtobufCMessage *));
    batch->texts = malloc(PK_WIRE_TEXT_BYTES_MAX);
    if (batch->empty_row == NULL || batch->rows == NULL || batch->pointers == NULL ||
        batch->texts == NULL) {
        pk_wire_batch_free(batch);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    }
    protobuf_c_message_init(row, batch->empty_row);
    *out_batch = batch;
    return PK_OK;
}

static char *copy_text(void *context, struct pk_text text)
{
    struct pk_wire_batch *batch = context;
    char *copy = batch->texts + batch->text_size;
    if (text.size > 0)
        memcpy(copy, text.bytes, text.size);
    copy[text.size] = '\0';
    batch->text_size += text.size + 1;
    return copy;
}

bool pk_wire_batch_add(struct pk_wire_batch *batch, const struct pk_record *record)
{
    size_t text_size = 0;
    for (size_t i = 0; i < batch->table.dataset->column_count; i++)
        if (record->cells[i].state == PK_CELL_SET)
            text_size += record->cells[i].text.size + 1;
    if (batch->row_count == PK_WIRE_ROW_COUNT_MAX ||
        batch->text_size + text_size > PK_WIRE_TEXT_BYTES_MAX)
        return false;
    unsigned char *row = batch->rows + batch->row_count * batch->row_size;
    memcpy(row, batch->empty_row, batch->row_size);
    ProtobufCMessage *message = (ProtobufCMessage *)(void *)row;
    pk_wire_record_write(&batch->table, record, copy_text, batch, message);
    batch->pointers[batch->row_count++] = message;
    return true;
}

size_t pk_wire_batch_row_count(const struct pk_wire_batch *batch)
{
    return batch->row_count;
}

void pk_wire_batch_fill(struct pk_wire_batch *batch, Peakstock__V1__ImportBatch *message)
{
    unsigned char *bytes = (unsigned char *)message;
    memcpy(bytes + batch->table.list->offset, &batch->pointers, sizeof batch->pointers);
    memcpy(bytes + batch->table.list->quantifier_offset, &batch->row_count,
           sizeof batch->row_count);
}

void pk_wire_batch_clear(struct pk_wire_batch *batch)
{
    batch->row_count = 0;
    batch->text_size = 0;
}

void pk_wire_batch_free(struct pk_wire_batch *batch)
{
    if (batch == NULL)
        return;
    free(batch->empty_row);
    free(batch->rows);
    free(batch->pointers);
    free(batch->texts);
    free(batch);
}

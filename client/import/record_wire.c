#include "client/import/record_wire.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct pk_wire_batch {
    const struct pk_dataset *dataset;
    const ProtobufCFieldDescriptor *list; /* of ImportBatch */
    const ProtobufCFieldDescriptor *fields[PK_COLUMN_COUNT_MAX];
    const ProtobufCFieldDescriptor *deleted;
    unsigned char *empty_row; /* initialised once, copied for every row */
    size_t row_size;
    unsigned char *rows;
    ProtobufCMessage **pointers;
    size_t row_count;
    char *texts;
    size_t text_size;
};

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *row,
                                                  const struct pk_column *column)
{
    const char *suffix = column->type == PK_COLUMN_DATE    ? "_epoch_days"
                         : column->type == PK_COLUMN_MONEY ? "_micros"
                                                           : "";
    char name[64];
    pk_text_format(name, sizeof name, "%s%s", column->name, suffix);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(row, name);
    assert(field != NULL);
    return field;
}

enum pk_status pk_wire_batch_new(enum pk_dataset_kind kind, struct pk_wire_batch **out_batch,
                                 struct pk_error *error)
{
    struct pk_wire_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    batch->dataset = pk_dataset_get(kind);
    batch->list = protobuf_c_message_descriptor_get_field_by_name(
        &peakstock__v1__import_batch__descriptor, batch->dataset->name);
    assert(batch->list != NULL);
    const ProtobufCMessageDescriptor *row = batch->list->descriptor;
    for (size_t i = 0; i < batch->dataset->column_count; i++)
        batch->fields[i] = find_field(row, &batch->dataset->columns[i]);
    batch->deleted = protobuf_c_message_descriptor_get_field_by_name(row, "deleted");
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

static void write_text(struct pk_wire_batch *batch, unsigned char *member, struct pk_text text)
{
    if (text.size == 0)
        return; /* the empty string that is there already */
    char *copy = batch->texts + batch->text_size;
    memcpy(copy, text.bytes, text.size);
    copy[text.size] = '\0';
    batch->text_size += text.size + 1;
    memcpy(member, &copy, sizeof copy);
}

static void write_cell(struct pk_wire_batch *batch, unsigned char *row,
                       const ProtobufCFieldDescriptor *field, const struct pk_cell *cell)
{
    unsigned char *member = row + field->offset;
    int32_t small = (int32_t)cell->integer;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        write_text(batch, member, cell->text);
        break;
    case PROTOBUF_C_TYPE_INT32:
        memcpy(member, &small, sizeof small);
        break;
    case PROTOBUF_C_TYPE_INT64:
        memcpy(member, &cell->integer, sizeof cell->integer);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        memcpy(member, &cell->number, sizeof cell->number);
        break;
    default:
        assert(!"a wire type that no column has");
    }
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
        uint32_t member_id = field->id;
        memcpy(row + field->quantifier_offset, &member_id, sizeof member_id);
    }
}

bool pk_wire_batch_add(struct pk_wire_batch *batch, const struct pk_record *record)
{
    size_t text_size = 0;
    for (size_t i = 0; i < batch->dataset->column_count; i++)
        if (record->cells[i].state == PK_CELL_SET)
            text_size += record->cells[i].text.size + 1;
    if (batch->row_count == PK_WIRE_ROW_COUNT_MAX ||
        batch->text_size + text_size > PK_WIRE_TEXT_BYTES_MAX)
        return false;
    unsigned char *row = batch->rows + batch->row_count * batch->row_size;
    memcpy(row, batch->empty_row, batch->row_size);
    for (size_t i = 0; i < batch->dataset->column_count; i++)
        if (record->cells[i].state == PK_CELL_SET)
            write_cell(batch, row, batch->fields[i], &record->cells[i]);
    protobuf_c_boolean deleted = record->deleted;
    memcpy(row + batch->deleted->offset, &deleted, sizeof deleted);
    batch->pointers[batch->row_count++] = (ProtobufCMessage *)(void *)row;
    return true;
}

size_t pk_wire_batch_row_count(const struct pk_wire_batch *batch)
{
    return batch->row_count;
}

void pk_wire_batch_fill(struct pk_wire_batch *batch, Peakstock__V1__ImportBatch *message)
{
    unsigned char *bytes = (unsigned char *)message;
    memcpy(bytes + batch->list->offset, &batch->pointers, sizeof batch->pointers);
    memcpy(bytes + batch->list->quantifier_offset, &batch->row_count, sizeof batch->row_count);
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

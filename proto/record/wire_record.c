#include "proto/record/wire_record.h"

#include <assert.h>
#include <string.h>

#include "peakstock/v1/history.pb-c.h"

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *descriptor,
                                                  const struct pk_column *column)
{
    char name[96];
    const char *suffix = column->type == PK_COLUMN_DATE    ? "_epoch_days"
                         : column->type == PK_COLUMN_MONEY ? "_micros"
                                                           : "";
    pk_text_format(name, sizeof name, "%s%s", column->name, suffix);
    return protobuf_c_message_descriptor_get_field_by_name(descriptor, name);
}

void pk_wire_table_init(struct pk_wire_table *table, enum pk_dataset_kind kind)
{
    memset(table, 0, sizeof *table);
    table->dataset = pk_dataset_get(kind);
    table->list = protobuf_c_message_descriptor_get_field_by_name(
        &peakstock__v1__import_batch__descriptor, table->dataset->name);
    assert(table->list != NULL);
    table->descriptor = table->list->descriptor;
    for (size_t i = 0; i < table->dataset->column_count; i++) {
        const struct pk_column *column = &table->dataset->columns[i];
        const ProtobufCFieldDescriptor *field = find_field(table->descriptor, column);
        assert(field != NULL);
        bool is_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
        table->fields[i] = (struct pk_wire_field){
            .type = field->type,
            .offset = field->offset,
            .case_offset = is_oneof ? field->quantifier_offset : 0,
            .id = field->id,
            .zero_is_none = column->presence != PK_COLUMN_REQUIRED && column->minimum > 0};
    }
    table->deleted_offset =
        protobuf_c_message_descriptor_get_field_by_name(table->descriptor, "deleted")->offset;
}

static int64_t read_integer(const unsigned char *value, ProtobufCType type)
{
    int32_t small;
    int64_t large;
    if (type == PROTOBUF_C_TYPE_INT32) {
        memcpy(&small, value, sizeof small);
        return small;
    }
    memcpy(&large, value, sizeof large);
    return large;
}

static void read_cell(const struct pk_wire_field *field, const unsigned char *message,
                      struct pk_cell *out_cell)
{
    struct pk_cell cell = {.state = PK_CELL_SET};
    const unsigned char *value = message + field->offset;
    if (field->case_offset != 0) {
        uint32_t present;
        memcpy(&present, message + field->case_offset, sizeof present);
        if (present != field->id)
            cell.state = PK_CELL_NONE;
    }
    if (cell.state != PK_CELL_SET) {
        *out_cell = cell;
        return;
    }
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text;
        memcpy(&text, value, sizeof text);
        cell.text = pk_text_from(text);
    } else if (field->type == PROTOBUF_C_TYPE_DOUBLE) {
        memcpy(&cell.number, value, sizeof cell.number);
    } else {
        cell.integer = read_integer(value, field->type);
        if (field->zero_is_none && cell.integer == 0)
            cell.state = PK_CELL_NONE;
    }
    *out_cell = cell;
}

void pk_wire_record_read(const struct pk_wire_table *table, const ProtobufCMessage *message,
                         const bool is_present[PK_COLUMN_COUNT_MAX], struct pk_record *out_record)
{
    const unsigned char *bytes = (const unsigned char *)message;
    protobuf_c_boolean deleted;
    memcpy(&deleted, bytes + table->deleted_offset, sizeof deleted);
    out_record->deleted = deleted != 0;
    for (size_t i = 0; i < table->dataset->column_count; i++)
        if (is_present[i])
            read_cell(&table->fields[i], bytes, &out_record->cells[i]);
        else
            out_record->cells[i] = (struct pk_cell){.state = PK_CELL_ABSENT};
}

bool pk_wire_record_write(const struct pk_wire_table *table, const struct pk_record *record,
                          char *(*copy)(void *context, struct pk_text text), void *context,
                          ProtobufCMessage *message)
{
    unsigned char *bytes = (unsigned char *)message;
    const protobuf_c_boolean deleted = record->deleted;
    memcpy(bytes + table->deleted_offset, &deleted, sizeof deleted);
    for (size_t i = 0; i < table->dataset->column_count; i++) {
        const struct pk_wire_field *field = &table->fields[i];
        const struct pk_cell *cell = &record->cells[i];
        unsigned char *value = bytes + field->offset;
        if (cell->state != PK_CELL_SET)
            continue;
        if (field->case_offset != 0)
            memcpy(bytes + field->case_offset, &field->id, sizeof field->id);
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            char *text = copy(context, cell->text);
            if (text == NULL)
                return false;
            memcpy(value, &text, sizeof text);
        } else if (field->type == PROTOBUF_C_TYPE_DOUBLE) {
            memcpy(value, &cell->number, sizeof cell->number);
        } else if (field->type == PROTOBUF_C_TYPE_INT32) {
            int32_t small = (int32_t)cell->integer;
            memcpy(value, &small, sizeof small);
        } else {
            memcpy(value, &cell->integer, sizeof cell->integer);
        }
    }
    return true;
}

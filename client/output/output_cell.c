#include "client/output/output_cell.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "client/output/section_columns.h"
#include "client/output/wording.h"
#include "models/base/limits.h"
#include "models/base/units.h"
#include "peakstock/v1/common.pb-c.h"

/* True if a field can be read as that type. */
static bool fits(enum pk_output_type type, const ProtobufCFieldDescriptor *field)
{
    const enum pk_output_type own = pk_section_field_type(field);
    switch (type) {
    case PK_OUTPUT_TEXT:
    case PK_OUTPUT_NAME:
    case PK_OUTPUT_WORD:
        return own == PK_OUTPUT_TEXT || own == PK_OUTPUT_NAME;
    case PK_OUTPUT_MEAN:
    case PK_OUTPUT_SUM:
    case PK_OUTPUT_RATIO:
        return field->type == PROTOBUF_C_TYPE_DOUBLE;
    default:
        return type == own;
    }
}

/* Finds "field" or "message.field" in a message. */
static bool find_field(struct pk_output_cell *cell, const ProtobufCMessageDescriptor *message)
{
    const struct pk_output_column *column = cell->column;
    char name[2 * PK_OUTPUT_KEY_SIZE];
    pk_text_format(name, sizeof name, "%s", column->field ? column->field : column->key);
    char *child = strchr(name, '.');
    if (child && message) {
        *child++ = '\0';
        cell->parent = protobuf_c_message_descriptor_get_field_by_name(message, name);
        if (!cell->parent || cell->parent->type != PROTOBUF_C_TYPE_MESSAGE ||
            cell->parent->label == PROTOBUF_C_LABEL_REPEATED)
            return false;
        message = cell->parent->descriptor;
    }
    cell->field = pk_section_field(message, child ? child : name);
    return cell->field != NULL;
}

bool pk_output_cell_resolve(const struct pk_output_column *column,
                            const struct pk_output_section *section,
                            struct pk_output_cell *out_cell)
{
    struct pk_output_cell cell = {
        .column = column, .type = column->type, .is_in_pair = section->outer != NULL};
    if (column->read && cell.type != PK_OUTPUT_BY_FIELD) {
        *out_cell = cell;
        return true;
    }
    if (!find_field(&cell, section->row)) {
        cell.is_outer = true;
        if (!find_field(&cell, section->outer))
            return false;
    }
    if (cell.type == PK_OUTPUT_BY_FIELD)
        cell.type = pk_section_field_type(cell.field);
    if (!fits(cell.type, cell.field))
        return false;
    *out_cell = cell;
    return true;
}

static void join(struct pk_buffer *scratch, const char *word)
{
    if (scratch->size > 0)
        pk_buffer_append_byte(scratch, ';');
    pk_buffer_append_string(scratch, word);
}

/* Members of a list, joined into `scratch`. */
static void join_list(const ProtobufCFieldDescriptor *field, const char *message,
                      struct pk_buffer *scratch)
{
    size_t count = *(const size_t *)(message + field->quantifier_offset);
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        char *const *strings = *(char *const *const *)(message + field->offset);
        for (size_t i = 0; i < count; i++)
            join(scratch, strings[i]);
        return;
    }
    Peakstock__V1__Reason *const *reasons =
        *(Peakstock__V1__Reason *const *const *)(message + field->offset);
    for (size_t i = 0; i < count; i++)
        join(scratch, reasons[i]->code);
}

/* "READINESS_STATE_RED" is RED; the zero value is none. */
static bool read_state(const ProtobufCFieldDescriptor *field, const char *at,
                       struct pk_output_value *out_value)
{
    int number = *(const int *)at;
    const ProtobufCEnumValue *value =
        number == 0 ? NULL : protobuf_c_enum_descriptor_get_value(field->descriptor, number);
    if (!value)
        return false;
    const char *last_word = strrchr(value->name, '_');
    out_value->text = pk_text_from(last_word ? last_word + 1 : value->name);
    return true;
}

static bool read_field(const struct pk_output_cell *cell, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const ProtobufCFieldDescriptor *field = cell->field;
    const char *message = row;
    if (cell->is_in_pair) {
        const struct pk_output_pair *pair = row;
        message = cell->is_outer ? pair->outer : pair->inner;
    }
    if (cell->parent && message)
        message = *(const char *const *)(message + cell->parent->offset);
    if (!message)
        return false;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
        *(const uint32_t *)(message + field->quantifier_offset) != field->id)
        return false;
    const char *at = message + field->offset;
    switch (cell->type) {
    case PK_OUTPUT_TEXT:
    case PK_OUTPUT_NAME:
    case PK_OUTPUT_WORD:
        out_value->text = pk_text_from(*(const char *const *)at);
        return out_value->text.size > 0;
    case PK_OUTPUT_INTEGER:
        out_value->integer =
            field->type == PROTOBUF_C_TYPE_INT32 ? *(const int32_t *)at : *(const int64_t *)at;
        return true;
    case PK_OUTPUT_BOOLEAN:
        out_value->integer = *(const protobuf_c_boolean *)at;
        return true;
    case PK_OUTPUT_MEAN:
    case PK_OUTPUT_SUM:
    case PK_OUTPUT_RATIO:
        out_value->number = *(const double *)at;
        return isfinite(out_value->number);
    case PK_OUTPUT_MONEY:
        out_value->integer = *(const int64_t *)at;
        return true;
    case PK_OUTPUT_DATE:
        out_value->integer = *(const int32_t *)at;
        return out_value->integer != 0;
    case PK_OUTPUT_STATE:
        return read_state(field, at, out_value);
    case PK_OUTPUT_REASONS:
    case PK_OUTPUT_LIST:
        join_list(field, message, scratch);
        out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
        return scratch->size > 0;
    case PK_OUTPUT_BY_FIELD: /* resolved */
        break;
    }
    return false;
}

static bool read_cell(const struct pk_output_cell *cell, const void *row, struct pk_buffer *scratch,
                      struct pk_output_value *out_value)
{
    pk_buffer_clear(scratch);
    if (cell->column->read)
        return cell->column->read(cell->column, row, scratch, out_value);
    return read_field(cell, row, scratch, out_value);
}

static int file_digits(enum pk_output_type type)
{
    return type == PK_OUTPUT_SUM ? PK_SUM_DIGITS : PK_MEAN_DIGITS;
}

void pk_output_cell_write_csv(const struct pk_output_cell *cell, const void *row,
                              struct pk_buffer *scratch, struct pk_csv_writer *writer)
{
    struct pk_output_value value = {0};
    if (!read_cell(cell, row, scratch, &value)) {
        pk_csv_writer_empty(writer);
        return;
    }
    switch (cell->type) {
    case PK_OUTPUT_BY_FIELD:
        assert(!"a column that was resolved has a type");
        break;
    case PK_OUTPUT_INTEGER:
        pk_csv_writer_integer(writer, value.integer);
        break;
    case PK_OUTPUT_BOOLEAN:
        value.text = pk_text_from(value.integer ? "true" : "false");
        pk_csv_writer_text(writer, value.text.bytes, value.text.size);
        break;
    case PK_OUTPUT_MEAN:
    case PK_OUTPUT_SUM:
    case PK_OUTPUT_RATIO:
        pk_csv_writer_number(writer, value.number, file_digits(cell->type));
        break;
    case PK_OUTPUT_MONEY:
        pk_csv_writer_money(writer, value.integer);
        break;
    case PK_OUTPUT_DATE:
        pk_csv_writer_date(writer, (int32_t)value.integer);
        break;
    case PK_OUTPUT_TEXT:
    case PK_OUTPUT_NAME:
    case PK_OUTPUT_WORD:
    case PK_OUTPUT_STATE:
    case PK_OUTPUT_REASONS:
    case PK_OUTPUT_LIST:
        pk_csv_writer_text(writer, value.text.bytes, value.text.size);
        break;
    }
}

void pk_output_cell_write_json(const struct pk_output_cell *cell, const void *row,
                               struct pk_buffer *scratch, struct pk_json_writer *writer)
{
    const char *key = cell->column->key;
    struct pk_output_value value = {0};
    if (!read_cell(cell, row, scratch, &value)) {
        pk_json_writer_null(writer, key);
        return;
    }
    switch (cell->type) {
    case PK_OUTPUT_BY_FIELD:
        assert(!"a column that was resolved has a type");
        break;
    case PK_OUTPUT_INTEGER:
        pk_json_writer_integer(writer, key, value.integer);
        break;
    case PK_OUTPUT_BOOLEAN:
        pk_json_writer_boolean(writer, key, value.integer != 0);
        break;
    case PK_OUTPUT_MEAN:
    case PK_OUTPUT_SUM:
    case PK_OUTPUT_RATIO:
        pk_json_writer_number(writer, key, value.number, file_digits(cell->type));
        break;
    case PK_OUTPUT_MONEY:
        pk_json_writer_money(writer, key, value.integer);
        break;
    case PK_OUTPUT_DATE:
        pk_json_writer_date(writer, key, (int32_t)value.integer);
        break;
    case PK_OUTPUT_TEXT:
    case PK_OUTPUT_NAME:
    case PK_OUTPUT_WORD:
    case PK_OUTPUT_STATE:
    case PK_OUTPUT_REASONS:
    case PK_OUTPUT_LIST:
        pk_json_writer_text(writer, key, value.text.bytes, value.text.size);
        break;
    }
}

bool pk_output_cell_is_right(const struct pk_output_cell *cell)
{
    switch (cell->type) {
    case PK_OUTPUT_INTEGER:
    case PK_OUTPUT_MEAN:
    case PK_OUTPUT_SUM:
    case PK_OUTPUT_RATIO:
    case PK_OUTPUT_MONEY:
        return true;
    default:
        return cell->column->is_right;
    }
}

/* As many decimals as a reader can use: ratios and rates need them, totals do not. */
static int sum_decimals(double value)
{
    if (fabs(value) >= 100 || value == (double)(int64_t)value)
        return 0;
    return fabs(value) < 10 ? 3 : 1;
}

/* Amounts from here on are read in whole units. */
#define WHOLE_FROM 10

static void write_money(int64_t micros, bool is_price, struct pk_buffer *text)
{
    const int64_t unit = PK_MICROS_PER_UNIT;
    if (is_price || (micros > -WHOLE_FROM * unit && micros < WHOLE_FROM * unit && micros % unit))
        pk_buffer_append_grouped_money(text, micros);
    else
        pk_buffer_append_grouped_integer(text, (micros + (micros < 0 ? -unit : unit) / 2) / unit);
}

static void write_mean(double value, struct pk_buffer *text)
{
    const double tenths = round(10 * value);
    const bool is_whole = fabs(value) >= 9.95 || fmod(tenths, 10) == 0;
    pk_buffer_append_grouped(text, tenths == 0 ? 0 : value, is_whole ? 0 : 1);
}

static enum pk_table_colour state_colour(struct pk_text state)
{
    if (pk_text_equal(state, pk_text_from("RED")))
        return PK_TABLE_RED;
    if (pk_text_equal(state, pk_text_from("AMBER")))
        return PK_TABLE_AMBER;
    if (pk_text_equal(state, pk_text_from("GREEN")))
        return PK_TABLE_GREEN;
    return pk_text_equal(state, pk_text_from("BLUE")) ? PK_TABLE_BLUE : PK_TABLE_PLAIN;
}

/* The main reason of "CODE;CODE" as a sentence. */
static void write_main_reason(struct pk_text codes, bool is_chinese, struct pk_buffer *text)
{
    char code[PK_TEXT_BYTES_MAX + 1];
    const char *end = memchr(codes.bytes, ';', codes.size);
    size_t size = end ? (size_t)(end - codes.bytes) : codes.size;
    pk_text_format(code, sizeof code, "%.*s", (int)(size < sizeof code ? size : 0), codes.bytes);
    pk_buffer_append_string(text, pk_wording_reason(code, is_chinese));
}

static void write_word(struct pk_text word, bool is_chinese, struct pk_buffer *text)
{
    char key[PK_TEXT_BYTES_MAX + 1];
    pk_text_format(key, sizeof key, "%.*s", (int)word.size, word.bytes);
    pk_buffer_append_string(text, pk_wording(key, is_chinese));
}

enum pk_table_colour pk_output_cell_write_text(const struct pk_output_cell *cell, const void *row,
                                               bool is_chinese, struct pk_buffer *scratch,
                                               struct pk_buffer *text)
{
    struct pk_output_value value = {0};
    if (!read_cell(cell, row, scratch, &value)) {
        if (cell->type == PK_OUTPUT_STATE)
            pk_buffer_append_string(text, pk_wording("unknown", is_chinese));
        else if (pk_output_cell_is_right(cell) || cell->type == PK_OUTPUT_DATE)
            pk_buffer_append_byte(text, '-');
        return PK_TABLE_PLAIN;
    }
    switch (cell->type) {
    case PK_OUTPUT_BY_FIELD:
        assert(!"a column that was resolved has a type");
        break;
    case PK_OUTPUT_INTEGER:
        pk_buffer_append_grouped_integer(text, value.integer);
        break;
    case PK_OUTPUT_BOOLEAN:
        pk_buffer_append_string(text, pk_wording(value.integer ? "yes" : "no", is_chinese));
        break;
    case PK_OUTPUT_MEAN:
        write_mean(value.number, text);
        break;
    case PK_OUTPUT_SUM:
        pk_buffer_append_grouped(text, value.number, sum_decimals(value.number));
        break;
    case PK_OUTPUT_RATIO:
        pk_buffer_append_grouped(text, 100 * value.number, 1);
        pk_buffer_append_byte(text, '%');
        break;
    case PK_OUTPUT_MONEY:
        write_money(value.integer, cell->column->is_price, text);
        break;
    case PK_OUTPUT_DATE:
        pk_buffer_append_date(text, (int32_t)value.integer);
        break;
    case PK_OUTPUT_STATE:
        write_word(value.text, is_chinese, text);
        return state_colour(value.text);
    case PK_OUTPUT_WORD:
        write_word(value.text, is_chinese, text);
        break;
    case PK_OUTPUT_REASONS:
        write_main_reason(value.text, is_chinese, text);
        break;
    case PK_OUTPUT_TEXT:
    case PK_OUTPUT_NAME:
    case PK_OUTPUT_LIST:
        pk_buffer_append(text, value.text.bytes, value.text.size);
        break;
    }
    return PK_TABLE_PLAIN;
}

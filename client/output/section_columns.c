#include "client/output/section_columns.h"

#include <string.h>

#include "peakstock/v1/common.pb-c.h"

/* Endings of wire fields that keys do without, longest first. */
static const char *const endings[] = {"_epoch_days", "_micros"};
#define ENDING_COUNT (sizeof endings / sizeof *endings)

static bool ends_with(const char *name, const char *ending)
{
    const size_t size = strlen(name), ending_size = strlen(ending);
    return size > ending_size && strcmp(name + size - ending_size, ending) == 0;
}

static bool is_reason_list(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE && field->label == PROTOBUF_C_LABEL_REPEATED &&
           field->descriptor == &peakstock__v1__reason__descriptor;
}

/* A message inside the row, or a list of anything but texts and reasons, is no column. */
static bool is_column(const ProtobufCFieldDescriptor *field)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return is_reason_list(field);
    return field->label != PROTOBUF_C_LABEL_REPEATED || field->type == PROTOBUF_C_TYPE_STRING;
}

/* Bytes of the field's name that are its key. */
static size_t key_size(const ProtobufCFieldDescriptor *field)
{
    const size_t size = strlen(field->name);
    if (is_reason_list(field))
        return size - 1;
    for (size_t i = 0; i < ENDING_COUNT; i++)
        if (ends_with(field->name, endings[i]))
            return size - strlen(endings[i]);
    return size;
}

static bool has_key(const ProtobufCFieldDescriptor *field, struct pk_text key)
{
    return key_size(field) == key.size && memcmp(field->name, key.bytes, key.size) == 0;
}

static const ProtobufCFieldDescriptor *find(const ProtobufCMessageDescriptor *row,
                                            struct pk_text key)
{
    for (unsigned i = 0; row && i < row->n_fields; i++)
        if (is_column(&row->fields[i]) && has_key(&row->fields[i], key))
            return &row->fields[i];
    return NULL;
}

const ProtobufCFieldDescriptor *pk_section_field(const ProtobufCMessageDescriptor *row,
                                                 const char *key)
{
    return find(row, pk_text_from(key));
}

enum pk_output_type pk_section_field_type(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return PK_OUTPUT_REASONS;
    case PROTOBUF_C_TYPE_STRING:
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            return PK_OUTPUT_LIST;
        return strcmp(field->name, "name") == 0 || ends_with(field->name, "_name") ? PK_OUTPUT_NAME
                                                                                   : PK_OUTPUT_TEXT;
    case PROTOBUF_C_TYPE_BOOL:
        return PK_OUTPUT_BOOLEAN;
    case PROTOBUF_C_TYPE_ENUM:
        return PK_OUTPUT_STATE;
    case PROTOBUF_C_TYPE_DOUBLE:
        return ends_with(field->name, "_ratio") || ends_with(field->name, "_probability")
                   ? PK_OUTPUT_RATIO
                   : PK_OUTPUT_MEAN;
    default:
        return ends_with(field->name, "_epoch_days") ? PK_OUTPUT_DATE
               : ends_with(field->name, "_micros")   ? PK_OUTPUT_MONEY
                                                     : PK_OUTPUT_INTEGER;
    }
}

/* What one form of a section asks for. */
struct wanted {
    const ProtobufCMessageDescriptor *row;
    const char *names;
    const struct pk_output_column *own;
    size_t own_count;
};

/* The next word of `*names`, which moves past it; empty at the end. */
static struct pk_text next_name(const char **names)
{
    const char *start = *names + strspn(*names, " ");
    const size_t size = strcspn(start, " ");
    *names = start + size;
    return (struct pk_text){start, size};
}

/* True if the section speaks of the field: by its name, to leave it out, or under another name. */
static bool is_mentioned(const struct wanted *wanted, const ProtobufCFieldDescriptor *field)
{
    const char *names = wanted->names;
    for (size_t i = 0; i < wanted->own_count; i++)
        if (wanted->own[i].field && has_key(field, pk_text_from(wanted->own[i].field)))
            return true;
    for (struct pk_text name; (name = next_name(&names)).size > 0;) {
        if (*name.bytes == '-')
            name = (struct pk_text){name.bytes + 1, name.size - 1};
        if (has_key(field, name))
            return true;
    }
    return false;
}

static bool add(const struct wanted *wanted, struct pk_text key, struct pk_section_columns *out)
{
    if (out->count == PK_OUTPUT_COLUMN_COUNT_MAX || key.size >= PK_OUTPUT_KEY_SIZE)
        return false;
    for (size_t i = 0; i < wanted->own_count; i++)
        if (pk_text_equal(pk_text_from(wanted->own[i].key), key)) {
            out->columns[out->count++] = wanted->own[i];
            return true;
        }
    char *copy = out->keys[out->count];
    memcpy(copy, key.bytes, key.size);
    copy[key.size] = '\0';
    const char *child = strchr(copy, '.');
    out->columns[out->count++] =
        (struct pk_output_column){.key = child ? child + 1 : copy, .field = child ? copy : NULL};
    return true;
}

static bool add_fields(const struct wanted *wanted, struct pk_section_columns *out)
{
    for (unsigned i = 0; i < wanted->row->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &wanted->row->fields[i];
        const struct pk_text key = {field->name, key_size(field)};
        if (is_column(field) && !is_mentioned(wanted, field) && !add(wanted, key, out))
            return false;
    }
    return true;
}

bool pk_section_columns_make(const struct pk_output_section *section, bool is_table,
                             struct pk_section_columns *out)
{
    const struct wanted wanted = {.row = section->row,
                                  .names = is_table ? section->table_names : section->file_names,
                                  .own = is_table ? section->table_columns : section->file_columns,
                                  .own_count = is_table ? section->table_column_count
                                                        : section->file_column_count};
    out->count = 0;
    if (!wanted.names) {
        if (wanted.own_count > PK_OUTPUT_COLUMN_COUNT_MAX)
            return false;
        if (wanted.own_count > 0)
            memcpy(out->columns, wanted.own, wanted.own_count * sizeof *wanted.own);
        out->count = wanted.own_count;
        return true;
    }
    const char *names = wanted.names;
    for (struct pk_text name; (name = next_name(&names)).size > 0;) {
        bool is_made = true;
        if (pk_text_equal(name, pk_text_from(PK_OUTPUT_EVERY_FIELD)))
            is_made = add_fields(&wanted, out);
        else if (*name.bytes == '-')
            is_made = find(wanted.row, (struct pk_text){name.bytes + 1, name.size - 1}) != NULL;
        else
            is_made = add(&wanted, name, out);
        if (!is_made)
            return false;
    }
    return true;
}

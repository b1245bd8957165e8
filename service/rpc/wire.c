#include "service/rpc/wire.h"

/* Wire types of https://protobuf.dev/programming-guides/encoding; groups (3, 4) are not part of
 * proto3. */
enum wire_type { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

static bool read_varint(struct pk_rpc_wire *wire, uint64_t *out_value)
{
    uint64_t value = 0;
    for (unsigned int shift = 0; shift < 64 && wire->position < wire->size; shift += 7) {
        uint8_t byte = wire->bytes[wire->position++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *out_value = value;
            return true;
        }
    }
    return false;
}

static bool skip(struct pk_rpc_wire *wire, uint64_t size)
{
    if (size > wire->size - wire->position)
        return false;
    wire->position += (size_t)size;
    return true;
}

static bool read_value(struct pk_rpc_wire *wire, unsigned int type, struct pk_rpc_field *field)
{
    uint64_t number = 0;
    switch (type) {
    case VARINT:
        return read_varint(wire, &number);
    case FIXED64:
        return skip(wire, 8);
    case FIXED32:
        return skip(wire, 4);
    case BYTES:
        if (!read_varint(wire, &number))
            return false;
        field->is_bytes = true;
        field->value.bytes = (const char *)wire->bytes + wire->position;
        field->value.size = (size_t)number;
        return skip(wire, number);
    default:
        return false;
    }
}

bool pk_rpc_wire_next(struct pk_rpc_wire *wire, struct pk_rpc_field *out_field)
{
    if (wire->position >= wire->size)
        return false;
    size_t start = wire->position;
    uint64_t key = 0;
    struct pk_rpc_field field = {0};
    if (read_varint(wire, &key) && key >> 3 != 0 && key >> 3 <= UINT32_MAX) {
        field.number = (uint32_t)(key >> 3);
        if (read_value(wire, (unsigned int)(key & 7), &field)) {
            *out_field = field;
            return true;
        }
    }
    wire->position = start;
    return false;
}

/* The way from the outermost message to the field in hand, kept on the stack while going down. */
struct place {
    const struct place *outer;
    const ProtobufCFieldDescriptor *field;
    const struct pk_rpc_wire *wire; /* of the message that holds the field */
    size_t position;                /* where the field begins */
};

static size_t count_before(const struct place *place)
{
    struct pk_rpc_wire wire = {place->wire->bytes, place->wire->size, 0};
    struct pk_rpc_field field;
    size_t count = 0;
    while (wire.position < place->position && pk_rpc_wire_next(&wire, &field))
        count += field.number == place->field->id;
    return count;
}

static size_t format_place(const struct place *place, char *out, size_t size)
{
    if (!place)
        return 0;
    size_t used = format_place(place->outer, out, size);
    used +=
        pk_text_format(out + used, size - used, "%s%s", used > 0 ? "." : "", place->field->name);
    if (place->field->label == PROTOBUF_C_LABEL_REPEATED)
        used += pk_text_format(out + used, size - used, "[%zu]", count_before(place));
    return used;
}

static enum pk_status refuse(const struct place *place, const char *message, struct pk_error *error)
{
    char path[sizeof error->field] = "";
    format_place(place, path, sizeof path);
    return pk_error_set(error, PK_INVALID_ARGUMENT, path, "%s", message);
}

static enum pk_status check_message(const ProtobufCMessageDescriptor *descriptor,
                                    struct pk_text bytes, const struct place *outer, int depth,
                                    struct pk_error *error)
{
    if (depth > PK_RPC_MESSAGE_DEPTH_MAX)
        return refuse(outer, "messages are nested too deeply", error);
    struct pk_rpc_wire wire = {(const uint8_t *)bytes.bytes, bytes.size, 0};
    struct pk_rpc_field field;
    struct place place = {.outer = outer, .wire = &wire};
    const ProtobufCFieldDescriptor *known = NULL;
    while (place.position = wire.position, pk_rpc_wire_next(&wire, &field)) {
        if (!field.is_bytes)
            continue;
        /* Rows repeat one field: the binary search is needed only when the number changes. */
        if (!known || known->id != field.number)
            known = protobuf_c_message_descriptor_get_field(descriptor, field.number);
        if (!known)
            continue;
        place.field = known;
        if (known->type == PROTOBUF_C_TYPE_STRING && !pk_text_is_utf8(field.value))
            return refuse(&place, "must be UTF-8 text without NUL bytes", error);
        if (known->type == PROTOBUF_C_TYPE_MESSAGE) {
            enum pk_status status =
                check_message(known->descriptor, field.value, &place, depth + 1, error);
            if (status != PK_OK)
                return status;
        }
    }
    if (wire.position < wire.size)
        return refuse(outer, "is not a well-formed protobuf message", error);
    return PK_OK;
}

enum pk_status pk_rpc_wire_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
                                 size_t size, struct pk_error *error)
{
    return check_message(descriptor, (struct pk_text){(const char *)bytes, size}, NULL, 1, error);
}

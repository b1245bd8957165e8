/* The protobuf wire format as raw bytes: a reader of fields, and the check of strings that
 * protobuf-c leaves out (its unpack accepts invalid UTF-8 and cuts a string at an embedded NUL). */
#ifndef PK_RPC_WIRE_H
#define PK_RPC_WIRE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/text.h"

/* Sub-messages within sub-messages; protobuf-c decodes by recursion and has no limit of its own. */
#define PK_RPC_MESSAGE_DEPTH_MAX 32

struct pk_rpc_wire {
    const uint8_t *bytes;
    size_t size;
    size_t position;
};

struct pk_rpc_field {
    uint32_t number;
    bool is_bytes;        /* length-delimited: string, bytes, message or packed numbers */
    struct pk_text value; /* of a length-delimited field */
};

/* Reads the next field; false at the end and on malformed bytes (then position < size). */
bool pk_rpc_wire_next(struct pk_rpc_wire *wire, struct pk_rpc_field *out_field);

/* Checks every string of an encoded message, at any depth: UTF-8 without NUL. Fields that the
 * descriptor does not know are passed over. INVALID_ARGUMENT with the path of the field,
 * "rows[3].item_id", also for malformed bytes. */
enum pk_status pk_rpc_wire_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
                                 size_t size, struct pk_error *error);

#endif

#include "service/rpc/failure.h"

#include <google/rpc/status.pb-c.h>
#include <string.h>

#include "models/base/text.h"

/* Tags and lengths of one violation, and room for the closing "... more" one. */
#define VIOLATION_OVERHEAD_BYTES 12
#define RESERVED_BYTES           768

static const struct {
    grpc_status_code code;
    const char *name;
} codes[] = {
    [PK_OK] = {GRPC_STATUS_OK, "OK"},
    [PK_INVALID_ARGUMENT] = {GRPC_STATUS_INVALID_ARGUMENT, "INVALID_ARGUMENT"},
    [PK_NOT_FOUND] = {GRPC_STATUS_NOT_FOUND, "NOT_FOUND"},
    [PK_ALREADY_EXISTS] = {GRPC_STATUS_ALREADY_EXISTS, "ALREADY_EXISTS"},
    [PK_FAILED_PRECONDITION] = {GRPC_STATUS_FAILED_PRECONDITION, "FAILED_PRECONDITION"},
    [PK_RESOURCE_EXHAUSTED] = {GRPC_STATUS_RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED"},
    [PK_UNAVAILABLE] = {GRPC_STATUS_UNAVAILABLE, "UNAVAILABLE"},
    [PK_CANCELLED] = {GRPC_STATUS_CANCELLED, "CANCELLED"},
    [PK_DEADLINE_EXCEEDED] = {GRPC_STATUS_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"},
    [PK_DATA_LOSS] = {GRPC_STATUS_DATA_LOSS, "DATA_LOSS"},
    [PK_OUT_OF_MEMORY] = {GRPC_STATUS_RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED"},
    [PK_INTERNAL] = {GRPC_STATUS_INTERNAL, "INTERNAL"},
};

grpc_status_code pk_rpc_code_from(enum pk_status status)
{
    return (size_t)status < sizeof codes / sizeof codes[0] ? codes[status].code
                                                           : GRPC_STATUS_INTERNAL;
}

const char *pk_rpc_code_name(grpc_status_code code)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code)
            return codes[i].name;
    return code == GRPC_STATUS_UNIMPLEMENTED ? "UNIMPLEMENTED" : "UNKNOWN";
}

void pk_rpc_text_clean(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at;) {
        size_t length = 1;
        /* A sequence has at most 4 bytes, none of them NUL: it never runs past the end. */
        while (length < 4 && at[length - 1] &&
               !pk_text_is_utf8((struct pk_text){(char *)at, length}))
            length++;
        if (*at < 0x20 || *at == 0x7f || !pk_text_is_utf8((struct pk_text){(char *)at, length})) {
            *at = *at < 0x20 ? ' ' : '?';
            length = 1;
        }
        at += length;
    }
}

static char *copy_clean(struct pk_arena *arena, const char *text, size_t size_max)
{
    size_t size = strnlen(text, size_max - 1);
    char *copy = pk_arena_allocate(arena, size + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, size);
    copy[size] = '\0';
    pk_rpc_text_clean(copy);
    return copy;
}

static void append(struct pk_rpc_violations *violations, struct pk_arena *arena, const char *field,
                   const char *description)
{
    Google__Rpc__BadRequest__FieldViolation *item = pk_arena_allocate(arena, sizeof *item);
    if (!item)
        return;
    google__rpc__bad_request__field_violation__init(item);
    item->field = copy_clean(arena, field, sizeof((struct pk_error *)0)->field);
    item->description = copy_clean(arena, description, sizeof((struct pk_error *)0)->message);
    if (!item->field || !item->description)
        return;
    violations->items[violations->count++] = item;
    violations->encoded_size +=
        strlen(item->field) + strlen(item->description) + VIOLATION_OVERHEAD_BYTES;
}

void pk_rpc_violations_add(struct pk_rpc_violations *violations, struct pk_arena *arena,
                           const char *field, const char *description)
{
    size_t size = strlen(field) + strlen(description) + VIOLATION_OVERHEAD_BYTES;
    bool listed = violations->count == violations->total_count;
    violations->total_count++;
    if (listed && violations->count < PK_VIOLATION_COUNT_MAX &&
        (violations->count == 0 ||
         violations->encoded_size + size <= PK_RPC_DETAILS_BYTES_MAX - RESERVED_BYTES))
        append(violations, arena, field, description);
}

bool pk_rpc_details_encode(grpc_status_code code, char *message,
                           struct pk_rpc_violations *violations, struct pk_arena *arena,
                           grpc_slice *out_details)
{
    if (violations->total_count > violations->count &&
        violations->count < sizeof violations->items / sizeof violations->items[0]) {
        char more[64];
        pk_text_format(more, sizeof more, "%zu more not listed",
                       violations->total_count - violations->count);
        append(violations, arena, "", more);
    }
    Google__Rpc__BadRequest bad_request = GOOGLE__RPC__BAD_REQUEST__INIT;
    bad_request.n_field_violations = violations->count;
    bad_request.field_violations = violations->items;

    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    Google__Protobuf__Any *details[] = {&any};
    Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;
    status.code = (int32_t)code;
    status.message = message;
    if (violations->count > 0) {
        any.type_url = (char *)"type.googleapis.com/google.rpc.BadRequest";
        any.value.len = google__rpc__bad_request__get_packed_size(&bad_request);
        any.value.data = pk_arena_allocate(arena, any.value.len);
        if (!any.value.data)
            return false;
        google__rpc__bad_request__pack(&bad_request, any.value.data);
        status.n_details = 1;
        status.details = details;
    }
    *out_details = grpc_slice_malloc(google__rpc__status__get_packed_size(&status));
    google__rpc__status__pack(&status, GRPC_SLICE_START_PTR(*out_details));
    return true;
}

/* A source of bytes for readers of files: a text in memory, handed out in small pieces. */
#ifndef PK_TESTS_SUPPORT_CLIENT_BYTE_SOURCE_H
#define PK_TESTS_SUPPORT_CLIENT_BYTE_SOURCE_H

#include <stddef.h>
#include <string.h>

#include "models/base/error.h"

/* Hands out at most `step` bytes at once. */
struct bytes {
    const char *text;
    size_t size, at, step;
};

static inline enum pk_status read_bytes(void *source, char *out, size_t size, size_t *out_size,
                                        struct pk_error *error)
{
    (void)error;
    struct bytes *bytes = source;
    size_t count = bytes->size - bytes->at;
    count = count < size ? count : size;
    count = count < bytes->step ? count : bytes->step;
    memcpy(out, bytes->text + bytes->at, count);
    bytes->at += count;
    *out_size = count;
    return PK_OK;
}

#endif

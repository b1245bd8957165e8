/* How a failure looks on the wire: gRPC code, clean text, and google.rpc.Status for
 * grpc-status-details-bin. */
#ifndef PK_RPC_FAILURE_H
#define PK_RPC_FAILURE_H

#include <google/rpc/error_details.pb-c.h>
#include <grpc/grpc.h>
#include <stdbool.h>
#include <stddef.h>

#include "models/base/arena.h"
#include "models/base/error.h"
#include "models/base/limits.h"

/* Encoded details: base64 of this, the text and the other trailers stay within the 8 KiB of
 * metadata that a gRPC client accepts unasked; beyond it the whole call would fail with another
 * error than the true one. */
#define PK_RPC_DETAILS_BYTES_MAX 4096

/* The violations noted so far, kept in the call's arena. */
struct pk_rpc_violations {
    Google__Rpc__BadRequest__FieldViolation *items[PK_VIOLATION_COUNT_MAX + 1];
    size_t count;        /* in items */
    size_t total_count;  /* noted, those that no longer fit included */
    size_t encoded_size; /* of items, roughly and never too small */
};

/* Copies both texts, made clean; out of memory or past the limits it only counts. */
void pk_rpc_violations_add(struct pk_rpc_violations *violations, struct pk_arena *arena,
                           const char *field, const char *description);

grpc_status_code pk_rpc_code_from(enum pk_status status);
/* "INVALID_ARGUMENT". */
const char *pk_rpc_code_name(grpc_status_code code);

/* In place: valid UTF-8 and no control characters; every other byte becomes '?'. */
void pk_rpc_text_clean(char *text);

/* Encodes google.rpc.Status{code, message, [BadRequest]} into a new slice; false when out of
 * memory. */
bool pk_rpc_details_encode(grpc_status_code code, char *message,
                           struct pk_rpc_violations *violations, struct pk_arena *arena,
                           grpc_slice *out_details);

#endif

/* The bytes of a saved fit as an engine keeps them: one zstd frame, with the frame's own checksum
 * (XXH64). */
#ifndef PK_STORE_SNAPSHOT_BYTES_H
#define PK_STORE_SNAPSHOT_BYTES_H

#include <stddef.h>

#include "models/base/error.h"

/* *out_packed is malloc'ed. OUT_OF_MEMORY. */
enum pk_status pk_snapshot_bytes_pack(const void *bytes, size_t size, void **out_packed,
                                      size_t *out_packed_size, struct pk_error *error);

/* The `size` bytes that were packed, malloc'ed; `packed` may be NULL. DATA_LOSS if the frame is not
 * sound or holds another number of bytes: the message names the snapshot. OUT_OF_MEMORY. */
enum pk_status pk_snapshot_bytes_unpack(const void *packed, size_t packed_size, size_t size,
                                        const char *snapshot_id, unsigned char **out_bytes,
                                        struct pk_error *error);

#endif

#include "service/store/snapshot_bytes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>

/* Level 1: a fit is mostly floating point, higher levels cost time and win little. */
#define COMPRESSION_LEVEL 1

enum pk_status pk_snapshot_bytes_pack(const void *bytes, size_t size, void **out_packed,
                                      size_t *out_packed_size, struct pk_error *error)
{
    size_t bound = ZSTD_compressBound(size);
    void *packed = malloc(bound);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    enum pk_status status = PK_OK;
    if (packed == NULL || context == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a snapshot");
        goto cleanup;
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, COMPRESSION_LEVEL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t packed_size = ZSTD_compress2(context, packed, bound, bytes, size);
    if (ZSTD_isError(packed_size)) {
        status = pk_error_set(error, PK_INTERNAL, "", "cannot compress a snapshot: %s",
                              ZSTD_getErrorName(packed_size));
        goto cleanup;
    }
    *out_packed = packed;
    *out_packed_size = packed_size;
    packed = NULL;
cleanup:
    ZSTD_freeCCtx(context);
    free(packed);
    return status;
}

enum pk_status pk_snapshot_bytes_unpack(const void *packed, size_t packed_size, size_t size,
                                        const char *snapshot_id, unsigned char **out_bytes,
                                        struct pk_error *error)
{
    const unsigned long long content =
        packed == NULL ? ZSTD_CONTENTSIZE_ERROR : ZSTD_getFrameContentSize(packed, packed_size);
    bool is_sound = content < ZSTD_CONTENTSIZE_ERROR && content == (unsigned long long)size;
    unsigned char *bytes = is_sound ? malloc(size + 1) : NULL;
    if (is_sound && bytes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a snapshot");
    if (is_sound) {
        const size_t found = ZSTD_decompress(bytes, size, packed, packed_size);
        is_sound = !ZSTD_isError(found) && found == size;
    }
    if (is_sound) {
        *out_bytes = bytes;
        return PK_OK;
    }
    free(bytes);
    return pk_error_set(error, PK_DATA_LOSS, "",
                        "the saved fit '%s' is damaged; it is fitted again from the stored rows",
                        snapshot_id);
}

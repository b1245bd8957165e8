#include "client/import/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define BLOCK_SIZE 262144
/* A damaged header must not make the decoder take all memory. */
#define XZ_MEMORY_MAX (UINT64_C(1024) * 1024 * 1024)

enum compression { PLAIN, GZIP, XZ, ZSTD };

struct pk_input {
    int descriptor;
    bool owns_descriptor;
    char *name;
    int64_t position, size;
    enum compression compression;
    unsigned char *block; /* raw bytes of the file: [begin, end) not yet taken */
    size_t begin, end;
    bool is_at_end;    /* the file has no more raw bytes */
    bool is_in_member; /* inside a compressed member */
    bool is_xz_done;   /* the xz decoder has seen the end of the last stream */
    z_stream gzip;
    lzma_stream xz;
    ZSTD_DStream *zstd;
};

static enum pk_status fill(struct pk_input *input, struct pk_error *error)
{
    if (input->begin > 0)
        memmove(input->block, input->block + input->begin, input->end - input->begin);
    input->end -= input->begin;
    input->begin = 0;
    while (!input->is_at_end && input->end < BLOCK_SIZE) {
        ssize_t got = read(input->descriptor, input->block + input->end, BLOCK_SIZE - input->end);
        if (got < 0 && errno == EINTR)
            return pk_error_set(error, PK_CANCELLED, input->name, "interrupted");
        if (got < 0)
            return pk_error_set(error, PK_FAILED_PRECONDITION, input->name, "cannot be read: %s",
                                strerror(errno));
        input->is_at_end = got == 0;
        input->end += (size_t)got;
        input->position += got;
        if (got > 0 && input->end >= 4096)
            break; /* a pipe gives what it has */
    }
    return PK_OK;
}

static enum pk_status start_decoder(struct pk_input *input, struct pk_error *error)
{
    static const unsigned char xz_magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};
    static const unsigned char zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};
    static const unsigned char zip_magic[] = {'P', 'K', 3, 4};
    static const unsigned char workbook_magic[] = {0xd0, 0xcf, 0x11, 0xe0};
    const unsigned char *first = input->block;
    size_t size = input->end;
    if (size >= 4 && (memcmp(first, zip_magic, 4) == 0 || memcmp(first, workbook_magic, 4) == 0))
        return pk_error_set(error, PK_INVALID_ARGUMENT, input->name,
                            "is a workbook or an archive, not CSV; save the sheet as CSV UTF-8");
    bool is_ready = true;
    if (size >= 2 && first[0] == 0x1f && first[1] == 0x8b) {
        is_ready = inflateInit2(&input->gzip, 15 + 16) == Z_OK;
        input->compression = is_ready ? GZIP : PLAIN;
    } else if (size >= sizeof xz_magic && memcmp(first, xz_magic, sizeof xz_magic) == 0) {
        is_ready = lzma_stream_decoder(&input->xz, XZ_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK;
        input->compression = is_ready ? XZ : PLAIN;
    } else if (size >= sizeof zstd_magic && memcmp(first, zstd_magic, sizeof zstd_magic) == 0) {
        input->zstd = ZSTD_createDStream();
        is_ready = input->zstd != NULL;
        input->compression = ZSTD;
    }
    return is_ready ? PK_OK : pk_error_set(error, PK_OUT_OF_MEMORY, input->name, "out of memory");
}

static enum pk_status open_input(int descriptor, bool owns_descriptor, const char *name,
                                 struct pk_input **out_input, struct pk_error *error)
{
    struct pk_input *input = calloc(1, sizeof *input);
    struct stat found;
    enum pk_status status = PK_OK;
    if (input == NULL) {
        if (owns_descriptor)
            close(descriptor);
        return pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    }
    input->descriptor = descriptor;
    input->owns_descriptor = owns_descriptor;
    input->xz = (lzma_stream)LZMA_STREAM_INIT;
    input->name = strdup(name);
    input->block = malloc(BLOCK_SIZE);
    if (input->name == NULL || input->block == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    else if (fstat(descriptor, &found) == 0 && S_ISDIR(found.st_mode))
        status = pk_error_set(error, PK_FAILED_PRECONDITION, name, "is a directory; name a file");
    else if (fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode))
        input->size = found.st_size;
    if (status == PK_OK)
        status = fill(input, error);
    if (status == PK_OK)
        status = start_decoder(input, error);
    if (status != PK_OK) {
        pk_input_close(input);
        return status;
    }
    *out_input = input;
    return PK_OK;
}

enum pk_status pk_input_open(const char *path, struct pk_input **out_input, struct pk_error *error)
{
    if (strcmp(path, "-") == 0)
        return open_input(STDIN_FILENO, false, "stdin", out_input, error);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR))
        return pk_error_set(error, PK_NOT_FOUND, path, "there is no such file");
    if (descriptor < 0)
        return pk_error_set(error, PK_FAILED_PRECONDITION, path, "cannot be opened: %s",
                            strerror(errno));
    return open_input(descriptor, true, path, out_input, error);
}

enum pk_status pk_input_open_descriptor(int descriptor, const char *name,
                                        struct pk_input **out_input, struct pk_error *error)
{
    return open_input(descriptor, false, name, out_input, error);
}

static enum pk_status refuse_damaged(const struct pk_input *input, struct pk_error *error)
{
    return pk_error_set(error, PK_DATA_LOSS, input->name,
                        "the compressed data is damaged; make or copy the file again");
}

/* Each leaf takes raw bytes from the block and gives decoded ones. *out_size may be 0: call again
 * with more. */
static enum pk_status decode_gzip(struct pk_input *input, char *out, size_t size, size_t *out_size,
                                  struct pk_error *error)
{
    z_stream *stream = &input->gzip;
    if (!input->is_in_member && inflateReset(stream) != Z_OK)
        return refuse_damaged(input, error);
    input->is_in_member = true;
    stream->next_in = input->block + input->begin;
    stream->avail_in = (uInt)(input->end - input->begin);
    stream->next_out = (unsigned char *)out;
    stream->avail_out = (uInt)size;
    int result = inflate(stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return refuse_damaged(input, error);
    input->begin = input->end - stream->avail_in;
    input->is_in_member = result != Z_STREAM_END;
    *out_size = size - stream->avail_out;
    return PK_OK;
}

static enum pk_status decode_xz(struct pk_input *input, char *out, size_t size, size_t *out_size,
                                struct pk_error *error)
{
    lzma_stream *stream = &input->xz;
    stream->next_in = input->block + input->begin;
    stream->avail_in = input->end - input->begin;
    stream->next_out = (unsigned char *)out;
    stream->avail_out = size;
    /* Only after the last byte of the file may the decoder know that no stream follows. */
    lzma_ret result = lzma_code(stream, input->is_at_end ? LZMA_FINISH : LZMA_RUN);
    if (result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR)
        return pk_error_set(error, PK_OUT_OF_MEMORY, input->name,
                            "needs too much memory to unpack; compress it with xz -6");
    if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR)
        return refuse_damaged(input, error);
    input->begin = input->end - stream->avail_in;
    input->is_in_member = result != LZMA_STREAM_END;
    input->is_xz_done = result == LZMA_STREAM_END;
    *out_size = size - stream->avail_out;
    return PK_OK;
}

static enum pk_status decode_zstd(struct pk_input *input, char *out, size_t size, size_t *out_size,
                                  struct pk_error *error)
{
    ZSTD_inBuffer from = {input->block + input->begin, input->end - input->begin, 0};
    ZSTD_outBuffer to = {out, size, 0};
    size_t result = ZSTD_decompressStream(input->zstd, &to, &from);
    if (ZSTD_isError(result))
        return refuse_damaged(input, error);
    input->begin += from.pos;
    input->is_in_member = result != 0;
    *out_size = to.pos;
    return PK_OK;
}

static enum pk_status decode(struct pk_input *input, char *out, size_t size, size_t *out_size,
                             struct pk_error *error)
{
    switch (input->compression) {
    case GZIP:
        return decode_gzip(input, out, size, out_size, error);
    case XZ:
        return decode_xz(input, out, size, out_size, error);
    case ZSTD:
        return decode_zstd(input, out, size, out_size, error);
    case PLAIN:
        break;
    }
    *out_size = input->end - input->begin < size ? input->end - input->begin : size;
    memcpy(out, input->block + input->begin, *out_size);
    input->begin += *out_size;
    return PK_OK;
}

enum pk_status pk_input_read(struct pk_input *input, char *out, size_t size, size_t *out_size,
                             struct pk_error *error)
{
    size_t got = 0;
    for (;;) {
        enum pk_status status = PK_OK;
        if (input->begin == input->end && !input->is_at_end)
            status = fill(input, error);
        if (status != PK_OK)
            return status;
        bool is_exhausted = input->begin == input->end && input->is_at_end;
        bool may_hold_more =
            input->is_in_member || (input->compression == XZ && !input->is_xz_done);
        if (is_exhausted && !may_hold_more)
            break;
        size_t before = input->begin;
        status = decode(input, out, size, &got, error);
        if (status != PK_OK)
            return status;
        if (got > 0)
            break;
        if (is_exhausted && input->begin == before && input->is_in_member)
            return pk_error_set(error, PK_DATA_LOSS, input->name,
                                "the compressed file is cut short; copy it again");
    }
    *out_size = got;
    return PK_OK;
}

int64_t pk_input_position(const struct pk_input *input)
{
    return input->position - (int64_t)(input->end - input->begin);
}

int64_t pk_input_size(const struct pk_input *input)
{
    return input->size;
}

void pk_input_close(struct pk_input *input)
{
    if (input == NULL)
        return;
    if (input->compression == GZIP)
        inflateEnd(&input->gzip);
    lzma_end(&input->xz);
    ZSTD_freeDStream(input->zstd);
    if (input->owns_descriptor)
        close(input->descriptor);
    free(input->block);
    free(input->name);
    free(input);
}

#include "client/import/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/text.h"

#define WINDOW_SIZE ((size_t)1024 * 1024)
/* Bytes of the longest character in either encoding. */
#define CHARACTER_BYTES_MAX 4

enum encoding { UNDECIDED, UTF_8, GB18030 };

struct pk_decoder {
    pk_byte_read *read;
    void *source;
    char *name;
    enum encoding encoding;
    iconv_t converter;
    char *window; /* raw bytes [begin, end) not yet given */
    size_t begin, end;
    bool is_started, is_at_end;
};

enum pk_status pk_decoder_new(pk_byte_read *read, void *source, const char *name,
                              struct pk_decoder **out_decoder, struct pk_error *error)
{
    struct pk_decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    decoder->read = read;
    decoder->source = source;
    decoder->name = strdup(name);
    decoder->window = malloc(WINDOW_SIZE);
    decoder->converter = iconv_open("UTF-8", "GB18030");
    enum pk_status status = PK_OK;
    if (decoder->name == NULL || decoder->window == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    else if (decoder->converter == (iconv_t)-1)
        status = pk_error_set(error, PK_INTERNAL, name,
                              "the C library lacks its GB18030 converter (gconv)");
    if (status != PK_OK) {
        pk_decoder_free(decoder);
        return status;
    }
    *out_decoder = decoder;
    return PK_OK;
}

static enum pk_status fill(struct pk_decoder *decoder, size_t wanted, struct pk_error *error)
{
    if (decoder->begin > 0)
        memmove(decoder->window, decoder->window + decoder->begin, decoder->end - decoder->begin);
    decoder->end -= decoder->begin;
    decoder->begin = 0;
    while (!decoder->is_at_end && decoder->end < wanted) {
        size_t got = 0;
        enum pk_status status = decoder->read(decoder->source, decoder->window + decoder->end,
                                              WINDOW_SIZE - decoder->end, &got, error);
        if (status != PK_OK)
            return status;
        decoder->is_at_end = got == 0;
        decoder->end += got;
    }
    return PK_OK;
}

static enum pk_status start(struct pk_decoder *decoder, struct pk_error *error)
{
    enum pk_status status = fill(decoder, CHARACTER_BYTES_MAX, error);
    if (status != PK_OK)
        return status;
    const unsigned char *first = (const unsigned char *)decoder->window;
    size_t size = decoder->end;
    bool has_mark = size >= 2 && ((first[0] == 0xff && first[1] == 0xfe) ||
                                  (first[0] == 0xfe && first[1] == 0xff));
    bool has_nul = size >= 2 && (first[0] == 0 || first[1] == 0);
    if (has_mark || has_nul)
        return pk_error_set(error, PK_INVALID_ARGUMENT, decoder->name,
                            "is UTF-16 (\"Unicode text\"); save it as CSV UTF-8");
    if (size >= 3 && memcmp(first, "\xef\xbb\xbf", 3) == 0) {
        decoder->begin = 3;
        decoder->encoding = UTF_8;
    }
    decoder->is_started = true;
    return PK_OK;
}

static size_t ascii_size(const char *bytes, size_t size)
{
    size_t at = 0;
    uint64_t word;
    for (; at + sizeof word <= size; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (at < size && (unsigned char)bytes[at] < 0x80)
        at++;
    return at;
}

/* Bytes at the end that may be the beginning of a character which the window has cut. */
static size_t cut_size(const char *bytes, size_t size)
{
    size_t cut = 0;
    while (cut < size && cut < CHARACTER_BYTES_MAX - 1 &&
           ((unsigned char)bytes[size - 1 - cut] & 0xc0) == 0x80)
        cut++;
    return cut < size && (unsigned char)bytes[size - 1 - cut] >= 0xc0 ? cut + 1 : 0;
}

static bool is_gb18030(struct pk_decoder *decoder)
{
    char scratch[4096];
    char *from = decoder->window;
    size_t left = decoder->end;
    bool is_valid = true;
    while (is_valid && left > 0) {
        char *to = scratch;
        size_t room = sizeof scratch;
        if (iconv(decoder->converter, &from, &left, &to, &room) == (size_t)-1 && errno != E2BIG) {
            is_valid = errno == EINVAL && !decoder->is_at_end;
            break;
        }
    }
    iconv(decoder->converter, NULL, NULL, NULL, NULL);
    return is_valid;
}

/* The window begins with a byte that is not ASCII. */
static enum pk_status decide(struct pk_decoder *decoder, struct pk_error *error)
{
    enum pk_status status = fill(decoder, WINDOW_SIZE, error);
    if (status != PK_OK)
        return status;
    size_t size = decoder->end;
    if (!decoder->is_at_end)
        size -= cut_size(decoder->window, decoder->end);
    bool is_utf8 = pk_text_is_utf8((struct pk_text){decoder->window, size});
    decoder->encoding = !is_utf8 && is_gb18030(decoder) ? GB18030 : UTF_8;
    return PK_OK;
}

static void give(struct pk_decoder *decoder, size_t count, char *out, size_t *out_size)
{
    memcpy(out, decoder->window + decoder->begin, count);
    decoder->begin += count;
    *out_size = count;
}

static enum pk_status convert(struct pk_decoder *decoder, char *out, size_t size, size_t *out_size,
                              struct pk_error *error)
{
    for (;;) {
        char *from = decoder->window + decoder->begin;
        size_t left = decoder->end - decoder->begin;
        char *to = out;
        size_t room = size;
        size_t result = iconv(decoder->converter, &from, &left, &to, &room);
        int reason = result == (size_t)-1 ? errno : 0;
        decoder->begin = decoder->end - left;
        bool is_cut = reason == EINVAL;
        if (reason == EILSEQ || (is_cut && decoder->is_at_end && to == out))
            return pk_error_set(error, PK_INVALID_ARGUMENT, decoder->name,
                                "is GB18030 at first but has bytes that are not; save it again "
                                "as CSV UTF-8");
        *out_size = (size_t)(to - out);
        if (*out_size > 0 || (left == 0 && decoder->is_at_end))
            return PK_OK;
        enum pk_status status = fill(decoder, left + 1, error);
        if (status != PK_OK)
            return status;
    }
}

enum pk_status pk_decoder_read(void *pointer, char *out, size_t size, size_t *out_size,
                               struct pk_error *error)
{
    struct pk_decoder *decoder = pointer;
    enum pk_status status = PK_OK;
    if (!decoder->is_started)
        status = start(decoder, error);
    if (status == PK_OK && decoder->begin == decoder->end)
        status = fill(decoder, 1, error);
    size_t available = decoder->end - decoder->begin;
    size_t ascii_count = 0;
    if (status == PK_OK && decoder->encoding == UNDECIDED) {
        ascii_count =
            ascii_size(decoder->window + decoder->begin, available < size ? available : size);
        if (ascii_count == 0 && available > 0)
            status = decide(decoder, error);
    }
    if (status != PK_OK)
        return status;
    available = decoder->end - decoder->begin;
    if (decoder->encoding == GB18030)
        return convert(decoder, out, size, out_size, error);
    if (decoder->encoding == UNDECIDED)
        available = ascii_count;
    give(decoder, available < size ? available : size, out, out_size);
    return PK_OK;
}

bool pk_decoder_is_converting(const struct pk_decoder *decoder)
{
    return decoder->encoding == GB18030;
}

void pk_decoder_free(struct pk_decoder *decoder)
{
    if (decoder == NULL)
        return;
    if (decoder->converter != (iconv_t)-1 && decoder->converter != NULL)
        iconv_close(decoder->converter);
    free(decoder->window);
    free(decoder->name);
    free(decoder);
}

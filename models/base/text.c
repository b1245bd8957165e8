#include "models/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"

struct pk_text pk_text_from(const char *string)
{
    return (struct pk_text){string, string == NULL ? 0 : strlen(string)};
}

bool pk_text_equal(struct pk_text a, struct pk_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_ideographic_space(const char *bytes)
{
    return memcmp(bytes, "\xe3\x80\x80", 3) == 0;
}

struct pk_text pk_text_trim(struct pk_text text)
{
    for (;;) {
        if (text.size > 0 && is_blank(text.bytes[0])) {
            text.bytes++;
            text.size--;
        } else if (text.size >= 3 && is_ideographic_space(text.bytes)) {
            text.bytes += 3;
            text.size -= 3;
        } else if (text.size > 0 && is_blank(text.bytes[text.size - 1])) {
            text.size--;
        } else if (text.size >= 3 && is_ideographic_space(text.bytes + text.size - 3)) {
            text.size -= 3;
        } else {
            return text;
        }
    }
}

/* Length of the well-formed sequence at `bytes`, 0 if there is none. */
static size_t utf8_sequence_size(const unsigned char *bytes, size_t size)
{
    unsigned char lead = bytes[0];
    if (lead == 0)
        return 0;
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || size < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (lead == 0xe0 && bytes[1] < 0xa0) || (lead == 0xf0 && bytes[1] < 0x90);
    bool surrogate = lead == 0xed && bytes[1] > 0x9f;
    bool too_large = lead == 0xf4 && bytes[1] > 0x8f;
    return overlong || surrogate || too_large ? 0 : length;
}

bool pk_text_is_utf8(struct pk_text text)
{
    size_t at = 0;
    while (at < text.size) {
        size_t length = utf8_sequence_size((const unsigned char *)text.bytes + at, text.size - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/* Digits, a point, digits, E, sign, digits: what a spreadsheet leaves of a long numeric code. */
static bool is_mangled_number(struct pk_text id)
{
    size_t at = 0;
    size_t digit_count = 0;
    while (at < id.size && ((id.bytes[at] >= '0' && id.bytes[at] <= '9') || id.bytes[at] == '.')) {
        digit_count += id.bytes[at] != '.';
        at++;
    }
    if (digit_count == 0 || at + 3 > id.size || (id.bytes[at] != 'E' && id.bytes[at] != 'e') ||
        id.bytes[at + 1] != '+')
        return false;
    for (at += 2; at < id.size; at++)
        if (id.bytes[at] < '0' || id.bytes[at] > '9')
            return false;
    return true;
}

enum pk_status pk_id_check(struct pk_text id, const char *field, struct pk_error *error)
{
    if (id.size == 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, field,
                            "is empty; give an id of 1 to %d bytes", PK_ID_BYTES_MAX);
    if (id.size > PK_ID_BYTES_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, field,
                            "has %zu bytes; an id has at most %d", id.size, PK_ID_BYTES_MAX);
    if (!pk_text_is_utf8(id))
        return pk_error_set(error, PK_INVALID_ARGUMENT, field,
                            "is not valid UTF-8; save the file as UTF-8 or GB18030");
    for (size_t i = 0; i < id.size; i++)
        if ((unsigned char)id.bytes[i] < 0x20 || id.bytes[i] == 0x7f)
            return pk_error_set(error, PK_INVALID_ARGUMENT, field,
                                "contains a control character; remove it");
    struct pk_text trimmed = pk_text_trim(id);
    if (trimmed.size != id.size)
        return pk_error_set(error, PK_INVALID_ARGUMENT, field,
                            "has white space around it; trim it");
    if (is_mangled_number(id))
        return pk_error_set(
            error, PK_INVALID_ARGUMENT, field,
            "'%.*s' was destroyed by a spreadsheet; export the column as text and import again",
            (int)id.size, id.bytes);
    return PK_OK;
}

bool pk_text_to_integer(struct pk_text text, int64_t *out_value)
{
    bool negative = false;
    size_t at = 0;
    if (text.size > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+')) {
        negative = text.bytes[0] == '-';
        at = 1;
    }
    if (at == text.size)
        return false;
    int64_t value = 0;
    for (; at < text.size; at++) {
        if (text.bytes[at] < '0' || text.bytes[at] > '9')
            return false;
        int digit = text.bytes[at] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *out_value = negative ? value : -value;
    return true;
}

bool pk_text_to_number(struct pk_text text, double *out_value)
{
    char buffer[64];
    if (text.size == 0 || text.size >= sizeof buffer)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (strchr("0123456789+-.eE", text.bytes[i]) == NULL || text.bytes[i] == '\0')
            return false;
    memcpy(buffer, text.bytes, text.size);
    buffer[text.size] = '\0';
    char *end = NULL;
    double value = strtod(buffer, &end);
    if (end != buffer + text.size || !isfinite(value))
        return false;
    *out_value = value;
    return true;
}

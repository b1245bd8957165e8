#include "client/output/buffer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/date.h"
#include "models/base/text.h"
#include "models/base/units.h"

/* Decimals beyond the twelfth carry nothing in units, ratios or money. */
#define DECIMALS_MAX 12
/* From here on a double has no decimals worth writing, and scaling could leave int64. */
#define WHOLE_FROM 1e15

static const double powers_of_ten[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

void pk_buffer_done(struct pk_buffer *buffer)
{
    if (!buffer)
        return;
    free(buffer->bytes);
    *buffer = (struct pk_buffer){0};
}

void pk_buffer_clear(struct pk_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

/* Room for `size` more bytes and a NUL. */
static bool reserve(struct pk_buffer *buffer, size_t size)
{
    if (buffer->capacity - buffer->size > size)
        return true;
    if (buffer->failed)
        return false;
    size_t wanted = buffer->size + size + 1;
    size_t capacity = buffer->capacity ? buffer->capacity : 4096;
    while (capacity < wanted && capacity < PK_BUFFER_BYTES_MAX)
        capacity *= 2;
    char *bytes = NULL;
    if (size < PK_BUFFER_BYTES_MAX && wanted <= capacity)
        bytes = realloc(buffer->bytes, capacity);
    if (!bytes) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void pk_buffer_append(struct pk_buffer *buffer, const char *bytes, size_t size)
{
    if (buffer->failed || size == 0 || !reserve(buffer, size))
        return;
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

void pk_buffer_append_string(struct pk_buffer *buffer, const char *string)
{
    pk_buffer_append(buffer, string, strlen(string));
}

void pk_buffer_append_byte(struct pk_buffer *buffer, char byte)
{
    pk_buffer_append(buffer, &byte, 1);
}

const char *pk_buffer_string(struct pk_buffer *buffer)
{
    if (buffer->failed || !reserve(buffer, 0))
        return "";
    buffer->bytes[buffer->size] = '\0';
    return buffer->bytes;
}

/* Writes the digits of `value` so that they end before `end`; returns their begin. At least
 * `digit_count` digits. */
static char *digits_before(char *end, uint64_t value, int digit_count)
{
    char *at = end;
    for (int written = 0; value > 0 || written < digit_count; written++) {
        *--at = (char)('0' + value % 10);
        value /= 10;
    }
    return at;
}

static uint64_t magnitude_of(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void pk_buffer_append_integer(struct pk_buffer *buffer, int64_t value)
{
    char text[24];
    char *end = text + sizeof text;
    char *begin = digits_before(end, magnitude_of(value), 1);
    if (value < 0)
        *--begin = '-';
    pk_buffer_append(buffer, begin, (size_t)(end - begin));
}

/* Of a magnitude below 1e15 or so, where adding a half is exact enough. */
static uint64_t nearest(double magnitude)
{
    return (uint64_t)(magnitude + 0.5);
}

/* A finite number of at least WHOLE_FROM. */
static void append_huge(struct pk_buffer *buffer, double value)
{
    char text[330];
    size_t size = pk_text_format(text, sizeof text, "%.0f", value);
    pk_buffer_append(buffer, text, size);
}

void pk_buffer_append_number(struct pk_buffer *buffer, double value, int digits)
{
    if (!isfinite(value))
        return;
    double magnitude = fabs(value);
    if (magnitude >= WHOLE_FROM) {
        append_huge(buffer, value);
        return;
    }
    int decimals = 0;
    while (decimals < DECIMALS_MAX &&
           magnitude * powers_of_ten[decimals + 1] < powers_of_ten[digits])
        decimals++;
    uint64_t scaled = nearest(magnitude * powers_of_ten[decimals]);
    while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        decimals--;
    }
    uint64_t divisor = (uint64_t)powers_of_ten[decimals];
    char text[48];
    char *end = text + sizeof text;
    char *begin = end;
    if (decimals > 0) {
        begin = digits_before(end, scaled % divisor, decimals);
        *--begin = '.';
    }
    begin = digits_before(begin, scaled / divisor, 1);
    if (value < 0 && scaled > 0)
        *--begin = '-';
    pk_buffer_append(buffer, begin, (size_t)(end - begin));
}

void pk_buffer_append_money(struct pk_buffer *buffer, int64_t micros)
{
    char text[PK_MONEY_TEXT_SIZE];
    pk_buffer_append_string(buffer, pk_money_format(micros, text));
}

void pk_buffer_append_date(struct pk_buffer *buffer, int32_t epoch_days)
{
    struct pk_civil civil = pk_date_to_civil(epoch_days);
    char text[16];
    char *end = text + sizeof text;
    char *begin = digits_before(end, (uint64_t)civil.day, 2);
    *--begin = '-';
    begin = digits_before(begin, (uint64_t)civil.month, 2);
    *--begin = '-';
    begin = digits_before(begin, (uint64_t)(civil.year > 0 ? civil.year : 0), 4);
    pk_buffer_append(buffer, begin, (size_t)(end - begin));
}

/* `scaled` is the magnitude in units of the last decimal. */
static void append_groups(struct pk_buffer *buffer, bool is_negative, uint64_t scaled, int decimals)
{
    uint64_t divisor = (uint64_t)powers_of_ten[decimals];
    char text[48];
    char *end = text + sizeof text;
    char *begin = end;
    if (decimals > 0) {
        begin = digits_before(end, scaled % divisor, decimals);
        *--begin = '.';
    }
    uint64_t whole = scaled / divisor;
    while (whole >= 1000) {
        begin = digits_before(begin, whole % 1000, 3);
        *--begin = ',';
        whole /= 1000;
    }
    begin = digits_before(begin, whole, 1);
    if (is_negative && scaled > 0)
        *--begin = '-';
    pk_buffer_append(buffer, begin, (size_t)(end - begin));
}

void pk_buffer_append_grouped(struct pk_buffer *buffer, double value, int decimals)
{
    double scaled = fabs(value) * powers_of_ten[decimals];
    if (!isfinite(value))
        pk_buffer_append_byte(buffer, '-');
    else if (scaled >= WHOLE_FROM)
        append_huge(buffer, value);
    else
        append_groups(buffer, value < 0, nearest(scaled), decimals);
}

void pk_buffer_append_grouped_integer(struct pk_buffer *buffer, int64_t value)
{
    append_groups(buffer, value < 0, magnitude_of(value), 0);
}

void pk_buffer_append_grouped_money(struct pk_buffer *buffer, int64_t micros)
{
    uint64_t micros_per_cent = (uint64_t)PK_MICROS_PER_UNIT / 100;
    uint64_t cents = (magnitude_of(micros) + micros_per_cent / 2) / micros_per_cent;
    append_groups(buffer, micros < 0, cents, 2);
}

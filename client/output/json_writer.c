#include "client/output/json_writer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void pk_json_writer_init(struct pk_json_writer *writer, struct pk_buffer *buffer)
{
    *writer = (struct pk_json_writer){.buffer = buffer};
}

static void append_quoted(struct pk_buffer *buffer, const char *bytes, size_t size)
{
    static const char hexadecimal[] = "0123456789abcdef";
    pk_buffer_append_byte(buffer, '"');
    size_t begin = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        pk_buffer_append(buffer, bytes + begin, i - begin);
        begin = i + 1;
        if (byte == '"' || byte == '\\') {
            const char pair[] = {'\\', (char)byte};
            pk_buffer_append(buffer, pair, sizeof pair);
        } else {
            const char escape[] = {
                '\\', 'u', '0', '0', hexadecimal[byte >> 4], hexadecimal[byte & 15]};
            pk_buffer_append(buffer, escape, sizeof escape);
        }
    }
    pk_buffer_append(buffer, bytes + begin, size - begin);
    pk_buffer_append_byte(buffer, '"');
}

/* Comma and line break between members, then the member's name. Rows (depth 3) stay on one line. */
static void begin_value(struct pk_json_writer *writer, const char *key)
{
    if (writer->has_member[writer->depth])
        pk_buffer_append_byte(writer->buffer, ',');
    if (writer->depth == 1 || (writer->depth == 2 && !key))
        pk_buffer_append_byte(writer->buffer, '\n');
    writer->has_member[writer->depth] = true;
    if (key) {
        append_quoted(writer->buffer, key, strlen(key));
        pk_buffer_append_byte(writer->buffer, ':');
    }
}

static void open_container(struct pk_json_writer *writer, const char *key, char bracket)
{
    assert(writer->depth < PK_JSON_DEPTH_MAX);
    begin_value(writer, key);
    pk_buffer_append_byte(writer->buffer, bracket);
    writer->has_member[++writer->depth] = false;
}

static void close_container(struct pk_json_writer *writer, char bracket)
{
    assert(writer->depth > 0);
    writer->depth--;
    pk_buffer_append_byte(writer->buffer, bracket);
    if (writer->depth == 0)
        pk_buffer_append_byte(writer->buffer, '\n');
}

void pk_json_writer_open_object(struct pk_json_writer *writer, const char *key)
{
    open_container(writer, key, '{');
}

void pk_json_writer_close_object(struct pk_json_writer *writer)
{
    close_container(writer, '}');
}

void pk_json_writer_open_array(struct pk_json_writer *writer, const char *key)
{
    open_container(writer, key, '[');
}

void pk_json_writer_close_array(struct pk_json_writer *writer)
{
    close_container(writer, ']');
}

void pk_json_writer_text(struct pk_json_writer *writer, const char *key, const char *bytes,
                         size_t size)
{
    begin_value(writer, key);
    append_quoted(writer->buffer, bytes, size);
}

void pk_json_writer_integer(struct pk_json_writer *writer, const char *key, int64_t value)
{
    begin_value(writer, key);
    pk_buffer_append_integer(writer->buffer, value);
}

void pk_json_writer_number(struct pk_json_writer *writer, const char *key, double value, int digits)
{
    begin_value(writer, key);
    if (isfinite(value))
        pk_buffer_append_number(writer->buffer, value, digits);
    else
        pk_buffer_append_string(writer->buffer, "null");
}

void pk_json_writer_money(struct pk_json_writer *writer, const char *key, int64_t micros)
{
    begin_value(writer, key);
    pk_buffer_append_money(writer->buffer, micros);
}

void pk_json_writer_date(struct pk_json_writer *writer, const char *key, int32_t epoch_days)
{
    begin_value(writer, key);
    pk_buffer_append_byte(writer->buffer, '"');
    pk_buffer_append_date(writer->buffer, epoch_days);
    pk_buffer_append_byte(writer->buffer, '"');
}

void pk_json_writer_boolean(struct pk_json_writer *writer, const char *key, bool value)
{
    begin_value(writer, key);
    pk_buffer_append_string(writer->buffer, value ? "true" : "false");
}

void pk_json_writer_null(struct pk_json_writer *writer, const char *key)
{
    begin_value(writer, key);
    pk_buffer_append_string(writer->buffer, "null");
}

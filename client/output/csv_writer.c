#include "client/output/csv_writer.h"

#include <string.h>

void pk_csv_writer_init(struct pk_csv_writer *writer, struct pk_buffer *buffer)
{
    *writer = (struct pk_csv_writer){.buffer = buffer};
}

static void separate(struct pk_csv_writer *writer)
{
    if (writer->in_row)
        pk_buffer_append_byte(writer->buffer, ',');
    writer->in_row = true;
}

static bool needs_quotes(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r')
            return true;
    /* Outer blanks survive readers that trim only when quoted. */
    return size > 0 && (bytes[0] == ' ' || bytes[size - 1] == ' ');
}

void pk_csv_writer_text(struct pk_csv_writer *writer, const char *bytes, size_t size)
{
    separate(writer);
    if (!needs_quotes(bytes, size)) {
        pk_buffer_append(writer->buffer, bytes, size);
        return;
    }
    pk_buffer_append_byte(writer->buffer, '"');
    const char *end = bytes + size;
    for (const char *quote; (quote = memchr(bytes, '"', (size_t)(end - bytes)));
         bytes = quote + 1) {
        pk_buffer_append(writer->buffer, bytes, (size_t)(quote + 1 - bytes));
        pk_buffer_append_byte(writer->buffer, '"');
    }
    pk_buffer_append(writer->buffer, bytes, (size_t)(end - bytes));
    pk_buffer_append_byte(writer->buffer, '"');
}

void pk_csv_writer_integer(struct pk_csv_writer *writer, int64_t value)
{
    separate(writer);
    pk_buffer_append_integer(writer->buffer, value);
}

void pk_csv_writer_number(struct pk_csv_writer *writer, double value, int digits)
{
    separate(writer);
    pk_buffer_append_number(writer->buffer, value, digits);
}

void pk_csv_writer_money(struct pk_csv_writer *writer, int64_t micros)
{
    separate(writer);
    pk_buffer_append_money(writer->buffer, micros);
}

void pk_csv_writer_date(struct pk_csv_writer *writer, int32_t epoch_days)
{
    separate(writer);
    pk_buffer_append_date(writer->buffer, epoch_days);
}

void pk_csv_writer_empty(struct pk_csv_writer *writer)
{
    separate(writer);
}

void pk_csv_writer_end_row(struct pk_csv_writer *writer)
{
    pk_buffer_append_byte(writer->buffer, '\n');
    writer->in_row = false;
}

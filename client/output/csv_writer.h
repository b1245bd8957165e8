/* CSV after RFC 4180, for machines: comma, LF, quotes only where a field needs them, UTF-8 without
 * BOM.
 *
 * The writer fills a buffer that the caller owns; whether everything fitted is asked of the buffer
 * (client/output/buffer.h). */
#ifndef PK_CLIENT_CSV_WRITER_H
#define PK_CLIENT_CSV_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/output/buffer.h"

struct pk_csv_writer {
    struct pk_buffer *buffer; /* not owned */
    bool in_row;              /* the row has a field already */
};

void pk_csv_writer_init(struct pk_csv_writer *writer, struct pk_buffer *buffer);

/* Each call adds one field to the current row. */
void pk_csv_writer_text(struct pk_csv_writer *writer, const char *bytes, size_t size);
void pk_csv_writer_integer(struct pk_csv_writer *writer, int64_t value);
void pk_csv_writer_number(struct pk_csv_writer *writer, double value, int digits);
void pk_csv_writer_money(struct pk_csv_writer *writer, int64_t micros);
void pk_csv_writer_date(struct pk_csv_writer *writer, int32_t epoch_days);
void pk_csv_writer_empty(struct pk_csv_writer *writer);

void pk_csv_writer_end_row(struct pk_csv_writer *writer);

#endif

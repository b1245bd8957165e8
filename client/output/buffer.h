/* A growing run of bytes and the plain spelling of values in files: decimal point, no grouping, no
 * exponent.
 *
 * Appending never reports an error: an allocation that fails, or growth beyond
 * PK_BUFFER_BYTES_MAX, marks the buffer as failed, later bytes are dropped, and the owner asks once
 * at the end. A zeroed struct is an empty buffer. */
#ifndef PK_CLIENT_BUFFER_H
#define PK_CLIENT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest table; rows of files are handed on long before. */
#define PK_BUFFER_BYTES_MAX ((size_t)1024 * 1024 * 1024)
/* Significant digits of a mean: more would be noise. */
#define PK_MEAN_DIGITS 6
/* Significant digits of a sum that somebody may recompute. */
#define PK_SUM_DIGITS 12

struct pk_buffer {
    char *bytes; /* not NUL-terminated */
    size_t size;
    size_t capacity;
    bool failed;
};

/* Frees the bytes and leaves an empty buffer. Accepts NULL. */
void pk_buffer_done(struct pk_buffer *buffer);

/* Forgets the content (and a failure), keeps the memory. */
void pk_buffer_clear(struct pk_buffer *buffer);

void pk_buffer_append(struct pk_buffer *buffer, const char *bytes, size_t size);
void pk_buffer_append_string(struct pk_buffer *buffer, const char *string);
void pk_buffer_append_byte(struct pk_buffer *buffer, char byte);

/* Writes a NUL behind the content without counting it and returns the bytes; "" for a failed
 * buffer. */
const char *pk_buffer_string(struct pk_buffer *buffer);

void pk_buffer_append_integer(struct pk_buffer *buffer, int64_t value);

/* At most `digits` (1..15) significant digits, trailing zeros cut, never an exponent; whole parts
 * are never rounded away (1234567.8 with 6 digits is 1234568) and magnitudes below 5e-13 are 0.
 * Nothing for NaN and infinities. */
void pk_buffer_append_number(struct pk_buffer *buffer, double value, int digits);

/* Shortest exact decimal with at least two decimals: 12.50. */
void pk_buffer_append_money(struct pk_buffer *buffer, int64_t micros);

/* YYYY-MM-DD. */
void pk_buffer_append_date(struct pk_buffer *buffer, int32_t epoch_days);

/* For people, thousands separated by commas: 12,345.6. Numbers are rounded to `decimals` (0..6),
 * "-" for NaN and infinities; money is rounded to two decimals, halves away from 0. */
void pk_buffer_append_grouped(struct pk_buffer *buffer, double value, int decimals);
void pk_buffer_append_grouped_integer(struct pk_buffer *buffer, int64_t value);
void pk_buffer_append_grouped_money(struct pk_buffer *buffer, int64_t micros);

#endif

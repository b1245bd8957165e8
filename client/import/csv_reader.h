/* A streaming CSV reader (RFC 4180): commas, double quotes, quotes doubled inside quotes, line ends
 * CRLF, LF or CR, also inside quotes; a missing line end at the end of the file; empty lines are
 * passed over.
 *
 * A quote inside an unquoted field is an ordinary character. Line numbers count physical lines from
 * 1, so they are what an editor shows, whatever the fields contain. */
#ifndef PK_CLIENT_CSV_READER_H
#define PK_CLIENT_CSV_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/import/encoding.h"
#include "models/base/error.h"
#include "models/base/text.h"

/* Fields of one record; more are an error. */
#define PK_CSV_FIELD_COUNT_MAX 1024

struct pk_csv_reader;

/* One record; its texts live until the next call. */
struct pk_csv_record {
    int64_t line;                 /* on which it begins */
    const struct pk_text *fields; /* unquoted */
    size_t field_count;           /* 0 = the end of the file */
    const char *problem;          /* not NULL: the record is malformed, skip it; says why */
};

/* Reads from `source`, which must outlive it. OUT_OF_MEMORY. */
enum pk_status pk_csv_reader_new(pk_byte_read *read, void *source, const char *name,
                                 struct pk_csv_reader **out_reader, struct pk_error *error);

/* The next record. INVALID_ARGUMENT, with file and line, where the records cannot be told apart any
 * more: a quote that is never closed, a field above PK_CSV_FIELD_BYTES_MAX, a record above
 * PK_CSV_LINE_BYTES_MAX, too many fields. Else what `read` fails with. */
enum pk_status pk_csv_reader_next(struct pk_csv_reader *reader, struct pk_csv_record *out_record,
                                  struct pk_error *error);

/* Accepts NULL. */
void pk_csv_reader_free(struct pk_csv_reader *reader);

#endif

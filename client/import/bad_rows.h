/* Rows that cannot be imported: the first are printed with file, line, column, value and remedy,
 * all are counted. */
#ifndef PK_CLIENT_BAD_ROWS_H
#define PK_CLIENT_BAD_ROWS_H

#include <stdint.h>
#include <stdio.h>

#include "models/base/error.h"
#include "models/base/text.h"

/* Bad rows that are printed one by one. */
#define PK_BAD_ROW_PRINTED_COUNT_MAX 20

/* A zeroed struct with `messages` set has seen none. */
struct pk_bad_rows {
    FILE *messages;
    int64_t count;
};

/* Writes "column units: 'abc' is not a whole number; ..." from an error and the value it is about
 * (may be empty). Always terminates `out`. */
void pk_bad_rows_describe(const struct pk_error *error, struct pk_text value, char *out,
                          size_t size);

/* Counts a row and prints "FILE:LINE: REASON" while there are few, control characters as '?'. */
void pk_bad_rows_report(struct pk_bad_rows *rows, const char *file_name, int64_t line,
                        const char *reason);

/* Says how many more there were than were printed. */
void pk_bad_rows_finish(const struct pk_bad_rows *rows);

/* Ends an import that is not lenient: finishes, says that nothing was imported, returns
 * INVALID_ARGUMENT. */
enum pk_status pk_bad_rows_refuse(const struct pk_bad_rows *rows, struct pk_error *error);

#endif

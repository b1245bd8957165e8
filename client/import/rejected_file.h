/* FILE.rejected.csv: the rows of a file that a lenient import left out, with the reason behind
 * their own columns. */
#ifndef PK_CLIENT_REJECTED_FILE_H
#define PK_CLIENT_REJECTED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/import/csv_file.h"
#include "models/base/error.h"

/* True, with the reason, if a row was left out. */
typedef bool pk_row_judge(void *context, const struct pk_csv_record *row, char *out_reason,
                          size_t size);

/* Reads `file`, freshly opened, to its end and writes the rows that `judge` rejects to `path`:
 * whole or not at all, and not if there are none. FAILED_PRECONDITION: `path` cannot be written;
 * else what reading fails with. */
enum pk_status pk_rejected_file_write(struct pk_csv_file *file, const char *path,
                                      pk_row_judge *judge, void *context, int64_t *out_row_count,
                                      struct pk_error *error);

#endif

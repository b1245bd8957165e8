/* One CSV input file from its bytes to its records: decompressed, decoded, split, with its
 * header. */
#ifndef PK_CLIENT_CSV_FILE_H
#define PK_CLIENT_CSV_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "client/import/csv_reader.h"
#include "models/base/error.h"

struct pk_csv_file;

/* Opens `path` ("-" = stdin) and reads its header. What pk_input_open says; INVALID_ARGUMENT: the
 * file is empty, or its header is malformed. */
enum pk_status pk_csv_file_open(const char *path, struct pk_csv_file **out_file,
                                struct pk_error *error);

/* The same over an open descriptor that stays the caller's. */
enum pk_status pk_csv_file_open_descriptor(int descriptor, const char *name,
                                           struct pk_csv_file **out_file, struct pk_error *error);

/* "stdin" or the path. */
const char *pk_csv_file_name(const struct pk_csv_file *file);

/* The header's fields, trimmed; they live as long as the file. */
const struct pk_text *pk_csv_file_header(const struct pk_csv_file *file, size_t *out_count);

/* The next record after the header, as pk_csv_reader_next; a record with another number of fields
 * than the header is malformed. */
enum pk_status pk_csv_file_next(struct pk_csv_file *file, struct pk_csv_record *out_record,
                                struct pk_error *error);

/* True once anything was converted from GB18030. */
bool pk_csv_file_is_converting(const struct pk_csv_file *file);

/* For progress: bytes read, and in all (0 = unknown). */
int64_t pk_csv_file_position(const struct pk_csv_file *file);
int64_t pk_csv_file_size(const struct pk_csv_file *file);

/* Accepts NULL. */
void pk_csv_file_close(struct pk_csv_file *file);

#endif

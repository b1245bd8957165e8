/* Bytes of an input file: plain, gzip, xz or zstd (told by their first bytes), or "-" for stdin.
 *
 * A compressed file that ends too early, is damaged or is followed by other bytes is an error; a
 * file of several compressed members back to back is one file. Workbooks (.xlsx, .xls) and zip
 * archives are refused by name. */
#ifndef PK_CLIENT_INPUT_FILE_H
#define PK_CLIENT_INPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

struct pk_input;

/* NOT_FOUND: there is no such file; FAILED_PRECONDITION: it cannot be read, or is a directory;
 * INVALID_ARGUMENT: a workbook or archive; OUT_OF_MEMORY. */
enum pk_status pk_input_open(const char *path, struct pk_input **out_input, struct pk_error *error);

/* Reads an open descriptor, which stays the caller's, from where it stands; `name` is for
 * messages. */
enum pk_status pk_input_open_descriptor(int descriptor, const char *name,
                                        struct pk_input **out_input, struct pk_error *error);

/* Fills up to `size` bytes; *out_size = 0 only at the end. FAILED_PRECONDITION: read error;
 * DATA_LOSS: damaged or cut compressed data. */
enum pk_status pk_input_read(struct pk_input *input, char *out, size_t size, size_t *out_size,
                             struct pk_error *error);

/* For progress: bytes taken from the file so far, and the file's size, 0 if unknown (a pipe). */
int64_t pk_input_position(const struct pk_input *input);
int64_t pk_input_size(const struct pk_input *input);

/* Accepts NULL. */
void pk_input_close(struct pk_input *input);

#endif

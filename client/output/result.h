/* Where the result of a command goes: stdout or --output FILE, whole or nothing.
 *
 * Everything is gathered in an unnamed temporary file first. Only
 * pk_result_publish lets it out: for a file by renaming a complete temporary one over it, so that a
 * reader never sees half a file and a failed command leaves the old one. */
#ifndef PK_CLIENT_RESULT_H
#define PK_CLIENT_RESULT_H

#include <stdio.h>

#include "models/base/error.h"

struct pk_result;

/* `path` NULL = stdout. UNAVAILABLE never; FAILED_PRECONDITION if no file can be made there. */
enum pk_status pk_result_open(const char *path, struct pk_result **out_result,
                              struct pk_error *error);

/* Where to write; check nothing, pk_result_publish reports every failed write. */
FILE *pk_result_stream(struct pk_result *result);

/* Lets the result out. FAILED_PRECONDITION: disk full, pipe closed, not allowed. Once. */
enum pk_status pk_result_publish(struct pk_result *result, struct pk_error *error);

/* Frees; without a publish nothing has become visible. Accepts NULL. */
void pk_result_close(struct pk_result *result);

#endif

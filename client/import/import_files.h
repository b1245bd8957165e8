/* Imports CSV files of one kind as one atomic change: read, check, send, report. */
#ifndef PK_CLIENT_IMPORT_FILES_H
#define PK_CLIENT_IMPORT_FILES_H

#include <stddef.h>

#include "client/frame/command.h"
#include "client/import/import_stream.h"
#include "client/import/import_summary.h"
#include "client/import/row_places.h"
#include "models/base/error.h"

/* Fails with everything said on stderr already (context->is_reported) when rows were bad or the
 * service refused; then nothing was imported. A lenient import that left rows out succeeds, sets
 * context->has_bad_rows and writes FILE.rejected.csv. */
enum pk_status pk_import_files(struct pk_command_context *context,
                               const struct pk_import_stream_options *options,
                               const char *const *paths, size_t path_count,
                               struct pk_import_summary *out_summary, struct pk_error *error);

/* Prints what the service refused, with "rows[N]" as file and line, and notes that it was reported.
 * Also for other importers. */
void pk_import_report_refusal(struct pk_command_context *context,
                              const struct pk_row_places *places, const struct pk_error *error);

#endif

/* `import online-retail FILE...`: raw invoice lines as sales rows of one source, and the items'
 * names.
 *
 * Two imports, one after the other. The first is the change that the command is about: it replaces
 * the source "online-retail" on every date that the files contain, all of it or nothing. The second
 * stores the names; if only that fails, it is a warning and the next call stores them. */
#ifndef PK_CLIENT_ONLINE_RETAIL_H
#define PK_CLIENT_ONLINE_RETAIL_H

#include <stddef.h>

#include "client/frame/command.h"
#include "client/import/import_stream.h"
#include "client/import/import_summary.h"
#include "models/base/error.h"

/* Like pk_import_files. Of the options, kind and replace_source are set here. */
enum pk_status pk_online_retail_import(struct pk_command_context *context,
                                       const struct pk_import_stream_options *options,
                                       const char *const *paths, size_t path_count,
                                       struct pk_import_summary *out_summary,
                                       struct pk_error *error);

#endif

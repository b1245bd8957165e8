/* The input files of one import, read one after the other: progress, interrupts, and a second
 * reading for the rejected rows. */
#ifndef PK_CLIENT_IMPORT_SOURCE_H
#define PK_CLIENT_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client/frame/command.h"
#include "client/frame/progress.h"
#include "client/import/csv_file.h"
#include "client/import/rejected_file.h"
#include "models/base/error.h"

struct pk_import_source {
    struct pk_command_context *context;
    const char *const *paths;
    const char **names; /* as printed: "stdin" for "-" */
    size_t path_count;
    bool is_read_twice; /* stdin is kept in a temporary file */
    FILE *spool;
    struct pk_progress progress;
    int64_t position_before; /* bytes of the files that have been read */
    int64_t size;            /* of all files, 0 = unknown */
    int64_t row_count;
};

/* `paths` must outlive the source. OUT_OF_MEMORY. */
enum pk_status pk_import_source_init(struct pk_import_source *source,
                                     struct pk_command_context *context, const char *const *paths,
                                     size_t path_count, bool is_read_twice, struct pk_error *error);
/* Accepts a zeroed source. */
void pk_import_source_done(struct pk_import_source *source);

/* Opens file `index` from its beginning, as pk_csv_file_open. */
enum pk_status pk_import_source_open(struct pk_import_source *source, size_t index,
                                     struct pk_csv_file **out_file, struct pk_error *error);

/* Takes one row, malformed ones (row->problem) included; a failure ends the reading. */
typedef enum pk_status pk_row_take(void *taker, size_t file_index, const struct pk_csv_record *row,
                                   struct pk_error *error);

/* Reads an open file to its end. CANCELLED when interrupted; else what reading or `take` says. */
enum pk_status pk_import_source_read(struct pk_import_source *source, size_t index,
                                     struct pk_csv_file *file, pk_row_take *take, void *taker,
                                     struct pk_error *error);

/* Writes NAME.rejected.csv from a freshly opened file and says so. */
enum pk_status pk_import_source_reject(struct pk_import_source *source, size_t index,
                                       struct pk_csv_file *file, pk_row_judge *judge,
                                       void *judge_context, struct pk_error *error);

#endif

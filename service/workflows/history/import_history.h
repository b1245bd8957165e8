/* Takes in rows. Every record is checked. Wrong ones are collected with their faults; right ones go
 * to the store as one atomic change. A strict import refuses everything if one row is wrong, and
 * names up to PK_VIOLATION_COUNT_MAX wrong rows. A lenient import leaves wrong rows out and reports
 * the first PK_REJECTED_ROW_COUNT_MAX of them. */
#ifndef PK_WORKFLOWS_IMPORT_HISTORY_H
#define PK_WORKFLOWS_IMPORT_HISTORY_H

#include "service/store/store.h"

struct pk_history_import;

/* One wrong row. */
struct pk_rejected_row {
    int64_t row_index; /* position in the stream, from 0 */
    enum pk_status status;
    const char *column_name; /* "" if no single column is to blame */
    const char *message;     /* what is wrong and what to do */
};

struct pk_history_outcome {
    struct pk_import_result result;
    /* Ascending row_index; belongs to the import. */
    const struct pk_rejected_row *rejected_rows;
    size_t rejected_row_count;        /* listed here */
    int64_t total_rejected_row_count; /* all of them */
};

/* Checks the options (all violations of them go to `refuse`, which may be NULL; INVALID_ARGUMENT
 * then) and begins. A request_id that was published before: *out_import = NULL and out_result is
 * the first result. */
enum pk_status
pk_history_import_begin(struct pk_store *store, const struct pk_import_options *options,
                        void (*refuse)(void *context, const char *field, const char *message),
                        void *context, struct pk_history_import **out_import,
                        struct pk_import_result *out_result, struct pk_error *error);

/* Checks and stages one record; it is completed in place (defaults). Rows are numbered in the order
 * of the calls. A wrong row is no failure here, except that a strict import gives up at
 * PK_VIOLATION_COUNT_MAX of them with the status that publishing would have. Other failures
 * (memory, disk) are. */
enum pk_status pk_history_import_add(struct pk_history_import *import, struct pk_record *record,
                                     struct pk_error *error);

/* Rows seen so far. */
int64_t pk_history_import_row_count(const struct pk_history_import *import);

/* The outcome so far: rejected rows, also after a failure. */
void pk_history_import_outcome(const struct pk_history_import *import,
                               struct pk_history_outcome *out_outcome);

/* Publishes. A strict import with wrong rows changes nothing and fails with the status of the first
 * of them. The import still has to be freed. */
enum pk_status pk_history_import_publish(struct pk_history_import *import,
                                         struct pk_history_outcome *out_outcome,
                                         struct pk_error *error);

/* Drops rows that have not been published. Accepts NULL. */
void pk_history_import_free(struct pk_history_import *import);

#endif

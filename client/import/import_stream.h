/* One import as the wire wants it: header, batches, trailer. Nothing takes effect before
 * pk_import_stream_finish; closing it earlier leaves the store unchanged.
 *
 * The service is contacted when the first batch is full or at the finish, so that what a small file
 * alone shows wrong is found without it. */
#ifndef PK_CLIENT_IMPORT_STREAM_H
#define PK_CLIENT_IMPORT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "client/frame/command.h"
#include "models/base/dataset.h"
#include "models/base/error.h"
#include "peakstock/v1/history.pb-c.h"

struct pk_import_stream;

struct pk_import_stream_options {
    enum pk_dataset_kind kind;
    int32_t bucket_days;           /* sales: 1 or 7 */
    int32_t complete_through_date; /* sales: PK_DATE_NONE = unchanged */
    bool snapshot;
    bool lenient;
    bool dry_run;
    const char *replace_source; /* NULL = upsert by key */
};

/* Prepares an import under a random request id. The context must outlive it. OUT_OF_MEMORY. */
enum pk_status pk_import_stream_open(struct pk_command_context *context,
                                     const struct pk_import_stream_options *options,
                                     struct pk_import_stream **out_stream, struct pk_error *error);

/* From now on the rows carry the columns i with `present[i]`; the others keep what is stored. To be
 * called before the first row, and whenever another file has other columns. */
enum pk_status pk_import_stream_columns(struct pk_import_stream *stream,
                                        const bool present[PK_COLUMN_COUNT_MAX],
                                        struct pk_error *error);

/* Adds a checked record, texts copied; sends a batch when one is full. */
enum pk_status pk_import_stream_add(struct pk_import_stream *stream, const struct pk_record *record,
                                    struct pk_error *error);

/* Sends what is left and the trailer, waits until the service has published everything. The reply
 * is the caller's: peakstock__v1__import_response__free_unpacked(reply, NULL). */
enum pk_status pk_import_stream_finish(struct pk_import_stream *stream,
                                       Peakstock__V1__ImportResponse **out_reply,
                                       struct pk_error *error);

/* Cancels what is not finished and frees. Accepts NULL. */
void pk_import_stream_close(struct pk_import_stream *stream);

#endif

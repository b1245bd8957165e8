#include "client/import/import_stream.h"

#include <stdlib.h>

#include "client/frame/connection.h"
#include "client/frame/request_id.h"
#include "client/import/wire_batch.h"
#include "models/base/date.h"
#include "models/base/text.h"

struct pk_import_stream {
    struct pk_command_context *context;
    struct pk_import_stream_options options;
    char request_id[PK_REQUEST_ID_SIZE];
    char *column_names[PK_COLUMN_COUNT_MAX];
    size_t column_count;
    struct pk_wire_batch *batch;
    int64_t sent_row_count;
    struct pk_stream *stream; /* NULL until the service was contacted */
};

enum pk_status pk_import_stream_open(struct pk_command_context *context,
                                     const struct pk_import_stream_options *options,
                                     struct pk_import_stream **out_stream, struct pk_error *error)
{
    struct pk_import_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    stream->context = context;
    stream->options = *options;
    enum pk_status status = pk_request_id_make("import", stream->request_id, error);
    if (status == PK_OK)
        status = pk_wire_batch_new(options->kind, &stream->batch, error);
    if (status != PK_OK) {
        pk_import_stream_close(stream);
        return status;
    }
    *out_stream = stream;
    return PK_OK;
}

static enum pk_status send(struct pk_import_stream *stream,
                           const Peakstock__V1__ImportRequest *request, struct pk_error *error)
{
    return pk_stream_send(stream->stream, &request->base, error);
}

/* Contacts the service and sends the header, once. */
static enum pk_status begin(struct pk_import_stream *stream, struct pk_error *error)
{
    if (stream->stream != NULL)
        return PK_OK;
    struct pk_connection *connection = NULL;
    enum pk_status status = pk_command_connect(stream->context, &connection, error);
    if (status == PK_OK)
        status =
            pk_stream_open(connection, "/peakstock.v1.ImportService/Import", NULL,
                           &peakstock__v1__import_response__descriptor, &stream->stream, error);
    if (status != PK_OK)
        return status;
    const struct pk_import_stream_options *options = &stream->options;
    char date_text[PK_DATE_TEXT_SIZE];
    Peakstock__V1__ImportHeader header = PEAKSTOCK__V1__IMPORT_HEADER__INIT;
    header.request_id = stream->request_id;
    /* The wire counts the kinds in the order of the datasets, behind UNSPECIFIED. */
    header.kind = (Peakstock__V1__ImportKind)((int)options->kind + 1);
    header.mode = options->dry_run ? PEAKSTOCK__V1__IMPORT_MODE__IMPORT_MODE_DRY_RUN
                                   : PEAKSTOCK__V1__IMPORT_MODE__IMPORT_MODE_UPSERT;
    if (options->kind == PK_DATASET_SALES) {
        header.bucket = options->bucket_days == 7 ? PEAKSTOCK__V1__BUCKET__BUCKET_WEEK
                                                  : PEAKSTOCK__V1__BUCKET__BUCKET_DAY;
        pk_date_format(options->complete_through_date, date_text);
        header.complete_through_date = date_text;
    }
    header.snapshot = options->snapshot;
    header.lenient = options->lenient;
    if (options->replace_source != NULL)
        header.replace_source = (char *)(uintptr_t)options->replace_source;
    Peakstock__V1__ImportRequest request = PEAKSTOCK__V1__IMPORT_REQUEST__INIT;
    request.part_case = PEAKSTOCK__V1__IMPORT_REQUEST__PART_HEADER;
    request.header = &header;
    return send(stream, &request, error);
}

/* Sends the rows gathered so far. */
static enum pk_status flush(struct pk_import_stream *stream, struct pk_error *error)
{
    if (pk_wire_batch_row_count(stream->batch) == 0)
        return PK_OK;
    enum pk_status status = begin(stream, error);
    if (status != PK_OK)
        return status;
    Peakstock__V1__ImportBatch batch = PEAKSTOCK__V1__IMPORT_BATCH__INIT;
    batch.column_names = stream->column_names;
    batch.n_column_names = stream->column_count;
    pk_wire_batch_fill(stream->batch, &batch);
    Peakstock__V1__ImportRequest request = PEAKSTOCK__V1__IMPORT_REQUEST__INIT;
    request.part_case = PEAKSTOCK__V1__IMPORT_REQUEST__PART_BATCH;
    request.batch = &batch;
    status = send(stream, &request, error);
    if (status == PK_OK) {
        stream->sent_row_count += (int64_t)pk_wire_batch_row_count(stream->batch);
        pk_wire_batch_clear(stream->batch);
    }
    return status;
}

enum pk_status pk_import_stream_columns(struct pk_import_stream *stream,
                                        const bool present[PK_COLUMN_COUNT_MAX],
                                        struct pk_error *error)
{
    enum pk_status status = flush(stream, error);
    if (status != PK_OK)
        return status;
    const struct pk_dataset *dataset = pk_dataset_get(stream->options.kind);
    stream->column_count = 0;
    for (size_t i = 0; i < dataset->column_count; i++)
        if (present[i])
            stream->column_names[stream->column_count++] =
                (char *)(uintptr_t)dataset->columns[i].name;
    return PK_OK;
}

enum pk_status pk_import_stream_add(struct pk_import_stream *stream, const struct pk_record *record,
                                    struct pk_error *error)
{
    if (pk_wire_batch_add(stream->batch, record))
        return PK_OK;
    enum pk_status status = flush(stream, error);
    if (status == PK_OK && !pk_wire_batch_add(stream->batch, record))
        status = pk_error_set(error, PK_INTERNAL, "", "a row is larger than a whole batch");
    return status;
}

enum pk_status pk_import_stream_finish(struct pk_import_stream *stream,
                                       Peakstock__V1__ImportResponse **out_reply,
                                       struct pk_error *error)
{
    enum pk_status status = begin(stream, error);
    if (status == PK_OK)
        status = flush(stream, error);
    if (status != PK_OK)
        return status;
    Peakstock__V1__ImportTrailer trailer = PEAKSTOCK__V1__IMPORT_TRAILER__INIT;
    trailer.row_count = stream->sent_row_count;
    Peakstock__V1__ImportRequest request = PEAKSTOCK__V1__IMPORT_REQUEST__INIT;
    request.part_case = PEAKSTOCK__V1__IMPORT_REQUEST__PART_TRAILER;
    request.trailer = &trailer;
    status = send(stream, &request, error);
    ProtobufCMessage *reply = NULL;
    if (status == PK_OK)
        status = pk_stream_finish(stream->stream, &reply, error);
    if (status == PK_OK)
        *out_reply = (Peakstock__V1__ImportResponse *)reply;
    return status;
}

void pk_import_stream_close(struct pk_import_stream *stream)
{
    if (stream == NULL)
        return;
    pk_stream_close(stream->stream);
    pk_wire_batch_free(stream->batch);
    free(stream);
}

#include "service/handlers/history_handler.h"

#include <string.h>

#include "models/base/date.h"
#include "peakstock/v1/history.pb-c.h"
#include "proto/record/wire_record.h"
#include "service/workflows/history/import_history.h"

/* What one call knows while its stream runs. */
struct stream {
    struct pk_rpc_call *call;
    struct pk_import_options options;
    struct pk_history_import *import;
    struct pk_wire_table table;
    int64_t batch_count;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a reply");
}

static enum pk_status check_violations(struct stream *stream, struct pk_error *error)
{
    if (pk_rpc_call_violation_count(stream->call) == 0)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, "", "the import was refused");
}

static void note_violation(void *context, const char *field, const char *message)
{
    pk_rpc_call_violation(context, field, "%s", message);
}

/* Copies a text that fits; a longer one is a violation. */
static void read_id(struct stream *stream, const char *field, const char *text,
                    char out[PK_ID_BYTES_MAX_PLUS_NUL])
{
    if (strlen(text) > PK_ID_BYTES_MAX)
        pk_rpc_call_violation(stream->call, field, "has %zu bytes; an id has at most %d",
                              strlen(text), PK_ID_BYTES_MAX);
    else
        pk_text_format(out, PK_ID_BYTES_MAX_PLUS_NUL, "%s", text);
}

static enum pk_status read_header(struct stream *stream, const Peakstock__V1__ImportHeader *header,
                                  struct pk_error *error)
{
    struct pk_import_options *options = &stream->options;
    memset(options, 0, sizeof *options);
    read_id(stream, "header.request_id", header->request_id, options->request_id);
    read_id(stream, "header.replace_source", header->replace_source, options->replace_source);
    if (header->kind < PEAKSTOCK__V1__IMPORT_KIND__IMPORT_KIND_SALES ||
        header->kind > PEAKSTOCK__V1__IMPORT_KIND__IMPORT_KIND_DEPOSITS)
        pk_rpc_call_violation(stream->call, "header.kind", "%d is no kind of rows; give one",
                              (int)header->kind);
    else
        options->kind =
            (enum pk_dataset_kind)(header->kind - PEAKSTOCK__V1__IMPORT_KIND__IMPORT_KIND_SALES);
    if (header->mode < PEAKSTOCK__V1__IMPORT_MODE__IMPORT_MODE_UNSPECIFIED ||
        header->mode > PEAKSTOCK__V1__IMPORT_MODE__IMPORT_MODE_DRY_RUN)
        pk_rpc_call_violation(stream->call, "header.mode", "%d is no mode; give upsert or dry run",
                              (int)header->mode);
    options->dry_run = header->mode == PEAKSTOCK__V1__IMPORT_MODE__IMPORT_MODE_DRY_RUN;
    if (header->bucket < PEAKSTOCK__V1__BUCKET__BUCKET_UNSPECIFIED ||
        header->bucket > PEAKSTOCK__V1__BUCKET__BUCKET_WEEK)
        pk_rpc_call_violation(stream->call, "header.bucket", "%d is no bucket; give day or week",
                              (int)header->bucket);
    options->bucket_days = header->bucket == PEAKSTOCK__V1__BUCKET__BUCKET_WEEK ? 7 : 1;
    options->complete_through_date = PK_DATE_NONE;
    if (header->complete_through_date[0] != '\0' &&
        !pk_date_parse_iso(pk_text_from(header->complete_through_date),
                           &options->complete_through_date))
        pk_rpc_call_violation(stream->call, "header.complete_through_date",
                              "'%.40s' is not a date; write it as 2026-11-22",
                              header->complete_through_date);
    options->snapshot = header->snapshot;
    options->lenient = header->lenient;
    return check_violations(stream, error);
}

/* Takes the next message; NULL at the proper end of the stream. */
static enum pk_status receive(struct stream *stream,
                              const Peakstock__V1__ImportRequest **out_request,
                              struct pk_error *error)
{
    const ProtobufCMessage *message = NULL;
    enum pk_status status = pk_rpc_call_receive(stream->call, &message, error);
    if (status == PK_OK)
        *out_request = (const Peakstock__V1__ImportRequest *)message;
    return status;
}

static enum pk_status refuse_order(const char *field, const char *message, struct pk_error *error)
{
    return pk_error_set(error, PK_INVALID_ARGUMENT, field, "%s", message);
}

/* Which columns the rows of this batch carry. */
static enum pk_status read_columns(struct stream *stream, const Peakstock__V1__ImportBatch *batch,
                                   bool out_is_present[PK_COLUMN_COUNT_MAX], struct pk_error *error)
{
    for (size_t i = 0; i < PK_COLUMN_COUNT_MAX; i++)
        out_is_present[i] = batch->n_column_names == 0;
    for (size_t i = 0; i < batch->n_column_names; i++) {
        char field[64];
        int column = pk_dataset_column(stream->table.dataset, pk_text_from(batch->column_names[i]));
        pk_text_format(field, sizeof field, "batches[%lld].column_names[%zu]",
                       (long long)stream->batch_count, i);
        if (column < 0)
            pk_rpc_call_violation(stream->call, field, "'%.80s' is no column of %s",
                                  batch->column_names[i], stream->table.dataset->name);
        else
            out_is_present[column] = true;
    }
    return check_violations(stream, error);
}

static size_t row_count_of(const Peakstock__V1__ImportBatch *batch,
                           const ProtobufCFieldDescriptor *field)
{
    size_t count;
    memcpy(&count, (const unsigned char *)batch + field->quantifier_offset, sizeof count);
    return count;
}

/* Only the list of the header's kind may hold rows. */
static enum pk_status check_lists(struct stream *stream, const Peakstock__V1__ImportBatch *batch,
                                  struct pk_error *error)
{
    const ProtobufCMessageDescriptor *descriptor = batch->base.descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        char name[64];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field == stream->table.list ||
            row_count_of(batch, field) == 0)
            continue;
        pk_text_format(name, sizeof name, "batches[%lld].%s", (long long)stream->batch_count,
                       field->name);
        pk_rpc_call_violation(stream->call, name,
                              "holds rows, but the header announced %s; use one import per kind",
                              stream->table.dataset->name);
    }
    enum pk_status status = check_violations(stream, error);
    size_t row_count = row_count_of(batch, stream->table.list);
    if (status == PK_OK && row_count > PK_BATCH_ROW_COUNT_MAX)
        status = pk_error_set(error, PK_RESOURCE_EXHAUSTED, stream->table.list->name,
                              "%zu rows in one message; send at most %d", row_count,
                              PK_BATCH_ROW_COUNT_MAX);
    return status;
}

static enum pk_status add_batch(struct stream *stream, const Peakstock__V1__ImportBatch *batch,
                                struct pk_error *error)
{
    bool is_present[PK_COLUMN_COUNT_MAX];
    struct pk_record record;
    ProtobufCMessage *const *rows;
    enum pk_status status = check_lists(stream, batch, error);
    if (status == PK_OK)
        status = read_columns(stream, batch, is_present, error);
    if (status != PK_OK)
        return status;
    size_t row_count = row_count_of(batch, stream->table.list);
    memcpy(&rows, (const unsigned char *)batch + stream->table.list->offset, sizeof rows);
    for (size_t i = 0; i < row_count && status == PK_OK; i++) {
        pk_wire_record_read(&stream->table, rows[i], is_present, &record);
        status = pk_history_import_add(stream->import, &record, error);
    }
    stream->batch_count++;
    return status;
}

/* The rest of the stream: batches, the trailer, the end. */
static enum pk_status read_rows(struct stream *stream, struct pk_error *error)
{
    const Peakstock__V1__ImportRequest *request = NULL;
    bool is_whole = false;
    enum pk_status status = receive(stream, &request, error);
    while (status == PK_OK && request != NULL) {
        if (is_whole) {
            status = refuse_order("part", "something follows the trailer; it is last", error);
        } else if (request->part_case == PEAKSTOCK__V1__IMPORT_REQUEST__PART_BATCH) {
            status = add_batch(stream, request->batch, error);
        } else if (request->part_case == PEAKSTOCK__V1__IMPORT_REQUEST__PART_TRAILER) {
            int64_t row_count = pk_history_import_row_count(stream->import);
            is_whole = true;
            if (request->trailer->row_count != row_count)
                status = pk_error_set(error, PK_INVALID_ARGUMENT, "trailer.row_count",
                                      "says %lld rows, but %lld arrived; send the import again",
                                      (long long)request->trailer->row_count, (long long)row_count);
        } else {
            status = refuse_order("part", "neither batch nor trailer; the header comes once, first",
                                  error);
        }
        if (status == PK_OK)
            status = receive(stream, &request, error);
    }
    if (status == PK_OK && !is_whole)
        status = refuse_order("trailer",
                              "is missing: the stream is not whole, nothing was imported", error);
    return status;
}

static void note_rejected_rows(struct stream *stream)
{
    struct pk_history_outcome outcome;
    pk_history_import_outcome(stream->import, &outcome);
    for (size_t i = 0; i < outcome.rejected_row_count; i++) {
        const struct pk_rejected_row *row = &outcome.rejected_rows[i];
        char field[160];
        pk_text_format(field, sizeof field, "rows[%lld]%s%s", (long long)row->row_index,
                       row->column_name[0] == '\0' ? "" : ".", row->column_name);
        pk_rpc_call_violation(stream->call, field, "%s", row->message);
    }
}

static enum pk_status add_rejected_rows(struct stream *stream,
                                        const struct pk_history_outcome *outcome,
                                        Peakstock__V1__ImportResponse *response,
                                        struct pk_error *error)
{
    size_t count = outcome->rejected_row_count;
    response->rejected_row_count = outcome->total_rejected_row_count;
    if (count == 0)
        return PK_OK;
    Peakstock__V1__RejectedRow *rows = pk_rpc_call_allocate(stream->call, count * sizeof *rows);
    response->rejected_rows =
        pk_rpc_call_allocate(stream->call, count * sizeof(Peakstock__V1__RejectedRow *));
    if (rows == NULL || response->rejected_rows == NULL)
        return out_of_memory(error);
    for (size_t i = 0; i < count; i++) {
        peakstock__v1__rejected_row__init(&rows[i]);
        rows[i].row_index = outcome->rejected_rows[i].row_index;
        rows[i].column_name = (char *)(uintptr_t)outcome->rejected_rows[i].column_name;
        rows[i].message = (char *)(uintptr_t)outcome->rejected_rows[i].message;
        response->rejected_rows[i] = &rows[i];
    }
    response->n_rejected_rows = count;
    return PK_OK;
}

static enum pk_status reply(struct stream *stream, const struct pk_history_outcome *outcome,
                            struct pk_error *error)
{
    const struct pk_import_result *result = &outcome->result;
    Peakstock__V1__ImportResponse response = PEAKSTOCK__V1__IMPORT_RESPONSE__INIT;
    response.data_revision = result->data_revision;
    response.row_count = result->row_count;
    response.inserted_row_count = result->inserted_row_count;
    response.updated_row_count = result->updated_row_count;
    response.deleted_row_count = result->deleted_row_count;
    response.unchanged_row_count = result->unchanged_row_count;
    response.created_item_count = result->created_item_count;
    response.created_warehouse_count = result->created_warehouse_count;
    response.created_channel_count = result->created_channel_count;
    response.replayed = result->replayed;
    enum pk_status status = add_rejected_rows(stream, outcome, &response, error);
    return status == PK_OK ? pk_rpc_call_send(stream->call, &response.base, error) : status;
}

/* A replay is answered when its stream has ended, so that simple clients are not cut off while they
 * send. */
static enum pk_status replay(struct stream *stream, const struct pk_import_result *result,
                             struct pk_error *error)
{
    struct pk_history_outcome outcome = {.result = *result};
    const Peakstock__V1__ImportRequest *request = NULL;
    enum pk_status status = receive(stream, &request, error);
    while (status == PK_OK && request != NULL)
        status = receive(stream, &request, error);
    return status == PK_OK ? reply(stream, &outcome, error) : status;
}

static enum pk_status import_rows(void *context, struct pk_rpc_call *call,
                                  const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_history_context *own = context;
    struct stream stream = {.call = call};
    const Peakstock__V1__ImportRequest *request = NULL;
    struct pk_import_result first_result;
    struct pk_history_outcome outcome;
    (void)message;
    enum pk_status status = receive(&stream, &request, error);
    if (status != PK_OK)
        return status;
    if (request == NULL || request->part_case != PEAKSTOCK__V1__IMPORT_REQUEST__PART_HEADER)
        return refuse_order("header", "is missing; an import begins with its header", error);
    status = read_header(&stream, request->header, error);
    if (status == PK_OK)
        status = pk_history_import_begin(own->store, &stream.options, note_violation, call,
                                         &stream.import, &first_result, error);
    if (status != PK_OK)
        return status;
    if (stream.import == NULL)
        return replay(&stream, &first_result, error);
    pk_wire_table_init(&stream.table, stream.options.kind);
    status = read_rows(&stream, error);
    if (status == PK_OK)
        status = pk_history_import_publish(stream.import, &outcome, error);
    if (status == PK_OK) {
        bool changed = !stream.options.dry_run && !outcome.result.replayed;
        if (changed && own->changed != NULL)
            own->changed(own->changed_context);
        status = reply(&stream, &outcome, error);
    } else if (!stream.options.lenient) {
        note_rejected_rows(&stream);
    }
    pk_history_import_free(stream.import);
    return status;
}

const struct pk_rpc_method pk_history_methods[] = {
    {"Import", PK_RPC_CLIENT_STREAM, &peakstock__v1__import_request__descriptor,
     &peakstock__v1__import_response__descriptor, import_rows},
};
const size_t pk_history_method_count = sizeof pk_history_methods / sizeof pk_history_methods[0];

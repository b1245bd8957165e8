#include "client/import/import_files.h"

#include <stdlib.h>

#include "client/frame/connection.h"
#include "client/import/bad_rows.h"
#include "client/import/import_columns.h"
#include "client/import/import_source.h"
#include "models/base/limits.h"

/* Describes one bad row: a column, a value, a remedy. */
#define REASON_SIZE 768

/* A row that the service left out of a lenient import. */
struct rejection {
    size_t file_index;
    int64_t line;
    const char *column_name, *message;
};

struct import {
    struct pk_command_context *context;
    const struct pk_import_stream_options *options;
    struct pk_import_source source;
    struct pk_import_stream *stream;
    struct pk_import_columns columns; /* of the file that is being read */
    struct pk_row_places places;
    struct pk_bad_rows bad_rows;
    struct rejection *rejections; /* by file and line */
    size_t rejection_count;
};

static enum pk_status map_columns(struct import *import, struct pk_csv_file *file,
                                  struct pk_error *error)
{
    size_t count = 0;
    const struct pk_text *header = pk_csv_file_header(file, &count);
    return pk_import_columns_map(pk_dataset_get(import->options->kind), pk_csv_file_name(file),
                                 header, count, &import->columns, error);
}

/* Why a row of a file cannot be imported; false if it can. */
static bool find_fault(const struct pk_import_columns *columns, const struct pk_csv_record *row,
                       struct pk_record *out_record, char *out_reason, size_t size)
{
    if (row->problem != NULL) {
        pk_text_format(out_reason, size, "%s", row->problem);
        return true;
    }
    struct pk_error fault = {0};
    struct pk_text value = {NULL, 0};
    if (pk_import_columns_read(columns, row, out_record, &value, &fault) == PK_OK)
        return false;
    pk_bad_rows_describe(&fault, value, out_reason, size);
    return true;
}

/* Behind a bad row the rest is only looked through, so that all bad rows are counted. */
static bool is_spoiled(const struct import *import)
{
    return import->bad_rows.count > 0 && !import->options->lenient;
}

static enum pk_status take_row(void *taker, size_t file_index, const struct pk_csv_record *row,
                               struct pk_error *error)
{
    struct import *import = taker;
    const char *file_name = import->source.names[file_index];
    struct pk_record record;
    char reason[REASON_SIZE];
    if (find_fault(&import->columns, row, &record, reason, sizeof reason)) {
        pk_progress_clear(&import->source.progress);
        pk_bad_rows_report(&import->bad_rows, file_name, row->line, reason);
        return PK_OK;
    }
    if (is_spoiled(import))
        return PK_OK;
    if (import->places.row_count == PK_IMPORT_ROW_COUNT_MAX)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, file_name,
                            "more than %lld rows in one import; split it",
                            (long long)PK_IMPORT_ROW_COUNT_MAX);
    enum pk_status status = pk_row_places_add(&import->places, file_index, row->line, error);
    if (status == PK_OK)
        status = pk_import_stream_add(import->stream, &record, error);
    return status;
}

static enum pk_status read_file(struct import *import, size_t file_index, struct pk_error *error)
{
    struct pk_csv_file *file = NULL;
    bool present[PK_COLUMN_COUNT_MAX];
    enum pk_status status = pk_import_source_open(&import->source, file_index, &file, error);
    if (status == PK_OK)
        status = map_columns(import, file, error);
    if (status != PK_OK)
        goto cleanup;
    for (size_t i = 0; i < PK_COLUMN_COUNT_MAX; i++)
        present[i] = import->columns.field_of_column[i] >= 0;
    if (!is_spoiled(import))
        status = pk_import_stream_columns(import->stream, present, error);
    if (status == PK_OK)
        status = pk_import_source_read(&import->source, file_index, file, take_row, import, error);
cleanup:
    pk_csv_file_close(file);
    return status;
}

void pk_import_report_refusal(struct pk_command_context *context,
                              const struct pk_row_places *places, const struct pk_error *error)
{
    char text[2 * REASON_SIZE];
    const struct pk_connection *connection = context->connection;
    size_t count = connection == NULL ? 0 : pk_connection_violation_count(connection);
    if (count == 0) {
        char field[256];
        pk_row_places_translate(places, error->field, field, sizeof field);
        pk_row_places_translate(places, error->message, text, sizeof text);
        fprintf(context->messages, "peakstock: %s%s%s\n", field, field[0] == '\0' ? "" : ": ",
                text);
    }
    for (size_t i = 0; i < count; i++) {
        struct pk_violation violation = pk_connection_violation(connection, i);
        char joined[2 * REASON_SIZE];
        pk_text_format(joined, sizeof joined, "%s%s%s", violation.field,
                       violation.field[0] == '\0' ? "" : ": ", violation.description);
        pk_row_places_translate(places, joined, text, sizeof text);
        fprintf(context->messages, "%s\n", text);
    }
    context->is_reported = true;
}

static int compare_rejections(const void *a, const void *b)
{
    const struct rejection *left = a;
    const struct rejection *right = b;
    if (left->file_index != right->file_index)
        return left->file_index < right->file_index ? -1 : 1;
    return left->line < right->line ? -1 : left->line > right->line;
}

/* Prints the rows that the service left out and keeps them for the rejected files. */
static enum pk_status take_rejections(struct import *import,
                                      const Peakstock__V1__ImportResponse *reply,
                                      struct pk_error *error)
{
    if (reply->n_rejected_rows == 0)
        return PK_OK;
    import->rejections = calloc(reply->n_rejected_rows, sizeof *import->rejections);
    if (import->rejections == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    for (size_t i = 0; i < reply->n_rejected_rows; i++) {
        const Peakstock__V1__RejectedRow *row = reply->rejected_rows[i];
        struct pk_row_place place;
        if (!pk_row_places_find(&import->places, row->row_index, &place))
            continue;
        char reason[REASON_SIZE];
        char text[REASON_SIZE];
        pk_row_places_translate(&import->places, row->message, text, sizeof text);
        pk_text_format(reason, sizeof reason, "%s%s%s%s",
                       row->column_name[0] == '\0' ? "" : "column ", row->column_name,
                       row->column_name[0] == '\0' ? "" : ": ", text);
        pk_bad_rows_report(&import->bad_rows, import->source.names[place.file_index], place.line,
                           reason);
        import->rejections[import->rejection_count++] =
            (struct rejection){place.file_index, place.line, row->column_name, row->message};
    }
    qsort(import->rejections, import->rejection_count, sizeof *import->rejections,
          compare_rejections);
    return PK_OK;
}

struct judgement {
    const struct import *import;
    size_t file_index;
};

static bool judge_row(void *pointer, const struct pk_csv_record *row, char *out_reason, size_t size)
{
    const struct judgement *judgement = pointer;
    const struct import *import = judgement->import;
    struct pk_record record;
    if (find_fault(&import->columns, row, &record, out_reason, size))
        return true;
    struct rejection key = {.file_index = judgement->file_index, .line = row->line};
    const struct rejection *found = import->rejection_count == 0
                                        ? NULL
                                        : bsearch(&key, import->rejections, import->rejection_count,
                                                  sizeof *import->rejections, compare_rejections);
    if (found == NULL)
        return false;
    char text[REASON_SIZE];
    pk_row_places_translate(&import->places, found->message, text, sizeof text);
    pk_text_format(out_reason, size, "%s%s%s%s", found->column_name[0] == '\0' ? "" : "column ",
                   found->column_name, found->column_name[0] == '\0' ? "" : ": ", text);
    return true;
}

/* Reads every file once more and writes what was left out beside it. */
static enum pk_status write_rejected_files(struct import *import, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < import->source.path_count && status == PK_OK; i++) {
        struct pk_csv_file *file = NULL;
        struct judgement judgement = {import, i};
        status = pk_import_source_open(&import->source, i, &file, error);
        if (status == PK_OK)
            status = map_columns(import, file, error);
        if (status == PK_OK)
            status =
                pk_import_source_reject(&import->source, i, file, judge_row, &judgement, error);
        pk_csv_file_close(file);
    }
    return status;
}

/* After the last file: publish, or give up because of bad rows. */
static enum pk_status finish(struct import *import, struct pk_import_summary *out_summary,
                             struct pk_error *error)
{
    Peakstock__V1__ImportResponse *reply = NULL;
    if (is_spoiled(import)) {
        import->context->is_reported = true;
        return pk_bad_rows_refuse(&import->bad_rows, error);
    }
    pk_progress_say(&import->source.progress, "waiting for the service");
    enum pk_status status = pk_import_stream_finish(import->stream, &reply, error);
    pk_progress_clear(&import->source.progress);
    if (status != PK_OK)
        return status;
    int64_t bad_row_count = import->bad_rows.count;
    pk_import_summary_from_reply(out_summary, reply);
    out_summary->rejected_row_count += bad_row_count;
    status = take_rejections(import, reply, error);
    if (status == PK_OK && out_summary->rejected_row_count > 0) {
        pk_bad_rows_finish(&import->bad_rows);
        import->context->has_bad_rows = true;
        status = write_rejected_files(import, error);
    }
    peakstock__v1__import_response__free_unpacked(reply, NULL);
    return status;
}

enum pk_status pk_import_files(struct pk_command_context *context,
                               const struct pk_import_stream_options *options,
                               const char *const *paths, size_t path_count,
                               struct pk_import_summary *out_summary, struct pk_error *error)
{
    struct import import = {
        .context = context, .options = options, .bad_rows = {.messages = context->messages}};
    struct pk_error failure = {0};
    enum pk_status status = pk_import_source_init(&import.source, context, paths, path_count,
                                                  options->lenient, &failure);
    import.places.file_names = import.source.names;
    if (status == PK_OK)
        status = pk_import_stream_open(context, options, &import.stream, &failure);
    for (size_t i = 0; i < path_count && status == PK_OK; i++)
        status = read_file(&import, i, &failure);
    if (status == PK_OK)
        status = finish(&import, out_summary, &failure);
    if (status != PK_OK && !context->is_reported)
        pk_import_report_refusal(context, &import.places, &failure);
    if (status != PK_OK && error != NULL)
        *error = failure;
    pk_import_stream_close(import.stream);
    pk_import_source_done(&import.source);
    pk_row_places_done(&import.places);
    free(import.rejections);
    return status;
}

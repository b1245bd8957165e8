#include "client/import_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bad_rows.h"
#include "client/connection.h"
#include "client/csv_file.h"
#include "client/import_columns.h"
#include "client/progress.h"
#include "client/rejected_file.h"
#include "models/base/limits.h"

/* Rows between two looks at the interrupt and the clock. */
#define ROWS_BETWEEN_CHECKS 1024
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
    const char *const *paths;
    const char **names; /* as printed: "stdin" for "-" */
    size_t path_count;
    FILE *spool; /* lenient only: a copy of stdin, for it has to be read twice */
    struct pk_import_stream *stream;
    struct pk_row_places places;
    struct pk_bad_rows bad_rows;
    struct pk_progress progress;
    int64_t position_before, size; /* of the files read already; of all files, 0 = unknown */
    int64_t row_count;
    struct rejection *rejections; /* by file and line */
    size_t rejection_count;
};

static enum pk_status spool_stdin(struct import *import, struct pk_error *error)
{
    char block[65536];
    size_t size;
    import->spool = tmpfile();
    if (import->spool == NULL)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "stdin",
                            "cannot be kept for a second "
                            "reading: no temporary file");
    while ((size = fread(block, 1, sizeof block, stdin)) > 0)
        fwrite(block, 1, size, import->spool);
    if (ferror(stdin) || fflush(import->spool) != 0 || ferror(import->spool))
        return pk_error_set(error, PK_FAILED_PRECONDITION, "stdin",
                            "cannot be kept for a second reading: disk full or interrupted");
    return PK_OK;
}

static enum pk_status open_file(struct import *import, size_t index, struct pk_csv_file **out_file,
                                struct pk_error *error)
{
    bool is_stdin = strcmp(import->paths[index], "-") == 0;
    enum pk_status status = PK_OK;
    if (!is_stdin || !import->options->lenient)
        return pk_csv_file_open(import->paths[index], out_file, error);
    if (import->spool == NULL)
        status = spool_stdin(import, error);
    if (status != PK_OK)
        return status;
    lseek(fileno(import->spool), 0, SEEK_SET);
    return pk_csv_file_open_descriptor(fileno(import->spool), "stdin", out_file, error);
}

static enum pk_status set_columns(struct import *import, struct pk_csv_file *file,
                                  struct pk_import_columns *out_columns, struct pk_error *error)
{
    size_t count = 0;
    const struct pk_text *header = pk_csv_file_header(file, &count);
    bool present[PK_COLUMN_COUNT_MAX];
    enum pk_status status =
        pk_import_columns_map(pk_dataset_get(import->options->kind), pk_csv_file_name(file), header,
                              count, out_columns, error);
    if (status != PK_OK)
        return status;
    for (size_t i = 0; i < PK_COLUMN_COUNT_MAX; i++)
        present[i] = out_columns->field_of_column[i] >= 0;
    return pk_import_stream_columns(import->stream, present, error);
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

static enum pk_status take_row(struct import *import, size_t file_index,
                               const struct pk_import_columns *columns,
                               const struct pk_csv_record *row, struct pk_error *error)
{
    struct pk_record record;
    char reason[REASON_SIZE];
    if (find_fault(columns, row, &record, reason, sizeof reason)) {
        pk_progress_clear(&import->progress);
        pk_bad_rows_report(&import->bad_rows, import->names[file_index], row->line, reason);
        return PK_OK;
    }
    /* Behind a bad row the rest is only looked through, so that all bad rows are counted. */
    if (import->bad_rows.count > 0 && !import->options->lenient)
        return PK_OK;
    if (import->places.row_count == PK_IMPORT_ROW_COUNT_MAX)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, import->names[file_index],
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
    struct pk_import_columns columns;
    bool is_noted = false;
    enum pk_status status = open_file(import, file_index, &file, error);
    if (status != PK_OK)
        return status;
    status = set_columns(import, file, &columns, error);
    while (status == PK_OK) {
        struct pk_csv_record row;
        status = pk_csv_file_next(file, &row, error);
        if (status != PK_OK || row.field_count == 0)
            break;
        status = take_row(import, file_index, &columns, &row, error);
        if (status != PK_OK || ++import->row_count % ROWS_BETWEEN_CHECKS != 0)
            continue;
        if (pk_command_is_cancelled(import->context))
            status = pk_command_interrupted(error);
        pk_progress_show(&import->progress, import->row_count,
                         import->position_before + pk_csv_file_position(file), import->size);
    }
    is_noted = pk_csv_file_is_converting(file);
    if (is_noted) {
        pk_progress_clear(&import->progress);
        fprintf(import->context->messages, "peakstock: %s: is GB18030; converted to UTF-8\n",
                import->names[file_index]);
    }
    import->position_before += pk_csv_file_size(file);
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
        pk_bad_rows_report(&import->bad_rows, import->names[place.file_index], place.line, reason);
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
    struct pk_import_columns columns;
};

static bool judge_row(void *pointer, const struct pk_csv_record *row, char *out_reason, size_t size)
{
    const struct judgement *judgement = pointer;
    const struct import *import = judgement->import;
    struct pk_record record;
    if (find_fault(&judgement->columns, row, &record, out_reason, size))
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
    for (size_t i = 0; i < import->path_count; i++) {
        struct pk_csv_file *file = NULL;
        struct judgement judgement = {.import = import, .file_index = i};
        char path[4096];
        size_t count = 0;
        int64_t row_count = 0;
        pk_text_format(path, sizeof path, "%s.rejected.csv", import->names[i]);
        enum pk_status status = open_file(import, i, &file, error);
        if (status != PK_OK)
            return status;
        const struct pk_text *header = pk_csv_file_header(file, &count);
        status = pk_import_columns_map(pk_dataset_get(import->options->kind), import->names[i],
                                       header, count, &judgement.columns, error);
        if (status == PK_OK)
            status = pk_rejected_file_write(file, path, judge_row, &judgement, &row_count, error);
        pk_csv_file_close(file);
        if (status != PK_OK)
            return status;
        if (row_count > 0)
            pk_command_warn(import->context, "%lld rows were left out; see %s",
                            (long long)row_count, path);
    }
    return PK_OK;
}

/* After the last file: publish, or give up because of bad rows. */
static enum pk_status finish(struct import *import, struct pk_import_summary *out_summary,
                             struct pk_error *error)
{
    Peakstock__V1__ImportResponse *reply = NULL;
    if (import->bad_rows.count > 0 && !import->options->lenient) {
        pk_bad_rows_finish(&import->bad_rows);
        fprintf(import->context->messages, "peakstock: %lld bad rows; nothing was imported\n",
                (long long)import->bad_rows.count);
        import->context->is_reported = true;
        return pk_error_set(error, PK_INVALID_ARGUMENT, "", "bad rows");
    }
    pk_progress_say(&import->progress, "waiting for the service");
    enum pk_status status = pk_import_stream_finish(import->stream, &reply, error);
    pk_progress_clear(&import->progress);
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

/* Bytes of all files together, 0 if one of them is a pipe. */
static int64_t sum_sizes(const struct import *import)
{
    int64_t size = 0;
    for (size_t i = 0; i < import->path_count; i++) {
        FILE *file = strcmp(import->paths[i], "-") == 0 ? NULL : fopen(import->paths[i], "rb");
        if (file == NULL || fseek(file, 0, SEEK_END) != 0)
            size = INT64_MIN;
        else
            size += ftell(file);
        if (file != NULL)
            fclose(file);
        if (size < 0)
            return 0;
    }
    return size;
}

enum pk_status pk_import_files(struct pk_command_context *context,
                               const struct pk_import_stream_options *options,
                               const char *const *paths, size_t path_count,
                               struct pk_import_summary *out_summary, struct pk_error *error)
{
    struct import import = {.context = context,
                            .options = options,
                            .paths = paths,
                            .path_count = path_count,
                            .bad_rows = {.messages = context->messages}};
    struct pk_error failure = {0};
    pk_progress_init(&import.progress, context->messages, context->quiet);
    import.names = calloc(path_count, sizeof *import.names);
    if (import.names == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    for (size_t i = 0; i < path_count; i++)
        import.names[i] = strcmp(paths[i], "-") == 0 ? "stdin" : paths[i];
    import.places.file_names = import.names;
    import.size = sum_sizes(&import);
    enum pk_status status = pk_import_stream_open(context, options, &import.stream, &failure);
    for (size_t i = 0; i < path_count && status == PK_OK; i++)
        status = read_file(&import, i, &failure);
    if (status == PK_OK)
        status = finish(&import, out_summary, &failure);
    pk_progress_clear(&import.progress);
    if (status != PK_OK && !context->is_reported)
        pk_import_report_refusal(context, &import.places, &failure);
    if (status != PK_OK && error != NULL)
        *error = failure;
    pk_import_stream_close(import.stream);
    pk_row_places_done(&import.places);
    if (import.spool != NULL)
        fclose(import.spool);
    free(import.rejections);
    free(import.names);
    return status;
}

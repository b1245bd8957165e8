#include "service/workflows/history/import_history.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/arena.h"
#include "models/base/array.h"

struct pk_history_import {
    struct pk_import *staged; /* NULL once published */
    const struct pk_dataset *dataset;
    bool lenient;
    int64_t row_count;
    struct pk_arena arena; /* texts of rejected rows */
    struct pk_rejected_row *rejected;
    size_t rejected_count, rejected_capacity;
    int64_t total_rejected_count;
    struct pk_import_result result;
};

struct complaints {
    void (*refuse)(void *context, const char *field, const char *message);
    void *context;
    size_t count;
};

static void complain(struct complaints *complaints, const char *field, const char *message,
                     struct pk_error *error)
{
    if (complaints->refuse != NULL)
        complaints->refuse(complaints->context, field, message);
    if (complaints->count++ == 0)
        pk_error_set(error, PK_INVALID_ARGUMENT, field, "%s", message);
}

static enum pk_status check_options(const struct pk_import_options *options,
                                    struct complaints *complaints, struct pk_error *error)
{
    struct pk_error wrong;
    bool is_sales = options->kind == PK_DATASET_SALES;
    bool is_stateful = options->kind == PK_DATASET_STOCK || options->kind == PK_DATASET_INBOUND;
    if (pk_id_check(pk_text_from(options->request_id), "request_id", &wrong) != PK_OK)
        complain(complaints, "header.request_id", wrong.message, error);
    if (is_sales && options->bucket_days != 1 && options->bucket_days != 7)
        complain(complaints, "header.bucket", "is neither day nor week", error);
    if (!is_sales && options->bucket_days == 7)
        complain(complaints, "header.bucket", "is for sales only; leave it out", error);
    if (!is_sales && options->complete_through_date != PK_DATE_NONE)
        complain(complaints, "header.complete_through_date", "is for sales only; leave it out",
                 error);
    if (!is_sales && options->replace_source[0] != '\0')
        complain(complaints, "header.replace_source", "is for sales only; leave it out", error);
    if (options->replace_source[0] != '\0' &&
        pk_id_check(pk_text_from(options->replace_source), "replace_source", &wrong) != PK_OK)
        complain(complaints, "header.replace_source", wrong.message, error);
    if (!is_stateful && options->snapshot)
        complain(complaints, "header.snapshot", "is for stock and inbound only; leave it out",
                 error);
    return complaints->count == 0 ? PK_OK : PK_INVALID_ARGUMENT;
}

enum pk_status
pk_history_import_begin(struct pk_store *store, const struct pk_import_options *options,
                        void (*refuse)(void *context, const char *field, const char *message),
                        void *context, struct pk_history_import **out_import,
                        struct pk_import_result *out_result, struct pk_error *error)
{
    struct complaints complaints = {.refuse = refuse, .context = context};
    enum pk_status status = check_options(options, &complaints, error);
    if (status != PK_OK)
        return status;
    struct pk_history_import *import = calloc(1, sizeof *import);
    if (import == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for an import");
    import->dataset = pk_dataset_get(options->kind);
    import->lenient = options->lenient;
    status = pk_import_begin(store, options, &import->staged, out_result, error);
    if (status == PK_OK && import->staged != NULL) {
        *out_import = import;
        return PK_OK;
    }
    if (status == PK_OK)
        *out_import = NULL;
    pk_history_import_free(import);
    return status;
}

/* The row is to blame, not the machine. */
static bool is_row_fault(enum pk_status status)
{
    return status == PK_INVALID_ARGUMENT || status == PK_ALREADY_EXISTS ||
           status == PK_FAILED_PRECONDITION;
}

static enum pk_status reject(struct pk_history_import *import, int64_t row_index,
                             const struct pk_error *fault, struct pk_error *error)
{
    size_t limit = import->lenient ? PK_REJECTED_ROW_COUNT_MAX : PK_VIOLATION_COUNT_MAX;
    import->total_rejected_count++;
    if (import->rejected_count >= limit)
        return PK_OK;
    const enum pk_status status =
        pk_array_reserve(&import->rejected, &import->rejected_capacity, import->rejected_count + 1,
                         sizeof *import->rejected, "rejected rows", error);
    if (status != PK_OK)
        return status;
    struct pk_rejected_row row = {
        .row_index = row_index,
        .status = fault->status,
        .column_name = pk_arena_copy(&import->arena, pk_text_from(fault->field)),
        .message = pk_arena_copy(&import->arena, pk_text_from(fault->message))};
    if (row.column_name == NULL || row.message == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for rejected rows");
    import->rejected[import->rejected_count++] = row;
    return PK_OK;
}

/* What a strict import with wrong rows fails with: the first of them speaks for all. */
static enum pk_status refuse_all(const struct pk_history_import *import, struct pk_error *error)
{
    const struct pk_rejected_row *first = &import->rejected[0];
    char field[128];
    pk_text_format(field, sizeof field, "rows[%lld].%s", (long long)first->row_index,
                   first->column_name);
    if (import->total_rejected_count == 1)
        return pk_error_set(error, first->status, field, "row %lld: %s %s; nothing was imported",
                            (long long)first->row_index, first->column_name, first->message);
    return pk_error_set(error, first->status, field,
                        "%lld rows are wrong, first row %lld: %s %s; nothing was imported",
                        (long long)import->total_rejected_count, (long long)first->row_index,
                        first->column_name, first->message);
}

enum pk_status pk_history_import_add(struct pk_history_import *import, struct pk_record *record,
                                     struct pk_error *error)
{
    struct pk_error fault;
    memset(&fault, 0, sizeof fault);
    int64_t row_index = import->row_count++;
    enum pk_status status = pk_record_check(import->dataset, record, &fault);
    if (status == PK_OK)
        status = pk_import_add(import->staged, record, row_index, &fault);
    if (status == PK_OK)
        return PK_OK;
    if (!is_row_fault(status)) {
        if (error != NULL)
            *error = fault;
        return status;
    }
    status = reject(import, row_index, &fault, error);
    if (status == PK_OK && !import->lenient &&
        import->total_rejected_count >= PK_VIOLATION_COUNT_MAX)
        status = refuse_all(import, error);
    return status;
}

int64_t pk_history_import_row_count(const struct pk_history_import *import)
{
    return import->row_count;
}

void pk_history_import_outcome(const struct pk_history_import *import,
                               struct pk_history_outcome *out_outcome)
{
    *out_outcome =
        (struct pk_history_outcome){.result = import->result,
                                    .rejected_rows = import->rejected,
                                    .rejected_row_count = import->rejected_count,
                                    .total_rejected_row_count = import->total_rejected_count};
}

enum pk_status pk_history_import_publish(struct pk_history_import *import,
                                         struct pk_history_outcome *out_outcome,
                                         struct pk_error *error)
{
    if (!import->lenient && import->total_rejected_count > 0)
        return refuse_all(import, error);
    struct pk_import *staged = import->staged;
    import->staged = NULL;
    enum pk_status status = pk_import_publish(staged, &import->result, error);
    if (status == PK_OK)
        pk_history_import_outcome(import, out_outcome);
    return status;
}

void pk_history_import_free(struct pk_history_import *import)
{
    if (import == NULL)
        return;
    pk_import_abort(import->staged);
    pk_arena_done(&import->arena);
    free(import->rejected);
    free(import);
}

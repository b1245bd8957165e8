#include "client/import/online_retail.h"

#include <stdlib.h>

#include "client/import/bad_rows.h"
#include "client/import/import_files.h"
#include "client/import/import_source.h"
#include "client/import/invoice_ledger.h"
#include "client/import/invoice_line.h"
#include "models/base/date.h"

#define REASON_SIZE 768

struct retail {
    struct pk_command_context *context;
    struct pk_import_stream_options options;
    struct pk_import_source source;
    struct pk_invoice_columns columns; /* of the file that is being read */
    struct pk_invoice_ledger *ledger;
    struct pk_bad_rows bad_rows;
};

static bool find_fault(const struct pk_invoice_columns *columns, const struct pk_csv_record *row,
                       struct pk_invoice_line *out_line, char *out_reason, size_t size)
{
    struct pk_error fault = {0};
    if (row->problem != NULL) {
        pk_text_format(out_reason, size, "%s", row->problem);
        return true;
    }
    if (pk_invoice_line_read(columns, row, out_line, &fault) == PK_OK)
        return false;
    pk_bad_rows_describe(&fault, (struct pk_text){NULL, 0}, out_reason, size);
    return true;
}

static enum pk_status take_row(void *taker, size_t file_index, const struct pk_csv_record *row,
                               struct pk_error *error)
{
    struct retail *retail = taker;
    struct pk_invoice_line line;
    char reason[REASON_SIZE];
    if (!find_fault(&retail->columns, row, &line, reason, sizeof reason))
        return pk_invoice_ledger_add(retail->ledger, &line, error);
    pk_progress_clear(&retail->source.progress);
    pk_bad_rows_report(&retail->bad_rows, retail->source.names[file_index], row->line, reason);
    return PK_OK;
}

static bool judge_row(void *pointer, const struct pk_csv_record *row, char *out_reason, size_t size)
{
    const struct retail *retail = pointer;
    struct pk_invoice_line line;
    return find_fault(&retail->columns, row, &line, out_reason, size);
}

/* Opens a file and reads its header. */
static enum pk_status open_file(struct retail *retail, size_t index, struct pk_csv_file **out_file,
                                struct pk_error *error)
{
    struct pk_csv_file *file = NULL;
    size_t count = 0;
    enum pk_status status = pk_import_source_open(&retail->source, index, &file, error);
    if (status != PK_OK)
        return status;
    const struct pk_text *header = pk_csv_file_header(file, &count);
    status = pk_invoice_columns_map(pk_csv_file_name(file), header, count, &retail->columns, error);
    if (status != PK_OK) {
        pk_csv_file_close(file);
        return status;
    }
    *out_file = file;
    return PK_OK;
}

static enum pk_status read_file(struct retail *retail, size_t index, struct pk_error *error)
{
    struct pk_csv_file *file = NULL;
    enum pk_status status = open_file(retail, index, &file, error);
    if (status != PK_OK)
        return status;
    pk_invoice_ledger_begin_file(retail->ledger);
    status = pk_import_source_read(&retail->source, index, file, take_row, retail, error);
    pk_csv_file_close(file);
    return status;
}

static enum pk_status write_rejected_files(struct retail *retail, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < retail->source.path_count && status == PK_OK; i++) {
        struct pk_csv_file *file = NULL;
        status = open_file(retail, i, &file, error);
        if (status == PK_OK)
            status = pk_import_source_reject(&retail->source, i, file, judge_row, retail, error);
        pk_csv_file_close(file);
    }
    return status;
}

/* The columns of one kind by name; a record's cell is at the same index. */
struct cells {
    struct pk_record record;
    bool present[PK_COLUMN_COUNT_MAX];
};

static struct pk_cell *add_cell(struct cells *cells, enum pk_dataset_kind kind, const char *name)
{
    int index = pk_dataset_column(pk_dataset_get(kind), pk_text_from(name));
    cells->present[index] = true;
    cells->record.cells[index].state = PK_CELL_SET;
    return &cells->record.cells[index];
}

static enum pk_status send_days(struct retail *retail, Peakstock__V1__ImportResponse **out_reply,
                                struct pk_error *error)
{
    struct pk_import_stream *stream = NULL;
    struct cells cells = {0};
    size_t count = 0;
    const struct pk_invoice_day *days = pk_invoice_ledger_days(retail->ledger, &count);
    struct pk_cell *date = add_cell(&cells, PK_DATASET_SALES, "date");
    struct pk_cell *item_id = add_cell(&cells, PK_DATASET_SALES, "item_id");
    struct pk_cell *units = add_cell(&cells, PK_DATASET_SALES, "units");
    struct pk_cell *returned_units = add_cell(&cells, PK_DATASET_SALES, "returned_units");
    struct pk_cell *paid_amount = add_cell(&cells, PK_DATASET_SALES, "paid_amount");
    enum pk_status status =
        pk_import_stream_open(retail->context, &retail->options, &stream, error);
    if (status == PK_OK)
        status = pk_import_stream_columns(stream, cells.present, error);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        date->integer = days[i].date;
        item_id->text = days[i].item_id;
        units->integer = days[i].units;
        returned_units->integer = days[i].returned_units;
        paid_amount->integer = days[i].paid_amount_micros;
        status = pk_import_stream_add(stream, &cells.record, error);
    }
    pk_progress_say(&retail->source.progress, "waiting for the service");
    if (status == PK_OK)
        status = pk_import_stream_finish(stream, out_reply, error);
    pk_progress_clear(&retail->source.progress);
    pk_import_stream_close(stream);
    return status;
}

static enum pk_status send_names(struct retail *retail, int64_t *out_count,
                                 int64_t *out_data_revision, struct pk_error *error)
{
    struct pk_import_stream *stream = NULL;
    struct pk_item_name *names = NULL;
    Peakstock__V1__ImportResponse *reply = NULL;
    struct cells cells = {0};
    size_t count = 0;
    struct pk_import_stream_options options = {.kind = PK_DATASET_ITEMS,
                                               .complete_through_date = PK_DATE_NONE,
                                               .dry_run = retail->options.dry_run};
    struct pk_cell *item_id = add_cell(&cells, PK_DATASET_ITEMS, "item_id");
    struct pk_cell *name = add_cell(&cells, PK_DATASET_ITEMS, "name");
    enum pk_status status = pk_invoice_ledger_names(retail->ledger, &names, &count, error);
    if (status == PK_OK && count > 0)
        status = pk_import_stream_open(retail->context, &options, &stream, error);
    if (status != PK_OK || count == 0)
        goto cleanup;
    status = pk_import_stream_columns(stream, cells.present, error);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        item_id->text = names[i].item_id;
        name->text = names[i].name;
        status = pk_import_stream_add(stream, &cells.record, error);
    }
    if (status == PK_OK)
        status = pk_import_stream_finish(stream, &reply, error);
    if (status == PK_OK) {
        *out_count = (int64_t)count;
        *out_data_revision = reply->data_revision;
        peakstock__v1__import_response__free_unpacked(reply, NULL);
    }
cleanup:
    pk_import_stream_close(stream);
    free(names);
    return status;
}

/* After the last line: publish, or give up because of bad rows. */
static enum pk_status finish(struct retail *retail, struct pk_import_summary *out_summary,
                             struct pk_error *error)
{
    Peakstock__V1__ImportResponse *reply = NULL;
    struct pk_error name_failure = {0};
    if (retail->bad_rows.count > 0 && !retail->options.lenient) {
        retail->context->is_reported = true;
        return pk_bad_rows_refuse(&retail->bad_rows, error);
    }
    pk_bad_rows_finish(&retail->bad_rows);
    enum pk_status status = send_days(retail, &reply, error);
    if (status != PK_OK)
        return status;
    pk_import_summary_from_reply(out_summary, reply);
    for (size_t i = 0; i < reply->n_rejected_rows; i++)
        pk_command_warn(retail->context, "left out: %s: %s", reply->rejected_rows[i]->column_name,
                        reply->rejected_rows[i]->message);
    peakstock__v1__import_response__free_unpacked(reply, NULL);
    out_summary->rejected_row_count += retail->bad_rows.count;
    out_summary->has_lines = true;
    out_summary->lines = pk_invoice_ledger_counts(retail->ledger);
    retail->context->has_bad_rows = out_summary->rejected_row_count > 0;
    if (send_names(retail, &out_summary->lines.item_name_count, &out_summary->data_revision,
                   &name_failure) != PK_OK)
        pk_command_warn(retail->context,
                        "the sales are stored, but the items' names are not (%s); import again",
                        name_failure.message);
    return retail->bad_rows.count > 0 ? write_rejected_files(retail, error) : PK_OK;
}

enum pk_status pk_online_retail_import(struct pk_command_context *context,
                                       const struct pk_import_stream_options *options,
                                       const char *const *paths, size_t path_count,
                                       struct pk_import_summary *out_summary,
                                       struct pk_error *error)
{
    struct retail retail = {
        .context = context, .options = *options, .bad_rows = {.messages = context->messages}};
    const struct pk_row_places no_places = {0};
    struct pk_error failure = {0};
    retail.options.kind = PK_DATASET_SALES;
    retail.options.replace_source = "online-retail";
    enum pk_status status = pk_import_source_init(&retail.source, context, paths, path_count,
                                                  options->lenient, &failure);
    if (status == PK_OK)
        status = pk_invoice_ledger_new(&retail.ledger, &failure);
    for (size_t i = 0; i < path_count && status == PK_OK; i++)
        status = read_file(&retail, i, &failure);
    if (status == PK_OK)
        status = finish(&retail, out_summary, &failure);
    if (status != PK_OK && !context->is_reported)
        pk_import_report_refusal(context, &no_places, &failure);
    if (status != PK_OK && error != NULL)
        *error = failure;
    pk_invoice_ledger_free(retail.ledger);
    pk_import_source_done(&retail.source);
    return status;
}

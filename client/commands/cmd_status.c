/* `peakstock status`: the service, its store and its snapshot. */
#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "peakstock/v1/admin.pb-c.h"

/* Closures that a table shows; files have all of them. */
#define TABLE_CLOSURE_COUNT 10

static void append_closures(const Peakstock__V1__GetStatusResponse *response, size_t first,
                            struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    for (size_t i = first; i < response->n_inferred_closures; i++) {
        const Peakstock__V1__InferredClosure *closure = response->inferred_closures[i];
        pk_buffer_append_string(scratch, i == first ? "" : ";");
        pk_buffer_append_string(scratch, closure->warehouse_id);
        pk_buffer_append_byte(scratch, ' ');
        pk_buffer_append_string(scratch, closure->date);
    }
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
}

/* "main 2026-02-17;main 2026-02-18". */
static bool read_closures(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    append_closures(row, 0, scratch, out_value);
    return scratch->size > 0;
}

/* The latest of them after how many there are: "(91) main 2011-08-29". */
static bool read_recent_closures(const struct pk_output_column *column, const void *row,
                                 struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__GetStatusResponse *response = row;
    size_t count = response->n_inferred_closures;
    char text[32];
    if (count == 0)
        return false;
    pk_text_format(text, sizeof text, "(%zu) ", count);
    pk_buffer_append_string(scratch, text);
    append_closures(response, count > TABLE_CLOSURE_COUNT ? count - TABLE_CLOSURE_COUNT : 0,
                    scratch, out_value);
    return true;
}

static const struct pk_output_column file_columns[] = {
    {.key = "inferred_closures", .type = PK_OUTPUT_LIST, .read = read_closures},
};
static const struct pk_output_column table_columns[] = {
    {.key = "inferred_closures", .type = PK_OUTPUT_LIST, .read = read_recent_closures},
};

/* One row in CSV, an object in JSON, a list of names and values for people. */
static const struct pk_output_section section = {
    .key = "status",
    .row = &peakstock__v1__get_status_response__descriptor,
    PK_OUTPUT_NAMES("version health store_size_bytes data_revision snapshot.snapshot_id "
                    "snapshot.as_of_date snapshot_stale snapshot_age_seconds "
                    "snapshot.model_version snapshot.config_hash snapshot.calendar_version "
                    "series_count item_count warehouse_count channel_count sales_row_count "
                    "first_sales_date last_sales_date complete_through_date last_import_kind "
                    "last_import_time currency_code time_zone calendar warnings blas "
                    "inferred_closures snapshot.advanced_days"),
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    PK_OUTPUT_TABLE_COLUMNS(table_columns),
    .in_csv = true,
    .is_single = true,
};

static void write(const struct pk_command_context *context, struct pk_output *output,
                  const void *reply)
{
    const Peakstock__V1__GetStatusResponse *response = reply;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(context, "%s", response->warnings[i]);
    pk_output_begin(output, &section);
    pk_output_row(output, response);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__GetStatusRequest request = PEAKSTOCK__V1__GET_STATUS_REQUEST__INIT;
    const struct pk_question question = {"/peakstock.v1.AdminService/GetStatus", &request.base,
                                         &peakstock__v1__get_status_response__descriptor};
    return pk_show_reply(context, &question, write, error);
}

const struct pk_command pk_command_status = {
    .name = "status",
    .summary = "the service, its store and its snapshot",
    .usage = "",
    .run = run,
};

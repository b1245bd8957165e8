#include <string.h>

#include "client/commands/commands.h"
#include "client/frame/answer.h"
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

static const struct pk_output_column columns[] = {
    {.key = "version", .type = PK_OUTPUT_TEXT},
    {.key = "health", .type = PK_OUTPUT_TEXT},
    {.key = "store_size_bytes", .type = PK_OUTPUT_INTEGER},
    {.key = "data_revision", .type = PK_OUTPUT_INTEGER},
    {.key = "snapshot_id", .type = PK_OUTPUT_TEXT, .field = "snapshot.snapshot_id"},
    {.key = "as_of_date", .type = PK_OUTPUT_TEXT, .field = "snapshot.as_of_date"},
    {.key = "snapshot_stale", .type = PK_OUTPUT_BOOLEAN},
    {.key = "snapshot_age_seconds", .type = PK_OUTPUT_INTEGER},
    {.key = "model_version", .type = PK_OUTPUT_TEXT, .field = "snapshot.model_version"},
    {.key = "config_hash", .type = PK_OUTPUT_TEXT, .field = "snapshot.config_hash"},
    {.key = "calendar_version", .type = PK_OUTPUT_TEXT, .field = "snapshot.calendar_version"},
    {.key = "series_count", .type = PK_OUTPUT_INTEGER},
    {.key = "item_count", .type = PK_OUTPUT_INTEGER},
    {.key = "warehouse_count", .type = PK_OUTPUT_INTEGER},
    {.key = "channel_count", .type = PK_OUTPUT_INTEGER},
    {.key = "sales_row_count", .type = PK_OUTPUT_INTEGER},
    {.key = "first_sales_date", .type = PK_OUTPUT_TEXT},
    {.key = "last_sales_date", .type = PK_OUTPUT_TEXT},
    {.key = "complete_through_date", .type = PK_OUTPUT_TEXT},
    {.key = "last_import_kind", .type = PK_OUTPUT_TEXT},
    {.key = "last_import_time", .type = PK_OUTPUT_TEXT},
    {.key = "currency_code", .type = PK_OUTPUT_TEXT},
    {.key = "time_zone", .type = PK_OUTPUT_TEXT},
    {.key = "calendar", .type = PK_OUTPUT_TEXT},
    {.key = "warnings", .type = PK_OUTPUT_LIST},
    {.key = "blas", .type = PK_OUTPUT_TEXT},
    {.key = "inferred_closures", .type = PK_OUTPUT_LIST, .read = read_closures},
    {.key = "advanced_days", .type = PK_OUTPUT_INTEGER, .field = "snapshot.advanced_days"},
};
#define CLOSURES_COLUMN (COLUMN_COUNT - 2)
#define COLUMN_COUNT    (sizeof columns / sizeof *columns)

/* One row in CSV, an object in JSON, a list of names and values for people. */
static const struct pk_output_section section = {
    .key = "status",
    .row = &peakstock__v1__get_status_response__descriptor,
    .file_columns = columns,
    .file_column_count = COLUMN_COUNT,
    .in_csv = true,
    .is_single = true,
};

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__GetStatusRequest request = PEAKSTOCK__V1__GET_STATUS_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    struct pk_output *output = NULL;
    struct pk_output_column table_columns[COLUMN_COUNT];
    struct pk_output_section shown = section;
    memcpy(table_columns, columns, sizeof columns);
    table_columns[CLOSURES_COLUMN].read = read_recent_closures;
    shown.table_columns = table_columns;
    shown.table_column_count = COLUMN_COUNT;
    enum pk_status status =
        pk_answer_get(context, "/peakstock.v1.AdminService/GetStatus", &request.base,
                      &peakstock__v1__get_status_response__descriptor, &reply, error);
    if (status == PK_OK)
        status = pk_output_open(context, &output, error);
    if (status != PK_OK)
        goto cleanup;
    const Peakstock__V1__GetStatusResponse *response = (const void *)reply;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(context, "%s", response->warnings[i]);
    pk_output_begin(output, &shown);
    pk_output_row(output, response);
    status = pk_output_publish(output, error);
cleanup:
    pk_output_close(output);
    protobuf_c_message_free_unpacked(reply, NULL);
    return status;
}

const struct pk_command pk_command_status = {
    .name = "status",
    .summary = "the service, its store and its snapshot",
    .usage = "",
    .run = run,
};

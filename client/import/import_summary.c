#include "client/import/import_summary.h"

#include <stddef.h>
#include <string.h>

#include "client/output/output.h"

void pk_import_summary_from_reply(struct pk_import_summary *summary,
                                  const Peakstock__V1__ImportResponse *reply)
{
    summary->row_count = reply->row_count;
    summary->inserted_row_count = reply->inserted_row_count;
    summary->updated_row_count = reply->updated_row_count;
    summary->deleted_row_count = reply->deleted_row_count;
    summary->unchanged_row_count = reply->unchanged_row_count;
    summary->created_item_count = reply->created_item_count;
    summary->created_warehouse_count = reply->created_warehouse_count;
    summary->created_channel_count = reply->created_channel_count;
    summary->rejected_row_count = reply->rejected_row_count;
    summary->data_revision = reply->data_revision;
}

/* A column's `argument` is the offset of its member. */
static bool read_integer(const struct pk_output_column *column, const void *row,
                         struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    memcpy(&out_value->integer, (const char *)row + column->argument, sizeof out_value->integer);
    return true;
}

static bool read_kind(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct pk_import_summary *summary = row;
    out_value->text = pk_text_from(summary->kind);
    return true;
}

static bool read_dry_run(const struct pk_output_column *column, const void *row,
                         struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct pk_import_summary *summary = row;
    out_value->integer = summary->is_dry_run;
    return true;
}

static bool read_seconds(const struct pk_output_column *column, const void *row,
                         struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct pk_import_summary *summary = row;
    out_value->number = summary->seconds;
    return true;
}

#define COUNT_COLUMN(member)                                                                       \
    {                                                                                              \
        .key = #member, .type = PK_OUTPUT_INTEGER, .read = read_integer,                           \
        .argument = offsetof(struct pk_import_summary, member)                                     \
    }
#define LINE_COLUMN(member)                                                                        \
    {                                                                                              \
        .key = #member, .type = PK_OUTPUT_INTEGER, .read = read_integer,                           \
        .argument = offsetof(struct pk_import_summary, lines.member)                               \
    }

/* The invoice lines come last: the other kinds end before them. */
static const struct pk_output_column columns[] = {
    {.key = "kind", .type = PK_OUTPUT_TEXT, .read = read_kind},
    COUNT_COLUMN(row_count),
    COUNT_COLUMN(inserted_row_count),
    COUNT_COLUMN(updated_row_count),
    COUNT_COLUMN(unchanged_row_count),
    COUNT_COLUMN(deleted_row_count),
    COUNT_COLUMN(rejected_row_count),
    COUNT_COLUMN(created_item_count),
    COUNT_COLUMN(created_warehouse_count),
    COUNT_COLUMN(created_channel_count),
    COUNT_COLUMN(data_revision),
    {.key = "dry_run", .type = PK_OUTPUT_BOOLEAN, .read = read_dry_run},
    {.key = "seconds", .type = PK_OUTPUT_SUM, .read = read_seconds},
    LINE_COLUMN(line_count),
    LINE_COLUMN(repeated_line_count),
    LINE_COLUMN(demand_line_count),
    LINE_COLUMN(return_line_count),
    LINE_COLUMN(adjustment_line_count),
    LINE_COLUMN(non_goods_line_count),
    LINE_COLUMN(item_name_count),
};
#define COLUMN_COUNT      (sizeof columns / sizeof columns[0])
#define LINE_COLUMN_COUNT 7

enum pk_status pk_import_summary_publish(const struct pk_command_context *context,
                                         const struct pk_import_summary *summary,
                                         struct pk_error *error)
{
    size_t count = summary->has_lines ? COLUMN_COUNT : COLUMN_COUNT - LINE_COLUMN_COUNT;
    struct pk_output_section section = {.key = "import",
                                        .file_columns = columns,
                                        .file_column_count = count,
                                        .table_columns = columns,
                                        .table_column_count = count,
                                        .in_csv = true,
                                        .is_single = true};
    struct pk_output *output = NULL;
    enum pk_status status = pk_output_open(context, &output, error);
    if (status != PK_OK)
        return status;
    pk_output_begin(output, &section);
    pk_output_row(output, summary);
    pk_output_end(output);
    status = pk_output_publish(output, error);
    pk_output_close(output);
    return status;
}

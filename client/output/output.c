#include "client/output/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/output/csv_writer.h"
#include "client/output/json_writer.h"
#include "client/output/legend.h"
#include "client/output/output_cell.h"
#include "client/output/result.h"
#include "client/output/section_columns.h"
#include "client/output/table.h"
#include "client/output/wording.h"

/* Gathered text is handed to the stream in pieces of about this size. */
#define FLUSH_BYTES 262144
/* A narrower terminal is not worth squeezing a table into. */
#define WIDTH_MIN 60
/* A sentence in a column of its own wraps at this width or more, and needs a terminal with this
 * much room per column; on a narrower one it stands in the legend. */
#define SENTENCE_CELLS   32
#define CELLS_PER_COLUMN 14
/* Names in a list of names and values. */
#define NAME_CELLS 24

struct pk_output {
    struct pk_output_style style;
    struct pk_result *result; /* NULL if the caller keeps the stream */
    FILE *stream;
    enum pk_status status; /* of the first failure */
    struct pk_error error;
    struct pk_buffer buffer;  /* text not yet in the stream */
    struct pk_buffer scratch; /* of reading a cell */
    struct pk_buffer text;    /* of one cell of a table */
    struct pk_csv_writer csv;
    struct pk_json_writer json;
    const struct pk_output_section *section; /* NULL outside of sections */
    bool is_section_shown;                   /* in this format */
    struct pk_section_columns columns;
    struct pk_output_cell cells[PK_OUTPUT_COLUMN_COUNT_MAX];
    size_t cell_count;
    struct pk_table *table; /* of the section */
    struct pk_legend legend;
    bool has_legend; /* sentences of the section go there */
};

static void fail(struct pk_output *output, enum pk_status status)
{
    if (output->status == PK_OK)
        output->status = status;
}

static void flush(struct pk_output *output)
{
    if (output->buffer.failed && output->status == PK_OK)
        fail(output,
             pk_error_set(&output->error, PK_OUT_OF_MEMORY, "", "no memory for the result"));
    /* Failed writes stay in the stream; who owns it asks at the end. */
    if (output->status == PK_OK && output->buffer.size > 0)
        fwrite(output->buffer.bytes, 1, output->buffer.size, output->stream);
    pk_buffer_clear(&output->buffer);
}

enum pk_status pk_output_new(const struct pk_output_style *style, FILE *stream,
                             struct pk_output **out_output, struct pk_error *error)
{
    struct pk_output *output = calloc(1, sizeof *output);
    if (!output)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the result");
    output->style = *style;
    output->stream = stream;
    pk_csv_writer_init(&output->csv, &output->buffer);
    pk_json_writer_init(&output->json, &output->buffer);
    if (style->format == PK_FORMAT_JSON)
        pk_json_writer_open_object(&output->json, NULL);
    *out_output = output;
    return PK_OK;
}

/* Cells per line: COLUMNS where it is exported, else the terminal's; 0 = as wide as it gets. */
static size_t width_of_output(void)
{
    const char *columns = getenv("COLUMNS");
    int64_t wanted = 0;
    struct winsize size;
    if (columns && pk_text_to_integer(pk_text_from(columns), &wanted) && wanted > 0)
        return wanted < WIDTH_MIN ? WIDTH_MIN : (size_t)wanted;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 0;
    return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

/* The look of a result on stdout: colours only where a terminal shows them. */
static struct pk_output_style style_of(const struct pk_command_context *context)
{
    struct pk_output_style style = {.format = context->format,
                                    .is_chinese = context->language == PK_LANGUAGE_CHINESE};
    if (context->output_path)
        return style;
    style.width = width_of_output();
    if (!isatty(STDOUT_FILENO))
        return style;
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    style.has_colour =
        !(no_colour && *no_colour) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
    return style;
}

enum pk_status pk_output_open(const struct pk_command_context *context,
                              struct pk_output **out_output, struct pk_error *error)
{
    struct pk_output_style style = style_of(context);
    struct pk_result *result = NULL;
    enum pk_status status = pk_result_open(context->output_path, &result, error);
    if (status != PK_OK)
        return status;
    status = pk_output_new(&style, pk_result_stream(result), out_output, error);
    if (status != PK_OK)
        pk_result_close(result);
    else
        (*out_output)->result = result;
    return status;
}

void pk_output_close(struct pk_output *output)
{
    if (!output)
        return;
    pk_table_free(output->table);
    pk_legend_done(&output->legend);
    pk_buffer_done(&output->buffer);
    pk_buffer_done(&output->scratch);
    pk_buffer_done(&output->text);
    pk_result_close(output->result);
    free(output);
}

bool pk_output_is_chinese(const struct pk_output *output)
{
    return output->style.is_chinese;
}

bool pk_output_is_table(const struct pk_output *output)
{
    return output->style.format == PK_FORMAT_TABLE;
}

/* Cells of a line of a sentence: as many as the other columns are likely to leave. */
static size_t sentence_cells(const struct pk_output *output)
{
    const size_t others = CELLS_PER_COLUMN * (output->cell_count - 1);
    const size_t left = output->style.width > others ? output->style.width - others : 0;
    return left > SENTENCE_CELLS ? left : SENTENCE_CELLS;
}

static enum pk_status begin_table(struct pk_output *output, struct pk_error *error)
{
    struct pk_table_column columns[PK_OUTPUT_COLUMN_COUNT_MAX];
    struct pk_table_style style = {.width = output->style.width,
                                   .has_colour = output->style.has_colour,
                                   .has_headings = !output->section->is_single};
    output->has_legend = !output->section->is_single &&
                         output->style.width < CELLS_PER_COLUMN * output->cell_count &&
                         output->style.width > 0;
    if (output->section->is_single) {
        size_t value_cells = output->style.width > 0 ? output->style.width - NAME_CELLS : 0;
        const struct pk_table_column pair[] = {
            {.heading = "", .fit = PK_TABLE_FIT_NEVER},
            {.heading = "", .fit = PK_TABLE_FIT_WRAP, .wrap_cells = value_cells}};
        return pk_table_new(&style, pair, 2, &output->table, error);
    }
    for (size_t i = 0; i < output->cell_count; i++) {
        const struct pk_output_column *column = output->cells[i].column;
        columns[i] = (struct pk_table_column){
            .heading = column->heading ? column->heading
                                       : pk_wording(column->key, output->style.is_chinese),
            .is_right = pk_output_cell_is_right(&output->cells[i]),
            .fit = output->cells[i].type == PK_OUTPUT_NAME ? PK_TABLE_FIT_CUT : PK_TABLE_FIT_NEVER,
            .spare = column->spare,
            .hides_zero = column->hides_zero};
        if (!output->has_legend && output->style.width > 0 &&
            (output->cells[i].type == PK_OUTPUT_REASONS ||
             output->cells[i].type == PK_OUTPUT_LIST)) {
            columns[i].fit = PK_TABLE_FIT_WRAP;
            columns[i].wrap_cells = sentence_cells(output);
        }
    }
    return pk_table_new(&style, columns, output->cell_count, &output->table, error);
}

static void begin_csv(struct pk_output *output)
{
    for (size_t i = 0; i < output->cell_count; i++) {
        const char *key = output->cells[i].column->key;
        pk_csv_writer_text(&output->csv, key, strlen(key));
    }
    pk_csv_writer_end_row(&output->csv);
}

/* The cells of the section's columns in this format. */
static void resolve(struct pk_output *output, const struct pk_output_section *section,
                    bool is_table)
{
    if (!pk_section_columns_make(section, is_table, &output->columns)) {
        fail(output, pk_error_set(&output->error, PK_INTERNAL, section->key,
                                  "the columns of %s cannot be made", section->key));
        return;
    }
    output->cell_count = output->columns.count;
    for (size_t i = 0; i < output->cell_count; i++) {
        const struct pk_output_column *column = &output->columns.columns[i];
        if (!pk_output_cell_resolve(column, section, &output->cells[i])) {
            fail(output, pk_error_set(&output->error, PK_INTERNAL, column->key,
                                      "no such field in the answer: %s", column->key));
            return;
        }
    }
}

void pk_output_begin(struct pk_output *output, const struct pk_output_section *section)
{
    bool is_table = output->style.format == PK_FORMAT_TABLE;
    bool has_columns = is_table ? section->table_names || section->table_column_count > 0
                                : section->file_names || section->file_column_count > 0;
    pk_output_end(output);
    output->section = section;
    output->is_section_shown =
        has_columns && (output->style.format != PK_FORMAT_CSV || section->in_csv);
    if (output->status != PK_OK || !output->is_section_shown)
        return;
    resolve(output, section, is_table);
    if (output->status != PK_OK)
        return;
    if (is_table)
        fail(output, begin_table(output, &output->error));
    else if (output->style.format == PK_FORMAT_CSV)
        begin_csv(output);
    else if (!section->is_single)
        pk_json_writer_open_array(&output->json, section->key);
}

/* Text of a cell into the last row of the table. */
static enum pk_status set_cell(struct pk_output *output, size_t cell_index, size_t column_index,
                               const void *row, struct pk_error *error)
{
    pk_buffer_clear(&output->text);
    enum pk_table_colour colour = pk_output_cell_write_text(
        &output->cells[cell_index], row, output->style.is_chinese, &output->scratch, &output->text);
    if (output->has_legend && output->cells[cell_index].type == PK_OUTPUT_REASONS &&
        output->text.size > 0) {
        size_t number = pk_legend_number(&output->legend, pk_buffer_string(&output->text));
        pk_buffer_clear(&output->text);
        pk_buffer_append_byte(&output->text, '[');
        pk_buffer_append_integer(&output->text, (int64_t)number);
        pk_buffer_append_byte(&output->text, ']');
    }
    if (output->section->is_single && output->text.size == 0)
        pk_buffer_append_byte(&output->text, '-');
    return pk_table_set(output->table, column_index, pk_buffer_string(&output->text), colour,
                        error);
}

static enum pk_status add_table_row(struct pk_output *output, const void *row,
                                    struct pk_error *error)
{
    enum pk_status status = pk_table_add_row(output->table, error);
    for (size_t i = 0; i < output->cell_count && status == PK_OK; i++)
        status = set_cell(output, i, i, row, error);
    return status;
}

/* One line per column: its name, its value. */
static enum pk_status add_table_pairs(struct pk_output *output, const void *row,
                                      struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < output->cell_count && status == PK_OK; i++) {
        const struct pk_output_column *column = output->cells[i].column;
        const char *name =
            column->heading ? column->heading : pk_wording(column->key, output->style.is_chinese);
        status = pk_table_add_row(output->table, error);
        if (status == PK_OK)
            status = pk_table_set(output->table, 0, name, PK_TABLE_PLAIN, error);
        if (status == PK_OK)
            status = set_cell(output, i, 1, row, error);
    }
    return status;
}

void pk_output_row(struct pk_output *output, const void *row)
{
    if (output->status != PK_OK || !output->is_section_shown)
        return;
    switch (output->style.format) {
    case PK_FORMAT_TABLE:
        fail(output, output->section->is_single ? add_table_pairs(output, row, &output->error)
                                                : add_table_row(output, row, &output->error));
        return;
    case PK_FORMAT_CSV:
        for (size_t i = 0; i < output->cell_count; i++)
            pk_output_cell_write_csv(&output->cells[i], row, &output->scratch, &output->csv);
        pk_csv_writer_end_row(&output->csv);
        break;
    case PK_FORMAT_JSON:
        pk_json_writer_open_object(&output->json,
                                   output->section->is_single ? output->section->key : NULL);
        for (size_t i = 0; i < output->cell_count; i++)
            pk_output_cell_write_json(&output->cells[i], row, &output->scratch, &output->json);
        pk_json_writer_close_object(&output->json);
        break;
    }
    if (output->buffer.size >= FLUSH_BYTES || output->buffer.failed)
        flush(output);
}

void pk_output_end(struct pk_output *output)
{
    const struct pk_output_section *section = output->section;
    output->section = NULL;
    if (!section || !output->is_section_shown || output->status != PK_OK)
        return;
    if (output->style.format == PK_FORMAT_JSON && !section->is_single)
        pk_json_writer_close_array(&output->json);
    if (output->table && pk_table_row_count(output->table) == 0)
        pk_output_line(output, "%s", pk_wording("nothing", output->style.is_chinese));
    else if (output->table)
        fail(output, pk_table_print(output->table, &output->buffer, &output->error));
    pk_legend_print(&output->legend, &output->buffer);
    if (output->table != NULL && *pk_table_spared(output->table) != '\0') {
        pk_buffer_append_string(&output->buffer, output->style.is_chinese
                                                     ? "窗口加宽可见: "
                                                     : "shown on a wider terminal: ");
        pk_buffer_append_string(&output->buffer, pk_table_spared(output->table));
        pk_buffer_append_byte(&output->buffer, '\n');
    }
    pk_table_free(output->table);
    output->table = NULL;
}

void pk_output_line(struct pk_output *output, const char *format, ...)
{
    if (output->style.format != PK_FORMAT_TABLE)
        return;
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    size_t size = pk_text_vformat(line, sizeof line, format, arguments);
    va_end(arguments);
    pk_buffer_append(&output->buffer, line, size);
    pk_buffer_append_byte(&output->buffer, '\n');
}

void pk_output_snapshot(struct pk_output *output, const Peakstock__V1__SnapshotRef *snapshot)
{
    static const struct pk_output_section section = {
        .key = "snapshot",
        .row = &peakstock__v1__snapshot_ref__descriptor,
        .file_names = PK_OUTPUT_EVERY_FIELD,
        .is_single = true,
    };
    if (!snapshot)
        return;
    pk_output_line(output,
                   output->style.is_chinese ? "截至 %s(数据版本 %lld)"
                                            : "as of %s (data revision %lld)",
                   snapshot->as_of_date, (long long)snapshot->data_revision);
    if (snapshot->advanced_days > 0)
        pk_output_line(output,
                       output->style.is_chinese ? "最近一次完整拟合之后增加了 %d 天"
                                                : "%d days added since the last full fit",
                       (int)snapshot->advanced_days);
    pk_output_begin(output, &section);
    pk_output_row(output, snapshot);
    pk_output_end(output);
}

enum pk_status pk_output_publish(struct pk_output *output, struct pk_error *error)
{
    pk_output_end(output);
    if (output->style.format == PK_FORMAT_JSON)
        pk_json_writer_close_object(&output->json);
    flush(output);
    if (output->status != PK_OK) {
        if (error)
            *error = output->error;
        return output->status;
    }
    return output->result ? pk_result_publish(output->result, error) : PK_OK;
}

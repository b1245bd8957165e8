/* `peakstock explain reorder`: the terms behind the order of one item, from demand to the chosen
 * quantity. */
#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "peakstock/v1/reorder.pb-c.h"

/* Units and days with one digit, ratios and costs with three, dates as dates. */
static bool read_value(const struct pk_output_column *column, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__ReorderTerm *term = ((const struct pk_output_pair *)row)->inner;
    char text[64];
    switch (term->value_case) {
    case PEAKSTOCK__V1__REORDER_TERM__VALUE_UNITS:
        pk_text_format(text, sizeof text, "%.1f", term->units);
        break;
    case PEAKSTOCK__V1__REORDER_TERM__VALUE_DAYS:
        pk_text_format(text, sizeof text, "%.1f", term->days);
        break;
    case PEAKSTOCK__V1__REORDER_TERM__VALUE_RATIO:
        pk_text_format(text, sizeof text, "%.3f", term->ratio);
        break;
    case PEAKSTOCK__V1__REORDER_TERM__VALUE_COST:
        pk_text_format(text, sizeof text, "%.3f", term->cost);
        break;
    case PEAKSTOCK__V1__REORDER_TERM__VALUE_TEXT:
        pk_text_format(text, sizeof text, "%.60s", term->text);
        break;
    case PEAKSTOCK__V1__REORDER_TERM__VALUE_DATE_EPOCH_DAYS:
        if (term->date_epoch_days == 0)
            return false;
        pk_buffer_append_date(scratch, term->date_epoch_days);
        text[0] = '\0';
        break;
    default:
        return false;
    }
    pk_buffer_append_string(scratch, text);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

static const struct pk_output_column file_columns[] = {
    {.key = "term", .field = "name", .type = PK_OUTPUT_TEXT},
    {.key = "value", .type = PK_OUTPUT_TEXT, .read = read_value},
};

static const struct pk_output_column table_columns[] = {
    {.key = "section", .type = PK_OUTPUT_WORD},
    {.key = "term", .field = "name", .type = PK_OUTPUT_WORD},
    {.key = "value", .type = PK_OUTPUT_TEXT, .read = read_value},
};

/* Rows are terms beside the series that they belong to. */
static const struct pk_output_section file_section = {
    .key = "rows",
    .row = &peakstock__v1__reorder_term__descriptor,
    .outer = &peakstock__v1__reorder_explanation__descriptor,
    .file_names = "item_id warehouse_id section term value source",
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    .in_csv = true,
};

static const struct pk_output_section table_section = {
    .key = "explanation",
    .row = &peakstock__v1__reorder_term__descriptor,
    .outer = &peakstock__v1__reorder_explanation__descriptor,
    .table_names = "section term value source",
    PK_OUTPUT_TABLE_COLUMNS(table_columns),
};

static void add_terms(struct pk_output *output, const Peakstock__V1__ReorderExplanation *series)
{
    for (size_t i = 0; i < series->n_terms; i++) {
        const struct pk_output_pair row = {series, series->terms[i]};
        pk_output_row(output, &row);
    }
}

static void print_series(struct pk_output *output, const Peakstock__V1__ReorderExplanation *series)
{
    const bool is_chinese = pk_output_is_chinese(output);
    pk_output_line(output, "%s", "");
    pk_output_line(output, is_chinese ? "%s @ %s：建议订购 %lld 件" : "%s @ %s: order %lld units",
                   series->item_id, series->warehouse_id, (long long)series->order_units);
    pk_output_begin(output, &table_section);
    add_terms(output, series);
    pk_output_end(output);
    for (size_t i = 0; i < series->n_reasons; i++)
        pk_output_line(output, "%s: %s", series->reasons[i]->code,
                       pk_wording_reason(series->reasons[i]->code, is_chinese));
}

static void write(const struct pk_command_context *context, struct pk_output *output,
                  const void *reply)
{
    const Peakstock__V1__ExplainReorderResponse *response = reply;
    pk_output_snapshot(output, response->snapshot);
    pk_output_begin(output, &file_section);
    for (size_t i = 0; i < response->n_explanations; i++)
        add_terms(output, response->explanations[i]);
    pk_output_end(output);
    for (size_t i = 0; i < response->n_explanations && context->format == PK_FORMAT_TABLE; i++)
        print_series(output, response->explanations[i]);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ExplainReorderRequest request = PEAKSTOCK__V1__EXPLAIN_REORDER_REQUEST__INIT;
    enum pk_status status =
        pk_command_one_item(context, &request.item_id, &request.warehouse_id, error);
    if (status != PK_OK)
        return status;
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    const struct pk_question question = {"/peakstock.v1.ReorderService/ExplainReorder",
                                         &request.base,
                                         &peakstock__v1__explain_reorder_response__descriptor};
    return pk_show_reply(context, &question, write, error);
}

static const struct pk_option options[] = {
    {"item", PK_OPTION_ID, "ID", "the item", NULL, 0, 0},
    {"warehouse", PK_OPTION_ID, "ID", "this warehouse alone (all of the item)", NULL, 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_explain_reorder = {
    .name = "explain reorder",
    .summary = "how an order comes about, term by term",
    .usage = "--item ID [--warehouse ID] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

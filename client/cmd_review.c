#include <string.h>

#include "client/answer.h"
#include "client/commands.h"
#include "client/metrics.h"
#include "client/output.h"
#include "peakstock/v1/review.pb-c.h"

/* Most decisions that one answer lists. */
#define DECISION_COUNT_MAX 1000

/* CSV is one list: after the figures, each decision follows in the same long form, with scope
 * "item", metric "decision", its worth as the value, sold units over forecast units, and columns of
 * its own at the end. Such a row begins with a metric, so that the metric's columns apply. */
struct review_row {
    Peakstock__V1__Metric metric;
    const Peakstock__V1__ReviewDecision *decision; /* NULL for a figure */
};

enum decision_text { WAREHOUSE, PROPOSED_ACTION };

static bool read_decision_text(const struct pk_output_column *column, const void *row,
                               struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct review_row *review = row;
    if (!review->decision)
        return false;
    out_value->text =
        pk_text_from(column->argument == WAREHOUSE ? review->decision->warehouse_id
                                                   : review->decision->proposed_action);
    return true;
}

static bool read_decision_reasons(const struct pk_output_column *column, const void *row,
                                  struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const struct review_row *review = row;
    size_t count = review->decision ? review->decision->n_reasons : 0;
    for (size_t i = 0; i < count; i++) {
        pk_buffer_append_string(scratch, i == 0 ? "" : ";");
        pk_buffer_append_string(scratch, review->decision->reasons[i]->code);
    }
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return count > 0;
}

static const struct pk_output_column own_columns[] = {
    {.key = "warehouse_id",
     .type = PK_OUTPUT_TEXT,
     .read = read_decision_text,
     .argument = WAREHOUSE},
    {.key = "proposed_action",
     .type = PK_OUTPUT_TEXT,
     .read = read_decision_text,
     .argument = PROPOSED_ACTION},
    {.key = "reason", .type = PK_OUTPUT_REASONS, .read = read_decision_reasons},
};
#define OWN_COLUMN_COUNT (sizeof own_columns / sizeof *own_columns)

static const struct pk_output_column decision_file_columns[] = {
    {.key = "item_id", .type = PK_OUTPUT_TEXT},
    {.key = "warehouse_id", .type = PK_OUTPUT_TEXT},
    {.key = "item_name", .type = PK_OUTPUT_NAME},
    {.key = "proposed_action", .type = PK_OUTPUT_WORD},
    {.key = "value", .type = PK_OUTPUT_MONEY},
    {.key = "sold_units", .type = PK_OUTPUT_INTEGER},
    {.key = "forecast_units", .type = PK_OUTPUT_MEAN},
    {.key = "reason", .type = PK_OUTPUT_REASONS},
};

static const struct pk_output_section decisions_section = {
    .key = "decisions",
    .row = &peakstock__v1__review_decision__descriptor,
    .file_columns = decision_file_columns,
    .file_column_count = sizeof decision_file_columns / sizeof *decision_file_columns,
    .table_columns = decision_file_columns,
    .table_column_count = sizeof decision_file_columns / sizeof *decision_file_columns,
};

static void add_figures(struct pk_output *output, const Peakstock__V1__ReviewDayResponse *response)
{
    for (size_t i = 0; i < response->n_metrics; i++) {
        struct review_row row = {.metric = *response->metrics[i]};
        pk_output_row(output, &row);
    }
}

static void add_decisions_as_figures(struct pk_output *output,
                                     const Peakstock__V1__ReviewDayResponse *response)
{
    char *date = response->snapshot ? response->snapshot->as_of_date : (char *)"";
    for (size_t i = 0; i < response->n_decisions; i++) {
        const Peakstock__V1__ReviewDecision *decision = response->decisions[i];
        struct review_row row = {.metric = PEAKSTOCK__V1__METRIC__INIT, .decision = decision};
        row.metric.scope = (char *)"item";
        row.metric.scope_id = decision->item_id;
        row.metric.metric = (char *)"decision";
        row.metric.defined_case = PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
        row.metric.value = (double)decision->value_micros / 1e6;
        row.metric.numerator = (double)decision->sold_units;
        row.metric.denominator = decision->forecast_units;
        row.metric.from_date = date;
        row.metric.to_date = date;
        pk_output_row(output, &row);
    }
}

/* Tables have a line per scope and a column per figure: the figures of one scope follow each other
 * in the answer. */
#define FIGURE_COLUMN_COUNT_MAX 12

struct scope_row {
    Peakstock__V1__Metric *const *metrics;
    size_t metric_count;
};

static bool read_scope(const struct pk_output_column *column, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct scope_row *scope = row;
    const Peakstock__V1__Metric *first = scope->metrics[0];
    out_value->text = pk_text_from(column->argument == 0 ? first->scope : first->scope_id);
    return out_value->text.size > 0;
}

/* The column's heading is the figure's name; its key, the figure as the wire calls it. */
static bool read_figure(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct scope_row *scope = row;
    for (size_t i = 0; i < scope->metric_count; i++)
        if (strcmp(scope->metrics[i]->metric, column->key) == 0) {
            out_value->number = scope->metrics[i]->value;
            return scope->metrics[i]->defined_case == PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
        }
    return false;
}

/* How many metrics from `metrics` on belong to the same scope. */
static size_t scope_size(Peakstock__V1__Metric *const *metrics, size_t count)
{
    size_t size = 0;
    while (size < count && strcmp(metrics[size]->scope, metrics[0]->scope) == 0 &&
           strcmp(metrics[size]->scope_id, metrics[0]->scope_id) == 0)
        size++;
    return size;
}

/* Figures that people read in percent. */
static bool is_share(const char *metric)
{
    static const char *const shares[] = {"return_ratio", "wape", "deviation_ratio"};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        if (strcmp(shares[i], metric) == 0)
            return true;
    return false;
}

static void write_scopes(struct pk_output *output, const Peakstock__V1__ReviewDayResponse *response)
{
    struct pk_output_column columns[2 + FIGURE_COLUMN_COUNT_MAX] = {
        {.key = "scope", .type = PK_OUTPUT_WORD, .read = read_scope, .argument = 0},
        {.key = "scope_id", .type = PK_OUTPUT_NAME, .read = read_scope, .argument = 1},
    };
    size_t column_count = 2;
    size_t size = scope_size(response->metrics, response->n_metrics);
    for (size_t i = 0; i < size && i < FIGURE_COLUMN_COUNT_MAX; i++)
        columns[column_count++] = (struct pk_output_column){
            .key = response->metrics[i]->metric,
            .type = is_share(response->metrics[i]->metric) ? PK_OUTPUT_RATIO : PK_OUTPUT_SUM,
            .read = read_figure};
    const struct pk_output_section section = {
        .key = "scopes", .table_columns = columns, .table_column_count = column_count};
    pk_output_begin(output, &section);
    for (size_t at = 0; at < response->n_metrics; at += size) {
        size = scope_size(response->metrics + at, response->n_metrics - at);
        struct scope_row row = {response->metrics + at, size};
        pk_output_row(output, &row);
    }
    pk_output_end(output);
}

static void write(const struct pk_command_context *context, struct pk_output *output,
                  const Peakstock__V1__ReviewDayResponse *response)
{
    struct pk_output_column columns[PK_METRICS_COLUMN_COUNT + OWN_COLUMN_COUNT];
    struct pk_output_section section = pk_metrics_section;
    bool is_csv = context->format == PK_FORMAT_CSV;
    memcpy(columns, pk_metrics_columns, sizeof pk_metrics_columns);
    memcpy(columns + PK_METRICS_COLUMN_COUNT, own_columns, sizeof own_columns);
    section.table_column_count = 0;
    section.file_columns = columns;
    section.file_column_count = PK_METRICS_COLUMN_COUNT + (is_csv ? OWN_COLUMN_COUNT : 0);

    pk_output_snapshot(output, response->snapshot);
    pk_output_begin(output, &section);
    add_figures(output, response);
    if (is_csv)
        add_decisions_as_figures(output, response);
    write_scopes(output, response);

    pk_output_line(output, "%s", "");
    pk_output_line(output,
                   pk_output_is_chinese(output) ? "需要决定的商品:%lld,列出 %zu"
                                                : "%lld items need a decision, %zu listed",
                   (long long)response->decision_count, response->n_decisions);
    pk_output_begin(output, &decisions_section);
    for (size_t i = 0; i < response->n_decisions; i++)
        pk_output_row(output, response->decisions[i]);
    pk_output_end(output);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ReviewDayRequest request = PEAKSTOCK__V1__REVIEW_DAY_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    struct pk_output *output = NULL;
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    request.decision_count_maximum = (int32_t)pk_command_count(context, "decisions", 0);
    enum pk_status status =
        pk_answer_get(context, "/peakstock.v1.ReviewService/ReviewDay", &request.base,
                      &peakstock__v1__review_day_response__descriptor, &reply, error);
    if (status == PK_OK)
        status = pk_output_open(context, &output, error);
    if (status != PK_OK)
        goto cleanup;
    write(context, output, (const void *)reply);
    status = pk_output_publish(output, error);
cleanup:
    pk_output_close(output);
    protobuf_c_message_free_unpacked(reply, NULL);
    return status;
}

static const struct pk_option options[] = {
    {"decisions", PK_OPTION_COUNT, "N", "most decisions to list, 1 to 1000 (50)", NULL, 1,
     DECISION_COUNT_MAX},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_review = {
    .name = "review",
    .summary = "the last day against its forecast, and the items that need a decision",
    .usage = "[--decisions N] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

/* `peakstock review`: the last day against forecast and target, the month, and what needs a
 * decision. */
#include <stdlib.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/metrics.h"
#include "client/commands/review_text.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "peakstock/v1/review.pb-c.h"

/* Most decisions that one answer lists. */
#define DECISION_COUNT_MAX 1000

static const struct pk_output_column csv_columns[] = {
    PK_METRICS_SUMS,
    {.key = "units", .type = PK_OUTPUT_SUM},
};

/* CSV is one list: after the figures, each decision follows in the same long form, with scope
 * "item", metric "decision", its worth as the value, sold units over forecast units, and columns of
 * its own at the end. Such a row is a metric beside its decision; a figure has none. */
static const struct pk_output_section csv_section = {
    .key = "rows",
    .row = &peakstock__v1__metric__descriptor,
    .outer = &peakstock__v1__review_decision__descriptor,
    .file_names = PK_METRICS_NAMES " warehouse_id proposed_action reason since_date change units",
    PK_OUTPUT_FILE_COLUMNS(csv_columns),
    .in_csv = true,
};

static const struct pk_output_column decision_table_columns[] = {
    {.key = "proposed_action", .type = PK_OUTPUT_WORD},
    {.key = "item_id"},
    {.key = "item_name"},
    {.key = "warehouse_id"},
    {.key = "decision_units", .field = "units"},
    {.key = "worth", .field = "value"},
    {.key = "change", .type = PK_OUTPUT_WORD},
    {.key = "since_date"},
    {.key = "sold_units"},
    {.key = "forecast_units"},
    {.key = "reason"},
};

static const struct pk_output_section decisions_section = {
    .key = "decisions",
    .row = &peakstock__v1__review_decision__descriptor,
    .file_names = "item_id item_name warehouse_id proposed_action value sold_units forecast_units "
                  "*",
    PK_OUTPUT_TABLE_COLUMNS(decision_table_columns),
};

static void add_decision(struct pk_output *output, const Peakstock__V1__ReviewDecision *decision,
                         char *date)
{
    Peakstock__V1__Metric metric = PEAKSTOCK__V1__METRIC__INIT;
    metric.scope = (char *)"item";
    metric.scope_id = decision->item_id;
    metric.metric = (char *)"decision";
    metric.defined_case = PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
    metric.value = (double)decision->value_micros / 1e6;
    metric.numerator = (double)decision->sold_units;
    metric.denominator = decision->forecast_units;
    metric.from_date = date;
    metric.to_date = date;
    const struct pk_output_pair row = {decision, &metric};
    pk_output_row(output, &row);
}

static void write_csv(struct pk_output *output, const Peakstock__V1__ReviewDayResponse *response)
{
    char *date = response->snapshot ? response->snapshot->as_of_date : (char *)"";
    pk_output_begin(output, &csv_section);
    for (size_t i = 0; i < response->n_metrics; i++) {
        const struct pk_output_pair row = {NULL, response->metrics[i]};
        pk_output_row(output, &row);
    }
    for (size_t i = 0; i < response->n_decisions; i++)
        add_decision(output, response->decisions[i], date);
}

/* What the listed decisions come to, by action: rows of a table in the order of their worth. */
struct action_sum {
    const char *action;
    int64_t count;
    double value;
};
#define ACTION_COUNT_MAX 16

static bool read_action(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct action_sum *sum = row;
    if (column->argument == 0)
        out_value->text = pk_text_from(sum->action);
    else if (column->argument == 1)
        out_value->integer = sum->count;
    else
        out_value->integer = (int64_t)(sum->value * 1e6);
    return true;
}

static const struct pk_output_column action_columns[] = {
    {.key = "proposed_action", .type = PK_OUTPUT_WORD, .read = read_action, .argument = 0},
    {.key = "decision_lines", .type = PK_OUTPUT_INTEGER, .read = read_action, .argument = 1},
    {.key = "worth", .type = PK_OUTPUT_MONEY, .read = read_action, .argument = 2},
};

static int compare_sums(const void *left, const void *right)
{
    const struct action_sum *a = left, *b = right;
    return (a->value < b->value) - (a->value > b->value);
}

static void write_actions(struct pk_output *output,
                          const Peakstock__V1__ReviewDayResponse *response)
{
    const struct pk_output_section section = {.key = "actions",
                                              PK_OUTPUT_TABLE_COLUMNS(action_columns)};
    struct action_sum sums[ACTION_COUNT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < response->n_decisions; i++) {
        const Peakstock__V1__ReviewDecision *decision = response->decisions[i];
        size_t at = 0;
        while (at < count && strcmp(sums[at].action, decision->proposed_action) != 0)
            at++;
        if (at == ACTION_COUNT_MAX)
            continue;
        if (at == count)
            sums[count++] = (struct action_sum){.action = decision->proposed_action};
        sums[at].count++;
        sums[at].value += (double)decision->value_micros / 1e6;
    }
    if (count > 1)
        qsort(sums, count, sizeof *sums, compare_sums);
    pk_output_begin(output, &section);
    for (size_t i = 0; i < count; i++)
        pk_output_row(output, &sums[i]);
    pk_output_end(output);
}

/* Tables have a line per scope and a column per figure. */
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
    return pk_review_figure(scope->metrics, scope->metric_count, column->key, &out_value->number);
}

/* The scopes of the day, and of its month. */
struct figure_column {
    const char *key;
    enum pk_output_type type;
};
static const struct figure_column day_figures[] = {
    {"sold_units", PK_OUTPUT_SUM},
    {"forecast_units", PK_OUTPUT_SUM},
    {"deviation_ratio", PK_OUTPUT_RATIO},
    {"units_target", PK_OUTPUT_SUM},
    {"units_attainment_ratio", PK_OUTPUT_RATIO},
    {"gmv", PK_OUTPUT_SUM},
    {"forecast_gmv", PK_OUTPUT_SUM},
    {"gmv_target", PK_OUTPUT_SUM},
    {"gmv_attainment_ratio", PK_OUTPUT_RATIO},
    {"return_ratio", PK_OUTPUT_RATIO},
};
static const struct figure_column month_figures[] = {
    {"month_gmv", PK_OUTPUT_SUM},
    {"month_gmv_target", PK_OUTPUT_SUM},
    {"month_gmv_attainment_ratio", PK_OUTPUT_RATIO},
    {"gmv_progress_ratio", PK_OUTPUT_RATIO},
    {"landing_q10_gmv", PK_OUTPUT_SUM},
    {"landing_q50_gmv", PK_OUTPUT_SUM},
    {"landing_q90_gmv", PK_OUTPUT_SUM},
    {"landing_gmv_attainment_ratio", PK_OUTPUT_RATIO},
};
/* Where no amount was given. */
static const struct figure_column month_unit_figures[] = {
    {"month_units", PK_OUTPUT_SUM},
    {"month_units_target", PK_OUTPUT_SUM},
    {"month_units_attainment_ratio", PK_OUTPUT_RATIO},
    {"units_progress_ratio", PK_OUTPUT_RATIO},
    {"landing_q10_units", PK_OUTPUT_SUM},
    {"landing_q50_units", PK_OUTPUT_SUM},
    {"landing_q90_units", PK_OUTPUT_SUM},
    {"landing_units_attainment_ratio", PK_OUTPUT_RATIO},
};
#define FIGURE_COUNT_MAX 10

/* A figure that no scope has is no column. */
static bool is_anywhere(const Peakstock__V1__ReviewDayResponse *response, const char *metric)
{
    for (size_t i = 0; i < response->n_metrics; i++)
        if (response->metrics[i]->defined_case == PEAKSTOCK__V1__METRIC__DEFINED_VALUE &&
            strcmp(response->metrics[i]->metric, metric) == 0)
            return true;
    return false;
}

static void write_scopes(struct pk_output *output, const Peakstock__V1__ReviewDayResponse *response,
                         const struct figure_column *figures, size_t figure_count)
{
    struct pk_output_column columns[2 + FIGURE_COUNT_MAX] = {
        {.key = "scope", .type = PK_OUTPUT_WORD, .read = read_scope, .argument = 0},
        {.key = "scope_id", .type = PK_OUTPUT_NAME, .read = read_scope, .argument = 1},
    };
    size_t count = 2;
    for (size_t i = 0; i < figure_count; i++)
        if (is_anywhere(response, figures[i].key))
            columns[count++] = (struct pk_output_column){
                .key = figures[i].key, .type = figures[i].type, .read = read_figure};
    const struct pk_output_section section = {
        .key = "scopes", .table_columns = columns, .table_column_count = count};
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &section);
    for (size_t at = 0; at < response->n_metrics;) {
        const size_t size = pk_review_scope_size(response->metrics + at, response->n_metrics - at);
        struct scope_row row = {response->metrics + at, size};
        pk_output_row(output, &row);
        at += size;
    }
    pk_output_end(output);
}

static void write_table(struct pk_output *output, const Peakstock__V1__ReviewDayResponse *response)
{
    pk_review_text_write(output, response);
    if (response->n_decisions > 0)
        write_actions(output, response);
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &decisions_section);
    for (size_t i = 0; i < response->n_decisions; i++)
        pk_output_row(output, response->decisions[i]);
    pk_output_end(output);
    write_scopes(output, response, day_figures, sizeof day_figures / sizeof *day_figures);
    if (is_anywhere(response, "month_gmv"))
        write_scopes(output, response, month_figures, sizeof month_figures / sizeof *month_figures);
    else
        write_scopes(output, response, month_unit_figures,
                     sizeof month_unit_figures / sizeof *month_unit_figures);
}

static void write(const struct pk_command_context *context, struct pk_output *output,
                  const void *reply)
{
    const Peakstock__V1__ReviewDayResponse *response = reply;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(context, "%s", response->warnings[i]);
    pk_output_snapshot(output, response->snapshot);
    if (context->format == PK_FORMAT_CSV) {
        write_csv(output, response);
        return;
    }
    pk_output_begin(output, &pk_metrics_section);
    for (size_t i = 0; i < response->n_metrics; i++)
        pk_output_row(output, response->metrics[i]);
    write_table(output, response);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ReviewDayRequest request = PEAKSTOCK__V1__REVIEW_DAY_REQUEST__INIT;
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    request.decision_count_maximum = (int32_t)pk_command_count(context, "decisions", 0);
    request.include_open = pk_command_has(context, "include-open");
    const struct pk_question question = {"/peakstock.v1.ReviewService/ReviewDay", &request.base,
                                         &peakstock__v1__review_day_response__descriptor};
    return pk_show_reply(context, &question, write, error);
}

static const struct pk_option options[] = {
    {"decisions", PK_OPTION_COUNT, "N", "most decisions to list, 1 to 1000 (50)", NULL, 1,
     DECISION_COUNT_MAX},
    {"include-open", PK_OPTION_FLAG, NULL,
     "also those listed on an earlier day and unchanged since", NULL, 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_review = {
    .name = "review",
    .summary = "the last day against forecast and target, the month, and what needs a decision",
    .usage = "[--decisions N] [--include-open] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

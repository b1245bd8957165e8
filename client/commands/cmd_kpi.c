/* `peakstock kpi`: key figures of the shop over a range of days, and of its parts. */
#include <math.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/metrics.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "peakstock/v1/review.pb-c.h"

#define METRIC(row) ((const Peakstock__V1__Metric *)(row))

static bool read_target_gap(const struct pk_output_column *column, const void *row,
                            struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    out_value->number = METRIC(row)->value - METRIC(row)->target;
    return METRIC(row)->defined_case == PEAKSTOCK__V1__METRIC__DEFINED_VALUE &&
           METRIC(row)->targeted_case == PEAKSTOCK__V1__METRIC__TARGETED_TARGET;
}

/* The long form, with what a figure was before and should be. */
static const struct pk_output_column file_columns[] = {
    PK_METRICS_SUMS,
    {.key = "previous_value", .type = PK_OUTPUT_SUM},
    {.key = "year_before_value", .type = PK_OUTPUT_SUM},
    {.key = "target", .type = PK_OUTPUT_SUM},
    {.key = "target_gap", .type = PK_OUTPUT_SUM, .read = read_target_gap},
};

static const struct pk_output_section file_section = {
    .key = "rows",
    .row = &peakstock__v1__metric__descriptor,
    .file_names = PK_METRICS_NAMES " previous_value year_before_value target target_gap",
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    .in_csv = true,
};

/* A share, which people read in per cent; turnover and stock to sales are times, not parts. */
static bool is_share(const char *metric)
{
    static const char *const others[] = {"fill_rate", "cycle_service_level", "stocking_accuracy"};
    static const char *const times[] = {"turnover_ratio", "stock_to_sales_ratio"};
    const size_t size = strlen(metric);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strcmp(metric, times[i]) == 0)
            return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(metric, others[i]) == 0)
            return true;
    return size > 6 && strcmp(metric + size - 6, "_ratio") == 0;
}

/* A figure with as many decimals as its kind needs. */
static void write_figure(const char *metric, double value, struct pk_buffer *text)
{
    if (is_share(metric)) {
        pk_buffer_append_grouped(text, 100 * value, 1);
        pk_buffer_append_byte(text, '%');
        return;
    }
    const bool is_whole = fabs(value) >= 100 || value == rint(value);
    pk_buffer_append_grouped(text, value, is_whole ? 0 : fabs(value) >= 10 ? 1 : 2);
}

enum figure { VALUE, PREVIOUS, YEAR_BEFORE, TARGET, TARGET_GAP };

static bool read_figure(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__Metric *metric = row;
    const bool has_value = metric->defined_case == PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
    const bool has_target = metric->targeted_case == PEAKSTOCK__V1__METRIC__TARGETED_TARGET;
    const struct {
        bool is_known;
        double value;
    } figures[] = {
        [VALUE] = {has_value, metric->value},
        [PREVIOUS] = {metric->previous_case == PEAKSTOCK__V1__METRIC__PREVIOUS_PREVIOUS_VALUE,
                      metric->previous_value},
        [YEAR_BEFORE] = {metric->year_before_case ==
                             PEAKSTOCK__V1__METRIC__YEAR_BEFORE_YEAR_BEFORE_VALUE,
                         metric->year_before_value},
        [TARGET] = {has_target, metric->target},
        [TARGET_GAP] = {has_value && has_target, metric->value - metric->target},
    };
    if (!figures[column->argument].is_known)
        return false;
    write_figure(metric->metric, figures[column->argument].value, scratch);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

/* What a figure was made of; a plain sum is not made of anything. */
static bool read_part_of(const struct pk_output_column *column, const void *row,
                         struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__Metric *metric = row;
    (void)scratch;
    out_value->number = column->argument == 0 ? metric->numerator : metric->denominator;
    return metric->denominator != 1;
}

#define FIGURE(name, which)                                                                        \
    {                                                                                              \
        .key = (name), .type = PK_OUTPUT_TEXT, .read = read_figure, .argument = (which),           \
        .is_right = true                                                                           \
    }

/* The shop as a whole, figure by figure, beside what it was. */
static const struct pk_output_column total_columns[] = {
    {.key = "metric", .type = PK_OUTPUT_WORD},
    FIGURE("value", VALUE),
    FIGURE("previous_value", PREVIOUS),
    FIGURE("year_before_value", YEAR_BEFORE),
    FIGURE("target", TARGET),
    FIGURE("target_gap", TARGET_GAP),
    {.key = "numerator", .type = PK_OUTPUT_SUM, .read = read_part_of, .argument = 0, .spare = 2},
    {.key = "denominator", .type = PK_OUTPUT_SUM, .read = read_part_of, .argument = 1, .spare = 1},
};

static const struct pk_output_section total_section = {
    .key = "total",
    .row = &peakstock__v1__metric__descriptor,
    PK_OUTPUT_TABLE_COLUMNS(total_columns),
};

/* The figures of one part of the shop: `count` rows from the first. */
struct part {
    Peakstock__V1__Metric *const *metrics;
    size_t count;
};

static bool read_part_id(const struct pk_output_column *column, const void *row,
                         struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const struct part *part = row;
    (void)column;
    (void)scratch;
    const char *id = part->metrics[0]->scope_id;
    out_value->text = pk_text_from(id[0] != '\0' ? id : "not_given");
    return true;
}

/* The figure whose name is the column's key. */
static bool read_part_figure(const struct pk_output_column *column, const void *row,
                             struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const struct part *part = row;
    for (size_t i = 0; i < part->count; i++)
        if (strcmp(part->metrics[i]->metric, column->key) == 0)
            return read_figure(&total_columns[1], part->metrics[i], scratch, out_value);
    return false;
}

#define PART_FIGURE(name, importance)                                                              \
    {                                                                                              \
        .key = (name), .type = PK_OUTPUT_TEXT, .read = read_part_figure, .is_right = true,         \
        .spare = (importance)                                                                      \
    }

/* The parts beside each other: sales, earnings, service, stock. */
static const struct pk_output_column part_columns[] = {
    {.key = "scope_id", .type = PK_OUTPUT_WORD, .read = read_part_id},
    PART_FIGURE("gmv", 0),
    PART_FIGURE("units", 0),
    PART_FIGURE("gross_margin_ratio", 0),
    PART_FIGURE("return_ratio", 3),
    PART_FIGURE("fill_rate", 0),
    PART_FIGURE("in_stock_ratio", 5),
    PART_FIGURE("active_item_ratio", 1),
    PART_FIGURE("turnover_days", 0),
    PART_FIGURE("stock_value", 0),
    PART_FIGURE("slow_stock_ratio", 4),
    PART_FIGURE("dead_stock_ratio", 2),
    PART_FIGURE("stocking_accuracy", 6),
};

static const struct pk_output_section part_section = {
    .key = "parts",
    PK_OUTPUT_TABLE_COLUMNS(part_columns),
};

/* Tables: the total downwards, its parts across. */
static void write_tables(struct pk_output *output,
                         const Peakstock__V1__ComputeKpisResponse *response)
{
    size_t at = 0;
    pk_output_begin(output, &total_section);
    for (; at < response->n_metrics && strcmp(response->metrics[at]->scope, "total") == 0; at++)
        pk_output_row(output, response->metrics[at]);
    pk_output_end(output);
    if (at == response->n_metrics)
        return;
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &part_section);
    while (at < response->n_metrics) {
        struct part part = {response->metrics + at, 0};
        while (at < response->n_metrics &&
               strcmp(response->metrics[at]->scope_id, part.metrics[0]->scope_id) == 0) {
            at++;
            part.count++;
        }
        pk_output_row(output, &part);
    }
    pk_output_end(output);
}

/* Tables say the days once: those of the window, and those of the promotion where its figures
 * are. */
static void write_days(struct pk_output *output, const Peakstock__V1__ComputeKpisResponse *response)
{
    const Peakstock__V1__Metric *first = response->n_metrics > 0 ? response->metrics[0] : NULL;
    if (first == NULL)
        return;
    pk_output_line(output, "%s .. %s", first->from_date, first->to_date);
    for (size_t i = 0; i < response->n_metrics; i++) {
        const Peakstock__V1__Metric *metric = response->metrics[i];
        if (strcmp(metric->from_date, first->from_date) == 0 &&
            strcmp(metric->to_date, first->to_date) == 0)
            continue;
        pk_output_line(output,
                       pk_output_is_chinese(output) ? "备货准确率与缺口率为活动 %s .. %s"
                                                    : "stocking accuracy and gap of the promotion "
                                                      "%s .. %s",
                       metric->from_date, metric->to_date);
        return;
    }
}

static void write(const struct pk_command_context *context, struct pk_output *output,
                  const void *reply)
{
    (void)context;
    const Peakstock__V1__ComputeKpisResponse *response = reply;
    pk_output_snapshot(output, response->snapshot);
    write_days(output, response);
    pk_output_begin(output, &file_section);
    for (size_t i = 0; i < response->n_metrics; i++)
        pk_output_row(output, response->metrics[i]);
    pk_output_end(output);
    if (pk_output_is_table(output))
        write_tables(output, response);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ComputeKpisRequest request = PEAKSTOCK__V1__COMPUTE_KPIS_REQUEST__INIT;
    const enum pk_status status = pk_command_check_from_to(context, error);
    if (status != PK_OK)
        return status;
    request.from_date = (char *)pk_command_date_text(context, "from");
    request.to_date = (char *)pk_command_date_text(context, "to");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "by"))
        request.by = (char *)pk_command_text(context, "by");
    const struct pk_question question = {"/peakstock.v1.ReviewService/ComputeKpis", &request.base,
                                         &peakstock__v1__compute_kpis_response__descriptor};
    return pk_show_reply(context, &question, write, error);
}

static const struct pk_option options[] = {
    {"from", PK_OPTION_DATE, "D", "first day (as-of - 29 days)", NULL, 0, 0},
    {"to", PK_OPTION_DATE, "D", "last day (as-of)", NULL, 0, 0},
    {"by", PK_OPTION_CHOICE, "WHAT", "category, warehouse, channel or role (the total alone)",
     "category|warehouse|channel|role", 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_kpi = {
    .name = "kpi",
    .summary = "key figures of the shop over a range of days",
    .usage = "[--from D --to D] [--by category|warehouse|channel|role] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

/* `peakstock backtest`: past forecasts against what was sold, beside three plain forecasts. */
#include <stdlib.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/metrics.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "models/base/array.h"
#include "models/base/limits.h"
#include "peakstock/v1/forecast.pb-c.h"

#define ORIGIN_COUNT_DEFAULT 8
#define HORIZON_DAYS_DEFAULT 28

/* The figures of a class that tables show, in their order there. */
static const char *const shown_metrics[] = {
    "window_count",
    "bucket_count",
    /* days */
    "wape",
    "wape_seasonal_naive",
    "wape_year_naive",
    "wape_mean28",
    "relative_wape",
    "bias",
    "rmsse",
    "relative_rmsse",
    /* totals */
    "wape_window",
    "wape_window_seasonal_naive",
    "wape_window_year_naive",
    "wape_window_mean28",
    "relative_wape_window",
    "bias_window",
    /* coverage */
    "coverage_q10",
    "coverage_q50",
    "coverage_q90",
    "coverage_pit_q10",
    "coverage_pit_q50",
    "coverage_pit_q90",
    "coverage_q10_window",
    "coverage_q50_window",
    "coverage_q90_window",
    "coverage_pit_q10_window",
    "coverage_pit_q50_window",
    "coverage_pit_q90_window",
};
#define SHOWN_COUNT (sizeof shown_metrics / sizeof *shown_metrics)
enum {
    AT_WINDOWS = 0,
    AT_BUCKETS = 1,
    AT_DAYS = 2,
    AT_RMSSE = 8,
    AT_TOTALS = 10,
    AT_COVERAGE = 16
};

/* One class: a row of every table. */
struct class_row {
    char scope[32], scope_id[PK_TEXT_BYTES_MAX + 1];
    double values[SHOWN_COUNT];
    bool is_defined[SHOWN_COUNT];
};

struct backtest_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun;
    int64_t total_count;
    struct class_row *classes;
    size_t class_count, class_capacity;
    char from_date[16], to_date[16];
};

static bool read_scope(const struct pk_output_column *column, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct class_row *class_row = row;
    out_value->text = pk_text_from(column->argument == 0 ? class_row->scope : class_row->scope_id);
    if (out_value->text.size == 0 && strcmp(class_row->scope, "total") != 0 &&
        strcmp(class_row->scope, "nominal") != 0)
        out_value->text = pk_text_from("not_given");
    return out_value->text.size > 0;
}

static bool read_value(const struct pk_output_column *column, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct class_row *class_row = row;
    out_value->number = class_row->values[column->argument];
    out_value->integer = (int64_t)class_row->values[column->argument];
    return class_row->is_defined[column->argument];
}

#define SCOPE_COLUMNS                                                                              \
    {.key = "scope", .type = PK_OUTPUT_WORD, .read = read_scope},                                  \
    {                                                                                              \
        .key = "scope_id", .type = PK_OUTPUT_WORD, .read = read_scope, .argument = 1               \
    }

static const struct pk_output_column day_columns[] = {
    SCOPE_COLUMNS,
    {.key = "days", .type = PK_OUTPUT_INTEGER, .read = read_value, .argument = AT_BUCKETS},
    {.key = "wape", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_DAYS},
    {.key = "wape_seasonal_naive",
     .type = PK_OUTPUT_RATIO,
     .read = read_value,
     .argument = AT_DAYS + 1},
    {.key = "wape_year_naive",
     .type = PK_OUTPUT_RATIO,
     .read = read_value,
     .argument = AT_DAYS + 2},
    {.key = "wape_mean28", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_DAYS + 3},
    {.key = "relative_wape", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_DAYS + 4},
    {.key = "bias", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_DAYS + 5},
    {.key = "rmsse", .type = PK_OUTPUT_SUM, .read = read_value, .argument = AT_RMSSE},
    {.key = "relative_rmsse",
     .type = PK_OUTPUT_RATIO,
     .read = read_value,
     .argument = AT_RMSSE + 1},
};

static const struct pk_output_column total_columns[] = {
    SCOPE_COLUMNS,
    {.key = "window_count", .type = PK_OUTPUT_INTEGER, .read = read_value, .argument = AT_WINDOWS},
    {.key = "wape", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_TOTALS},
    {.key = "wape_seasonal_naive",
     .type = PK_OUTPUT_RATIO,
     .read = read_value,
     .argument = AT_TOTALS + 1},
    {.key = "wape_year_naive",
     .type = PK_OUTPUT_RATIO,
     .read = read_value,
     .argument = AT_TOTALS + 2},
    {.key = "wape_mean28", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_TOTALS + 3},
    {.key = "relative_wape",
     .type = PK_OUTPUT_RATIO,
     .read = read_value,
     .argument = AT_TOTALS + 4},
    {.key = "bias", .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_TOTALS + 5},
};

#define COVERAGE_COLUMN(title, index)                                                              \
    {                                                                                              \
        .key = title, .type = PK_OUTPUT_RATIO, .read = read_value, .argument = AT_COVERAGE + index \
    }
static const struct pk_output_column coverage_columns[] = {
    SCOPE_COLUMNS,
    COVERAGE_COLUMN("day P10", 0),
    COVERAGE_COLUMN("P50", 1),
    COVERAGE_COLUMN("P90", 2),
    COVERAGE_COLUMN("day PIT 10", 3),
    COVERAGE_COLUMN("50", 4),
    COVERAGE_COLUMN("90", 5),
    COVERAGE_COLUMN("total P10", 6),
    COVERAGE_COLUMN("P50", 7),
    COVERAGE_COLUMN("P90", 8),
    COVERAGE_COLUMN("total PIT 10", 9),
    COVERAGE_COLUMN("50", 10),
    COVERAGE_COLUMN("90", 11),
};

static const struct pk_output_column file_columns[] = {
    PK_METRICS_SUMS,
    {.key = "nominal", .type = PK_OUTPUT_SUM},
};

static const struct pk_output_section file_section = {
    .key = "rows",
    .row = &peakstock__v1__backtest_metric__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    .in_csv = true,
};

static const struct pk_output_section table_sections[] = {
    {.key = "days", PK_OUTPUT_TABLE_COLUMNS(day_columns)},
    {.key = "totals", PK_OUTPUT_TABLE_COLUMNS(total_columns)},
    {.key = "coverage", PK_OUTPUT_TABLE_COLUMNS(coverage_columns)},
};

/* The row of a metric's class: metrics of a class come one after the other. */
static struct class_row *class_of(struct backtest_command *command,
                                  const Peakstock__V1__BacktestMetric *metric,
                                  struct pk_error *error)
{
    struct class_row *last =
        command->class_count > 0 ? &command->classes[command->class_count - 1] : NULL;
    if (last && strcmp(last->scope, metric->scope) == 0 &&
        strcmp(last->scope_id, metric->scope_id) == 0)
        return last;
    if (pk_array_reserve(&command->classes, &command->class_capacity, command->class_count + 1,
                         sizeof *command->classes, "the figures", error) != PK_OK)
        return NULL;
    last = &command->classes[command->class_count++];
    *last = (struct class_row){0};
    pk_text_format(last->scope, sizeof last->scope, "%s", metric->scope);
    pk_text_format(last->scope_id, sizeof last->scope_id, "%s", metric->scope_id);
    return last;
}

static enum pk_status keep_metric(struct backtest_command *command,
                                  const Peakstock__V1__BacktestMetric *metric,
                                  struct pk_error *error)
{
    struct class_row *row = class_of(command, metric, error);
    if (!row)
        return PK_OUT_OF_MEMORY;
    for (size_t i = 0; i < SHOWN_COUNT; i++) {
        if (strcmp(shown_metrics[i], metric->metric) != 0)
            continue;
        row->values[i] = metric->value;
        row->is_defined[i] = metric->defined_case == PEAKSTOCK__V1__BACKTEST_METRIC__DEFINED_VALUE;
    }
    pk_text_format(command->from_date, sizeof command->from_date, "%s", metric->from_date);
    pk_text_format(command->to_date, sizeof command->to_date, "%s", metric->to_date);
    return PK_OK;
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    struct backtest_command *command = taker;
    const Peakstock__V1__BacktestForecastsResponse *response = message;
    enum pk_status status = PK_OK;
    if (!command->has_begun) {
        command->has_begun = true;
        pk_output_snapshot(command->output, response->snapshot);
        pk_output_begin(command->output, &file_section);
    }
    if (response->n_metrics == 0 && response->n_warnings == 0)
        pk_command_note(command->context, "%lld of %lld origins", (long long)response->done_count,
                        (long long)response->total_count);
    command->total_count = response->total_count;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(command->context, "%s", response->warnings[i]);
    for (size_t i = 0; i < response->n_metrics && status == PK_OK; i++) {
        pk_output_row(command->output, response->metrics[i]);
        if (command->context->format == PK_FORMAT_TABLE)
            status = keep_metric(command, response->metrics[i], error);
    }
    return status;
}

/* What the coverages should be, as the first row of their table. */
static struct class_row nominal_row(void)
{
    static const double nominal[] = {0.1, 0.5, 0.9};
    struct class_row row = {.scope = "nominal"};
    for (size_t i = AT_COVERAGE; i < SHOWN_COUNT; i++) {
        row.values[i] = nominal[(i - AT_COVERAGE) % 3];
        row.is_defined[i] = true;
    }
    return row;
}

static void print_tables(struct backtest_command *command)
{
    static const char *const titles[][2] = {
        {"Each day (WAPE; \"of best\": ours over the best of the three plain forecasts):",
         "逐日(WAPE;“相对最优”:本模型误差除以三种朴素预测中最好者):"},
        {"Totals of the horizon:", "预测期合计:"},
        {"Coverage: share of outcomes at or below each quantile, plain and randomised (PIT):",
         "覆盖率:结果不超过各分位数的比例(原始与随机化 PIT):"},
    };
    const struct class_row nominal = nominal_row();
    const bool is_chinese = pk_output_is_chinese(command->output);
    pk_output_line(command->output,
                   is_chinese ? "%lld 个起点,预测 %s 至 %s" : "%lld origins, forecasts of %s to %s",
                   (long long)command->total_count, command->from_date, command->to_date);
    for (size_t i = 0; i < sizeof table_sections / sizeof *table_sections; i++) {
        pk_output_line(command->output, "%s", "");
        pk_output_line(command->output, "%s", titles[i][is_chinese]);
        pk_output_begin(command->output, &table_sections[i]);
        if (table_sections[i].table_columns == coverage_columns)
            pk_output_row(command->output, &nominal);
        for (size_t k = 0; k < command->class_count; k++)
            pk_output_row(command->output, &command->classes[k]);
        pk_output_end(command->output);
    }
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct backtest_command *command = taker;
    if (!command->has_begun)
        return pk_error_set(error, PK_DATA_LOSS, "snapshot",
                            "the service ended the backtest without naming its snapshot");
    pk_output_end(command->output);
    if (command->context->format == PK_FORMAT_TABLE)
        print_tables(command);
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct backtest_command command = {.context = context};
    Peakstock__V1__BacktestForecastsRequest request =
        PEAKSTOCK__V1__BACKTEST_FORECASTS_REQUEST__INIT;
    request.origin_count = (int32_t)pk_command_count(context, "origins", ORIGIN_COUNT_DEFAULT);
    request.horizon_days = (int32_t)pk_command_count(context, "horizon", HORIZON_DAYS_DEFAULT);
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "by"))
        request.by = (char *)pk_command_text(context, "by");
    const struct pk_question question = {"/peakstock.v1.ForecastService/BacktestForecasts",
                                         &request.base,
                                         &peakstock__v1__backtest_forecasts_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    enum pk_status status = pk_show_stream(context, &question, &taker, error);
    free(command.classes);
    return status;
}

static const struct pk_option options[] = {
    {"origins", PK_OPTION_COUNT, "K", "origins, 1 to 26 (8)", NULL, 1,
     PK_BACKTEST_ORIGIN_COUNT_MAX},
    {"horizon", PK_OPTION_COUNT, "N", "days ahead of each, 1 to 400 (28)", NULL, 1,
     PK_HORIZON_DAYS_MAX},
    {"by", PK_OPTION_CHOICE, "WHAT",
     "category, velocity, event, warehouse or role (velocity, event and category)",
     "category|velocity|event|warehouse|role", 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_backtest = {
    .name = "backtest",
    .summary = "how good past forecasts would have been, beside plain ones",
    .usage =
        "[--origins K] [--horizon N] [--by category|velocity|event|warehouse|role] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

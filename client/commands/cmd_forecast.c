/* `peakstock forecast`: mean and quantiles of demand ahead, by item, warehouse and day. */
#include <math.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "models/base/limits.h"
#include "peakstock/v1/forecast.pb-c.h"

#define HORIZON_DAYS_DEFAULT 28
/* Two probabilities closer than this are the same: their columns would have the same name. */
#define PROBABILITY_STEP 1e-9
/* Series whose facts are told below a table; more would bury the table. */
#define FACT_LINE_COUNT_MAX 10

/* Columns before the quantiles. */
#define FRAME_COLUMN_COUNT 4

struct quantile {
    double probability;
    char key[32];     /* q975_units */
    char heading[16]; /* P97.5 */
};

/* One bucket of one series. */
struct forecast_row {
    const Peakstock__V1__SeriesForecast *series;
    size_t bucket;
    const Peakstock__V1__QuantileColumn *quantiles[PK_QUANTILE_COUNT_MAX];
};

struct forecast_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    struct quantile quantiles[PK_QUANTILE_COUNT_MAX];
    size_t quantile_count;
    double probabilities[PK_QUANTILE_COUNT_MAX]; /* as the request wants them */
    /* The last one stands in files only. */
    struct pk_output_column columns[FRAME_COLUMN_COUNT + PK_QUANTILE_COUNT_MAX + 1];
    struct pk_output_section section;
    bool has_begun;
    struct pk_buffer facts; /* lines below the table */
    size_t fact_count;
};

static bool read_item(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct forecast_row *forecast = row;
    out_value->text = pk_text_from(forecast->series->item_id);
    return true;
}

static bool read_warehouse(const struct pk_output_column *column, const void *row,
                           struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct forecast_row *forecast = row;
    out_value->text = pk_text_from(forecast->series->warehouse_id);
    return true;
}

static bool read_date(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct forecast_row *forecast = row;
    out_value->integer = forecast->series->date_epoch_days[forecast->bucket];
    return true;
}

static bool read_mean(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct forecast_row *forecast = row;
    out_value->number = forecast->series->mean_units[forecast->bucket];
    return true;
}

/* The forecast before parents and adjustments. */
static bool read_statistical(const struct pk_output_column *column, const void *row,
                             struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const struct forecast_row *forecast = row;
    const Peakstock__V1__SeriesForecast *series = forecast->series;
    out_value->number = series->n_statistical_mean_units > forecast->bucket
                            ? series->statistical_mean_units[forecast->bucket]
                            : series->mean_units[forecast->bucket];
    return true;
}

static bool read_quantile(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct forecast_row *forecast = row;
    out_value->integer = forecast->quantiles[column->argument]->units[forecast->bucket];
    return true;
}

/* "q" and the decimals of the probability, at least two of them: q05, q50, q975. */
static void name_quantile(struct quantile *quantile)
{
    char decimals[16];
    size_t size = pk_text_format(decimals, sizeof decimals, "%.9f", quantile->probability);
    while (size > 4 && decimals[size - 1] == '0')
        decimals[--size] = '\0';
    pk_text_format(quantile->key, sizeof quantile->key, "q%s_units", decimals + 2);
    pk_text_format(quantile->heading, sizeof quantile->heading, "P%.7g",
                   100 * quantile->probability);
}

static enum pk_status add_quantile(struct forecast_command *command,
                                   struct pk_command_context *context, struct pk_text word,
                                   struct pk_error *error)
{
    double probability;
    if (!pk_text_to_number(pk_text_trim(word), &probability))
        return pk_command_misuse(context, error,
                                 "--quantiles takes numbers separated by commas, such as "
                                 "0.1,0.5,0.9, not \"%.*s\"",
                                 (int)word.size, word.bytes);
    if (!(probability >= PROBABILITY_STEP && probability <= 1 - PROBABILITY_STEP))
        return pk_command_misuse(context, error,
                                 "--quantiles takes probabilities above 0 and below 1, not %.*s",
                                 (int)word.size, word.bytes);
    for (size_t i = 0; i < command->quantile_count; i++)
        if (fabs(command->quantiles[i].probability - probability) < PROBABILITY_STEP)
            return pk_command_misuse(context, error, "--quantiles names %.*s twice", (int)word.size,
                                     word.bytes);
    if (command->quantile_count == PK_QUANTILE_COUNT_MAX)
        return pk_command_misuse(context, error, "--quantiles takes at most %d probabilities",
                                 PK_QUANTILE_COUNT_MAX);
    struct quantile *quantile = &command->quantiles[command->quantile_count];
    quantile->probability = probability;
    name_quantile(quantile);
    command->probabilities[command->quantile_count++] = probability;
    return PK_OK;
}

static enum pk_status read_quantiles(struct forecast_command *command,
                                     struct pk_command_context *context, struct pk_error *error)
{
    const char *text = pk_command_text(context, "quantiles");
    if (!text)
        text = "0.1,0.5,0.9";
    for (bool is_last = false; !is_last;) {
        const char *comma = strchr(text, ',');
        is_last = !comma;
        struct pk_text word = {text, comma ? (size_t)(comma - text) : strlen(text)};
        enum pk_status status = add_quantile(command, context, word, error);
        if (status != PK_OK)
            return status;
        text = comma + 1;
    }
    return PK_OK;
}

static void describe(struct forecast_command *command)
{
    const struct pk_output_column frame[FRAME_COLUMN_COUNT] = {
        {.key = "item_id", .type = PK_OUTPUT_TEXT, .read = read_item},
        {.key = "warehouse_id", .type = PK_OUTPUT_TEXT, .read = read_warehouse},
        {.key = "date", .type = PK_OUTPUT_DATE, .read = read_date},
        {.key = "mean_units", .type = PK_OUTPUT_MEAN, .read = read_mean},
    };
    memcpy(command->columns, frame, sizeof frame);
    for (size_t i = 0; i < command->quantile_count; i++)
        command->columns[FRAME_COLUMN_COUNT + i] =
            (struct pk_output_column){.key = command->quantiles[i].key,
                                      .type = PK_OUTPUT_INTEGER,
                                      .read = read_quantile,
                                      .argument = i,
                                      .heading = command->quantiles[i].heading};
    size_t count = FRAME_COLUMN_COUNT + command->quantile_count;
    command->columns[count] = (struct pk_output_column){
        .key = "statistical_mean_units", .type = PK_OUTPUT_MEAN, .read = read_statistical};
    command->section = (struct pk_output_section){.key = "rows",
                                                  .file_columns = command->columns,
                                                  .file_column_count = count + 1,
                                                  .table_columns = command->columns,
                                                  .table_column_count = count,
                                                  .in_csv = true};
}

static double sum(const double *values, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

static void keep_facts(struct forecast_command *command,
                       const Peakstock__V1__SeriesForecast *series)
{
    if (command->context->format != PK_FORMAT_TABLE || series->n_reasons == 0)
        return;
    if (++command->fact_count > FACT_LINE_COUNT_MAX)
        return;
    bool is_chinese = pk_output_is_chinese(command->output);
    pk_buffer_append_string(&command->facts, series->item_id);
    pk_buffer_append_string(&command->facts, " @ ");
    pk_buffer_append_string(&command->facts, series->warehouse_id);
    for (size_t i = 0; i < series->n_reasons; i++) {
        pk_buffer_append_string(&command->facts, i == 0 ? ": " : "; ");
        pk_buffer_append_string(&command->facts,
                                pk_wording_reason(series->reasons[i]->code, is_chinese));
    }
    if (series->n_statistical_mean_units > 0) {
        char units[64];
        pk_text_format(units, sizeof units,
                       is_chinese ? "（统计预测 %.1f 件）" : " (statistical %.1f)",
                       sum(series->statistical_mean_units, series->n_statistical_mean_units));
        pk_buffer_append_string(&command->facts, units);
    }
    pk_buffer_append_byte(&command->facts, '\n');
}

/* Finds the answer's column of every wanted probability; false if the answer is not complete. */
static bool arrange(const struct forecast_command *command,
                    const Peakstock__V1__SeriesForecast *series, struct forecast_row *out_row)
{
    size_t bucket_count = series->n_date_epoch_days;
    if (series->n_mean_units != bucket_count)
        return false;
    out_row->series = series;
    for (size_t i = 0; i < command->quantile_count; i++) {
        const Peakstock__V1__QuantileColumn *found = NULL;
        for (size_t k = 0; k < series->n_quantiles && !found; k++)
            if (fabs(series->quantiles[k]->probability - command->probabilities[i]) <
                PROBABILITY_STEP)
                found = series->quantiles[k];
        if (!found || found->n_units != bucket_count)
            return false;
        out_row->quantiles[i] = found;
    }
    return true;
}

/* Before the first row, and at the end of an answer without any. */
static void begin(struct forecast_command *command, const Peakstock__V1__SnapshotRef *snapshot)
{
    if (command->has_begun)
        return;
    command->has_begun = true;
    pk_output_snapshot(command->output, snapshot);
    pk_output_begin(command->output, &command->section);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    struct forecast_command *command = taker;
    const Peakstock__V1__StreamForecastsResponse *response = message;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(command->context, "%s", response->warnings[i]);
    begin(command, response->snapshot);
    for (size_t i = 0; i < response->n_series; i++) {
        const Peakstock__V1__SeriesForecast *series = response->series[i];
        struct forecast_row row = {0};
        if (!arrange(command, series, &row))
            return pk_error_set(error, PK_DATA_LOSS, "series",
                                "the service's forecast of item %s is not complete",
                                series->item_id);
        for (row.bucket = 0; row.bucket < series->n_date_epoch_days; row.bucket++)
            pk_output_row(command->output, &row);
        keep_facts(command, series);
    }
    return PK_OK;
}

static void print_facts(struct forecast_command *command)
{
    if (command->fact_count == 0)
        return;
    bool is_chinese = pk_output_is_chinese(command->output);
    const char *line = pk_buffer_string(&command->facts);
    for (const char *end; (end = strchr(line, '\n')); line = end + 1)
        pk_output_line(command->output, "%.*s", (int)(end - line), line);
    if (command->fact_count > FACT_LINE_COUNT_MAX)
        pk_output_line(command->output,
                       is_chinese ? "另有 %zu 个序列有说明" : "and %zu more series with remarks",
                       command->fact_count - FACT_LINE_COUNT_MAX);
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct forecast_command *command = taker;
    (void)error;
    begin(command, NULL);
    pk_output_end(command->output);
    print_facts(command);
    return PK_OK;
}

static enum pk_status ask(struct forecast_command *command, struct pk_command_context *context,
                          struct pk_error *error)
{
    Peakstock__V1__SeriesFilter filter = PEAKSTOCK__V1__SERIES_FILTER__INIT;
    Peakstock__V1__ForecastOptions options = PEAKSTOCK__V1__FORECAST_OPTIONS__INIT;
    Peakstock__V1__StreamForecastsRequest request = PEAKSTOCK__V1__STREAM_FORECASTS_REQUEST__INIT;
    char *category = (char *)pk_command_text(context, "category");
    filter.item_ids = (char **)pk_command_ids(context, "item", &filter.n_item_ids);
    filter.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &filter.n_warehouse_ids);
    filter.categories = &category;
    filter.n_categories = category ? 1 : 0;
    options.horizon_days = (int32_t)pk_command_count(context, "horizon", HORIZON_DAYS_DEFAULT);
    options.probabilities = command->probabilities;
    options.n_probabilities = command->quantile_count;
    options.total = pk_command_has(context, "total");
    options.as_of_date = (char *)pk_command_date_text(context, "as-of");
    request.filter = &filter;
    request.options = &options;
    const struct pk_question question = {"/peakstock.v1.ForecastService/StreamForecasts",
                                         &request.base,
                                         &peakstock__v1__stream_forecasts_response__descriptor};
    const struct pk_show_taker taker = {command, &command->output, take, end_answer};
    return pk_show_stream(context, &question, &taker, error);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct forecast_command command = {.context = context};
    if (!pk_command_has(context, "item") && !pk_command_has(context, "warehouse") &&
        !pk_command_has(context, "category") && !pk_command_has(context, "all"))
        return pk_command_misuse(
            context, error,
            "say what to forecast: --item ID, --category C, --warehouse ID or --all");
    enum pk_status status = read_quantiles(&command, context, error);
    if (status != PK_OK)
        return status;
    describe(&command);
    status = ask(&command, context, error);
    pk_buffer_done(&command.facts);
    return status;
}

static const struct pk_option options[] = {
    {"item", PK_OPTION_ID, "ID", "this item; may be given again", NULL, 0, 0},
    PK_OPTION_WAREHOUSES,
    {"category", PK_OPTION_TEXT, "C", "the items of this category", NULL, 0, 0},
    {"all", PK_OPTION_FLAG, NULL, "every series of the shop", NULL, 0, 0},
    {"horizon", PK_OPTION_COUNT, "N", "days ahead, 1 to 400 (28)", NULL, 1, PK_HORIZON_DAYS_MAX},
    {"quantiles", PK_OPTION_TEXT, "P,...", "probabilities, at most 19 (0.1,0.5,0.9)", NULL, 0, 0},
    {"total", PK_OPTION_FLAG, NULL, "one row per series: the sum, with quantiles of the sum", NULL,
     0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_forecast = {
    .name = "forecast",
    .summary = "demand ahead, by item and warehouse",
    .usage = "[--item ID] [--warehouse ID] [--category C] [--all] [--horizon N] "
             "[--quantiles 0.1,0.5,0.9] [--total] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

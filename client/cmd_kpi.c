#include <string.h>

#include "client/answer.h"
#include "client/commands.h"
#include "client/metrics.h"
#include "client/output.h"
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

/* After what every long form has. */
static const struct pk_output_column own_columns[] = {
    {.key = "previous_value", .type = PK_OUTPUT_SUM},
    {.key = "year_before_value", .type = PK_OUTPUT_SUM},
    {.key = "target", .type = PK_OUTPUT_SUM},
    {.key = "target_gap", .type = PK_OUTPUT_SUM, .read = read_target_gap},
};
#define OWN_COLUMN_COUNT (sizeof own_columns / sizeof *own_columns)

static const struct pk_output_column table_columns[] = {
    {.key = "scope", .type = PK_OUTPUT_WORD},
    {.key = "scope_id", .type = PK_OUTPUT_TEXT},
    {.key = "metric", .type = PK_OUTPUT_WORD},
    {.key = "value", .type = PK_OUTPUT_SUM},
    {.key = "previous_value", .type = PK_OUTPUT_SUM},
    {.key = "year_before_value", .type = PK_OUTPUT_SUM},
    {.key = "target", .type = PK_OUTPUT_SUM},
    {.key = "target_gap", .type = PK_OUTPUT_SUM, .read = read_target_gap},
    {.key = "numerator", .type = PK_OUTPUT_SUM},
    {.key = "denominator", .type = PK_OUTPUT_SUM},
};

/* Tables say the days once: those of the window, and those of the promotion where its figures are. */
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

static void write(struct pk_output *output, const Peakstock__V1__ComputeKpisResponse *response)
{
    struct pk_output_column columns[PK_METRICS_COLUMN_COUNT + OWN_COLUMN_COUNT];
    struct pk_output_section section = pk_metrics_section;
    memcpy(columns, pk_metrics_columns, sizeof pk_metrics_columns);
    memcpy(columns + PK_METRICS_COLUMN_COUNT, own_columns, sizeof own_columns);
    section.file_columns = columns;
    section.file_column_count = PK_METRICS_COLUMN_COUNT + OWN_COLUMN_COUNT;
    section.table_columns = table_columns;
    section.table_column_count = sizeof table_columns / sizeof *table_columns;
    pk_output_snapshot(output, response->snapshot);
    write_days(output, response);
    pk_output_begin(output, &section);
    for (size_t i = 0; i < response->n_metrics; i++)
        pk_output_row(output, response->metrics[i]);
    pk_output_end(output);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ComputeKpisRequest request = PEAKSTOCK__V1__COMPUTE_KPIS_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    struct pk_output *output = NULL;
    if (pk_command_has(context, "from") && pk_command_has(context, "to") &&
        pk_command_date(context, "from") > pk_command_date(context, "to"))
        return pk_command_misuse(context, error, "--from %s lies after --to %s",
                                 pk_command_date_text(context, "from"),
                                 pk_command_date_text(context, "to"));
    request.from_date = (char *)pk_command_date_text(context, "from");
    request.to_date = (char *)pk_command_date_text(context, "to");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "by"))
        request.by = (char *)pk_command_text(context, "by");
    enum pk_status status =
        pk_answer_get(context, "/peakstock.v1.ReviewService/ComputeKpis", &request.base,
                      &peakstock__v1__compute_kpis_response__descriptor, &reply, error);
    if (status == PK_OK)
        status = pk_output_open(context, &output, error);
    if (status != PK_OK)
        goto cleanup;
    write(output, (const void *)reply);
    status = pk_output_publish(output, error);
cleanup:
    pk_output_close(output);
    protobuf_c_message_free_unpacked(reply, NULL);
    return status;
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

#include "client/answer.h"
#include "client/commands.h"
#include "client/output.h"
#include "peakstock/v1/clearance.pb-c.h"

static const struct pk_output_column file_columns[] = {
    {.key = "item_id", .type = PK_OUTPUT_TEXT},
    {.key = "warehouse_id", .type = PK_OUTPUT_TEXT},
    {.key = "on_hand_units", .type = PK_OUTPUT_INTEGER},
    {.key = "days_of_supply", .type = PK_OUTPUT_INTEGER},
    {.key = "age_days", .type = PK_OUTPUT_INTEGER},
    {.key = "action", .type = PK_OUTPUT_WORD},
    {.key = "discount_ratio", .type = PK_OUTPUT_RATIO},
    {.key = "expected_cleared_units", .type = PK_OUTPUT_MEAN},
    {.key = "clear_probability", .type = PK_OUTPUT_RATIO},
    {.key = "expected_value", .type = PK_OUTPUT_MONEY},
    {.key = "reason", .type = PK_OUTPUT_REASONS},
};

static const struct pk_output_column table_columns[] = {
    {.key = "item_id", .type = PK_OUTPUT_TEXT},
    {.key = "item_name", .type = PK_OUTPUT_NAME},
    {.key = "warehouse_id", .type = PK_OUTPUT_TEXT},
    {.key = "on_hand_units", .type = PK_OUTPUT_INTEGER},
    {.key = "days_of_supply", .type = PK_OUTPUT_INTEGER},
    {.key = "age_days", .type = PK_OUTPUT_INTEGER},
    {.key = "action", .type = PK_OUTPUT_WORD},
    {.key = "discount_ratio", .type = PK_OUTPUT_RATIO},
    {.key = "expected_cleared_units", .type = PK_OUTPUT_MEAN},
    {.key = "clear_probability", .type = PK_OUTPUT_RATIO},
    {.key = "expected_value", .type = PK_OUTPUT_MONEY},
    {.key = "reason", .type = PK_OUTPUT_REASONS},
};

static const struct pk_output_section lines_section = {
    .key = "rows",
    .row = &peakstock__v1__clearance_line__descriptor,
    .file_columns = file_columns,
    .file_column_count = sizeof file_columns / sizeof *file_columns,
    .table_columns = table_columns,
    .table_column_count = sizeof table_columns / sizeof *table_columns,
    .in_csv = true,
};

static const struct pk_output_column summary_columns[] = {
    {.key = "by_date", .type = PK_OUTPUT_TEXT},
    {.key = "line_count", .type = PK_OUTPUT_INTEGER},
    {.key = "flagged_units", .type = PK_OUTPUT_INTEGER},
    {.key = "expected_cleared_units", .type = PK_OUTPUT_MEAN},
    {.key = "expected_cleared_ratio", .type = PK_OUTPUT_RATIO},
    {.key = "target_cleared_unit_ratio", .type = PK_OUTPUT_RATIO},
    {.key = "expected_value", .type = PK_OUTPUT_MONEY},
    {.key = "currency_code", .type = PK_OUTPUT_TEXT},
};

static const struct pk_output_section summary_section = {
    .key = "summary",
    .row = &peakstock__v1__clearance_summary__descriptor,
    .file_columns = summary_columns,
    .file_column_count = sizeof summary_columns / sizeof *summary_columns,
    .table_columns = summary_columns,
    .table_column_count = sizeof summary_columns / sizeof *summary_columns,
    .is_single = true,
};

struct clearance_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun;
};

/* Before the first line, and at the end of an answer without any. */
static void begin(struct clearance_command *command, const Peakstock__V1__SnapshotRef *snapshot)
{
    if (command->has_begun)
        return;
    command->has_begun = true;
    pk_output_snapshot(command->output, snapshot);
    pk_output_begin(command->output, &lines_section);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct clearance_command *command = taker;
    const Peakstock__V1__PlanClearanceResponse *response = message;
    begin(command, response->snapshot);
    for (size_t i = 0; i < response->n_lines; i++)
        pk_output_row(command->output, response->lines[i]);
    const Peakstock__V1__ClearanceSummary *summary = response->summary;
    if (summary) {
        pk_output_end(command->output);
        pk_output_line(command->output, "%s", "");
        pk_output_begin(command->output, &summary_section);
        pk_output_row(command->output, summary);
        pk_output_end(command->output);
        for (size_t i = 0; i < summary->n_warnings; i++)
            pk_command_warn(command->context, "%s", summary->warnings[i]);
    }
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct clearance_command command = {.context = context};
    Peakstock__V1__PlanClearanceRequest request = PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__INIT;
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    request.by_date = (char *)pk_command_date_text(context, "by-date");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "target-cleared-unit-ratio")) {
        request.target_case =
            PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__TARGET_TARGET_CLEARED_UNIT_RATIO;
        request.target_cleared_unit_ratio =
            pk_command_number(context, "target-cleared-unit-ratio", 0);
    }
    if (pk_command_has(context, "by-date") && pk_command_has(context, "as-of") &&
        pk_command_date(context, "by-date") <= pk_command_date(context, "as-of"))
        return pk_command_misuse(context, error, "--by-date must lie after --as-of");
    enum pk_status status = pk_output_open(context, &command.output, error);
    if (status == PK_OK)
        status = pk_answer_stream(
            context, "/peakstock.v1.ClearanceService/PlanClearance", &request.base,
            &peakstock__v1__plan_clearance_response__descriptor, take, &command, error);
    if (status == PK_OK) {
        begin(&command, NULL);
        status = pk_output_publish(command.output, error);
    }
    pk_output_close(command.output);
    return status;
}

static const struct pk_option options[] = {
    {"warehouse", PK_OPTION_ID, "ID", "this warehouse; may be given again (all)", NULL, 0, 0},
    {"by-date", PK_OPTION_DATE, "D", "last day of the clearance (as-of + 90 days)", NULL, 0, 0},
    {"target-cleared-unit-ratio", PK_OPTION_NUMBER, "R",
     "share of the flagged units to clear, 0 to 1 (0.92)", NULL, 0, 1},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_clearance = {
    .name = "clearance",
    .summary = "slow movers: what to clear, at which discount, what it is worth",
    .usage = "[--warehouse ID] [--by-date D] [--target-cleared-unit-ratio R] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

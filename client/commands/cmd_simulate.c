/* `peakstock simulate`: what our orders would have cost on the shop's own past, beside plain
 * policies. */
#include "client/commands/commands.h"
#include "client/commands/metrics.h"
#include "client/commands/show.h"
#include "client/commands/simulate_tables.h"
#include "client/output/output.h"
#include "models/base/limits.h"
#include "peakstock/v1/simulate.pb-c.h"

struct simulate_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun, has_ended;
    struct pk_simulate_report report;
};

static const struct pk_output_column metric_columns[] = {
    PK_METRICS_SUMS,
};
static const struct pk_output_section metric_section = {
    .key = "rows",
    .row = &peakstock__v1__simulation_metric__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
    PK_OUTPUT_FILE_COLUMNS(metric_columns),
    .in_csv = true,
};

static const struct pk_output_column verdict_columns[] = {
    {.key = "cost_saving_ratio", .type = PK_OUTPUT_SUM},
    {.key = "cost_saving_ratio_low", .type = PK_OUTPUT_SUM},
    {.key = "cost_saving_ratio_high", .type = PK_OUTPUT_SUM},
    {.key = "stock_saving_ratio", .type = PK_OUTPUT_SUM},
};
static const struct pk_output_section verdict_section = {
    .key = "verdicts",
    .row = &peakstock__v1__simulation_verdict__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
    PK_OUTPUT_FILE_COLUMNS(verdict_columns),
};

static const struct pk_output_section basis_section = {
    .key = "basis",
    .row = &peakstock__v1__simulation_basis__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
    .is_single = true,
};

/* Ends the document with what comes in the last message. */
static void end(struct simulate_command *command,
                const Peakstock__V1__SimulatePoliciesResponse *last)
{
    command->has_ended = true;
    pk_output_begin(command->output, &verdict_section);
    for (size_t i = 0; i < last->n_verdicts; i++)
        pk_output_row(command->output, last->verdicts[i]);
    pk_output_begin(command->output, &basis_section);
    pk_output_row(command->output, last->basis);
    pk_output_end(command->output);
    if (command->context->format == PK_FORMAT_TABLE)
        pk_simulate_report_print(&command->report, last, command->output);
    for (size_t i = 0; i < last->n_warnings; i++)
        pk_command_warn(command->context, "%s", last->warnings[i]);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    struct simulate_command *command = taker;
    const Peakstock__V1__SimulatePoliciesResponse *response = message;
    enum pk_status status = PK_OK;
    if (!command->has_begun) {
        command->has_begun = true;
        pk_output_snapshot(command->output, response->snapshot);
        pk_output_begin(command->output, &metric_section);
    }
    if (response->n_metrics == 0 && !response->basis)
        pk_command_note(command->context, "%lld of %lld review days",
                        (long long)response->done_count, (long long)response->total_count);
    for (size_t i = 0; i < response->n_metrics && status == PK_OK; i++) {
        pk_output_row(command->output, response->metrics[i]);
        if (command->context->format == PK_FORMAT_TABLE)
            status = pk_simulate_report_add(&command->report, response->metrics[i], error);
    }
    if (status == PK_OK && response->basis)
        end(command, response);
    return status;
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct simulate_command *command = taker;
    if (!command->has_ended)
        return pk_error_set(error, PK_DATA_LOSS, "basis",
                            "the service ended the replay without its report");
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct simulate_command command = {.context = context};
    Peakstock__V1__SeriesFilter filter = PEAKSTOCK__V1__SERIES_FILTER__INIT;
    Peakstock__V1__SimulatePoliciesRequest request = PEAKSTOCK__V1__SIMULATE_POLICIES_REQUEST__INIT;
    char *category = (char *)pk_command_text(context, "category");
    filter.item_ids = (char **)pk_command_ids(context, "item", &filter.n_item_ids);
    filter.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &filter.n_warehouse_ids);
    filter.categories = &category;
    filter.n_categories = category ? 1 : 0;
    request.filter = &filter;
    request.policies = (char **)pk_command_ids(context, "policy", &request.n_policies);
    request.from_date = (char *)pk_command_date_text(context, "from");
    request.to_date = (char *)pk_command_date_text(context, "to");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "lead-time-days")) {
        request.lead_time_case = PEAKSTOCK__V1__SIMULATE_POLICIES_REQUEST__LEAD_TIME_LEAD_TIME_DAYS;
        request.lead_time_days = (int32_t)pk_command_count(context, "lead-time-days", 0);
    }
    request.review_period_days = (int32_t)pk_command_count(context, "review-period-days", 0);
    request.cover_days = (int32_t)pk_command_count(context, "cover-days", 0);
    enum pk_status status = pk_command_check_from_to(context, error);
    if (status != PK_OK)
        return status;
    const struct pk_question question = {"/peakstock.v1.SimulationService/SimulatePolicies",
                                         &request.base,
                                         &peakstock__v1__simulate_policies_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    status = pk_show_stream(context, &question, &taker, error);
    pk_simulate_report_done(&command.report);
    return status;
}

static const struct pk_option options[] = {
    {"policy", PK_OPTION_ID, "NAME",
     "average30, normal, seasonal13, seasonal13_buffer, two_week or min_max; may be given again "
     "(all)",
     NULL, 0, 0},
    {"from", PK_OPTION_DATE, "D", "first counted day (the last 365 days)", NULL, 0, 0},
    {"to", PK_OPTION_DATE, "D", "last counted day (as-of)", NULL, 0, 0},
    {"item", PK_OPTION_ID, "ID", "this item; may be given again", NULL, 0, 0},
    PK_OPTION_WAREHOUSES,
    {"category", PK_OPTION_TEXT, "C", "this category", NULL, 0, 0},
    {"lead-time-days", PK_OPTION_COUNT, "N", "for every item (of its supply row, else 7)", NULL, 0,
     PK_LEAD_TIME_DAYS_MAX},
    {"review-period-days", PK_OPTION_COUNT, "N", "for every item (of its supply row, else 7)", NULL,
     1, PK_LEAD_TIME_DAYS_MAX},
    {"cover-days", PK_OPTION_COUNT, "N", "of average30 (1.5 x lead time and review period)", NULL,
     1, PK_DAYS_OF_SUPPLY_MAX},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_simulate = {
    .name = "simulate",
    .summary = "what our orders would have cost on the shop's own past, beside plain policies",
    .usage = "[--policy NAME] [--from D --to D] [--item ID] [--warehouse ID] [--category C] "
             "[--lead-time-days N] [--review-period-days N] [--cover-days N] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

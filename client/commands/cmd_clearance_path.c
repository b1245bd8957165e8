/* `peakstock clearance path`: the slow movers flagged on a day, week by week on the way to the
 * target. */
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "peakstock/v1/clearance_path.pb-c.h"

static const struct pk_output_section summary_section = {
    .key = "summary",
    .row = &peakstock__v1__cohort_summary__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
    .is_single = true,
};

static const struct pk_output_column week_columns[] = {
    {.key = "state", .type = PK_OUTPUT_WORD},
};

static const struct pk_output_section weeks_section = {
    .key = "weeks",
    .row = &peakstock__v1__cohort_week__descriptor,
    PK_OUTPUT_NAMES("end_date state cleared_units cleared_total_units remaining_units *"),
    PK_OUTPUT_COLUMNS(week_columns),
    .in_csv = true,
};

static const struct pk_output_column line_table_columns[] = {
    {.key = "handling", .type = PK_OUTPUT_WORD},
    {.key = "plan_action", .type = PK_OUTPUT_WORD},
};

static const struct pk_output_section lines_section = {
    .key = "rows",
    .row = &peakstock__v1__cohort_line__descriptor,
    .file_names = "* -item_name",
    .table_names = "item_id item_name warehouse_id flagged_units remaining_units cleared_ratio "
                   "handling plan_action plan_discount_ratio expected_cleared_units "
                   "plan_expected_cleared_units left_cost reason",
    PK_OUTPUT_TABLE_COLUMNS(line_table_columns),
};

static const struct pk_output_column bundle_columns[] = {
    {.key = "bundle_price", .is_price = true},
};

static const struct pk_output_section bundles_section = {
    .key = "bundles",
    .row = &peakstock__v1__cohort_bundle__descriptor,
    PK_OUTPUT_NAMES("* -attach_ratio"),
    PK_OUTPUT_COLUMNS(bundle_columns),
};

enum path_part { PART_NONE, PART_LINES, PART_BUNDLES };

struct path_command {
    struct pk_output *output;
    enum path_part part;
    double attach_ratio, bundle_units;
};

/* What the boss asks first, in three sentences. */
static void write_answer(struct pk_output *output, const Peakstock__V1__CohortSummary *s)
{
    const bool zh = pk_output_is_chinese(output);
    if (zh)
        pk_output_line(output,
                       "%s：%s 冻结的 %lld 件滞销库存，已清 %lld 件（清仓率 %.1f%%），余 %lld 件；"
                       "目标 %s 前 %.0f%%",
                       pk_wording(s->verdict, zh), s->since_date, (long long)s->flagged_units,
                       (long long)s->cleared_units, 100 * s->cleared_ratio,
                       (long long)s->remaining_units, s->by_date,
                       100 * s->target_cleared_unit_ratio);
    else
        pk_output_line(output,
                       "%s: %lld of the %lld slow units flagged on %s are cleared (%.1f %%), %lld "
                       "are left; the target is %.0f %% by %s",
                       pk_wording(s->verdict, zh), (long long)s->cleared_units,
                       (long long)s->flagged_units, s->since_date, 100 * s->cleared_ratio,
                       (long long)s->remaining_units, 100 * s->target_cleared_unit_ratio,
                       s->by_date);
    if (s->gone_otherwise_units > 0)
        pk_output_line(output,
                       zh ? "其中 %lld 件不是售出（报损、移库或盘点调整）"
                          : "%lld of them without a sale (written off, moved, corrected)",
                       (long long)s->gone_otherwise_units);
    pk_output_line(
        output,
        zh ? "滞销款处理率 %.1f%%（%lld/%lld 款：售罄 %lld，达标 %lld，已降价 %lld，报损 %lld）"
           : "styles dealt with: %.1f %% (%lld of %lld: %lld sold out, %lld reached the target, "
             "%lld "
             "cut in price, %lld written off)",
        100 * s->handled_style_ratio, (long long)s->handled_style_count, (long long)s->style_count,
        (long long)s->sold_out_style_count, (long long)s->cleared_style_count,
        (long long)s->price_cut_style_count, (long long)s->written_off_style_count);
    if (strcmp(s->verdict, "missed") == 0 || s->flagged_units == 0)
        return;
    pk_output_line(
        output,
        zh ? "还需清 %.0f 件，每周 %.1f 件；现价预计每周 %.1f 件，按清仓方案每周 %.1f 件"
           : "still needed: %.0f units, %.1f a week; expected %.1f a week at the current "
             "prices, %.1f with the plan",
        s->needed_units, s->needed_units_per_week, s->pace_units_per_week,
        s->plan_pace_units_per_week);
    pk_output_line(output,
                   zh ? "到期清仓率：现价 %.1f%%（P10 %.1f%%，P90 %.1f%%），按方案 %.1f%%（P10 "
                        "%.1f%%，P90 %.1f%%，其中报损 %.0f 件）"
                      : "on the date: %.1f %% at the current prices (P10 %.1f, P90 %.1f), %.1f %% "
                        "with the plan (P10 %.1f, P90 %.1f; %.0f units of it written off)",
                   100 * s->landing_q50_ratio, 100 * s->landing_q10_ratio,
                   100 * s->landing_q90_ratio, 100 * s->plan_landing_q50_ratio,
                   100 * s->plan_landing_q10_ratio, 100 * s->plan_landing_q90_ratio,
                   s->plan_write_off_units);
}

static void begin_part(struct path_command *command, enum path_part part)
{
    if (command->part == part)
        return;
    if (command->part != PART_NONE)
        pk_output_end(command->output);
    command->part = part;
    pk_output_line(command->output, "%s", "");
    if (part == PART_BUNDLES) {
        const bool zh = pk_output_is_chinese(command->output);
        pk_output_line(
            command->output,
            zh ? "降价清不完的，与引流品搭售（假设 %.1f%% 的引流品买家选购，共约 %.0f "
                 "件，随该比例增减）"
               : "what no price clears, bundled with an item that draws buyers (assumed: "
                 "%.1f %% of its buyers take the pair; %.0f units in all, in proportion)",
            100 * command->attach_ratio, command->bundle_units);
    }
    pk_output_begin(command->output, part == PART_LINES ? &lines_section : &bundles_section);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct path_command *command = taker;
    const Peakstock__V1__TrackClearanceResponse *response = message;
    if (response->summary != NULL) {
        pk_output_snapshot(command->output, response->snapshot);
        command->attach_ratio = response->summary->attach_ratio;
        command->bundle_units = response->summary->bundle_units;
        write_answer(command->output, response->summary);
        pk_output_begin(command->output, &summary_section);
        pk_output_row(command->output, response->summary);
        pk_output_end(command->output);
        pk_output_line(command->output, "%s", "");
        pk_output_begin(command->output, &weeks_section);
        for (size_t i = 0; i < response->n_weeks; i++)
            pk_output_row(command->output, response->weeks[i]);
        pk_output_end(command->output);
    }
    if (response->n_lines > 0)
        begin_part(command, PART_LINES);
    for (size_t i = 0; i < response->n_lines; i++)
        pk_output_row(command->output, response->lines[i]);
    if (response->n_bundles > 0)
        begin_part(command, PART_BUNDLES);
    for (size_t i = 0; i < response->n_bundles; i++)
        pk_output_row(command->output, response->bundles[i]);
    return PK_OK;
}

/* JSON has every member, tables only what there is. */
static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct path_command *command = taker;
    (void)error;
    if (command->part == PART_NONE)
        begin_part(command, PART_LINES);
    if (command->part == PART_LINES && !pk_output_is_table(command->output))
        begin_part(command, PART_BUNDLES);
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct path_command command = {.part = PART_NONE};
    Peakstock__V1__TrackClearanceRequest request = PEAKSTOCK__V1__TRACK_CLEARANCE_REQUEST__INIT;
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    request.since_date = (char *)pk_command_date_text(context, "since");
    request.by_date = (char *)pk_command_date_text(context, "by-date");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "target-cleared-unit-ratio")) {
        request.target_case =
            PEAKSTOCK__V1__TRACK_CLEARANCE_REQUEST__TARGET_TARGET_CLEARED_UNIT_RATIO;
        request.target_cleared_unit_ratio =
            pk_command_number(context, "target-cleared-unit-ratio", 0);
    }
    if (pk_command_has(context, "attach-ratio")) {
        request.attach_case = PEAKSTOCK__V1__TRACK_CLEARANCE_REQUEST__ATTACH_ATTACH_RATIO;
        request.attach_ratio = pk_command_number(context, "attach-ratio", 0);
    }
    if (pk_command_has(context, "since") && pk_command_has(context, "by-date") &&
        pk_command_date(context, "by-date") <= pk_command_date(context, "since"))
        return pk_command_misuse(context, error, "--by-date must lie after --since");
    if (pk_command_has(context, "since") && pk_command_has(context, "as-of") &&
        pk_command_date(context, "since") > pk_command_date(context, "as-of"))
        return pk_command_misuse(context, error, "--since must not lie after --as-of");
    const struct pk_question question = {"/peakstock.v1.ClearanceService/TrackClearance",
                                         &request.base,
                                         &peakstock__v1__track_clearance_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option options[] = {
    {"since", PK_OPTION_DATE, "D", "day on which the cohort was frozen (as-of)", NULL, 0, 0},
    {"by-date", PK_OPTION_DATE, "D", "last day of the clearance (the cohort's day + 90 days)", NULL,
     0, 0},
    {"target-cleared-unit-ratio", PK_OPTION_NUMBER, "R",
     "share of the cohort's units to clear, 0 to 1 (0.92)", NULL, 0, 1},
    PK_OPTION_WAREHOUSES,
    {"attach-ratio", PK_OPTION_NUMBER, "R",
     "part of a partner's buyers who take a bundle, 0 to 1 (0.03)", NULL, 0, 1},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_clearance_path = {
    .name = "clearance path",
    .summary = "slow movers flagged on a day, week by week to the target",
    .usage = "[--since D] [--by-date D] [--target-cleared-unit-ratio R] [--warehouse ID] "
             "[--attach-ratio R] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

/* `peakstock clearance`: which slow lines to discount, bundle or write off, and what that
 * brings. */
#include <stdlib.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "models/base/array.h"
#include "models/base/date.h"
#include "models/base/limits.h"
#include "peakstock/v1/clearance.pb-c.h"

/* Ways to write a ladder: where it changes, with dates for files, short for tables. */
enum ladder_form { LADDER_IN_FILES, LADDER_IN_TABLES };

static bool read_ladder(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__ClearanceLine *line = row;
    double before = 0;
    for (size_t i = 0; i < line->n_ladder; i++) {
        const Peakstock__V1__ClearanceStep *step = line->ladder[i];
        char date[PK_DATE_TEXT_SIZE];
        if (step->discount_ratio <= before)
            continue;
        before = step->discount_ratio;
        pk_date_format(step->first_date_epoch_days, date);
        if (scratch->size > 0)
            pk_buffer_append_string(scratch, column->argument == LADDER_IN_FILES ? ";" : ", ");
        if (column->argument == LADDER_IN_FILES) {
            pk_buffer_append_string(scratch, date);
            pk_buffer_append_byte(scratch, ':');
            pk_buffer_append_number(scratch, before, PK_MEAN_DIGITS);
            continue;
        }
        if (i > 0) {
            pk_buffer_append_string(scratch, date + 5); /* month and day */
            pk_buffer_append_byte(scratch, ' ');
        }
        pk_buffer_append_number(scratch, 100 * before, PK_MEAN_DIGITS);
        pk_buffer_append_byte(scratch, '%');
    }
    out_value->text = (struct pk_text){scratch->bytes, scratch->size};
    return scratch->size > 0;
}

static const struct pk_output_column file_columns[] = {
    {.key = "ladder", .type = PK_OUTPUT_TEXT, .read = read_ladder, .argument = LADDER_IN_FILES},
    {.key = "elasticity", .type = PK_OUTPUT_SUM},
    {.key = "elasticity_standard_error", .type = PK_OUTPUT_SUM},
};

static const struct pk_output_column table_columns[] = {
    {.key = "list", .type = PK_OUTPUT_WORD},
    {.key = "item_id"},
    {.key = "item_name"},
    {.key = "warehouse_id"},
    {.key = "on_hand_units"},
    {.key = "days_of_supply", .spare = 1},
    {.key = "age_days", .spare = 2},
    {.key = "action", .type = PK_OUTPUT_WORD},
    {.key = "ladder", .type = PK_OUTPUT_NAME, .read = read_ladder, .argument = LADDER_IN_TABLES},
    {.key = "expected_cleared_units"},
    {.key = "clear_probability", .spare = 1},
    {.key = "expected_recovered"},
    {.key = "value_gain"},
    {.key = "reason"},
};

#define LINE_FILE_NAMES                                                                            \
    "item_id warehouse_id on_hand_units days_of_supply age_days action "                           \
    "discount_ratio expected_cleared_units clear_probability expected_value reason "               \
    "list ladder last_date cleared_p10_units cleared_p90_units expected_recovered "                \
    "recovered_p10 recovered_p90 do_nothing_value value_gain single_discount_ratio "               \
    "single_value reachable_cleared_units elasticity elasticity_standard_error "                   \
    "elasticity_source margin_ratio margin_exception sell_through_ratio "                          \
    "planned_sell_through_ratio * -item_name -category"

static const struct pk_output_section lines_section = {
    .key = "rows",
    .row = &peakstock__v1__clearance_line__descriptor,
    .file_names = LINE_FILE_NAMES,
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    PK_OUTPUT_TABLE_COLUMNS(table_columns),
    .in_csv = true,
};

/* The word "own" alone means something else in other tables. */
static bool read_source(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__ClearanceLine *line = row;
    const char *source = line->elasticity_source;
    (void)column;
    (void)scratch;
    out_value->text = pk_text_from(strcmp(source, "own") == 0 ? "own_prices" : source);
    return source[0] != '\0';
}

/* For single items: how sure the figures are, and what they rest on, instead of names and
 * reasons. */
static const struct pk_output_column item_columns[] = {
    {.key = "list", .type = PK_OUTPUT_WORD},
    {.key = "action", .type = PK_OUTPUT_WORD},
    {.key = "ladder", .type = PK_OUTPUT_TEXT, .read = read_ladder, .argument = LADDER_IN_TABLES},
    {.key = "elasticity_source", .type = PK_OUTPUT_WORD, .read = read_source},
};

static const struct pk_output_section items_section = {
    .key = "rows",
    .row = &peakstock__v1__clearance_line__descriptor,
    .file_names = LINE_FILE_NAMES,
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    .table_names = "list item_id warehouse_id on_hand_units action ladder cleared_p10_units "
                   "expected_cleared_units cleared_p90_units recovered_p10 expected_recovered "
                   "recovered_p90 margin_ratio elasticity elasticity_standard_error "
                   "elasticity_source reason",
    PK_OUTPUT_TABLE_COLUMNS(item_columns),
    .in_csv = true,
};

static const struct pk_output_section summary_section = {
    .key = "summary",
    .row = &peakstock__v1__clearance_summary__descriptor,
    PK_OUTPUT_NAMES("by_date line_count flagged_units expected_cleared_units "
                    "expected_cleared_ratio target_cleared_unit_ratio expected_value "
                    "do_nothing_value single_value expected_recovered recovered_p10 recovered_p90 "
                    "discounted_count cannot_clear_count cannot_clear_units reachable_ratio "
                    "watched_count watched_units margin_floor_ratio currency_code"),
    .is_single = true,
};

static const struct pk_output_column age_columns[] = {
    {.key = "age_band", .type = PK_OUTPUT_WORD},
};

static const struct pk_output_section ages_section = {
    .key = "age_bands",
    .row = &peakstock__v1__clearance_age_band__descriptor,
    PK_OUTPUT_NAMES("age_band aged_units aged_ratio cost_value"),
    PK_OUTPUT_COLUMNS(age_columns),
};

static const struct pk_output_column category_columns[] = {
    {.key = "category", .type = PK_OUTPUT_NAME},
    {.key = "floor_state", .type = PK_OUTPUT_WORD},
};

static const struct pk_output_section categories_section = {
    .key = "categories",
    .row = &peakstock__v1__clearance_category__descriptor,
    PK_OUTPUT_NAMES(PK_OUTPUT_EVERY_FIELD),
    PK_OUTPUT_COLUMNS(category_columns),
};

/* A week of the ladder of an item that was asked for, kept until the lines are written. */
struct week {
    char item_id[PK_ID_BYTES_MAX + 1], warehouse_id[PK_ID_BYTES_MAX + 1];
    int32_t first_date, days;
    double discount_ratio, left_units;
};
enum week_part { WEEK_ITEM, WEEK_WAREHOUSE, WEEK_DATE, WEEK_DAYS, WEEK_DISCOUNT, WEEK_LEFT };

static bool read_week(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const struct week *week = row;
    (void)scratch;
    switch ((enum week_part)column->argument) {
    case WEEK_ITEM:
        out_value->text = pk_text_from(week->item_id);
        break;
    case WEEK_WAREHOUSE:
        out_value->text = pk_text_from(week->warehouse_id);
        break;
    case WEEK_DATE:
        out_value->integer = week->first_date;
        break;
    case WEEK_DAYS:
        out_value->integer = week->days;
        break;
    case WEEK_DISCOUNT:
        out_value->number = week->discount_ratio;
        break;
    case WEEK_LEFT:
        out_value->number = week->left_units;
        break;
    }
    return true;
}

static const struct pk_output_column week_columns[] = {
    {.key = "item_id", .type = PK_OUTPUT_TEXT, .read = read_week, .argument = WEEK_ITEM},
    {.key = "warehouse_id", .type = PK_OUTPUT_TEXT, .read = read_week, .argument = WEEK_WAREHOUSE},
    {.key = "from_date", .type = PK_OUTPUT_DATE, .read = read_week, .argument = WEEK_DATE},
    {.key = "days", .type = PK_OUTPUT_INTEGER, .read = read_week, .argument = WEEK_DAYS},
    {.key = "discount_ratio",
     .type = PK_OUTPUT_RATIO,
     .read = read_week,
     .argument = WEEK_DISCOUNT},
    {.key = "left_units", .type = PK_OUTPUT_MEAN, .read = read_week, .argument = WEEK_LEFT},
};

static const struct pk_output_section weeks_section = {
    .key = "weeks",
    PK_OUTPUT_COLUMNS(week_columns),
};

struct clearance_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun;
    bool wants_weeks;
    struct week *weeks; /* owned */
    size_t week_count, week_capacity;
};

static enum pk_status keep_weeks(struct clearance_command *command,
                                 const Peakstock__V1__ClearanceLine *line, struct pk_error *error)
{
    enum pk_status status = pk_array_reserve(&command->weeks, &command->week_capacity,
                                             command->week_count + line->n_ladder,
                                             sizeof *command->weeks, "ladders", error);
    if (status != PK_OK)
        return status;
    for (size_t i = 0; i < line->n_ladder; i++) {
        const Peakstock__V1__ClearanceStep *step = line->ladder[i];
        struct week *week = &command->weeks[command->week_count++];
        *week = (struct week){.first_date = step->first_date_epoch_days,
                              .days = step->days,
                              .discount_ratio = step->discount_ratio,
                              .left_units = step->left_units};
        pk_text_format(week->item_id, sizeof week->item_id, "%s", line->item_id);
        pk_text_format(week->warehouse_id, sizeof week->warehouse_id, "%s", line->warehouse_id);
    }
    return PK_OK;
}

/* Before the first line, and at the end of an answer without any. */
static void begin(struct clearance_command *command, const Peakstock__V1__SnapshotRef *snapshot)
{
    if (command->has_begun)
        return;
    command->has_begun = true;
    pk_output_snapshot(command->output, snapshot);
    pk_output_begin(command->output, command->wants_weeks ? &items_section : &lines_section);
}

static void write_report(struct clearance_command *command,
                         const Peakstock__V1__PlanClearanceResponse *response)
{
    struct pk_output *output = command->output;
    if (command->wants_weeks) {
        pk_output_line(output, "%s", "");
        pk_output_begin(output, &weeks_section);
        for (size_t i = 0; i < command->week_count; i++)
            pk_output_row(output, &command->weeks[i]);
        pk_output_end(output);
    }
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &ages_section);
    for (size_t i = 0; i < response->n_age_bands; i++)
        pk_output_row(output, response->age_bands[i]);
    pk_output_end(output);
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &categories_section);
    for (size_t i = 0; i < response->n_categories; i++)
        pk_output_row(output, response->categories[i]);
    pk_output_end(output);
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &summary_section);
    pk_output_row(output, response->summary);
    pk_output_end(output);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    struct clearance_command *command = taker;
    const Peakstock__V1__PlanClearanceResponse *response = message;
    begin(command, response->snapshot);
    for (size_t i = 0; i < response->n_lines && status == PK_OK; i++) {
        pk_output_row(command->output, response->lines[i]);
        if (command->wants_weeks)
            status = keep_weeks(command, response->lines[i], error);
    }
    const Peakstock__V1__ClearanceSummary *summary = response->summary;
    if (summary) {
        pk_output_end(command->output);
        write_report(command, response);
        for (size_t i = 0; i < summary->n_warnings; i++)
            pk_command_warn(command->context, "%s", summary->warnings[i]);
    }
    return status;
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct clearance_command *command = taker;
    (void)error;
    begin(command, NULL);
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct clearance_command command = {.context = context};
    Peakstock__V1__PlanClearanceRequest request = PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__INIT;
    request.item_ids = (char **)pk_command_ids(context, "item", &request.n_item_ids);
    command.wants_weeks = request.n_item_ids > 0;
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    request.by_date = (char *)pk_command_date_text(context, "by-date");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "target-cleared-unit-ratio")) {
        request.target_case =
            PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__TARGET_TARGET_CLEARED_UNIT_RATIO;
        request.target_cleared_unit_ratio =
            pk_command_number(context, "target-cleared-unit-ratio", 0);
    }
    if (pk_command_has(context, "margin-floor")) {
        request.floor_case = PEAKSTOCK__V1__PLAN_CLEARANCE_REQUEST__FLOOR_MARGIN_FLOOR_RATIO;
        request.margin_floor_ratio = pk_command_number(context, "margin-floor", 0);
    }
    if (pk_command_has(context, "by-date") && pk_command_has(context, "as-of") &&
        pk_command_date(context, "by-date") <= pk_command_date(context, "as-of"))
        return pk_command_misuse(context, error, "--by-date must lie after --as-of");
    const struct pk_question question = {"/peakstock.v1.ClearanceService/PlanClearance",
                                         &request.base,
                                         &peakstock__v1__plan_clearance_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    enum pk_status status = pk_show_stream(context, &question, &taker, error);
    free(command.weeks);
    return status;
}

static const struct pk_option options[] = {
    {"item", PK_OPTION_ID, "ID", "lines of this item, with their weeks; may be given again (all)",
     NULL, 0, 0},
    PK_OPTION_WAREHOUSES,
    {"by-date", PK_OPTION_DATE, "D", "last day of the clearance (as-of + 90 days)", NULL, 0, 0},
    {"target-cleared-unit-ratio", PK_OPTION_NUMBER, "R",
     "share of the flagged units to clear, 0 to 1 (0.92)", NULL, 0, 1},
    {"margin-floor", PK_OPTION_NUMBER, "R",
     "blended margin that a category keeps, 0 to 0.99 (0.35)", NULL, 0, 0.99},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_clearance = {
    .name = "clearance",
    .summary = "slow movers: what to clear, at which discount, what it is worth",
    .usage = "[--item ID] [--warehouse ID] [--by-date D] [--target-cleared-unit-ratio R] "
             "[--margin-floor R] "
             "[--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

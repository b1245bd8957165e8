/* `peakstock promo list` and `promo check`: the promotions, and how ready the shop is for one. */
#include <stdio.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/promo_tables.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "models/base/limits.h"
#include "peakstock/v1/promotion.pb-c.h"

/* "presale 11-30..12-07, peak 12-12": each phase of "presale 2026-11-30..2026-12-07" in the
 * reader's words, the days without their year. `argument` = Chinese. */
static bool read_phases(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__PromotionSummary *promotion = row;
    for (size_t i = 0; i < promotion->n_phases; i++) {
        const char *phase = promotion->phases[i];
        char word[16] = "", first[11] = "", last[11] = "";
        if (sscanf(phase, "%15s %10[0-9-]..%10[0-9-]", word, first, last) != 3)
            continue;
        pk_buffer_append_string(scratch, scratch->size > 0 ? ", " : "");
        pk_buffer_append_string(scratch, pk_wording(word, column->argument != 0));
        pk_buffer_append_string(scratch, " ");
        pk_buffer_append_string(scratch, first + 5);
        if (strcmp(first, last) == 0)
            continue;
        pk_buffer_append_string(scratch, "..");
        pk_buffer_append_string(scratch, last + 5);
    }
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return scratch->size > 0;
}

#define LIST_COLUMNS(is_chinese)                                                                   \
    {                                                                                              \
        {.key = "kind", .type = PK_OUTPUT_WORD}, {.key = "status", .type = PK_OUTPUT_WORD},        \
            {.key = "discount_ratio_maximum", .type = PK_OUTPUT_RATIO},                            \
            {.key = "row_count", .spare = 2},                                                      \
        {                                                                                          \
            .key = "phases", .type = PK_OUTPUT_TEXT, .read = read_phases,                          \
            .argument = (is_chinese), .spare = 1                                                   \
        }                                                                                          \
    }
static const struct pk_output_column list_columns[][5] = {LIST_COLUMNS(0), LIST_COLUMNS(1)};

#define LIST_SECTION(is_chinese)                                                                   \
    {                                                                                              \
        .key = "rows", .row = &peakstock__v1__promotion_summary__descriptor,                       \
        .file_names = PK_OUTPUT_EVERY_FIELD,                                                       \
        .table_names = "promotion_id name kind status start_date end_date "                        \
                       "discount_ratio_maximum row_count phases",                                  \
        PK_OUTPUT_TABLE_COLUMNS(list_columns[is_chinese]), .in_csv = true,                         \
    }
static const struct pk_output_section list_sections[] = {LIST_SECTION(0), LIST_SECTION(1)};

static const char *write_page(struct pk_output *output, const void *reply)
{
    const Peakstock__V1__ListPromotionsResponse *response = reply;
    for (size_t i = 0; i < response->n_promotions; i++)
        pk_output_row(output, response->promotions[i]);
    return response->page ? response->page->next_page_token : NULL;
}

static enum pk_status run_list(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__PageRequest page = PEAKSTOCK__V1__PAGE_REQUEST__INIT;
    Peakstock__V1__ListPromotionsRequest request = PEAKSTOCK__V1__LIST_PROMOTIONS_REQUEST__INIT;
    request.page = &page;
    const struct pk_question question = {"/peakstock.v1.PromotionService/ListPromotions",
                                         &request.base,
                                         &peakstock__v1__list_promotions_response__descriptor};
    return pk_show_pages(context, &question, &page,
                         &list_sections[context->language == PK_LANGUAGE_CHINESE], write_page,
                         error);
}

const struct pk_command pk_command_promo_list = {
    .name = "promo list",
    .summary = "the promotions that the service knows",
    .usage = "",
    .run = run_list,
};

/* Figures that mean nothing while the stock is unknown. */
enum stock_figure { GAP_Q50, GAP_Q90, COVER };

static bool read_stock_figure(const struct pk_output_column *column, const void *row,
                              struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const Peakstock__V1__PromotionLine *line = row;
    const double figures[] = {[GAP_Q50] = line->gap_q50_units,
                              [GAP_Q90] = line->gap_q90_units,
                              [COVER] = line->cover_probability};
    out_value->number = figures[column->argument];
    return line->stock_case == PEAKSTOCK__V1__PROMOTION_LINE__STOCK_STOCK_AT_START_UNITS;
}

/* Figures that only some actions have. */
enum action_figure { ACTION_UNITS, EXPEDITE_DAYS };

static bool read_action_figure(const struct pk_output_column *column, const void *row,
                               struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const Peakstock__V1__PromotionLine *line = row;
    const bool is_days = column->argument == EXPEDITE_DAYS;
    out_value->integer = is_days ? line->expedite_days : line->action_units;
    return is_days ? line->expedite_days > 0 : line->action[0] != '\0';
}

static const struct pk_output_column file_columns[] = {
    {.key = "gap_q50_units", .read = read_stock_figure, .argument = GAP_Q50},
    {.key = "gap_q90_units", .read = read_stock_figure, .argument = GAP_Q90},
    {.key = "cover_probability", .read = read_stock_figure, .argument = COVER},
    {.key = "action_units", .read = read_action_figure, .argument = ACTION_UNITS},
    {.key = "expedite_days", .read = read_action_figure, .argument = EXPEDITE_DAYS},
};

/* As a word; the date of an order that can wait stands beside it. */
static bool read_action(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const Peakstock__V1__PromotionLine *line = row;
    const bool waits = strcmp(line->action, "order_by_date") == 0;
    out_value->text = pk_text_from(waits ? "order_by" : line->action);
    return line->action[0] != '\0';
}

/* The warehouse that sends, or the order that comes earlier. */
static bool read_action_from(const struct pk_output_column *column, const void *row,
                             struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const Peakstock__V1__PromotionLine *line = row;
    const char *from = line->transfer_from_warehouse_id;
    out_value->text = pk_text_from(from[0] != '\0' ? from : line->expedite_order_id);
    return out_value->text.size > 0;
}

/* Of every table of lines: what is in danger and what to do. */
#define ACTION_NAMES                                                                               \
    "state item_id item_name warehouse_id action action_units action_date action_from "            \
    "action_worth margin_at_risk "

/* A campaign ahead: state and what to do first, then the figures behind them; what presale needs is
 * left out where nothing is sold in presale. */
#define AHEAD_NAMES                                                                                \
    ACTION_NAMES "campaign_q50_units campaign_q90_units stock_at_start_units "                     \
                 "inbound_before_start_units gap_q50_units cover_probability presale_units "       \
                 "presale_gap_units presale_cover_probability order_by_date reason"

/* A running campaign: how it goes, and what is left to sell and to sell from. */
#define RUNNING_NAMES                                                                              \
    ACTION_NAMES "sold_so_far_units expected_so_far_units sell_through_ratio stock_left_units "    \
                 "rest_q50_units rest_q90_units gap_q50_units cover_probability reason"

static const struct pk_output_column table_columns[] = {
    {.key = "action", .type = PK_OUTPUT_WORD, .read = read_action},
    {.key = "action_units", .read = read_action_figure, .argument = ACTION_UNITS},
    {.key = "action_from", .type = PK_OUTPUT_TEXT, .read = read_action_from, .spare = 1},
    {.key = "margin_at_risk", .spare = 5},
    {.key = "campaign_q50_units", .field = "q50_units"},
    {.key = "campaign_q90_units", .field = "q90_units", .spare = 2},
    {.key = "inbound_before_start_units", .hides_zero = true},
    {.key = "gap_q50_units", .read = read_stock_figure, .argument = GAP_Q50},
    {.key = "cover_probability", .read = read_stock_figure, .argument = COVER},
    {.key = "presale_units", .hides_zero = true, .spare = 3},
    {.key = "presale_gap_units", .hides_zero = true},
    {.key = "presale_cover_probability", .spare = 4},
    {.key = "order_by_date", .spare = 6},
    {.key = "sell_through_ratio", .spare = 3},
    {.key = "stock_left_units", .field = "stock_at_start_units"},
    {.key = "rest_q50_units", .field = "q50_units"},
    {.key = "rest_q90_units", .field = "q90_units", .spare = 2},
};

#define LINE_FILE_NAMES                                                                            \
    "item_id warehouse_id state q50_units q90_units stock_at_start_units "                         \
    "inbound_before_start_units gap_q50_units gap_q90_units cover_probability order_by_date "      \
    "reason action action_units action_date action_worth margin_at_risk order_units "              \
    "order_cap_units reorder_units * -item_name -category -role -peak_day_q90_units"

/* The same lines for a campaign ahead and a running one; files do not differ. */
#define LINES_SECTION(names)                                                                       \
    {                                                                                              \
        .key = "rows", .row = &peakstock__v1__promotion_line__descriptor,                          \
        .file_names = LINE_FILE_NAMES, PK_OUTPUT_FILE_COLUMNS(file_columns),                       \
        .table_names = (names), PK_OUTPUT_TABLE_COLUMNS(table_columns), .in_csv = true,            \
    }
static const struct pk_output_section ahead_section = LINES_SECTION(AHEAD_NAMES);
static const struct pk_output_section running_section = LINES_SECTION(RUNNING_NAMES);

static const struct pk_output_section window_section = {
    .key = "window",
    .row = &peakstock__v1__check_promotion_response__descriptor,
    .file_names = "window_start_date window_end_date",
    .is_single = true,
};

struct check_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    const struct pk_output_section *lines; /* as the first message asks for */
    bool has_begun, has_lines, has_roll_ups;
    size_t quiet_count; /* ready lines that a table leaves out */
};

/* Enough stock and nothing to do: files have these lines, tables count them. */
static bool is_quiet(const Peakstock__V1__PromotionLine *line)
{
    return line->state == PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_GREEN &&
           line->action[0] == '\0';
}

static void end_lines(struct check_command *command)
{
    if (command->quiet_count == 0)
        return;
    pk_output_end(command->output);
    pk_output_line(command->output,
                   pk_output_is_chinese(command->output)
                       ? "(另有 %zu 行绿灯,无需处理;--format csv 列出全部)"
                       : "(%zu more lines are GREEN and need nothing; --format csv has them all)",
                   command->quiet_count);
    command->quiet_count = 0;
}

/* The first message; an answer always has one, because it names the window. */
static void begin_check(struct check_command *command,
                        const Peakstock__V1__CheckPromotionResponse *response)
{
    const bool is_running =
        response->snapshot != NULL &&
        strcmp(response->window_start_date, response->snapshot->as_of_date) <= 0;
    command->has_begun = true;
    command->lines = is_running ? &running_section : &ahead_section;
    pk_output_line(command->output, "%s  %s..%s", command->context->arguments[0],
                   response->window_start_date, response->window_end_date);
    if (response->ship_by_date[0] != '\0')
        pk_output_line(command->output, "%s %s",
                       pk_wording("ship_by_date", pk_output_is_chinese(command->output)),
                       response->ship_by_date);
    pk_output_snapshot(command->output, response->snapshot);
    pk_output_begin(command->output, &window_section);
    pk_output_row(command->output, response);
    pk_output_end(command->output);
}

/* Before the first line, and at the end of an answer without any. */
static void begin_lines(struct check_command *command)
{
    if (command->has_lines)
        return;
    command->has_lines = true;
    pk_output_line(command->output, "%s", "");
    pk_output_begin(command->output, command->lines);
}

static enum pk_status take_check(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct check_command *command = taker;
    const Peakstock__V1__CheckPromotionResponse *response = message;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(command->context, "%s", response->warnings[i]);
    if (!command->has_begun)
        begin_check(command, response);
    if (response->headline != NULL && !command->has_lines)
        pk_promo_headline(response->headline, command->output);
    if (response->n_lines > 0 || response->n_roll_ups > 0)
        begin_lines(command);
    for (size_t i = 0; i < response->n_lines; i++)
        if (pk_output_is_table(command->output) && is_quiet(response->lines[i]))
            command->quiet_count++;
        else
            pk_output_row(command->output, response->lines[i]);
    if (response->n_roll_ups > 0 && !command->has_roll_ups) {
        command->has_roll_ups = true;
        end_lines(command);
        pk_promo_sums(response, command->output);
    }
    return PK_OK;
}

static enum pk_status end_check(void *taker, struct pk_error *error)
{
    struct check_command *command = taker;
    if (!command->has_begun)
        return pk_error_set(error, PK_DATA_LOSS, "window",
                            "the service ended its answer without naming the window");
    begin_lines(command);
    end_lines(command);
    return PK_OK;
}

static enum pk_status run_check(struct pk_command_context *context, struct pk_error *error)
{
    struct check_command command = {.context = context};
    Peakstock__V1__CheckPromotionRequest request = PEAKSTOCK__V1__CHECK_PROMOTION_REQUEST__INIT;
    enum pk_status status = pk_command_check_argument_ids(context, error);
    if (status != PK_OK)
        return status;
    request.promotion_id = (char *)context->arguments[0];
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    const struct pk_question question = {"/peakstock.v1.PromotionService/CheckPromotion",
                                         &request.base,
                                         &peakstock__v1__check_promotion_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take_check, end_check};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option check_options[] = {
    PK_OPTION_WAREHOUSES,
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_promo_check = {
    .name = "promo check",
    .summary = "whether stock will carry a promotion, item by item",
    .usage = "PROMOTION [--warehouse ID] [--as-of D]",
    .options = check_options,
    .option_count = sizeof check_options / sizeof *check_options,
    .argument_count_min = 1,
    .argument_count_max = 1,
    .argument_name = "PROMOTION",
    .run = run_check,
};

/* `peakstock promo plan`: what to buy for a promotion, by supplier and week. */
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/commands/transfer.h"
#include "client/output/output.h"
#include "models/base/limits.h"
#include "peakstock/v1/promotion_plan.pb-c.h"

/* Lines whose cover with the plan is lower are told in the table: red in promo check. */
#define COVER_LOW 0.70

static bool read_transfer(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__PromotionPlanOrder *order = row;
    return pk_transfer_write(order->transfer_units, order->transfer_from_warehouse_id, scratch,
                             out_value);
}

/* Dates as text that is blank, not a dash, where there is none. */
static bool read_date(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__PromotionPlanOrder *order = row;
    const int32_t dates[] = {order->week_start_date_epoch_days, order->last_order_date_epoch_days,
                             order->arrival_date_epoch_days};
    pk_buffer_append_string(scratch, "");
    if (dates[column->argument] != 0)
        pk_buffer_append_date(scratch, dates[column->argument]);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

static const struct pk_output_column table_columns[] = {
    {.key = "week_start_date", .type = PK_OUTPUT_TEXT, .read = read_date, .argument = 0},
    {.key = PK_TRANSFER_KEY, .type = PK_OUTPUT_TEXT, .read = read_transfer},
    {.key = "last_order_date", .type = PK_OUTPUT_TEXT, .read = read_date, .argument = 1},
    {.key = "arrival_date", .type = PK_OUTPUT_TEXT, .read = read_date, .argument = 2, .spare = 1},
};

#define ORDERS_SECTION(transfer)                                                                   \
    {                                                                                              \
        .key = "rows", .row = &peakstock__v1__promotion_plan_order__descriptor,                    \
        .file_names = "supplier_id week_start_date item_id warehouse_id order_units order_amount " \
                      "last_order_date arrival_date unit_cost reason * -item_name",                \
        .table_names = "supplier_id week_start_date item_id item_name warehouse_id " transfer      \
                       " order_units campaign_units order_amount last_order_date arrival_date "    \
                       "reason",                                                                   \
        PK_OUTPUT_TABLE_COLUMNS(table_columns), .in_csv = true,                                    \
    }
static const struct pk_output_section orders_section = ORDERS_SECTION("");
static const struct pk_output_section orders_section_with_transfers =
    ORDERS_SECTION(PK_TRANSFER_KEY);

static const struct pk_output_section window_section = {
    .key = "window",
    .row = &peakstock__v1__plan_promotion_response__descriptor,
    .file_names = "window_start_date window_end_date",
    .is_single = true,
};

/* Files and people see these; files have more. */
#define LINE_NAMES                                                                                 \
    "item_id item_name warehouse_id supplier_id gap_q50_units gap_q90_units cover_probability "    \
    "order_units before_start_units planned_cover_probability order_by_date reason"

static const struct pk_output_section lines_section = {
    .key = "lines",
    .row = &peakstock__v1__promotion_plan_line__descriptor,
    .file_names = LINE_NAMES " " PK_OUTPUT_EVERY_FIELD,
    .table_names = LINE_NAMES,
};

/* Of a supplier's week; a sum over suppliers or weeks leaves out what does not hold for it. */
static const struct pk_output_section supplier_weeks_section = {
    .key = "supplier_weeks",
    .row = &peakstock__v1__promotion_plan_sum__descriptor,
    PK_OUTPUT_NAMES("supplier_id week_start_date line_count order_units campaign_units "
                    "order_amount last_order_date min_order_amount short_of_minimum_amount "
                    "capacity_units_per_week missing_units"),
};

static const struct pk_output_section weeks_section = {
    .key = "weeks",
    .row = &peakstock__v1__promotion_plan_sum__descriptor,
    PK_OUTPUT_NAMES("week_start_date line_count order_units campaign_units order_amount"),
};

static const struct pk_output_section suppliers_section = {
    .key = "suppliers",
    .row = &peakstock__v1__promotion_plan_sum__descriptor,
    PK_OUTPUT_NAMES("supplier_id line_count order_units campaign_units order_amount "
                    "last_order_date missing_units"),
};

static const struct pk_output_column summary_columns[] = {
    {.key = "series_count", .field = "line_count"},
};

static const struct pk_output_section summary_section = {
    .key = "summary",
    .row = &peakstock__v1__promotion_plan_summary__descriptor,
    PK_OUTPUT_NAMES("series_count uncovered_count planned_uncovered_count too_late_count "
                    "order_count order_units campaign_units order_amount currency_code "
                    "no_cost_count *"),
    PK_OUTPUT_COLUMNS(summary_columns),
    .is_single = true,
};

/* From the first week of a plan to the last one that tables show line by line. */
#define DETAILED_DAYS 7

struct plan_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun, has_orders, has_lines;
    bool shows_all_weeks; /* of one supplier every line */
    bool has_sums;        /* some weeks were summed up */
    /* The group of a supplier's week whose rows are written. */
    char supplier_id[PK_ID_BYTES_MAX_PLUS_NUL];
    int32_t week_start_date;
    Peakstock__V1__PromotionPlanOrder sum;
    size_t row_count;
    int32_t first_week_date; /* of the plan */
};

static void begin(struct plan_command *command, const Peakstock__V1__PlanPromotionResponse *head)
{
    if (command->has_begun)
        return;
    command->has_begun = true;
    pk_output_line(command->output, "%s  %s..%s", command->context->arguments[0],
                   head->window_start_date, head->window_end_date);
    pk_output_snapshot(command->output, head->snapshot);
    pk_output_begin(command->output, &window_section);
    pk_output_row(command->output, head);
    pk_output_line(command->output, "%s", "");
}

/* The columns follow the first row: transfers come first. */
static void begin_orders(struct plan_command *command, bool has_transfers)
{
    if (command->has_orders)
        return;
    command->has_orders = true;
    pk_output_begin(command->output,
                    has_transfers ? &orders_section_with_transfers : &orders_section);
}

/* Tables have every line of one supplier; of all of them those of the first two weeks, which are
 * next to be ordered, and of later ones the sums. */
static bool is_detailed(const struct plan_command *command)
{
    return command->shows_all_weeks ||
           command->week_start_date <= command->first_week_date + DETAILED_DAYS;
}

/* In tables: the sum of the group, with its earliest last day. */
static void end_group(struct plan_command *command)
{
    char label[64];
    if (command->sum.order_units == 0 || command->context->format != PK_FORMAT_TABLE)
        return;
    const char *noun = pk_output_is_chinese(command->output) ? "行"
                       : command->row_count == 1             ? "line"
                                                             : "lines";
    pk_text_format(label, sizeof label, "= %zu %s", command->row_count, noun);
    command->sum.item_id = label;
    if (is_detailed(command) && command->row_count == 1) { /* the line says it */
        command->sum.order_units = 0;
        return;
    }
    if (!is_detailed(command)) {
        command->has_sums = true;
        command->sum.supplier_id = command->supplier_id;
        command->sum.week_start_date_epoch_days = command->week_start_date;
    }
    pk_output_row(command->output, &command->sum);
    command->sum.order_units = 0;
}

static void write_order(struct plan_command *command, Peakstock__V1__PromotionPlanOrder *order)
{
    const bool is_table = command->context->format == PK_FORMAT_TABLE;
    const bool is_same = command->row_count > 0 &&
                         strcmp(order->supplier_id, command->supplier_id) == 0 &&
                         order->week_start_date_epoch_days == command->week_start_date;
    begin_orders(command, order->transfer_units > 0);
    if (!is_table) {
        pk_output_row(command->output, order);
        return;
    }
    Peakstock__V1__PromotionPlanOrder shown = *order;
    if (is_same) {
        shown.supplier_id = (char *)"";
        shown.week_start_date_epoch_days = 0;
    } else {
        end_group(command);
        command->row_count = 0;
        peakstock__v1__promotion_plan_order__init(&command->sum);
        command->sum.amount_case = PEAKSTOCK__V1__PROMOTION_PLAN_ORDER__AMOUNT_ORDER_AMOUNT_MICROS;
        pk_text_format(command->supplier_id, sizeof command->supplier_id, "%s", order->supplier_id);
        command->week_start_date = order->week_start_date_epoch_days;
    }
    if (command->first_week_date == 0 || command->week_start_date < command->first_week_date)
        command->first_week_date = command->week_start_date;
    command->row_count++;
    command->sum.order_units += order->order_units;
    command->sum.campaign_units += order->campaign_units;
    if (command->row_count == 1 ||
        order->last_order_date_epoch_days < command->sum.last_order_date_epoch_days)
        command->sum.last_order_date_epoch_days = order->last_order_date_epoch_days;
    if (order->amount_case == PEAKSTOCK__V1__PROMOTION_PLAN_ORDER__AMOUNT_ORDER_AMOUNT_MICROS)
        command->sum.order_amount_micros += order->order_amount_micros;
    if (is_detailed(command))
        pk_output_row(command->output, &shown);
}

/* In tables only the lines that the plan leaves short; files have all. */
static void write_line(struct plan_command *command, const Peakstock__V1__PromotionPlanLine *line)
{
    const bool is_short =
        line->planned_cover_case ==
            PEAKSTOCK__V1__PROMOTION_PLAN_LINE__PLANNED_COVER_PLANNED_COVER_PROBABILITY &&
        line->planned_cover_probability < COVER_LOW;
    if (!command->has_lines) {
        end_group(command);
        begin_orders(command, false);
        pk_output_end(command->output);
        if (command->has_sums)
            pk_output_line(command->output, "%s",
                           pk_output_is_chinese(command->output)
                               ? "(两周以后只列小计;--supplier 或 --format csv 列出每一行)"
                               : "(later weeks are summed up; --supplier ID or --format csv lists "
                                 "every line)");
        pk_output_line(command->output, "%s", "");
        pk_output_line(command->output, "%s",
                       pk_output_is_chinese(command->output)
                           ? "按计划执行后，活动开始时覆盖概率仍低于 70% 的商品："
                           : "Covered with less than 70 % at the start, even with the plan:");
        pk_output_begin(command->output, &lines_section);
        command->has_lines = true;
    }
    if (is_short || command->context->format != PK_FORMAT_TABLE)
        pk_output_row(command->output, line);
}

static void write_sums(struct plan_command *command, const struct pk_output_section *section,
                       Peakstock__V1__PromotionPlanSum *const *sums, size_t count)
{
    pk_output_end(command->output);
    if (count == 0 && command->context->format == PK_FORMAT_TABLE)
        return;
    pk_output_line(command->output, "%s", "");
    pk_output_begin(command->output, section);
    for (size_t i = 0; i < count; i++)
        pk_output_row(command->output, sums[i]);
    pk_output_end(command->output);
}

static void warn(const struct pk_command_context *context,
                 const Peakstock__V1__PromotionPlanSummary *summary)
{
    if (summary->no_stock_count > 0)
        pk_command_warn(context, "%lld without a plan because their stock is unknown (NO_STOCK)",
                        (long long)summary->no_stock_count);
    if (summary->no_supply_terms_count > 0)
        pk_command_warn(context,
                        "%lld without a plan because their lead time is unknown "
                        "(NO_SUPPLY_TERMS): import supply",
                        (long long)summary->no_supply_terms_count);
    if (summary->too_late_count > 0)
        pk_command_warn(context,
                        "%lld short, and no order comes before the end (ORDER_DATE_PAST): "
                        "expedite, transfer or advertise less",
                        (long long)summary->too_late_count);
    if (summary->missing_units > 0)
        pk_command_warn(context, "%lld units exceed the suppliers' capacity (CAPACITY_SHORT)",
                        (long long)summary->missing_units);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct plan_command *command = taker;
    const Peakstock__V1__PlanPromotionResponse *response = message;
    begin(command, response);
    for (size_t i = 0; i < response->n_orders; i++)
        write_order(command, response->orders[i]);
    for (size_t i = 0; i < response->n_lines; i++)
        write_line(command, response->lines[i]);
    if (response->summary == NULL)
        return PK_OK;
    if (!command->has_lines) {
        begin_orders(command, false);
        pk_output_end(command->output);
        if (command->context->format != PK_FORMAT_TABLE)
            pk_output_begin(command->output, &lines_section);
    }
    write_sums(command, &supplier_weeks_section, response->supplier_weeks,
               response->n_supplier_weeks);
    write_sums(command, &suppliers_section, response->suppliers, response->n_suppliers);
    write_sums(command, &weeks_section, response->weeks, response->n_weeks);
    pk_output_line(command->output, "%s", "");
    pk_output_begin(command->output, &summary_section);
    pk_output_row(command->output, response->summary);
    pk_output_end(command->output);
    warn(command->context, response->summary);
    return PK_OK;
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct plan_command *command = taker;
    if (!command->has_begun)
        return pk_error_set(error, PK_DATA_LOSS, "window",
                            "the service ended its answer without naming the window");
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct plan_command command = {.context = context};
    Peakstock__V1__PlanPromotionRequest request = PEAKSTOCK__V1__PLAN_PROMOTION_REQUEST__INIT;
    enum pk_status status = pk_command_check_argument_ids(context, error);
    if (status != PK_OK)
        return status;
    request.promotion_id = (char *)context->arguments[0];
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    size_t supplier_count;
    const char **suppliers = pk_command_ids(context, "supplier", &supplier_count);
    if (supplier_count > 1)
        return pk_command_misuse(context, error, "--supplier may be given once");
    if (supplier_count == 1)
        request.supplier_id = (char *)suppliers[0];
    command.shows_all_weeks = supplier_count == 1;
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    const struct pk_question question = {"/peakstock.v1.PromotionService/PlanPromotion",
                                         &request.base,
                                         &peakstock__v1__plan_promotion_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option options[] = {
    PK_OPTION_WAREHOUSES,
    {"supplier", PK_OPTION_ID, "ID", "only what is bought from this supplier, week by week (all)",
     NULL, 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_promo_plan = {
    .name = "promo plan",
    .summary = "what to buy for a promotion, by supplier and week",
    .usage = "PROMOTION [--warehouse ID] [--supplier ID] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .argument_count_min = 1,
    .argument_count_max = 1,
    .argument_name = "PROMOTION",
    .run = run,
};

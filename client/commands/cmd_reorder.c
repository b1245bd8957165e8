/* `peakstock reorder`: what to order today, from whom and why, with what-if questions. */
#include <math.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/commands/transfer.h"
#include "client/output/output.h"
#include "models/base/limits.h"
#include "peakstock/v1/reorder.pb-c.h"

/* "2026-12-03..2026-12-20": stock runs out in between with 80 %; open where beyond the horizon. */
static bool read_stockout_range(const struct pk_output_column *column, const void *row,
                                struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__ReorderLine *line = row;
    if (line->stockout_date_p10_epoch_days == 0)
        return false;
    pk_buffer_append_date(scratch, line->stockout_date_p10_epoch_days);
    pk_buffer_append_string(scratch, "..");
    if (line->stockout_date_p90_epoch_days != 0)
        pk_buffer_append_date(scratch, line->stockout_date_p90_epoch_days);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

static bool read_transfer(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__ReorderLine *line = row;
    return pk_transfer_write(line->transfer_units, line->transfer_from_warehouse_id, scratch,
                             out_value);
}

/* "80 -> 120": what the plan said before and says now; "120" where a person decided on other
 * units. */
static bool read_plan(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__ReorderLine *line = row;
    const bool has_previous =
        line->previous_case == PEAKSTOCK__V1__REORDER_LINE__PREVIOUS_PREVIOUS_ORDER_UNITS;
    char units[64];
    size_t size = 0;
    if (!has_previous && line->planned_units == line->order_units)
        return false;
    if (has_previous)
        size =
            pk_text_format(units, sizeof units, "%lld -> ", (long long)line->previous_order_units);
    pk_text_format(units + size, sizeof units - size, "%lld", (long long)line->planned_units);
    pk_buffer_append_string(scratch, units);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

static const struct pk_output_column table_columns[] = {
    {.key = "eta_date", .spare = 3},
    {.key = PK_TRANSFER_KEY, .type = PK_OUTPUT_TEXT, .read = read_transfer},
    {.key = "state", .type = PK_OUTPUT_WORD},
    {.key = "plan_change", .type = PK_OUTPUT_TEXT, .read = read_plan, .spare = 1},
    {.key = "stockout_range", .type = PK_OUTPUT_TEXT, .read = read_stockout_range, .spare = 2},
};

#define FILE_NAMES                                                                                 \
    "item_id warehouse_id order_units order_by_date arrival_date expected_demand_units "           \
    "position_units critical_ratio reason suggestion_id supplier_id unit_cost order_amount "       \
    "on_hand_units inbound_units eta_date state transfer_units transfer_from_warehouse_id "        \
    "stockout_date_p10 stockout_date_p50 stockout_date_p90 excess_units rank cumulative_amount "   \
    "item_class * -critical_ratio_rule -item_name"

#define LINES_SECTION(transfer)                                                                    \
    {                                                                                              \
        .key = "rows", .row = &peakstock__v1__reorder_line__descriptor, .file_names = FILE_NAMES,  \
        .table_names = "item_id item_name warehouse_id on_hand_units inbound_units eta_date "      \
                       "expected_demand_units " transfer " order_units state plan_change "         \
                       "order_by_date arrival_date order_amount stockout_range reason",            \
        PK_OUTPUT_TABLE_COLUMNS(table_columns), .in_csv = true,                                    \
    }
static const struct pk_output_section lines_section = LINES_SECTION("");
static const struct pk_output_section lines_section_with_transfers = LINES_SECTION(PK_TRANSFER_KEY);

static const struct pk_output_section suppliers_section = {
    .key = "suppliers",
    .row = &peakstock__v1__supplier_total__descriptor,
    PK_OUTPUT_NAMES(PK_OUTPUT_EVERY_FIELD),
};

static const struct pk_output_section summary_section = {
    .key = "summary",
    .row = &peakstock__v1__reorder_summary__descriptor,
    PK_OUTPUT_NAMES(PK_OUTPUT_EVERY_FIELD),
    .is_single = true,
};

struct reorder_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun;
};

static void warn_of_gaps(const struct pk_command_context *context,
                         const Peakstock__V1__ReorderSummary *summary)
{
    if (summary->no_stock_count > 0)
        pk_command_warn(context,
                        "%lld left at 0 because their stock is unknown (NO_STOCK): import stock, "
                        "or give --assume-stock N",
                        (long long)summary->no_stock_count);
    if (summary->no_supply_terms_count > 0)
        pk_command_warn(context,
                        "%lld left at 0 because their lead time is unknown (NO_SUPPLY_TERMS): "
                        "import supply, or give --assume-lead-time-days N",
                        (long long)summary->no_supply_terms_count);
    for (size_t i = 0; i < summary->n_assumptions; i++)
        pk_command_note(context, "assumed: %s", summary->assumptions[i]);
}

/* Before the first line, and at the end of an answer without any. */
static void begin(struct reorder_command *command, const Peakstock__V1__SnapshotRef *snapshot,
                  bool has_lanes)
{
    if (command->has_begun)
        return;
    command->has_begun = true;
    pk_output_snapshot(command->output, snapshot);
    pk_output_begin(command->output, has_lanes ? &lines_section_with_transfers : &lines_section);
}

/* One row a supplier, where orders say who delivers. */
static void tell_suppliers(struct reorder_command *command,
                           const Peakstock__V1__ReorderSummary *summary)
{
    if (summary->n_suppliers == 0 ||
        (summary->n_suppliers == 1 && summary->suppliers[0]->supplier_id[0] == '\0'))
        return;
    pk_output_line(command->output, "%s", "");
    pk_output_begin(command->output, &suppliers_section);
    for (size_t i = 0; i < summary->n_suppliers; i++)
        pk_output_row(command->output, summary->suppliers[i]);
    pk_output_end(command->output);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct reorder_command *command = taker;
    const Peakstock__V1__PlanReordersResponse *response = message;
    begin(command, response->snapshot, response->has_lanes);
    for (size_t i = 0; i < response->n_lines; i++)
        pk_output_row(command->output, response->lines[i]);
    if (response->summary) {
        pk_output_end(command->output);
        tell_suppliers(command, response->summary);
        pk_output_line(command->output, "%s", "");
        pk_output_begin(command->output, &summary_section);
        pk_output_row(command->output, response->summary);
        pk_output_end(command->output);
        warn_of_gaps(command->context, response->summary);
    }
    return PK_OK;
}

/* What the options ask "what if" about. */
struct what_if {
    Peakstock__V1__ReorderWhatIf wire;
    char order_id[PK_ID_BYTES_MAX_PLUS_NUL];
    Peakstock__V1__PromotionWhatIf discount, traffic;
    Peakstock__V1__PromotionWhatIf *promotions[2];
    char discount_id[PK_ID_BYTES_MAX_PLUS_NUL], traffic_id[PK_ID_BYTES_MAX_PLUS_NUL];
};

/* NAME=NUMBER of an option; PK_INVALID_ARGUMENT with the form to write. */
static enum pk_status read_pair(struct pk_command_context *context, const char *option,
                                char out_name[PK_ID_BYTES_MAX_PLUS_NUL], double *out_number,
                                struct pk_error *error)
{
    const char *text = pk_command_text(context, option);
    const char *equals = strrchr(text, '=');
    const size_t size = equals == NULL ? 0 : (size_t)(equals - text);
    if (size == 0 || size > PK_ID_BYTES_MAX ||
        !pk_text_to_number(pk_text_from(equals + 1), out_number))
        return pk_command_misuse(context, error, "--%s takes ID=NUMBER, not \"%.80s\"", option,
                                 text);
    pk_text_format(out_name, PK_ID_BYTES_MAX_PLUS_NUL, "%.*s", (int)size, text);
    return PK_OK;
}

static enum pk_status read_promotion(struct pk_command_context *context, const char *option,
                                     char name[PK_ID_BYTES_MAX_PLUS_NUL],
                                     Peakstock__V1__PromotionWhatIf *out, struct what_if *what_if,
                                     struct pk_error *error)
{
    double number;
    enum pk_status status = read_pair(context, option, name, &number, error);
    if (status != PK_OK)
        return status;
    peakstock__v1__promotion_what_if__init(out);
    out->promotion_id = name;
    if (out == &what_if->discount) {
        out->discount_case = PEAKSTOCK__V1__PROMOTION_WHAT_IF__DISCOUNT_DISCOUNT_RATIO;
        out->discount_ratio = number;
    } else {
        out->traffic_case = PEAKSTOCK__V1__PROMOTION_WHAT_IF__TRAFFIC_TRAFFIC_RATIO;
        out->traffic_ratio = number;
    }
    what_if->promotions[what_if->wire.n_promotions++] = out;
    return PK_OK;
}

static enum pk_status read_what_if(struct pk_command_context *context, struct what_if *out,
                                   struct pk_error *error)
{
    enum pk_status status = PK_OK;
    double days = 0;
    memset(out, 0, sizeof *out);
    peakstock__v1__reorder_what_if__init(&out->wire);
    out->wire.promotions = out->promotions;
    if (pk_command_has(context, "what-if-lead-time-days")) {
        out->wire.lead_time_case = PEAKSTOCK__V1__REORDER_WHAT_IF__LEAD_TIME_LEAD_TIME_DAYS;
        out->wire.lead_time_days = (int32_t)pk_command_count(context, "what-if-lead-time-days", 0);
    }
    out->wire.critical_ratio = pk_command_number(context, "what-if-critical-ratio", 0);
    if (pk_command_has(context, "what-if-delay")) {
        status = read_pair(context, "what-if-delay", out->order_id, &days, error);
        out->wire.delayed_order_id = out->order_id;
        out->wire.delay_days = (int32_t)fmax(-1e6, fmin(days, 1e6));
    }
    if (status == PK_OK && pk_command_has(context, "what-if-discount"))
        status = read_promotion(context, "what-if-discount", out->discount_id, &out->discount, out,
                                error);
    if (status == PK_OK && pk_command_has(context, "what-if-traffic"))
        status =
            read_promotion(context, "what-if-traffic", out->traffic_id, &out->traffic, out, error);
    return status;
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    (void)error;
    begin(taker, NULL, false);
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct reorder_command command = {.context = context};
    Peakstock__V1__SeriesFilter filter = PEAKSTOCK__V1__SERIES_FILTER__INIT;
    Peakstock__V1__ReorderAssumptions assumptions = PEAKSTOCK__V1__REORDER_ASSUMPTIONS__INIT;
    Peakstock__V1__PlanReordersRequest request = PEAKSTOCK__V1__PLAN_REORDERS_REQUEST__INIT;
    filter.item_ids = (char **)pk_command_ids(context, "item", &filter.n_item_ids);
    filter.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &filter.n_warehouse_ids);
    filter.supplier_ids = (char **)pk_command_ids(context, "supplier", &filter.n_supplier_ids);
    if (pk_command_has(context, "assume-stock")) {
        assumptions.stock_case = PEAKSTOCK__V1__REORDER_ASSUMPTIONS__STOCK_STOCK_UNITS;
        assumptions.stock_units = pk_command_count(context, "assume-stock", 0);
    }
    if (pk_command_has(context, "assume-lead-time-days")) {
        assumptions.lead_time_case = PEAKSTOCK__V1__REORDER_ASSUMPTIONS__LEAD_TIME_LEAD_TIME_DAYS;
        assumptions.lead_time_days = (int32_t)pk_command_count(context, "assume-lead-time-days", 0);
    }
    request.filter = &filter;
    request.all_items = pk_command_has(context, "all-items");
    request.assumptions = &assumptions;
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    if (pk_command_has(context, "budget")) {
        request.budget_case = PEAKSTOCK__V1__PLAN_REORDERS_REQUEST__BUDGET_BUDGET_MICROS;
        request.budget_micros = pk_command_count(context, "budget", 0); /* micros */
    }
    struct what_if what_if;
    enum pk_status status = read_what_if(context, &what_if, error);
    if (status != PK_OK)
        return status;
    request.what_if = &what_if.wire;
    const struct pk_question question = {"/peakstock.v1.ReorderService/PlanReorders", &request.base,
                                         &peakstock__v1__plan_reorders_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option options[] = {
    {"item", PK_OPTION_ID, "ID", "this item; may be given again (all)", NULL, 0, 0},
    PK_OPTION_WAREHOUSES,
    {"supplier", PK_OPTION_ID, "ID", "this supplier; may be given again (all)", NULL, 0, 0},
    {"all-items", PK_OPTION_FLAG, NULL, "also the lines with nothing to do", NULL, 0, 0},
    {"assume-stock", PK_OPTION_COUNT, "N", "stock of items without a stock row", NULL, 0,
     (double)PK_UNITS_MAX},
    {"assume-lead-time-days", PK_OPTION_COUNT, "N", "lead time of items without supply terms", NULL,
     0, PK_LEAD_TIME_DAYS_MAX},
    {"what-if-lead-time-days", PK_OPTION_COUNT, "N", "as if every lead time were N days", NULL, 0,
     PK_LEAD_TIME_DAYS_MAX},
    {"what-if-critical-ratio", PK_OPTION_NUMBER, "R", "as if every critical ratio were R", NULL,
     0.0001, 0.9999},
    {"what-if-delay", PK_OPTION_TEXT, "ORDER=DAYS", "as if an inbound order came later", NULL, 0,
     0},
    {"what-if-discount", PK_OPTION_TEXT, "PROMOTION=R", "as if its discount were R", NULL, 0, 0},
    {"what-if-traffic", PK_OPTION_TEXT, "PROMOTION=R", "as if its traffic were R times a day's",
     NULL, 0, 0},
    {"budget", PK_OPTION_MONEY, "AMOUNT", "money to spend at most, on what is worth most", NULL, 0,
     9e9},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_reorder = {
    .name = "reorder",
    .summary = "what to order, how much and by when",
    .usage = "[--item ID] [--warehouse ID] [--supplier ID] [--all-items] [--assume-stock N] "
             "[--assume-lead-time-days N] [--budget AMOUNT] [--what-if-...] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

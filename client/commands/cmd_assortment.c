/* `peakstock assortment`: which items sell, rise, decline or die, and the two levers on the
 * active-item rate. */
#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "peakstock/v1/assortment.pb-c.h"

static const struct pk_output_section summary_section = {
    .key = "summary",
    .row = &peakstock__v1__assortment_summary__descriptor,
    .file_names = "* -warnings",
    .is_single = true,
};

static const struct pk_output_column file_columns[] = {
    {.key = "growth_ratio", .type = PK_OUTPUT_SUM},
};

/* The given role, else the proposed one; files tell them apart. */
static bool read_role(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const Peakstock__V1__AssortmentLine *line = row;
    out_value->text = pk_text_from(line->role[0] != '\0' ? line->role : line->proposed_role);
    return true;
}

static const struct pk_output_column table_columns[] = {
    {.key = "proposed_action", .type = PK_OUTPUT_WORD},
    {.key = "item_id"},
    {.key = "item_name"},
    {.key = "role", .type = PK_OUTPUT_WORD, .read = read_role, .spare = 2},
    {.key = "stage", .type = PK_OUTPUT_WORD},
    {.key = "launch_position", .type = PK_OUTPUT_WORD},
    {.key = "growth_ratio", .type = PK_OUTPUT_SUM, .spare = 3},
    {.key = "evidence_z", .spare = 7},
    {.key = "sold_units_30_days", .type = PK_OUTPUT_SUM},
    {.key = "on_hand_units"},
    {.key = "sell_probability"},
    {.key = "nudge", .type = PK_OUTPUT_WORD},
    {.key = "nudge_rank", .spare = 6},
    {.key = "nudged_sell_probability", .spare = 5},
    {.key = "nudge_value", .spare = 4},
    {.key = "contribution", .spare = 1},
};

static const struct pk_output_section lines_section = {
    .key = "rows",
    .row = &peakstock__v1__assortment_line__descriptor,
    .file_names = "* -item_name",
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    PK_OUTPUT_TABLE_COLUMNS(table_columns),
    .in_csv = true,
};

struct assortment_command {
    const struct pk_command_context *context;
    struct pk_output *output;
};

/* The two levers apart, so that nobody takes one for the other. */
static void write_answer(struct pk_output *output, const Peakstock__V1__AssortmentSummary *s)
{
    const bool zh = pk_output_is_chinese(output);
    const double value = (double)s->nudge_value_micros / 1e6;
    pk_output_line(
        output,
        zh ? "动销率：近30天 %.1f%%（%lld/%lld）；未来30天预计 %.1f%%（P10 %.1f%%，P90 "
             "%.1f%%，%lld 款），目标 %.0f%%"
           : "active-item rate: %.1f %% in the last 30 days (%lld of %lld); %.1f %% "
             "expected in the next 30 (P10 %.1f, P90 %.1f, of %lld items), target %.0f %%",
        100 * s->active_item_ratio, (long long)s->active_item_count,
        (long long)s->listed_item_count, 100 * s->expected_active_item_ratio,
        100 * s->active_item_q10_ratio, 100 * s->active_item_q90_ratio,
        (long long)s->ahead_item_count, 100 * s->target_active_item_ratio);
    pk_output_line(output,
                   zh ? "卖得更多：%lld 个助销动作可到 %.1f%%，30天毛利影响 %+.0f %s"
                      : "sell more: %lld nudges make it %.1f %%, the margin of these 30 days moves "
                        "by %+.0f %s",
                   (long long)s->nudge_count, 100 * s->nudged_active_item_ratio, value,
                   s->currency_code);
    if (s->nudged_active_item_ratio < s->target_active_item_ratio)
        pk_output_line(output, "%s",
                       zh ? "助销动作用尽也达不到目标"
                          : "these are all there are: the target is beyond them");
    pk_output_line(
        output,
        zh ? "减少在架（只改指标，不多卖一件）：下架 %lld 款（候选 %lld 款）后为 "
             "%.1f%%，其中尚有 %lld 件库存，成本 %.0f"
           : "list less (moves the figure, sells nothing more): %lld of %lld candidates "
             "off the list make it %.1f %%; %lld units of them are in stock, %.0f at cost",
        (long long)s->delist_count, (long long)s->delist_candidate_count,
        100 * s->delisted_active_item_ratio, (long long)s->delist_stock_units,
        (double)s->delist_stock_cost_micros / 1e6);
    pk_output_line(
        output,
        zh ? "生命周期：新品 %lld，爆款候选 %lld（若毫无变化，偶然也会有约 %.2f 个），平稳 "
             "%lld，下滑 %lld，衰亡 %lld，呆滞 %lld"
           : "lives: %lld new, %lld rising (%.2f to be expected by chance), %lld steady, "
             "%lld declining, %lld dying, %lld dead",
        (long long)s->new_count, (long long)s->rising_count, s->rising_by_chance_count,
        (long long)s->steady_count, (long long)s->declining_count, (long long)s->dying_count,
        (long long)s->dead_count);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct assortment_command *command = taker;
    const Peakstock__V1__PlanAssortmentResponse *response = message;
    const Peakstock__V1__AssortmentSummary *summary = response->summary;
    if (summary != NULL) {
        for (size_t i = 0; i < summary->n_warnings; i++)
            pk_command_warn(command->context, "%s", summary->warnings[i]);
        pk_output_snapshot(command->output, response->snapshot);
        write_answer(command->output, summary);
        pk_output_begin(command->output, &summary_section);
        pk_output_row(command->output, summary);
        pk_output_end(command->output);
        pk_output_line(command->output, "%s", "");
        pk_output_begin(command->output, &lines_section);
    }
    for (size_t i = 0; i < response->n_lines; i++)
        pk_output_row(command->output, response->lines[i]);
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct assortment_command command = {.context = context};
    Peakstock__V1__PlanAssortmentRequest request = PEAKSTOCK__V1__PLAN_ASSORTMENT_REQUEST__INIT;
    char *category = (char *)pk_command_text(context, "category");
    request.categories = &category;
    request.n_categories = category != NULL;
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    request.all_items = pk_command_has(context, "all-items");
    if (pk_command_has(context, "target-active-item-ratio")) {
        request.target_case =
            PEAKSTOCK__V1__PLAN_ASSORTMENT_REQUEST__TARGET_TARGET_ACTIVE_ITEM_RATIO;
        request.target_active_item_ratio =
            pk_command_number(context, "target-active-item-ratio", 0);
    }
    if (pk_command_has(context, "attach-ratio")) {
        request.attach_case = PEAKSTOCK__V1__PLAN_ASSORTMENT_REQUEST__ATTACH_ATTACH_RATIO;
        request.attach_ratio = pk_command_number(context, "attach-ratio", 0);
    }
    const struct pk_question question = {"/peakstock.v1.ReviewService/PlanAssortment",
                                         &request.base,
                                         &peakstock__v1__plan_assortment_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, NULL};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option options[] = {
    {"category", PK_OPTION_TEXT, "C", "the items of this category (all)", NULL, 0, 0},
    PK_OPTION_WAREHOUSES,
    {"target-active-item-ratio", PK_OPTION_NUMBER, "R",
     "share of the items that should sell in 30 days, 0 to 1 (0.65)", NULL, 0, 1},
    {"attach-ratio", PK_OPTION_NUMBER, "R",
     "part of a partner's buyers who take a bundle, 0 to 1 (0.03)", NULL, 0, 1},
    {"all-items", PK_OPTION_FLAG, NULL, "also items with nothing to do", NULL, 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_assortment = {
    .name = "assortment",
    .summary = "which items sell, rise, decline or die; the active-item rate and its levers",
    .usage = "[--category C] [--warehouse ID] [--target-active-item-ratio R] [--attach-ratio R] "
             "[--all-items] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

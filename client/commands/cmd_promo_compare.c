/* `peakstock promo compare`: two campaigns side by side, and what to stock differently next
 * time. */
#include <math.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "peakstock/v1/promotion_compare.pb-c.h"

static bool has_a(const Peakstock__V1__ComparedFigure *figure)
{
    return figure->a_case == PEAKSTOCK__V1__COMPARED_FIGURE__A_A_VALUE;
}

static bool has_b(const Peakstock__V1__ComparedFigure *figure)
{
    return figure->b_case == PEAKSTOCK__V1__COMPARED_FIGURE__B_B_VALUE;
}

static bool has_a_error(const Peakstock__V1__ComparedFigure *figure)
{
    return figure->a_error_case == PEAKSTOCK__V1__COMPARED_FIGURE__A_ERROR_A_STANDARD_ERROR;
}

static bool has_b_error(const Peakstock__V1__ComparedFigure *figure)
{
    return figure->b_error_case == PEAKSTOCK__V1__COMPARED_FIGURE__B_ERROR_B_STANDARD_ERROR;
}

static bool has_change(const Peakstock__V1__ComparedFigure *figure)
{
    return figure->change_case == PEAKSTOCK__V1__COMPARED_FIGURE__CHANGE_DIFFERENCE;
}

static const struct pk_output_column file_columns[] = {
    {.key = "a_value", .type = PK_OUTPUT_SUM},
    {.key = "a_se", .field = "a_standard_error", .type = PK_OUTPUT_SUM},
    {.key = "b_value", .type = PK_OUTPUT_SUM},
    {.key = "b_se", .field = "b_standard_error", .type = PK_OUTPUT_SUM},
    {.key = "difference", .type = PK_OUTPUT_SUM},
};

/* Rows are figures beside the scope that they belong to. */
static const struct pk_output_section file_section = {
    .key = "rows",
    .row = &peakstock__v1__compared_figure__descriptor,
    .outer = &peakstock__v1__promotion_comparison__descriptor,
    .file_names = "scope scope_id metric a_value a_se b_value b_se difference a_basis b_basis "
                  "a_date b_date",
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    .in_csv = true,
};

/* --- tables: a value with its error, and a mark where it is no result yet */

enum side { A, B, CHANGE };

/* How a figure reads: 1,234; 2.31 ±0.12; 85 %. */
enum figure_form { UNITS, TIMES, SHARE };

static enum figure_form form_of(const char *metric)
{
    if (strcmp(metric, "lift_ratio") == 0)
        return TIMES;
    const size_t size = strlen(metric);
    const bool is_share = (size > 6 && strcmp(metric + size - 6, "_ratio") == 0) ||
                          strncmp(metric, "coverage_", 9) == 0 ||
                          strcmp(metric, "stocking_accuracy") == 0;
    return is_share ? SHARE : UNITS;
}

static const char *mark_of(const char *basis)
{
    if (strcmp(basis, "forecast") == 0)
        return "*";
    return strcmp(basis, "so_far") == 0 ? "+" : "";
}

static void append_value(struct pk_buffer *text, enum figure_form form, double value)
{
    if (form == UNITS)
        pk_buffer_append_grouped(text, round(value) + 0.0, 0);
    else
        pk_buffer_append_grouped(text, form == SHARE ? 100 * value : value, form == SHARE ? 0 : 2);
    if (form == SHARE)
        pk_buffer_append_byte(text, '%');
}

static bool write_side(const Peakstock__V1__ComparedFigure *figure, enum side side,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const enum figure_form form = form_of(figure->metric);
    const bool is_known = side == A   ? has_a(figure)
                          : side == B ? has_b(figure)
                                      : has_change(figure);
    const bool has_error = side == A   ? has_a_error(figure)
                           : side == B ? has_b_error(figure)
                                       : false;
    const double values[] = {figure->a_value, figure->b_value, figure->difference};
    if (!is_known)
        return false;
    if (side == CHANGE && values[side] > 0)
        pk_buffer_append_byte(scratch, '+');
    append_value(scratch, form, values[side]);
    if (side == CHANGE && form == SHARE && scratch->size > 0)
        scratch->bytes[scratch->size - 1] = ' '; /* of two shares: points, not per cent */
    if (side == CHANGE && form == SHARE)
        pk_buffer_append_string(scratch, "pp");
    if (has_error) {
        pk_buffer_append_string(scratch, " ±");
        append_value(scratch, form,
                     side == A ? figure->a_standard_error : figure->b_standard_error);
    }
    if (side != CHANGE)
        pk_buffer_append_string(scratch, mark_of(side == A ? figure->a_basis : figure->b_basis));
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

static bool read_side(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const struct pk_output_pair *pair = row;
    return write_side(pair->inner, (enum side)column->argument, scratch, out_value);
}

/* Figures that a scope shows in a row of its own. */
static const char *const scope_metrics[] = {"demand_units", "lift_ratio", "dip_ratio",
                                            "stocked_short_ratio", "left_over_ratio"};

/* Argument = place in scope_metrics x 2 + side. */
static bool read_scope_side(const struct pk_output_column *column, const void *row,
                            struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__PromotionComparison *scope = row;
    const char *metric = scope_metrics[column->argument / 2];
    for (size_t i = 0; i < scope->n_figures; i++)
        if (strcmp(scope->figures[i]->metric, metric) == 0)
            return write_side(scope->figures[i], (enum side)(column->argument % 2), scratch,
                              out_value);
    return false;
}

/* "warm-up 3" of warmup_3. */
static bool read_day_english(const struct pk_output_column *column, const void *row,
                             struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    const Peakstock__V1__PromotionComparison *scope = row;
    const char *end = strrchr(scope->scope_id, '_');
    char phase[32];
    if (end == NULL)
        return false;
    pk_text_format(phase, sizeof phase, "%.*s", (int)(end - scope->scope_id), scope->scope_id);
    pk_buffer_append_string(scratch, pk_wording(phase, column->argument != 0));
    pk_buffer_append_byte(scratch, ' ');
    pk_buffer_append_string(scratch, end + 1);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

#define SIDE(key_, metric_, side_)                                                                 \
    {                                                                                              \
        .key = key_, .type = PK_OUTPUT_TEXT, .read = read_scope_side,                              \
        .argument = 2 * (metric_) + (side_), .is_right = true                                      \
    }

/* The headings of A and B are the names of the campaigns. */
static void print_total(struct pk_output *output, const Peakstock__V1__PromotionComparison *total,
                        const char *a_name, const char *b_name)
{
    const struct pk_output_column columns[] = {
        {.key = "metric", .type = PK_OUTPUT_WORD},
        {.key = "a",
         .type = PK_OUTPUT_TEXT,
         .read = read_side,
         .argument = A,
         .heading = a_name,
         .is_right = true},
        {.key = "b",
         .type = PK_OUTPUT_TEXT,
         .read = read_side,
         .argument = B,
         .heading = b_name,
         .is_right = true},
        {.key = "difference",
         .type = PK_OUTPUT_TEXT,
         .read = read_side,
         .argument = CHANGE,
         .is_right = true},
    };
    const struct pk_output_section section = {.key = "total",
                                              .row = &peakstock__v1__compared_figure__descriptor,
                                              .outer =
                                                  &peakstock__v1__promotion_comparison__descriptor,
                                              PK_OUTPUT_TABLE_COLUMNS(columns)};
    pk_output_begin(output, &section);
    for (size_t i = 0; i < total->n_figures; i++) {
        const struct pk_output_pair row = {total, total->figures[i]};
        if (has_a(row.inner) || has_b(row.inner))
            pk_output_row(output, &row);
    }
    pk_output_end(output);
}

static const struct pk_output_column category_columns[] = {
    {.key = "category", .field = "scope_id"},
    SIDE("a_units", 0, A),
    SIDE("b_units", 0, B),
    SIDE("a_lift", 1, A),
    SIDE("b_lift", 1, B),
    SIDE("a_dip", 2, A),
    SIDE("b_dip", 2, B),
    SIDE("a_short", 3, A),
    SIDE("b_short", 3, B),
    SIDE("a_left_over", 4, A),
    SIDE("b_left_over", 4, B),
};

static void print_scopes(struct pk_output *output, const char *scope,
                         const Peakstock__V1__ComparePromotionsResponse *response)
{
    const bool is_day = strcmp(scope, "day") == 0;
    const struct pk_output_column day_columns[] = {
        {.key = "phase_day",
         .type = PK_OUTPUT_TEXT,
         .read = read_day_english,
         .argument = pk_output_is_chinese(output)},
        {.key = "a_date"},
        {.key = "b_date"},
        SIDE("a_units", 0, A),
        SIDE("b_units", 0, B),
        SIDE("a_lift", 1, A),
        SIDE("b_lift", 1, B),
    };
    const struct pk_output_section section = {
        .key = scope,
        .row = &peakstock__v1__promotion_comparison__descriptor,
        .table_columns = is_day ? day_columns : category_columns,
        .table_column_count = is_day ? sizeof day_columns / sizeof *day_columns
                                     : sizeof category_columns / sizeof *category_columns};
    pk_output_line(output, "%s", "");
    pk_output_begin(output, &section);
    for (size_t i = 0; i < response->n_comparisons; i++)
        if (strcmp(response->comparisons[i]->scope, scope) == 0)
            pk_output_row(output, response->comparisons[i]);
    pk_output_end(output);
}

static const struct pk_output_section lessons_section = {
    .key = "lessons",
    .row = &peakstock__v1__promotion_lesson__descriptor,
    PK_OUTPUT_NAMES("category reason first_ratio second_ratio"),
};

struct compare_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    bool has_begun;
};

static const struct pk_output_section promotions_section = {
    .key = "promotions",
    .row = &peakstock__v1__compared_promotion__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
};

static void print_promotion(struct pk_output *output, const char *letter,
                            const Peakstock__V1__ComparedPromotion *promotion)
{
    const bool is_chinese = pk_output_is_chinese(output);
    pk_output_line(output,
                   is_chinese ? "%s  %s %s  %s..%s  %s,%lld 行,其中 %lld 行另有其他活动"
                              : "%s  %s %s  %s..%s  %s, %lld lines, on %lld of them another "
                                "promotion ran too",
                   letter, promotion->promotion_id, promotion->name, promotion->start_date,
                   promotion->end_date, pk_wording(promotion->state, is_chinese),
                   (long long)promotion->line_count, (long long)promotion->overlap_line_count);
}

static void print_tables(struct pk_output *output,
                         const Peakstock__V1__ComparePromotionsResponse *response)
{
    const bool is_chinese = pk_output_is_chinese(output);
    print_promotion(output, "A", response->a);
    print_promotion(output, "B", response->b);
    pk_output_line(output, "%s",
                   is_chinese ? "* 预测值;+ 截至目前;± 一个标准误。倍数 = 需求 ÷ 普通日需求;"
                                "缺 = 少备 ÷ 需求;剩 = 超 30 天的剩货 ÷ 需求"
                              : "* forecast; + so far; ± one standard error. Lift = demand over "
                                "ordinary days; short, left (beyond 30 days) = share of demand");
    pk_output_line(output, "%s", "");
    if (response->n_comparisons > 0)
        print_total(output, response->comparisons[0], response->a->promotion_id,
                    response->b->promotion_id);
    print_scopes(output, "category", response);
    print_scopes(output, "day", response);
}

/* The heading of the lessons, in tables; true if rows follow. */
static bool print_lessons_line(struct pk_output *output,
                               const Peakstock__V1__ComparePromotionsResponse *response)
{
    const bool is_chinese = pk_output_is_chinese(output);
    pk_output_line(output, "%s", "");
    if (response->n_lesson_promotion_ids < 2)
        pk_output_line(output, "%s",
                       is_chinese ? "尚无两次已结束的活动,不给备货建议"
                                  : "fewer than two campaigns have ended: no advice on stock yet");
    else if (response->n_lessons == 0)
        pk_output_line(output,
                       is_chinese ? "%s 与 %s:没有类目连续两次同向备错"
                                  : "%s and %s: no category was stocked wrongly in the same "
                                    "direction twice",
                       response->lesson_promotion_ids[0], response->lesson_promotion_ids[1]);
    else
        pk_output_line(output,
                       is_chinese ? "对下次备货的建议(依据 %s 与 %s,占需求的比例):"
                                  : "for the next campaign (from %s and %s, part of demand):",
                       response->lesson_promotion_ids[0], response->lesson_promotion_ids[1]);
    return response->n_lessons > 0;
}

static void print_lessons(const struct compare_command *command,
                          const Peakstock__V1__ComparePromotionsResponse *response)
{
    struct pk_output *output = command->output;
    if (!print_lessons_line(output, response) && command->context->format == PK_FORMAT_TABLE)
        return;
    pk_output_begin(output, &lessons_section);
    for (size_t i = 0; i < response->n_lessons; i++)
        pk_output_row(output, response->lessons[i]);
    pk_output_end(output);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    struct compare_command *command = taker;
    const Peakstock__V1__ComparePromotionsResponse *response = message;
    for (size_t i = 0; i < response->n_warnings; i++)
        pk_command_warn(command->context, "%s", response->warnings[i]);
    if (!command->has_begun) {
        if (response->a == NULL || response->b == NULL)
            return pk_error_set(error, PK_DATA_LOSS, "a", "the answer does not name its campaigns");
        command->has_begun = true;
        pk_output_snapshot(command->output, response->snapshot);
        pk_output_begin(command->output, &promotions_section);
        pk_output_row(command->output, response->a);
        pk_output_row(command->output, response->b);
        pk_output_end(command->output);
        print_tables(command->output, response);
        print_lessons(command, response);
        pk_output_begin(command->output, &file_section);
    }
    for (size_t i = 0; i < response->n_comparisons; i++)
        for (size_t j = 0; j < response->comparisons[i]->n_figures; j++) {
            const struct pk_output_pair row = {response->comparisons[i],
                                               response->comparisons[i]->figures[j]};
            if (has_a(row.inner) || has_b(row.inner))
                pk_output_row(command->output, &row);
        }
    return PK_OK;
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct compare_command *command = taker;
    if (!command->has_begun)
        return pk_error_set(error, PK_DATA_LOSS, "a", "the service ended its answer too early");
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct compare_command command = {.context = context};
    Peakstock__V1__ComparePromotionsRequest request =
        PEAKSTOCK__V1__COMPARE_PROMOTIONS_REQUEST__INIT;
    enum pk_status status = pk_command_check_argument_ids(context, error);
    if (status != PK_OK)
        return status;
    if (context->argument_count == 2)
        request.a_promotion_id = (char *)context->arguments[0];
    request.b_promotion_id = (char *)context->arguments[context->argument_count - 1];
    request.warehouse_ids = (char **)pk_command_ids(context, "warehouse", &request.n_warehouse_ids);
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    request.includes_lines = pk_command_has(context, "lines");
    const struct pk_question question = {"/peakstock.v1.PromotionService/ComparePromotions",
                                         &request.base,
                                         &peakstock__v1__compare_promotions_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option options[] = {
    PK_OPTION_WAREHOUSES,
    {"lines", PK_OPTION_FLAG, NULL, "files: also every item x warehouse (scope line)", NULL, 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_promo_compare = {
    .name = "promo compare",
    .summary = "two campaigns side by side: lift, slump, stocking, forecast, money",
    .usage = "[A] B [--warehouse ID] [--lines] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .argument_count_min = 1,
    .argument_count_max = 2,
    .argument_name = "PROMOTION",
    .run = run,
};

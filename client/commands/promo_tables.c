#include "client/commands/promo_tables.h"

#include <string.h>

#include "client/output/wording.h"
#include "models/base/limits.h"
#include "models/base/units.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
/* Rows of a list in a table; the rest is counted. */
#define SUPPLY_ROWS_MAX       10 /* of the first target */
#define SUPPLY_ROWS_MAX_OTHER 3
#define LOSS_ROWS_MAX         10

static const struct pk_output_section headline_section = {
    .key = "headline",
    .row = &peakstock__v1__promotion_headline__descriptor,
    .file_names = PK_OUTPUT_EVERY_FIELD,
    .is_single = true,
};

/* Amount as people say it: 1.23 m, 45.6 k, 789; in Chinese 123.4万. */
static const char *short_amount(double amount, bool is_chinese, char out[32])
{
    const double size = amount < 0 ? -amount : amount;
    if (is_chinese && size >= 1e8)
        pk_text_format(out, 32, "%.2f亿", amount / 1e8);
    else if (is_chinese && size >= 1e4)
        pk_text_format(out, 32, "%.1f万", amount / 1e4);
    else if (!is_chinese && size >= 1e6)
        pk_text_format(out, 32, "%.2f m", amount / 1e6);
    else if (!is_chinese && size >= 1e4)
        pk_text_format(out, 32, "%.1f k", amount / 1e3);
    else
        pk_text_format(out, 32, "%.0f", amount);
    return out;
}

static const char *short_micros(int64_t micros, bool is_chinese, char out[32])
{
    return short_amount((double)micros / (double)PK_MICROS_PER_UNIT, is_chinese, out);
}

static size_t add_text(char *line, size_t size, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static size_t add_text(char *line, size_t size, size_t at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t added = pk_text_vformat(line + at, size - at, format, arguments);
    va_end(arguments);
    return at + added;
}

/* How far, how much, where. */
static void write_first_sentence(const Peakstock__V1__PromotionHeadline *headline,
                                 struct pk_output *output)
{
    const bool zh = pk_output_is_chinese(output);
    char line[PK_TEXT_BYTES_MAX + 512], one[32], two[32];
    size_t at = 0;
    if (headline->promotion_name[0] != '\0')
        at = add_text(line, sizeof line, at, zh ? "%s:" : "%s: ", headline->promotion_name);
    at = add_text(line, sizeof line, at, zh ? "就绪 %.0f%%;" : "%.0f %% ready; ",
                  100 * headline->readiness_ratio);
    short_micros(headline->gmv_expected_micros, zh, one);
    if (headline->target_case == PEAKSTOCK__V1__PROMOTION_HEADLINE__TARGET_GMV_TARGET_MICROS)
        at = add_text(line, sizeof line, at,
                      zh ? "按现有库存与在途预计销售额 %s,目标 %s"
                         : "%s of %s target GMV with what is in stock and on order",
                      one, short_micros(headline->gmv_target_micros, zh, two));
    else
        at = add_text(line, sizeof line, at,
                      zh ? "按现有库存与在途预计销售额 %s"
                         : "%s GMV with what is in stock and on order",
                      one);
    if (headline->gmv_at_risk_micros > 0)
        add_text(line, sizeof line, at,
                 zh ? ";缺货风险 %s,其中一半在 %lld 个商品(共 %lld 个)"
                    : "; %s at risk for lack of stock, half of it in %lld of %lld items",
                 short_micros(headline->gmv_at_risk_micros, zh, one),
                 (long long)headline->half_risk_item_count, (long long)headline->item_count);
    pk_output_line(output, "%s", line);
}

/* What has to be done about it; nothing if there is nothing. */
static void write_second_sentence(const Peakstock__V1__PromotionHeadline *headline,
                                  struct pk_output *output)
{
    const bool zh = pk_output_is_chinese(output);
    char line[512] = "", one[32];
    size_t at = 0;
    if (headline->cash_needed_micros > 0)
        at = add_text(line, sizeof line, at,
                      zh ? "补齐缺口需资金 %s,%lld 行已过最晚下单日"
                         : "closing the gaps takes %s; lines past their latest order date: %lld",
                      short_micros(headline->cash_needed_micros, zh, one),
                      (long long)headline->late_line_count);
    if (headline->overloaded_count > 0)
        at = add_text(line, sizeof line, at,
                      zh ? "%s超出日出库能力的仓库 %lld 个" : "%soverloaded warehouses: %lld",
                      at == 0 ? ""
                      : zh    ? ";"
                              : "; ",
                      (long long)headline->overloaded_count);
    if (headline->below_cost_count > 0)
        at = add_text(line, sizeof line, at, zh ? "%s低于成本 %lld 行" : "%slines below cost: %lld",
                      at == 0 ? ""
                      : zh    ? ";"
                              : "; ",
                      (long long)headline->below_cost_count);
    if (at > 0)
        pk_output_line(output, "%s", line);
}

void pk_promo_headline(const Peakstock__V1__PromotionHeadline *headline, struct pk_output *output)
{
    write_first_sentence(headline, output);
    write_second_sentence(headline, output);
    pk_output_begin(output, &headline_section);
    pk_output_row(output, headline);
    pk_output_end(output);
}

/* How ready a scope is: of the file and of the first table. */
#define READY_NAMES                                                                                \
    "scope scope_id line_count red_count amber_count green_count blue_count unknown_count "        \
    "readiness_ratio q50_units gap_q50_units gmv_at_risk cash_needed currency_code"

/* Roll-ups: all of it in JSON, one table per question. */
static const struct pk_output_column roll_up_file_columns[] = {
    {.key = "discount_amount", .field = "discount"},
};

/* Items without a role or a supplier have a scope too. */
static bool read_scope_id(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    const Peakstock__V1__PromotionRollUp *roll_up = row;
    const bool is_none = roll_up->scope_id[0] == '\0' && strcmp(roll_up->scope, "total") != 0;
    out_value->text = pk_text_from(is_none ? "not_given" : roll_up->scope_id);
    return out_value->text.size > 0;
}

#define SCOPE_COLUMNS                                                                              \
    {.key = "scope", .type = PK_OUTPUT_WORD},                                                      \
    {                                                                                              \
        .key = "scope_id", .type = PK_OUTPUT_WORD, .read = read_scope_id                           \
    }

static const struct pk_output_column scope_columns[] = {SCOPE_COLUMNS};

/* Of the reasons of a roll-up those about its margin. */
static bool read_margin_reason(const struct pk_output_column *column, const void *row,
                               struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__PromotionRollUp *roll_up = row;
    for (size_t i = 0; i < roll_up->n_reasons; i++)
        if (strcmp(roll_up->reasons[i]->code, "MARGIN_BELOW_FLOOR") == 0)
            pk_buffer_append_string(scratch, roll_up->reasons[i]->code);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return scratch->size > 0;
}

static const struct pk_output_column money_columns[] = {
    SCOPE_COLUMNS,
    {.key = "discount_amount", .field = "discount"},
    {.key = "reason", .read = read_margin_reason},
};

static const struct pk_output_section roll_ups_section = {
    .key = "roll_ups",
    .row = &peakstock__v1__promotion_roll_up__descriptor,
    .file_names = READY_NAMES " gmv_expected gmv_wanted gmv_q10 gmv_q90 gmv_sold discount_amount *",
    PK_OUTPUT_FILE_COLUMNS(roll_up_file_columns),
    .table_names = READY_NAMES,
    PK_OUTPUT_TABLE_COLUMNS(scope_columns),
};

static const struct pk_output_section money_section = {
    .key = "money",
    .row = &peakstock__v1__promotion_roll_up__descriptor,
    .table_names = "scope scope_id gmv_wanted gmv_expected gmv_q10 gmv_q90 discount_amount "
                   "gift_cost profit margin_ratio incremental_gmv incremental_profit "
                   "below_cost_count reason",
    PK_OUTPUT_TABLE_COLUMNS(money_columns),
};

static const struct pk_output_section peak_section = {
    .key = "peak",
    .row = &peakstock__v1__promotion_roll_up__descriptor,
    .table_names = "scope scope_id peak_date peak_day_mean_units peak_day_q90_units "
                   "outbound_units_per_day load_ratio first_over_date over_day_count reason",
    PK_OUTPUT_TABLE_COLUMNS(scope_columns),
};

/* A question and its table. */
static void begin(struct pk_output *output, const struct pk_output_section *section,
                  const char *english, const char *chinese)
{
    pk_output_end(output);
    pk_output_line(output, "%s", "");
    pk_output_line(output, "%s", pk_output_is_chinese(output) ? chinese : english);
    pk_output_begin(output, section);
}

static void write_roll_ups(const Peakstock__V1__CheckPromotionResponse *response,
                           struct pk_output *output)
{
    begin(output, &roll_ups_section, "How ready are we, and what is at risk?", "备货就绪率与风险");
    for (size_t i = 0; i < response->n_roll_ups; i++)
        pk_output_row(output, response->roll_ups[i]);
    begin(output, &money_section, "What does it bring, and what does it cost?", "活动收益与成本");
    for (size_t i = 0; i < response->n_roll_ups; i++)
        pk_output_row(output, response->roll_ups[i]);
    begin(output, &peak_section, "Can the warehouses ship the busiest day?", "峰值日能否发出");
    for (size_t i = 0; i < response->n_roll_ups; i++) {
        const char *scope = response->roll_ups[i]->scope;
        if (strcmp(scope, "total") == 0 || strcmp(scope, "warehouse") == 0)
            pk_output_row(output, response->roll_ups[i]);
    }
    pk_output_end(output);
}

static const struct pk_output_section weeks_section = {
    .key = "cash_weeks",
    .row = &peakstock__v1__promotion_cash_week__descriptor,
    PK_OUTPUT_NAMES(PK_OUTPUT_EVERY_FIELD),
};

static const struct pk_output_column target_columns[] = {
    {.key = "target", .type = PK_OUTPUT_SUM},       {.key = "expected", .type = PK_OUTPUT_SUM},
    {.key = "expected_q10", .type = PK_OUTPUT_SUM}, {.key = "expected_q90", .type = PK_OUTPUT_SUM},
    {.key = "gap", .type = PK_OUTPUT_SUM},          {.key = "wanted", .type = PK_OUTPUT_SUM},
    {.key = "orderable", .type = PK_OUTPUT_SUM},    {.key = "pushable", .type = PK_OUTPUT_SUM},
    {.key = "shortfall", .type = PK_OUTPUT_SUM},    {.key = "sold", .type = PK_OUTPUT_SUM},
};

/* Amounts of people's size: no column of what is over, whole numbers. */
enum target_figure {
    TARGET,
    EXPECTED,
    EXPECTED_Q10,
    EXPECTED_Q90,
    GAP,
    WANTED,
    ORDERABLE,
    PUSHABLE,
    SHORTFALL
};

static bool read_whole(const struct pk_output_column *column, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const Peakstock__V1__PromotionTarget *target = row;
    const double figures[] = {[TARGET] = target->target,
                              [EXPECTED] = target->expected,
                              [EXPECTED_Q10] = target->expected_q10,
                              [EXPECTED_Q90] = target->expected_q90,
                              [GAP] = target->gap,
                              [WANTED] = target->wanted,
                              [ORDERABLE] = target->orderable,
                              [PUSHABLE] = target->pushable,
                              [SHORTFALL] = target->shortfall};
    const double figure = figures[column->argument];
    out_value->integer = (int64_t)(figure < 0 ? figure - 0.5 : figure + 0.5);
    return column->argument == TARGET ||
           target->forecast_case == PEAKSTOCK__V1__PROMOTION_TARGET__FORECAST_EXPECTED;
}

/* "total", or what the target is for. */
static bool read_target_scope(const struct pk_output_column *column, const void *row,
                              struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    const Peakstock__V1__PromotionTarget *target = row;
    const char *const parts[] = {target->category, target->warehouse_id, target->channel};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i][0] == '\0')
            continue;
        if (scratch->size > 0)
            pk_buffer_append_string(scratch, " ");
        pk_buffer_append_string(scratch, parts[i]);
    }
    if (scratch->size == 0)
        pk_buffer_append_string(scratch, "total");
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}

#define WHOLE(name, figure)                                                                        \
    {                                                                                              \
        .key = (name), .type = PK_OUTPUT_INTEGER, .read = read_whole, .argument = (figure)         \
    }

static const struct pk_output_column target_table_columns[] = {
    {.key = "metric", .type = PK_OUTPUT_WORD},
    {.key = "scope_id", .type = PK_OUTPUT_WORD, .read = read_target_scope},
    WHOLE("target", TARGET),
    WHOLE("expected", EXPECTED),
    WHOLE("expected_q10", EXPECTED_Q10),
    WHOLE("expected_q90", EXPECTED_Q90),
    WHOLE("gap", GAP),
    {.key = "reach_probability"},
    WHOLE("wanted", WANTED),
    {.key = "reach_if_covered_probability"},
    WHOLE("orderable", ORDERABLE),
    WHOLE("pushable", PUSHABLE),
    WHOLE("shortfall", SHORTFALL),
};

static const struct pk_output_section targets_section = {
    .key = "targets",
    .row = &peakstock__v1__promotion_target__descriptor,
    .file_names = "metric category warehouse_id channel target expected expected_q10 expected_q90 "
                  "gap reach_probability wanted reach_if_covered_probability orderable pushable "
                  "shortfall *",
    PK_OUTPUT_FILE_COLUMNS(target_columns),
    PK_OUTPUT_TABLE_COLUMNS(target_table_columns),
};

/* What a price cut brings; none where it is no way. */
static bool read_discount(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const Peakstock__V1__PromotionSupplyOfDifference *supply = row;
    out_value->integer =
        column->argument == 0 ? supply->discount_gmv_micros : supply->discount_margin_micros;
    return supply->discount_case ==
           PEAKSTOCK__V1__PROMOTION_SUPPLY_OF_DIFFERENCE__DISCOUNT_DISCOUNT_RATIO;
}

static const struct pk_output_column supply_columns[] = {
    {.key = "traffic_ratio", .type = PK_OUTPUT_MEAN},
    {.key = "cumulative", .type = PK_OUTPUT_SUM},
    {.key = "discount_gmv", .type = PK_OUTPUT_MONEY, .read = read_discount, .argument = 0},
    {.key = "discount_margin", .type = PK_OUTPUT_MONEY, .read = read_discount, .argument = 1},
};

/* The table names the target in its heading. */
#define SUPPLY_TABLE_NAMES                                                                         \
    "item_id item_name category warehouse_id expected_units stock_units push_units traffic_ratio " \
    "gmv margin cumulative discount_ratio discount_gmv discount_margin"

static const struct pk_output_section supply_section = {
    .key = "supply_of_differences",
    .row = &peakstock__v1__promotion_supply_of_difference__descriptor,
    .file_names = "metric target_category target_warehouse_id " SUPPLY_TABLE_NAMES,
    PK_OUTPUT_FILE_COLUMNS(supply_columns),
};

static const struct pk_output_section supply_table_section = {
    .key = "supply",
    .row = &peakstock__v1__promotion_supply_of_difference__descriptor,
    .table_names = SUPPLY_TABLE_NAMES,
    PK_OUTPUT_TABLE_COLUMNS(supply_columns),
};

/* How the tables of items to push are read, once. */
static void write_how_to_push(struct pk_output *output)
{
    pk_output_line(output, "%s", "");
    pk_output_line(
        output, "%s",
        pk_output_is_chinese(output)
            ? "谁能补差额:按活动价加推需要的流量倍数及其毛利(推广费不宜超过该毛利);或改用"
              "降价,销售额与毛利的变化列于最后"
            : "Who could supply it: so many times the traffic at the campaign's price earns "
              "the margin (spend no more on it); or, last, what taking off so much does");
}

/* What closes the gap of one target, in one sentence, and the items under it. */
static void write_supply_of(const Peakstock__V1__PromotionTarget *target,
                            Peakstock__V1__PromotionSupplyOfDifference *const *rows,
                            size_t row_count_max, struct pk_output *output)
{
    const bool zh = pk_output_is_chinese(output);
    struct pk_buffer scope = {0};
    struct pk_output_value value;
    char gap[32], orders[32], push[32], shortfall[32];
    const struct pk_output_column column = {.key = "scope_id"};
    const size_t count = (size_t)target->supply_count;
    read_target_scope(&column, target, &scope, &value);
    short_amount(target->gap, zh, gap);
    short_amount(target->orderable, zh, orders);
    short_amount(target->pushable, zh, push);
    pk_output_line(output, "%s", "");
    pk_output_line(output,
                   zh ? "%s %s 距目标差 %s:及时下单可补 %s,库存充足的商品最多可加推 %s%s%s"
                      : "%s %s lacks %s: orders still in time bring %s, items with stock to spare "
                        "up to %s%s%s",
                   pk_wording(pk_buffer_string(&scope), zh), pk_wording(target->metric, zh), gap,
                   orders, push,
                   target->shortfall > 0 ? (zh ? ";仍差 " : "; it cannot be closed, short by ")
                                         : (zh ? ";可以补足" : "; it can be closed"),
                   target->shortfall > 0 ? short_amount(target->shortfall, zh, shortfall) : "");
    pk_buffer_done(&scope);
    if (count == 0)
        return;
    pk_output_begin(output, &supply_table_section);
    for (size_t i = 0; i < count && i < row_count_max; i++)
        pk_output_row(output, rows[i]);
    pk_output_end(output);
    if (count > row_count_max)
        pk_output_line(output, zh ? "(另有 %zu 行)" : "(%zu more rows)", count - row_count_max);
}

static void write_targets(const Peakstock__V1__CheckPromotionResponse *response,
                          struct pk_output *output)
{
    size_t at = 0;
    begin(output, &targets_section, "Do we reach the targets?", "能否达到目标");
    for (size_t i = 0; i < response->n_targets; i++)
        pk_output_row(output, response->targets[i]);
    pk_output_begin(output, &supply_section);
    for (size_t i = 0; i < response->n_supply_of_differences; i++)
        pk_output_row(output, response->supply_of_differences[i]);
    pk_output_end(output);
    if (!pk_output_is_table(output))
        return;
    for (size_t i = 0, shown = 0; i < response->n_targets; i++) {
        const Peakstock__V1__PromotionTarget *target = response->targets[i];
        const size_t count = (size_t)target->supply_count;
        if (target->gap > 0 && at + count <= response->n_supply_of_differences) {
            if (shown == 0)
                write_how_to_push(output);
            write_supply_of(target, response->supply_of_differences + at,
                            shown++ == 0 ? SUPPLY_ROWS_MAX : SUPPLY_ROWS_MAX_OTHER, output);
        }
        at += count;
    }
}

static const struct pk_output_column loss_columns[] = {
    {.key = "regular_price", .is_price = true},
    {.key = "lowest_price", .is_price = true},
    {.key = "unit_cost", .is_price = true},
    {.key = "unit_margin", .is_price = true},
};

static const struct pk_output_section losses_section = {
    .key = "losses",
    .row = &peakstock__v1__promotion_loss__descriptor,
    PK_OUTPUT_NAMES(PK_OUTPUT_EVERY_FIELD),
    PK_OUTPUT_COLUMNS(loss_columns),
};

static void write_losses(const Peakstock__V1__CheckPromotionResponse *response,
                         struct pk_output *output)
{
    const bool is_cut = pk_output_is_table(output) && response->n_losses > LOSS_ROWS_MAX;
    begin(output, &losses_section, "Which items lose money by it?", "哪些商品参加活动反而少赚");
    for (size_t i = 0; i < response->n_losses && !(is_cut && i == LOSS_ROWS_MAX); i++)
        pk_output_row(output, response->losses[i]);
    pk_output_end(output);
    if (is_cut)
        pk_output_line(output, pk_output_is_chinese(output) ? "(另有 %zu 行)" : "(%zu more rows)",
                       response->n_losses - LOSS_ROWS_MAX);
}

void pk_promo_sums(const Peakstock__V1__CheckPromotionResponse *response, struct pk_output *output)
{
    write_roll_ups(response, output);
    begin(output, &weeks_section, "When is the money for the gaps due?", "补货资金何时要付");
    for (size_t i = 0; i < response->n_cash_weeks; i++)
        pk_output_row(output, response->cash_weeks[i]);
    pk_output_end(output);
    write_targets(response, output);
    write_losses(response, output);
}

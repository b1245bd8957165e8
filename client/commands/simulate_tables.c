#include "client/commands/simulate_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/output/wording.h"
#include "models/base/array.h"

#define VALUE_COUNT 9

static const char *const policies[] = {"ours",       "average30",         "normal",
                                       "seasonal13", "seasonal13_buffer", "two_week",
                                       "min_max",    "hindsight"};
#define POLICY_COUNT (sizeof policies / sizeof *policies)
static const char *const ratios[] = {"own", "0.80", "0.90", "0.95", "0.98"};
#define RATIO_COUNT (sizeof ratios / sizeof *ratios)

enum pk_status pk_simulate_report_add(struct pk_simulate_report *report,
                                      const Peakstock__V1__SimulationMetric *metric,
                                      struct pk_error *error)
{
    enum pk_status status = pk_array_reserve(&report->figures, &report->capacity, report->count + 1,
                                             sizeof *report->figures, "the figures", error);
    if (status != PK_OK)
        return status;
    struct pk_simulate_figure *figure = &report->figures[report->count++];
    pk_text_format(figure->scope, sizeof figure->scope, "%s", metric->scope);
    pk_text_format(figure->scope_id, sizeof figure->scope_id, "%s", metric->scope_id);
    pk_text_format(figure->metric, sizeof figure->metric, "%s", metric->metric);
    pk_text_format(figure->policy, sizeof figure->policy, "%s", metric->policy);
    pk_text_format(figure->critical_ratio, sizeof figure->critical_ratio, "%s",
                   metric->critical_ratio);
    figure->value = metric->value;
    figure->is_defined = metric->defined_case == PEAKSTOCK__V1__SIMULATION_METRIC__DEFINED_VALUE;
    return PK_OK;
}

void pk_simulate_report_done(struct pk_simulate_report *report)
{
    free(report->figures);
    *report = (struct pk_simulate_report){0};
}

/* --- rows --- */

struct table_row {
    const char *name;
    bool is_word; /* translated */
    double values[VALUE_COUNT];
    bool is_defined[VALUE_COUNT];
};

static const struct pk_simulate_figure *find(const struct pk_simulate_report *report,
                                             const char *scope, const char *scope_id,
                                             const char *metric)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->figures[i].metric, metric) == 0 &&
            strcmp(report->figures[i].scope, scope) == 0 &&
            strcmp(report->figures[i].scope_id, scope_id) == 0)
            return &report->figures[i];
    return NULL;
}

/* True if there was such a figure. */
static bool set_value(struct table_row *row, size_t at, const struct pk_simulate_figure *figure)
{
    if (!figure)
        return false;
    row->values[at] = figure->value;
    row->is_defined[at] = figure->is_defined;
    return true;
}

static bool read_name(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)column;
    (void)scratch;
    out_value->text = pk_text_from(((const struct table_row *)row)->name);
    return out_value->text.size > 0;
}

static bool read_value(const struct pk_output_column *column, const void *row,
                       struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct table_row *table_row = row;
    out_value->number = table_row->values[column->argument];
    out_value->integer = llround(table_row->values[column->argument]);
    return table_row->is_defined[column->argument];
}

#define NAME(title, kind)                                                                          \
    {                                                                                              \
        .key = title, .type = kind, .read = read_name                                              \
    }
#define VALUE(title, kind, index)                                                                  \
    {                                                                                              \
        .key = title, .type = kind, .read = read_value, .argument = index                          \
    }
#define SECTION(name, columns)                                                                     \
    static const struct pk_output_section name = {.key = "rows",                                   \
                                                  .table_columns = columns,                        \
                                                  .table_column_count =                            \
                                                      sizeof columns / sizeof *columns}

static const struct pk_output_column cost_columns[] = {
    NAME("policy", PK_OUTPUT_WORD),      VALUE("own_ratio", PK_OUTPUT_INTEGER, 0),
    VALUE("0.80", PK_OUTPUT_INTEGER, 1), VALUE("0.90", PK_OUTPUT_INTEGER, 2),
    VALUE("0.95", PK_OUTPUT_INTEGER, 3), VALUE("0.98", PK_OUTPUT_INTEGER, 4),
};
SECTION(cost_section, cost_columns);

static const char *const work_metrics[] = {
    "fill_ratio",    "average_stock_units", "turnover_days",
    "stockout_days", "lost_units",          "order_count",
    "order_units",   "nervousness_ratio",   "turnover_at_matched_fill_ratio"};
static const struct pk_output_column work_columns[] = {
    NAME("policy", PK_OUTPUT_WORD),
    VALUE("fill_ratio", PK_OUTPUT_RATIO, 0),
    VALUE("average_stock_units", PK_OUTPUT_INTEGER, 1),
    VALUE("turnover_days", PK_OUTPUT_MEAN, 2),
    VALUE("stockout_days", PK_OUTPUT_INTEGER, 3),
    VALUE("lost_units", PK_OUTPUT_INTEGER, 4),
    VALUE("order_count", PK_OUTPUT_INTEGER, 5),
    VALUE("order_units", PK_OUTPUT_INTEGER, 6),
    VALUE("nervousness_ratio", PK_OUTPUT_RATIO, 7),
    VALUE("turnover_at_matched_fill_ratio", PK_OUTPUT_RATIO, 8),
};
SECTION(work_section, work_columns);

static const struct pk_output_column frontier_columns[] = {
    NAME("critical_ratio", PK_OUTPUT_TEXT),
    VALUE("fill_ratio", PK_OUTPUT_RATIO, 0),
    VALUE("average_stock_units", PK_OUTPUT_INTEGER, 1),
    VALUE("cost_at_own", PK_OUTPUT_INTEGER, 2),
    VALUE("0.80", PK_OUTPUT_INTEGER, 3),
    VALUE("0.90", PK_OUTPUT_INTEGER, 4),
    VALUE("0.95", PK_OUTPUT_INTEGER, 5),
    VALUE("0.98", PK_OUTPUT_INTEGER, 6),
};
SECTION(frontier_section, frontier_columns);

static const char *const promotion_metrics[] = {"cost", "demand_units", "lost_units", "fill_ratio"};
static const struct pk_output_column promotion_columns[] = {
    NAME("policy", PK_OUTPUT_WORD),
    VALUE("cost", PK_OUTPUT_INTEGER, 0),
    VALUE("demand_units", PK_OUTPUT_INTEGER, 1),
    VALUE("lost_units", PK_OUTPUT_INTEGER, 2),
    VALUE("fill_ratio", PK_OUTPUT_RATIO, 3),
};
SECTION(promotion_section, promotion_columns);

static const char *const item_metrics[] = {"cost_difference",     "cost",
                                           "cost_baseline",       "demand_units",
                                           "lost_units",          "lost_units_baseline",
                                           "average_stock_units", "average_stock_units_baseline"};
static const struct pk_output_column item_columns[] = {
    NAME("item_id", PK_OUTPUT_NAME),
    VALUE("cost_difference", PK_OUTPUT_MEAN, 0),
    VALUE("cost", PK_OUTPUT_MEAN, 1),
    VALUE("cost_baseline", PK_OUTPUT_MEAN, 2),
    VALUE("demand_units", PK_OUTPUT_INTEGER, 3),
    VALUE("lost_units", PK_OUTPUT_INTEGER, 4),
    VALUE("lost_units_baseline", PK_OUTPUT_INTEGER, 5),
    VALUE("average_stock_units", PK_OUTPUT_MEAN, 6),
    VALUE("average_stock_units_baseline", PK_OUTPUT_MEAN, 7),
};
SECTION(item_section, item_columns);

/* --- tables --- */

static void begin(struct pk_output *output, const struct pk_output_section *section,
                  const char *english, const char *chinese)
{
    pk_output_line(output, "%s", "");
    pk_output_line(output, "%s", pk_output_is_chinese(output) ? chinese : english);
    pk_output_begin(output, section);
}

/* A row per policy that has any of the metrics in that scope at the own ratios. */
static void print_by_policy(const struct pk_simulate_report *report, struct pk_output *output,
                            const char *scope, const char *const *metrics, size_t metric_count)
{
    for (size_t p = 0; p < POLICY_COUNT; p++) {
        struct table_row row = {.name = policies[p]};
        char id[64];
        bool is_known = false;
        pk_text_format(id, sizeof id, "%s@own", policies[p]);
        for (size_t i = 0; i < metric_count; i++)
            is_known |= set_value(&row, i, find(report, scope, id, metrics[i]));
        if (is_known)
            pk_output_row(output, &row);
    }
    pk_output_end(output);
}

static void print_costs(const struct pk_simulate_report *report, struct pk_output *output)
{
    begin(output, &cost_section, "Cost at each critical ratio (own: of each item's own terms):",
          "各临界比下的总成本(own:按各商品自身条件):");
    for (size_t p = 0; p < POLICY_COUNT; p++) {
        struct table_row row = {.name = policies[p]};
        bool is_known = false;
        for (size_t r = 0; r < RATIO_COUNT; r++) {
            char id[64];
            pk_text_format(id, sizeof id, "%s@%s", policies[p], ratios[r]);
            is_known |= set_value(&row, r, find(report, "policy", id, "cost"));
        }
        if (is_known)
            pk_output_row(output, &row);
    }
    pk_output_end(output);
}

static void print_frontier(const struct pk_simulate_report *report, struct pk_output *output)
{
    begin(output, &frontier_section,
          "Our stock against fill by the critical ratio aimed at, and its cost at each true one:",
          "本系统的库存与满足率前沿(按目标临界比),及各真实临界比下的成本:");
    for (size_t i = 0; i < report->count; i++) {
        const struct pk_simulate_figure *figure = &report->figures[i];
        struct table_row row = {.name = figure->critical_ratio};
        if (strcmp(figure->scope, "frontier") != 0 || strcmp(figure->metric, "fill_ratio") != 0)
            continue;
        set_value(&row, 0, figure);
        set_value(&row, 1, find(report, "frontier", figure->scope_id, "average_stock_units"));
        for (size_t r = 0; r < RATIO_COUNT; r++) {
            char metric[32];
            pk_text_format(metric, sizeof metric, "cost_at_%s", ratios[r]);
            set_value(&row, 2 + r, find(report, "frontier", figure->scope_id, metric));
        }
        pk_output_row(output, &row);
    }
    pk_output_end(output);
}

static void print_items(const struct pk_simulate_report *report, struct pk_output *output)
{
    const struct pk_simulate_figure *first = NULL;
    for (size_t i = 0; i < report->count && !first; i++)
        if (strcmp(report->figures[i].scope, "item") == 0)
            first = &report->figures[i];
    if (!first)
        return;
    const bool is_chinese = pk_output_is_chinese(output);
    pk_output_line(output, "%s", "");
    pk_output_line(output,
                   is_chinese ? "本系统亏得最多的商品,对比总成本最低的基准(%s):"
                              : "Where ours loses most, against the cheapest baseline (%s):",
                   pk_wording(first->policy, is_chinese));
    pk_output_begin(output, &item_section);
    for (size_t i = 0; i < report->count; i++) {
        const struct pk_simulate_figure *figure = &report->figures[i];
        struct table_row row = {.name = figure->scope_id};
        if (strcmp(figure->scope, "item") != 0 || strcmp(figure->metric, item_metrics[0]) != 0)
            continue;
        for (size_t k = 0; k < sizeof item_metrics / sizeof *item_metrics; k++)
            set_value(&row, k, find(report, "item", figure->scope_id, item_metrics[k]));
        pk_output_row(output, &row);
    }
    pk_output_end(output);
}

/* --- sentences --- */

static const char *judgement(const char *verdict, bool is_chinese)
{
    static const char *const words[][3] = {
        {"better", "better: switch", "更优:建议切换"},
        {"not_proven", "not proven", "尚无定论"},
        {"worse", "worse: do not switch", "更差:不要切换"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], verdict) == 0)
            return words[i][is_chinese ? 2 : 1];
    return verdict;
}

/* "; at the same fill rate 31.2 % less stock" */
static void say_stock(const Peakstock__V1__SimulationVerdict *verdict, bool is_chinese, char *text,
                      size_t size)
{
    text[0] = '\0';
    if (verdict->stock_saving_case !=
        PEAKSTOCK__V1__SIMULATION_VERDICT__STOCK_SAVING_STOCK_SAVING_RATIO)
        return;
    const bool is_less = verdict->stock_saving_ratio >= 0;
    pk_text_format(text, size,
                   is_chinese ? ";同等满足率下库存%s %.1f%%"
                              : "; at its fill rate %s stock by %.1f %%",
                   is_chinese ? (is_less ? "减少" : "增加") : (is_less ? "less" : "more"),
                   100 * fabs(verdict->stock_saving_ratio));
}

static void say_verdict(const Peakstock__V1__SimulationVerdict *verdict, struct pk_output *output)
{
    const bool is_chinese = pk_output_is_chinese(output);
    const bool is_less = verdict->cost_saving_ratio >= 0;
    char stock[128];
    say_stock(verdict, is_chinese, stock, sizeof stock);
    pk_output_line(output,
                   is_chinese
                       ? "- 对比“%s”:%s。本系统成本%s %.1f%%(95%% 区间 %.1f%% 至 %.1f%%)%s。"
                       : "- Against \"%s\", ours is %s. It costs %s by %.1f %% (95 %% interval of "
                         "the saving %.1f to %.1f %%)%s.",
                   pk_wording(verdict->policy, is_chinese), judgement(verdict->verdict, is_chinese),
                   is_chinese ? (is_less ? "降低" : "增加") : (is_less ? "less" : "more"),
                   100 * fabs(verdict->cost_saving_ratio), 100 * verdict->cost_saving_ratio_low,
                   100 * verdict->cost_saving_ratio_high, stock);
}

/* The verdict at own ratios as a sentence, those at the fixed ratios as words. */
static void print_verdicts(const Peakstock__V1__SimulatePoliciesResponse *last,
                           struct pk_output *output)
{
    const bool is_chinese = pk_output_is_chinese(output);
    for (size_t i = 0; i < last->n_verdicts; i++) {
        char others[256] = "";
        size_t size = 0;
        if (strcmp(last->verdicts[i]->critical_ratio, "own") != 0)
            continue;
        say_verdict(last->verdicts[i], output);
        for (size_t k = 0; k < last->n_verdicts; k++) {
            if (k == i || strcmp(last->verdicts[k]->policy, last->verdicts[i]->policy) != 0)
                continue;
            pk_text_format(others + size, sizeof others - size, "%s%s %s",
                           size == 0    ? ""
                           : is_chinese ? ","
                                        : ", ",
                           last->verdicts[k]->critical_ratio,
                           pk_wording(last->verdicts[k]->verdict, is_chinese));
            size = strlen(others);
        }
        pk_output_line(
            output, is_chinese ? "  按固定临界比:%s。" : "  At fixed critical ratios: %s.", others);
    }
}

static void print_basis(const Peakstock__V1__SimulationBasis *basis, struct pk_output *output)
{
    const bool is_chinese = pk_output_is_chinese(output);
    const bool is_money = basis->currency_code[0] != '\0';
    pk_output_line(output,
                   is_chinese
                       ? "回放 %s 至 %s:%lld 个序列,%lld 次订货决策,首次 %s(预热期不计)。"
                       : "Replay of %s to %s: %lld series, %lld reviews, the first on %s (the "
                         "days up to the first are not counted).",
                   basis->from_date, basis->to_date, (long long)basis->series_count,
                   (long long)basis->review_count, basis->first_review_date);
    pk_output_line(output,
                   is_chinese
                       ? "各策略起始库存、到货周期、订货周期相同;售缺即丢单。成本单位:%s。"
                       : "All policies start from the same stock, with the same lead time and "
                         "review period; unmet demand is lost. Costs in %s.",
                   is_money     ? basis->currency_code
                   : is_chinese ? "件×订货周期(缺少单位成本)"
                                : "units held for a review period (a unit cost is missing)");
    if (basis->short_bucket_count > 0)
        pk_output_line(output,
                       is_chinese ? "其中 %.1f%% 的天(周)当时缺货,实际需求高于销量。"
                                  : "In %.1f %% of the days (weeks) the shelf was empty at times: "
                                    "demand was higher than the sales replayed here.",
                       100 * (double)basis->short_bucket_count / (double)basis->bucket_count);
}

void pk_simulate_report_print(const struct pk_simulate_report *report,
                              const Peakstock__V1__SimulatePoliciesResponse *last,
                              struct pk_output *output)
{
    print_basis(last->basis, output);
    pk_output_line(output, "%s", "");
    print_verdicts(last, output);
    print_costs(report, output);
    begin(output, &work_section,
          "What each policy did, at the own critical ratios:", "各策略表现(按自身临界比):");
    print_by_policy(report, output, "policy", work_metrics,
                    sizeof work_metrics / sizeof *work_metrics);
    print_frontier(report, output);
    if (find(report, "promotion", "ours@own", "cost")) {
        begin(output, &promotion_section, "Inside promotion windows alone:", "仅活动期间:");
        print_by_policy(report, output, "promotion", promotion_metrics,
                        sizeof promotion_metrics / sizeof *promotion_metrics);
    }
    print_items(report, output);
}

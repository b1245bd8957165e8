#include "client/commands/review_text.h"

#include <math.h>
#include <string.h>

#include "models/base/text.h"

bool pk_review_figure(Peakstock__V1__Metric *const *metrics, size_t count, const char *metric,
                      double *out_value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(metrics[i]->metric, metric) == 0) {
            *out_value = metrics[i]->value;
            return metrics[i]->defined_case == PEAKSTOCK__V1__METRIC__DEFINED_VALUE;
        }
    return false;
}

size_t pk_review_scope_size(Peakstock__V1__Metric *const *metrics, size_t count)
{
    size_t size = 0;
    while (size < count && strcmp(metrics[size]->scope, metrics[0]->scope) == 0 &&
           strcmp(metrics[size]->scope_id, metrics[0]->scope_id) == 0)
        size++;
    return size;
}

/* The figures of the total, NAN where there is none. */
struct totals {
    Peakstock__V1__Metric *const *metrics;
    size_t count;
    bool is_chinese;
};

static double figure(const struct totals *totals, const char *metric)
{
    double value;
    return pk_review_figure(totals->metrics, totals->count, metric, &value) ? value : NAN;
}

/* "1,234", or "-" for what is not known. */
#define NUMBER_SIZE 32
static const char *number(double value, char out[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE];
    if (!isfinite(value) || fabs(value) > 1e15) {
        pk_text_format(out, NUMBER_SIZE, "-");
        return out;
    }
    const size_t size = pk_text_format(digits, sizeof digits, "%.0f", value);
    size_t at = 0;
    for (size_t i = 0; i < size && at + 2 < NUMBER_SIZE; i++) {
        const size_t left = size - i;
        if (i > 0 && left % 3 == 0 && digits[i - 1] != '-')
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

static const char *percent(double value, char out[NUMBER_SIZE])
{
    pk_text_format(out, NUMBER_SIZE, isfinite(value) ? "%.1f%%" : "-", 100 * value);
    return out;
}

static void write_day(struct pk_output *output, const struct totals *totals)
{
    char sold[NUMBER_SIZE], mean[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    char off[NUMBER_SIZE], gmv[NUMBER_SIZE], expected[NUMBER_SIZE];
    char target[NUMBER_SIZE], share[NUMBER_SIZE];
    const double deviation = figure(totals, "deviation_ratio");
    number(figure(totals, "sold_units"), sold);
    number(figure(totals, "gmv"), gmv);
    if (isnan(figure(totals, "forecast_units"))) {
        pk_output_line(output,
                       totals->is_chinese ? "当日  销量 %s 件,销售额 %s(尚无预测可比)"
                                          : "Day      %s units, GMV %s (nothing was forecast yet)",
                       sold, gmv);
    } else {
        pk_output_line(
            output,
            totals->is_chinese
                ? "当日  销量 %s 件,预测 %s(P10 %s ~ P90 %s),偏离 %s%s;销售额 %s,预测 %s"
                : "Day      %s units against %s forecast (P10 %s .. P90 %s): %s%s; GMV %s "
                  "against %s",
            sold, number(figure(totals, "forecast_units"), mean),
            number(figure(totals, "forecast_q10_units"), low),
            number(figure(totals, "forecast_q90_units"), high), deviation > 0 ? "+" : "",
            percent(deviation, off), gmv, number(figure(totals, "forecast_gmv"), expected));
    }
    if (!isnan(figure(totals, "gmv_target")))
        pk_output_line(output,
                       totals->is_chinese ? "      当日销售额目标 %s,达成 %s"
                                          : "         GMV target of the day %s: %s of it",
                       number(figure(totals, "gmv_target"), target),
                       percent(figure(totals, "gmv_attainment_ratio"), share));
    if (!isnan(figure(totals, "units_target")))
        pk_output_line(output,
                       totals->is_chinese ? "      当日件数目标 %s,达成 %s"
                                          : "         units target of the day %s: %s of it",
                       number(figure(totals, "units_target"), target),
                       percent(figure(totals, "units_attainment_ratio"), share));
}

static void write_month(struct pk_output *output, const struct totals *totals)
{
    char units[NUMBER_SIZE], gmv[NUMBER_SIZE], time[NUMBER_SIZE], progress[NUMBER_SIZE];
    char target[NUMBER_SIZE], share[NUMBER_SIZE];
    const double by_gmv = figure(totals, "gmv_progress_ratio");
    const bool has_gmv = !isnan(figure(totals, "month_gmv"));
    pk_output_line(
        output,
        totals->is_chinese
            ? "本月  销量 %s 件,销售额 %s;时间进度 %s,按预测应完成 %s"
            : "Month    %s units, GMV %s so far; %s of the days, %s of the expected sales",
        number(figure(totals, "month_units"), units), number(figure(totals, "month_gmv"), gmv),
        percent(figure(totals, "time_progress_ratio"), time),
        percent(has_gmv && !isnan(by_gmv) ? by_gmv : figure(totals, "units_progress_ratio"),
                progress));
    if (!isnan(figure(totals, "month_gmv_target")))
        pk_output_line(output,
                       totals->is_chinese ? "      月销售额目标 %s,达成率 %s"
                                          : "         GMV target of the month %s: %s attained",
                       number(figure(totals, "month_gmv_target"), target),
                       percent(figure(totals, "month_gmv_attainment_ratio"), share));
    if (!isnan(figure(totals, "month_units_target")))
        pk_output_line(output,
                       totals->is_chinese ? "      月件数目标 %s,达成率 %s"
                                          : "         units target of the month %s: %s attained",
                       number(figure(totals, "month_units_target"), target),
                       percent(figure(totals, "month_units_attainment_ratio"), share));
}

static void write_landing(struct pk_output *output, const struct totals *totals)
{
    char low[NUMBER_SIZE], middle[NUMBER_SIZE], high[NUMBER_SIZE], share[NUMBER_SIZE];
    const bool has_gmv = !isnan(figure(totals, "landing_q50_gmv"));
    const double attained =
        figure(totals, has_gmv ? "landing_gmv_attainment_ratio" : "landing_units_attainment_ratio");
    number(figure(totals, has_gmv ? "landing_q10_gmv" : "landing_q10_units"), low);
    number(figure(totals, has_gmv ? "landing_q50_gmv" : "landing_q50_units"), middle);
    number(figure(totals, has_gmv ? "landing_q90_gmv" : "landing_q90_units"), high);
    if (totals->is_chinese)
        pk_output_line(output, "月底  预计%s %s(P10 %s ~ P90 %s)%s%s", has_gmv ? "销售额" : "销量",
                       middle, low, high, isnan(attained) ? "" : ",目标达成 ",
                       isnan(attained) ? "" : percent(attained, share));
    else
        pk_output_line(output, "Landing  %s %s at the end of the month (P10 %s .. P90 %s)%s%s",
                       has_gmv ? "GMV" : "units", middle, low, high,
                       isnan(attained) ? "" : ", of the target ",
                       isnan(attained) ? "" : percent(attained, share));
}

static void write_decisions(struct pk_output *output, bool is_chinese,
                            const Peakstock__V1__ReviewDayResponse *response)
{
    char worth[NUMBER_SIZE], open_worth[NUMBER_SIZE];
    const size_t listed = response->n_decisions;
    number((double)response->decision_value_micros / 1e6, worth);
    number((double)response->open_value_micros / 1e6, open_worth);
    pk_output_line(output,
                   is_chinese ? "决策  需要决定的商品:%lld,列出 %zu,新增或变化的价值 %s %s"
                              : "Decide   %lld items need a decision, %zu listed; what is new or "
                                "changed is worth %s %s",
                   (long long)response->decision_count, listed, worth, response->currency_code);
    if (response->open_count > 0)
        pk_output_line(output,
                       is_chinese ? "      此前已提示且无变化:%lld,价值 %s(--include-open 列出)"
                                  : "         %lld open from earlier days, unchanged, worth %s "
                                    "(--include-open lists them)",
                       (long long)response->open_count, open_worth);
    pk_output_line(output, "%s", "");
}

void pk_review_text_write(struct pk_output *output,
                          const Peakstock__V1__ReviewDayResponse *response)
{
    const struct totals totals = {response->metrics,
                                  pk_review_scope_size(response->metrics, response->n_metrics),
                                  pk_output_is_chinese(output)};
    if (totals.count > 0) {
        write_day(output, &totals);
        write_month(output, &totals);
        write_landing(output, &totals);
    }
    write_decisions(output, totals.is_chinese, response);
}

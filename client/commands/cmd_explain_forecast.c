/* `peakstock explain forecast`: the level, the factors and the past campaigns behind the
 * forecast of a day. */
#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "client/output/wording.h"
#include "peakstock/v1/forecast.pb-c.h"

/* One line of an explanation: its level, a factor, or what comes of them. */
struct explain_row {
    const Peakstock__V1__ForecastExplanation *series;
    const char *factor, *name, *detail;
    bool has_multiplier, has_own_evidence, has_shop_evidence;
    bool is_evidence; /* of a past campaign: no units, but an error of the multiplier */
    double multiplier, multiplier_error, units, running_units;
    int64_t evidence_count, shop_evidence_count;
};

enum explain_text { ITEM, WAREHOUSE, DATE, FACTOR, NAME, DETAIL };
enum explain_number { MULTIPLIER, UNITS, RUNNING, MULTIPLIER_ERROR };

static bool read_text(const struct pk_output_column *column, const void *row,
                      struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct explain_row *line = row;
    const char *const texts[] = {line->series->item_id,
                                 line->series->warehouse_id,
                                 line->series->date,
                                 line->factor,
                                 line->name,
                                 line->detail};
    out_value->text = pk_text_from(texts[column->argument]);
    return out_value->text.size > 0;
}

static bool read_number(const struct pk_output_column *column, const void *row,
                        struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct explain_row *line = row;
    const double numbers[] = {line->multiplier, line->units, line->running_units,
                              line->multiplier_error};
    out_value->number = numbers[column->argument];
    switch ((enum explain_number)column->argument) {
    case MULTIPLIER:
        return line->has_multiplier;
    case MULTIPLIER_ERROR:
        return line->is_evidence && line->multiplier_error > 0;
    default:
        return !line->is_evidence;
    }
}

static bool read_evidence(const struct pk_output_column *column, const void *row,
                          struct pk_buffer *scratch, struct pk_output_value *out_value)
{
    (void)scratch;
    const struct explain_row *line = row;
    out_value->integer = column->argument == 0 ? line->evidence_count : line->shop_evidence_count;
    return column->argument == 0 ? line->has_own_evidence : line->has_shop_evidence;
}

static const struct pk_output_column file_columns[] = {
    {.key = "item_id", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = ITEM},
    {.key = "warehouse_id", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = WAREHOUSE},
    {.key = "date", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = DATE},
    {.key = "factor", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = FACTOR},
    {.key = "name", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = NAME},
    {.key = "detail", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = DETAIL},
    {.key = "multiplier", .type = PK_OUTPUT_SUM, .read = read_number, .argument = MULTIPLIER},
    {.key = "units", .type = PK_OUTPUT_SUM, .read = read_number, .argument = UNITS},
    {.key = "running_units", .type = PK_OUTPUT_SUM, .read = read_number, .argument = RUNNING},
    {.key = "evidence_count", .type = PK_OUTPUT_INTEGER, .read = read_evidence},
    {.key = "shop_evidence_count", .type = PK_OUTPUT_INTEGER, .read = read_evidence, .argument = 1},
    {.key = "multiplier_se",
     .type = PK_OUTPUT_SUM,
     .read = read_number,
     .argument = MULTIPLIER_ERROR},
};

static const struct pk_output_column table_columns[] = {
    {.key = "factor", .type = PK_OUTPUT_WORD, .read = read_text, .argument = FACTOR},
    {.key = "name", .type = PK_OUTPUT_WORD, .read = read_text, .argument = NAME},
    {.key = "detail", .type = PK_OUTPUT_TEXT, .read = read_text, .argument = DETAIL},
    {.key = "multiplier", .type = PK_OUTPUT_SUM, .read = read_number, .argument = MULTIPLIER},
    {.key = "explain_units", .type = PK_OUTPUT_SUM, .read = read_number, .argument = UNITS},
    {.key = "running_units", .type = PK_OUTPUT_SUM, .read = read_number, .argument = RUNNING},
    {.key = "evidence_count", .type = PK_OUTPUT_INTEGER, .read = read_evidence},
    {.key = "shop_evidence_count", .type = PK_OUTPUT_INTEGER, .read = read_evidence, .argument = 1},
};

static const struct pk_output_section file_section = {
    .key = "rows",
    PK_OUTPUT_FILE_COLUMNS(file_columns),
    .in_csv = true,
};

static const struct pk_output_section table_section = {
    .key = "explanation",
    PK_OUTPUT_TABLE_COLUMNS(table_columns),
};

static struct explain_row line_of(const Peakstock__V1__ForecastExplanation *series,
                                  const char *factor, double units)
{
    return (struct explain_row){.series = series,
                                .factor = factor,
                                .name = "",
                                .detail = "",
                                .units = units,
                                .running_units = units};
}

/* Level, then each factor, then the mean they make; returns the last. */
static void add_factors(struct pk_output *output, const Peakstock__V1__ForecastExplanation *series)
{
    struct explain_row line = line_of(series, "level", series->level_units);
    double running = series->level_units;
    line.has_own_evidence = true;
    line.evidence_count = series->open_bucket_count;
    pk_output_row(output, &line);
    for (size_t i = 0; i < series->n_factors; i++) {
        const Peakstock__V1__ForecastFactor *factor = series->factors[i];
        running += factor->units;
        line = (struct explain_row){
            .series = series,
            .factor = factor->factor,
            .name = factor->name,
            .detail = factor->detail,
            .has_multiplier = true,
            .multiplier = factor->multiplier,
            .units = factor->units,
            .running_units = running,
            .has_own_evidence = factor->own_evidence_case ==
                                PEAKSTOCK__V1__FORECAST_FACTOR__OWN_EVIDENCE_EVIDENCE_COUNT,
            .evidence_count = factor->evidence_count,
            .has_shop_evidence = factor->shop_evidence_case ==
                                 PEAKSTOCK__V1__FORECAST_FACTOR__SHOP_EVIDENCE_SHOP_EVIDENCE_COUNT,
            .shop_evidence_count = factor->shop_evidence_count};
        pk_output_row(output, &line);
    }
    line = line_of(series, "mean", series->mean_units);
    pk_output_row(output, &line);
}

/* Quantiles, and the parts of the variance in squared units: further rows of files. */
static void add_spread(struct pk_output *output, const Peakstock__V1__ForecastExplanation *series)
{
    const char *const names[] = {"noise_variance", "level_variance", "lift_variance"};
    const double parts[] = {series->noise_variance, series->level_variance, series->lift_variance};
    for (size_t i = 0; i < series->n_quantiles; i++) {
        char name[32];
        pk_text_format(name, sizeof name, "q%02d",
                       (int)(100 * series->quantiles[i]->probability + 0.5));
        struct explain_row line = line_of(series, name, (double)series->quantiles[i]->units);
        pk_output_row(output, &line);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct explain_row line = line_of(series, names[i], parts[i]);
        pk_output_row(output, &line);
    }
}

static struct explain_row evidence_of(const Peakstock__V1__ForecastExplanation *series,
                                      const char *factor, const char *promotion_id,
                                      const char *phase, double lift, double error)
{
    return (struct explain_row){.series = series,
                                .factor = factor,
                                .name = promotion_id,
                                .detail = phase,
                                .is_evidence = true,
                                .has_multiplier = true,
                                .multiplier = lift,
                                .multiplier_error = error};
}

/* What past campaigns did, beside the lift that is used: further rows of files. */
static void add_evidence(struct pk_output *output, const Peakstock__V1__ForecastExplanation *series)
{
    for (size_t i = 0; i < series->n_evidence; i++) {
        const Peakstock__V1__PromotionEvidence *one = series->evidence[i];
        struct explain_row line =
            evidence_of(series, "evidence_used", one->promotion_id,
                        one->is_contradicted ? "contradicted" : "", one->used_lift_ratio, 0);
        pk_output_row(output, &line);
        for (size_t j = 0; j < one->n_campaigns; j++) {
            const Peakstock__V1__CampaignEvidence *past = one->campaigns[j];
            line = evidence_of(series, "evidence_category", past->promotion_id, past->phase,
                               past->category_lift_ratio, past->category_standard_error);
            line.has_shop_evidence = true;
            line.shop_evidence_count = past->category_line_count;
            pk_output_row(output, &line);
            line = evidence_of(series, "evidence_own", past->promotion_id, past->phase,
                               past->own_lift_ratio, past->own_standard_error);
            if (past->own_case == PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__OWN_OWN_LIFT_RATIO)
                pk_output_row(output, &line);
        }
    }
}

static void print_campaign(struct pk_output *output, const Peakstock__V1__CampaignEvidence *past)
{
    const bool is_chinese = pk_output_is_chinese(output);
    char own[96] = "", after[96] = "", stocked[96] = "", paid[96] = "";
    if (past->own_case == PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__OWN_OWN_LIFT_RATIO)
        pk_text_format(own, sizeof own,
                       is_chinese ? ",本品 %.2f 倍(±%.2f)" : "; this one %.2f (±%.2f)",
                       past->own_lift_ratio, past->own_standard_error);
    if (past->dip_case == PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__DIP_DIP_RATIO)
        pk_text_format(after, sizeof after,
                       is_chinese ? ";活动后 %2$d 天 %1$+.0f%%" : "; after it %+.0f%% for %d days",
                       -100 * past->dip_ratio, past->dip_days);
    if (past->stocking_case == PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__STOCKING_STOCKING_ACCURACY) {
        if (past->stocking_accuracy >= 0)
            pk_text_format(stocked, sizeof stocked,
                           is_chinese ? ";备货准确率 %.0f%%" : "; stocking accuracy %.0f%%",
                           100 * past->stocking_accuracy);
        else
            pk_text_format(stocked, sizeof stocked, "%s",
                           is_chinese ? ";备货超过需求一倍以上"
                                      : "; more than twice its demand in stock");
    }
    if (past->conversion_case ==
        PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__CONVERSION_DEPOSIT_CONVERSION_RATIO)
        pk_text_format(paid, sizeof paid,
                       is_chinese ? ";定金转化 %.0f%%" : "; %.0f%% of deposits paid the rest",
                       100 * past->deposit_conversion_ratio);
    pk_output_line(output,
                   is_chinese ? "  %s %s,%s:类目 %lld 行为普通日的 %.2f 倍(±%.2f)%s%s%s%s"
                              : "  %s %s, %s: over %lld lines of the category %.2f x an ordinary "
                                "day (±%.2f)%s%s%s%s",
                   past->promotion_id, past->name, pk_wording(past->phase, is_chinese),
                   (long long)past->category_line_count, past->category_lift_ratio,
                   past->category_standard_error, own, after, stocked, paid);
}

static void print_evidence(struct pk_output *output,
                           const Peakstock__V1__ForecastExplanation *series)
{
    const bool is_chinese = pk_output_is_chinese(output);
    for (size_t i = 0; i < series->n_evidence; i++) {
        const Peakstock__V1__PromotionEvidence *one = series->evidence[i];
        pk_output_line(output,
                       is_chinese ? "活动 %s:采用 %.2f 倍(促销全部因素合计);以往活动:"
                                  : "%s: used lift %.2f (all factors of promotions together); past "
                                    "campaigns:",
                       one->promotion_id, one->used_lift_ratio);
        for (size_t j = 0; j < one->n_campaigns; j++)
            print_campaign(output, one->campaigns[j]);
        if (one->n_campaigns == 0)
            pk_output_line(output, "%s",
                           is_chinese ? "  无可比的已结束活动" : "  none that ended is like it");
        if (one->is_contradicted)
            pk_output_line(output, "%s",
                           is_chinese
                               ? "  注意:采用的倍数与以往同类活动都不一致"
                               : "  note: the used lift agrees with no past campaign of this "
                                 "kind");
    }
}

static void print_spread(struct pk_output *output, const Peakstock__V1__ForecastExplanation *series)
{
    const bool is_chinese = pk_output_is_chinese(output);
    const double sum = series->noise_variance + series->level_variance + series->lift_variance;
    const double scale = sum > 0 ? 100 / sum : 0;
    if (series->n_quantiles == 3)
        pk_output_line(output,
                       is_chinese ? "区间 P10 %lld,P50 %lld,P90 %lld;方差来自:日常波动 %.0f%%、"
                                    "水平 %.0f%%、活动提升 %.0f%%"
                                  : "band: P10 %lld, P50 %lld, P90 %lld; variance from day by day "
                                    "noise %.0f%%, level %.0f%%, lift %.0f%%",
                       (long long)series->quantiles[0]->units,
                       (long long)series->quantiles[1]->units,
                       (long long)series->quantiles[2]->units, scale * series->noise_variance,
                       scale * series->level_variance, scale * series->lift_variance);
    for (size_t i = 0; i < series->n_reasons; i++)
        pk_output_line(output, "%s: %s", series->reasons[i]->code,
                       pk_wording_reason(series->reasons[i]->code, is_chinese));
}

/* What deposits and first days changed, and from which numbers. */
static void print_update(struct pk_output *output, const Peakstock__V1__CampaignUpdate *update)
{
    const bool is_chinese = pk_output_is_chinese(output);
    const Peakstock__V1__DepositEvidence *deposits = update->deposits;
    if (update->added_units > 0)
        pk_output_line(output,
                       is_chinese ? "%s:模型没有预测,按定金估计 %.1f 件"
                                  : "%s: the model forecast nothing; by its deposits %.1f units",
                       update->promotion_id, update->added_units);
    else
        pk_output_line(output,
                       is_chinese ? "%s:余下各日按预测的 %.2f 倍(误差 %.0f%%)"
                                  : "%s: what is ahead is %.2f x its forecast (error %.0f%%)",
                       update->promotion_id, update->ratio, 100 * update->relative_error);
    if (deposits != NULL)
        pk_output_line(
            output,
            deposits->past_presale_count > 0
                ? (is_chinese
                       ? "  定金 %.0f 件,按预售进度预期 %.1f 件(据 %lld 次历史预售);约 %.0f%% "
                         "付尾款,尚待付 %.1f 件,预测不低于此"
                       : "  deposits %.0f, expected by now %.1f (by %lld past presales); about "
                         "%.0f%% are paid, %.1f still to come: never less than that")
                : (is_chinese
                       ? "  定金 %.0f 件,按预售进度预期 %.1f 件(历史预售 %lld 次,用默认值);约 "
                         "%.0f%% 付尾款,尚待付 %.1f 件,预测不低于此"
                       : "  deposits %.0f, expected by now %.1f (%lld past presales: default "
                         "shares); about %.0f%% are paid, %.1f still to come: never less than "
                         "that"),
            deposits->deposit_units, deposits->expected_deposit_units,
            (long long)deposits->past_presale_count, 100 * deposits->conversion_ratio,
            deposits->least_units);
    if (update->expected_sold_units > 0)
        pk_output_line(output,
                       is_chinese ? "  活动前几日(有货)售 %.0f 件,预期 %.1f 件"
                                  : "  first days in stock sold %.0f, expected %.1f",
                       update->sold_units, update->expected_sold_units);
    pk_output_line(output,
                   is_chinese ? "  同场其他商品:预期的 %.2f 倍"
                              : "  the campaign's other items: %.2f x what was expected",
                   update->others_ratio);
}

static void print_series(struct pk_output *output, const Peakstock__V1__ForecastExplanation *series)
{
    const bool is_chinese = pk_output_is_chinese(output);
    pk_output_line(output, "%s", "");
    pk_output_line(output, is_chinese ? "%s @ %s,%s:均值 %.2f 件" : "%s @ %s, %s: mean %.2f units",
                   series->item_id, series->warehouse_id, series->date, series->mean_units);
    pk_output_line(
        output,
        is_chinese ? "水平 %.3f 件/营业日(误差 %.0f%%):%lld 个营业日,首销 %s,末销 %s,"
                     "%lld 天大单封顶,%lld 天缺货剔除"
                   : "level %.3f units per open bucket (error %.0f%%): %lld open buckets, "
                     "first sale %s, last sale %s, %lld capped as bulk orders, %lld left "
                     "out as stocked out",
        series->level_units, 100 * series->level_relative_error,
        (long long)series->open_bucket_count, series->first_sale_date, series->last_sale_date,
        (long long)series->capped_bucket_count, (long long)series->stocked_out_bucket_count);
    pk_output_begin(output, &table_section);
    add_factors(output, series);
    pk_output_end(output);
    if (series->campaign_update != NULL)
        print_update(output, series->campaign_update);
    print_spread(output, series);
    print_evidence(output, series);
}

static void write(const struct pk_command_context *context, struct pk_output *output,
                  const void *reply)
{
    const Peakstock__V1__ExplainForecastResponse *response = reply;
    pk_output_snapshot(output, response->snapshot);
    pk_output_begin(output, &file_section);
    for (size_t i = 0; i < response->n_explanations; i++) {
        add_factors(output, response->explanations[i]);
        add_spread(output, response->explanations[i]);
        add_evidence(output, response->explanations[i]);
    }
    pk_output_end(output);
    for (size_t i = 0; i < response->n_explanations && context->format == PK_FORMAT_TABLE; i++)
        print_series(output, response->explanations[i]);
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ExplainForecastRequest request = PEAKSTOCK__V1__EXPLAIN_FORECAST_REQUEST__INIT;
    enum pk_status status =
        pk_command_one_item(context, &request.item_id, &request.warehouse_id, error);
    if (status != PK_OK)
        return status;
    request.date = (char *)pk_command_date_text(context, "date");
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    const struct pk_question question = {"/peakstock.v1.ForecastService/ExplainForecast",
                                         &request.base,
                                         &peakstock__v1__explain_forecast_response__descriptor};
    return pk_show_reply(context, &question, write, error);
}

static const struct pk_option options[] = {
    {"item", PK_OPTION_ID, "ID", "the item", NULL, 0, 0},
    {"warehouse", PK_OPTION_ID, "ID", "this warehouse alone (all that it sells from)", NULL, 0, 0},
    {"date", PK_OPTION_DATE, "D", "the day ahead to explain (the first one)", NULL, 0, 0},
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_explain_forecast = {
    .name = "explain forecast",
    .summary = "what a day's forecast is made of, and the evidence",
    .usage = "--item ID [--warehouse ID] [--date D] [--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

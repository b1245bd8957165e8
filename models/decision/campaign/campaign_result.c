#include "models/decision/campaign/campaign_result.h"

#include <math.h>

#define BETWEEN_LINES_MIN 3

static double in_stock(const struct pk_campaign_bucket *bucket)
{
    return fmax(0, fmin(bucket->available_ratio, 1));
}

struct pk_campaign_level_sums pk_campaign_level_sums_of(const struct pk_campaign_bucket *buckets,
                                                        size_t count)
{
    struct pk_campaign_level_sums sums = {0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        if (buckets[i].span != PK_SPAN_ORDINARY)
            continue;
        const double model = in_stock(&buckets[i]) * buckets[i].ordinary_units;
        sums.sold_units += buckets[i].sold_units;
        sums.model_units += model;
        sums.spread += model * model;
        sums.bucket_count += in_stock(&buckets[i]);
    }
    return sums;
}

static bool is_lost(const struct pk_campaign_level_sums *line)
{
    return line->sold_units > 0 && line->model_units < PK_CAMPAIGN_LOST_LEVEL * line->sold_units;
}

void pk_campaign_level_sums_add(struct pk_campaign_level_sums *sums,
                                const struct pk_campaign_level_sums *line)
{
    if (is_lost(line))
        return;
    sums->sold_units += line->sold_units;
    sums->model_units += line->model_units;
    sums->bucket_count += line->bucket_count;
    sums->spread += line->spread;
}

double pk_campaign_level_ratio(const struct pk_campaign_level_sums *sums, double fallback)
{
    return sums->sold_units > 0 && sums->model_units > 0 ? sums->sold_units / sums->model_units
                                                         : fallback;
}

/* Ordinary days as they sold on average, with the model's lift where it has one. */
static void flatten(struct pk_campaign_bucket *buckets, size_t count, double units)
{
    for (size_t i = 0; i < count; i++) {
        struct pk_campaign_bucket *bucket = &buckets[i];
        const double lift =
            bucket->ordinary_units > 0 ? bucket->expected_units / bucket->ordinary_units : 1;
        bucket->ordinary_units = units;
        bucket->expected_units = lift * units;
    }
}

struct pk_campaign_level pk_campaign_level_of(struct pk_campaign_bucket *buckets, size_t count,
                                              double dispersion, double category_ratio)
{
    struct pk_campaign_level_sums line = pk_campaign_level_sums_of(buckets, count);
    if (is_lost(&line) && line.bucket_count > 0) {
        flatten(buckets, count, line.sold_units / line.bucket_count);
        line = pk_campaign_level_sums_of(buckets, count);
        category_ratio = 1;
    }
    const double prior = 1 / (PK_CAMPAIGN_LEVEL_SD * PK_CAMPAIGN_LEVEL_SD);
    const double own = (line.sold_units + 0.5) / (line.model_units + 0.5 / category_ratio);
    const double mean_day = line.model_units > 0 ? own * line.spread / line.model_units : 0;
    const double evidence = (line.sold_units + 0.5) / (1 + mean_day / dispersion);
    const double precision = evidence + prior;
    return (struct pk_campaign_level){
        exp((evidence * log(own) + prior * log(category_ratio)) / precision), 1 / precision};
}

void pk_lift_sum_add(struct pk_lift_sum *sum, const struct pk_lift_sum *line)
{
    sum->count += line->count;
    sum->sold += line->sold;
    sum->lost += line->lost;
    sum->ahead += line->ahead;
    sum->demand += line->demand;
    sum->baseline += line->baseline;
    sum->noise_variance += line->noise_variance;
    sum->level_variance += line->level_variance;
    sum->shared_sd += line->shared_sd;
    sum->shape_sd = fmax(sum->shape_sd, line->shape_sd);
    sum->demand_square += line->demand_square;
    sum->product += line->product;
    sum->baseline_square += line->baseline_square;
}

struct pk_lift pk_lift_of(const struct pk_lift_sum *sum)
{
    if (!(sum->baseline > 0))
        return (struct pk_lift){false, 0, 0};
    const double ratio = sum->demand / sum->baseline;
    /* The level of what lies ahead is in both parts of the ratio. */
    const double past = sum->demand > 0 ? 1 - sum->ahead / sum->demand : 1;
    double variance = sum->noise_variance + sum->shared_sd * sum->shared_sd +
                      ratio * ratio * past * past * sum->level_variance;
    if (sum->count >= BETWEEN_LINES_MIN) {
        const double count = (double)sum->count;
        const double between =
            count / (count - 1) *
            (sum->demand_square - 2 * ratio * sum->product + ratio * ratio * sum->baseline_square);
        variance = fmax(variance, between);
    }
    const double shape = sum->shape_sd * ratio;
    return (struct pk_lift){true, ratio,
                            sqrt(variance / (sum->baseline * sum->baseline) + shape * shape)};
}

static void close_line(struct pk_lift_sum *line, double level_relative_variance)
{
    line->count = 1;
    line->demand = line->sold + line->lost + line->ahead;
    line->level_variance = line->baseline * line->baseline * level_relative_variance;
    line->demand_square = line->demand * line->demand;
    line->product = line->demand * line->baseline;
    line->baseline_square = line->baseline * line->baseline;
}

/* How the window sold against what the model makes of it, and the error of that. */
static struct pk_campaign_level window_factor(const struct pk_campaign_bucket *buckets,
                                              size_t count, double level_ratio)
{
    double sold = PK_CAMPAIGN_PRIOR_UNITS, expected = PK_CAMPAIGN_PRIOR_UNITS;
    for (size_t i = 0; i < count; i++) {
        if (buckets[i].span != PK_SPAN_WINDOW || buckets[i].is_ahead)
            continue;
        sold += buckets[i].sold_units;
        expected += in_stock(&buckets[i]) * level_ratio * buckets[i].expected_units;
    }
    return (struct pk_campaign_level){sold / expected, 1 / sold};
}

/* One bucket; what lies ahead is forecast at the level of as-of. */
static struct pk_lift_sum day_of(const struct pk_campaign_bucket *bucket, double dispersion,
                                 double level_ratio, const struct pk_campaign_level *factor)
{
    const double ratio = bucket->is_ahead ? 1 : level_ratio;
    const double mean = (bucket->is_ahead ? 1 : ratio * factor->ratio) * bucket->expected_units;
    return (struct pk_lift_sum){.sold = bucket->sold_units,
                                .lost = bucket->is_ahead ? 0 : (1 - in_stock(bucket)) * mean,
                                .ahead = bucket->is_ahead ? mean : 0,
                                .baseline = ratio * bucket->ordinary_units,
                                .shape_sd = bucket->span == PK_SPAN_DIP ? PK_CAMPAIGN_DIP_SHAPE_SD
                                                                        : PK_CAMPAIGN_SHAPE_SD,
                                .noise_variance = mean + mean * mean / dispersion};
}

struct pk_lift_sum pk_campaign_line_of(const struct pk_campaign_bucket *buckets, size_t count,
                                       enum pk_campaign_span span, double dispersion,
                                       const struct pk_campaign_level *level,
                                       const struct pk_campaign_ahead *ahead,
                                       struct pk_lift_sum *days_out)
{
    const struct pk_campaign_level none = {1, 0};
    const struct pk_campaign_level factor =
        span == PK_SPAN_WINDOW ? window_factor(buckets, count, level->ratio) : none;
    struct pk_lift_sum all = {0};
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (buckets[i].span != span)
            continue;
        struct pk_lift_sum day = day_of(&buckets[i], dispersion, level->ratio, &factor);
        any = true;
        pk_lift_sum_add(&all, &day);
        if (days_out == NULL)
            continue;
        day.noise_variance += day.lost * day.lost * factor.relative_variance;
        if (ahead != NULL && ahead->total_units > 0)
            day.shared_sd = ahead->lift_sd * day.ahead / ahead->total_units;
        close_line(&day, level->relative_variance);
        pk_lift_sum_add(&days_out[i], &day);
    }
    all.noise_variance += all.lost * all.lost * factor.relative_variance;
    if (ahead != NULL)
        all.shared_sd = ahead->lift_sd;
    if (any)
        close_line(&all, level->relative_variance);
    return all;
}

static void add_stock(struct pk_campaign_sum *sum, const struct pk_campaign_line *line)
{
    const struct pk_campaign_supply *supply = &line->supply;
    const double stocked = supply->start_units + supply->received_units;
    if (isnan(stocked))
        return;
    const double demand = line->window.demand, over = stocked - demand;
    sum->stock_count++;
    sum->start_units += supply->start_units;
    sum->received_units += supply->received_units;
    sum->stocked_sold += line->window.sold;
    sum->stocked_demand += demand;
    sum->excess_units += fmax(over, 0);
    sum->short_units += fmax(-over, 0);
    sum->left_over_units += fmax(over - supply->left_demand_units, 0);
    sum->right_count += fabs(over) <= PK_STOCKING_TOLERANCE * demand;
}

static void add_forecast(struct pk_campaign_sum *sum, const struct pk_campaign_line *line)
{
    const struct pk_campaign_supply *supply = &line->supply;
    const double demand = line->window.demand;
    if (!isnan(supply->gap_units) && !isnan(supply->q50_units)) {
        sum->gap_count++;
        sum->gap_units += supply->gap_units;
        sum->gap_q50_units += supply->q50_units;
    }
    if (isnan(supply->forecast_units))
        return;
    /* Demand estimated under a stock-out is no whole number: half a unit is no miss. */
    sum->forecast_count++;
    sum->forecast_units += supply->forecast_units;
    sum->forecast_demand += demand;
    sum->forecast_error += fabs(supply->forecast_units - demand);
    sum->q50_units += supply->q50_units;
    sum->q90_units += supply->q90_units;
    sum->under_q50_count += floor(demand + 0.5) <= supply->q50_units;
    sum->under_q90_count += floor(demand + 0.5) <= supply->q90_units;
}

static void add_money(struct pk_campaign_sum *sum, const struct pk_campaign_takings *money)
{
    if (!isnan(money->gmv)) {
        sum->gmv_count++;
        sum->gmv += money->gmv;
    }
    if (!isnan(money->discount)) {
        sum->discount_count++;
        sum->discount += money->discount;
    }
    if (!isnan(money->profit)) {
        sum->profit_count++;
        sum->profit += money->profit;
    }
}

void pk_campaign_sum_add(struct pk_campaign_sum *sum, const struct pk_campaign_line *line)
{
    sum->line_count++;
    sum->overlap_count += line->has_overlap;
    pk_lift_sum_add(&sum->window, &line->window);
    pk_lift_sum_add(&sum->dip, &line->dip);
    add_stock(sum, line);
    add_forecast(sum, line);
    add_money(sum, &line->money);
    sum->paid_units += line->paid_units;
    sum->returned_units += line->returned_units;
    sum->deposit_units += line->deposit_units;
    if (!isnan(line->balance_paid_units)) {
        sum->converted_deposit_units += line->deposit_units;
        sum->balance_paid_units += line->balance_paid_units;
    }
}

const char *pk_campaign_metric_name(enum pk_campaign_metric metric)
{
    static const char *const names[PK_CAMPAIGN_METRIC_COUNT] = {
        "line_count",
        "sold_units",
        "lost_units",
        "demand_units",
        "baseline_units",
        "lift_ratio",
        "dip_ratio",
        "pull_forward_ratio",
        "stock_at_start_units",
        "received_units",
        "sell_through_ratio",
        "stocking_accuracy",
        "stocked_right_ratio",
        "stocked_excess_ratio",
        "stocked_short_ratio",
        "left_over_ratio",
        "gap_ratio",
        "forecast_units",
        "forecast_error_ratio",
        "forecast_bias_ratio",
        "coverage_q50",
        "coverage_q90",
        "gmv",
        "discount_amount",
        "profit_amount",
        "return_ratio",
        "deposit_units",
        "deposit_conversion_ratio",
    };
    return names[metric];
}

const char *pk_campaign_basis_name(enum pk_campaign_basis basis)
{
    static const char *const names[] = {"result", "so_far", "forecast"};
    return names[basis];
}

static struct pk_campaign_figure plain(bool is_defined, double value)
{
    return (struct pk_campaign_figure){is_defined, is_defined ? value : 0, NAN, PK_BASIS_RESULT};
}

static struct pk_campaign_figure share(double numerator, double denominator)
{
    return plain(denominator > 0, numerator / denominator);
}

static struct pk_campaign_figure with_error(struct pk_lift lift, bool is_dip)
{
    struct pk_campaign_figure figure = plain(lift.is_defined, is_dip ? 1 - lift.ratio : lift.ratio);
    figure.standard_error = lift.standard_error;
    return figure;
}

bool pk_campaign_stocking_accuracy(const struct pk_campaign_sum *sum, double *out_value,
                                   double *out_missed_units, double *out_demand_units)
{
    if (!sum->is_over || !(sum->stocked_demand > 0))
        return false;
    *out_missed_units = sum->excess_units + sum->short_units;
    *out_demand_units = sum->stocked_demand;
    *out_value = 1 - *out_missed_units / *out_demand_units;
    return true;
}

bool pk_campaign_gap_ratio(const struct pk_campaign_sum *sum, double *out_value,
                           double *out_gap_units, double *out_forecast_units)
{
    if (!(sum->gap_q50_units > 0))
        return false;
    *out_gap_units = sum->gap_units;
    *out_forecast_units = sum->gap_q50_units;
    *out_value = *out_gap_units / *out_forecast_units;
    return true;
}

/* Figures of stock, once the campaign is over. */
static struct pk_campaign_figure stock_figure(const struct pk_campaign_sum *sum,
                                              enum pk_campaign_metric metric)
{
    const double stocked = sum->start_units + sum->received_units, demand = sum->stocked_demand;
    double missed, of, value = 0;
    switch (metric) {
    case PK_CAMPAIGN_ACCURACY: {
        const bool is_known = pk_campaign_stocking_accuracy(sum, &value, &missed, &of);
        return plain(is_known, value);
    }
    case PK_CAMPAIGN_RIGHT:
        return share((double)sum->right_count, (double)sum->stock_count);
    case PK_CAMPAIGN_EXCESS:
        return share(sum->excess_units, demand);
    case PK_CAMPAIGN_SHORT:
        return share(sum->short_units, demand);
    case PK_CAMPAIGN_LEFT_OVER:
        return share(sum->left_over_units, demand);
    default:
        return share(sum->stocked_sold, stocked);
    }
}

static struct pk_campaign_figure forecast_figure(const struct pk_campaign_sum *sum,
                                                 enum pk_campaign_metric metric)
{
    const double count = (double)sum->forecast_count;
    switch (metric) {
    case PK_CAMPAIGN_ERROR:
        return share(sum->forecast_error, sum->forecast_demand);
    case PK_CAMPAIGN_BIAS:
        return share(sum->forecast_units - sum->forecast_demand, sum->forecast_demand);
    case PK_CAMPAIGN_COVER_Q50:
        return share((double)sum->under_q50_count, count);
    default:
        return share((double)sum->under_q90_count, count);
    }
}

/* Of a demand that is a forecast in part. */
static double demand_error(const struct pk_lift_sum *window)
{
    const double ratio = window->baseline > 0 ? window->demand / window->baseline : 1;
    return sqrt(window->noise_variance + window->shared_sd * window->shared_sd +
                ratio * ratio * window->level_variance);
}

static struct pk_campaign_figure demand_figure(const struct pk_campaign_sum *sum,
                                               enum pk_campaign_metric metric)
{
    struct pk_campaign_figure figure = plain(sum->window.count > 0, sum->window.demand);
    switch (metric) {
    case PK_CAMPAIGN_LINES:
        return plain(true, (double)sum->line_count);
    case PK_CAMPAIGN_SOLD:
        return plain(sum->has_begun && sum->window.count > 0, sum->window.sold);
    case PK_CAMPAIGN_LOST:
        return plain(sum->has_begun && sum->window.count > 0, sum->window.lost);
    case PK_CAMPAIGN_BASELINE:
        return plain(sum->window.count > 0, sum->window.baseline);
    case PK_CAMPAIGN_LIFT:
        return with_error(pk_lift_of(&sum->window), false);
    case PK_CAMPAIGN_DIP:
        return with_error(pk_lift_of(&sum->dip), true);
    case PK_CAMPAIGN_PULL_FORWARD:
        return share(sum->dip.baseline - sum->dip.demand,
                     sum->dip.count > 0 ? sum->window.demand - sum->window.baseline : 0);
    default:
        if (sum->window.ahead > 0)
            figure.standard_error = demand_error(&sum->window);
        return figure;
    }
}

static struct pk_campaign_figure value_of(const struct pk_campaign_sum *sum,
                                          enum pk_campaign_metric metric)
{
    double gap, of, value = 0;
    if (metric <= PK_CAMPAIGN_PULL_FORWARD)
        return demand_figure(sum, metric);
    switch (metric) {
    case PK_CAMPAIGN_STOCK_START:
        return plain(sum->stock_count > 0, sum->start_units);
    case PK_CAMPAIGN_RECEIVED:
        return plain(sum->stock_count > 0, sum->received_units);
    case PK_CAMPAIGN_GAP: {
        const bool is_known = pk_campaign_gap_ratio(sum, &value, &gap, &of);
        return plain(is_known, value);
    }
    case PK_CAMPAIGN_FORECAST:
        return plain(sum->forecast_count > 0, sum->forecast_units);
    case PK_CAMPAIGN_GMV:
        return plain(sum->gmv_count > 0 && sum->has_begun, sum->gmv);
    case PK_CAMPAIGN_DISCOUNT:
        return plain(sum->discount_count > 0 && sum->has_begun, sum->discount);
    case PK_CAMPAIGN_PROFIT:
        return plain(sum->profit_count > 0 && sum->has_begun, sum->profit);
    case PK_CAMPAIGN_RETURNS:
        return share(sum->returned_units, sum->has_begun ? sum->paid_units : 0);
    case PK_CAMPAIGN_DEPOSITS:
        return plain(sum->deposit_units > 0, sum->deposit_units);
    case PK_CAMPAIGN_CONVERSION:
        return share(sum->balance_paid_units, sum->converted_deposit_units);
    default:
        break;
    }
    if (metric < PK_CAMPAIGN_GAP)
        return sum->is_over || (metric == PK_CAMPAIGN_SELL_THROUGH && sum->has_begun)
                   ? stock_figure(sum, metric)
                   : plain(false, 0);
    return sum->is_over ? forecast_figure(sum, metric) : plain(false, 0);
}

struct pk_campaign_figure pk_campaign_figure_of(const struct pk_campaign_sum *sum,
                                                enum pk_campaign_metric metric)
{
    struct pk_campaign_figure figure = value_of(sum, metric);
    const bool is_expected = metric == PK_CAMPAIGN_DEMAND || metric == PK_CAMPAIGN_BASELINE ||
                             metric == PK_CAMPAIGN_LIFT;
    const bool is_prepared = metric == PK_CAMPAIGN_STOCK_START || metric == PK_CAMPAIGN_RECEIVED ||
                             metric == PK_CAMPAIGN_GAP || metric == PK_CAMPAIGN_FORECAST;
    const bool is_after = metric == PK_CAMPAIGN_DIP || metric == PK_CAMPAIGN_PULL_FORWARD;
    if ((is_after && sum->days_after < PK_CAMPAIGN_DIP_DAYS) ||
        (metric == PK_CAMPAIGN_RETURNS && sum->days_after < PK_CAMPAIGN_RETURN_DAYS))
        figure.basis = PK_BASIS_SO_FAR;
    if (metric != PK_CAMPAIGN_LINES && !sum->is_over)
        figure.basis =
            is_expected || (is_prepared && !sum->has_begun) ? PK_BASIS_FORECAST : PK_BASIS_SO_FAR;
    return figure;
}

int pk_campaign_stocking_miss(const struct pk_campaign_sum *sum)
{
    if (!sum->is_over || !(sum->stocked_demand > 0))
        return 0;
    if (sum->short_units > PK_STOCKING_TOLERANCE * sum->stocked_demand)
        return -1;
    return sum->left_over_units > PK_STOCKING_TOLERANCE * sum->stocked_demand;
}

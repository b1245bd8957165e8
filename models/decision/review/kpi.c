#include "models/decision/review/kpi.h"

#include <math.h>

#include "models/base/units.h"

/* Days of a year in yearly ratios. */
#define PK_YEAR_DAYS 365.0

static const char *const names[PK_METRIC_COUNT] = {
    [PK_METRIC_UNITS] = "units",
    [PK_METRIC_GMV] = "gmv",
    [PK_METRIC_RETURN_RATIO] = "return_ratio",
    [PK_METRIC_CANCEL_RATIO] = "cancel_ratio",
    [PK_METRIC_TURNOVER_DAYS] = "turnover_days",
    [PK_METRIC_TURNOVER_RATIO] = "turnover_ratio",
    [PK_METRIC_DAYS_OF_SUPPLY] = "days_of_supply",
    [PK_METRIC_IN_STOCK_RATIO] = "in_stock_ratio",
    [PK_METRIC_ACTIVE_ITEM_RATIO] = "active_item_ratio",
    [PK_METRIC_SELL_THROUGH_RATIO] = "sell_through_ratio",
    [PK_METRIC_STOCK_TO_SALES_RATIO] = "stock_to_sales_ratio",
    [PK_METRIC_STOCK_UNITS] = "stock_units",
    [PK_METRIC_STOCK_VALUE] = "stock_value",
    [PK_METRIC_DEAD_STOCK_VALUE] = "dead_stock_value",
    [PK_METRIC_DEAD_STOCK_RATIO] = "dead_stock_ratio",
    [PK_METRIC_EXCESS_STOCK_VALUE] = "excess_stock_value",
    [PK_METRIC_EXCESS_STOCK_RATIO] = "excess_stock_ratio",
    [PK_METRIC_GMROI] = "gmroi",
    [PK_METRIC_FILL_RATE] = "fill_rate",
    [PK_METRIC_CYCLE_SERVICE_LEVEL] = "cycle_service_level",
    [PK_METRIC_STOCKING_ACCURACY] = "stocking_accuracy",
    [PK_METRIC_STOCKING_WITHIN_RATIO] = "stocking_within_ratio",
    [PK_METRIC_GAP_RATIO] = "gap_ratio",
    [PK_METRIC_SLOW_STOCK_VALUE] = "slow_stock_value",
    [PK_METRIC_SLOW_STOCK_RATIO] = "slow_stock_ratio",
    [PK_METRIC_STOCK_AGE_UNITS] = "stock_age_0_90_units",
    [PK_METRIC_STOCK_AGE_UNITS + PK_AGE_91_180] = "stock_age_91_180_units",
    [PK_METRIC_STOCK_AGE_UNITS + PK_AGE_181_270] = "stock_age_181_270_units",
    [PK_METRIC_STOCK_AGE_UNITS + PK_AGE_271_365] = "stock_age_271_365_units",
    [PK_METRIC_STOCK_AGE_UNITS + PK_AGE_OVER_365] = "stock_age_over_365_units",
    [PK_METRIC_STOCK_AGE_UNITS + PK_STOCK_AGE_UNKNOWN] = "stock_age_unknown_units",
    [PK_METRIC_STOCK_AGE_VALUE] = "stock_age_0_90_value",
    [PK_METRIC_STOCK_AGE_VALUE + PK_AGE_91_180] = "stock_age_91_180_value",
    [PK_METRIC_STOCK_AGE_VALUE + PK_AGE_181_270] = "stock_age_181_270_value",
    [PK_METRIC_STOCK_AGE_VALUE + PK_AGE_271_365] = "stock_age_271_365_value",
    [PK_METRIC_STOCK_AGE_VALUE + PK_AGE_OVER_365] = "stock_age_over_365_value",
    [PK_METRIC_STOCK_AGE_VALUE + PK_STOCK_AGE_UNKNOWN] = "stock_age_unknown_value",
    [PK_METRIC_STORAGE_COST] = "storage_cost",
    [PK_METRIC_GROSS_MARGIN_RATIO] = "gross_margin_ratio",
    [PK_METRIC_NET_GMV] = "net_gmv",
    [PK_METRIC_AVERAGE_SELLING_PRICE] = "average_selling_price",
    [PK_METRIC_DISCOUNT_RATIO] = "discount_ratio",
};

static const char *const formula_ids[PK_METRIC_COUNT] = {
    [PK_METRIC_UNITS] = "units.v1",
    [PK_METRIC_GMV] = "gmv.v1",
    [PK_METRIC_RETURN_RATIO] = "return_ratio.v1",
    [PK_METRIC_CANCEL_RATIO] = "cancel_ratio.v1",
    [PK_METRIC_TURNOVER_DAYS] = "turnover_days.v1",
    [PK_METRIC_TURNOVER_RATIO] = "turnover_ratio.v1",
    [PK_METRIC_DAYS_OF_SUPPLY] = "days_of_supply.v1",
    [PK_METRIC_IN_STOCK_RATIO] = "in_stock_ratio.v1",
    [PK_METRIC_ACTIVE_ITEM_RATIO] = "active_item_ratio.v1",
    [PK_METRIC_SELL_THROUGH_RATIO] = "sell_through_ratio.v1",
    [PK_METRIC_STOCK_TO_SALES_RATIO] = "stock_to_sales_ratio.v1",
    [PK_METRIC_STOCK_UNITS] = "stock_units.v1",
    [PK_METRIC_STOCK_VALUE] = "stock_value.v1",
    [PK_METRIC_DEAD_STOCK_VALUE] = "dead_stock_value.v2",
    [PK_METRIC_DEAD_STOCK_RATIO] = "dead_stock_ratio.v2",
    [PK_METRIC_EXCESS_STOCK_VALUE] = "excess_stock_value.v1",
    [PK_METRIC_EXCESS_STOCK_RATIO] = "excess_stock_ratio.v1",
    [PK_METRIC_GMROI] = "gmroi.v1",
    /* fitted: what was lost while out of stock is the fitted mean of those days */
    [PK_METRIC_FILL_RATE] = "fill_rate.fitted.v1",
    [PK_METRIC_CYCLE_SERVICE_LEVEL] = "cycle_service_level.v1",
    [PK_METRIC_STOCKING_ACCURACY] = "stocking_accuracy.v2",
    [PK_METRIC_STOCKING_WITHIN_RATIO] = "stocking_within_ratio.v2",
    [PK_METRIC_GAP_RATIO] = "gap_ratio.v2",
    [PK_METRIC_SLOW_STOCK_VALUE] = "slow_stock_value.v1",
    [PK_METRIC_SLOW_STOCK_RATIO] = "slow_stock_ratio.v1",
    [PK_METRIC_STOCK_AGE_UNITS... PK_METRIC_STOCK_AGE_VALUE - 1] = "stock_age_units.v1",
    [PK_METRIC_STOCK_AGE_VALUE... PK_METRIC_STORAGE_COST - 1] = "stock_age_value.v1",
    [PK_METRIC_STORAGE_COST] = "storage_cost.v1",
    [PK_METRIC_GROSS_MARGIN_RATIO] = "gross_margin_ratio.v1",
    [PK_METRIC_NET_GMV] = "net_gmv.v1",
    [PK_METRIC_AVERAGE_SELLING_PRICE] = "average_selling_price.v1",
    [PK_METRIC_DISCOUNT_RATIO] = "discount_ratio.v1",
};

const char *pk_metric_name(enum pk_metric metric)
{
    return (unsigned)metric < PK_METRIC_COUNT ? names[metric] : "";
}

const char *pk_metric_formula_id(enum pk_metric metric)
{
    return (unsigned)metric < PK_METRIC_COUNT ? formula_ids[metric] : "";
}

static void add_item(struct pk_kpi *kpi, const struct pk_kpi_series *series)
{
    if (!kpi->any_item || kpi->last_item != series->item) {
        kpi->any_item = true;
        kpi->last_item = series->item;
        kpi->last_item_listed = false;
        kpi->last_item_active = false;
    }
    bool active = series->paid_units >= 1.0;
    if ((series->is_listed || active) && !kpi->last_item_listed) {
        kpi->last_item_listed = true;
        kpi->listed_items += 1.0;
    }
    if (active && !kpi->last_item_active) {
        kpi->last_item_active = true;
        kpi->active_items += 1.0;
    }
}

/* Averages over the days with known stock; the series without any are left out of both sides. */
static void add_average_stock(struct pk_kpi *kpi, const struct pk_kpi_series *series)
{
    if (series->stock_day_count <= 0 || series->window_days <= 0)
        return;
    double average = series->stock_unit_days / series->stock_day_count;
    double sold = series->paid_units - series->cancelled_units;
    kpi->stock_units_average += average;
    kpi->stocked_sales_per_day += sold / series->window_days;
    if (series->unit_cost_micros < 0)
        return;
    double cost = (double)series->unit_cost_micros / (double)PK_MICROS_PER_UNIT;
    kpi->cogs += sold * cost;
    kpi->stock_value_average += average * cost;
    if (series->paid_amount_micros >= 0)
        kpi->gross_margin +=
            (double)series->paid_amount_micros / (double)PK_MICROS_PER_UNIT - sold * cost;
}

static void add_stock_now(struct pk_kpi *kpi, const struct pk_kpi_series *series)
{
    if (isnan(series->on_hand_units))
        return;
    double units = fmax(series->on_hand_units, 0.0);
    kpi->any_stock = true;
    kpi->stock_units += units;
    if (!isnan(series->in_transit_units)) {
        kpi->stock_and_transit_units += units + series->in_transit_units;
        kpi->stocked_units_last_30_days += series->units_last_30_days;
    }
    if (series->days_of_supply >= 0) {
        kpi->any_supply_days = true;
        kpi->supply_days_weighted += units * series->days_of_supply;
        kpi->supply_weight += units;
    }
    for (size_t band = 0; band < PK_STOCK_AGE_COUNT; band++)
        kpi->age_units[band] += series->age_units[band];
    if (series->unit_cost_micros < 0)
        return;
    double cost = (double)series->unit_cost_micros / (double)PK_MICROS_PER_UNIT;
    kpi->any_stock_cost = true;
    for (size_t band = 0; band < PK_STOCK_AGE_COUNT; band++)
        kpi->age_value[band] += series->age_units[band] * cost;
    kpi->stock_value += units * cost;
    const bool is_dead = !(series->units_last_90_days > 0.0) && !series->is_young;
    if (is_dead)
        kpi->dead_value += units * cost;
    if (is_dead || series->days_of_supply > PK_EXCESS_SUPPLY_DAYS)
        kpi->slow_value += units * cost;
    kpi->excess_value += fmin(fmax(series->excess_units, 0.0), units) * cost;
}

static void add_service(struct pk_kpi *kpi, const struct pk_kpi_series *series)
{
    kpi->cycles += series->cycle_count;
    kpi->served_cycles += series->served_cycle_count;
    if (series->lost_units >= 0.0) {
        double served = series->paid_units - series->cancelled_units;
        kpi->served_units += served;
        kpi->wanted_units += served + series->lost_units;
    }
}

void pk_kpi_add_campaign_line(struct pk_kpi *kpi, const struct pk_campaign_line *line)
{
    kpi->campaign.has_begun = kpi->campaign.is_over = true;
    pk_campaign_sum_add(&kpi->campaign, line);
}

static void add_money(struct pk_kpi *kpi, const struct pk_kpi_series *series)
{
    const double scale = (double)PK_MICROS_PER_UNIT;
    if (series->holding_cost_micros_per_day >= 0 && series->stock_day_count > 0) {
        double average = series->stock_unit_days / series->stock_day_count;
        kpi->any_holding_cost = true;
        kpi->storage_cost +=
            average * series->window_days * (double)series->holding_cost_micros_per_day / scale;
    }
    if (series->paid_amount_micros < 0 || !(series->paid_units > 0.0))
        return;
    double amount = (double)series->paid_amount_micros / scale;
    double sold = series->paid_units - series->cancelled_units;
    kpi->priced_units += series->paid_units;
    kpi->net_amount += amount * fmax(sold - series->returned_units, 0.0) / series->paid_units;
    if (series->list_amount >= 0.0) {
        kpi->list_amount += series->list_amount;
        kpi->list_paid_amount += series->list_paid_amount;
    }
    if (series->unit_cost_micros < 0)
        return;
    kpi->margin_revenue += amount * sold / series->paid_units;
    kpi->margin_cost += sold * (double)series->unit_cost_micros / scale;
}

void pk_kpi_add_series(struct pk_kpi *kpi, const struct pk_kpi_series *series)
{
    add_item(kpi, series);
    kpi->window_days = series->window_days;
    kpi->paid_units += series->paid_units;
    kpi->cancelled_units += series->cancelled_units;
    kpi->returned_units += series->returned_units;
    if (series->paid_amount_micros >= 0) {
        kpi->any_amount = true;
        kpi->paid_amount += (double)series->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
    }
    add_average_stock(kpi, series);
    add_stock_now(kpi, series);
    add_service(kpi, series);
    add_money(kpi, series);
    kpi->in_stock_days += series->in_stock_days;
    kpi->listed_days += series->listed_days;
    if (series->opening_units >= 0.0) {
        kpi->sold_of_opened += series->paid_units - series->cancelled_units;
        kpi->opened_units += series->opening_units + series->received_units;
    }
}

static struct pk_metric_value ratio(enum pk_metric metric, double numerator, double denominator)
{
    struct pk_metric_value value = {
        .metric = metric, .numerator = numerator, .denominator = denominator};
    value.is_defined = denominator > 0.0;
    value.value = value.is_defined ? numerator / denominator : 0.0;
    return value;
}

static struct pk_metric_value sum(enum pk_metric metric, double amount)
{
    return ratio(metric, amount, 1.0);
}

static struct pk_metric_value stock_to_sales(const struct pk_kpi *kpi)
{
    double stock = kpi->stock_and_transit_units;
    struct pk_metric_value value =
        ratio(PK_METRIC_STOCK_TO_SALES_RATIO, stock, kpi->stocked_units_last_30_days);
    if (!value.is_defined && stock > 0.0) {
        value.is_defined = true;
        value.value = PK_STOCK_TO_SALES_MAX;
    }
    value.value = fmin(value.value, PK_STOCK_TO_SALES_MAX);
    return value;
}

/* 1 - numerator / denominator, shown as the part that is right of the whole. */
static struct pk_metric_value share_left(enum pk_metric metric, double part, double whole)
{
    return ratio(metric, whole - part, whole);
}

static void finish_campaign(const struct pk_campaign_sum *campaign, struct pk_metric_value *values)
{
    struct pk_metric_value accuracy = {.metric = PK_METRIC_STOCKING_ACCURACY};
    struct pk_metric_value gap = {.metric = PK_METRIC_GAP_RATIO};
    accuracy.is_defined = pk_campaign_stocking_accuracy(campaign, &accuracy.value,
                                                        &accuracy.numerator, &accuracy.denominator);
    accuracy.numerator = accuracy.denominator - accuracy.numerator;
    gap.is_defined = pk_campaign_gap_ratio(campaign, &gap.value, &gap.numerator, &gap.denominator);
    values[PK_METRIC_STOCKING_ACCURACY] = accuracy;
    values[PK_METRIC_STOCKING_WITHIN_RATIO] =
        ratio(PK_METRIC_STOCKING_WITHIN_RATIO, (double)campaign->right_count,
              (double)campaign->stock_count);
    values[PK_METRIC_GAP_RATIO] = gap;
}

static void finish_service(const struct pk_kpi *kpi, struct pk_metric_value *values)
{
    values[PK_METRIC_FILL_RATE] = ratio(PK_METRIC_FILL_RATE, kpi->served_units, kpi->wanted_units);
    values[PK_METRIC_CYCLE_SERVICE_LEVEL] =
        ratio(PK_METRIC_CYCLE_SERVICE_LEVEL, kpi->served_cycles, kpi->cycles);
    finish_campaign(&kpi->campaign, values);
}

static void finish_money(const struct pk_kpi *kpi, struct pk_metric_value *values)
{
    values[PK_METRIC_SLOW_STOCK_VALUE] = sum(PK_METRIC_SLOW_STOCK_VALUE, kpi->slow_value);
    values[PK_METRIC_SLOW_STOCK_RATIO] =
        ratio(PK_METRIC_SLOW_STOCK_RATIO, kpi->slow_value, kpi->stock_value);
    for (int band = 0; band < PK_STOCK_AGE_COUNT; band++) {
        enum pk_metric units = (enum pk_metric)(PK_METRIC_STOCK_AGE_UNITS + band);
        enum pk_metric value = (enum pk_metric)(PK_METRIC_STOCK_AGE_VALUE + band);
        values[units] = sum(units, kpi->age_units[band]);
        values[value] = sum(value, kpi->age_value[band]);
        values[units].is_defined = kpi->any_stock;
        values[value].is_defined = kpi->any_stock_cost;
    }
    values[PK_METRIC_STORAGE_COST] = sum(PK_METRIC_STORAGE_COST, kpi->storage_cost);
    values[PK_METRIC_GROSS_MARGIN_RATIO] =
        share_left(PK_METRIC_GROSS_MARGIN_RATIO, kpi->margin_cost, kpi->margin_revenue);
    values[PK_METRIC_NET_GMV] = sum(PK_METRIC_NET_GMV, kpi->net_amount);
    values[PK_METRIC_AVERAGE_SELLING_PRICE] =
        ratio(PK_METRIC_AVERAGE_SELLING_PRICE, kpi->paid_amount, kpi->priced_units);
    values[PK_METRIC_DISCOUNT_RATIO] =
        share_left(PK_METRIC_DISCOUNT_RATIO, kpi->list_paid_amount, kpi->list_amount);
    values[PK_METRIC_STOCK_UNITS].is_defined = kpi->any_stock;
    values[PK_METRIC_SLOW_STOCK_VALUE].is_defined = kpi->any_stock_cost && kpi->any_supply_days;
    values[PK_METRIC_SLOW_STOCK_RATIO].is_defined &= kpi->any_supply_days;
    values[PK_METRIC_STORAGE_COST].is_defined = kpi->any_holding_cost;
    values[PK_METRIC_NET_GMV].is_defined = kpi->any_amount;
}

void pk_kpi_finish(const struct pk_kpi *kpi, struct pk_metric_value out_values[PK_METRIC_COUNT])
{
    double years = kpi->window_days / PK_YEAR_DAYS;
    double yearly_cogs = years > 0.0 ? kpi->cogs / years : 0.0;
    struct pk_metric_value values[PK_METRIC_COUNT] = {
        sum(PK_METRIC_UNITS, kpi->paid_units),
        sum(PK_METRIC_GMV, kpi->paid_amount),
        ratio(PK_METRIC_RETURN_RATIO, kpi->returned_units, kpi->paid_units),
        ratio(PK_METRIC_CANCEL_RATIO, kpi->cancelled_units, kpi->paid_units),
        ratio(PK_METRIC_TURNOVER_DAYS, kpi->stock_units_average, kpi->stocked_sales_per_day),
        ratio(PK_METRIC_TURNOVER_RATIO, yearly_cogs, kpi->stock_value_average),
        ratio(PK_METRIC_DAYS_OF_SUPPLY, kpi->supply_days_weighted, kpi->supply_weight),
        ratio(PK_METRIC_IN_STOCK_RATIO, kpi->in_stock_days, kpi->listed_days),
        ratio(PK_METRIC_ACTIVE_ITEM_RATIO, kpi->active_items, kpi->listed_items),
        ratio(PK_METRIC_SELL_THROUGH_RATIO, kpi->sold_of_opened, kpi->opened_units),
        stock_to_sales(kpi),
        sum(PK_METRIC_STOCK_UNITS, kpi->stock_units),
        sum(PK_METRIC_STOCK_VALUE, kpi->stock_value),
        sum(PK_METRIC_DEAD_STOCK_VALUE, kpi->dead_value),
        ratio(PK_METRIC_DEAD_STOCK_RATIO, kpi->dead_value, kpi->stock_value),
        sum(PK_METRIC_EXCESS_STOCK_VALUE, kpi->excess_value),
        ratio(PK_METRIC_EXCESS_STOCK_RATIO, kpi->excess_value, kpi->stock_value),
        ratio(PK_METRIC_GMROI, kpi->gross_margin, kpi->stock_value_average),
    };
    values[PK_METRIC_GMV].is_defined = kpi->any_amount;
    values[PK_METRIC_STOCK_VALUE].is_defined = kpi->any_stock_cost;
    values[PK_METRIC_DEAD_STOCK_VALUE].is_defined = kpi->any_stock_cost;
    values[PK_METRIC_EXCESS_STOCK_VALUE].is_defined = kpi->any_stock_cost && kpi->any_supply_days;
    values[PK_METRIC_EXCESS_STOCK_RATIO].is_defined &= kpi->any_supply_days;
    if (!kpi->any_amount) {
        values[PK_METRIC_GMROI].is_defined = false;
        values[PK_METRIC_GMROI].value = 0.0;
    }
    finish_service(kpi, values);
    finish_money(kpi, values);
    for (int metric = 0; metric < PK_METRIC_COUNT; metric++)
        out_values[metric] = values[metric];
}

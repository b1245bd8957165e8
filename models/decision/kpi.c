#include "models/decision/kpi.h"

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
    [PK_METRIC_DEAD_STOCK_VALUE] = "dead_stock_value.v1",
    [PK_METRIC_DEAD_STOCK_RATIO] = "dead_stock_ratio.v1",
    [PK_METRIC_EXCESS_STOCK_VALUE] = "excess_stock_value.v1",
    [PK_METRIC_EXCESS_STOCK_RATIO] = "excess_stock_ratio.v1",
    [PK_METRIC_GMROI] = "gmroi.v1",
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
    kpi->stock_units += units;
    kpi->transit_units += series->in_transit_units;
    kpi->stocked_units_last_30_days += series->units_last_30_days;
    if (series->days_of_supply >= 0) {
        kpi->supply_days_weighted += units * series->days_of_supply;
        kpi->supply_weight += units;
    }
    if (series->unit_cost_micros < 0)
        return;
    double cost = (double)series->unit_cost_micros / (double)PK_MICROS_PER_UNIT;
    kpi->any_stock_cost = true;
    kpi->stock_value += units * cost;
    if (!(series->units_last_90_days > 0.0))
        kpi->dead_value += units * cost;
    kpi->excess_value += fmin(fmax(series->excess_units, 0.0), units) * cost;
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
    double stock = kpi->stock_units + kpi->transit_units;
    struct pk_metric_value value =
        ratio(PK_METRIC_STOCK_TO_SALES_RATIO, stock, kpi->stocked_units_last_30_days);
    if (!value.is_defined && stock > 0.0) {
        value.is_defined = true;
        value.value = PK_STOCK_TO_SALES_MAX;
    }
    value.value = fmin(value.value, PK_STOCK_TO_SALES_MAX);
    return value;
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
    values[PK_METRIC_EXCESS_STOCK_VALUE].is_defined = kpi->any_stock_cost;
    if (!kpi->any_amount) {
        values[PK_METRIC_GMROI].is_defined = false;
        values[PK_METRIC_GMROI].value = 0.0;
    }
    for (int metric = 0; metric < PK_METRIC_COUNT; metric++)
        out_values[metric] = values[metric];
}

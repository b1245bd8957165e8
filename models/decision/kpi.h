/* Key figures of a shop over a window, as streaming sums per scope (total, category, warehouse,
 * role).
 *
 * Each figure = numerator / denominator (or the numerator alone) under a formula id that names
 * its definition; docs of the formulas stand beside each metric in kpi.c's table. Nothing is
 * stored per series. */
#ifndef PK_DECISION_KPI_H
#define PK_DECISION_KPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pk_metric {
    PK_METRIC_UNITS,              /* paid units */
    PK_METRIC_GMV,                /* paid amount; undefined if no row has one */
    PK_METRIC_RETURN_RATIO,       /* returned / paid units */
    PK_METRIC_CANCEL_RATIO,       /* cancelled / paid units */
    PK_METRIC_TURNOVER_DAYS,      /* 周转天数: average end-of-day stock / average daily sales */
    PK_METRIC_TURNOVER_RATIO,     /* 周转率: yearly COGS / average stock at cost */
    PK_METRIC_DAYS_OF_SUPPLY,     /* 可售天数: stock-weighted mean, each capped */
    PK_METRIC_IN_STOCK_RATIO,     /* 有货率: in-stock days / listed days */
    PK_METRIC_ACTIVE_ITEM_RATIO,  /* 动销率: items with a paid unit / items listed or in stock */
    PK_METRIC_SELL_THROUGH_RATIO, /* 售罄率: sold / (opening + received) */
    PK_METRIC_STOCK_TO_SALES_RATIO, /* 库销比: (on hand + in transit) / last-30-day sales, cap 99 */
    PK_METRIC_STOCK_UNITS,          /* sellable now */
    PK_METRIC_STOCK_VALUE,          /* at cost; undefined if no cost is known */
    PK_METRIC_DEAD_STOCK_VALUE,     /* of items without a sale in 90 days */
    PK_METRIC_DEAD_STOCK_RATIO,     /* of the stock value */
    PK_METRIC_EXCESS_STOCK_VALUE, /* units beyond 180 days of supply, at cost */
    PK_METRIC_EXCESS_STOCK_RATIO,
    PK_METRIC_GMROI, /* gross margin / average stock at cost over the window */
    PK_METRIC_COUNT
};

/* "turnover_days", ... */
const char *pk_metric_name(enum pk_metric metric);
/* "turnover_days.v1": changes when the definition does. */
const char *pk_metric_formula_id(enum pk_metric metric);

#define PK_STOCK_TO_SALES_MAX 99.0

/* One series over the window; series must be added in ascending item, so that an item counts
 * once. */
struct pk_kpi_series {
    uint32_t item;
    int32_t window_days;
    double paid_units, cancelled_units, returned_units; /* of the window */
    int64_t paid_amount_micros;                         /* of the window; -1 = not given */
    double stock_unit_days;  /* sum of end-of-day stock over stock_day_count days of the window */
    int32_t stock_day_count; /* days of the window with known stock */
    int32_t in_stock_days, listed_days;   /* in_stock_days <= listed_days; 0 and 0 = unknown */
    bool is_listed;                       /* listed or in stock on any day of the window */
    double opening_units, received_units; /* opening < 0 = unknown */
    double on_hand_units;                 /* sellable at the end; < 0 counts as 0; NAN = unknown */
    double in_transit_units;
    double units_last_30_days, units_last_90_days;
    int64_t unit_cost_micros; /* -1 = not known: left out of money figures */
    int32_t days_of_supply;   /* -1 = unknown */
    double excess_units;
};

/* Sums; zero-initialised = empty. Fields are private to kpi.c. */
struct pk_kpi {
    int32_t window_days;
    uint32_t last_item;
    bool any_item, last_item_listed, last_item_active;
    bool any_amount, any_stock_cost;
    double listed_items, active_items;
    double paid_units, cancelled_units, returned_units, paid_amount;
    double stock_units_average, stocked_sales_per_day; /* over series with known stock */
    double cogs, gross_margin, stock_value_average;
    double supply_days_weighted, supply_weight;
    double in_stock_days, listed_days;
    double sold_of_opened, opened_units;
    double stock_units, transit_units, stocked_units_last_30_days;
    double stock_value, dead_value, excess_value;
};
void pk_kpi_add_series(struct pk_kpi *kpi, const struct pk_kpi_series *series);

struct pk_metric_value {
    enum pk_metric metric;
    bool is_defined; /* false: a ratio over 0 or nothing known; value is 0 then */
    double value, numerator, denominator; /* denominator 1 for plain sums */
};
/* Writes PK_METRIC_COUNT values in the order of the enum; `kpi` may be added to afterwards. */
void pk_kpi_finish(const struct pk_kpi *kpi, struct pk_metric_value out_values[PK_METRIC_COUNT]);

#endif

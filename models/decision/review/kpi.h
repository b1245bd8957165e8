/* Key figures of a shop over a window, as streaming sums per scope (total, category, warehouse,
 * role).
 *
 * Each figure is numerator / denominator, or the numerator alone. A formula id names its
 * definition. The table in kpi.c documents the formula of each metric. Nothing is stored per
 * series. */
#ifndef PK_DECISION_KPI_H
#define PK_DECISION_KPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision/campaign/campaign_result.h"
#include "models/decision/clearance/clearance.h"

/* Places of the stock by age: the bands of ageing.h, then stock whose age is not known. */
#define PK_STOCK_AGE_UNKNOWN PK_AGE_BAND_COUNT
#define PK_STOCK_AGE_COUNT   (PK_AGE_BAND_COUNT + 1)

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
    PK_METRIC_EXCESS_STOCK_VALUE,    /* units beyond 180 days of supply, at cost */
    PK_METRIC_EXCESS_STOCK_RATIO,    /* of the stock value */
    PK_METRIC_GMROI,                 /* gross margin / average stock at cost over the window */
    PK_METRIC_FILL_RATE,             /* 需求满足率(件): served / (served + estimated lost) */
    PK_METRIC_CYCLE_SERVICE_LEVEL,   /* cycles without a stock-out / cycles */
    PK_METRIC_STOCKING_ACCURACY,     /* 备货准确率: 1 - sum |stocked - demand| / sum demand */
    PK_METRIC_STOCKING_WITHIN_RATIO, /* share of series stocked within 15 % of their demand */
    PK_METRIC_GAP_RATIO,        /* 备货缺口率: sum max(demand - stocked, 0) / sum demand */
    PK_METRIC_SLOW_STOCK_VALUE, /* 滞销: no sale in 90 days, or more than 180 days of supply */
    PK_METRIC_SLOW_STOCK_RATIO, /* of the stock value */
    PK_METRIC_STOCK_AGE_UNITS,  /* 库龄: one per band of enum pk_age_band, unknown last */
    PK_METRIC_STOCK_AGE_VALUE = PK_METRIC_STOCK_AGE_UNITS + PK_STOCK_AGE_COUNT,
    PK_METRIC_STORAGE_COST = PK_METRIC_STOCK_AGE_VALUE + PK_STOCK_AGE_COUNT, /* of the window */
    PK_METRIC_GROSS_MARGIN_RATIO,    /* 毛利率, before selling costs */
    PK_METRIC_NET_GMV,               /* GMV less cancelled and returned units at their price */
    PK_METRIC_AVERAGE_SELLING_PRICE, /* 件单价: paid amount / paid units */
    PK_METRIC_DISCOUNT_RATIO,        /* 1 - paid amount / list price x units */
    PK_METRIC_COUNT
};

/* "turnover_days", ...; static. */
const char *pk_metric_name(enum pk_metric metric);
/* "turnover_days.v1"; another definition gets another id. Static. */
const char *pk_metric_formula_id(enum pk_metric metric);

/* Highest stock-to-sales ratio that is told. */
#define PK_STOCK_TO_SALES_MAX 99.0

/* One series over the window. Series are added in ascending item, so that an item counts once. */
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
    double in_transit_units;              /* NAN = unknown */
    double units_last_30_days, units_last_90_days;
    bool is_young;            /* known in stock or on sale for at most 90 days: not dead yet */
    int64_t unit_cost_micros; /* -1 = not known: left out of money figures */
    int32_t days_of_supply;   /* -1 = unknown */
    double excess_units;      /* beyond 180 days of supply; >= 0 */
    double lost_units;        /* estimated, of the window; < 0 = no availability is known */
    int32_t cycle_count, served_cycle_count; /* replenishment cycles; served = without stock-out */
    double age_units[PK_STOCK_AGE_COUNT];    /* of on_hand_units */
    int64_t holding_cost_micros_per_day;     /* per unit; -1 = not known */
    double list_amount; /* list price x the paid units that have an amount; < 0 = no list price */
    double list_paid_amount; /* the paid amount of those units */
};

/* Sums; zero-initialised = empty. Fields are private to kpi.c. */
struct pk_kpi {
    int32_t window_days;
    uint32_t last_item;
    bool any_item, last_item_listed, last_item_active;
    bool any_amount, any_stock, any_stock_cost, any_supply_days;
    double listed_items, active_items;
    double paid_units, cancelled_units, returned_units, paid_amount;
    double stock_units_average, stocked_sales_per_day; /* over series with known stock */
    double cogs, gross_margin, stock_value_average;
    double supply_days_weighted, supply_weight;
    double in_stock_days, listed_days;
    double sold_of_opened, opened_units;
    double stock_units, stock_and_transit_units, stocked_units_last_30_days;
    double stock_value, dead_value, excess_value;
    double served_units, wanted_units; /* series with known availability */
    double cycles, served_cycles;
    struct pk_campaign_sum campaign;
    double slow_value;
    double age_units[PK_STOCK_AGE_COUNT], age_value[PK_STOCK_AGE_COUNT];
    bool any_holding_cost;
    double storage_cost;
    double margin_revenue, margin_cost; /* series with an amount and a cost */
    double net_amount, list_amount, list_paid_amount, priced_units;
};
void pk_kpi_add_series(struct pk_kpi *kpi, const struct pk_kpi_series *series);

/* Adds a line of the campaign that ended last, in the window or before it. Its stocking accuracy
 * and gap rate are defined in campaign_result.h. */
void pk_kpi_add_campaign_line(struct pk_kpi *kpi, const struct pk_campaign_line *line);

struct pk_metric_value {
    enum pk_metric metric;
    bool is_defined; /* false: a ratio over 0 or nothing known; value is 0 then */
    double value, numerator, denominator; /* denominator 1 for plain sums */
};
/* Writes PK_METRIC_COUNT values in the order of the enum; `kpi` may be added to afterwards. */
void pk_kpi_finish(const struct pk_kpi *kpi, struct pk_metric_value out_values[PK_METRIC_COUNT]);

#endif

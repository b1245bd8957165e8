/* Inputs of a decision about one item in one warehouse besides its demand: stock, inbound, supply
 * terms, economics.
 *
 * Time follows the demand path: `next` = demand->first_date is the first day that is not known yet.
 * Units that come in on a date count from the first bucket start on or after it. All structs are
 * plain values; arrays are borrowed. */
#ifndef PK_DECISION_POSITION_H
#define PK_DECISION_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision/stock/supply_calendar.h"
#include "models/forecast/demand.h"
#include "models/history/shop.h"

/* Stock at the end of the as-of bucket: sales after the stock row's date are already subtracted
 * from on_hand_units. */
struct pk_stock {
    bool is_known;         /* false: no stock row; the units below are ignored */
    bool is_assumed;       /* taken from the request, not from a row; only adds ASSUMED_STOCK */
    int64_t on_hand_units; /* physical, all included; may be negative after subtraction */
    int64_t unsellable_units, reserved_units; /* >= 0 */
};

/* One open document line on its way 在途. */
struct pk_inbound {
    int32_t eta_date;       /* before `next` and still open = late: counted at `next` */
    int64_t units;          /* still open, >= 0 */
    double confirmed_ratio; /* 0..1 */
};

/* Supply terms of one item in one warehouse; -1 (money, units) and 0 (ratios) = not given. */
struct pk_supply_terms {
    bool is_known;                   /* false: no supply row; the fields below are ignored */
    bool is_lead_time_assumed;       /* only adds ASSUMED_LEAD_TIME */
    int32_t lead_time_days;          /* 0..PK_LEAD_TIME_DAYS_MAX; the learnt delay included */
    int32_t lead_time_delay_days;    /* added to the promised lead time by receipts; may be < 0 */
    size_t lead_time_delivery_count; /* receipts of the supplier that taught it */
    struct pk_supply_calendar calendar;  /* zero = every day is a working day */
    double lead_time_sd_days;            /* >= 0 */
    int32_t review_period_days;          /* >= 1: days to the next chance to order; 0 counts as 1 */
    int32_t shelving_days;               /* dock to sellable */
    int64_t min_order_units;             /* 0 or 1 = none */
    int64_t pack_size_units;             /* 0 or 1 = single pieces */
    int64_t max_stock_units;             /* highest position after ordering; -1 = none */
    int64_t unit_cost_micros;            /* -1 = the item's */
    int64_t order_cost_micros;           /* per order line; -1 = none */
    int64_t shortage_cost_micros;        /* per missing unit */
    int64_t holding_cost_micros_per_day; /* per unit and day */
    double critical_ratio;               /* 0 < a < 1 */
    double target_fill_ratio;            /* 0 < f < 1 */
};
/* Nothing given: not known, review period 7 days, pack 1. */
struct pk_supply_terms pk_supply_terms_default(void);

/* Money and life of an item; -1 (money) = not given. */
struct pk_economics {
    int64_t unit_cost_micros;
    int64_t price_micros;      /* current selling price */
    double selling_cost_ratio; /* selling costs as a part of the price, 0..1 */
    int64_t salvage_micros;    /* of a unit left over; -1 = PK_SALVAGE_RATIO_DEFAULT x cost */
    enum pk_role role;
    bool is_minor;                 /* abc_class.h: the default ratio without a role is lower */
    int32_t launch_date, end_date; /* PK_DATE_NONE = not given */
    int32_t shelf_life_days;       /* from arrival; 0 = does not expire */
};

/* Stock beyond this many days of forecast demand is excess. */
#define PK_EXCESS_DAYS 180
/* Value left in a unit that nobody wants any more, as a part of its cost (default). */
#define PK_SALVAGE_RATIO_DEFAULT 0.2
/* Yearly cost of capital and storage as a part of the unit cost, where no holding cost is given
 * (default). */
#define PK_HOLDING_RATIO_PER_YEAR_DEFAULT 0.25

/* Sellable stock = on hand - unsellable - reserved; may be negative (oversold). */
int64_t pk_stock_sellable_units(const struct pk_stock *stock);
/* sum(units x confirmed_ratio) over all lines. */
double pk_inbound_units(const struct pk_inbound *lines, size_t count);
/* Earliest ETA among lines with units, late ones as `next`; PK_DATE_NONE without any. */
int32_t pk_inbound_next_date(const struct pk_inbound *lines, size_t count, int32_t next_date);

/* First bucket start of the path on or after `date`; `next` for earlier dates. */
int32_t pk_bucket_start_from(const struct pk_demand *demand, int32_t date);
/* Bucket start on which an order can be sold that is placed on the first order day from `date`
 * on. */
int32_t pk_arrival_date(const struct pk_demand *demand, const struct pk_supply_terms *terms,
                        int32_t date);

/* Unit cost of the supply row, else of the item; -1 if neither is given. */
int64_t pk_unit_cost_micros(const struct pk_supply_terms *terms,
                            const struct pk_economics *economics);
/* price x (1 - selling_cost_ratio) - cost; false if price or cost is not given. */
bool pk_unit_margin_micros(const struct pk_supply_terms *terms,
                           const struct pk_economics *economics, int64_t *out_micros);
/* Holding cost per unit and day: given, else PK_HOLDING_RATIO_PER_YEAR_DEFAULT / 365 x cost; -1
 * without either. */
int64_t pk_holding_cost_micros_per_day(const struct pk_supply_terms *terms,
                                       const struct pk_economics *economics);
/* Salvage of a unit: given, else PK_SALVAGE_RATIO_DEFAULT x cost. */
int64_t pk_salvage_micros(const struct pk_supply_terms *terms,
                          const struct pk_economics *economics);

#endif

/* The ledger: terms of supply, physical stock, open inbound lines and other rows that forecasts do
 * not use, with ids replaced by indexes of a shop. Rows are plain, as stored; models/decision and
 * models/evidence judge them. */
#ifndef PK_HISTORY_LEDGER_H
#define PK_HISTORY_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/history/shop.h"

/* Terms on which an item is bought. -1 (or NAN for ratios) = not given. */
struct pk_supply_row {
    uint32_t item, warehouse; /* warehouse PK_INDEX_NONE = every warehouse */
    const char *supplier_id;  /* "" = not given */
    int32_t lead_time_days;
    double lead_time_sd_days;
    int32_t review_period_days;
    int64_t min_order_units;
    int64_t pack_size_units; /* >= 1 */
    int64_t unit_cost_micros;
    int64_t order_cost_micros;
    int64_t shortage_cost_per_unit_micros;
    int64_t holding_cost_per_unit_day_micros;
    double critical_ratio;    /* NAN = not given */
    double target_fill_ratio; /* NAN = not given */
    int64_t max_stock_units;
};

/* Stock counted at the end of a day. */
struct pk_stock_row {
    uint32_t item, warehouse;
    int32_t date;
    int32_t received_date;                    /* PK_DATE_NONE = unknown */
    int64_t on_hand_units;                    /* physical, the next two included */
    int64_t reserved_units, unsellable_units; /* >= 0 */
};

/* An open line of an order or transfer on its way 在途. */
struct pk_inbound_row {
    uint32_t item, warehouse;
    int32_t eta_date;
    int64_t units;                                     /* > 0 */
    double confirmed_ratio;                            /* 0..1 */
    const char *order_id, *line, *supplier_id, *stage; /* "" = not given */
};

/* An order line that came in, as a whole or in part; both days are known. */
struct pk_delivery_row {
    uint32_t item, warehouse;
    const char *supplier_id;
    int32_t order_date, received_date; /* order_date <= received_date <= as-of */
    int64_t ordered_units;             /* -1 = not given */
    int64_t received_units;            /* -1 = not given */
};

enum pk_component_kind { PK_COMPONENT_BUNDLE, PK_COMPONENT_MULTIPACK, PK_COMPONENT_GIFT };
/* A unit of the parent needs `units` (> 0) of the component. */
struct pk_component_row {
    uint32_t parent_item, component_item;
    int64_t units;
    enum pk_component_kind kind;
    const char *promotion_id;        /* "" = always */
    int64_t min_order_amount_micros; /* -1 = not given */
    int32_t valid_from, valid_to;    /* PK_DATE_NONE = open */
};

/* Terms of a supplier for all its items. */
struct pk_supplier_row {
    const char *supplier_id, *name;
    int64_t min_order_amount_micros; /* -1 = not given */
    int64_t capacity_units_per_week; /* -1 = not given */
    uint8_t order_weekdays;          /* bit 0 = Monday; 0 = every day */
};

/* Days on which a supplier or a warehouse does not work, both ends included. */
struct pk_party_closure_row {
    bool is_supplier;
    const char *party_id;
    int32_t start_date, end_date;
    int32_t last_order_date; /* PK_DATE_NONE = the day before the closure */
};

/* Figures of a warehouse. */
struct pk_warehouse_row {
    uint32_t warehouse;
    int32_t shelving_days;          /* from the dock to sellable */
    int64_t outbound_units_per_day; /* -1 = not given */
    double capacity_litres;         /* NAN = not given */
};

/* A way on which stock can be transferred. */
struct pk_lane_row {
    uint32_t from_warehouse, to_warehouse;
    int32_t transfer_days;
    int64_t unit_cost_micros; /* of transferring a unit */
};

/* A person's change of the forecast. Exactly one of units and ratio is a number. */
struct pk_adjustment_row {
    const char *adjustment_id, *reason, *author;
    int32_t start_date, end_date;
    uint32_t item, category, warehouse; /* scope; PK_INDEX_NONE = all */
    double units;                       /* added over start_date..end_date; NAN = not given */
    double ratio;                       /* factor on the forecast of these days; NAN = not given */
};

/* A target of a key figure over a period, both ends included. */
struct pk_target_row {
    const char *metric, *channel, *promotion_id; /* "" = all */
    int32_t period_start, period_end;
    uint32_t category, warehouse; /* PK_INDEX_NONE = all */
    double value;
};

/* Deposits 定金 of an item by the end of a day of its presale. */
struct pk_deposit_row {
    const char *promotion_id;
    uint32_t item;
    int32_t date;
    int64_t deposit_units;      /* cumulative */
    int64_t balance_paid_units; /* cumulative; -1 = not given */
};

/* Arrays are owned by whoever loaded the ledger; rows of items unknown to the shop do not occur. */
struct pk_ledger {
    /* Ascending (item, warehouse with PK_INDEX_NONE last, supplier_id). */
    const struct pk_supply_row *supply;
    size_t supply_count;
    /* Ascending (item, warehouse, date, received_date); date <= as-of bucket. */
    const struct pk_stock_row *stock;
    size_t stock_count;
    /* Ascending (item, warehouse, eta_date, order_id, line); units > 0. */
    const struct pk_inbound_row *inbound;
    size_t inbound_count;
    const struct pk_delivery_row *deliveries; /* ascending (item, warehouse, received_date) */
    size_t delivery_count;
    const struct pk_component_row *components; /* ascending (parent, component, promotion_id) */
    size_t component_count;
    const struct pk_supplier_row *suppliers; /* ascending supplier_id */
    size_t supplier_count;
    const struct pk_party_closure_row *closures; /* ascending (kind, party_id, start_date) */
    size_t closure_count;
    const struct pk_warehouse_row *warehouses; /* ascending warehouse: one row each */
    size_t warehouse_count;
    const struct pk_lane_row *lanes; /* ascending (to, from) */
    size_t lane_count;
    const struct pk_adjustment_row *adjustments; /* ascending start_date, adjustment_id */
    size_t adjustment_count;
    const struct pk_target_row *targets; /* ascending (period_start, period_end, metric, scope) */
    size_t target_count;
    const struct pk_deposit_row *deposits; /* ascending (promotion_id, item, date); date <= as-of */
    size_t deposit_count;
};

#endif

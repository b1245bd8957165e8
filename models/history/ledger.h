/* The ledger: terms of supply, physical stock and open inbound lines, with ids replaced by indexes
 * of a shop. Plain rows as stored; what they mean together (position, lateness) is decided in
 * models/decision. */
#ifndef PK_HISTORY_LEDGER_H
#define PK_HISTORY_LEDGER_H

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

struct pk_stock_row {
    uint32_t item, warehouse;
    int32_t date;
    int32_t received_date; /* PK_DATE_NONE = unknown */
    int64_t on_hand_units, reserved_units, unsellable_units;
};

struct pk_inbound_row {
    uint32_t item, warehouse;
    int32_t eta_date;
    int64_t units;
    double confirmed_ratio;
    const char *order_id, *line, *supplier_id, *stage;
};

/* Arrays are owned by whoever loaded the ledger; rows of items unknown to the shop do not occur. */
struct pk_ledger {
    const struct pk_supply_row
        *supply; /* ascending (item, warehouse with PK_INDEX_NONE last, supplier_id) */
    size_t supply_count;
    const struct pk_stock_row
        *stock; /* ascending (item, warehouse, date, received_date); date <= as-of bucket */
    size_t stock_count;
    const struct pk_inbound_row
        *inbound; /* ascending (item, warehouse, eta_date, order_id, line); units > 0 */
    size_t inbound_count;
};

#endif

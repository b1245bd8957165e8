#include "models/history/ledger_index.h"

#include <string.h>

#include "models/base/lower_bound.h"

struct pk_ledger_range pk_ledger_stock_of(const struct pk_ledger *ledger, uint32_t item,
                                          uint32_t warehouse)
{
    return pk_pair_rows_of(ledger->stock, ledger->stock_count, sizeof *ledger->stock, item,
                           warehouse);
}

struct pk_ledger_range pk_ledger_inbound_of(const struct pk_ledger *ledger, uint32_t item,
                                            uint32_t warehouse)
{
    return pk_pair_rows_of(ledger->inbound, ledger->inbound_count, sizeof *ledger->inbound, item,
                           warehouse);
}

struct pk_ledger_range pk_ledger_deliveries_of(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse)
{
    return pk_pair_rows_of(ledger->deliveries, ledger->delivery_count, sizeof *ledger->deliveries,
                           item, warehouse);
}

struct pk_ledger_range pk_ledger_components_of(const struct pk_ledger *ledger, uint32_t parent_item)
{
    const struct pk_component_row *rows = ledger->components;
    const size_t count = ledger->component_count;
    return (struct pk_ledger_range){
        pk_pair_rows_from(rows, count, sizeof *rows, parent_item, 0),
        pk_pair_rows_from(rows, count, sizeof *rows, parent_item, (uint64_t)UINT32_MAX + 1)};
}

static bool is_before_promotion(const void *row, const void *key)
{
    return strcmp(((const struct pk_deposit_row *)row)->promotion_id, key) < 0;
}

static bool is_up_to_promotion(const void *row, const void *key)
{
    return strcmp(((const struct pk_deposit_row *)row)->promotion_id, key) <= 0;
}

struct pk_ledger_range pk_ledger_deposits_of(const struct pk_ledger *ledger,
                                             const char *promotion_id)
{
    const struct pk_deposit_row *rows = ledger->deposits;
    const size_t count = ledger->deposit_count;
    return (struct pk_ledger_range){
        pk_lower_bound(rows, count, sizeof *rows, is_before_promotion, promotion_id),
        pk_lower_bound(rows, count, sizeof *rows, is_up_to_promotion, promotion_id)};
}

static const struct pk_supply_row *find_supply(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse, const char *supplier_id)
{
    const struct pk_ledger_range range = pk_pair_rows_of(ledger->supply, ledger->supply_count,
                                                         sizeof *ledger->supply, item, warehouse);
    for (size_t i = range.first; i < range.last; i++)
        if (supplier_id == NULL || strcmp(ledger->supply[i].supplier_id, supplier_id) == 0)
            return &ledger->supply[i];
    return NULL;
}

const struct pk_supply_row *pk_ledger_supply_of(const struct pk_ledger *ledger, uint32_t item,
                                                uint32_t warehouse, const char *supplier_id)
{
    const struct pk_supply_row *own = find_supply(ledger, item, warehouse, supplier_id);
    return own != NULL ? own : find_supply(ledger, item, PK_INDEX_NONE, supplier_id);
}

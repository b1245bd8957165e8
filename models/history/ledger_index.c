#include "models/history/ledger_index.h"

#include <string.h>

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

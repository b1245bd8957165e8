#include "models/history/ledger_index.h"

#include <string.h>

#include "models/history/pair_rows.h"

struct pk_ledger_range pk_ledger_stock_of(const struct pk_ledger *ledger, uint32_t item,
                                          uint32_t warehouse)
{
    size_t size = sizeof *ledger->stock;
    return (struct pk_ledger_range){
        pk_pair_rows_from(ledger->stock, ledger->stock_count, size, item, warehouse),
        pk_pair_rows_from(ledger->stock, ledger->stock_count, size, item, (uint64_t)warehouse + 1)};
}

struct pk_ledger_range pk_ledger_inbound_of(const struct pk_ledger *ledger, uint32_t item,
                                            uint32_t warehouse)
{
    size_t size = sizeof *ledger->inbound;
    return (struct pk_ledger_range){
        pk_pair_rows_from(ledger->inbound, ledger->inbound_count, size, item, warehouse),
        pk_pair_rows_from(ledger->inbound, ledger->inbound_count, size, item,
                          (uint64_t)warehouse + 1)};
}

struct pk_ledger_range pk_ledger_deliveries_of(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse)
{
    size_t size = sizeof *ledger->deliveries;
    return (struct pk_ledger_range){
        pk_pair_rows_from(ledger->deliveries, ledger->delivery_count, size, item, warehouse),
        pk_pair_rows_from(ledger->deliveries, ledger->delivery_count, size, item,
                          (uint64_t)warehouse + 1)};
}

static const struct pk_supply_row *find_supply(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse, const char *supplier_id)
{
    size_t at = pk_pair_rows_from(ledger->supply, ledger->supply_count, sizeof *ledger->supply,
                                  item, warehouse);
    for (; at < ledger->supply_count && ledger->supply[at].item == item &&
           ledger->supply[at].warehouse == warehouse;
         at++)
        if (supplier_id == NULL || strcmp(ledger->supply[at].supplier_id, supplier_id) == 0)
            return &ledger->supply[at];
    return NULL;
}

const struct pk_supply_row *pk_ledger_supply_of(const struct pk_ledger *ledger, uint32_t item,
                                                uint32_t warehouse, const char *supplier_id)
{
    const struct pk_supply_row *own = find_supply(ledger, item, warehouse, supplier_id);
    return own != NULL ? own : find_supply(ledger, item, PK_INDEX_NONE, supplier_id);
}

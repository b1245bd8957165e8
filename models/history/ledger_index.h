/* Look-ups in a ledger: the rows that belong to one series, the supply row that applies to it. */
#ifndef PK_HISTORY_LEDGER_INDEX_H
#define PK_HISTORY_LEDGER_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "models/history/ledger.h"

/* Rows of the ledger that belong to one series: [first, last) of each sorted array. */
struct pk_ledger_range {
    size_t first, last;
};
struct pk_ledger_range pk_ledger_stock_of(const struct pk_ledger *ledger, uint32_t item,
                                          uint32_t warehouse);
struct pk_ledger_range pk_ledger_inbound_of(const struct pk_ledger *ledger, uint32_t item,
                                            uint32_t warehouse);
struct pk_ledger_range pk_ledger_deliveries_of(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse);
/* The supply row that applies: the warehouse's own before the one for every warehouse; of several
 * suppliers the first by id, or the one named if supplier_id is not NULL. NULL if there is none. */
const struct pk_supply_row *pk_ledger_supply_of(const struct pk_ledger *ledger, uint32_t item,
                                                uint32_t warehouse, const char *supplier_id);

#endif

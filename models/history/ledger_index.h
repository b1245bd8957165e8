/* Look-ups in a ledger: the rows of one item in one warehouse, and the supply row that applies to
 * them. */
#ifndef PK_HISTORY_LEDGER_INDEX_H
#define PK_HISTORY_LEDGER_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "models/history/ledger.h"
#include "models/history/pair_rows.h"

/* Rows of ledger->stock, ledger->inbound and ledger->deliveries that belong to an item in a
 * warehouse. */
struct pk_ledger_range pk_ledger_stock_of(const struct pk_ledger *ledger, uint32_t item,
                                          uint32_t warehouse);
struct pk_ledger_range pk_ledger_inbound_of(const struct pk_ledger *ledger, uint32_t item,
                                            uint32_t warehouse);
struct pk_ledger_range pk_ledger_deliveries_of(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse);

/* Rows of ledger->components whose parent is the item. */
struct pk_ledger_range pk_ledger_components_of(const struct pk_ledger *ledger,
                                               uint32_t parent_item);

/* Rows of ledger->deposits of a promotion. */
struct pk_ledger_range pk_ledger_deposits_of(const struct pk_ledger *ledger,
                                             const char *promotion_id);

/* The supply row that applies. A row of the warehouse goes before a row for every warehouse. Among
 * several suppliers the first by id is taken if supplier_id is NULL, else the one that it names.
 * NULL if there is none. */
const struct pk_supply_row *pk_ledger_supply_of(const struct pk_ledger *ledger, uint32_t item,
                                                uint32_t warehouse, const char *supplier_id);

#endif

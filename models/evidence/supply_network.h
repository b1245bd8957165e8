/* What the rows on suppliers and warehouses mean for one supply row: its calendar, its shelving, the
 * lead time that receipts teach. Made once per snapshot. */
#ifndef PK_EVIDENCE_SUPPLY_NETWORK_H
#define PK_EVIDENCE_SUPPLY_NETWORK_H

#include "models/decision/stock/position.h"
#include "models/history/ledger.h"

struct pk_supply_network;

/* Borrows the ledger and the warehouse ids; NULL when out of memory. O(rows log rows). */
struct pk_supply_network *pk_supply_network_new(const struct pk_ledger *ledger,
                                                const struct pk_shop *shop);
void pk_supply_network_free(struct pk_supply_network *network);

/* Completes terms made from `row` (NULL = no supply row) for a warehouse: shelving, calendar, learnt
 * lead time and spread. */
void pk_supply_network_complete(const struct pk_supply_network *network,
                                const struct pk_supply_row *row, uint32_t warehouse,
                                struct pk_supply_terms *terms);

/* The supplier's row; NULL if there is none. */
const struct pk_supplier_row *pk_supply_network_supplier(const struct pk_supply_network *network,
                                                         const char *supplier_id);

#endif

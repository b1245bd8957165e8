/* The network behind the supply rows: suppliers, warehouses, their closures and their receipts.
 *
 * A supply row promises a lead time. The network completes it: the days on which the supplier takes
 * orders, the closures of supplier and warehouse, the days of shelving, and the delay that receipts
 * taught (models/decision/stock/lead_time.h). A receipt teaches the delay received_date -
 * order_date - promised lead time. It counts for its supplier, or for the first supplier of its
 * item and warehouse if it names none. A receipt without a supply row teaches nothing.
 *
 * One network is made for each state of the ledger and is immutable afterwards. */
#ifndef PK_EVIDENCE_SUPPLY_NETWORK_H
#define PK_EVIDENCE_SUPPLY_NETWORK_H

#include "models/decision/stock/position.h"
#include "models/history/ledger.h"

struct pk_supply_network;

/* Borrows the ledger and the shop's warehouse ids, which have to outlive the network. NULL when out
 * of memory. O(rows log rows). Free with pk_supply_network_free, which accepts NULL. */
struct pk_supply_network *pk_supply_network_new(const struct pk_ledger *ledger,
                                                const struct pk_shop *shop);
void pk_supply_network_free(struct pk_supply_network *network);

/* Completes `terms`, which were made from `row`, for a warehouse. It sets shelving_days and the
 * calendar, and it replaces the promised lead time and its spread by the learnt ones. `row` NULL =
 * the series has no supply row: only shelving and the closures of the warehouse are set then. */
void pk_supply_network_complete(const struct pk_supply_network *network,
                                const struct pk_supply_row *row, uint32_t warehouse,
                                struct pk_supply_terms *terms);

/* The row of a supplier; NULL if the ledger has none. */
const struct pk_supplier_row *pk_supply_network_supplier(const struct pk_supply_network *network,
                                                         const char *supplier_id);

#endif

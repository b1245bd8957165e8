/* Transfers between warehouses: before units are bought, a warehouse with excess stock of the item
 * may give some of it.
 *
 * A warehouse can give its stock beyond PK_EXCESS_DAYS of its demand, and never more than it has on
 * hand: inbound units cannot be sent on yet. The fastest lane to the warehouse in need is taken;
 * between equally fast ones the giver with most to spare. A lane that costs more per unit than
 * buying is not taken. */
#ifndef PK_EVIDENCE_TRANSFER_H
#define PK_EVIDENCE_TRANSFER_H

#include "models/evidence/decide_reorder.h"

/* Warehouses of one item that a book holds; more are left out. */
#define PK_TRANSFER_DONOR_COUNT_MAX 64

/* Units that the warehouses of one item can still give while its series are planned one after the
 * other. count = 0 = not opened; the functions below open it for the item at hand. */
struct pk_transfer_book {
    uint32_t item;
    size_t count;
    struct {
        uint32_t warehouse;
        int64_t spare_units;
    } donors[PK_TRANSFER_DONOR_COUNT_MAX];
};

struct pk_transfer {
    int64_t units; /* 0 = none */
    uint32_t from_warehouse;
    int32_t arrival_date;
};

/* Finds the giver for a series whose decision orders units. The transfer holds the units that are
 * needed from its arrival until the units that the decision buys arrive, as far as the giver has
 * them. The book is reduced by them. Fails as pk_decide_reorder does. */
enum pk_status pk_transfer_find(const struct pk_view *view, size_t series,
                                const struct pk_series_facts *facts,
                                const struct pk_reorder *decision, struct pk_transfer_book *book,
                                const char *supplier_id, struct pk_decision_memory *memory,
                                struct pk_transfer *out_transfer, struct pk_error *error);

/* Finds the giver for `wanted_units` in place of the need of a decision, and takes them as above.
 * The unit cost of buying is given by the caller; -1 = not known: no lane is too dear then. */
enum pk_status pk_transfer_take(const struct pk_view *view, size_t series, int64_t wanted_units,
                                int64_t unit_cost_micros, struct pk_transfer_book *book,
                                struct pk_decision_memory *memory, struct pk_transfer *out_transfer,
                                struct pk_error *error);

#endif

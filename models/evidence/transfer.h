/* Stock that another warehouse has too much of, brought over before anything is bought. */
#ifndef PK_EVIDENCE_TRANSFER_H
#define PK_EVIDENCE_TRANSFER_H

#include "models/evidence/decide_reorder.h"

/* Warehouses of one item that can give; more are left out. */
#define PK_TRANSFER_DONOR_COUNT_MAX 64

/* What the warehouses of one item can still give (stock beyond PK_EXCESS_DAYS of demand) while its series are planned one after the other.
 */
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

/* Where a series would order, finds the lane whose goods come first (of equals the one with most to
 * spare) and cost less to bring than to buy, takes off the donor what is needed from their arrival
 * to the next chance to buy, and returns it. */
enum pk_status pk_transfer_find(const struct pk_view *view, size_t series,
                                const struct pk_series_facts *facts,
                                const struct pk_reorder *decision, struct pk_transfer_book *book,
                                const char *supplier_id, struct pk_decision_memory *memory,
                                struct pk_transfer *out_transfer, struct pk_error *error);

/* The same for as many units as are wanted, whatever a decision would bring; -1 = unit cost not known. */
enum pk_status pk_transfer_take(const struct pk_view *view, size_t series, int64_t wanted_units,
                                int64_t unit_cost_micros, struct pk_transfer_book *book,
                                struct pk_decision_memory *memory, struct pk_transfer *out_transfer,
                                struct pk_error *error);

#endif

/* Weeks of buying: what a supplier can deliver a week, filled from the last week backwards. Pure;
 * no allocation.
 *
 * An order is due in the week of its order day: later it comes too late. What exceeds a week's
 * capacity goes to the week before, down to the first one; the rest does not fit. Of the orders
 * that compete for a week the first ones of the list stay, so a list by falling worth of a unit
 * leaves out what is worth least. A week splits one order at most, in whole packs, and takes others
 * whole. Backward loading to finite capacity: Silver, Pyke & Thomas (2017), ch. 14. */
#ifndef PK_DECISION_PURCHASE_WEEK_H
#define PK_DECISION_PURCHASE_WEEK_H

#include <stddef.h>
#include <stdint.h>

/* Monday of the week of a date. */
int32_t pk_purchase_week_start(int32_t date);

struct pk_purchase_order {
    size_t week;             /* due in, 0 = the first; those after the last count in it */
    int64_t units;           /* >= 0 */
    int64_t pack_size_units; /* 0 and 1 = single pieces */
    int64_t left_units;      /* result: what did not fit */
};

/* Units of order `order` in week `week`. */
struct pk_purchase_piece {
    size_t order, week;
    int64_t units;
};

/* Fills pieces (room for order_count + week_count), last week first, and their number;
 * capacities[week_count] in units. O(weeks x orders). */
void pk_purchase_weeks_fill(const int64_t *capacities, size_t week_count,
                            struct pk_purchase_order *orders, size_t order_count,
                            struct pk_purchase_piece *pieces, size_t *out_piece_count);

#endif

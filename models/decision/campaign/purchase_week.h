/* Weeks of buying: a supplier's capacity of each week, filled from the last week backwards. Pure;
 * no allocation.
 *
 * An order is due in the week of its order day; a later week is too late. Units beyond a week's
 * capacity go to the week before, down to the first week; units that do not fit there are left. If
 * orders compete for a week, the earlier ones of the list keep their place. So a list by falling
 * worth of a unit leaves out the units of the least worth. A week splits one order at most, in
 * whole packs, and takes the others whole. Source: backward loading to finite capacity, Silver,
 * Pyke & Thomas (2017), ch. 14. */
#ifndef PK_DECISION_PURCHASE_WEEK_H
#define PK_DECISION_PURCHASE_WEEK_H

#include <stddef.h>
#include <stdint.h>

/* Monday of the week of a date. */
int32_t pk_purchase_week_start(int32_t date);

struct pk_purchase_order {
    size_t week;             /* due in, 0 = the first; a week after the last counts as the last */
    int64_t units;           /* >= 0 */
    int64_t pack_size_units; /* 0 and 1 = single pieces */
    int64_t left_units;      /* result: units that did not fit */
};

/* Units of order `order` in week `week`. */
struct pk_purchase_piece {
    size_t order, week;
    int64_t units;
};

/* Writes the pieces, last week first, and their number. `pieces` has room for order_count +
 * week_count; capacities[week_count] are in units. O(weeks x orders). */
void pk_purchase_weeks_fill(const int64_t *capacities, size_t week_count,
                            struct pk_purchase_order *orders, size_t order_count,
                            struct pk_purchase_piece *pieces, size_t *out_piece_count);

#endif

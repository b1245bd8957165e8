/* Look-ups in rows that ascend by (item, warehouse): stock, prices, supply, series, suggestions.
 * Each row is a struct whose first two members are `uint32_t item, warehouse`. Rows of components
 * have `uint32_t parent_item, component_item` in these places. */
#ifndef PK_HISTORY_PAIR_ROWS_H
#define PK_HISTORY_PAIR_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* The rows first, first + 1, .. last - 1 of a sorted array; none if first == last. */
struct pk_ledger_range {
    size_t first, last;
};

/* Index of the first of `count` rows of `size` bytes that is not before (item, warehouse); `count`
 * if all are before it. PK_INDEX_NONE stands for every warehouse and sorts behind all others; one
 * more than it is behind all rows of the item. `rows` may be NULL if count is 0. */
size_t pk_pair_rows_from(const void *rows, size_t count, size_t size, uint32_t item,
                         uint64_t warehouse);

/* The rows of (item, warehouse). Without one, the range is empty and stands where they would. */
struct pk_ledger_range pk_pair_rows_of(const void *rows, size_t count, size_t size, uint32_t item,
                                       uint32_t warehouse);

#endif

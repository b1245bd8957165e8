/* Binary search in sorted rows: the one lower bound of the program.
 *
 * The rows are sorted so that those which come before the key stand in front of all others. The
 * caller says what "before" means by a function of its own; a key may have another type than a row
 * (a date in rows that have one, an id in indexes of items). The search is always inlined together
 * with that function, so that it costs as much as a loop written by hand.
 *
 *     static bool is_before(const void *row, const void *key)
 *     {
 *         return *(const int32_t *)row < *(const int32_t *)key;
 *     }
 *     size_t first = pk_lower_bound(dates, date_count, sizeof *dates, is_before,
 * &date); */
#ifndef PK_BASE_LOWER_BOUND_H
#define PK_BASE_LOWER_BOUND_H

#include <stdbool.h>
#include <stddef.h>

/* True if a row stands in front of the place that the key asks for. An upper bound is a function
 * that also says true for rows equal to the key. */
typedef bool pk_is_before(const void *row, const void *key);

/* Index of the first of `count` rows of `row_size` bytes that is not before the key; `count` if all
 * of them are. `rows` may be NULL if count is 0. */
__attribute__((always_inline)) static inline size_t pk_lower_bound(const void *rows, size_t count,
                                                                   size_t row_size,
                                                                   pk_is_before *is_before,
                                                                   const void *key)
{
    const unsigned char *bytes = rows;
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(bytes + middle * row_size, key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif

/* Arrays that grow: rows in one block, of which `count` are used and `capacity` have room.
 *
 *     if (pk_array_reserve(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows,
 *                          "suggestions", error) != PK_OK)
 *         return PK_OUT_OF_MEMORY;
 *     list->rows[list->count++] =
 * row; */
#ifndef PK_BASE_ARRAY_H
#define PK_BASE_ARRAY_H

#include <stddef.h>

#include "models/base/error.h"

/* Moves the rows to a larger block; pk_array_reserve calls it. */
enum pk_status pk_array_grow(void *rows_pointer, size_t *capacity, size_t count, size_t row_size,
                             const char *noun, struct pk_error *error);

/* Makes room for `count` rows of `row_size` bytes, and for half as many again as there were, so
 * that appending row by row takes linear time. `rows_pointer` is the address of the caller's
 * pointer to the rows (malloc'ed, or NULL with capacity 0); new room is not cleared, and the caller
 * frees the rows. OUT_OF_MEMORY, "out of memory for <noun>", also where the size in bytes
 * overflows: pointer and capacity are then untouched. `error` may be NULL. */
static inline enum pk_status pk_array_reserve(void *rows_pointer, size_t *capacity, size_t count,
                                              size_t row_size, const char *noun,
                                              struct pk_error *error)
{
    return count <= *capacity ? PK_OK
                              : pk_array_grow(rows_pointer, capacity, count, row_size, noun, error);
}

#endif

#include "models/base/array.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)64)

enum pk_status pk_array_grow(void *rows_pointer, size_t *capacity, size_t count, size_t row_size,
                             const char *noun, struct pk_error *error)
{
    size_t larger, byte_count;
    if (__builtin_add_overflow(*capacity, *capacity / 2, &larger) || larger < count)
        larger = count;
    if (larger < FIRST_CAPACITY)
        larger = FIRST_CAPACITY;
    /* A pointer to another type is not a void pointer to the compiler: its bytes are copied. */
    void *rows = NULL;
    memcpy(&rows, rows_pointer, sizeof rows);
    void *moved =
        __builtin_mul_overflow(larger, row_size, &byte_count) ? NULL : realloc(rows, byte_count);
    if (moved == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for %s", noun);
    memcpy(rows_pointer, &moved, sizeof moved);
    *capacity = larger;
    return PK_OK;
}

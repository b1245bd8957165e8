/* Pieces of events with their scopes, collected before they are sorted into a design (internal to
 * models/forecast). */
#ifndef PK_FORECAST_EVENT_PIECES_H
#define PK_FORECAST_EVENT_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/design.h"

/* Below, equal to or above 0 as the indexes compare. */
static inline int pk_compare_index(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/* How narrow a scope is: 0 everything .. 4 item in one warehouse. PK_INDEX_NONE = all. */
static inline uint32_t pk_scope_narrowness(uint32_t item, uint32_t category, uint32_t warehouse)
{
    const uint32_t value = item != PK_INDEX_NONE ? 3 : category != PK_INDEX_NONE ? 1 : 0;
    return warehouse == PK_INDEX_NONE ? value : value == 0 ? 1 : value + 1;
}

struct pk_scoped_piece {
    uint32_t item, category, warehouse; /* PK_INDEX_NONE = all */
    struct pk_event_piece piece;
};

/* Zero-initialised = empty; rows are owned. */
struct pk_piece_list {
    struct pk_scoped_piece *rows;
    size_t count, capacity;
    bool failed; /* an allocation failed: the list is incomplete */
};

/* Appends a copy of the row; without memory it marks the list as failed. */
void pk_piece_list_append(struct pk_piece_list *list, const struct pk_scoped_piece *row);

/* Sorts the rows into the scopes and pieces of a design. OUT_OF_MEMORY, also if the list has
 * failed. */
enum pk_status pk_piece_list_take_over(struct pk_piece_list *list, struct pk_design *design,
                                       struct pk_error *error);

#endif

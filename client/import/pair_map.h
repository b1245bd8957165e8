/* Numbers for pairs of numbers: each different pair gets the next index, from 0. */
#ifndef PK_CLIENT_PAIR_MAP_H
#define PK_CLIENT_PAIR_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

struct pk_pair {
    uint64_t first, second;
};

/* A zeroed struct is an empty map. */
struct pk_pair_map {
    struct pk_pair *pairs; /* in the order of their index */
    uint32_t *slots;       /* index + 1, 0 = free; a power of two, at most half full */
    size_t count, capacity, slot_count;
};

/* The index of a pair; it is new if it equals the count before. OUT_OF_MEMORY. */
enum pk_status pk_pair_map_add(struct pk_pair_map *map, struct pk_pair pair, size_t *out_index,
                               struct pk_error *error);

void pk_pair_map_done(struct pk_pair_map *map);

#endif

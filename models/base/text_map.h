/* Numbers for byte strings: each different one gets the next index, from 0, in the order in which
 * they first came. A string may hold any bytes: ids of the shop, or the two halves of a pair of
 * numbers. */
#ifndef PK_BASE_TEXT_MAP_H
#define PK_BASE_TEXT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/arena.h"
#include "models/base/text.h"

struct pk_text_slot;

/* Zero-initialised = empty. Callers read `keys` and `count`. */
struct pk_text_map {
    struct pk_text *keys; /* by index; NUL-terminated; they live as long as the map */
    uint32_t count;
    size_t capacity;            /* of keys */
    struct pk_text_slot *slots; /* open addressing, at most half full */
    size_t slot_count;          /* a power of two, or 0 */
    struct pk_arena arena;      /* the bytes of the keys */
};

/* The index of a string, which is copied if it is new. OUT_OF_MEMORY. *out_is_new may be NULL. */
enum pk_status pk_text_map_add(struct pk_text_map *map, struct pk_text key, uint32_t *out_index,
                               bool *out_is_new, struct pk_error *error);

void pk_text_map_done(struct pk_text_map *map);

#endif

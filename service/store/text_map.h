/* Byte strings numbered 0, 1, 2, ... in the order in which they first came: the local ids of an import. */
#ifndef PK_STORE_TEXT_MAP_H
#define PK_STORE_TEXT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/text.h"
#include "service/store/arena.h"

/* Zero-initialised = empty. */
struct pk_text_map {
    struct pk_arena arena;
    struct pk_text *keys; /* `count` entries, NUL-terminated */
    uint32_t count, capacity;
    uint32_t *slots; /* index + 1, 0 = free; open addressing, at most half full */
    uint32_t slot_count;
};

/* OUT_OF_MEMORY. *out_is_new may be NULL. */
enum pk_status pk_text_map_add(struct pk_text_map *map, struct pk_text key, uint32_t *out_index,
                               bool *out_is_new, struct pk_error *error);
void pk_text_map_done(struct pk_text_map *map);

#endif

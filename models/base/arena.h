/* Memory that is given back all at once: one malloc per block instead of one per text or message.
 * Not thread-safe. */
#ifndef PK_BASE_ARENA_H
#define PK_BASE_ARENA_H

#include <stddef.h>

#include "models/base/text.h"

struct pk_arena_block;

/* Zero-initialised = empty and without a maximum. Whoever wants one sets bytes_max before first
 * use. */
struct pk_arena {
    struct pk_arena_block *newest;
    size_t used_bytes;  /* of the newest block */
    size_t total_bytes; /* of all blocks */
    size_t bytes_max;   /* that total_bytes never passes; 0 = no maximum */
};

/* Memory aligned for any type, not cleared; NULL when out of memory or past bytes_max. It lives
 * until the arena is reset or done. */
void *pk_arena_allocate(struct pk_arena *arena, size_t size);

/* A NUL-terminated copy of the text; NULL as above. */
char *pk_arena_copy(struct pk_arena *arena, struct pk_text text);

/* Takes everything back; keeps the newest block for the next use unless it is a large one. */
void pk_arena_reset(struct pk_arena *arena);

/* Takes everything back and frees it; the arena is empty, with its maximum, and may be used
 * again. */
void pk_arena_done(struct pk_arena *arena);

#endif

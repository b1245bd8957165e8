/* Memory that is given back all at once: the arrays and texts of one loaded shop, the names of one import. */
#ifndef PK_STORE_ARENA_H
#define PK_STORE_ARENA_H

#include <stddef.h>

#include "models/base/text.h"

struct pk_arena_block;
/* Zero-initialised = empty. */
struct pk_arena {
    struct pk_arena_block *newest;
};

/* Zeroed, aligned for any type; NULL when out of memory. */
void *pk_arena_allocate(struct pk_arena *arena, size_t count, size_t size);
/* A NUL-terminated copy; NULL when out of memory. */
char *pk_arena_copy(struct pk_arena *arena, struct pk_text text);
void pk_arena_done(struct pk_arena *arena);

#endif

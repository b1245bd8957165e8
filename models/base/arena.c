#include "models/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK_BYTES   ((size_t)4096)
#define LARGEST_BLOCK_BYTES ((size_t)1048576)
/* A block up to this size survives a reset; more would be memory that an idle stream sits on. */
#define KEPT_BLOCK_BYTES LARGEST_BLOCK_BYTES

struct pk_arena_block {
    struct pk_arena_block *older;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

/* Each block doubles the one before, up to a largest size; what is larger has a block of its
 * own. */
static struct pk_arena_block *add_block(struct pk_arena *arena, size_t size)
{
    const size_t bytes_max = arena->bytes_max == 0 ? SIZE_MAX : arena->bytes_max;
    const size_t left_bytes = bytes_max - arena->total_bytes;
    size_t block_size = arena->newest != NULL ? arena->newest->size * 2 : FIRST_BLOCK_BYTES;
    if (block_size > LARGEST_BLOCK_BYTES)
        block_size = LARGEST_BLOCK_BYTES;
    if (block_size < size || block_size > left_bytes)
        block_size = size;
    if (block_size > left_bytes || block_size > SIZE_MAX - sizeof(struct pk_arena_block))
        return NULL;
    struct pk_arena_block *block = malloc(sizeof *block + block_size);
    if (block == NULL)
        return NULL;
    block->size = block_size;
    block->older = arena->newest;
    arena->newest = block;
    arena->used_bytes = 0;
    arena->total_bytes += block_size;
    return block;
}

/* `alignment` is a power of two, as all alignments are. */
static void *take(struct pk_arena *arena, size_t size, size_t alignment)
{
    struct pk_arena_block *block = arena->newest;
    size_t start = (arena->used_bytes + alignment - 1) & ~(alignment - 1);
    if (block == NULL || start > block->size || size > block->size - start) {
        block = add_block(arena, size);
        start = 0;
    }
    if (block == NULL)
        return NULL;
    arena->used_bytes = start + size;
    return block->bytes + start;
}

void *pk_arena_allocate(struct pk_arena *arena, size_t size)
{
    return take(arena, size, alignof(max_align_t));
}

char *pk_arena_copy(struct pk_arena *arena, struct pk_text text)
{
    char *copy = text.size == SIZE_MAX ? NULL : take(arena, text.size + 1, 1);
    if (copy == NULL)
        return NULL;
    if (text.size > 0)
        memcpy(copy, text.bytes, text.size);
    copy[text.size] = '\0';
    return copy;
}

static void free_blocks(struct pk_arena_block *block)
{
    while (block != NULL) {
        struct pk_arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void pk_arena_reset(struct pk_arena *arena)
{
    struct pk_arena_block *kept = arena->newest;
    if (kept == NULL)
        return;
    if (kept->size > KEPT_BLOCK_BYTES) {
        pk_arena_done(arena);
        return;
    }
    free_blocks(kept->older);
    kept->older = NULL;
    arena->used_bytes = 0;
    arena->total_bytes = kept->size;
}

void pk_arena_done(struct pk_arena *arena)
{
    free_blocks(arena->newest);
    arena->newest = NULL;
    arena->used_bytes = 0;
    arena->total_bytes = 0;
}

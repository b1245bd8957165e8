#include "service/store/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Small enough to waste little, large enough that texts rarely meet malloc. */
#define BLOCK_SIZE ((size_t)64 * 1024)

struct pk_arena_block {
    struct pk_arena_block *older;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

static void *take(struct pk_arena *arena, size_t size, size_t alignment)
{
    struct pk_arena_block *block = arena->newest;
    if (block != NULL) {
        size_t start = (block->used + alignment - 1) / alignment * alignment;
        if (start <= block->size && block->size - start >= size) {
            block->used = start + size;
            return block->bytes + start;
        }
    }
    size_t room = size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE;
    if (room > SIZE_MAX - sizeof *block)
        return NULL;
    struct pk_arena_block *fresh = calloc(1, sizeof *fresh + room);
    if (fresh == NULL)
        return NULL;
    fresh->size = room;
    fresh->used = size;
    /* A large array gets a block of its own behind the newest one, which stays open for texts. */
    if (room == size && block != NULL) {
        fresh->older = block->older;
        block->older = fresh;
    } else {
        fresh->older = block;
        arena->newest = fresh;
    }
    return fresh->bytes;
}

void *pk_arena_allocate(struct pk_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return take(arena, total == 0 ? 1 : total, alignof(max_align_t));
}

char *pk_arena_copy(struct pk_arena *arena, struct pk_text text)
{
    char *copy = take(arena, text.size + 1, 1);
    if (copy == NULL)
        return NULL;
    if (text.size > 0)
        memcpy(copy, text.bytes, text.size);
    copy[text.size] = '\0';
    return copy;
}

void pk_arena_done(struct pk_arena *arena)
{
    while (arena->newest != NULL) {
        struct pk_arena_block *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
}

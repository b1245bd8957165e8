#include "service/rpc/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#define FIRST_BLOCK_BYTES   ((size_t)4096)
#define LARGEST_BLOCK_BYTES ((size_t)1048576)
/* A block up to this size survives a reset; more would be memory that an idle stream sits on. */
#define KEPT_BLOCK_BYTES LARGEST_BLOCK_BYTES

struct pk_rpc_arena_block {
    struct pk_rpc_arena_block *older;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static void *allocate_for_protobuf(void *data, size_t size)
{
    struct pk_rpc_arena *arena = data;
    void *memory = pk_rpc_arena_allocate(arena, size);
    arena->is_exhausted |= !memory;
    return memory;
}

static void free_for_protobuf(void *data, void *pointer)
{
    (void)data;
    (void)pointer;
}

void pk_rpc_arena_init(struct pk_rpc_arena *arena, size_t bytes_max)
{
    *arena = (struct pk_rpc_arena){.bytes_max = bytes_max,
                                   .allocator = {.alloc = allocate_for_protobuf,
                                                 .free = free_for_protobuf,
                                                 .allocator_data = arena}};
}

static struct pk_rpc_arena_block *add_block(struct pk_rpc_arena *arena, size_t size)
{
    size_t block_size = arena->newest ? arena->newest->size * 2 : FIRST_BLOCK_BYTES;
    if (block_size > LARGEST_BLOCK_BYTES)
        block_size = LARGEST_BLOCK_BYTES;
    if (block_size < size)
        block_size = size;
    size_t left_bytes = arena->bytes_max - arena->total_bytes;
    if (block_size > left_bytes)
        block_size = size;
    if (block_size > left_bytes)
        return NULL;
    struct pk_rpc_arena_block *block = malloc(sizeof *block + block_size);
    if (!block)
        return NULL;
    block->size = block_size;
    block->older = arena->newest;
    arena->newest = block;
    arena->used_bytes = 0;
    arena->total_bytes += block_size;
    return block;
}

void *pk_rpc_arena_allocate(struct pk_rpc_arena *arena, size_t size)
{
    size_t alignment = alignof(max_align_t);
    if (size > arena->bytes_max)
        return NULL;
    size = (size + alignment - 1) / alignment * alignment;
    struct pk_rpc_arena_block *block = arena->newest;
    if (!block || size > block->size - arena->used_bytes)
        block = add_block(arena, size);
    if (!block)
        return NULL;
    void *memory = block->bytes + arena->used_bytes;
    arena->used_bytes += size;
    return memory;
}

static void free_blocks(struct pk_rpc_arena_block *block)
{
    while (block) {
        struct pk_rpc_arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void pk_rpc_arena_reset(struct pk_rpc_arena *arena)
{
    struct pk_rpc_arena_block *kept = arena->newest;
    arena->is_exhausted = false;
    if (!kept)
        return;
    if (kept->size > KEPT_BLOCK_BYTES) {
        pk_rpc_arena_done(arena);
        return;
    }
    free_blocks(kept->older);
    kept->older = NULL;
    arena->used_bytes = 0;
    arena->total_bytes = kept->size;
}

void pk_rpc_arena_done(struct pk_rpc_arena *arena)
{
    free_blocks(arena->newest);
    arena->newest = NULL;
    arena->used_bytes = 0;
    arena->total_bytes = 0;
}

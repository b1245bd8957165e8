#include "service/rpc/message_memory.h"

static void *allocate(void *data, size_t size)
{
    struct pk_rpc_message_memory *memory = data;
    void *bytes = pk_arena_allocate(&memory->arena, size);
    memory->is_exhausted |= !bytes;
    return bytes;
}

static void free_nothing(void *data, void *pointer)
{
    (void)data;
    (void)pointer;
}

void pk_rpc_message_memory_init(struct pk_rpc_message_memory *memory, size_t bytes_max)
{
    *memory = (struct pk_rpc_message_memory){
        .arena = {.bytes_max = bytes_max},
        .allocator = {.alloc = allocate, .free = free_nothing, .allocator_data = memory}};
}

void pk_rpc_message_memory_reset(struct pk_rpc_message_memory *memory)
{
    pk_arena_reset(&memory->arena);
    memory->is_exhausted = false;
}

void pk_rpc_message_memory_done(struct pk_rpc_message_memory *memory)
{
    pk_arena_done(&memory->arena);
}

/* Memory that is given back all at once: one malloc per block instead of one per sub-message. Not thread-safe. */
#ifndef PK_RPC_ARENA_H
#define PK_RPC_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

struct pk_rpc_arena_block;

struct pk_rpc_arena {
    struct pk_rpc_arena_block *newest;
    size_t used_bytes;  /* of the newest block */
    size_t total_bytes; /* of all blocks */
    size_t bytes_max;
    bool is_exhausted;            /* protobuf-c was refused memory since the last reset */
    ProtobufCAllocator allocator; /* this arena as protobuf-c sees it; its free does nothing */
};

void pk_rpc_arena_init(struct pk_rpc_arena *arena, size_t bytes_max);

/* Memory aligned for any type, not cleared; NULL when out of memory or past bytes_max. */
void *pk_rpc_arena_allocate(struct pk_rpc_arena *arena, size_t size);

/* Gives everything back; keeps one small block for the next message. */
void pk_rpc_arena_reset(struct pk_rpc_arena *arena);

void pk_rpc_arena_done(struct pk_rpc_arena *arena);

#endif

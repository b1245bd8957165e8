/* The memory of decoded messages: an arena as protobuf-c asks for memory. Not thread-safe. */
#ifndef PK_RPC_MESSAGE_MEMORY_H
#define PK_RPC_MESSAGE_MEMORY_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "models/base/arena.h"

/* The allocator points back to this struct, which must stay where it was initialised. */
struct pk_rpc_message_memory {
    struct pk_arena arena;
    bool is_exhausted;            /* protobuf-c was refused memory since the last reset */
    ProtobufCAllocator allocator; /* its free does nothing */
};

void pk_rpc_message_memory_init(struct pk_rpc_message_memory *memory, size_t bytes_max);

/* Takes back every message decoded so far. */
void pk_rpc_message_memory_reset(struct pk_rpc_message_memory *memory);

void pk_rpc_message_memory_done(struct pk_rpc_message_memory *memory);

#endif

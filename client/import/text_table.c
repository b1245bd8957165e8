#include "client/import/text_table.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE       ((size_t)65536)
#define FIRST_SLOT_COUNT 1024

struct pk_text_block {
    struct pk_text_block *next;
    size_t used, size;
    char bytes[];
};

/* FNV-1a, 64 bits (Fowler, Noll, Vo 1991), with a last mix because slots take the low bits. */
static uint64_t hash_text(struct pk_text text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * UINT64_C(1099511628211);
    return hash ^ (hash >> 32);
}

/* The slot of a text, or the free one where it belongs. */
static size_t find_slot(const struct pk_text_table *table, struct pk_text text, uint64_t hash)
{
    size_t slot = hash & (table->slot_count - 1);
    while (table->slots[slot] != 0) {
        size_t index = table->slots[slot] - 1;
        if (table->hashes[index] == hash && pk_text_equal(table->texts[index], text))
            break;
        slot = (slot + 1) & (table->slot_count - 1);
    }
    return slot;
}

static enum pk_status grow(struct pk_text_table *table, struct pk_error *error)
{
    size_t slot_count = table->slot_count == 0 ? FIRST_SLOT_COUNT : table->slot_count * 2;
    size_t capacity = slot_count / 2;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    struct pk_text *texts = realloc(table->texts, capacity * sizeof *texts);
    if (texts != NULL)
        table->texts = texts;
    uint64_t *hashes = realloc(table->hashes, capacity * sizeof *hashes);
    if (hashes != NULL)
        table->hashes = hashes;
    if (slots == NULL || texts == NULL || hashes == NULL) {
        free(slots);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    table->capacity = capacity;
    for (size_t i = 0; i < table->count; i++) {
        size_t slot = table->hashes[i] & (slot_count - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)(i + 1);
    }
    return PK_OK;
}

/* Room for `size` bytes in the newest block, or in a new one. */
static char *reserve(struct pk_text_table *table, size_t size)
{
    struct pk_text_block *block = table->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t block_size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = malloc(sizeof *block + block_size);
        if (block == NULL)
            return NULL;
        *block = (struct pk_text_block){.next = table->blocks, .size = block_size};
        table->blocks = block;
    }
    char *bytes = block->bytes + block->used;
    block->used += size;
    return bytes;
}

enum pk_status pk_text_table_add(struct pk_text_table *table, struct pk_text text,
                                 uint32_t *out_index, struct pk_error *error)
{
    if (table->count == table->capacity) {
        enum pk_status status = grow(table, error);
        if (status != PK_OK)
            return status;
    }
    uint64_t hash = hash_text(text);
    size_t slot = find_slot(table, text, hash);
    if (table->slots[slot] == 0) {
        char *bytes = reserve(table, text.size);
        if (bytes == NULL)
            return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
        if (text.size > 0)
            memcpy(bytes, text.bytes, text.size);
        table->texts[table->count] = (struct pk_text){bytes, text.size};
        table->hashes[table->count] = hash;
        table->slots[slot] = (uint32_t)++table->count;
    }
    *out_index = table->slots[slot] - 1;
    return PK_OK;
}

void pk_text_table_done(struct pk_text_table *table)
{
    while (table->blocks != NULL) {
        struct pk_text_block *next = table->blocks->next;
        free(table->blocks);
        table->blocks = next;
    }
    free(table->texts);
    free(table->hashes);
    free(table->slots);
    *table = (struct pk_text_table){0};
}

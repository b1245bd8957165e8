#include "service/store/text_map.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

/* FNV-1a, 64 bits, folded (Fowler, Noll and Vo; draft-eastlake-fnv). Ids come from the shop's own staff: no adversary. */
static uint32_t hash_of(struct pk_text key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < key.size; i++)
        hash = (hash ^ (unsigned char)key.bytes[i]) * UINT64_C(1099511628211);
    return (uint32_t)(hash ^ (hash >> 32));
}

/* The slot of `key`, or the free one where it belongs. */
static uint32_t find_slot(const struct pk_text_map *map, struct pk_text key)
{
    uint32_t mask = map->slot_count - 1;
    uint32_t slot = hash_of(key) & mask;
    while (map->slots[slot] != 0 && !pk_text_equal(map->keys[map->slots[slot] - 1], key))
        slot = (slot + 1) & mask;
    return slot;
}

static bool grow(struct pk_text_map *map)
{
    uint32_t capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
    if (capacity > UINT32_C(1) << 30)
        return false;
    struct pk_text *keys = realloc(map->keys, capacity * sizeof *keys);
    if (keys == NULL)
        return false;
    map->keys = keys;
    uint32_t *slots = calloc((size_t)capacity * 2, sizeof *slots);
    if (slots == NULL)
        return false;
    free(map->slots);
    map->slots = slots;
    map->slot_count = capacity * 2;
    map->capacity = capacity;
    for (uint32_t i = 0; i < map->count; i++)
        map->slots[find_slot(map, map->keys[i])] = i + 1;
    return true;
}

enum pk_status pk_text_map_add(struct pk_text_map *map, struct pk_text key, uint32_t *out_index,
                               bool *out_is_new, struct pk_error *error)
{
    if (map->count == map->capacity && !grow(map))
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for ids");
    uint32_t slot = find_slot(map, key);
    bool is_new = map->slots[slot] == 0;
    if (is_new) {
        char *copy = pk_arena_copy(&map->arena, key);
        if (copy == NULL)
            return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for ids");
        map->keys[map->count] = (struct pk_text){copy, key.size};
        map->slots[slot] = ++map->count;
    }
    *out_index = map->slots[slot] - 1;
    if (out_is_new != NULL)
        *out_is_new = is_new;
    return PK_OK;
}

void pk_text_map_done(struct pk_text_map *map)
{
    free(map->keys);
    free(map->slots);
    pk_arena_done(&map->arena);
    memset(map, 0, sizeof *map);
}

#include "models/base/text_map.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/hash.h"

#define FIRST_SLOT_COUNT ((size_t)128)
#define SLOT_COUNT_MAX   ((size_t)1 << 31)

struct pk_text_slot {
    uint32_t hash;
    uint32_t place; /* index + 1; 0 = free */
};

/* Ids come from the shop's own staff: no adversary makes them collide. */
static uint32_t hash_of(struct pk_text key)
{
    const uint64_t hash = pk_hash_bytes(PK_HASH_START, key.bytes, key.size);
    return (uint32_t)(hash ^ (hash >> 32));
}

/* The slot of `key`, or the free one where it belongs. */
static struct pk_text_slot *find_slot(const struct pk_text_map *map, struct pk_text key,
                                      uint32_t hash)
{
    const size_t mask = map->slot_count - 1;
    size_t at = hash & mask;
    for (; map->slots[at].place != 0; at = (at + 1) & mask)
        if (map->slots[at].hash == hash && pk_text_equal(map->keys[map->slots[at].place - 1], key))
            break;
    return &map->slots[at];
}

static bool double_slots(struct pk_text_map *map)
{
    const size_t slot_count = map->slot_count == 0 ? FIRST_SLOT_COUNT : 2 * map->slot_count;
    struct pk_text_slot *slots =
        slot_count > SLOT_COUNT_MAX ? NULL : calloc(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < map->slot_count; i++) {
        size_t at = map->slots[i].hash & (slot_count - 1);
        while (map->slots[i].place != 0 && slots[at].place != 0)
            at = (at + 1) & (slot_count - 1);
        if (map->slots[i].place != 0)
            slots[at] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    return true;
}

enum pk_status pk_text_map_add(struct pk_text_map *map, struct pk_text key, uint32_t *out_index,
                               bool *out_is_new, struct pk_error *error)
{
    if (2 * ((size_t)map->count + 1) > map->slot_count && !double_slots(map))
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for ids");
    const uint32_t hash = hash_of(key);
    struct pk_text_slot *slot = find_slot(map, key, hash);
    const bool is_new = slot->place == 0;
    if (is_new) {
        const enum pk_status status = pk_array_reserve(
            &map->keys, &map->capacity, (size_t)map->count + 1, sizeof *map->keys, "ids", error);
        if (status != PK_OK)
            return status;
        const char *copy = pk_arena_copy(&map->arena, key);
        if (copy == NULL)
            return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for ids");
        map->keys[map->count] = (struct pk_text){copy, key.size};
        *slot = (struct pk_text_slot){hash, ++map->count};
    }
    *out_index = slot->place - 1;
    if (out_is_new != NULL)
        *out_is_new = is_new;
    return PK_OK;
}

void pk_text_map_done(struct pk_text_map *map)
{
    free(map->keys);
    free(map->slots);
    pk_arena_done(&map->arena);
    *map = (struct pk_text_map){0};
}

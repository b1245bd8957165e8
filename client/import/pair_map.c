#include "client/import/pair_map.h"

#include <stdlib.h>

#define FIRST_SLOT_COUNT 4096

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014) over both halves. */
static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static size_t first_slot(const struct pk_pair_map *map, struct pk_pair pair)
{
    return mix(mix(pair.first) + pair.second) & (map->slot_count - 1);
}

static enum pk_status grow(struct pk_pair_map *map, struct pk_error *error)
{
    size_t slot_count = map->slot_count == 0 ? FIRST_SLOT_COUNT : map->slot_count * 2;
    size_t capacity = slot_count / 2;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    struct pk_pair *pairs = realloc(map->pairs, capacity * sizeof *pairs);
    if (pairs != NULL)
        map->pairs = pairs;
    if (slots == NULL || pairs == NULL) {
        free(slots);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    }
    free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    map->capacity = capacity;
    for (size_t i = 0; i < map->count; i++) {
        size_t slot = first_slot(map, map->pairs[i]);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)(i + 1);
    }
    return PK_OK;
}

enum pk_status pk_pair_map_add(struct pk_pair_map *map, struct pk_pair pair, size_t *out_index,
                               struct pk_error *error)
{
    if (map->count == map->capacity) {
        enum pk_status status = grow(map, error);
        if (status != PK_OK)
            return status;
    }
    size_t slot = first_slot(map, pair);
    while (map->slots[slot] != 0) {
        size_t index = map->slots[slot] - 1;
        if (map->pairs[index].first == pair.first && map->pairs[index].second == pair.second) {
            *out_index = index;
            return PK_OK;
        }
        slot = (slot + 1) & (map->slot_count - 1);
    }
    map->pairs[map->count] = pair;
    map->slots[slot] = (uint32_t)(map->count + 1);
    *out_index = map->count++;
    return PK_OK;
}

void pk_pair_map_done(struct pk_pair_map *map)
{
    free(map->pairs);
    free(map->slots);
    *map = (struct pk_pair_map){0};
}

#include "service/snapshot/day_cache.h"

void pk_day_cache_init(struct pk_day_cache *cache)
{
    pthread_mutex_init(&cache->lock, NULL);
}

void pk_day_cache_done(struct pk_day_cache *cache)
{
    for (size_t i = 0; i < PK_AS_OF_CACHE_COUNT; i++)
        pk_snapshot_release(cache->days[i].snapshot);
    pthread_mutex_destroy(&cache->lock);
}

struct pk_snapshot *pk_day_cache_find(struct pk_day_cache *cache, int32_t as_of_date,
                                      int64_t revision)
{
    struct pk_snapshot *found = NULL;
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < PK_AS_OF_CACHE_COUNT && found == NULL; i++) {
        struct pk_cached_day *day = &cache->days[i];
        if (day->snapshot == NULL || day->as_of_date != as_of_date ||
            day->snapshot->view.data->data_revision < revision)
            continue;
        day->used_at = ++cache->clock;
        found = pk_snapshot_hold(day->snapshot);
    }
    pthread_mutex_unlock(&cache->lock);
    return found;
}

void pk_day_cache_put(struct pk_day_cache *cache, int32_t as_of_date, struct pk_snapshot *snapshot)
{
    pthread_mutex_lock(&cache->lock);
    struct pk_cached_day *place = &cache->days[0];
    for (size_t i = 0; i < PK_AS_OF_CACHE_COUNT; i++) {
        struct pk_cached_day *day = &cache->days[i];
        if (day->snapshot != NULL && day->as_of_date == as_of_date) {
            place = day;
            break;
        }
        if (day->used_at < place->used_at)
            place = day;
    }
    struct pk_snapshot *before = place->snapshot;
    *place = (struct pk_cached_day){as_of_date, ++cache->clock, pk_snapshot_hold(snapshot)};
    pthread_mutex_unlock(&cache->lock);
    pk_snapshot_release(before);
}

/* Snapshots of past days that were asked for lately: PK_AS_OF_CACHE_COUNT of them are kept. */
#ifndef PK_SNAPSHOT_DAY_CACHE_H
#define PK_SNAPSHOT_DAY_CACHE_H

#include <pthread.h>

#include "models/base/limits.h"
#include "service/snapshot/snapshot.h"

struct pk_cached_day {
    int32_t as_of_date;
    uint64_t used_at;
    struct pk_snapshot *snapshot; /* NULL = a free place */
};

/* Thread-safe between init and done. */
struct pk_day_cache {
    pthread_mutex_t lock; /* guards everything below */
    uint64_t clock;       /* counts uses */
    struct pk_cached_day days[PK_AS_OF_CACHE_COUNT];
};
/* *cache comes zeroed. */
void pk_day_cache_init(struct pk_day_cache *cache);
void pk_day_cache_done(struct pk_day_cache *cache);

/* The snapshot of a day if it is as new as `revision`, held for the caller; else NULL. */
struct pk_snapshot *pk_day_cache_find(struct pk_day_cache *cache, int32_t as_of_date,
                                      int64_t revision);

/* Holds a snapshot in place of an older one of the day, else of the day least recently used. */
void pk_day_cache_put(struct pk_day_cache *cache, int32_t as_of_date, struct pk_snapshot *snapshot);

#endif

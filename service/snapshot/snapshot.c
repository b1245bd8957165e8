#include "service/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/hash.h"
#include "models/base/text.h"
#include "models/evidence/demand_ahead.h"
#include "models/evidence/supply_network.h"
#include "service/store/store.h"
#include "service/work/parallel.h"

void pk_snapshot_config_hash(const struct pk_fit_settings *settings, const char *calendar,
                             char out_hash[32])
{
    uint64_t hash = PK_HASH_START;
    hash = pk_hash_bytes(hash, PK_MODEL_VERSION, strlen(PK_MODEL_VERSION));
    hash = pk_hash_bytes(hash, calendar, strlen(calendar));
    hash = pk_hash_bytes(hash, settings, sizeof *settings);
    pk_text_format(out_hash, 32, "%016llx", (unsigned long long)hash);
}

/* A snapshot that owns everything it shows. */
struct loaded {
    struct pk_snapshot snapshot; /* first: what callers hold */
    struct pk_snapshot_stamp stamp;
    struct pk_shop_data *data;
    struct pk_supply_network *network;
    struct pk_demand_changes changes;
};

static void free_loaded(struct pk_snapshot *snapshot)
{
    struct loaded *loaded = (struct loaded *)snapshot;
    pk_shared_fit_release(loaded->stamp.fit);
    pk_supply_network_free(loaded->network);
    pk_demand_changes_done(&loaded->changes);
    pk_shop_data_free(loaded->data);
    free(loaded);
}

enum pk_status pk_snapshot_new(struct pk_shop_data *data, const struct pk_snapshot_stamp *stamp,
                               int thread_count, struct pk_snapshot **out_snapshot,
                               struct pk_error *error)
{
    const struct pk_executor executor = pk_parallel_executor(&thread_count);
    const struct pk_shared_fit *fit = stamp->fit;
    struct loaded *loaded = calloc(1, sizeof *loaded);
    if (loaded != NULL)
        loaded->network = pk_supply_network_new(&data->ledger, &data->shop);
    enum pk_status status =
        loaded == NULL || loaded->network == NULL
            ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a snapshot")
            : pk_demand_changes_build(data, fit->model, &executor, &loaded->changes, error);
    if (status != PK_OK) {
        if (loaded != NULL)
            pk_supply_network_free(loaded->network);
        free(loaded);
        return status;
    }
    loaded->stamp = *stamp;
    loaded->data = data;
    atomic_init(&loaded->snapshot.use_count, 1);
    loaded->snapshot.view = (struct pk_view){.data = data,
                                             .model = fit->model,
                                             .traits = fit->traits,
                                             .network = loaded->network,
                                             .changes = &loaded->changes,
                                             .snapshot_id = fit->snapshot_id};
    loaded->snapshot.stamp = &loaded->stamp;
    loaded->snapshot.free_own = free_loaded;
    *out_snapshot = &loaded->snapshot;
    return PK_OK;
}

void pk_snapshot_show(const struct pk_snapshot *stem,
                      void (*free_own)(struct pk_snapshot *snapshot),
                      struct pk_snapshot *out_snapshot)
{
    atomic_init(&out_snapshot->use_count, 1);
    out_snapshot->view = stem->view;
    out_snapshot->stamp = stem->stamp;
    out_snapshot->free_own = free_own;
}

struct pk_snapshot *pk_snapshot_hold(struct pk_snapshot *snapshot)
{
    atomic_fetch_add(&snapshot->use_count, 1);
    return snapshot;
}

void pk_snapshot_release(struct pk_snapshot *snapshot)
{
    if (snapshot != NULL && atomic_fetch_sub(&snapshot->use_count, 1) == 1)
        snapshot->free_own(snapshot);
}

const struct pk_view *pk_snapshot_view(const struct pk_snapshot *snapshot)
{
    return snapshot == NULL ? NULL : &snapshot->view;
}

struct pk_shared_fit *pk_shared_fit_hold(struct pk_shared_fit *fit)
{
    atomic_fetch_add(&fit->use_count, 1);
    return fit;
}

void pk_shared_fit_release(struct pk_shared_fit *fit)
{
    if (fit == NULL || atomic_fetch_sub(&fit->use_count, 1) != 1)
        return;
    pk_model_free(fit->model);
    pk_item_traits_free(fit->traits);
    free(fit);
}

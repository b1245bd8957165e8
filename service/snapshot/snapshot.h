/* A snapshot: one consistent state of the shop with the model fitted to it; immutable, shared,
 * counted. Decisions are handed its view (models/evidence/view.h) and know nothing of the rest. */
#ifndef PK_SNAPSHOT_SNAPSHOT_H
#define PK_SNAPSHOT_SNAPSHOT_H

#include <stdatomic.h>
#include <stdint.h>

#include "models/base/limits.h"
#include "models/evidence/item_traits.h"
#include "models/evidence/view.h"
#include "models/forecast/model.h"

/* A fit that several snapshots of the same forecast revision share. */
struct pk_shared_fit {
    atomic_int use_count;
    struct pk_model *model;
    struct pk_item_traits *traits; /* NULL = not made */
    int64_t forecast_revision;
    char snapshot_id[PK_ID_BYTES_MAX_PLUS_NUL];
    int64_t created_epoch_seconds;
};

/* What every reply names of a snapshot. */
struct pk_snapshot_stamp {
    struct pk_shared_fit *fit;
    char config_hash[32];
    char currency_code[4];
};

/* What is asked for answers: a view, and a count of those who use it. Snapshots that show another
 * one with something replaced (open_suggestions.h, what_if.h) borrow its stamp and keep it held. */
struct pk_snapshot {
    atomic_int use_count;
    struct pk_view view;
    const struct pk_snapshot_stamp *stamp;
    void (*free_own)(struct pk_snapshot *snapshot); /* after the last use */
};

/* Settings that change numbers, hashed into every reply; source: FNV-1a, 64 bit. */
void pk_snapshot_config_hash(const struct pk_fit_settings *settings, const char *calendar,
                             char out_hash[32]);

/* Takes over `data` and one use of stamp->fit; on failure nothing is taken. OUT_OF_MEMORY, or what
 * pk_demand_changes_build refuses. */
enum pk_status pk_snapshot_new(struct pk_shop_data *data, const struct pk_snapshot_stamp *stamp,
                               int thread_count, struct pk_snapshot **out_snapshot,
                               struct pk_error *error);
/* Gives *out_snapshot the view of `stem` and one use of its own. The caller replaces members of the
 * view and keeps `stem` held until `free_own` is called. */
void pk_snapshot_show(const struct pk_snapshot *stem,
                      void (*free_own)(struct pk_snapshot *snapshot),
                      struct pk_snapshot *out_snapshot);
struct pk_snapshot *pk_snapshot_hold(struct pk_snapshot *snapshot);
void pk_snapshot_release(struct pk_snapshot *snapshot);

/* The view that decisions are handed; NULL for NULL. Valid as long as the snapshot is held. */
const struct pk_view *pk_snapshot_view(const struct pk_snapshot *snapshot);

struct pk_shared_fit *pk_shared_fit_hold(struct pk_shared_fit *fit);
void pk_shared_fit_release(struct pk_shared_fit *fit);

#endif

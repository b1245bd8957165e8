/* A snapshot: one consistent state of the shop with the model fitted to it; immutable, shared,
 * counted. */
#ifndef PK_WORKFLOWS_SNAPSHOT_H
#define PK_WORKFLOWS_SNAPSHOT_H

#include <stdatomic.h>
#include <stdint.h>

#include "models/forecast/model.h"
#include "service/store/store.h"
#include "service/workflows/demand_ahead.h"
#include "service/workflows/item_traits.h"
#include "service/workflows/supply_network.h"

/* A fit that several snapshots of the same forecast revision share. */
struct pk_shared_fit {
    atomic_int use_count;
    struct pk_model *model;
    struct pk_item_traits *traits; /* NULL = not made */
    bool borrows_traits;           /* of a fit that outlives this one */
    int64_t forecast_revision;
    char snapshot_id[PK_ID_BYTES_MAX_PLUS_NUL];
    int64_t created_epoch_seconds;
};

struct pk_suggestion_book;

struct pk_snapshot {
    atomic_int use_count;
    struct pk_shop_data *data;
    struct pk_supply_network *network; /* of the data's ledger */
    struct pk_demand_changes changes;  /* components and adjustments */
    struct pk_shared_fit *fit;
    char config_hash[32];
    char currency_code[4];
    const struct pk_suggestion_book *suggestions; /* NULL = none (open_suggestions.h) */
    /* How the last use frees it; NULL = everything above is its own. */
    void (*free_own)(struct pk_snapshot *snapshot);
};

/* Settings that change numbers, hashed into every reply; source: FNV-1a, 64 bit. */
void pk_snapshot_config_hash(const struct pk_fit_settings *settings, const char *calendar,
                             char out_hash[32]);

/* Takes over `data` and one use of `fit`; on failure nothing is taken. OUT_OF_MEMORY, or what
 * pk_demand_changes_build refuses. */
enum pk_status pk_snapshot_new(struct pk_shop_data *data, struct pk_shared_fit *fit,
                               int thread_count, struct pk_snapshot **out_snapshot,
                               struct pk_error *error);
/* Makes *out_view show what `stem` shows, with one use of its own; `free_own` frees it after the last
 * one. Whoever makes it keeps `stem` held. */
void pk_snapshot_show(const struct pk_snapshot *stem,
                      void (*free_own)(struct pk_snapshot *snapshot), struct pk_snapshot *out_view);
struct pk_snapshot *pk_snapshot_hold(struct pk_snapshot *snapshot);
void pk_snapshot_release(struct pk_snapshot *snapshot);

struct pk_shared_fit *pk_shared_fit_hold(struct pk_shared_fit *fit);
void pk_shared_fit_release(struct pk_shared_fit *fit);

/* Index of an id in the sorted arrays of the shop; PK_INDEX_NONE if unknown. */
uint32_t pk_shop_find_item(const struct pk_shop *shop, const char *item_id);
uint32_t pk_shop_find_warehouse(const struct pk_shop *shop, const char *warehouse_id);
uint32_t pk_shop_find_category(const struct pk_shop *shop, const char *category);

/* Index of the series of an item in a warehouse; SIZE_MAX if there is none. */
size_t pk_shop_find_series(const struct pk_shop *shop, uint32_t item, uint32_t warehouse);

/* Rows of the ledger that belong to one series: [first, last) of each sorted array. */
struct pk_ledger_range {
    size_t first, last;
};
struct pk_ledger_range pk_ledger_stock_of(const struct pk_ledger *ledger, uint32_t item,
                                          uint32_t warehouse);
struct pk_ledger_range pk_ledger_inbound_of(const struct pk_ledger *ledger, uint32_t item,
                                            uint32_t warehouse);
struct pk_ledger_range pk_ledger_deliveries_of(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse);
/* The supply row that applies: the warehouse's own before the one for every warehouse; of several
 * suppliers the first by id, or the one named if supplier_id is not NULL. NULL if there is none. */
const struct pk_supply_row *pk_ledger_supply_of(const struct pk_ledger *ledger, uint32_t item,
                                                uint32_t warehouse, const char *supplier_id);

/* The selling price on a day: the last price row up to it, else the list price; -1 if neither is
 * known. */
int64_t pk_shop_price_micros(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                             int32_t date);

#endif

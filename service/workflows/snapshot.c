#include "service/workflows/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/text.h"

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

void pk_snapshot_config_hash(const struct pk_fit_settings *settings, const char *calendar,
                             char out_hash[32])
{
    uint64_t hash = UINT64_C(14695981039346656037);
    hash = hash_bytes(hash, PK_MODEL_VERSION, strlen(PK_MODEL_VERSION));
    hash = hash_bytes(hash, calendar, strlen(calendar));
    hash = hash_bytes(hash, settings, sizeof *settings);
    pk_text_format(out_hash, 32, "%016llx", (unsigned long long)hash);
}

enum pk_status pk_snapshot_new(struct pk_shop_data *data, struct pk_shared_fit *fit,
                               int thread_count, struct pk_snapshot **out_snapshot,
                               struct pk_error *error)
{
    struct pk_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot != NULL)
        snapshot->network = pk_supply_network_new(&data->ledger, &data->shop);
    enum pk_status status =
        snapshot == NULL || snapshot->network == NULL
            ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a snapshot")
            : pk_demand_changes_build(data, fit->model, thread_count, &snapshot->changes, error);
    if (status != PK_OK) {
        if (snapshot != NULL)
            pk_supply_network_free(snapshot->network);
        free(snapshot);
        return status;
    }
    atomic_init(&snapshot->use_count, 1);
    snapshot->data = data;
    snapshot->fit = fit;
    *out_snapshot = snapshot;
    return PK_OK;
}

/* Member by member: others may hold and release the stem meanwhile. */
void pk_snapshot_show(const struct pk_snapshot *stem,
                      void (*free_own)(struct pk_snapshot *snapshot), struct pk_snapshot *out_view)
{
    atomic_init(&out_view->use_count, 1);
    out_view->data = stem->data;
    out_view->network = stem->network;
    out_view->changes = stem->changes;
    out_view->fit = stem->fit;
    out_view->suggestions = stem->suggestions;
    memcpy(out_view->config_hash, stem->config_hash, sizeof out_view->config_hash);
    memcpy(out_view->currency_code, stem->currency_code, sizeof out_view->currency_code);
    out_view->free_own = free_own;
}

struct pk_snapshot *pk_snapshot_hold(struct pk_snapshot *snapshot)
{
    atomic_fetch_add(&snapshot->use_count, 1);
    return snapshot;
}

void pk_snapshot_release(struct pk_snapshot *snapshot)
{
    if (snapshot == NULL || atomic_fetch_sub(&snapshot->use_count, 1) != 1)
        return;
    if (snapshot->free_own != NULL) {
        snapshot->free_own(snapshot);
        return;
    }
    pk_shared_fit_release(snapshot->fit);
    pk_supply_network_free(snapshot->network);
    pk_demand_changes_done(&snapshot->changes);
    pk_shop_data_free(snapshot->data);
    free(snapshot);
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
    if (!fit->borrows_traits)
        pk_item_traits_free(fit->traits);
    free(fit);
}

uint32_t pk_shop_find_item(const struct pk_shop *shop, const char *item_id)
{
    size_t low = 0;
    size_t high = shop->item_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(shop->items[middle].item_id, item_id);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return PK_INDEX_NONE;
}

/* Names are few and sorted; a plain walk is enough. */
static uint32_t find_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (uint32_t)i;
    return PK_INDEX_NONE;
}

uint32_t pk_shop_find_warehouse(const struct pk_shop *shop, const char *warehouse_id)
{
    return find_name(shop->warehouses, shop->warehouse_count, warehouse_id);
}

size_t pk_shop_find_series(const struct pk_shop *shop, uint32_t item, uint32_t warehouse)
{
    size_t low = 0, high = shop->series_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct pk_series *one = &shop->series[middle];
        if (one->item < item || (one->item == item && one->warehouse < warehouse))
            low = middle + 1;
        else
            high = middle;
    }
    const bool is_found = low < shop->series_count && shop->series[low].item == item &&
                          shop->series[low].warehouse == warehouse;
    return is_found ? low : SIZE_MAX;
}

uint32_t pk_shop_find_category(const struct pk_shop *shop, const char *category)
{
    return find_name(shop->categories, shop->category_count, category);
}

/* First of `count` rows of `size` bytes, each beginning with {item, warehouse}, that is not before
 * the pair. */
static size_t lower_bound(const void *rows, size_t count, size_t size, uint32_t item,
                          uint64_t warehouse)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t pair[2];
        memcpy(pair, (const char *)rows + middle * size, sizeof pair);
        if (pair[0] < item || (pair[0] == item && pair[1] < warehouse))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct pk_ledger_range pk_ledger_stock_of(const struct pk_ledger *ledger, uint32_t item,
                                          uint32_t warehouse)
{
    size_t size = sizeof *ledger->stock;
    return (struct pk_ledger_range){
        lower_bound(ledger->stock, ledger->stock_count, size, item, warehouse),
        lower_bound(ledger->stock, ledger->stock_count, size, item, (uint64_t)warehouse + 1)};
}

struct pk_ledger_range pk_ledger_inbound_of(const struct pk_ledger *ledger, uint32_t item,
                                            uint32_t warehouse)
{
    size_t size = sizeof *ledger->inbound;
    return (struct pk_ledger_range){
        lower_bound(ledger->inbound, ledger->inbound_count, size, item, warehouse),
        lower_bound(ledger->inbound, ledger->inbound_count, size, item, (uint64_t)warehouse + 1)};
}

struct pk_ledger_range pk_ledger_deliveries_of(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse)
{
    size_t size = sizeof *ledger->deliveries;
    return (struct pk_ledger_range){
        lower_bound(ledger->deliveries, ledger->delivery_count, size, item, warehouse),
        lower_bound(ledger->deliveries, ledger->delivery_count, size, item,
                    (uint64_t)warehouse + 1)};
}

static const struct pk_supply_row *find_supply(const struct pk_ledger *ledger, uint32_t item,
                                               uint32_t warehouse, const char *supplier_id)
{
    size_t at =
        lower_bound(ledger->supply, ledger->supply_count, sizeof *ledger->supply, item, warehouse);
    for (; at < ledger->supply_count && ledger->supply[at].item == item &&
           ledger->supply[at].warehouse == warehouse;
         at++)
        if (supplier_id == NULL || strcmp(ledger->supply[at].supplier_id, supplier_id) == 0)
            return &ledger->supply[at];
    return NULL;
}

const struct pk_supply_row *pk_ledger_supply_of(const struct pk_ledger *ledger, uint32_t item,
                                                uint32_t warehouse, const char *supplier_id)
{
    const struct pk_supply_row *own = find_supply(ledger, item, warehouse, supplier_id);
    return own != NULL ? own : find_supply(ledger, item, PK_INDEX_NONE, supplier_id);
}

/* Last price row of (item, warehouse) dated up to `date`, or -1. */
static int64_t last_price(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                          int32_t date)
{
    size_t at = lower_bound(shop->prices, shop->price_count, sizeof *shop->prices, item, warehouse);
    int64_t price_micros = -1;
    for (; at < shop->price_count && shop->prices[at].item == item &&
           shop->prices[at].warehouse == warehouse && shop->prices[at].date <= date;
         at++)
        price_micros = shop->prices[at].price_micros;
    return price_micros;
}

int64_t pk_shop_price_micros(const struct pk_shop *shop, uint32_t item, uint32_t warehouse,
                             int32_t date)
{
    int64_t price_micros = last_price(shop, item, warehouse, date);
    if (price_micros < 0)
        price_micros = last_price(shop, item, PK_INDEX_NONE, date);
    return price_micros >= 0 ? price_micros : shop->items[item].list_price_micros;
}

#include "models/evidence/supply_network.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/lower_bound.h"
#include "models/decision/stock/lead_time.h"
#include "models/history/ledger_index.h"

/* Delays of one supplier, under its name. */
struct supplier_delays {
    const char *supplier_id;
    struct pk_delay_sums sums;
};

struct pk_supply_network {
    const struct pk_ledger *ledger;
    const struct pk_shop *shop;
    struct supplier_delays *suppliers; /* ascending supplier_id, of the supply rows */
    size_t supplier_count;
    struct pk_delay_sums all;
};

static int compare_ids(const void *left, const void *right)
{
    return strcmp(((const struct supplier_delays *)left)->supplier_id,
                  ((const struct supplier_delays *)right)->supplier_id);
}

static bool is_delays_before(const void *row, const void *supplier_id)
{
    return strcmp(((const struct supplier_delays *)row)->supplier_id, supplier_id) < 0;
}

/* The delays of a supplier that a supply row names. */
static struct supplier_delays *delays_of(const struct pk_supply_network *network,
                                         const char *supplier_id)
{
    return &network->suppliers[pk_lower_bound(network->suppliers, network->supplier_count,
                                              sizeof *network->suppliers, is_delays_before,
                                              supplier_id)];
}

static void collect_suppliers(struct pk_supply_network *network)
{
    for (size_t i = 0; i < network->ledger->supply_count; i++)
        network->suppliers[i].supplier_id = network->ledger->supply[i].supplier_id;
    qsort(network->suppliers, network->ledger->supply_count, sizeof *network->suppliers,
          compare_ids);
    for (size_t i = 0; i < network->ledger->supply_count; i++)
        if (network->supplier_count == 0 ||
            compare_ids(&network->suppliers[network->supplier_count - 1], &network->suppliers[i]) !=
                0)
            network->suppliers[network->supplier_count++] = network->suppliers[i];
}

/* Receipts of a supplier that no supply row promises anything for teach nothing. */
static void collect_delays(struct pk_supply_network *network)
{
    const struct pk_ledger *ledger = network->ledger;
    for (size_t i = 0; i < ledger->delivery_count; i++) {
        const struct pk_delivery_row *delivery = &ledger->deliveries[i];
        const char *supplier_id = delivery->supplier_id[0] == '\0' ? NULL : delivery->supplier_id;
        const struct pk_supply_row *row =
            pk_ledger_supply_of(ledger, delivery->item, delivery->warehouse, supplier_id);
        if (row == NULL)
            continue;
        const int32_t delay = delivery->received_date - delivery->order_date - row->lead_time_days;
        pk_delay_add(&delays_of(network, row->supplier_id)->sums, delay);
        pk_delay_add(&network->all, delay);
    }
}

struct pk_supply_network *pk_supply_network_new(const struct pk_ledger *ledger,
                                                const struct pk_shop *shop)
{
    struct pk_supply_network *network = calloc(1, sizeof *network);
    if (network == NULL)
        return NULL;
    network->ledger = ledger;
    network->shop = shop;
    network->suppliers = calloc(ledger->supply_count + 1, sizeof *network->suppliers);
    if (network->suppliers == NULL) {
        free(network);
        return NULL;
    }
    collect_suppliers(network);
    collect_delays(network);
    return network;
}

void pk_supply_network_free(struct pk_supply_network *network)
{
    if (network == NULL)
        return;
    free(network->suppliers);
    free(network);
}

/* Closures of one party: they lie together. */
static const struct pk_party_closure_row *closures_of(const struct pk_ledger *ledger,
                                                      bool is_supplier, const char *party_id,
                                                      size_t *out_count)
{
    size_t first = 0, count = 0;
    for (size_t i = 0; i < ledger->closure_count; i++) {
        const struct pk_party_closure_row *row = &ledger->closures[i];
        if (row->is_supplier != is_supplier || strcmp(row->party_id, party_id) != 0)
            continue;
        first = count == 0 ? i : first;
        count++;
    }
    *out_count = count;
    return count == 0 ? NULL : &ledger->closures[first];
}

static bool is_supplier_before(const void *row, const void *supplier_id)
{
    return strcmp(((const struct pk_supplier_row *)row)->supplier_id, supplier_id) < 0;
}

const struct pk_supplier_row *pk_supply_network_supplier(const struct pk_supply_network *network,
                                                         const char *supplier_id)
{
    const struct pk_ledger *ledger = network->ledger;
    const size_t at = pk_lower_bound(ledger->suppliers, ledger->supplier_count,
                                     sizeof *ledger->suppliers, is_supplier_before, supplier_id);
    return at < ledger->supplier_count &&
                   strcmp(ledger->suppliers[at].supplier_id, supplier_id) == 0
               ? &ledger->suppliers[at]
               : NULL;
}

static int32_t shelving_days_of(const struct pk_ledger *ledger, uint32_t warehouse)
{
    for (size_t i = 0; i < ledger->warehouse_count; i++)
        if (ledger->warehouses[i].warehouse == warehouse)
            return ledger->warehouses[i].shelving_days;
    return 0;
}

void pk_supply_network_complete(const struct pk_supply_network *network,
                                const struct pk_supply_row *row, uint32_t warehouse,
                                struct pk_supply_terms *terms)
{
    const struct pk_ledger *ledger = network->ledger;
    struct pk_supply_calendar *calendar = &terms->calendar;
    terms->shelving_days = shelving_days_of(ledger, warehouse);
    calendar->warehouse_closures = closures_of(ledger, false, network->shop->warehouses[warehouse],
                                               &calendar->warehouse_closure_count);
    if (row == NULL)
        return;
    const struct pk_supplier_row *supplier = pk_supply_network_supplier(network, row->supplier_id);
    calendar->order_weekdays = supplier == NULL ? 0 : supplier->order_weekdays;
    calendar->supplier_closures =
        closures_of(ledger, true, row->supplier_id, &calendar->supplier_closure_count);
    const struct pk_learnt_lead_time learnt =
        pk_lead_time_learn(&delays_of(network, row->supplier_id)->sums, &network->all,
                           row->lead_time_days, row->lead_time_sd_days);
    terms->lead_time_days = row->lead_time_days + learnt.delay_days;
    terms->lead_time_delay_days = learnt.delay_days;
    terms->lead_time_sd_days = learnt.sd_days;
    terms->lead_time_delivery_count = learnt.delivery_count;
}

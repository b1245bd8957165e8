#include "models/evidence/bundle_partners.h"

#include <stdlib.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/evidence/item_roles.h"

void pk_bundle_partners_done(struct pk_bundle_partners *partners)
{
    free(partners->list);
    *partners = (struct pk_bundle_partners){0};
}

bool pk_bundle_part_of(const struct pk_series_facts *facts, struct pk_bundle_part *out_part)
{
    const int64_t cost = pk_unit_cost_micros(&facts->terms, &facts->economics);
    if (facts->economics.price_micros <= 0 || cost < 0)
        return false;
    *out_part = (struct pk_bundle_part){
        (double)facts->economics.price_micros / (double)PK_MICROS_PER_UNIT,
        (double)cost / (double)PK_MICROS_PER_UNIT, facts->economics.selling_cost_ratio};
    return true;
}

static void consider(const struct pk_series_facts *facts, size_t series, int32_t to_date,
                     struct pk_bundle_partners *partners)
{
    const int32_t next = facts->demand.first_date;
    const struct pk_window month =
        pk_demand_window(&facts->demand, next, next + PK_BUNDLE_PARTNER_DAYS_MIN - 1);
    const struct pk_window window = pk_demand_window(&facts->demand, next, to_date);
    struct pk_bundle_partner partner = {.series = series, .month_units = month.mean_units};
    const int64_t stock = facts->stock.is_known ? pk_stock_sellable_units(&facts->stock) : 0;
    if (!pk_bundle_part_of(facts, &partner.part) || (double)stock < month.mean_units ||
        (facts->item->end_date != PK_DATE_NONE && facts->item->end_date < to_date))
        return;
    partner.window_units = pk_window_expected_served_units(&window, stock);
    partners->list[partners->count++] = partner;
}

static int compare_partners(const void *left, const void *right)
{
    const struct pk_bundle_partner *a = left;
    const struct pk_bundle_partner *b = right;
    if (a->month_units != b->month_units)
        return a->month_units > b->month_units ? -1 : 1;
    return (a->series > b->series) - (a->series < b->series);
}

enum pk_status pk_bundle_partners_find(const struct pk_view *view, int32_t to_date,
                                       const enum pk_role *proposed_roles,
                                       struct pk_decision_memory *memory,
                                       struct pk_bundle_partners *out_partners,
                                       struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    const struct pk_shop *shop = &view->data->shop;
    struct pk_bundle_partners partners = {0};
    enum pk_status status = PK_OK;
    partners.list = calloc(shop->series_count + 1, sizeof *partners.list);
    if (partners.list == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for bundle partners");
    for (size_t s = 0; status == PK_OK && s < shop->series_count; s++) {
        const uint32_t item = shop->series[s].item;
        struct pk_series_facts facts;
        if (pk_item_role_of(&shop->items[item], proposed_roles[item]) != PK_ROLE_TRAFFIC)
            continue;
        status =
            pk_series_facts_load(view, s, PK_HORIZON_DAYS_MAX, &none, NULL, memory, &facts, error);
        if (status == PK_OK)
            consider(&facts, s, to_date, &partners);
    }
    if (status == PK_OK) {
        qsort(partners.list, partners.count, sizeof *partners.list, compare_partners);
        *out_partners = partners;
    } else {
        pk_bundle_partners_done(&partners);
    }
    return status;
}

struct pk_bundle_partner *pk_bundle_partner_of(const struct pk_bundle_partners *partners,
                                               const struct pk_shop *shop,
                                               const struct pk_series *series)
{
    struct pk_bundle_partner *any = NULL;
    for (size_t i = 0; i < partners->count; i++) {
        struct pk_bundle_partner *partner = &partners->list[i];
        const struct pk_series *other = &shop->series[partner->series];
        if (other->warehouse != series->warehouse || other->item == series->item ||
            partner->bundle_count >= PK_BUNDLE_COUNT_MAX)
            continue;
        if (shop->items[other->item].category == shop->items[series->item].category)
            return partner;
        if (any == NULL)
            any = partner;
    }
    return any;
}

#include "models/evidence/demand_ahead.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/decision/campaign/campaign_money.h"
#include "models/decision/stock/demand_mix.h"
#include "models/evidence/view.h"
#include "models/history/campaign.h"
#include "models/history/shop_index.h"

static bool is_in_scope(const struct pk_shop *shop, const struct pk_adjustment_row *row,
                        const struct pk_series *series)
{
    return (row->item == PK_INDEX_NONE || row->item == series->item) &&
           (row->category == PK_INDEX_NONE ||
            row->category == shop->items[series->item].category) &&
           (row->warehouse == PK_INDEX_NONE || row->warehouse == series->warehouse);
}

/* Days of bucket `bucket` that lie in from_date..to_date. */
static int32_t days_inside(const struct pk_demand *demand, size_t bucket, int32_t from_date,
                           int32_t to_date)
{
    const int32_t first = demand->first_date + (int32_t)bucket * demand->bucket_days;
    const int32_t last = first + demand->bucket_days - 1;
    const int32_t from = from_date > first ? from_date : first;
    const int32_t to = to_date < last ? to_date : last;
    return to >= from ? to - from + 1 : 0;
}

/* Forecast and days of one series inside every adjustment in units that covers it. */
static enum pk_status add_scopes(const struct pk_shop_data *data, const struct pk_model *model,
                                 size_t series, struct pk_demand_memory *memory,
                                 struct pk_demand_changes *changes, struct pk_error *error)
{
    const struct pk_series *one = &data->shop.series[series];
    const struct pk_ledger *ledger = &data->ledger;
    int32_t end_date = data->shop.as_of_date;
    for (size_t i = 0; i < ledger->adjustment_count; i++)
        if (!isnan(ledger->adjustments[i].units) &&
            is_in_scope(&data->shop, &ledger->adjustments[i], one) &&
            ledger->adjustments[i].end_date > end_date)
            end_date = ledger->adjustments[i].end_date;
    const int32_t horizon_days = end_date - data->shop.as_of_date;
    if (horizon_days <= 0)
        return PK_OK;
    struct pk_demand demand;
    enum pk_status status =
        pk_model_forecast(model, &data->shop, series,
                          horizon_days > PK_HORIZON_DAYS_MAX ? PK_HORIZON_DAYS_MAX : horizon_days,
                          memory->scratch, memory->part_units, &demand, NULL, error);
    for (size_t i = 0; status == PK_OK && i < ledger->adjustment_count; i++) {
        const struct pk_adjustment_row *row = &ledger->adjustments[i];
        if (isnan(row->units) || !is_in_scope(&data->shop, row, one))
            continue;
        changes->scope_units[i] +=
            pk_demand_window(&demand, row->start_date, row->end_date).mean_units;
        for (size_t b = 0; b < demand.bucket_count; b++)
            changes->scope_days[i] += days_inside(&demand, b, row->start_date, row->end_date);
    }
    return status;
}

static enum pk_status measure_scopes(const struct pk_shop_data *data, const struct pk_model *model,
                                     struct pk_demand_changes *changes, struct pk_error *error)
{
    const struct pk_ledger *ledger = &data->ledger;
    bool has_units = false;
    for (size_t i = 0; i < ledger->adjustment_count; i++)
        has_units |= !isnan(ledger->adjustments[i].units);
    if (!has_units)
        return PK_OK;
    struct pk_demand_memory *memory = malloc(sizeof *memory);
    enum pk_status status = PK_OK;
    if (memory != NULL)
        memory->scratch = pk_forecast_scratch_new();
    if (memory == NULL || memory->scratch == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for adjustments");
    for (size_t i = 0; status == PK_OK && i < data->shop.series_count; i++)
        status = add_scopes(data, model, i, memory, changes, error);
    if (memory != NULL)
        pk_forecast_scratch_free(memory->scratch);
    free(memory);
    return status;
}

enum pk_status pk_demand_changes_build(const struct pk_shop_data *data,
                                       const struct pk_model *model,
                                       const struct pk_executor *executor,
                                       struct pk_demand_changes *out_changes,
                                       struct pk_error *error)
{
    const struct pk_ledger *ledger = &data->ledger;
    struct pk_demand_changes changes = {0};
    enum pk_status status = PK_OK;
    bool *keeps_stock = calloc(data->shop.item_count + 1, sizeof *keeps_stock);
    changes.scope_units = calloc(ledger->adjustment_count + 1, sizeof *changes.scope_units);
    changes.scope_days = calloc(ledger->adjustment_count + 1, sizeof *changes.scope_days);
    if (keeps_stock == NULL || changes.scope_units == NULL || changes.scope_days == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the demand ahead");
    for (size_t i = 0; status == PK_OK && i < ledger->stock_count; i++)
        keeps_stock[ledger->stock[i].item] = true;
    if (status == PK_OK)
        status = pk_explosion_build(ledger->components, ledger->component_count, keeps_stock,
                                    data->shop.item_count, &changes.explosion, error);
    if (status == PK_OK)
        status = measure_scopes(data, model, &changes, error);
    if (status == PK_OK)
        status = pk_campaign_updates_build(data, model, executor, &changes.campaigns, error);
    free(keeps_stock);
    if (status == PK_OK)
        *out_changes = changes;
    else
        pk_demand_changes_done(&changes);
    return status;
}

void pk_demand_changes_done(struct pk_demand_changes *changes)
{
    pk_explosion_done(&changes->explosion);
    pk_campaign_updates_done(&changes->campaigns);
    free(changes->scope_units);
    free(changes->scope_days);
    changes->scope_units = changes->scope_days = NULL;
}

/* Parts of the buckets on which a way down the bill of materials holds, into memory->pieces. */
static void fill_valid_parts(const struct pk_shop *shop, const struct pk_explosion_row *row,
                             uint32_t warehouse, const struct pk_demand *demand, double units,
                             double *out_parts)
{
    const int32_t from = row->valid_from == PK_DATE_NONE ? INT32_MIN : row->valid_from;
    const int32_t to = row->valid_to == PK_DATE_NONE ? INT32_MAX : row->valid_to;
    const bool is_always = row->promotion_id[0] == '\0';
    for (size_t b = 0; b < demand->bucket_count; b++)
        out_parts[b] = is_always ? days_inside(demand, b, from, to) : 0;
    struct pk_campaign_walk walk =
        pk_campaign_walk_begin(shop, row->promotion_id, row->parent_item);
    const struct pk_promotion *promotion;
    while (!is_always && (promotion = pk_campaign_walk_next(&walk)) != NULL) {
        const int32_t first = promotion->start_date > from ? promotion->start_date : from;
        const int32_t last = promotion->end_date < to ? promotion->end_date : to;
        if (last < demand->first_date ||
            !pk_promotion_covers(promotion, row->parent_item,
                                 shop->items[row->parent_item].category, warehouse))
            continue;
        const int32_t begin = first > demand->first_date ? first - demand->first_date : 0;
        for (size_t b = (size_t)(begin / demand->bucket_days); b < demand->bucket_count; b++) {
            const int32_t days = days_inside(demand, b, first, last);
            if (days == 0)
                break;
            out_parts[b] = fmax(out_parts[b], days);
        }
    }
    for (size_t b = 0; b < demand->bucket_count; b++)
        out_parts[b] = units * out_parts[b] / demand->bucket_days;
}

static enum pk_status add_parents(const struct pk_view *view, size_t series, int32_t horizon_days,
                                  struct pk_demand_memory *memory, double *mean_units,
                                  struct pk_demand_ahead *ahead, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const struct pk_series *one = &shop->series[series];
    const struct pk_explosion *explosion = &view->changes->explosion;
    struct pk_demand_mix mix;
    size_t first, last;
    enum pk_status status = PK_OK;
    pk_explosion_of(explosion, one->item, &first, &last);
    if (first == last)
        return PK_OK;
    pk_demand_mix_begin(&mix, &ahead->demand, mean_units);
    for (size_t i = first; i < last && status == PK_OK; i++) {
        const struct pk_explosion_row *row = &explosion->rows[i];
        const size_t parent = pk_shop_find_series(shop, row->parent_item, one->warehouse);
        struct pk_demand part;
        if (parent == SIZE_MAX)
            continue;
        status = pk_model_forecast(view->model, shop, parent, horizon_days, memory->scratch,
                                   memory->part_units, &part, NULL, error);
        if (status != PK_OK)
            break;
        pk_campaign_updates_apply(&view->changes->campaigns, shop, parent, &part,
                                  memory->part_units);
        const double units =
            row->units * pk_gift_order_share(pk_shop_price_micros(shop, row->parent_item,
                                                                  one->warehouse, shop->as_of_date),
                                             row->min_order_amount_micros);
        fill_valid_parts(shop, row, one->warehouse, &ahead->demand, units, memory->pieces);
        pk_demand_mix_add(&mix, &part, memory->pieces);
        ahead->has_parents = true;
    }
    if (status == PK_OK && ahead->has_parents)
        ahead->demand = pk_demand_mix_end(&mix);
    return status;
}

static void adjust(const struct pk_view *view, const struct pk_adjustment_row *row, size_t index,
                   const double *statistical_units, double *mean_units,
                   struct pk_demand_ahead *ahead)
{
    const struct pk_demand *demand = &ahead->demand;
    const double scope_units = view->changes->scope_units[index];
    const double scope_days = view->changes->scope_days[index];
    for (size_t b = 0; b < demand->bucket_count; b++) {
        const int32_t days = days_inside(demand, b, row->start_date, row->end_date);
        if (days == 0)
            continue;
        const double part = (double)days / demand->bucket_days;
        if (!isnan(row->ratio))
            mean_units[b] *= 1 + part * (row->ratio - 1);
        else if (scope_units > 0)
            mean_units[b] += row->units * part * statistical_units[b] / scope_units;
        else if (scope_days > 0)
            mean_units[b] += row->units * days / scope_days;
        mean_units[b] = fmax(0, mean_units[b]);
        ahead->is_adjusted = true;
    }
}

enum pk_status pk_demand_ahead_load(const struct pk_view *view, size_t series, int32_t horizon_days,
                                    struct pk_demand_memory *memory, double *mean_units,
                                    struct pk_demand_ahead *out_ahead, struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    const struct pk_ledger *ledger = &data->ledger;
    struct pk_demand_ahead ahead = {.statistical_mean_units = mean_units};
    enum pk_status status =
        pk_model_forecast(view->model, &data->shop, series, horizon_days, memory->scratch,
                          mean_units, &ahead.demand, &ahead.flags, error);
    if (status != PK_OK)
        return status;
    const bool has_campaigns = view->changes->campaigns.count > 0;
    if (has_campaigns || ledger->component_count + ledger->adjustment_count > 0) {
        memcpy(memory->statistical_units, mean_units,
               ahead.demand.bucket_count * sizeof *mean_units);
        ahead.statistical_mean_units = memory->statistical_units;
    }
    if (has_campaigns) {
        const uint32_t changed = pk_campaign_updates_apply(&view->changes->campaigns, &data->shop,
                                                           series, &ahead.demand, mean_units);
        ahead.is_campaign_updated = changed != 0;
        ahead.flags |= changed;
    }
    ahead.own_mean_units = ahead.statistical_mean_units;
    if (ahead.is_campaign_updated) {
        memcpy(memory->own_units, mean_units, ahead.demand.bucket_count * sizeof *mean_units);
        ahead.own_mean_units = memory->own_units;
    }
    if (ledger->component_count > 0)
        status = add_parents(view, series, horizon_days, memory, mean_units, &ahead, error);
    for (size_t i = 0; status == PK_OK && i < ledger->adjustment_count; i++)
        if (is_in_scope(&data->shop, &ledger->adjustments[i], &data->shop.series[series]))
            adjust(view, &ledger->adjustments[i], i, memory->statistical_units, mean_units, &ahead);
    if (status == PK_OK)
        *out_ahead = ahead;
    return status;
}

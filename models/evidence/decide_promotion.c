#include "models/evidence/decide_promotion.h"

#include <string.h>

#include "models/base/limits.h"

/* Own past promotions from which the lift is the item's own. */
#define OWN_PROMOTIONS_ENOUGH 2

enum pk_status pk_find_campaign_ahead(const struct pk_view *view, const char *promotion_id,
                                      struct pk_campaign *out_campaign, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    struct pk_campaign campaign;
    if (!pk_campaign_find(shop, promotion_id, NULL, &campaign))
        return pk_error_set(error, PK_NOT_FOUND, "promotion_id",
                            "no approved promotion '%.64s' that covers a known item, category or "
                            "warehouse; see: peakstock promo list",
                            promotion_id);
    char date[PK_DATE_TEXT_SIZE];
    pk_date_format(campaign.end_date, date);
    if (campaign.end_date <= shop->as_of_date)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' ended on %s; see: peakstock promo compare %.64s, or give an "
                            "earlier --as-of",
                            promotion_id, date, promotion_id);
    if (campaign.end_date - shop->as_of_date > PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' ends on %s, more than %d days ahead", promotion_id, date,
                            PK_HORIZON_DAYS_MAX);
    *out_campaign = campaign;
    return PK_OK;
}

static bool is_comparable(const char *kind, const char *other)
{
    return strcmp(kind, other) == 0 ||
           (pk_campaign_kind_is_mega(kind) && pk_campaign_kind_is_mega(other));
}

/* True if the series has lived through fewer than two promotions of this kind, or of the large ones
 * if it is one of them. */
static bool is_low_evidence(const struct pk_series_facts *facts, const struct pk_campaign *campaign)
{
    const struct pk_shop *shop = facts->shop;
    const char *seen = NULL;
    int count = 0;
    if (facts->model->first_sale_date == PK_DATE_NONE)
        return true;
    for (size_t i = 0; i < shop->promotion_count && count < OWN_PROMOTIONS_ENOUGH; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date > shop->as_of_date)
            break;
        if (row->end_date > shop->as_of_date || row->start_date < facts->model->first_sale_date ||
            (seen != NULL && strcmp(seen, row->promotion_id) == 0) ||
            !is_comparable(campaign->kind, row->kind) ||
            !pk_promotion_covers(row, facts->series->item, facts->item->category,
                                 facts->series->warehouse))
            continue;
        seen = row->promotion_id;
        count++;
    }
    return count < OWN_PROMOTIONS_ENOUGH;
}

/* Part of the item's demand that this warehouse serves. */
static double warehouse_share(const struct pk_view *view, size_t series)
{
    const struct pk_shop *shop = &view->data->shop;
    double sum = 0;
    for (uint32_t warehouse = 0; warehouse < shop->warehouse_count; warehouse++) {
        const size_t one = pk_shop_find_series(shop, shop->series[series].item, warehouse);
        if (one != SIZE_MAX)
            sum += pk_model_series(view->model, one)->level_units / shop->series[one].bucket_days;
    }
    return sum > 0 ? pk_model_series(view->model, series)->level_units /
                         shop->series[series].bucket_days / sum
                   : 0;
}

/* Sold in presale and still to be paid; once the balance is due it is sold like everything else. */
static double presale_units(const struct pk_view *view, size_t series,
                            const struct pk_campaign *campaign)
{
    const struct pk_shop_data *data = view->data;
    const int32_t due_date =
        campaign->balance_date != PK_DATE_NONE ? campaign->balance_date : campaign->start_date;
    if (campaign->ship_by_date == PK_DATE_NONE || due_date <= data->shop.as_of_date)
        return 0;
    const struct pk_campaign_item_update *line = pk_campaign_updates_line(
        &view->changes->campaigns, &data->shop, series, campaign->promotion_id);
    return line != NULL && line->least_units > 0 ? line->least_units * warehouse_share(view, series)
                                                 : 0;
}

/* What a unit costs the buyer in the campaign; -1 = not known. */
static int64_t campaign_price_micros(const struct pk_series_facts *facts,
                                     const struct pk_campaign *campaign)
{
    const int32_t date = campaign->peak_start_date != PK_DATE_NONE ? campaign->peak_start_date
                                                                   : campaign->start_date;
    const struct pk_promotion *row =
        pk_campaign_row_on(facts->shop, campaign->promotion_id, facts->series, date);
    return pk_promotion_price_micros(row, facts->economics.price_micros);
}

/* What a running campaign has sold, and what the fit makes of these days. */
static enum pk_status load_progress(const struct pk_view *view, size_t series,
                                    const struct pk_series_facts *facts,
                                    struct pk_decision_memory *memory,
                                    struct pk_promotion_input *input, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const int32_t bucket_days = facts->series->bucket_days;
    const int32_t first = pk_date_bucket_start(input->start_date, bucket_days, shop->week_start);
    const int32_t next = facts->demand.first_date;
    double *fitted = memory->demand.part_units;
    const size_t count = first < next ? (size_t)((next - first) / bucket_days) : 0;
    if (count == 0 || count > PK_PROJECTION_BUCKET_COUNT_MAX)
        return PK_OK;
    enum pk_status status = pk_model_fitted(view->model, shop, series, first, count,
                                            memory->near_scratch, fitted, error);
    if (status != PK_OK)
        return status;
    for (size_t b = 0; b < count; b++)
        input->expected_so_far_units += fitted[b];
    input->sold_so_far_units += pk_series_sold_units(view->data, series, first, next - 1);
    return PK_OK;
}

enum pk_status pk_decide_promotion(const struct pk_view *view, size_t series,
                                   const char *promotion_id, struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts,
                                   struct pk_promotion_input *out_input,
                                   struct pk_promotion_check *out_check, bool *out_is_covered,
                                   struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_campaign campaign;
    *out_is_covered = pk_campaign_find(shop, promotion_id, &shop->series[series], &campaign) &&
                      campaign.end_date > shop->as_of_date;
    if (!*out_is_covered)
        return PK_OK;
    int32_t horizon_days = campaign.end_date - shop->as_of_date + PK_OVERSTOCK_AFTER_DAYS +
                           PK_OVERSTOCK_SUPPLY_DAYS + 7;
    enum pk_status status =
        pk_series_facts_load(view, series, horizon_days, &none, NULL, memory, out_facts, error);
    if (status != PK_OK)
        return status;
    *out_input = (struct pk_promotion_input){
        .demand = &out_facts->demand,
        .stock = out_facts->stock,
        .inbound = out_facts->inbound,
        .inbound_count = out_facts->inbound_count,
        .terms = out_facts->terms,
        .economics = out_facts->economics,
        .returns = out_facts->returns,
        .start_date = campaign.start_date,
        .end_date = campaign.end_date,
        .presale_units = presale_units(view, series, &campaign),
        .ship_by_date = campaign.ship_by_date,
        .price_micros = campaign_price_micros(out_facts, &campaign),
        .is_low_evidence = is_low_evidence(out_facts, &campaign),
        .is_traffic_confirmed = campaign.traffic_ratio > 1,
    };
    status = load_progress(view, series, out_facts, memory, out_input, error);
    if (status != PK_OK)
        return status;
    pk_promotion_check(out_input, &memory->projection, out_check);
    if (out_facts->flags & PK_SERIES_DEPOSITS_COUNTED)
        pk_reasons_add(&out_check->reasons, PK_REASON_DEPOSITS_COUNTED);
    if (out_facts->flags & PK_SERIES_PAUSED)
        pk_reasons_add(&out_check->reasons, PK_REASON_SELLING_PAUSED);
    if (out_facts->flags & PK_SERIES_COVARIATE_HELD)
        pk_reasons_add(&out_check->reasons, PK_REASON_COVARIATE_HELD);
    if (out_facts->flags & PK_SERIES_CAMPAIGN_LEVEL_UPDATED)
        pk_reasons_add(&out_check->reasons, PK_REASON_CAMPAIGN_LEVEL_UPDATED);
    return PK_OK;
}

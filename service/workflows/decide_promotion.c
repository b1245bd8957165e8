#include "service/workflows/decide_promotion.h"

#include "models/base/limits.h"

enum pk_status pk_find_campaign_ahead(const struct pk_snapshot *snapshot, const char *promotion_id,
                                      struct pk_campaign *out_campaign, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    struct pk_campaign campaign;
    if (!pk_campaign_find(shop, promotion_id, NULL, &campaign))
        return pk_error_set(error, PK_NOT_FOUND, "promotion_id",
                            "no approved promotion '%.64s'; see: peakstock promo list",
                            promotion_id);
    char date[PK_DATE_TEXT_SIZE];
    pk_date_format(campaign.end_date, date);
    if (campaign.end_date <= shop->as_of_date)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' ended on %s; choose one that is ahead, or an earlier --as-of",
                            promotion_id, date);
    if (campaign.end_date - shop->as_of_date > PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' ends on %s, more than %d days ahead", promotion_id, date,
                            PK_HORIZON_DAYS_MAX);
    *out_campaign = campaign;
    return PK_OK;
}

enum pk_status pk_decide_promotion(const struct pk_snapshot *snapshot, size_t series,
                                   const char *promotion_id, struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts,
                                   struct pk_promotion_input *out_input,
                                   struct pk_promotion_check *out_check, bool *out_is_covered,
                                   struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_campaign campaign;
    *out_is_covered = pk_campaign_find(shop, promotion_id, &shop->series[series], &campaign) &&
                      campaign.end_date > shop->as_of_date;
    if (!*out_is_covered)
        return PK_OK;
    int32_t horizon_days = campaign.end_date - shop->as_of_date + PK_OVERSTOCK_AFTER_DAYS +
                           PK_OVERSTOCK_SUPPLY_DAYS + 7;
    enum pk_status status =
        pk_series_facts_load(snapshot, series, horizon_days, &none, NULL, memory, out_facts, error);
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
        .is_low_evidence = (out_facts->flags & PK_SERIES_LOW_EVIDENCE) != 0,
        .is_traffic_confirmed = campaign.traffic_ratio > 1,
    };
    pk_promotion_check(out_input, &memory->projection, out_check);
    if (out_facts->flags & PK_SERIES_DEPOSITS_COUNTED)
        pk_reasons_add(&out_check->reasons, PK_REASON_DEPOSITS_COUNTED);
    if (out_facts->flags & PK_SERIES_CAMPAIGN_LEVEL_UPDATED)
        pk_reasons_add(&out_check->reasons, PK_REASON_CAMPAIGN_LEVEL_UPDATED);
    return PK_OK;
}

/* ExplainForecast: sends the level, the factors and the past campaigns behind the forecast of one
 * day. */
#include <math.h>

#include "models/base/text.h"
#include "models/evidence/campaign_evidence.h"
#include "peakstock/v1/forecast.pb-c.h"
#include "service/handlers/reply.h"
#include "service/workflows/forecast/explain_forecast.h"

/* The reply under way. */
struct explain_reply {
    struct pk_rpc_call *call;
    const struct pk_snapshot *snapshot;
    Peakstock__V1__ExplainForecastResponse *response;
};

/* "lead+peak" of a promotion; the value of a discount, traffic or covariate column; the price over
 * the usual one. */
static char *detail_of(struct pk_rpc_call *call, const struct pk_factor *factor)
{
    char text[96];
    size_t size = 0;
    text[0] = '\0';
    for (size_t part = 0; part < PK_FACTOR_PART_COUNT; part++)
        if (factor->parts & (UINT32_C(1) << part))
            size += pk_text_format(text + size, sizeof text - size, "%s%s", size > 0 ? "+" : "",
                                   pk_factor_part_name(part));
    if (factor->kind == PK_FACTOR_DISCOUNT || factor->kind == PK_FACTOR_TRAFFIC ||
        factor->kind == PK_FACTOR_PRICE || factor->kind == PK_FACTOR_COVARIATE)
        pk_text_format(text, sizeof text, "%.4g", factor->value);
    return pk_reply_text(call, text);
}

static bool fill_factors(struct pk_rpc_call *call, const struct pk_explanation *explanation,
                         Peakstock__V1__ForecastExplanation *out)
{
    const size_t count = explanation->factor_count;
    Peakstock__V1__ForecastFactor *entries = pk_rpc_call_allocate(call, count * sizeof *entries);
    out->factors = pk_rpc_call_allocate(call, count * sizeof(Peakstock__V1__ForecastFactor *));
    if (entries == NULL || out->factors == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct pk_factor *factor = &explanation->factors[i];
        Peakstock__V1__ForecastFactor *entry = &entries[i];
        peakstock__v1__forecast_factor__init(entry);
        entry->factor = pk_reply_borrow(pk_factor_name(factor->kind));
        entry->name = pk_reply_borrow(factor->name);
        entry->detail = detail_of(call, factor);
        entry->multiplier = factor->multiplier;
        entry->units = factor->units;
        if (factor->evidence_count >= 0) {
            entry->own_evidence_case = PEAKSTOCK__V1__FORECAST_FACTOR__OWN_EVIDENCE_EVIDENCE_COUNT;
            entry->evidence_count = factor->evidence_count;
        }
        if (factor->shop_evidence_count >= 0) {
            entry->shop_evidence_case =
                PEAKSTOCK__V1__FORECAST_FACTOR__SHOP_EVIDENCE_SHOP_EVIDENCE_COUNT;
            entry->shop_evidence_count = factor->shop_evidence_count;
        }
        if (entry->detail == NULL)
            return false;
        out->factors[i] = entry;
    }
    out->n_factors = count;
    return true;
}

static bool fill_quantiles(struct pk_rpc_call *call, const struct pk_explained_series *series,
                           Peakstock__V1__ForecastExplanation *out)
{
    const size_t count = sizeof series->quantile_units / sizeof series->quantile_units[0];
    Peakstock__V1__Quantile *entries = pk_rpc_call_allocate(call, count * sizeof *entries);
    out->quantiles = pk_rpc_call_allocate(call, count * sizeof(Peakstock__V1__Quantile *));
    if (entries == NULL || out->quantiles == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        peakstock__v1__quantile__init(&entries[i]);
        entries[i].probability = pk_explained_probabilities[i];
        entries[i].units = series->quantile_units[i];
        out->quantiles[i] = &entries[i];
    }
    out->n_quantiles = count;
    return true;
}

/* False when out of memory; nothing to fill without a campaign. */
static bool fill_campaign(struct pk_rpc_call *call, const struct pk_campaign_change *change,
                          Peakstock__V1__ForecastExplanation *out)
{
    if (change->update == NULL)
        return true;
    const struct pk_campaign_item_update *line = change->line;
    Peakstock__V1__CampaignUpdate *update = pk_rpc_call_allocate(call, sizeof *update);
    Peakstock__V1__DepositEvidence *deposits = pk_rpc_call_allocate(call, sizeof *deposits);
    if (update == NULL || deposits == NULL)
        return false;
    peakstock__v1__campaign_update__init(update);
    update->promotion_id = pk_reply_borrow(change->update->campaign.promotion_id);
    update->ratio = line->ratio;
    update->relative_error = sqrt(line->relative_variance);
    update->others_ratio = line->shop_ratio;
    update->sold_units = line->sold_units;
    update->expected_sold_units = line->expected_sold_units;
    update->added_units = line->added_units;
    if (line->has_deposits) {
        peakstock__v1__deposit_evidence__init(deposits);
        deposits->deposit_units = line->deposit_units;
        deposits->expected_deposit_units = line->expected_deposit_units;
        deposits->least_units = line->least_units;
        deposits->conversion_ratio = change->update->conversion_ratio;
        deposits->past_presale_count = (int64_t)change->update->past_presale_count;
        update->deposits = deposits;
    }
    out->campaign_update = update;
    return true;
}

static bool wire_past(struct pk_rpc_call *call, const struct pk_promotion_evidence *evidence,
                      const struct pk_campaign_evidence *past, Peakstock__V1__CampaignEvidence *out)
{
    peakstock__v1__campaign_evidence__init(out);
    out->promotion_id = pk_reply_borrow(past->campaign.promotion_id);
    out->name = pk_reply_borrow(past->campaign.name);
    out->kind = pk_reply_borrow(past->campaign.kind);
    out->start_date = pk_reply_date(call, past->campaign.start_date);
    out->phase = pk_reply_borrow(evidence->phase);
    out->category_lift_ratio = past->category.ratio;
    out->category_standard_error = past->category.standard_error;
    out->category_line_count = (int64_t)past->line_count;
    if (past->own.is_defined) {
        out->own_case = PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__OWN_OWN_LIFT_RATIO;
        out->own_lift_ratio = past->own.ratio;
        out->own_standard_error = past->own.standard_error;
    }
    if (!isnan(past->dip_ratio)) {
        out->dip_case = PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__DIP_DIP_RATIO;
        out->dip_ratio = past->dip_ratio;
        out->dip_days = past->dip_days;
    }
    if (!isnan(past->stocking_accuracy)) {
        out->stocking_case = PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__STOCKING_STOCKING_ACCURACY;
        out->stocking_accuracy = past->stocking_accuracy;
    }
    if (!isnan(past->conversion_ratio)) {
        out->conversion_case =
            PEAKSTOCK__V1__CAMPAIGN_EVIDENCE__CONVERSION_DEPOSIT_CONVERSION_RATIO;
        out->deposit_conversion_ratio = past->conversion_ratio;
    }
    return out->start_date != NULL;
}

static Peakstock__V1__PromotionEvidence *wire_evidence(struct pk_rpc_call *call,
                                                       const struct pk_promotion_evidence *evidence)
{
    const size_t count = evidence->past_count;
    Peakstock__V1__PromotionEvidence *out = pk_rpc_call_allocate(call, sizeof *out);
    Peakstock__V1__CampaignEvidence *entries =
        pk_rpc_call_allocate(call, (count + 1) * sizeof *entries);
    if (out == NULL || entries == NULL)
        return NULL;
    peakstock__v1__promotion_evidence__init(out);
    out->promotion_id = pk_reply_borrow(evidence->campaign.promotion_id);
    out->kind = pk_reply_borrow(evidence->campaign.kind);
    out->used_lift_ratio = isnan(evidence->used_lift_ratio) ? 0 : evidence->used_lift_ratio;
    out->is_contradicted = evidence->is_contradicted;
    out->campaigns =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__CampaignEvidence *));
    if (out->campaigns == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!wire_past(call, evidence, &evidence->past[i], &entries[i]))
            return NULL;
        out->campaigns[i] = &entries[i];
    }
    out->n_campaigns = count;
    return out;
}

/* What past campaigns did, for the promotions that are on. */
static enum pk_status fill_evidence(const struct explain_reply *reply,
                                    const struct pk_explained_series *series,
                                    Peakstock__V1__ForecastExplanation *out, struct pk_error *error)
{
    struct pk_promotion_evidences evidences = {.count = 0};
    const enum pk_status status = pk_campaign_evidence_load(
        pk_snapshot_view(reply->snapshot), series->series, series->explanation, &evidences, error);
    if (status != PK_OK)
        return status;
    out->evidence = pk_rpc_call_allocate(
        reply->call, (evidences.count + 1) * sizeof(Peakstock__V1__PromotionEvidence *));
    if (out->evidence == NULL)
        return pk_reply_out_of_memory(error);
    for (size_t i = 0; i < evidences.count; i++) {
        out->evidence[i] = wire_evidence(reply->call, &evidences.list[i]);
        if (out->evidence[i] == NULL)
            return pk_reply_out_of_memory(error);
        out->n_evidence++;
    }
    return PK_OK;
}

static enum pk_status take_series(void *context, const struct pk_explained_series *series,
                                  struct pk_error *error)
{
    struct explain_reply *reply = context;
    const struct pk_explanation *explanation = series->explanation;
    const struct pk_series_model *own = &explanation->series;
    const struct pk_reasons reasons = pk_reply_flag_reasons(explanation->flags);
    Peakstock__V1__ForecastExplanation *out = pk_rpc_call_allocate(reply->call, sizeof *out);
    if (out == NULL)
        return pk_reply_out_of_memory(error);
    peakstock__v1__forecast_explanation__init(out);
    out->item_id = pk_reply_borrow(series->item_id);
    out->warehouse_id = pk_reply_borrow(series->warehouse_id);
    out->date = pk_reply_date(reply->call, explanation->date);
    out->bucket_days = explanation->bucket_days;
    out->level_units = own->level_units;
    out->level_relative_error =
        own->level_relative_variance > 0 ? sqrt(own->level_relative_variance) : 0;
    out->open_bucket_count = own->open_bucket_count;
    out->capped_bucket_count = own->capped_bucket_count;
    out->stocked_out_bucket_count = own->stocked_out_bucket_count;
    out->first_sale_date = pk_reply_date(reply->call, own->first_sale_date);
    out->last_sale_date = pk_reply_date(reply->call, own->last_sale_date);
    out->mean_units = explanation->mean_units;
    out->noise_variance = explanation->noise_variance;
    out->level_variance = explanation->level_variance;
    out->lift_variance = explanation->lift_variance;
    out->reasons = pk_reply_reasons(reply->call, &reasons, &out->n_reasons);
    const bool is_complete =
        out->date != NULL && out->first_sale_date != NULL && out->last_sale_date != NULL &&
        fill_factors(reply->call, explanation, out) && fill_quantiles(reply->call, series, out) &&
        fill_campaign(reply->call, &series->campaign, out);
    if (!is_complete)
        return pk_reply_out_of_memory(error);
    const enum pk_status status = fill_evidence(reply, series, out, error);
    if (status != PK_OK)
        return status;
    reply->response->explanations[reply->response->n_explanations++] = out;
    return PK_OK;
}

enum pk_status pk_handle_explain_forecast(void *context, struct pk_rpc_call *call,
                                          const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__ExplainForecastRequest *request =
        (const Peakstock__V1__ExplainForecastRequest *)message;
    Peakstock__V1__ExplainForecastResponse response =
        PEAKSTOCK__V1__EXPLAIN_FORECAST_RESPONSE__INIT;
    struct explain_reply reply = {call, NULL, &response};
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    const int32_t date = pk_request_date(call, "date", request->date);
    const struct pk_series_filter filter =
        pk_request_item_filter(call, &request->item_id, &request->warehouse_id);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK) {
        response.explanations = pk_rpc_call_allocate(
            call, (selection.count + 1) * sizeof(Peakstock__V1__ForecastExplanation *));
        if (response.explanations == NULL)
            status = pk_reply_out_of_memory(error);
    }
    reply.snapshot = snapshot;
    if (status == PK_OK)
        status = pk_explain_forecasts(pk_snapshot_view(snapshot), &selection, date, take_series,
                                      &reply, error);
    if (status == PK_OK)
        status = pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

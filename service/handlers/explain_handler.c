#include <math.h>
#include <string.h>

#include "models/base/text.h"
#include "peakstock/v1/forecast.pb-c.h"
#include "service/handlers/reply.h"
#include "service/workflows/explain_forecast.h"

/* The reply under way. */
struct explain_reply {
    struct pk_rpc_call *call;
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
    const struct pk_campaign_line *line = change->line;
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
    struct explain_reply reply = {call, &response};
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    const int32_t date = pk_request_date(call, "date", request->date);
    const struct pk_series_filter filter =
        pk_request_item_filter(call, &request->item_id, &request->warehouse_id);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, &snapshot, error);
    if (status == PK_OK)
        status = pk_series_select(&snapshot->data->shop, &filter, &selection, error);
    if (status == PK_OK) {
        response.explanations = pk_rpc_call_allocate(
            call, (selection.count + 1) * sizeof(Peakstock__V1__ForecastExplanation *));
        response.snapshot = pk_reply_snapshot(call, snapshot);
        if (response.explanations == NULL || response.snapshot == NULL)
            status = pk_reply_out_of_memory(error);
    }
    if (status == PK_OK)
        status = pk_explain_forecasts(snapshot, &selection, date, take_series, &reply, error);
    if (status == PK_OK)
        status = pk_rpc_call_send(call, &response.base, error);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

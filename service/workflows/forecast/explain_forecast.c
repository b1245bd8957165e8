#include "service/workflows/forecast/explain_forecast.h"

#include <math.h>
#include <stdlib.h>

#include "models/decision/campaign/campaign_demand.h"
#include "models/decision/stock/projection.h"
#include "models/evidence/demand_ahead.h"

const double pk_explained_probabilities[3] = {0.1, 0.5, 0.9};

/* Appends the factor of the campaign. */
static enum pk_status append_factor(struct pk_explanation *explanation,
                                    const struct pk_campaign_change *change, double mean_units,
                                    struct pk_error *error)
{
    struct pk_factor *factors =
        realloc(explanation->factors, (explanation->factor_count + 1) * sizeof *factors);
    if (factors == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an explanation");
    explanation->factors = factors;
    factors[explanation->factor_count++] = (struct pk_factor){
        .kind = PK_FACTOR_CAMPAIGN,
        .name = change->update->campaign.promotion_id,
        .multiplier = explanation->mean_units > 0 ? mean_units / explanation->mean_units : 1,
        .units = mean_units - explanation->mean_units,
        .evidence_count = -1,
        .shop_evidence_count = -1,
    };
    return PK_OK;
}

/* Brings an explanation of the model to what the campaign's update makes of it. */
static enum pk_status add_campaign(const struct pk_view *view, size_t series,
                                   const struct pk_campaign_change *change,
                                   struct pk_explanation *explanation, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const int32_t ahead = explanation->date + explanation->bucket_days - 1 - shop->as_of_date;
    struct pk_demand demand;
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double *mean_units = malloc(PK_PROJECTION_BUCKET_COUNT_MAX * sizeof *mean_units);
    enum pk_status status = PK_OK;
    if (scratch == NULL || mean_units == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an explanation");
    if (status == PK_OK)
        status =
            pk_model_forecast(view->model, shop, series,
                              ahead > PK_EXPLAINED_HORIZON_DAYS ? ahead : PK_EXPLAINED_HORIZON_DAYS,
                              scratch, mean_units, &demand, NULL, error);
    if (status != PK_OK)
        goto cleanup;
    explanation->flags |=
        pk_campaign_updates_apply(&view->changes->campaigns, shop, series, &demand, mean_units);
    const int32_t last_date = explanation->date + explanation->bucket_days - 1;
    const struct pk_window window = pk_demand_window(&demand, explanation->date, last_date);
    status = append_factor(explanation, change, window.mean_units, error);
    if (status != PK_OK)
        goto cleanup;
    explanation->window = window;
    explanation->mean_units = window.mean_units;
    explanation->noise_variance =
        window.mean_units + pk_demand_noise_variance(&demand, explanation->date, last_date);
    const double level = demand.level_relative_variance +
                         pk_demand_drift_variance(&demand, explanation->date - demand.first_date,
                                                  explanation->bucket_days);
    explanation->level_variance = window.mean_units * window.mean_units * level;
    explanation->lift_variance =
        fmax(0, window.variance - explanation->noise_variance - explanation->level_variance);
cleanup:
    pk_forecast_scratch_free(scratch);
    free(mean_units);
    return status;
}

enum pk_status pk_explain_forecasts(const struct pk_view *view,
                                    const struct pk_series_selection *selection, int32_t date,
                                    pk_explain_take *take, void *context, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < selection->count && status == PK_OK; i++) {
        const struct pk_series *series = &shop->series[selection->series[i]];
        struct pk_explanation explanation;
        status = pk_explain_forecast(view->model, shop, selection->series[i],
                                     date == PK_DATE_NONE ? shop->as_of_date + series->bucket_days
                                                          : date,
                                     &explanation, error);
        if (status != PK_OK)
            break;
        const struct pk_campaign_change change = pk_campaign_updates_on(
            &view->changes->campaigns, shop, selection->series[i], explanation.date);
        if (change.update != NULL)
            status = add_campaign(view, selection->series[i], &change, &explanation, error);
        if (status != PK_OK) {
            pk_explanation_done(&explanation);
            break;
        }
        struct pk_explained_series explained = {.campaign = change,
                                                .item_id = shop->items[series->item].item_id,
                                                .warehouse_id = shop->warehouses[series->warehouse],
                                                .explanation = &explanation,
                                                .series = selection->series[i]};
        for (size_t p = 0; p < 3; p++)
            explained.quantile_units[p] =
                pk_window_quantile_units(&explanation.window, pk_explained_probabilities[p]);
        status = take(context, &explained, error);
        pk_explanation_done(&explanation);
    }
    return status;
}

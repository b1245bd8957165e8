#include "service/workflows/forecast/generate_forecast.h"

#include <stdlib.h>

#include "models/decision/stock/projection.h"
#include "models/evidence/demand_ahead.h"
#include "models/forecast/demand.h"
#include "models/forecast/model.h"

/* Buffers of one call, large enough for the longest series. */
struct buffers {
    struct pk_demand_memory demand;
    int32_t dates[PK_HORIZON_DAYS_MAX];
    double mean_units[PK_PROJECTION_BUCKET_COUNT_MAX];
    double statistical_total_units;
    int64_t quantile_units[PK_QUANTILE_COUNT_MAX * PK_HORIZON_DAYS_MAX];
};

static void fill_buckets(const struct pk_demand *demand, const struct pk_forecast_options *options,
                         struct buffers *buffers)
{
    for (size_t b = 0; b < demand->bucket_count; b++) {
        int32_t first_date = demand->first_date + (int32_t)b * demand->bucket_days;
        struct pk_window window =
            pk_demand_window(demand, first_date, first_date + demand->bucket_days - 1);
        buffers->dates[b] = first_date;
        for (size_t p = 0; p < options->probability_count; p++)
            buffers->quantile_units[p * demand->bucket_count + b] =
                pk_window_quantile_units(&window, options->probabilities[p]);
    }
}

static void fill_total(const struct pk_demand_ahead *ahead,
                       const struct pk_forecast_options *options, struct buffers *buffers)
{
    const struct pk_demand *demand = &ahead->demand;
    int32_t last_date =
        demand->first_date + (int32_t)demand->bucket_count * demand->bucket_days - 1;
    struct pk_window window = pk_demand_window(demand, demand->first_date, last_date);
    buffers->dates[0] = last_date;
    for (size_t p = 0; p < options->probability_count; p++)
        buffers->quantile_units[p] = pk_window_quantile_units(&window, options->probabilities[p]);
    buffers->statistical_total_units = 0;
    for (size_t b = 0; b < demand->bucket_count; b++)
        buffers->statistical_total_units += ahead->statistical_mean_units[b];
    buffers->mean_units[0] = window.mean_units;
}

enum pk_status pk_generate_forecasts(const struct pk_view *view,
                                     const struct pk_series_selection *selection,
                                     const struct pk_forecast_options *options,
                                     pk_forecast_take *take, void *context, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    enum pk_status status = PK_OK;
    struct buffers *buffers = malloc(sizeof *buffers);
    if (buffers != NULL)
        buffers->demand.scratch = pk_forecast_scratch_new();
    if (buffers == NULL || buffers->demand.scratch == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for forecasts");
        goto cleanup;
    }
    for (size_t i = 0; i < selection->count && status == PK_OK; i++) {
        const struct pk_series *series = &shop->series[selection->series[i]];
        struct pk_demand_ahead ahead;
        struct pk_forecast_series forecast = {.item = &shop->items[series->item],
                                              .warehouse_id = shop->warehouses[series->warehouse],
                                              .bucket_days = series->bucket_days,
                                              .dates = buffers->dates,
                                              .mean_units = buffers->mean_units,
                                              .quantile_units = buffers->quantile_units};
        status = pk_demand_ahead_load(view, selection->series[i], options->horizon_days,
                                      &buffers->demand, buffers->mean_units, &ahead, error);
        if (status != PK_OK)
            break;
        forecast.count = options->total ? 1 : ahead.demand.bucket_count;
        forecast.flags = ahead.flags;
        forecast.has_parents = ahead.has_parents;
        forecast.is_adjusted = ahead.is_adjusted;
        forecast.is_campaign_updated = ahead.is_campaign_updated;
        forecast.statistical_mean_units =
            options->total ? &buffers->statistical_total_units : ahead.statistical_mean_units;
        if (options->total)
            fill_total(&ahead, options, buffers);
        else
            fill_buckets(&ahead.demand, options, buffers);
        status = take(context, &forecast, error);
    }

cleanup:
    if (buffers != NULL)
        pk_forecast_scratch_free(buffers->demand.scratch);
    free(buffers);
    return status;
}

#include "service/workflows/explain_forecast.h"

const double pk_explained_probabilities[3] = {0.1, 0.5, 0.9};

enum pk_status pk_explain_forecasts(const struct pk_snapshot *snapshot,
                                    const struct pk_series_selection *selection, int32_t date,
                                    pk_explain_take *take, void *context, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < selection->count && status == PK_OK; i++) {
        const struct pk_series *series = &shop->series[selection->series[i]];
        struct pk_explanation explanation;
        status = pk_explain_forecast(snapshot->fit->model, shop, selection->series[i],
                                     date == PK_DATE_NONE ? shop->as_of_date + series->bucket_days
                                                          : date,
                                     &explanation, error);
        if (status != PK_OK)
            break;
        struct pk_explained_series explained = {.item_id = shop->items[series->item].item_id,
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

/* Forecasts of a selection of series from a snapshot, one after the other, to whoever takes
 * them. */
#ifndef PK_WORKFLOWS_GENERATE_FORECAST_H
#define PK_WORKFLOWS_GENERATE_FORECAST_H

#include <stdbool.h>

#include "models/base/limits.h"
#include "models/evidence/view.h"
#include "models/history/series_selection.h"

struct pk_forecast_options {
    int32_t horizon_days; /* 1..PK_HORIZON_DAYS_MAX */
    double probabilities[PK_QUANTILE_COUNT_MAX];
    size_t probability_count;
    bool total; /* one entry: the sum over the horizon and quantiles of the sum */
};

/* Entry i belongs to bucket i; valid during the call of `take` only. */
struct pk_forecast_series {
    const struct pk_item *item;
    const char *warehouse_id;
    int32_t bucket_days;
    size_t count;
    const int32_t *dates; /* first day of each bucket; with total the last day of the horizon */
    const double *mean_units;
    const int64_t *quantile_units; /* [probability_count][count] */
    /* Before parents and adjustments; mean_units itself where neither changes anything. */
    const double *statistical_mean_units;
    uint32_t flags; /* enum pk_series_flag */
    bool has_parents, is_adjusted, is_campaign_updated;
};

typedef enum pk_status pk_forecast_take(void *context, const struct pk_forecast_series *forecast,
                                        struct pk_error *error);

/* Stops at the first failure of `take` and returns it. */
enum pk_status pk_generate_forecasts(const struct pk_view *view,
                                     const struct pk_series_selection *selection,
                                     const struct pk_forecast_options *options,
                                     pk_forecast_take *take, void *context, struct pk_error *error);

#endif

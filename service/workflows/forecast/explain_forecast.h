/* Explanations of one day's forecast for the series of an item. */
#ifndef PK_WORKFLOWS_EXPLAIN_FORECAST_H
#define PK_WORKFLOWS_EXPLAIN_FORECAST_H

#include "models/evidence/campaign_update.h"
#include "models/evidence/view.h"
#include "models/forecast/explain.h"
#include "models/history/series_selection.h"

/* Valid during the call of `take` only, but for texts, which live as long as the snapshot. */
struct pk_explained_series {
    const char *item_id, *warehouse_id;
    const struct pk_explanation *explanation;
    size_t series;             /* of the snapshot's shop */
    int64_t quantile_units[3]; /* of pk_explained_probabilities */
    /* What a campaign's deposits and first days changed on that day: the last factor of the
     * explanation, in its mean and variances too. */
    struct pk_campaign_change campaign;
};
extern const double pk_explained_probabilities[3]; /* 0.1, 0.5, 0.9 */

typedef enum pk_status pk_explain_take(void *context, const struct pk_explained_series *series,
                                       struct pk_error *error);

/* `date` PK_DATE_NONE = the first bucket ahead of each series. Errors of pk_explain_forecast and of
 * `take`, which end it. */
enum pk_status pk_explain_forecasts(const struct pk_view *view,
                                    const struct pk_series_selection *selection, int32_t date,
                                    pk_explain_take *take, void *context, struct pk_error *error);

#endif

/* Campaigns that are under way or in presale: how deposits 定金 and first days change the forecast
 * of their windows. The changes are made once with a snapshot; requests look them up and apply
 * them. */
#ifndef PK_EVIDENCE_CAMPAIGN_UPDATE_H
#define PK_EVIDENCE_CAMPAIGN_UPDATE_H

#include <stdbool.h>

#include "models/base/error.h"
#include "models/evidence/campaign_change.h"
#include "models/forecast/model.h"
#include "models/history/shop_data.h"

/* Makes the changes of at most PK_ACTIVE_CAMPAIGN_COUNT_MAX campaigns: those that have begun and
 * not ended, and those ahead that have deposits. A campaign that ends beyond PK_HORIZON_DAYS_MAX is
 * left out. `executor` NULL = the caller's thread alone; the result does not depend on it.
 * OUT_OF_MEMORY, or the failure of a forecast. Free with pk_campaign_updates_done. */
enum pk_status pk_campaign_updates_build(const struct pk_shop_data *data,
                                         const struct pk_model *model,
                                         const struct pk_executor *executor,
                                         struct pk_campaign_updates *out_updates,
                                         struct pk_error *error);
void pk_campaign_updates_done(struct pk_campaign_updates *updates);

/* A change that holds for a series, borrowed from the updates; both are NULL if there is none. */
struct pk_campaign_change {
    const struct pk_campaign_update *update;
    const struct pk_campaign_item_update *line;
};
/* The change that holds for a series on a date: that of the first campaign which covers the series
 * and has the date ahead of it. */
struct pk_campaign_change pk_campaign_updates_on(const struct pk_campaign_updates *updates,
                                                 const struct pk_shop *shop, size_t series,
                                                 int32_t date);

/* The change of a series in one campaign, borrowed from the updates; NULL if there is none. */
const struct pk_campaign_item_update *
pk_campaign_updates_line(const struct pk_campaign_updates *updates, const struct pk_shop *shop,
                         size_t series, const char *promotion_id);

/* Changes a demand path of the series by all campaigns that cover it; `mean_units` are those of
 * `demand`. Where campaigns overlap, the first of them changes the day. The means ahead are
 * multiplied by the ratio of the item; added units are shared evenly by the covered series of the
 * item. Returns PK_SERIES_CAMPAIGN_LEVEL_UPDATED and PK_SERIES_DEPOSITS_COUNTED (enum
 * pk_series_flag) for the evidence behind the changes; 0 = nothing was changed. */
uint32_t pk_campaign_updates_apply(const struct pk_campaign_updates *updates,
                                   const struct pk_shop *shop, size_t series,
                                   struct pk_demand *demand, double *mean_units);

#endif

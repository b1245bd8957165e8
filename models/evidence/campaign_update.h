/* Campaigns under way or in presale: what deposits 定金 and the first days change in the forecast of
 * their windows. Made once with a snapshot; requests only look it up. */
#ifndef PK_EVIDENCE_CAMPAIGN_UPDATE_H
#define PK_EVIDENCE_CAMPAIGN_UPDATE_H

#include <stdbool.h>

#include "models/base/error.h"
#include "models/evidence/campaign_change.h"
#include "models/forecast/model.h"
#include "models/history/shop_data.h"

/* `executor` NULL = the caller's thread alone; the result does not depend on it. OUT_OF_MEMORY, or the
 * failure of a forecast. */
enum pk_status pk_campaign_updates_build(const struct pk_shop_data *data,
                                         const struct pk_model *model,
                                         const struct pk_executor *executor,
                                         struct pk_campaign_updates *out_updates,
                                         struct pk_error *error);
void pk_campaign_updates_done(struct pk_campaign_updates *updates);

/* What a series was given; NULL = nothing. Valid as long as the updates. */
struct pk_campaign_change {
    const struct pk_campaign_update *update;
    const struct pk_campaign_item_update *line;
};
/* The change that holds on a date for a series; update == NULL if there is none. */
struct pk_campaign_change pk_campaign_updates_on(const struct pk_campaign_updates *updates,
                                                 const struct pk_shop *shop, size_t series,
                                                 int32_t date);

/* What is known of a series in one campaign; NULL = nothing. Valid as long as the updates. */
const struct pk_campaign_item_update *
pk_campaign_updates_line(const struct pk_campaign_updates *updates, const struct pk_shop *shop,
                         size_t series, const char *promotion_id);

/* Changes the demand of a series and its means by all campaigns that it takes part in; each day by the
 * first of them. Returns enum pk_series_flag of what was done. */
uint32_t pk_campaign_updates_apply(const struct pk_campaign_updates *updates,
                                   const struct pk_shop *shop, size_t series,
                                   struct pk_demand *demand, double *mean_units);

#endif

/* The demand ahead of one series, as decisions and forecasts use it. It is made in four steps:
 *   1. the statistical forecast of the model,
 *   2. the changes by deposits and first days of campaigns (campaign_update.h),
 *   3. the demand of parents whose component the item is (models/decision/stock/demand_mix.h),
 *   4. the adjustments that a person made, in the order of their rows.
 * The means after steps 1 and 2 are kept beside the result.
 *
 * A parent sells in each warehouse by itself, so its demand in a warehouse needs components there.
 * The parent's forecast after step 2 counts, without its own parents: the explosion holds every
 * level.
 *
 * An adjustment covers the series of its scope on its days. One with a ratio multiplies the demand
 * of these days. One with units adds them in proportion to the statistical forecast of its whole
 * scope, or evenly over its series and days where that forecast is 0. A weekly bucket that is
 * partly covered counts by its share of days. Demand never falls below 0. */
#ifndef PK_EVIDENCE_DEMAND_AHEAD_H
#define PK_EVIDENCE_DEMAND_AHEAD_H

#include <stdbool.h>

#include "models/decision/stock/explosion.h"
#include "models/decision/stock/projection.h"
#include "models/evidence/campaign_update.h"
#include "models/forecast/model.h"
#include "models/history/shop_data.h"

struct pk_view;

/* Rows on components, adjustments, deposits and campaigns under way, prepared for all series of a
 * shop. They are made once for each state of the data. */
struct pk_demand_changes {
    struct pk_explosion explosion;
    double *scope_units; /* per adjustment: forecast of its range and scope; owned */
    double *scope_days;  /* per adjustment: series x days behind it; owned */
    struct pk_campaign_updates campaigns;
};

/* Working memory of one thread: room for paths of one series. */
struct pk_demand_memory {
    struct pk_forecast_scratch *scratch; /* owned by the caller */
    double part_units[PK_PROJECTION_BUCKET_COUNT_MAX];
    double pieces[PK_PROJECTION_BUCKET_COUNT_MAX];
    double statistical_units[PK_PROJECTION_BUCKET_COUNT_MAX];
    double own_units[PK_PROJECTION_BUCKET_COUNT_MAX];
};

struct pk_demand_ahead {
    struct pk_demand demand; /* borrows the mean_units given to pk_demand_ahead_load */
    uint32_t flags;          /* enum pk_series_flag of the horizon */
    bool has_parents;        /* parents add to it */
    bool is_adjusted;
    bool is_campaign_updated; /* deposits or first days of a campaign changed it */
    /* After step 1. Equals mean_units where no step follows, else borrowed from the memory. */
    const double *statistical_mean_units;
    /* After step 2. Equals statistical_mean_units where no campaign changed it, else borrowed from
     * the memory. */
    const double *own_mean_units;
};

/* Prepares the changes for a shop with its fit. The result does not depend on the executor (NULL =
 * the caller's thread alone). FAILED_PRECONDITION on components in a circle, OUT_OF_MEMORY, or the
 * failure of a forecast. */
enum pk_status pk_demand_changes_build(const struct pk_shop_data *data,
                                       const struct pk_model *model,
                                       const struct pk_executor *executor,
                                       struct pk_demand_changes *out_changes,
                                       struct pk_error *error);
/* Frees the arrays. */
void pk_demand_changes_done(struct pk_demand_changes *changes);

/* Fills *out_ahead and mean_units[], which has room for the buckets of the horizon
 * (pk_model_bucket_count). Fails as the forecast does. */
enum pk_status pk_demand_ahead_load(const struct pk_view *view, size_t series, int32_t horizon_days,
                                    struct pk_demand_memory *memory, double *mean_units,
                                    struct pk_demand_ahead *out_ahead, struct pk_error *error);

#endif

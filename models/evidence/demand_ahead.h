/* The demand that decisions and forecasts are made for: what the model says, what a campaign's
 * deposits and first days change in it, what parents that are sold as components add, and what a person has adjusted. The statistical forecast stays beside it.
 *
 * An adjustment with a ratio multiplies the days that it covers; one with units adds them in
 * proportion to the forecast of everything in its scope (evenly where that is 0). Demand never falls
 * below 0. */
#ifndef PK_EVIDENCE_DEMAND_AHEAD_H
#define PK_EVIDENCE_DEMAND_AHEAD_H

#include <stdbool.h>

#include "models/decision/stock/explosion.h"
#include "models/decision/stock/projection.h"
#include "models/evidence/campaign_update.h"
#include "models/forecast/model.h"
#include "models/history/shop_data.h"

struct pk_view;

/* What the rows on components, adjustments, deposits and campaigns under way mean for a snapshot; made once with it. */
struct pk_demand_changes {
    struct pk_explosion explosion;
    double *scope_units; /* per adjustment: forecast of its range and scope; owned */
    double *scope_days;  /* per adjustment: series x days behind it; owned */
    struct pk_campaign_updates campaigns;
};

/* Work of one thread: buffers for a path. */
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
    /* Before campaigns, parents and adjustments; borrows the memory where either is true, else mean_units. */
    const double *statistical_mean_units;
    /* After campaigns, before parents and adjustments; of the memory or statistical_mean_units. */
    const double *own_mean_units;
};

/* Makes the changes for a shop with its fit. FAILED_PRECONDITION on components in a circle. */
enum pk_status pk_demand_changes_build(const struct pk_shop_data *data,
                                       const struct pk_model *model,
                                       const struct pk_executor *executor,
                                       struct pk_demand_changes *out_changes,
                                       struct pk_error *error);
void pk_demand_changes_done(struct pk_demand_changes *changes);

/* Fills mean_units[] (room for the series' buckets of the horizon) and *out_ahead. */
enum pk_status pk_demand_ahead_load(const struct pk_view *view, size_t series, int32_t horizon_days,
                                    struct pk_demand_memory *memory, double *mean_units,
                                    struct pk_demand_ahead *out_ahead, struct pk_error *error);

#endif

/* Clearance of slow movers for a selection of series. */
#ifndef PK_WORKFLOWS_PLAN_CLEARANCE_H
#define PK_WORKFLOWS_PLAN_CLEARANCE_H

#include "models/decision/clearance/clearance.h"
#include "models/decision/clearance/clearance_summary.h"
#include "models/evidence/decide_clearance.h"
#include "models/history/series_selection.h"

/* A category with something to clear. */
struct pk_clearance_category {
    uint32_t category;
    int64_t line_count, exception_count;
    struct pk_margin_floor floor;
    double exception_amount; /* margin that the exceptions lack, in the store's currency */
};

/* What the plan of all lines says besides the lines. */
struct pk_clearance_report {
    struct pk_clearance_category *categories; /* owned; ascending */
    size_t category_count;
    /* Sellable stock of every line of the selection by age; the last entry = age unknown. */
    int64_t age_units[PK_AGE_BAND_COUNT + 1];
    double age_cost[PK_AGE_BAND_COUNT + 1]; /* at cost, in the store's currency */
};
void pk_clearance_report_done(struct pk_clearance_report *report);

/* One flagged series; valid during the call of `take` only. Facts are without the path of the
 * demand (mean_units NULL), inbound lines and past sales. */
struct pk_clearance_line {
    const struct pk_series_facts *facts;
    const struct pk_clearance *plan;
    const char *warehouse_id;
};

typedef enum pk_status pk_clearance_take(void *context, const struct pk_clearance_line *line,
                                         struct pk_error *error);

/* Hands on the flagged lines: the cohort to clear before what is watched, the most stock at cost
 * first. The margin floor holds for the blend of a category: its clearance, and what its other
 * lines are forecast to sell by the date at their prices. The request comes without margin
 * multipliers, which the plan finds. No result depends on `thread_count`; *out_report may be NULL,
 * and is freed with pk_clearance_report_done. */
enum pk_status pk_plan_clearance(const struct pk_view *view,
                                 const struct pk_series_selection *selection,
                                 const struct pk_clearance_request *request, int thread_count,
                                 pk_clearance_take *take, void *context,
                                 struct pk_clearance_summary *out_summary,
                                 struct pk_clearance_report *out_report, struct pk_error *error);

#endif

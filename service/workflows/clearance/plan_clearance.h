/* Clearance of slow movers for a selection of series. */
#ifndef PK_WORKFLOWS_PLAN_CLEARANCE_H
#define PK_WORKFLOWS_PLAN_CLEARANCE_H

#include "models/decision/clearance/clearance.h"
#include "models/evidence/series_facts.h"
#include "models/history/series_selection.h"

struct pk_clearance_request {
    int32_t by_date; /* PK_DATE_NONE = as-of + 90 days */
    double target_cleared_ratio;
    bool has_margin_floor;
    double margin_floor_ratio; /* if it has one; else PK_MARGIN_FLOOR_RATIO */
    /* Per category of the shop, as the plan of all lines finds them; NULL = the floor binds nowhere. */
    const double *margin_multipliers;
    /* Of the shop, made once for all series; NULL = pk_plan_clearance makes them, a single series asks its
     * memory. */
    const struct pk_price_responses *price_responses;
    int thread_count;                   /* of pk_plan_clearance; no result depends on it */
    struct pk_clearance_report *report; /* filled by pk_plan_clearance; NULL = not wanted */
};

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

/* One flagged series; valid during the call of `take` only. Facts are without the path of the demand
 * (mean_units NULL), inbound lines and past sales. */
struct pk_clearance_line {
    const struct pk_series_facts *facts;
    const struct pk_clearance *plan;
    const char *warehouse_id;
};

typedef enum pk_status pk_clearance_take(void *context, const struct pk_clearance_line *line,
                                         struct pk_error *error);

/* The date a request means; INVALID_ARGUMENT if it is not after as-of or beyond the horizon. */
enum pk_status pk_clearance_by_date(const struct pk_shop *shop, int32_t wanted_date,
                                    int32_t *out_by_date, struct pk_error *error);

/* Plans one series as every workflow does it; *out_plan is not flagged if there is nothing to
 * clear. */
enum pk_status pk_decide_clearance(const struct pk_view *view, size_t series,
                                   const struct pk_clearance_request *request,
                                   struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts, struct pk_clearance *out_plan,
                                   struct pk_error *error);

/* Hands on the flagged lines: the cohort to clear before what is watched, the most stock at cost first. The
 * margin floor holds for the blend of a
 * category: its clearance, and what its other lines are forecast to sell by the date at their prices. */
enum pk_status pk_plan_clearance(const struct pk_view *view,
                                 const struct pk_series_selection *selection,
                                 const struct pk_clearance_request *request,
                                 pk_clearance_take *take, void *context,
                                 struct pk_clearance_summary *out_summary, struct pk_error *error);

#endif

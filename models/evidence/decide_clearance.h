/* Whether a series is to be cleared and how: a clearance plan of all that the shop knows of it. */
#ifndef PK_EVIDENCE_DECIDE_CLEARANCE_H
#define PK_EVIDENCE_DECIDE_CLEARANCE_H

#include <stdbool.h>

#include "models/decision/clearance/clearance.h"
#include "models/evidence/series_facts.h"

/* Days from as-of that a clearance has where a request names no date. */
#define PK_CLEARANCE_DAYS_DEFAULT 90

struct pk_clearance_request {
    int32_t by_date; /* as pk_clearance_by_date gives it */
    double target_cleared_ratio;
    bool has_margin_floor;
    double margin_floor_ratio; /* if it has one; else PK_MARGIN_FLOOR_RATIO */
    /* Per category of the shop, as the plan of all lines finds them; NULL = the floor binds
     * nowhere. */
    const double *margin_multipliers;
    /* Of the shop, made once for all series; NULL = the memory makes them. */
    const struct pk_price_responses *price_responses;
};

/* The date of a request, PK_CLEARANCE_DAYS_DEFAULT after as-of for PK_DATE_NONE. INVALID_ARGUMENT
 * if it does not lie after as-of and within the horizon. */
enum pk_status pk_clearance_by_date(const struct pk_shop *shop, int32_t wanted_date,
                                    int32_t *out_by_date, struct pk_error *error);

/* The floor of the request, or that of every category. */
double pk_clearance_margin_floor(const struct pk_clearance_request *request);

/* Plans one series; *out_plan is not flagged if there is nothing to clear. */
enum pk_status pk_decide_clearance(const struct pk_view *view, size_t series,
                                   const struct pk_clearance_request *request,
                                   struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts, struct pk_clearance *out_plan,
                                   struct pk_error *error);

#endif

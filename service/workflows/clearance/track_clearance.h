/* A frozen cohort of slow movers on its way to a target, week by week. The cohort is the stock that
 * `clearance` flagged on one day. The path tells the units that are left, the units expected to go
 * by the date, and the measures that remain. */
#ifndef PK_WORKFLOWS_TRACK_CLEARANCE_H
#define PK_WORKFLOWS_TRACK_CLEARANCE_H

#include "models/decision/clearance/bundle.h"
#include "models/decision/clearance/clearance_cohort.h"
#include "models/evidence/view.h"
#include "models/history/series_selection.h"

struct pk_clearance_path_request {
    int thread_count; /* no result depends on it */
    int32_t by_date;  /* PK_DATE_NONE = the cohort's day + 90 days */
    double target_ratio;
    double attach_ratio; /* of bundles */
};

/* One item x warehouse of the cohort. */
struct pk_cohort_line {
    size_t series; /* of the snapshot of now */
    int64_t flagged_units;
    struct pk_cohort_state state;
    enum pk_cohort_handling handling;     /* of the line alone */
    enum pk_clearance_action plan_action; /* of today's plan, for the units that are left */
    double plan_discount_ratio;
    double expected_units;      /* of the units left: to sell by the date at the current price */
    double plan_expected_units; /* with the plan; a write-off counts as cleared */
    double cost;                /* of the units left, in the store's currency; NAN = not known */
    struct pk_reasons reasons;  /* of the flag, on the cohort's day */
    size_t bundle_partner;      /* series of now; SIZE_MAX = no bundle is proposed */
    struct pk_bundle bundle;
};

/* The cohort at the end of one week. A week ahead holds expected units. */
struct pk_cohort_week {
    int32_t end_date;
    bool is_ahead;
    double cleared_units;    /* in the week */
    double total_units;      /* since the cohort's day; ahead: at the current prices */
    double plan_total_units; /* ahead: with the plan; past: total_units */
    double path_units;       /* straight line from nothing to the target on the date */
};

struct pk_clearance_path {
    int32_t since_date, by_date, as_of_date;
    struct pk_cohort_line *lines; /* most money left first; owned */
    size_t line_count;
    struct pk_cohort_week *weeks; /* owned */
    size_t week_count;
    struct pk_cohort_sum at_price, with_plan;
    enum pk_cohort_verdict verdict;
    int64_t flagged_units, sold_units, gone_otherwise_units, left_units;
    int64_t style_count, handled_style_count;
    int64_t handled_counts[5]; /* styles by enum pk_cohort_handling */
    double write_off_units;    /* part of the plan */
    double bundle_units;       /* expected of the proposed bundles, in neither sum */
    double needed_units;       /* still to clear for the target; 0 = reached */
    double weeks_left;         /* from now to the date */
};

/* `then` is the view of the cohort's day, and may be `now` itself; `selection` indexes its shop.
 * Free the path with pk_clearance_path_done. INVALID_ARGUMENT if the date does not follow the
 * cohort's day or lies too far from it; OUT_OF_MEMORY; the failure of a forecast. */
enum pk_status pk_track_clearance(const struct pk_view *then, const struct pk_view *now,
                                  const struct pk_series_selection *selection,
                                  const struct pk_clearance_path_request *request,
                                  struct pk_clearance_path *out_path, struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_clearance_path_done(struct pk_clearance_path *path);

#endif

/* The assortment: the active-item rate 动销率 now and in 30 days, the nudges that would raise it
 * and their cost, the rate that delisting alone would give, and the stage of every item's life. */
#ifndef PK_WORKFLOWS_PLAN_ASSORTMENT_H
#define PK_WORKFLOWS_PLAN_ASSORTMENT_H

#include "models/decision/item/active_rate.h"
#include "models/evidence/item_lives.h"
#include "models/history/series_selection.h"

struct pk_bundle_partner;

/* What to do first about an item. */
enum pk_assortment_action {
    PK_ASSORT_NONE,
    PK_ASSORT_PUSH,    /* rising: secure stock, give it traffic */
    PK_ASSORT_RESTOCK, /* nothing to sell, and it would sell */
    PK_ASSORT_NUDGE,   /* line.nudge, part of the way to the target */
    PK_ASSORT_CHECK,   /* declining, or a start behind its curve */
    PK_ASSORT_DELIST,  /* nothing is left of it */
    PK_ASSORT_CLEAR_AND_DELIST
};
/* "none", "push", "restock", "nudge", "check", "delist", "clear_and_delist". */
const char *pk_assortment_action_name(enum pk_assortment_action action);

struct pk_assortment_request {
    double target_active_ratio;
    double attach_ratio; /* of bundles */
};

/* One item over the selected warehouses. */
struct pk_assortment_line {
    uint32_t item;
    bool is_listed_now; /* in the denominator of `kpi` */
    bool is_active_now; /* in its numerator */
    bool is_counted;    /* in the denominator of the 30 days ahead */
    bool is_stock_known;
    int64_t on_hand_units;       /* sellable; 0 where unknown */
    double sold_units;           /* paid in the last 30 days */
    double sell_probability;     /* of a paid unit in the next 30 days, as stock and inbound are */
    double in_stock_probability; /* sell_probability with stock on every day */
    double expected_units;
    struct pk_item_life life;
    enum pk_role proposed_role;        /* NONE where one is given */
    struct pk_nudge nudge;             /* the best one; kind NONE = none gains */
    struct pk_bundle_partner *partner; /* of a bundle, while the plan is made; else NULL */
    size_t nudge_rank;                 /* 1, 2, ... on the way to the target; 0 = not needed */
    double contribution; /* expected in PK_CONTRIBUTION_DAYS less holding; NAN = no price or cost */
    double stock_cost;   /* of the units in stock; NAN = not known */
    bool can_delist;
    enum pk_assortment_action action;
};

#define PK_CONTRIBUTION_DAYS 90

struct pk_assortment {
    struct pk_assortment_line *lines; /* by action, those without one last; owned */
    size_t line_count;
    int64_t listed_count, active_count; /* of `kpi`, window up to as-of */
    struct pk_active_sum ahead;
    double target_ratio;
    int64_t nudge_count; /* nudges that the target takes, all there are if that is not enough */
    double nudged_ratio, nudge_cost, nudge_gain_items;
    int64_t delist_candidate_count;
    int64_t delist_count;  /* candidates to delist for the target */
    double delisted_ratio; /* without a single sale more */
    int64_t delist_stock_units;
    double delist_stock_cost;
    int64_t stage_counts[PK_STAGE_COUNT];
    double chance_star_count, star_probability;
    size_t tested_count, launch_count;
    bool has_history; /* false: nothing can rise or decline */
};

/* `before` as for pk_item_lives_make. Free with pk_assortment_done. */
enum pk_status pk_plan_assortment(const struct pk_view *view, const struct pk_view *before,
                                  const struct pk_series_selection *selection,
                                  const struct pk_assortment_request *request,
                                  struct pk_assortment *out_assortment, struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_assortment_done(struct pk_assortment *assortment);

#endif

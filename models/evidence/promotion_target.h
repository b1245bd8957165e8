/* Targets of a campaign against what its lines add up to, and which items could supply the
 * difference. */
#ifndef PK_EVIDENCE_PROMOTION_TARGET_H
#define PK_EVIDENCE_PROMOTION_TARGET_H

#include "models/evidence/promotion_money.h"

/* A target row on gmv or units that names the promotion, or whose period is the window. Amounts in
 * the store's currency or in units; they hold what the days that are over have brought. */
struct pk_promotion_target {
    const struct pk_target_row *row;
    bool is_forecast;          /* false: a channel's target; forecasts do not tell channels apart */
    double sold;               /* on the days that are over */
    double expected, q10, q90; /* with the stock that there is */
    double wanted;             /* if nothing ran short */
    double gap;                /* target less expected, at least 0 */
    double reach_probability, reach_if_covered_probability;
    double orderable; /* part of wanted - expected whose latest order date is not past */
    double pushable;  /* what ample items could add at most */
    double shortfall; /* of the gap, after both; 0 = it can be closed */
    size_t supply_first, supply_count; /* rows of the supply below that close what orders leave */
};

/* An item with stock to spare that helps to close a gap. */
struct pk_promotion_supply {
    size_t target; /* index */
    size_t series;
    double expected_units, stock_units, unit_price;
    struct pk_campaign_push push;
    double added, cumulative; /* to the target's metric, with more traffic at the same price */
};
/* The rows that are kept for one target, best first. */
#define PK_PROMOTION_SUPPLY_MAX 50

struct pk_promotion_targets;

/* `is_whole_shop` false: some warehouses are left out, so only targets of a warehouse with lines are
 * judged. */
enum pk_status pk_promotion_targets_new(const struct pk_ledger *ledger, const char *promotion_id,
                                        int32_t start_date, int32_t end_date, size_t line_count_max,
                                        bool is_whole_shop,
                                        struct pk_promotion_targets **out_targets,
                                        struct pk_error *error);
void pk_promotion_targets_free(struct pk_promotion_targets *targets);

void pk_promotion_targets_add(struct pk_promotion_targets *targets,
                              const struct pk_promotion_line_money *line);

/* Both in new arrays, in the order of the rows; total targets first, then categories, warehouses,
 * channels. OUT_OF_MEMORY. */
enum pk_status pk_promotion_targets_report(struct pk_promotion_targets *targets,
                                           struct pk_promotion_target **out_targets,
                                           size_t *out_target_count,
                                           struct pk_promotion_supply **out_supply,
                                           size_t *out_supply_count, struct pk_error *error);

#endif

/* The targets of a campaign against the sum of its lines, and the items that could supply the
 * difference.
 *
 * A target row belongs to the campaign if its metric is gmv or units and it names the promotion, or
 * names none and its period is exactly the window. Amounts are in the store's currency or in units,
 * as the metric says; they include the days of the window that are over. */
#ifndef PK_EVIDENCE_PROMOTION_TARGET_H
#define PK_EVIDENCE_PROMOTION_TARGET_H

#include "models/evidence/promotion_money.h"

/* One target. */
struct pk_promotion_target {
    const struct pk_target_row *row;
    bool is_forecast; /* false: a channel's target; forecasts do not tell channels apart, so that
                         all members below are 0 */
    double sold;      /* on the days that are over */
    double expected;  /* sold, and the mean of what the stock will serve */
    double q10, q90;  /* quantiles of that sum */
    double wanted;    /* sold, and the mean of the demand, if nothing ran short */
    double gap;       /* max(target - expected, 0) */
    double reach_probability;            /* P(served sum >= target) */
    double reach_if_covered_probability; /* P(demand sum >= target) */
    double orderable; /* part of wanted - expected that an order can still serve in time */
    double pushable;  /* what all items with stock to spare could add */
    double shortfall; /* max(gap - orderable - pushable, 0); 0 = the gap can be closed */
    size_t supply_first, supply_count; /* rows of the supply that close gap - orderable */
};

/* An item in a warehouse with stock to spare, which helps to close the gap of a target. */
struct pk_promotion_supply {
    size_t target; /* index into the targets */
    size_t series;
    double expected_units; /* served of it in the campaign as it is */
    double stock_units;    /* at the start, with inbound units until then */
    double unit_price;     /* in the campaign */
    struct pk_campaign_push push;
    double added;      /* to the target, by more traffic at the campaign's price */
    double cumulative; /* added by this row and those before it of the same target */
};
/* Most rows of the supply for one target; the best come first. */
#define PK_PROMOTION_SUPPLY_MAX 50

struct pk_promotion_targets;

/* Finds the targets of a campaign with the given window. `line_count_max` = the most lines that
 * will be added. `is_whole_shop` = false means that the lines of some warehouses are left out; then
 * only targets of a warehouse that has lines are judged. The ledger is borrowed. OUT_OF_MEMORY. */
enum pk_status pk_promotion_targets_new(const struct pk_ledger *ledger, const char *promotion_id,
                                        int32_t start_date, int32_t end_date, size_t line_count_max,
                                        bool is_whole_shop,
                                        struct pk_promotion_targets **out_targets,
                                        struct pk_error *error);
void pk_promotion_targets_free(struct pk_promotion_targets *targets);

/* Adds a line to every target whose scope holds it. The line is read now and not kept. */
void pk_promotion_targets_add(struct pk_promotion_targets *targets,
                              const struct pk_promotion_line_money *line);

/* Judges all targets, into new arrays that the caller frees: the widest scope first (everything,
 * categories, warehouses, both, channels), and gmv before units within a scope. The supply rows of
 * one target stand together; the item whose push earns the largest margin comes first.
 * OUT_OF_MEMORY. */
enum pk_status pk_promotion_targets_report(struct pk_promotion_targets *targets,
                                           struct pk_promotion_target **out_targets,
                                           size_t *out_target_count,
                                           struct pk_promotion_supply **out_supply,
                                           size_t *out_supply_count, struct pk_error *error);

#endif

/* How much to order now of one item in one warehouse, and why. Pure; no allocation.
 *
 * Decide now, next decision review_period_days later. Arrival A = next + L + shelving rounded up
 * to a bucket start; next arrival A' = the same for an order placed R later. With X the stock at
 * A (projection.h; lost sales until then):
 *   Need = D[A, A') - X - inbound[A, A'),
 *   q* = smallest q with P(Need <= q) >= a*, a* = Cu / (Cu + Co)
 * (newsvendor, Arrow, Harris & Marschak 1951; periodic review with lost sales approximated by
 * one cycle as in Silver, Pyke & Thomas 2017, ch. 7). A spread of the lead time adds sd^2 x
 * (daily demand around A')^2 to the variance. In fill-rate mode q* = smallest q with E[served in
 * [A, A')] / E[demand in [A, A')] >= target.
 *
 * a*, first that applies: critical_ratio or target_fill_ratio of the supply row; given costs
 * (shortage_cost, or holding_cost with a known margin): Cu = shortage cost, else margin; Co =
 * holding x R, plus cost - salvage where the item ends before A'; role default (traffic 0.95,
 * profit 0.90, image 0.85, without a role 0.85 in class CZ, else 0.90). Ratios from a margin are clamped to [0.80, 0.98]; given
 * ones are not.
 *
 * q* is taken at the aim of carry_over.h instead of a* where carry_over_reviews says so.
 *
 * Orders go out on the supplier's order days, and its closures delay them (supply_calendar.h). What
 * expires counts only until it does: the window ends shelf_life_days after A, a piece left then loses
 * cost - salvage, and no rounding goes beyond the newsvendor's quantile of that window.
 *
 * What buyers send back (returns.h) before A is taken off the demand until then, for it is sold again
 * as it comes; what comes in [A, A') counts as inbound of the window. RETURNS_EXPECTED is told where
 * the need would be larger without.
 *
 * Quantity: 0, q* down and up to a pack, and the minimum order are compared by expected cost per
 * day
 *   (Cu E[Need - q]+ + Co (E[q - Need]+ - u) + order cost + h u^2 / (2 d)) / (R + u / d),
 * u = units beyond q*, d = mean daily demand, h = holding cost per day: units bought only for
 * rounding are held until they sell, and put off the following orders. With an order cost K the
 * economic order quantity sqrt(2 K d / h) (Harris 1913) is compared as well. A quantity with more
 * than 365 days of demand beyond q* never wins: it is refused rather than bought for years. */
#ifndef PK_DECISION_REORDER_H
#define PK_DECISION_REORDER_H

#include "models/base/reason.h"
#include "models/decision/order/critical_ratio.h"
#include "models/decision/order/quantity.h"
#include "models/decision/stock/position.h"
#include "models/decision/stock/projection.h"
#include "models/decision/stock/returns.h"

struct pk_reorder_input {
    const struct pk_demand
        *demand; /* long enough for A' and PK_EXCESS_DAYS; a shorter path adds HORIZON_SHORT */
    struct pk_stock stock;
    const struct pk_inbound *inbound; /* borrowed; may be NULL if inbound_count = 0 */
    size_t inbound_count;
    struct pk_supply_terms terms;
    struct pk_economics economics;
    struct pk_returns returns; /* expected back until A'; not part of the position */
    enum pk_rounding rounding;
    double carry_over_reviews; /* f of carry_over.h; 0 = what is left costs one cycle's holding */
    /* Earliest start and latest end of a promotion that covers the item and touches the path;
     * PK_DATE_NONE = none. */
    int32_t promotion_start_date, promotion_end_date;
    bool is_new; /* adds NEW_ITEM; a ratio that nobody gave is at most PK_CRITICAL_RATIO_MIN */
    bool is_low_evidence;          /* adds LOW_EVIDENCE */
    bool wants_steps;              /* fill the steps of the order */
    bool is_assembled;             /* made of components: never ordered itself */
    bool has_parents, is_adjusted; /* add PARENT_DEMAND, FORECAST_ADJUSTED */
};

/* What a part of the order is worth: the expected cost that `units` in all save, in money where the
 * margin is known, else on the scale of the unit cost. */
struct pk_reorder_step {
    int64_t units;
    double worth;
};
#define PK_REORDER_STEP_COUNT 8

struct pk_reorder {
    int64_t order_units;
    /* Latest with P(unmet demand before date + L) <= 1 - a*; may lie before `next` (then
     * ORDER_OVERDUE); PK_DATE_NONE = not within the path, or nothing may be bought. */
    int32_t order_by_date;
    int32_t arrival_date;         /* A; PK_DATE_NONE without supply terms */
    int32_t next_arrival_date;    /* A' */
    double expected_demand_units; /* mean over [next, A') */
    double position_units;        /* NAN if stock is unknown */
    int64_t sellable_units;
    double inbound_units;
    int32_t eta_date;      /* next arrival of what is on its way; PK_DATE_NONE = none */
    double critical_ratio; /* a* or the target fill ratio; 0 with PK_RATIO_RULE_NONE */
    enum pk_ratio_rule critical_ratio_rule;
    double shortage_cost, overage_cost; /* Cu, Co: money if is_cost_known, else Cu + Co = 1 */
    double aim_probability;             /* P(Need <= q) aimed at: a*, or less by carry_over.h */
    double need_units;                  /* q* before rounding */
    double expected_return_units;       /* back in stock in [next, A') */
    double stock_at_arrival_units;      /* expected */
    double expected_lost_units;         /* before A, whatever is ordered now */
    double expected_short_units;        /* in [A, A') with order_units */
    double expected_short_without_order_units; /* in [A, A') with 0 */
    /* First day on which the stock is gone with that probability; PK_DATE_NONE beyond the path. */
    int32_t stockout_date_p10, stockout_date_p50, stockout_date_p90;
    int32_t days_of_supply;
    double excess_units; /* position beyond PK_EXCESS_DAYS of mean demand */
    int64_t late_inbound_units;
    int64_t unit_cost_micros, unit_margin_micros; /* -1 and INT64_MIN = not known */
    bool is_cost_known;                           /* candidates are in money */
    size_t candidate_count;
    struct pk_reorder_candidate
        candidates[PK_REORDER_CANDIDATE_COUNT_MAX]; /* the chosen one first */
    size_t step_count;
    struct pk_reorder_step steps[PK_REORDER_STEP_COUNT]; /* ascending; the last is the order */
    struct pk_reasons reasons;
};

/* Decides. Missing stock or terms are results (NO_STOCK, NO_SUPPLY_TERMS; 0 ordered), not
 * errors. `projection` is working memory of the calling thread. */
void pk_reorder_decide(const struct pk_reorder_input *input, struct pk_projection *projection,
                       struct pk_reorder *out_reorder);

#endif

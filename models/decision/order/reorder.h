/* How much to order now of one item in one warehouse, and why. Pure; no allocation.
 *
 * *Interval.* The decision falls on `next`, the first day that is not known yet; the next decision
 * falls R = review_period_days later. Arrival A is next + L + shelving, rounded up to a bucket
 * start. Next arrival A' is the arrival of an order placed R later. An order placed now serves [A,
 * A').
 *
 * *Need.* X is the stock at A (projection.h; sales without stock are lost until then):
 *   Need = D[A, A') - X - inbound[A, A'),
 *   q* = smallest q with P(Need <= q) >= a*,  a* = Cu / (Cu + Co)
 * (newsvendor, Arrow, Harris & Marschak 1951; periodic review with lost sales approximated by one
 * cycle as in Silver, Pyke & Thomas 2017, ch. 7). A spread sd of the lead time adds
 * sd^2 x (daily demand around A')^2 to the variance of the need. With a target fill rate, q* is the
 * smallest q with E[served in [A, A')] / E[demand in [A, A')] >= target.
 *
 * *Critical ratio.* The first rule that applies gives a*:
 *   1. critical_ratio or target_fill_ratio of the supply row, as given;
 *   2. given costs: a shortage cost, or a holding cost with a known margin. Cu is the shortage
 *      cost, else the margin. Co is holding x R, plus cost - salvage if the item ends before A'.
 *      A ratio that a margin made is bounded to [0.80, 0.98];
 *   3. the role's default: traffic 0.95, profit 0.90, image 0.85;
 *   4. without a role: 0.85 in class CZ, else 0.90.
 *
 * *Aim.* The order aims at P(Need <= q) = aim <= a*. The aim is below a* where carry_over_reviews
 * is above 1 (carry_over.h), and it is at most the ratio that critical_ratio.h allows a new item.
 *
 * *Calendar.* Orders go out on the supplier's order days; closures delay them (supply_calendar.h).
 *
 * *Shelf life.* Goods that expire count only until they expire: the window ends shelf_life_days
 * after A, a unit that is left then loses cost - salvage, and rounding does not go beyond the
 * newsvendor's quantile of that window.
 *
 * *Returns* (returns.h). Units that come back before A are taken off the demand until A, because
 * they are sold again as they come. Units that come back in [A, A') count as inbound of the window.
 * RETURNS_EXPECTED is added if the need would be larger without them.
 *
 * *Quantity.* Compared are 0, q* rounded down to a pack, and q* rounded up to a pack and at least
 * to the minimum order. The cheapest per day wins:
 *   (Cu E[Need - q]+ + Co (E[q - Need]+ - u) + order cost + h u^2 / (2 d)) / (R + u / d),
 * u = units beyond q*, d = mean daily demand, h = holding cost per day. The units u are held until
 * they sell, and they put off the orders that follow. With an order cost K the economic order
 * quantity sqrt(2 K d / h) (Harris 1913) is compared too. A quantity whose u exceeds 365 days of
 * demand never wins. */
#ifndef PK_DECISION_REORDER_H
#define PK_DECISION_REORDER_H

#include "models/base/reason.h"
#include "models/decision/order/critical_ratio.h"
#include "models/decision/order/quantity.h"
#include "models/decision/stock/position.h"
#include "models/decision/stock/projection.h"
#include "models/decision/stock/returns.h"

struct pk_reorder_input {
    /* To A' and for PK_EXCESS_DAYS; a shorter path adds HORIZON_SHORT. */
    const struct pk_demand *demand;
    struct pk_stock stock;
    const struct pk_inbound *inbound; /* borrowed; may be NULL if inbound_count = 0 */
    size_t inbound_count;
    struct pk_supply_terms terms;
    struct pk_economics economics;
    struct pk_returns returns; /* expected back until A'; not part of the position */
    enum pk_rounding rounding;
    double carry_over_reviews; /* f of carry_over.h; 0 = a unit left costs one cycle's holding */
    /* Earliest start and latest end of a promotion that covers the item and touches the path;
     * PK_DATE_NONE = none. */
    int32_t promotion_start_date, promotion_end_date;
    bool is_new; /* adds NEW_ITEM; a ratio that was not given is at most PK_CRITICAL_RATIO_MIN */
    bool is_low_evidence;          /* adds LOW_EVIDENCE */
    bool is_paused;                /* adds SELLING_PAUSED */
    bool is_covariate_held;        /* adds COVARIATE_HELD */
    bool wants_steps;              /* fill the steps of the order */
    bool is_assembled;             /* made of components: never ordered itself */
    bool has_parents, is_adjusted; /* add PARENT_DEMAND, FORECAST_ADJUSTED */
};

/* Worth of the first `units` of the order: the expected cost that they save. It is in money if the
 * margin is known, else on the scale of the unit cost. */
struct pk_reorder_step {
    int64_t units;
    double worth;
};
#define PK_REORDER_STEP_COUNT 8

struct pk_reorder {
    int64_t order_units;
    /* Latest order day with P(unmet demand before its arrival) <= 1 - a*. A day before `next` adds
     * ORDER_OVERDUE. PK_DATE_NONE = beyond the path, or nothing may be bought. */
    int32_t order_by_date;
    int32_t arrival_date;         /* A; PK_DATE_NONE without supply terms */
    int32_t next_arrival_date;    /* A' */
    double expected_demand_units; /* mean over [next, A') */
    double position_units;        /* inventory position; NAN = stock is unknown */
    int64_t sellable_units;       /* on hand now; 0 if stock is unknown */
    double inbound_units;         /* open lines x their confirmed ratios */
    int32_t eta_date;             /* earliest of the open lines; PK_DATE_NONE = none */
    double critical_ratio;        /* a* or the target fill ratio; 0 with PK_RATIO_RULE_NONE */
    enum pk_ratio_rule critical_ratio_rule;
    /* Cu per missing unit, and Co per unit left at A'. They are in money if is_cost_known, else Cu
     * = a*. Co is carried over from a* to the aim: the Co of critical_ratio.h x (1 - aim) / aim x
     * a* / (1 - a*). Below a* it is larger, so Cu + Co is above 1. Both 0 if nothing was decided.
     * */
    double shortage_cost, overage_cost;
    double aim_probability;                    /* P(Need <= q) that the order aims at; 0..a* */
    double need_units;                         /* q* before rounding */
    double expected_return_units;              /* back in stock in [next, A') */
    double stock_at_arrival_units;             /* expected */
    double expected_lost_units;                /* before A; an order placed now cannot save them */
    double expected_short_units;               /* in [A, A') with order_units */
    double expected_short_without_order_units; /* in [A, A') with 0 */
    /* First day on which the stock is gone with that probability; PK_DATE_NONE beyond the path. */
    int32_t stockout_date_p10, stockout_date_p50, stockout_date_p90;
    int32_t days_of_supply;     /* along mean demand; at most PK_DAYS_OF_SUPPLY_MAX */
    double excess_units;        /* position beyond PK_EXCESS_DAYS of mean demand; >= 0 */
    int64_t late_inbound_units; /* of lines whose ETA is past */
    int64_t unit_cost_micros, unit_margin_micros; /* -1 and INT64_MIN = not known */
    bool is_cost_known;                           /* candidates are in money */
    size_t candidate_count;
    /* The chosen one first. */
    struct pk_reorder_candidate candidates[PK_REORDER_CANDIDATE_COUNT_MAX];
    size_t step_count;
    struct pk_reorder_step steps[PK_REORDER_STEP_COUNT]; /* ascending; the last is the order */
    struct pk_reasons reasons;
};

/* Decides. Missing stock (NO_STOCK) and missing terms (NO_SUPPLY_TERMS) are results with 0 units
 * ordered, not errors. `projection` is working memory of the calling thread. */
void pk_reorder_decide(const struct pk_reorder_input *input, struct pk_projection *projection,
                       struct pk_reorder *out_reorder);

#endif

/* Which service a decision aims at: a* = Cu / (Cu + Co), where it comes from, and the two costs
 * behind it. */
#ifndef PK_DECISION_CRITICAL_RATIO_H
#define PK_DECISION_CRITICAL_RATIO_H

#include <stdbool.h>

#include "models/decision/order/reorder.h"
#include "models/decision/stock/position.h"

struct pk_critical_ratio {
    enum pk_ratio_rule rule;
    double ratio;         /* a*, or the target fill ratio with PK_RATIO_RULE_FILL_RATE; in (0, 1) */
    bool is_clamped;      /* a derived ratio was moved to its bounds */
    bool is_money;        /* the costs are in the store's currency; else Cu = a*, Co = 1 - a* */
    double shortage_cost; /* Cu per missing unit */
    double overage_cost;  /* Co per unit left at the end of the protection interval */
    double holding_cost_per_day; /* per unit and day, on the same scale */
};

/* Rules in the order of reorder.h. `ends_inside`: the item ends before the next arrival, so what
 * is left loses cost - salvage (and a derived ratio has no lower bound then). */
struct pk_critical_ratio pk_critical_ratio_of(const struct pk_supply_terms *terms,
                                              const struct pk_economics *economics,
                                              bool ends_inside);

/* A new item's demand is a guess from others: a ratio that nobody gave (margin, role, default) is lowered to
 * PK_CRITICAL_RATIO_MIN, so that the tail of the guess does not fill a warehouse. */
void pk_critical_ratio_limit_new(struct pk_critical_ratio *ratio);

#endif

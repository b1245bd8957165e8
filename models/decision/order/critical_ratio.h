/* Which service a decision aims at: a* = Cu / (Cu + Co), the rule that it comes from, and both
 * costs. */
#ifndef PK_DECISION_CRITICAL_RATIO_H
#define PK_DECISION_CRITICAL_RATIO_H

#include <stdbool.h>

#include "models/decision/stock/position.h"

enum pk_ratio_rule {
    PK_RATIO_RULE_NONE,           /* nothing was decided */
    PK_RATIO_RULE_CRITICAL_RATIO, /* supply row */
    PK_RATIO_RULE_FILL_RATE,      /* supply row: target_fill_ratio */
    PK_RATIO_RULE_COSTS,          /* shortage cost of the supply row */
    PK_RATIO_RULE_MARGIN,         /* margin against the given holding cost; clamped */
    PK_RATIO_RULE_ROLE,           /* default of the item's role */
    PK_RATIO_RULE_DEFAULT,        /* 0.90 */
    PK_RATIO_RULE_CLASS           /* 0.85: an item of class CZ without a role */
};
/* "supply row", "fill rate", "costs", "margin", "role", "default", "class"; "" for NONE. */
const char *pk_ratio_rule_name(enum pk_ratio_rule rule);

/* Bounds of a critical ratio that was derived from a margin. */
#define PK_CRITICAL_RATIO_MIN 0.80
#define PK_CRITICAL_RATIO_MAX 0.98

struct pk_critical_ratio {
    enum pk_ratio_rule rule;
    double ratio;         /* a*, or the target fill ratio with PK_RATIO_RULE_FILL_RATE; in (0, 1) */
    bool is_clamped;      /* a derived ratio was moved to its bounds */
    bool is_money;        /* the costs are in the store's currency; else Cu = a*, Co = 1 - a* */
    double shortage_cost; /* Cu per missing unit */
    double overage_cost;  /* Co per unit that is left at the end of the protection interval */
    double holding_cost_per_day; /* per unit and day, on the scale of Cu and Co */
};

/* Takes the rules in the order of reorder.h. `ends_inside`: the item ends before the next arrival,
 * so a unit that is left loses cost - salvage. A derived ratio has no lower bound then. */
struct pk_critical_ratio pk_critical_ratio_of(const struct pk_supply_terms *terms,
                                              const struct pk_economics *economics,
                                              bool ends_inside);

/* Lowers the ratio of a new item to PK_CRITICAL_RATIO_MIN, unless the supply row gave it. The
 * demand of a new item is guessed from others, and the tail of a guess must not fill a warehouse.
 * */
void pk_critical_ratio_limit_new(struct pk_critical_ratio *ratio);

#endif

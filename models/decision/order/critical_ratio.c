#include "models/decision/order/critical_ratio.h"

#include <math.h>

#include "models/base/units.h"

const char *pk_ratio_rule_name(enum pk_ratio_rule rule)
{
    static const char *const names[] = {"",       "supply row", "fill rate", "costs",
                                        "margin", "role",       "default",   "class"};
    return (unsigned)rule < sizeof names / sizeof names[0] ? names[rule] : "";
}

/* No ratio asks for more than this: a cost of 0 for stock is a missing cost. */
#define PK_RATIO_HIGHEST 0.9999
#define PK_RATIO_LOWEST  0.0001

static double money(int64_t micros)
{
    return (double)micros / (double)PK_MICROS_PER_UNIT;
}

static double role_ratio(enum pk_role role)
{
    switch (role) {
    case PK_ROLE_TRAFFIC:
        return 0.95;
    case PK_ROLE_IMAGE:
        return 0.85;
    case PK_ROLE_PROFIT:
    case PK_ROLE_REGULAR:
    case PK_ROLE_NONE:
        break;
    }
    return 0.90;
}

/* What a unit too much costs; negative if nothing is known about it. */
static double overage_cost(const struct pk_supply_terms *terms,
                           const struct pk_economics *economics, bool ends_inside, double days)
{
    int64_t holding = pk_holding_cost_micros_per_day(terms, economics);
    int64_t cost = pk_unit_cost_micros(terms, economics);
    if (holding < 0)
        return -1.0;
    double overage = money(holding) * days;
    if (ends_inside && cost >= 0)
        overage += fmax(money(cost - pk_salvage_micros(terms, economics)), 0.0);
    return overage;
}

static struct pk_critical_ratio from_costs(enum pk_ratio_rule rule, double shortage, double overage,
                                           bool ends_inside)
{
    struct pk_critical_ratio result = {
        .rule = rule,
        .ratio = shortage / (shortage + overage),
        .is_money = true,
        .shortage_cost = shortage,
        .overage_cost = overage,
    };
    double lowest = PK_RATIO_LOWEST;
    double highest = PK_RATIO_HIGHEST;
    if (rule == PK_RATIO_RULE_MARGIN) {
        lowest = ends_inside ? PK_RATIO_LOWEST : PK_CRITICAL_RATIO_MIN;
        highest = PK_CRITICAL_RATIO_MAX;
    }
    double bounded = fmin(fmax(result.ratio, lowest), highest);
    result.is_clamped = rule == PK_RATIO_RULE_MARGIN && bounded != result.ratio;
    result.ratio = bounded;
    return result;
}

/* Costs for a ratio that was given or is a default: the known margin sets their scale, else Cu +
 * Co = 1. */
static void scale_costs(struct pk_critical_ratio *result, double shortage)
{
    result->is_money = shortage > 0.0;
    result->shortage_cost = result->is_money ? shortage : result->ratio;
    result->overage_cost = result->shortage_cost * (1.0 - result->ratio) / result->ratio;
}

struct pk_critical_ratio pk_critical_ratio_of(const struct pk_supply_terms *terms,
                                              const struct pk_economics *economics,
                                              bool ends_inside)
{
    double days = terms->review_period_days > 0 ? terms->review_period_days : 1;
    double overage = overage_cost(terms, economics, ends_inside, days);
    int64_t margin_micros = 0;
    bool has_margin = pk_unit_margin_micros(terms, economics, &margin_micros) && margin_micros > 0;
    bool has_shortage = terms->shortage_cost_micros > 0;
    double shortage = has_shortage ? money(terms->shortage_cost_micros)
                                   : (has_margin ? money(margin_micros) : 0.0);
    struct pk_critical_ratio result = {.rule = PK_RATIO_RULE_DEFAULT, .ratio = 0.90};

    if (terms->critical_ratio > 0.0) {
        result.rule = PK_RATIO_RULE_CRITICAL_RATIO;
        result.ratio = fmin(fmax(terms->critical_ratio, PK_RATIO_LOWEST), PK_RATIO_HIGHEST);
        scale_costs(&result, shortage);
    } else if (terms->target_fill_ratio > 0.0) {
        result.rule = PK_RATIO_RULE_FILL_RATE;
        result.ratio = fmin(terms->target_fill_ratio, PK_RATIO_HIGHEST);
        scale_costs(&result, shortage);
    } else if (has_shortage && overage > 0.0) {
        result = from_costs(PK_RATIO_RULE_COSTS, shortage, overage, ends_inside);
    } else if (has_margin && overage > 0.0 &&
               (terms->holding_cost_micros_per_day > 0 || ends_inside)) {
        result = from_costs(PK_RATIO_RULE_MARGIN, shortage, overage, ends_inside);
    } else {
        result.ratio = role_ratio(economics->role);
        if (economics->role != PK_ROLE_NONE) {
            result.rule = PK_RATIO_RULE_ROLE;
        } else if (economics->is_minor) {
            result.rule = PK_RATIO_RULE_CLASS;
            result.ratio = 0.85;
        }
        scale_costs(&result, shortage);
    }
    int64_t holding = pk_holding_cost_micros_per_day(terms, economics);
    result.holding_cost_per_day =
        result.is_money && holding > 0 ? money(holding) : result.overage_cost / days;
    return result;
}

void pk_critical_ratio_limit_new(struct pk_critical_ratio *ratio)
{
    bool is_derived = ratio->rule == PK_RATIO_RULE_MARGIN || ratio->rule == PK_RATIO_RULE_ROLE ||
                      ratio->rule == PK_RATIO_RULE_CLASS || ratio->rule == PK_RATIO_RULE_DEFAULT;
    if (!is_derived || ratio->ratio <= PK_CRITICAL_RATIO_MIN)
        return;
    ratio->ratio = PK_CRITICAL_RATIO_MIN;
    ratio->is_clamped = true;
    ratio->overage_cost = ratio->shortage_cost * (1.0 - ratio->ratio) / ratio->ratio;
}

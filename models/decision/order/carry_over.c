#include "models/decision/order/carry_over.h"

double pk_carry_over_aim(const struct pk_critical_ratio *ratio, double reviews, bool ends_inside)
{
    const bool is_promise =
        ratio->rule == PK_RATIO_RULE_CRITICAL_RATIO || ratio->rule == PK_RATIO_RULE_FILL_RATE;
    if (is_promise || ends_inside || !(reviews > 1))
        return ratio->ratio;
    return ratio->ratio / (ratio->ratio + reviews * (1 - ratio->ratio));
}

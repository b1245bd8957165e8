#include "models/decision/order/order_change.h"

static double demand_a_day(const struct pk_order_basis *basis)
{
    return basis->protection_days > 0 ? basis->demand_units / basis->protection_days : 0;
}

struct pk_order_change pk_order_change_explain(const struct pk_order_basis *before,
                                               int64_t before_units,
                                               const struct pk_order_basis *now, int64_t now_units)
{
    struct pk_order_change change = {
        .stock_units = before->stock_units - now->stock_units,
        .inbound_units = before->inbound_units - now->inbound_units,
        .rounding_units =
            ((double)now_units - now->need_units) - ((double)before_units - before->need_units),
    };
    const double rest =
        now->need_units - before->need_units - change.stock_units - change.inbound_units;
    const bool has_same_terms =
        now->terms_key == before->terms_key && now->protection_days == before->protection_days;
    change.demand_units =
        has_same_terms ? rest
                       : (demand_a_day(now) - demand_a_day(before)) * before->protection_days;
    change.terms_units = rest - change.demand_units;
    return change;
}

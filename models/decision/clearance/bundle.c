#include "models/decision/clearance/bundle.h"

#include <math.h>

void pk_bundle_price(const struct pk_bundle_input *input, struct pk_bundle *out_bundle)
{
    const struct pk_bundle_part *item = &input->item;
    const struct pk_bundle_part *partner = &input->partner;
    struct pk_bundle bundle = {.is_possible = false};
    double together = item->price + partner->price;
    double cost = item->cost + partner->cost;
    double selling =
        (item->price * item->selling_cost_ratio + partner->price * partner->selling_cost_ratio) /
        together;
    double kept = 1 - selling - input->margin_floor;
    double least = kept > 0 ? cost / kept : INFINITY;
    double price = fmax(partner->price + (1 - PK_BUNDLE_ITEM_DISCOUNT) * item->price, least);
    if (price < together) {
        double alone = partner->price * (1 - partner->selling_cost_ratio) - partner->cost;
        bundle.is_possible = true;
        bundle.price = price;
        bundle.margin_ratio = (price * (1 - selling) - cost) / price;
        bundle.discount_ratio = 1 - price / together;
        bundle.expected_units =
            fmax(fmin(input->attach_ratio * input->partner_units, input->left_units), 0);
        /* buyers of the pair would have bought the partner; the item's cost is sunk */
        bundle.expected_margin =
            (price * (1 - selling) - cost + item->cost - alone) * bundle.expected_units;
    }
    *out_bundle = bundle;
}

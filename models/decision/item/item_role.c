#include "models/decision/item/item_role.h"

#include <math.h>

#define TRAFFIC_VELOCITY_PLACE 0.85
#define PROFIT_VELOCITY_PLACE  0.40
#define IMAGE_VELOCITY_PLACE   0.50
#define IMAGE_PRICE_PLACE      0.90

enum pk_role pk_role_proposed(const struct pk_role_evidence *evidence)
{
    bool has_margin = isfinite(evidence->margin_ratio) && isfinite(evidence->margin_median);
    if (has_margin && evidence->velocity_place >= TRAFFIC_VELOCITY_PLACE &&
        evidence->margin_ratio < evidence->margin_median)
        return PK_ROLE_TRAFFIC;
    if (evidence->price_place >= IMAGE_PRICE_PLACE &&
        evidence->velocity_place < IMAGE_VELOCITY_PLACE)
        return PK_ROLE_IMAGE;
    if (has_margin && evidence->velocity_place >= PROFIT_VELOCITY_PLACE &&
        evidence->margin_ratio >= evidence->margin_median)
        return PK_ROLE_PROFIT;
    return PK_ROLE_REGULAR;
}

double pk_role_discount_maximum(enum pk_role role, bool is_dead)
{
    if (is_dead)
        return PK_ANY_DISCOUNT_MAX;
    if (role == PK_ROLE_IMAGE)
        return PK_IMAGE_DISCOUNT_MAX;
    return role == PK_ROLE_TRAFFIC ? PK_TRAFFIC_DISCOUNT_MAX : PK_ANY_DISCOUNT_MAX;
}

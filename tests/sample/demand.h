/* True mean demand and its draws: level x season x weekday x life x campaign x price, negative
 * binomial around it. */
#ifndef PK_SAMPLE_DEMAND_H
#define PK_SAMPLE_DEMAND_H

#include "tests/sample/shop.h"

/* Lift of an item by one hour of livestream in its category, log scale. */
#define PK_SHOP_LIVESTREAM_EFFECT 0.08

/* Draws the livestream plan of every category: livestream_hours[category][day]. */
void pk_shop_livestream_fill(struct pk_shop *shop);

/* Ratio of a promoted day's mean to the same day's without, at an unchanged price and with the
 * price effect. */
double pk_shop_traffic_lift(const struct pk_shop_item *item, enum pk_shop_kind kind,
                            double traffic_ratio);
double pk_shop_price_lift(const struct pk_shop_item *item, int32_t discount_percent);

/* Writes mean_units and demand_units of every series and day. OUT_OF_MEMORY. */
enum pk_status pk_shop_demand_fill(struct pk_shop *shop, struct pk_error *error);

#endif

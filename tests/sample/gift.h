/* A gift of the next Double 12: a bag that goes with every unit of an image item from the peak day
 * to the end. It is kept in stock and never sold, so nothing of it is in the sales. */
#ifndef PK_SAMPLE_GIFT_H
#define PK_SAMPLE_GIFT_H

#include <stdio.h>

#include "tests/sample/shop.h"

/* Whether the item comes with it. */
bool pk_shop_gift_goes_with(const struct pk_shop_item *item);

/* The Double 12 after the history; NULL if the shop does not know it yet. */
const struct pk_shop_campaign *pk_shop_gift_campaign(const struct pk_shop *shop);

/* Rows of the gift for items.csv, supply.csv, stock.csv (the day it came, the last of the history)
 * and components.csv; nothing without a campaign. There is too little of it in the first
 * warehouse. */
void pk_shop_gift_write_item(const struct pk_shop *shop, FILE *stream);
void pk_shop_gift_write_supply(const struct pk_shop *shop, FILE *stream);
void pk_shop_gift_write_stock(const struct pk_shop *shop, FILE *stream);
void pk_shop_gift_write_components(const struct pk_shop *shop, FILE *stream);

/* Rows of one day for the truth of demand: mean, and what is really wanted. */
void pk_shop_gift_write_mean(const struct pk_shop *shop, int32_t day, FILE *stream);
void pk_shop_gift_write_demand(const struct pk_shop *shop, int32_t day, FILE *stream);

#endif

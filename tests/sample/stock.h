/* The shop's history day by day: receipts, sales that stop at an empty shelf, returns, and naive
 * reordering. */
#ifndef PK_SAMPLE_STOCK_H
#define PK_SAMPLE_STOCK_H

#include "tests/sample/shop.h"

/* Fills the served and stock fields of every history day, all cells and all orders. Policy:
 * (R,S) with S = mean sales of the last 30 days x (lead time + review period) x the planner's
 * habits; campaigns are foreseen in part only. OUT_OF_MEMORY. */
enum pk_status pk_shop_stock_fill(struct pk_shop *shop, struct pk_error *error);

#endif

/* Deposits 定金 of presale goods: part of the peak day's demand is paid for in advance, a part of
 * the deposits is never followed by the balance 尾款. */
#ifndef PK_SAMPLE_PRESALE_H
#define PK_SAMPLE_PRESALE_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/sample/shop.h"

/* Writes the rows `date,promotion_id,item_id,deposit_units,balance_paid_units` of all presales
 * whose date lies in first_day..last_day. */
void pk_shop_deposits_write(const struct pk_shop *shop, int32_t first_day, int32_t last_day,
                            FILE *stream);

#endif

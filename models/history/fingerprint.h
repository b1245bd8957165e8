/* A fingerprint of everything that forecasts use: two histories with the same one were fitted from
 * the same rows. */
#ifndef PK_HISTORY_FINGERPRINT_H
#define PK_HISTORY_FINGERPRINT_H

#include <stdint.h>

#include "models/history/shop.h"

/* Items (without their costs and names), warehouses, categories, series, promotions, covariates,
 * prices and settings of the shop, whatever their dates, and the sales up to through_date. Source:
 * pk_hash_word of models/base/hash.h. Not a protection against forgery. */
uint64_t pk_history_fingerprint(const struct pk_shop *shop, const struct pk_sales *sales,
                                int32_t through_date);

#endif

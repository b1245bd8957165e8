/* A fingerprint of everything that forecasts use. Two histories with equal fingerprints give equal
 * fits. */
#ifndef PK_HISTORY_FINGERPRINT_H
#define PK_HISTORY_FINGERPRINT_H

#include <stdint.h>

#include "models/history/shop.h"

/* Covers the sales up to through_date, and these of the shop, of any date: items (without their
 * costs and names), warehouses, categories, series, promotions, covariates, prices and settings.
 * Source: pk_hash_word of models/base/hash.h. It does not protect against forgery. */
uint64_t pk_history_fingerprint(const struct pk_shop *shop, const struct pk_sales *sales,
                                int32_t through_date);

#endif

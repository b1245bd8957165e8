/* Money in whole micros of the store's currency, checked; never floating point. */
#ifndef PK_BASE_UNITS_H
#define PK_BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/text.h"

#define PK_MICROS_PER_UNIT INT64_C(1000000)
/* Bytes of the longest formatted amount with its NUL. */
#define PK_MONEY_TEXT_SIZE 32

/* Reads a plain decimal amount ("12.5") into micros; digits past the sixth decimal are refused.
 * False on anything else or beyond +-PK_MONEY_MICROS_MAX. */
bool pk_money_parse(struct pk_text text, int64_t *out_micros);

/* Writes the shortest exact decimal with at least two decimals: 12.50, 0.123456. Returns `out`. */
const char *pk_money_format(int64_t micros, char out[PK_MONEY_TEXT_SIZE]);

/* micros x count, saturated at +-INT64_MAX. */
int64_t pk_money_times(int64_t micros, int64_t count);

/* Nearest micros of an amount computed in floating point (a weight times an amount), saturated; 0
 * for NaN. */
int64_t pk_money_from_double(double amount);

#endif

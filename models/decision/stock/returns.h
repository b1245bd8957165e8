/* Goods that buyers send back 退货: which part of what is sold, after how many days, and how many
 * units that brings back into sellable stock.
 *
 * Rate of an item = (returned + c x rate of its category) / (sold + c), that of a category in the
 * same way towards the shop's, c = PK_RETURN_PRIOR_UNITS (the mean of a beta prior worth c sales;
 * Gelman et al., Bayesian Data Analysis, 2.4). Returns are dated by receipt, so sales count up to one
 * lag before the returns do.
 *
 * The lag is the shop's: the number of days 1..PK_RETURN_LAG_DAYS_MAX with the highest correlation
 * between units returned on a day and units sold that many days before, the shorter one of equals. */
#ifndef PK_DECISION_RETURNS_H
#define PK_DECISION_RETURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/decision/stock/projection.h"

/* Days of history that rates and lag are learnt from. */
#define PK_RETURN_DAYS         364
#define PK_RETURN_PRIOR_UNITS  50.0
#define PK_RETURN_LAG_DAYS_MAX 30
#define PK_RETURN_LAG_DEFAULT  7
/* With fewer returned units the lag is the default. */
#define PK_RETURN_LAG_EVIDENCE_UNITS 50.0

/* Lag from units per day, oldest first; *out_is_learnt = false and the default where evidence is thin:
 * few returned units, fewer than four times PK_RETURN_LAG_DAYS_MAX days, or no correlation. */
int32_t pk_return_lag_days(const double *sold_units, const double *returned_units, size_t day_count,
                           bool *out_is_learnt);

struct pk_return_evidence {
    double sold_units, returned_units;
    uint32_t category; /* below category_count */
};

/* Writes a rate in 0..1 per item; all 0 where nothing was returned. OUT_OF_MEMORY. */
enum pk_status pk_return_rates_make(const struct pk_return_evidence *items, size_t item_count,
                                    size_t category_count, double *out_rates,
                                    struct pk_error *error);

/* What one series expects; zero = no returns. */
struct pk_returns {
    double rate;
    int32_t lag_days;              /* 1..PK_RETURN_LAG_DAYS_MAX */
    const double *past_sold_units; /* [lag_days]: sold on next - lag_days .. next - 1; borrowed */
};

/* Units expected back on from_date..to_date, both included: of what was sold lately, then of the
 * demand ahead. Days before `next` count as nothing. */
double pk_returns_expected_units(const struct pk_returns *returns, const struct pk_demand *demand,
                                 int32_t from_date, int32_t to_date);

/* Takes what comes back in buckets 0..bucket_count - 1 off the demand until then; returns its units.
 * When: pk_projection_take_off. */
double pk_returns_sell_again(const struct pk_returns *returns, struct pk_projection *projection,
                             size_t bucket_count);

#endif

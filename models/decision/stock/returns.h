/* Goods that buyers send back 退货: which part of the sales comes back, after how many days, and
 * how many units that brings into sellable stock.
 *
 * *Rate* of an item = (returned + c x rate of its category) / (sold + c). The rate of a category is
 * shrunk to the shop's by that formula too. c = PK_RETURN_PRIOR_UNITS (the mean of a beta prior
 * worth c sales; Gelman et al., Bayesian Data Analysis, 2.4). Returns are dated by receipt, so
 * sales count up to one lag before the last returns.
 *
 * *Lag* is the shop's: the number of days 1..PK_RETURN_LAG_DAYS_MAX with the highest correlation
 * between units returned on a day and units sold that many days before. Of equal ones the shorter
 * is taken. */
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

/* Lag in days from units per day, oldest first. If evidence is thin, *out_is_learnt is false and
 * the lag is the default: few returned units, fewer than 4 x PK_RETURN_LAG_DAYS_MAX days, or no
 * correlation. */
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

/* Returns of one series; zero = none. */
struct pk_returns {
    double rate;                   /* 0..1 of the units sold */
    int32_t lag_days;              /* 1..PK_RETURN_LAG_DAYS_MAX */
    const double *past_sold_units; /* [lag_days]: sold on next - lag_days .. next - 1; borrowed */
};

/* Units expected back on from_date..to_date, both included: of recent sales first, then of the
 * demand ahead. Days before `next` count 0. */
double pk_returns_expected_units(const struct pk_returns *returns, const struct pk_demand *demand,
                                 int32_t from_date, int32_t to_date);

/* Takes the units that come back in buckets 0..bucket_count - 1 off the demand of those buckets,
 * and gives their number. It may be called when pk_projection_take_off may. */
double pk_returns_sell_again(const struct pk_returns *returns, struct pk_projection *projection,
                             size_t bucket_count);

#endif

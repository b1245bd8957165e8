/* A sum over many series whose forecasts err together. Pure; no allocation.
 *
 * Items of a campaign share the error of its lift: if Double 12 turns out stronger, all of them
 * sell more. So the P90 of a shop is far above that of independent items, and below the sum of the
 * items' P90s.
 *
 * One factor z, standard normal, moves every series. With r^2 the shared part of the relative
 * variance of its lift,
 *   M(z) = M exp(r z) / E[exp(r z)],
 * and the rest of the variance is the series' own. A sum is kept as its mean and own variance at
 * PK_SHARED_NODE_COUNT values of z, 0.75 apart from -3 to 3, so that sums add up over scopes;
 * between two nodes both are linear. Given z, a sum is normal. Source: one-factor model, Vasicek
 * (2002), "The distribution of loan portfolio value", Risk 15(12).
 *
 * Served units are cut at the stock, which two moments would not show. For totals that nothing
 * cuts, total_band.h keeps two moments. */
#ifndef PK_DECISION_SHARED_SUM_H
#define PK_DECISION_SHARED_SUM_H

#include "models/forecast/demand.h"

#define PK_SHARED_NODE_COUNT 9
/* Part of the variance of lifts that all items share; the rest is an item's own. Measured at Double
 * 12 of simulated shops: with 0.5 the P10..P90 of 100 categories held 87 % of their sales (with 1:
 * 94 %), those of 60 others 92 %. A smaller part would fit those shops better, but their campaigns
 * have no surprise of their own, and single campaigns of a real shop do. */
#define PK_SHARED_LIFT_PART 0.5

/* A sum, or one series; in units or in money. Zero-initialised = empty. */
struct pk_shared_sum {
    double mean[PK_SHARED_NODE_COUNT], variance[PK_SHARED_NODE_COUNT];
};

/* Demand over from_date..to_date, both included, at every z, in units; without mean_excess. */
void pk_shared_demand(const struct pk_demand *demand, int32_t from_date, int32_t to_date,
                      struct pk_shared_sum *out_demand);
/* Part of the demand that a stock serves: mean E[min(D, stock)], variance of a normal demand cut at
 * the stock. */
void pk_shared_served(const struct pk_shared_sum *demand, double stock_units,
                      struct pk_shared_sum *out_served);

/* Adds scale x part; the second adds an amount that is certain. */
void pk_shared_sum_add(struct pk_shared_sum *sum, const struct pk_shared_sum *part, double scale);
void pk_shared_sum_add_certain(struct pk_shared_sum *sum, double amount);

double pk_shared_sum_mean(const struct pk_shared_sum *sum);
/* Smallest value >= 0 that the sum stays below with this probability, in (0, 1). */
double pk_shared_sum_quantile(const struct pk_shared_sum *sum, double probability);
/* P(sum >= value). */
double pk_shared_sum_reaches(const struct pk_shared_sum *sum, double value);

#endif

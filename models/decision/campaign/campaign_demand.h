/* Evidence of deposits and of the first days of a campaign on the rest of its demand.
 *
 * *Belief.* The ratio of a campaign's sales to its forecast has a Gamma belief. n units counted
 * where E were expected move it as n ~ Poisson(ratio E) would (Gelman et al., Bayesian Data
 * Analysis, 2.6), but with a weight w: the part of a Poisson count's information that the count's
 * own variance leaves.
 *   a' = a + w n,  b' = b + w E,  w = mu / (mu + m^2 s + mu^2 e),  mu = m E,  m = a / b,
 * s = variance of daily demand beyond Poisson, e = relative variance of E as a yardstick. w = 1 is
 * the conjugate update.
 *
 * *Levels.* The shop, its categories and their items hold a belief each. Each takes its prior from
 * the belief above it, without its own units (Buhlmann & Gisler, A Course in Credibility Theory
 * (2005), ch. 6).
 *
 * *Deposits 定金.* Three figures are learnt from past presales of the shop: the part of the demand
 * from the balance date on that leaves a deposit; the curve, which is the part of the final
 * deposits that has come by each part of the presale; and the part of the deposits that is followed
 * by the balance. */
#ifndef PK_DECISION_CAMPAIGN_DEMAND_H
#define PK_DECISION_CAMPAIGN_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/demand.h"

/* Gamma belief in units sold / units forecast. */
struct pk_ratio_belief {
    double mean;              /* > 0 */
    double relative_variance; /* > 0 */
};

struct pk_ratio_evidence {
    double units;             /* counted, >= 0 */
    double expected_units;    /* E, at ratio 1; 0 teaches nothing */
    double noise_variance;    /* s: of the units at ratio 1 beyond Poisson */
    double relative_variance; /* e, >= 0 */
};

/* The belief after the evidence. */
struct pk_ratio_belief pk_ratio_update(struct pk_ratio_belief prior,
                                       const struct pk_ratio_evidence *evidence);

/* Evidence of many items together. Start at zero. */
struct pk_ratio_sums {
    double units, expected_units, noise_variance;
    double error_variance; /* of the expected units, items apart: sum (E^2 e) */
};

/* `spread` = relative variance of the item's ratio around the ratio of the sums' scope. */
void pk_ratio_sums_add(struct pk_ratio_sums *sums, const struct pk_ratio_evidence *evidence,
                       double spread);
/* The evidence of `whole` without `part`, which is part of it. `common` = relative variance that
 * all items share. */
struct pk_ratio_evidence pk_ratio_sums_without(const struct pk_ratio_sums *whole,
                                               const struct pk_ratio_sums *part, double common);

/* A presale is cut into this many equal parts. */
#define PK_PRESALE_PARTS 20

/* One past presale of one item. */
struct pk_presale {
    double deposit_units; /* final */
    double paid_units;    /* balance paid; NAN = not told */
    double demand_units;  /* from the balance date to the end of the campaign */
    double cumulative_units[PK_PRESALE_PARTS + 1]; /* deposits by part i of the presale */
};

/* Sums over past presales. Start at zero. */
struct pk_presale_sums {
    size_t count;
    double deposits, demand, deposit_square, cross, demand_square;
    double told_deposits, paid; /* of presales with a known paid_units */
    double cumulative[PK_PRESALE_PARTS + 1];
};
void pk_presale_sums_add(struct pk_presale_sums *sums, const struct pk_presale *presale);

struct pk_presale_terms {
    size_t presale_count;    /* that they were learnt from; 0 = the defaults */
    double deposit_ratio;    /* final deposits / demand from the balance date on */
    double common_variance;  /* relative, of that ratio: shared by all items of a campaign */
    double item_variance;    /* relative, of an item's ratio around the campaign's */
    double conversion_ratio; /* balance paid / deposits */
    double curve[PK_PRESALE_PARTS + 1]; /* pk_presale_come at part i; 0..1 */
};

/* Learns the terms. Without a past presale: deposits of 0.35 of the demand (a wide guess, a factor
 * of 2 either way, because nobody publishes it); 0.9 of them paid; a fifth of them on the first day
 * of the presale and the rest evenly. */
struct pk_presale_terms pk_presale_terms_learn(const struct pk_presale_sums *sums);

/* Part of the final deposits that has come by `part` (0..1) of the presale. */
double pk_presale_come(const struct pk_presale_terms *terms, double part);

/* Habit of an item: its deposits over those expected of an item like it, from all its past
 * presales. */
struct pk_ratio_belief pk_presale_habit(const struct pk_presale_terms *terms, double deposit_units,
                                        double expected_units);

/* Evidence of the deposits that have come by `part` (0..1) of a presale. Its expected units follow
 * from the forecast `demand_units` of the days from the balance date on. */
struct pk_ratio_evidence pk_presale_evidence(const struct pk_presale_terms *terms,
                                             struct pk_ratio_belief habit, double deposit_units,
                                             double demand_units, double part);

/* Multiplies the means of from_date..to_date by `ratio`. The range takes an error of
 * relative_variance if that is smaller than the forecast's; the rest of the path keeps its error.
 * `mean_units` are the demand's own. A weekly bucket that is partly inside changes by its share of
 * days. */
void pk_demand_rescale(struct pk_demand *demand, double *mean_units, int32_t from_date,
                       int32_t to_date, double ratio, double relative_variance);

/* Adds `units`, spread evenly over from_date..to_date, to a path that has no demand there, with
 * this error. stop_probability, idle_probability and mean_excess become 0. */
void pk_demand_add(struct pk_demand *demand, double *mean_units, int32_t from_date, int32_t to_date,
                   double units, double relative_variance);

/* Relative variance of demand over a range without the noise of its days; 0 for an empty range. */
double pk_demand_relative_variance(const struct pk_demand *demand, int32_t from_date,
                                   int32_t to_date);

/* Sum of mu^2 / k over a range: the variance of its days beyond Poisson, in squared units. */
double pk_demand_noise_variance(const struct pk_demand *demand, int32_t from_date, int32_t to_date);

#endif

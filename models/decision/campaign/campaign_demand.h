/* What deposits and the first days of a campaign say about the rest of its demand.
 *
 * The ratio of what a campaign sells to what was forecast has a Gamma belief. Units counted where
 * E were expected move it as n ~ Poisson(ratio E) would (Gelman et al., Bayesian Data Analysis,
 * 2.6), by the part w that the count's own variance leaves of a Poisson count's information:
 *   a' = a + w n,  b' = b + w E,  w = mu / (mu + m^2 s + mu^2 e),  mu = m E,  m = a / b,
 * with s the variance that daily demand has beyond Poisson and e the relative variance of E as a
 * yardstick. w = 1: the conjugate update. The same belief is held for the shop, its categories and
 * items in turn; each takes its prior from the one above without its own units (Buhlmann & Gisler,
 * A Course in Credibility Theory (2005), ch. 6).
 *
 * Deposits 定金: final deposits of an item are a part of its demand from the balance date on; of them
 * a part has come by each part of the presale (the curve), and a part is followed by the balance.
 * All three are learnt from past presales of the shop. */
#ifndef PK_DECISION_CAMPAIGN_DEMAND_H
#define PK_DECISION_CAMPAIGN_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/demand.h"

struct pk_ratio_belief {
    double mean;              /* > 0 */
    double relative_variance; /* > 0 */
};

struct pk_ratio_evidence {
    double units;             /* counted, >= 0 */
    double expected_units;    /* at ratio 1; nothing is learnt from 0 */
    double noise_variance;    /* s: of the units at ratio 1 beyond Poisson */
    double relative_variance; /* e */
};

struct pk_ratio_belief pk_ratio_update(struct pk_ratio_belief prior,
                                       const struct pk_ratio_evidence *evidence);

/* Evidence of many items together. Start at zero. */
struct pk_ratio_sums {
    double units, expected_units, noise_variance;
    double error_variance; /* of the expected units, items apart: sum (E^2 e) */
};

/* `spread` = relative variance of the item's own ratio around what the sums are about. */
void pk_ratio_sums_add(struct pk_ratio_sums *sums, const struct pk_ratio_evidence *evidence,
                       double spread);
/* The evidence of `whole` without `part`, which it holds; `common` = relative variance that all
 * items share. */
struct pk_ratio_evidence pk_ratio_sums_without(const struct pk_ratio_sums *whole,
                                               const struct pk_ratio_sums *part, double common);

/* Cumulative deposits at i / PK_PRESALE_PARTS of a presale. */
#define PK_PRESALE_PARTS 20

/* One past presale of one item. */
struct pk_presale {
    double deposit_units; /* final */
    double paid_units;    /* balance paid; NAN = not told */
    double demand_units;  /* from the balance date to the end of the campaign */
    double cumulative_units[PK_PRESALE_PARTS + 1];
};

/* Start at zero. */
struct pk_presale_sums {
    size_t count;
    double deposits, demand, deposit_square, cross, demand_square;
    double told_deposits, paid; /* of presales that told what was paid */
    double cumulative[PK_PRESALE_PARTS + 1];
};
void pk_presale_sums_add(struct pk_presale_sums *sums, const struct pk_presale *presale);

struct pk_presale_terms {
    size_t presale_count;    /* behind them; 0 = the defaults */
    double deposit_ratio;    /* final deposits / demand from the balance date on */
    double common_variance;  /* relative, of that ratio: what all items of a campaign share */
    double item_variance;    /* and around it by item */
    double conversion_ratio; /* balance paid / deposits */
    double curve[PK_PRESALE_PARTS + 1];
};

/* Without a past presale: 0.35 of the demand (nobody publishes it: a wide guess, factor 2 either
 * way), 0.9 of the deposits paid, a fifth of them on the opening of the presale and the rest
 * evenly. */
struct pk_presale_terms pk_presale_terms_learn(const struct pk_presale_sums *sums);

/* Part of the final deposits that has come by `part` (0..1) of the presale. */
double pk_presale_come(const struct pk_presale_terms *terms, double part);

/* Own habit of an item: its deposits over those of its kind, from its past presales together. */
struct pk_ratio_belief pk_presale_habit(const struct pk_presale_terms *terms, double deposit_units,
                                        double expected_units);

/* What deposits say while a presale is at `part` of its way: evidence whose expected units are
 * those of the forecast `demand_units` from the balance date on. */
struct pk_ratio_evidence pk_presale_evidence(const struct pk_presale_terms *terms,
                                             struct pk_ratio_belief habit, double deposit_units,
                                             double demand_units, double part);

/* Multiplies the means of from_date..to_date by `ratio` and gives that range an error of
 * relative_variance in place of the forecast's where that is smaller; the rest of the path keeps
 * its own. `mean_units` are the demand's. Weekly buckets that are partly inside change by their
 * share of days. */
void pk_demand_rescale(struct pk_demand *demand, double *mean_units, int32_t from_date,
                       int32_t to_date, double ratio, double relative_variance);

/* Gives a path without demand in from_date..to_date `units` there, spread evenly, with this error;
 * what the forecast said of its stopping no longer holds. */
void pk_demand_add(struct pk_demand *demand, double *mean_units, int32_t from_date, int32_t to_date,
                   double units, double relative_variance);

/* Relative variance of demand over a range that is not noise of its days; 0 for an empty one. */
double pk_demand_relative_variance(const struct pk_demand *demand, int32_t from_date,
                                   int32_t to_date);

/* Sum of mu^2 / k over a range: what its days vary beyond Poisson. */
double pk_demand_noise_variance(const struct pk_demand *demand, int32_t from_date, int32_t to_date);

#endif

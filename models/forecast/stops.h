/* Series that stop: the effect of a run of zeros up to as-of, or of none, on the next window
 * (internal to models/forecast).
 *
 * Demand varies, but some windows sell nothing with a probability that no dispersion explains:
 * goods are out of stock that nobody reported, out of season, or taken off the list. Past windows
 * of all series of a group are classed by the information of the run of zeros before them, -ln
 * P(run) under the level before the run. Per class (the probability: per velocity class in it,
 * shrunk to it)
 *   factor      = mean of S / M, units sold over units that the level said, relative to the class
 *                 without a run
 *   probability = (share of windows with S <= M / 10, less e) / (1 - e),
 *                 e = the share that the error of levels expects
 * Both are shrunk to no effect with the weight of 20 windows. A window's demand is then 0 with the
 * probability, else negative binomial with its mean and variance (demand.h). */
#ifndef PK_FORECAST_STOPS_H
#define PK_FORECAST_STOPS_H

#include <stdbool.h>
#include <stddef.h>

#define PK_STOP_CLASS_COUNT 6
#define PK_STOP_GRID        4 /* relative variances of the level for which `expected` is kept */

/* Windows of one class; weights up to 1. Start at zero. */
struct pk_stop_evidence {
    double windows, ratio; /* of S / M, cut at 3 */
    double able, stopped;  /* windows that could tell: means of at least 3 units */
    double expected[PK_STOP_GRID];
};

/* A stop: probability to sell nothing, 0..1, and factor on the level. */
struct pk_stop {
    double probability, factor;
};

/* Class of a run by its information in nats; 0 = no run, or one without information. */
size_t pk_stop_class(double information);

/* -ln P(0) of a day with this mean. */
double pk_stop_information(double mean, double inverse_dispersion);

/* True if next to nothing was sold of much: mean >= 3 and units <= mean / 10. */
bool pk_stop_is(double units, double mean);

/* Adds a window: sold, mean, variance of its days and relative variance of its level from sampling.
 * */
void pk_stop_add(struct pk_stop_evidence *evidence, double units, double mean, double noise,
                 double sampling, double weight);

void pk_stop_merge(struct pk_stop_evidence *sum, const struct pk_stop_evidence *part);

/* Part of the windows, 0..1, that sold next to nothing and that a level of this relative variance
 * does not explain. */
double pk_stop_unexplained(const struct pk_stop_evidence *one, double level_variance);

/* Stop of a velocity class (`one`) within a class of runs (`all`: all its velocities). `none` is
 * the class without a run, whose factor is 1. */
struct pk_stop pk_stop_solve(const struct pk_stop_evidence *one, const struct pk_stop_evidence *all,
                             const struct pk_stop_evidence *none, double level_variance);

/* Excess of windows without a run before them: units sold / (level x `factor`) - 1, from bulk
 * orders that levels leave out and from growth. It is within -0.1..0.1, of a velocity class, shrunk
 * to `all`, and that to 0. */
double pk_stop_excess(const struct pk_stop_evidence *one, const struct pk_stop_evidence *all,
                      double factor);

/* Idle days: in trade in lots, days sell nothing more often than a negative binomial of their mean
 * and variance says. A day is idle with probability p, else negative binomial of mean mu / (1 - p)
 * and the variance that is left, so that the day keeps its mean and variance. p is the one that
 * expects as many days without a sale as there were, shrunk to 0 with the weight of 200 days. */
#define PK_IDLE_GRID 5
struct pk_idle_evidence {
    double days, without, expected[PK_IDLE_GRID];
};

/* Adds a day by whether it sold, its mean and 1/k. Start at zero. */
void pk_idle_add(struct pk_idle_evidence *evidence, bool sold, double mean,
                 double inverse_dispersion);
void pk_idle_merge(struct pk_idle_evidence *sum, const struct pk_idle_evidence *part);

/* p of a velocity class that leans on `all`; 0..0.6. */
double pk_idle_solve(const struct pk_idle_evidence *one, const struct pk_idle_evidence *all);

#endif

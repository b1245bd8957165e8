/* Series that stop: what a run of zeros up to as-of, or none, says about the next window (internal to
 * models/forecast).
 *
 * Next to demand that varies, a window sells nothing with a probability that no dispersion tells: goods out
 * of stock that nobody reported, out of season, taken off the list. Past windows of all series of a
 * group are classed by the information of the run of zeros before them, -ln P(run) under the level before
 * the run; per class (probability: per velocity class in it, shrunk to it)
 *   factor      = mean of S / M, what was sold over what the level said, beside the class without a run,
 *   probability = (share with S <= M / 10, less what the error of levels expects) / (1 - that),
 * both shrunk to none with the weight of 20 windows. A window's demand is then 0 with the probability,
 * else negative binomial with its mean and variance (demand.h). */
#ifndef PK_FORECAST_STOPS_H
#define PK_FORECAST_STOPS_H

#include <stdbool.h>
#include <stddef.h>

#define PK_STOP_CLASS_COUNT 6
#define PK_STOP_GRID        4 /* relative variances of the level for which the expected is kept */

/* Windows of one class; weights up to 1. Start at zero. */
struct pk_stop_evidence {
    double windows, ratio; /* of S / M, cut at 3 */
    double able, stopped;  /* windows that could tell: means of at least 3 units */
    double expected[PK_STOP_GRID];
};

struct pk_stop {
    double probability, factor;
};

/* Class of a run's information in nats; 0 = no run, or one that says nothing. */
size_t pk_stop_class(double information);

/* -ln P(0) of a day with this mean. */
double pk_stop_information(double mean, double inverse_dispersion);

/* Next to nothing where much was expected? */
bool pk_stop_is(double units, double mean);

/* Adds a window: sold, mean, variance of its days and relative variance of its level from sampling. */
void pk_stop_add(struct pk_stop_evidence *evidence, double units, double mean, double noise,
                 double sampling, double weight);

void pk_stop_merge(struct pk_stop_evidence *sum, const struct pk_stop_evidence *part);

/* Part of the windows next to nothing that a level of this relative variance does not explain. */
double pk_stop_unexplained(const struct pk_stop_evidence *one, double level_variance);

/* Stop of a velocity class within a class of runs (`all` of its velocities), beside the class without
 * a run, whose factor is 1. */
struct pk_stop pk_stop_solve(const struct pk_stop_evidence *one, const struct pk_stop_evidence *all,
                             const struct pk_stop_evidence *none, double level_variance);

/* What windows without a run before them sold over what the level times `factor` says, less 1: bulk orders that
 * levels leave out, growth. Within -0.1..0.1; of a velocity class, shrunk to `all`, and that to 0. */
double pk_stop_excess(const struct pk_stop_evidence *one, const struct pk_stop_evidence *all,
                      double factor);

/* Days that sell nothing more often than a negative binomial of their mean and variance says: trade in lots.
 * A day is idle with probability p of its own, else negative binomial of mean mu / (1 - p) and what
 * variance is left, so that mean and variance of the day stay what they are. p is where the days
 * without a sale are as many as expected, shrunk to 0 with the weight of 200 days. */
#define PK_IDLE_GRID 5
struct pk_idle_evidence {
    double days, without, expected[PK_IDLE_GRID];
};

/* Adds a day by whether it sold, its mean and 1/k. Start at zero. */
void pk_idle_add(struct pk_idle_evidence *evidence, bool sold, double mean,
                 double inverse_dispersion);
void pk_idle_merge(struct pk_idle_evidence *sum, const struct pk_idle_evidence *part);

/* 0..0.6, of a velocity class that leans on `all`. */
double pk_idle_solve(const struct pk_idle_evidence *one, const struct pk_idle_evidence *all);

#endif

#include "models/forecast/stops.h"

#include <math.h>

#include "models/numeric/distribution.h"

#define PRIOR_WINDOWS   20.0
#define RATIO_MAX       3.0
#define NEARLY_NOTHING  0.1
#define MEAN_MIN        3.0 /* below it, nothing sold is nothing special */
#define PROBABILITY_MAX 0.9
#define FACTOR_MIN      0.2
#define FACTOR_MAX      1.5
#define LEVEL_VARIANCE  0.3 /* of single windows, so that large ones do not rule */
#define MEAN_RATIO_MIN  0.5
#define EXCESS_MAX      0.1
#define IDLE_PRIOR_DAYS 200.0

static const double idle_grid[PK_IDLE_GRID] = {0, 0.1, 0.2, 0.4, 0.6};
static const double nearly_root = 0.46415888336127789; /* cube root of NEARLY_NOTHING */
static const double grid[PK_STOP_GRID] = {0, 0.1, 0.3, 1};

size_t pk_stop_class(double information)
{
    static const double bounds[PK_STOP_CLASS_COUNT - 1] = {1, 4, 7, 15, 40};
    size_t one = 0;
    while (one < PK_STOP_CLASS_COUNT - 1 && information >= bounds[one])
        one++;
    return one;
}

double pk_stop_information(double mean, double inverse_dispersion)
{
    return inverse_dispersion > 1e-9 ? log1p(mean * inverse_dispersion) / inverse_dispersion : mean;
}

bool pk_stop_is(double units, double mean)
{
    return mean >= MEAN_MIN && units <= NEARLY_NOTHING * mean;
}

void pk_stop_add(struct pk_stop_evidence *evidence, double units, double mean, double noise,
                 double sampling, double weight)
{
    if (!(mean >= MEAN_RATIO_MIN) || !(noise > 0) || !isfinite(units))
        return;
    const double part = weight * mean * mean / (noise + LEVEL_VARIANCE * mean * mean);
    evidence->windows += part;
    evidence->ratio += part * fmin(units / mean, RATIO_MAX);
    if (!(mean >= MEAN_MIN))
        return;
    evidence->able += weight;
    evidence->stopped += pk_stop_is(units, mean) ? weight : 0;
    for (size_t i = 0; i < PK_STOP_GRID; i++) {
        const double variance = noise / (mean * mean) + sampling + grid[i];
        evidence->expected[i] +=
            weight * pk_normal_at_most(3 / sqrt(variance) * (nearly_root - 1 + variance / 9));
    }
}

void pk_stop_merge(struct pk_stop_evidence *sum, const struct pk_stop_evidence *part)
{
    sum->windows += part->windows;
    sum->ratio += part->ratio;
    sum->able += part->able;
    sum->stopped += part->stopped;
    for (size_t i = 0; i < PK_STOP_GRID; i++)
        sum->expected[i] += part->expected[i];
}

/* Windows next to nothing that a level of this variance expects. */
static double expected_at(const struct pk_stop_evidence *one, double level_variance)
{
    size_t i = 1;
    while (i + 1 < PK_STOP_GRID && grid[i] < level_variance)
        i++;
    const double part = fmin(1, (level_variance - grid[i - 1]) / (grid[i] - grid[i - 1]));
    return one->expected[i - 1] + part * (one->expected[i] - one->expected[i - 1]);
}

double pk_stop_unexplained(const struct pk_stop_evidence *one, double level_variance)
{
    return one->stopped > 0 ? fmax(0, 1 - expected_at(one, level_variance) / one->stopped) : 0;
}

/* Shrunk to a prior. */
static double probability_of(const struct pk_stop_evidence *one, double level_variance,
                             double prior)
{
    const double expected = expected_at(one, level_variance);
    if (!(one->able > expected))
        return prior;
    const double excess = (one->stopped - expected) / (one->able - expected);
    return (fmax(0, fmin(excess, PROBABILITY_MAX)) * one->able + PRIOR_WINDOWS * prior) /
           (one->able + PRIOR_WINDOWS);
}

struct pk_stop pk_stop_solve(const struct pk_stop_evidence *one, const struct pk_stop_evidence *all,
                             const struct pk_stop_evidence *none, double level_variance)
{
    struct pk_stop stop = {
        probability_of(one, level_variance, probability_of(all, level_variance, 0)), 1};
    if (all != none && all->windows > 0 && none->ratio > 0) {
        const double factor = all->ratio / all->windows * none->windows / none->ratio;
        stop.factor = (all->windows * fmax(FACTOR_MIN, fmin(factor, FACTOR_MAX)) + PRIOR_WINDOWS) /
                      (all->windows + PRIOR_WINDOWS);
    }
    return stop;
}

double pk_stop_excess(const struct pk_stop_evidence *one, const struct pk_stop_evidence *all,
                      double factor)
{
    const double shared = (all->ratio + PRIOR_WINDOWS * factor) / (all->windows + PRIOR_WINDOWS);
    const double own = (one->ratio + PRIOR_WINDOWS * shared) / (one->windows + PRIOR_WINDOWS);
    return factor > 0 ? fmax(-EXCESS_MAX, fmin(own / factor - 1, EXCESS_MAX)) : 0;
}

void pk_idle_add(struct pk_idle_evidence *evidence, bool sold, double mean,
                 double inverse_dispersion)
{
    if (!(mean > 0) || !isfinite(mean))
        return;
    evidence->days++;
    evidence->without += !sold;
    for (size_t i = 0; i < PK_IDLE_GRID; i++) {
        const double going = 1 - idle_grid[i], here = mean / going;
        /* 1/k of the going part: (mu + mu^2 / k - p mu'^2 (1 - p)) / (1 - p) = mu' + mu'^2 / k' */
        const double inverse = fmax(0, going * (1 + inverse_dispersion) - 1);
        evidence->expected[i] += idle_grid[i] + going * exp(-pk_stop_information(here, inverse));
    }
}

void pk_idle_merge(struct pk_idle_evidence *sum, const struct pk_idle_evidence *part)
{
    sum->days += part->days;
    sum->without += part->without;
    for (size_t i = 0; i < PK_IDLE_GRID; i++)
        sum->expected[i] += part->expected[i];
}

/* Where the expected days without a sale are those seen, shrunk to a prior. */
static double idle_of(const struct pk_idle_evidence *one, double prior)
{
    size_t i = 0;
    while (i < PK_IDLE_GRID && one->expected[i] < one->without)
        i++;
    double found = idle_grid[i < PK_IDLE_GRID ? i : PK_IDLE_GRID - 1];
    if (i > 0 && i < PK_IDLE_GRID)
        found -= (idle_grid[i] - idle_grid[i - 1]) * (one->expected[i] - one->without) /
                 (one->expected[i] - one->expected[i - 1]);
    return (one->days * found + IDLE_PRIOR_DAYS * prior) / (one->days + IDLE_PRIOR_DAYS);
}

double pk_idle_solve(const struct pk_idle_evidence *one, const struct pk_idle_evidence *all)
{
    return idle_of(one, idle_of(all, 0));
}

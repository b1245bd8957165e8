#include "models/forecast/deviation.h"

#include <math.h>
#include <string.h>

#include "models/forecast/design.h"
#include "models/numeric/least_squares.h"

#define PARAMETER_COUNT 7 /* intercept, line, two pairs, feasts */
#define STEP_COUNT      6
#define HALVING_COUNT   4
#define LINE_PRIOR_SD   0.5 /* log units per year */
#define FEAST_PRIOR_SD  0.3
#define NOT_FITTED      1e9 /* precision */
#define MIN_UNITS       10.0
#define DAYS_PER_YEAR   365.2425

/* Sales in bins: what was sold, the shape's mean and the bin's middle day. */
struct bins {
    size_t count;
    double *units, *mean, *feast;
    double *season; /* 4 per bin */
    double first_date, bin_days, centre;
    double inverse_dispersion; /* of a bin */
    double precision[PARAMETER_COUNT];
};

double pk_deviation_log_factor(double date, double feast_effect,
                               const double deviation[PK_DEVIATION_SLOW_COUNT])
{
    double season[4], sum = feast_effect * deviation[PK_DEVIATION_FEAST];
    if (!(fabs(deviation[0]) + fabs(deviation[1]) + fabs(deviation[2]) + fabs(deviation[3]) > 0))
        return sum;
    pk_design_season(date, season);
    for (size_t j = 0; j < 4; j++)
        sum += season[j] * deviation[j];
    return sum;
}

static void fill_row(const struct bins *bins, size_t bin, double row[PARAMETER_COUNT])
{
    const double date = bins->first_date + ((double)bin + 0.5) * bins->bin_days;
    row[0] = 1;
    row[1] = (date - bins->centre) / DAYS_PER_YEAR;
    memcpy(row + 2, bins->season + 4 * bin, 4 * sizeof *row);
    row[6] = bins->feast[bin];
}

static double bin_mean(const struct bins *bins, size_t bin, const double *row, const double *beta)
{
    double sum = 0;
    for (size_t j = 0; j < PARAMETER_COUNT; j++)
        sum += row[j] * beta[j];
    return bins->mean[bin] * exp(fmax(-12, fmin(sum, 12)));
}

/* Penalised deviance, up to a constant; with gradient and information if they are asked for. */
static double objective(const struct bins *bins, const double *beta, double *gradient,
                        double *information)
{
    const double inverse = bins->inverse_dispersion;
    double value = 0;
    for (size_t j = 0; j < PARAMETER_COUNT; j++)
        value += 0.5 * bins->precision[j] * beta[j] * beta[j];
    for (size_t bin = 0; bin < bins->count; bin++) {
        double row[PARAMETER_COUNT];
        if (!(bins->mean[bin] > 0))
            continue;
        fill_row(bins, bin, row);
        const double mean = bin_mean(bins, bin, row, beta), units = bins->units[bin];
        const double spread = 1 + mean * inverse;
        value -= units * log(mean / spread);
        value += inverse > 1e-9 ? log(spread) / inverse : mean;
        for (size_t j = 0; gradient != NULL && j < PARAMETER_COUNT; j++) {
            gradient[j] += row[j] * (units - mean) / spread;
            for (size_t k = 0; k < PARAMETER_COUNT; k++)
                information[j * PARAMETER_COUNT + k] += row[j] * row[k] * mean / spread;
        }
    }
    return value;
}

static void newton(const struct bins *bins, double *beta)
{
    for (int step = 0; step < STEP_COUNT; step++) {
        double direction[PARAMETER_COUNT] = {0}, largest = 0;
        double information[PARAMETER_COUNT * PARAMETER_COUNT] = {0};
        const double before = objective(bins, beta, direction, information);
        for (size_t j = 0; j < PARAMETER_COUNT; j++) {
            direction[j] -= bins->precision[j] * beta[j];
            information[j * PARAMETER_COUNT + j] += bins->precision[j];
        }
        if (!pk_cholesky_solve_small(information, direction, PARAMETER_COUNT))
            return;
        double trial[PARAMETER_COUNT], length = 1;
        int halving = 0;
        for (; halving < HALVING_COUNT; halving++, length /= 2) {
            for (size_t j = 0; j < PARAMETER_COUNT; j++)
                trial[j] = beta[j] + length * direction[j];
            if (objective(bins, trial, NULL, NULL) <= before)
                break;
        }
        if (halving == HALVING_COUNT)
            return;
        memcpy(beta, trial, sizeof trial);
        for (size_t j = 0; j < PARAMETER_COUNT; j++)
            largest = fmax(largest, fabs(length * direction[j]));
        if (largest < 1e-3)
            return;
    }
}

/* Sums of the view over bins; false if there is too little to fit. */
static bool fill_bins(const struct pk_series_view *view,
                      const struct pk_deviation_settings *settings, struct bins *bins)
{
    const size_t length = settings->bucket_days >= PK_DEVIATION_BIN_DAYS
                              ? 1
                              : (size_t)(PK_DEVIATION_BIN_DAYS / settings->bucket_days);
    const size_t life = view->start < view->count ? view->count - view->start : 0;
    double units = 0, mean = 0;
    if (life * (size_t)settings->bucket_days < PK_DEVIATION_MIN_DAYS)
        return false;
    bins->count = (life + length - 1) / length;
    memset(bins->units, 0, bins->count * sizeof *bins->units);
    memset(bins->mean, 0, bins->count * sizeof *bins->mean);
    memset(bins->feast, 0, bins->count * sizeof *bins->feast);
    for (size_t i = 0; i < life; i++) {
        const size_t t = view->start + i;
        if (!(view->exposure[t] > 0))
            continue;
        bins->units[i / length] += (double)view->units[t];
        bins->mean[i / length] += (double)(view->exposure[t] * view->mean[t]);
        bins->feast[i / length] += (double)(view->exposure[t] * view->mean[t] * settings->feast[t]);
    }
    for (size_t bin = 0; bin < bins->count; bin++) {
        bins->feast[bin] /= fmax(bins->mean[bin], 1e-12);
        units += bins->units[bin];
        mean += bins->mean[bin];
    }
    if (!(units >= MIN_UNITS) || !(mean > 0))
        return false;
    for (size_t bin = 0; bin < bins->count; bin++)
        bins->mean[bin] *= units / mean;
    bins->bin_days = (double)length * settings->bucket_days;
    bins->first_date = settings->first_date + (double)view->start * settings->bucket_days;
    bins->centre = bins->first_date + 0.5 * (double)bins->count * bins->bin_days;
    for (size_t bin = 0; bin < bins->count; bin++)
        pk_design_season(bins->first_date + ((double)bin + 0.5) * bins->bin_days,
                         bins->season + 4 * bin);
    bins->inverse_dispersion = fmax(0, settings->inverse_dispersion) / (double)length;
    return true;
}

void pk_deviation_fit(const struct pk_series_view *view,
                      const struct pk_deviation_settings *settings, double *scratch,
                      double deviation[PK_DEVIATION_SLOW_COUNT])
{
    struct bins bins = {.units = scratch,
                        .mean = scratch + view->count + 2,
                        .feast = scratch + 2 * (view->count + 2),
                        .season = scratch + 3 * (view->count + 2)};
    double beta[PARAMETER_COUNT] = {0};
    memset(deviation, 0, PK_DEVIATION_SLOW_COUNT * sizeof *deviation);
    if (!(settings->prior_sd > 0) || !fill_bins(view, settings, &bins))
        return;
    bins.precision[0] = 1e-3;
    bins.precision[1] = 1 / (LINE_PRIOR_SD * LINE_PRIOR_SD);
    for (size_t j = 2; j < PARAMETER_COUNT - 1; j++) {
        const double sd = j < 4 ? settings->prior_sd : 0.5 * settings->prior_sd;
        bins.precision[j] = settings->uses_season ? 1 / (sd * sd) : NOT_FITTED;
    }
    bins.precision[PARAMETER_COUNT - 1] = 1 / (FEAST_PRIOR_SD * FEAST_PRIOR_SD);
    newton(&bins, beta);
    for (size_t j = 0; j < PK_DEVIATION_SLOW_COUNT; j++)
        deviation[j] = isfinite(beta[j + 2]) ? beta[j + 2] : 0;
}

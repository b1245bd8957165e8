#include "models/forecast/deviation.h"

#include <math.h>
#include <string.h>

#include "models/forecast/design.h"
#include "models/numeric/least_squares.h"

#define PARAMETER_COUNT 7 /* intercept, line, two pairs, feasts */
#define ROW_COUNT       8 /* a row of the parameters' columns, padded for the processor */
#define STEP_COUNT      6
#define HALVING_COUNT   4
#define STEP_MIN        0.02 /* what is left after it is about its square */
#define LINE_PRIOR_SD   0.5  /* log units per year */
#define FEAST_PRIOR_SD  0.3
#define NOT_FITTED      1e9 /* precision */
#define MIN_UNITS       10.0
#define DAYS_PER_YEAR   365.2425

/* Sales in bins: what was sold, the shape's mean and the columns of the parameters. */
struct bins {
    size_t count;
    double *units, *mean, *weights; /* weights: scratch */
    double *rows;                   /* ROW_COUNT per bin */
    double inverse_dispersion;      /* of a bin */
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

/* Log of a bin's mean over the group's. */
static double bin_log_factor(const double *row, const double *beta)
{
    double sum = 0;
    for (size_t j = 0; j < PARAMETER_COUNT; j++)
        sum += row[j] * beta[j];
    return fmax(-12, fmin(sum, 12));
}

/* The penalised likelihood at a point. */
struct slope {
    double deviance; /* up to a constant */
    double score[ROW_COUNT], information[PARAMETER_COUNT][ROW_COUNT];
};

/* One row of the information at a time, which stays in the processor's registers. */
static void add_information(const struct bins *bins, struct slope *slope)
{
    for (size_t j = 0; j < PARAMETER_COUNT; j++) {
        double sum[ROW_COUNT] = {0};
        for (size_t bin = 0; bin < bins->count; bin++) {
            const double *row = bins->rows + ROW_COUNT * bin;
            const double weighed = bins->weights[bin] * row[j];
            for (size_t k = 0; k < ROW_COUNT; k++)
                sum[k] += weighed * row[k];
        }
        memcpy(slope->information[j], sum, sizeof sum);
        slope->information[j][j] += bins->precision[j];
    }
}

static void find_slope(const struct bins *bins, const double *beta, struct slope *slope)
{
    const double inverse = bins->inverse_dispersion;
    memset(slope, 0, sizeof *slope);
    for (size_t bin = 0; bin < bins->count; bin++) {
        const double *row = bins->rows + ROW_COUNT * bin;
        bins->weights[bin] = 0;
        if (!(bins->mean[bin] > 0))
            continue;
        const double log_factor = bin_log_factor(row, beta);
        const double mean = bins->mean[bin] * exp(log_factor), spread = 1 + mean * inverse;
        const double share = 1 / spread, residual = (bins->units[bin] - mean) * share;
        bins->weights[bin] = mean * share;
        slope->deviance -= bins->units[bin] * log_factor;
        slope->deviance += inverse > 1e-9 ? (bins->units[bin] + 1 / inverse) * log(spread) : mean;
        for (size_t j = 0; j < ROW_COUNT; j++)
            slope->score[j] += row[j] * residual;
    }
    for (size_t j = 0; j < PARAMETER_COUNT; j++) {
        slope->deviance += 0.5 * bins->precision[j] * beta[j] * beta[j];
        slope->score[j] -= bins->precision[j] * beta[j];
    }
    add_information(bins, slope);
}

/* Newton's step from a point; false if there is none. */
static bool find_step(const struct slope *slope, double step[PARAMETER_COUNT])
{
    double system[PARAMETER_COUNT * PARAMETER_COUNT];
    memcpy(step, slope->score, PARAMETER_COUNT * sizeof *step);
    for (size_t j = 0; j < PARAMETER_COUNT; j++)
        memcpy(system + j * PARAMETER_COUNT, slope->information[j], PARAMETER_COUNT * sizeof *step);
    return pk_cholesky_solve_small(system, step, PARAMETER_COUNT);
}

static void newton(const struct bins *bins, double *beta)
{
    struct slope slope, next;
    find_slope(bins, beta, &slope);
    for (int round = 0; round < STEP_COUNT; round++) {
        double step[PARAMETER_COUNT], trial[PARAMETER_COUNT], largest = 0;
        if (!find_step(&slope, step))
            return;
        for (size_t j = 0; j < PARAMETER_COUNT; j++)
            largest = fmax(largest, fabs(step[j]));
        double length = 1;
        for (int halving = 0;; halving++, length /= 2) {
            if (halving == HALVING_COUNT)
                return;
            for (size_t j = 0; j < PARAMETER_COUNT; j++)
                trial[j] = beta[j] + length * step[j];
            if (largest < STEP_MIN) /* too small to check */
                break;
            find_slope(bins, trial, &next);
            if (next.deviance <= slope.deviance)
                break;
        }
        memcpy(beta, trial, sizeof trial);
        if (length * largest < STEP_MIN)
            return;
        slope = next;
    }
}

/* The columns of the bins whose first one begins at first_date. The yearly waves turn by the same
 * angle from bin to bin; the second pair has the double angle. */
static void fill_rows(double first_date, double bin_days, struct bins *bins)
{
    const double centre = first_date + 0.5 * (double)bins->count * bin_days;
    double season[4], turn[4];
    pk_design_season(first_date + 0.5 * bin_days, season);
    pk_design_season(bin_days, turn);
    for (size_t bin = 0; bin < bins->count; bin++) {
        double *row = bins->rows + ROW_COUNT * bin;
        const double sine = season[0], cosine = season[1];
        row[0] = 1;
        row[1] = (first_date + ((double)bin + 0.5) * bin_days - centre) / DAYS_PER_YEAR;
        row[2] = sine;
        row[3] = cosine;
        row[4] = 2 * sine * cosine;
        row[5] = cosine * cosine - sine * sine;
        row[7] = 0;
        season[0] = sine * turn[1] + cosine * turn[0];
        season[1] = cosine * turn[1] - sine * turn[0];
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
    for (size_t i = 0; i < view->sale_count; i++)
        bins->units[(view->sales[i].bucket - view->start) / length] +=
            (double)view->units[view->sales[i].bucket];
    for (size_t bin = 0; bin < bins->count; bin++) {
        const size_t from = view->start + bin * length;
        const size_t until = from + length < view->count ? from + length : view->count;
        double sum = 0, feast = 0;
        for (size_t t = from; t < until; t++) {
            const float one = view->exposure[t] * view->mean[t];
            sum += (double)one;
            feast += (double)(one * settings->feast[t]);
        }
        bins->mean[bin] = sum;
        bins->rows[ROW_COUNT * bin + PARAMETER_COUNT - 1] = feast / fmax(sum, 1e-12);
        units += bins->units[bin];
        mean += sum;
    }
    if (!(units >= MIN_UNITS) || !(mean > 0))
        return false;
    for (size_t bin = 0; bin < bins->count; bin++)
        bins->mean[bin] *= units / mean;
    fill_rows(settings->first_date + (double)view->start * settings->bucket_days,
              (double)length * settings->bucket_days, bins);
    bins->inverse_dispersion = fmax(0, settings->inverse_dispersion) / (double)length;
    return true;
}

void pk_deviation_fit(const struct pk_series_view *view,
                      const struct pk_deviation_settings *settings, double *scratch,
                      double deviation[PK_DEVIATION_SLOW_COUNT])
{
    struct bins bins = {.units = scratch,
                        .mean = scratch + view->count + 2,
                        .weights = scratch + 2 * (view->count + 2),
                        .rows = scratch + 3 * (view->count + 2)};
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

#include "models/decision/review/total_band.h"

#include <math.h>

#include "models/forecast/demand.h"

void pk_total_band_add(struct pk_total_band *band, double mean_units, double variance,
                       double noise_variance, double worth)
{
    const double noise = fmin(noise_variance, variance);
    const double error = sqrt(fmax(variance - noise, 0.0)) * worth;
    band->mean += mean_units * worth;
    band->noise_variance += noise * worth * worth;
    band->error_variance += error * error;
    band->error_sd += error;
}

void pk_total_band_close_group(struct pk_total_band *group, struct pk_total_band *total)
{
    group->group_variance = group->error_sd * group->error_sd;
    total->group_variance += group->group_variance;
}

double pk_shared_day_variance(const double *wanted_units, const double *mean_units,
                              const double *noise_variances, size_t count)
{
    double excess = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double error = wanted_units[i] - mean_units[i];
        excess += error * error - noise_variances[i];
        squares += mean_units[i] * mean_units[i];
    }
    return squares > 0.0 ? fmax(excess, 0.0) / squares : 0.0;
}

double pk_total_band_variance(const struct pk_total_band *band, double shared_day_variance,
                              double squared_days)
{
    const double r = PK_ERROR_CORRELATION_IN_GROUP;
    const double a = PK_ERROR_CORRELATION_ACROSS;
    return band->noise_variance + (1.0 - r) * band->error_variance +
           (r - a) * band->group_variance + a * band->error_sd * band->error_sd +
           shared_day_variance * squared_days;
}

double pk_total_band_quantile(double mean, double variance, double probability)
{
    const struct pk_window window = {.mean_units = mean, .variance = variance};
    return (double)pk_window_quantile_units(&window, probability);
}

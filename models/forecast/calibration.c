#include "models/forecast/calibration.h"

#include <math.h>

#include "models/numeric/distribution.h"

#define OUTSIDE_NOMINAL  0.2
#define CLASS_WINDOWS    60.0 /* windows of all classes that a class is mixed with */
#define WINDOWS_MIN      20.0
#define VARIANCE_UNKNOWN 0.1
#define PER_DAY_MAX      0.02
#define NOISE_MEAN_MIN   2.0
#define NOISE_COUNT_MIN  200.0

static const double grid[PK_CALIBRATION_GRID] = {0,    0.0005, 0.001, 0.002, 0.004, 0.008, 0.016,
                                                 0.03, 0.06,   0.12,  0.25,  0.5,   1,     2};

static const double noise_grid[PK_NOISE_GRID] = {0.1, 0.15, 0.25, 0.4, 0.6, 0.8, 1, 1.25, 1.6};

/* A number in (0, 1) that depends on the window alone. */
static double spread(double units, double mean)
{
    const double x = units * 0.6180339887498949 + mean * 0.7548776662466927;
    return x - floor(x);
}

/* (S / M)^(1/3) with S spread over its integer. */
static double spread_root(double units, double mean)
{
    const double u = spread(units, mean);
    return cbrt(fmax(units + u - 0.5, 0.5 * u) / mean);
}

/* Relative variances of a gamma variable whose 80 % interval has the root inside:
 *   |root - 1 + v/9| <= c sqrt(v),  c = z/3,
 * a quadratic in sqrt(v) with the roots 4.5 (c +- sqrt(c^2 - 4 (root - 1) / 9)). */
struct inside {
    double low, high;
};

static struct inside inside_of(double root)
{
    const double c = PK_NORMAL_Q90 / 3, discriminant = c * c - 4 * (root - 1) / 9;
    if (!(discriminant >= 0))
        return (struct inside){INFINITY, -INFINITY};
    const double half = sqrt(discriminant), low = 4.5 * (c - half), high = 4.5 * (c + half);
    return (struct inside){low * low, high * high};
}

void pk_calibration_add(struct pk_calibration *calibration, size_t horizon, double units,
                        double mean, double noise, double sampling, double weight)
{
    if (!(mean >= 0.5) || !(noise > 0) || !isfinite(units))
        return;
    const struct inside inside = inside_of(spread_root(units, mean));
    const double known = noise / (mean * mean) + sampling;
    double *outside = calibration->outside[horizon];
    calibration->count[horizon] += weight;
    for (size_t i = 0; i < PK_CALIBRATION_GRID; i++)
        outside[i] += (known + grid[i] < inside.low) | (known + grid[i] > inside.high) ? weight : 0;
}

void pk_noise_calibration_add(struct pk_noise_calibration *calibration, double units, double mean,
                              double inverse_dispersion)
{
    if (!(mean >= NOISE_MEAN_MIN) || !isfinite(units))
        return;
    const struct inside inside = inside_of(spread_root(units, mean));
    calibration->count++;
    for (size_t i = 0; i < PK_NOISE_GRID; i++) {
        const double variance = 1 / mean + noise_grid[i] * inverse_dispersion;
        calibration->outside[i] += (variance < inside.low) | (variance > inside.high);
    }
}

double pk_noise_calibration_solve(const struct pk_noise_calibration *calibration)
{
    if (calibration->count < NOISE_COUNT_MIN)
        return 1;
    const double nominal = OUTSIDE_NOMINAL * calibration->count;
    size_t i = 0;
    while (i < PK_NOISE_GRID && calibration->outside[i] > nominal)
        i++;
    if (i == 0 || i == PK_NOISE_GRID)
        return noise_grid[i == 0 ? 0 : PK_NOISE_GRID - 1];
    const double before = calibration->outside[i - 1], here = calibration->outside[i];
    return noise_grid[i - 1] +
           (noise_grid[i] - noise_grid[i - 1]) * (before - nominal) / (before - here);
}

/* Share of windows outside at a grid point, with some of all classes'. */
static double outside(const struct pk_calibration *one, const struct pk_calibration *all,
                      size_t horizon, size_t at)
{
    const double shared = all->outside[horizon][at] / all->count[horizon];
    return (one->outside[horizon][at] + CLASS_WINDOWS * shared) /
           (one->count[horizon] + CLASS_WINDOWS);
}

static double solve_horizon(const struct pk_calibration *one, const struct pk_calibration *all,
                            size_t horizon)
{
    double before = outside(one, all, horizon, 0);
    if (before <= OUTSIDE_NOMINAL)
        return 0;
    for (size_t i = 1; i < PK_CALIBRATION_GRID; i++) {
        const double here = outside(one, all, horizon, i);
        if (here <= OUTSIDE_NOMINAL)
            return grid[i - 1] +
                   (grid[i] - grid[i - 1]) * (before - OUTSIDE_NOMINAL) / (before - here);
        before = here;
    }
    return grid[PK_CALIBRATION_GRID - 1];
}

struct pk_calibrated pk_calibration_solve(const struct pk_calibration *one,
                                          const struct pk_calibration *all)
{
    if (all->count[0] < WINDOWS_MIN)
        return (struct pk_calibrated){VARIANCE_UNKNOWN, 0};
    const double near = solve_horizon(one, all, 0);
    if (all->count[1] < WINDOWS_MIN)
        return (struct pk_calibrated){near, 0};
    const double far = solve_horizon(one, all, 1);
    const double days = PK_CALIBRATION_LONG_DAYS - PK_CALIBRATION_SHORT_DAYS;
    const double slope = fmin((far - near) / days, near / PK_CALIBRATION_SHORT_DAYS);
    const double per_day = fmax(0, fmin(3 * slope, PER_DAY_MAX));
    return (struct pk_calibrated){fmax(0, near - per_day * PK_CALIBRATION_SHORT_DAYS / 3), per_day};
}

/* How far window sums miss: the relative variance of the level that makes the 80 % interval of past
 * windows cover 80 %, per velocity class and horizon (internal to models/forecast).
 *
 * A window of H days with mean M and day noise N has V = N + M^2 (sampling + v). Sums are compared
 * as gamma variables by Wilson and Hilferty's cube root (1931): z = 3 sqrt(a) ((S/M)^(1/3) - 1 +
 * 1/(9a)), a = M^2/V, S spread over its integer. For each v of a grid the windows with |z| > 1.2816
 * are counted. v is where their share is 1/5. Two horizons tell the part that is there at once from
 * the random walk of the level (demand.h): v(H) = start + per_day H / 3. */
#ifndef PK_FORECAST_CALIBRATION_H
#define PK_FORECAST_CALIBRATION_H

#include <stddef.h>

#define PK_CALIBRATION_GRID          14
#define PK_CALIBRATION_HORIZON_COUNT 2
#define PK_CALIBRATION_SHORT_DAYS    28
#define PK_CALIBRATION_LONG_DAYS     56

/* Windows of one class. Start at zero. */
struct pk_calibration {
    double count[PK_CALIBRATION_HORIZON_COUNT];
    double outside[PK_CALIBRATION_HORIZON_COUNT][PK_CALIBRATION_GRID];
};

/* Adds a window of horizon 0 (short) or 1 (long): units sold, its mean, the variance of its days,
 * and the relative variance of the level known from sampling; weight 0..1. A window with a mean
 * below half a unit adds nothing. */
void pk_calibration_add(struct pk_calibration *calibration, size_t horizon, double units,
                        double mean, double noise, double sampling, double weight);

/* Relative variances at once and per day. A class with few windows leans on `all`; without any
 * window `start` is 0.1. */
struct pk_calibrated {
    double start, per_day;
};
struct pk_calibrated pk_calibration_solve(const struct pk_calibration *one,
                                          const struct pk_calibration *all);

/* Calibration of single days. The number of days outside the 80 % interval gives the factor on 1/k:
 * with moments a few odd days would widen the intervals of all others. Start at zero. */
#define PK_NOISE_GRID 9
struct pk_noise_calibration {
    double count, outside[PK_NOISE_GRID];
};

/* Adds a day's units and its fitted mean; a mean below two units adds nothing. */
void pk_noise_calibration_add(struct pk_noise_calibration *calibration, double units, double mean,
                              double inverse_dispersion);

/* Factor on 1/k, 0.1..1.6; 1 without evidence. */
double pk_noise_calibration_solve(const struct pk_noise_calibration *calibration);

#endif

/* How good forecasts were: sums over scored windows, and the figures made of them, for the model
 * and for the plain forecasts that it must beat.
 *
 * A window is the horizon of one series from one origin. Figures of buckets compare day by day (or
 * week by week); figures of windows compare totals. With e = forecast - units:
 *   WAPE = sum |e| / sum units,  bias = sum e / sum units
 *   RMSSE = sqrt(mean e^2 / s),  s = mean squared one-step difference of the history from its first
 *     sale on (Makridakis, Spiliotis and Assimakopoulos 2022, "M5 accuracy competition", eq. 1)
 *   MASE = mean |e| / a,  a = mean absolute seasonal difference of the history (Hyndman and Koehler
 *     2006, section 3; season of 7 days, of 1 week in weekly series)
 *   pinball(p) = 2 sum max(p (y - q), (p - 1) (y - q)) / sum units: a quantile's WAPE, at p = 0.5
 *     WAPE itself (Koenker and Bassett 1978, eq. 3.1)
 *   scaled pinball = mean over p of the mean pinball loss (without the 2) / mean absolute one-step
 *     difference of the history (Makridakis et al. 2022, "M5 uncertainty competition", eq. 1)
 * RMSSE, MASE and scaled pinball are averages over windows. Weighted RMSSE weights each window by
 * the money taken in the 28 days before its origin.
 *
 * Coverage is the share of outcomes at or below q10, q50, q90. Quantiles of whole units cannot
 * cover their nominal share on slow movers. Coverage is therefore also given by the randomised
 * probability integral transform u = F(y - 1) + v (F(y) - F(y - 1)), v uniform (Czado, Gneiting and
 * Held 2009, eq. 1). Outcomes that were certain (mean 0 and no sale) count in no coverage. */
#ifndef PK_FORECAST_ACCURACY_H
#define PK_FORECAST_ACCURACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/demand.h"

enum pk_accuracy_method {
    PK_METHOD_MODEL,
    PK_METHOD_SEASONAL_NAIVE, /* that weekday of the last week (weekly series: the last week) */
    PK_METHOD_YEAR_NAIVE,     /* 364 days earlier; the seasonal naive in the first year */
    PK_METHOD_MEAN28,         /* mean of the last 28 days */
    PK_METHOD_COUNT
};

enum pk_accuracy_grain { PK_GRAIN_BUCKET, PK_GRAIN_WINDOW, PK_GRAIN_COUNT };

#define PK_ACCURACY_QUANTILE_COUNT 3
extern const double pk_accuracy_probabilities[PK_ACCURACY_QUANTILE_COUNT]; /* 0.1, 0.5, 0.9 */

/* "model", "seasonal_naive", "year_naive", "mean28". */
const char *pk_accuracy_method_name(enum pk_accuracy_method method);

/* Sums behind all figures; nothing but doubles, zero = empty. */
struct pk_accuracy_sums {
    double count[PK_GRAIN_COUNT]; /* buckets, windows */
    double units[PK_GRAIN_COUNT];
    double left_out_count[PK_GRAIN_COUNT];
    double absolute_error[PK_GRAIN_COUNT][PK_METHOD_COUNT];
    double error[PK_GRAIN_COUNT][PK_METHOD_COUNT];
    double pinball[PK_GRAIN_COUNT][PK_METHOD_COUNT][PK_ACCURACY_QUANTILE_COUNT];
    double uncertain_count[PK_GRAIN_COUNT];
    double at_most[PK_GRAIN_COUNT][PK_ACCURACY_QUANTILE_COUNT];
    double pit_at_most[PK_GRAIN_COUNT][PK_ACCURACY_QUANTILE_COUNT];
    double rmsse[PK_METHOD_COUNT], rmsse_count;
    double weighted_rmsse[PK_METHOD_COUNT], weight;
    double mase[PK_METHOD_COUNT], mase_count;
    double scaled_pinball[PK_METHOD_COUNT], scaled_pinball_count;
};

/* One series from one origin. Not owned. */
struct pk_accuracy_window {
    size_t bucket_count;
    const double *units;
    const uint8_t *left_out; /* 1 = known to have been out of stock, so that demand is unknown; the
                                figures of windows leave out a window that contains one */
    const uint8_t *event;    /* 1 = a promotion touches the bucket */
    const struct pk_demand *demand; /* bucket_count buckets */
    /* Bucket_count each; [PK_METHOD_MODEL] is not read. */
    const double *peer_units[PK_METHOD_COUNT];
    double mean_square_step, mean_absolute_step; /* of the history, one bucket apart; 0 = unknown */
    double mean_absolute_seasonal_step;          /* 0 = unknown */
    double weight;                               /* money before the origin; 0 = unknown */
    uint64_t seed;                               /* of v; every window has another one */
};

/* Adds a window. Event buckets, and windows with one of them, go to `event`, all others to
 * `ordinary`. */
void pk_accuracy_add(const struct pk_accuracy_window *window, struct pk_accuracy_sums *ordinary,
                     struct pk_accuracy_sums *event);

/* to += from. */
void pk_accuracy_merge(struct pk_accuracy_sums *to, const struct pk_accuracy_sums *from);

/* One figure = numerator / denominator. The model's figure has the name of the metric: wape. A
 * figure of another method has the method appended: wape_seasonal_naive. Figures of windows have
 * `window` in their name: wape_window, wape_window_mean28. relative_* is the model's error over
 * that of the best other method. */
struct pk_accuracy_figure {
    char metric[64];
    enum pk_accuracy_method method;
    bool is_defined; /* false: denominator 0 */
    double value, numerator, denominator;
    double nominal; /* of a coverage; < 0 = none */
};

#define PK_ACCURACY_FIGURE_COUNT_MAX 100
/* Writes all figures in a fixed order and returns their number. */
size_t pk_accuracy_figures(const struct pk_accuracy_sums *sums,
                           struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX]);

#endif

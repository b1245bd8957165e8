/* The price band of a new item: how the levels of its group differ between cheap and dear items
 * (internal to models/forecast).
 *
 * The slope of log level on log price over the group's known series is shrunk to 0 by its error,
 *   b = Sxy / (Sxx + s^2 / 0.5^2)      (a ridge of one column: Hoerl and Kennard 1970, eq. 2.1).
 * A new item borrows the group's mean level x p^b / mean(p^b), so that the group's mean is
 * unchanged. The price p is the usual one, else the list price. */
#ifndef PK_FORECAST_PRICE_BAND_H
#define PK_FORECAST_PRICE_BAND_H

#include "models/forecast/group_work.h"

struct pk_price_band {
    double slope;             /* of log level on log price; 0 = no evidence */
    double mean_factor;       /* mean of p^slope over the group */
    double log_low, log_high; /* of the prices seen; beyond them the nearer end counts */
};

/* From the constant levels of the group's series with at least `bucket_count_min` buckets of life;
 * flat with fewer than 20 of them. OUT_OF_MEMORY. */
enum pk_status pk_price_band_fit(const struct pk_group_work *work, size_t bucket_count_min,
                                 struct pk_price_band *out_band, struct pk_error *error);

/* Factor on the group's mean level for series `index`, 1/8 .. 8; 1 without a price. */
double pk_price_band_factor(const struct pk_price_band *band, const struct pk_group_work *work,
                            size_t index);

#endif

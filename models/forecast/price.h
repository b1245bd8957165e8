/* Selling prices 售价 as the forecast sees them: the log of the price over the item's usual price,
 * day by day, known ahead, in two parts with an elasticity each (internal to models/forecast).
 *
 * *Parts.* The lasting part is the median of the prices from 14 days before to 14 days after, over
 * the usual price. The passing part is the day's price over that median. Buyers answer differently
 * to a price that stays and to a cut of a week, and short cuts in files are often markdowns of a
 * few units.
 *
 * *Usual price.* It is the median of the days of the last year up to as-of, so that nothing later
 * is used and one odd row does not move it; the list price if no price is known yet.
 *
 * *No effect* has a day without a price, with a price of 0, or with a price beyond ten times or
 * under a tenth of the usual price (a typing error). Other prices are bounded to a factor of 4.
 *
 * *Promotions.* On the peak and encore days of a promotion a lower price is the promotion's own.
 * Its lift and discount columns hold that price already, so it has no effect here, in the past and
 * ahead. */
#ifndef PK_FORECAST_PRICE_H
#define PK_FORECAST_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/shop.h"

struct pk_design;

/* Usual price of a series' item in micros; 0 = none is known. */
double pk_price_usual_micros(const struct pk_shop *shop, size_t series);

enum pk_price_part { PK_PRICE_LASTING, PK_PRICE_PASSING, PK_PRICE_PART_COUNT };

/* Log ratio of a bucket by part. */
struct pk_log_price {
    double part[PK_PRICE_PART_COUNT];
};

/* Writes log_price[bucket_count], means over each bucket's days; false if all of it is 0.
 * `promoted` is scratch for bucket_count x bucket_days bytes. */
bool pk_price_fill(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                   double usual_micros, int32_t first_date, int32_t bucket_days,
                   size_t bucket_count, uint8_t *promoted, struct pk_log_price *log_price);

/* Price changes in the rows of a series up to as-of, from a date on. */
int64_t pk_price_change_count(const struct pk_shop *shop, size_t series, int32_t from_date);

/* Buckets from..until - 1 of one log ratio that is not 0. */
struct pk_price_step {
    uint32_t from, until;
    struct pk_log_price log_price;
};

/* Elasticities of demand by part, the own deviation included, <= 0; and their variances. */
struct pk_elasticity {
    double part[PK_PRICE_PART_COUNT], variance[PK_PRICE_PART_COUNT];
};

/* Prices of a group's series over the fit's buckets, with their elasticities. Owned arrays; all
 * zero = no price ever differs from the usual one. */
struct pk_price_paths {
    size_t series_count;
    size_t *starts;                   /* series_count + 1, into steps */
    struct pk_price_step *steps;      /* ascending */
    double *usual_micros;             /* series_count */
    struct pk_elasticity *elasticity; /* series_count */
};

/* Paths of series[series_count] from first_date on, elasticities 0. OUT_OF_MEMORY. */
enum pk_status pk_price_paths_init(struct pk_price_paths *paths, const struct pk_design *design,
                                   const struct pk_shop *shop, const uint32_t *series,
                                   size_t series_count, int32_t first_date, int32_t bucket_days,
                                   size_t bucket_count, struct pk_error *error);
void pk_price_paths_done(struct pk_price_paths *paths);

/* Factor of a price on demand, bounded to 1/8 .. 8. */
double pk_price_factor(const struct pk_elasticity *elasticity,
                       const struct pk_log_price *log_price);

/* Relative variance of the sum of mean_units[bucket_count] from the error of the elasticities. That
 * error counts for the difference between the prices ahead and the present price, at which the
 * level was seen. */
double pk_price_relative_variance(const struct pk_elasticity *elasticity,
                                  const struct pk_log_price *ahead, size_t bucket_count,
                                  const double *mean_units, const struct pk_log_price *present);

/* True if the price of series `index` ever differs from the usual one. */
bool pk_price_moves(const struct pk_price_paths *paths, size_t index);

/* Multiplies values[bucket] by the factors of series `index`. */
void pk_price_apply(const struct pk_price_paths *paths, size_t index, float *values);

#endif

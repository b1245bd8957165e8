/* The histories of a group as one dense block, series-major: the units sold in each bucket, and the
 * share of the bucket that could have sold.
 *
 * Missing, zero, closed and stocked-out are four cases. Before its life a series has no demand
 * (BEFORE_LIFE). An open bucket without a row sold 0. Closed and stocked-out buckets have exposure
 * 0 and enter no sum. */
#ifndef PK_HISTORY_PANEL_H
#define PK_HISTORY_PANEL_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/closures.h"
#include "models/history/shop.h"

enum pk_bucket_state {
    PK_BUCKET_BEFORE_LIFE, /* before launch or first sale, or after end_date */
    PK_BUCKET_CLOSED,
    PK_BUCKET_STOCKED_OUT, /* available_ratio = 0 and nothing sold */
    PK_BUCKET_LEFT_OUT,    /* a run of zeros that the level makes incredible */
    PK_BUCKET_OPEN
};

/* A bucket that sold; units > 0. */
struct pk_sale {
    uint32_t bucket;
    float units;
};

struct pk_panel {
    int32_t first_date; /* of bucket 0 */
    int32_t bucket_days;
    size_t bucket_count;
    size_t series_count;
    const uint32_t *series; /* indexes into shop.series; not owned */
    float *units;           /* series_count x bucket_count: demand */
    float *exposure;        /* likewise: share of the bucket that was open and in stock, 0..1 */
    uint8_t *state;         /* likewise: enum pk_bucket_state */
    uint32_t *life_start;   /* first bucket of life; bucket_count = never sold, not launched */
    uint8_t *is_whole; /* series_count: 1 = open all its life up to the end, no exposure below 1 */
    void *block;       /* the one allocation behind all of the above */
    /* Sales of buckets that could sell, ascending, before any cap. Series i has sale_starts[i] ..
     * sale_starts[i + 1] - 1. */
    struct pk_sale *sales;
    size_t *sale_starts; /* series_count + 1 */
};

/* Builds the panel of series[series_count], all of one bucket length, for the buckets from
 * first_date to as-of. A partly stocked bucket counts by available_ratio (Poisson thinning by time
 * in stock); unknown ratios count as in stock. Free with pk_panel_done. OUT_OF_MEMORY. */
enum pk_status pk_panel_build(const struct pk_shop *shop, const struct pk_sales *sales,
                              const struct pk_closures *closures, const uint32_t *series,
                              size_t series_count, int32_t first_date, int32_t bucket_days,
                              size_t bucket_count, struct pk_panel *out_panel,
                              struct pk_error *error);
void pk_panel_done(struct pk_panel *panel);

/* Leaves out runs of zeros between two sales, and returns the number of buckets left out of series
 * `index`. A run is left out if its probability under the expected units mean[bucket_count] and the
 * negative binomial `dispersion` is below `probability`. It must be below it too if days without a
 * sale count as often as the series shows them (trade in lots). And the days after it must not have
 * sold next to nothing (demand that fell). */
size_t pk_panel_leave_out_runs(struct pk_panel *panel, size_t index, const float *mean,
                               double dispersion, double probability);

#endif

/* Rows of the design over the buckets of a forecast, and the values that shapes give them (internal
 * to models/forecast). They are made once per group, kept between calls, and turned into those of
 * one series. */
#ifndef PK_FORECAST_FORECAST_ROWS_H
#define PK_FORECAST_FORECAST_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/model_parts.h"
#include "models/forecast/overrides.h"
#include "models/forecast/price.h"

/* Log lift of the group in a row, its error, and the spread of single events around it; 0 on
 * ordinary days. */
struct pk_row_lift {
    double lift, variance, event_variance;
};

/* Rows of one group over the scratch's range of buckets. */
struct pk_group_rows {
    double *x;                /* bucket_count x column_count; NULL = not made yet */
    double *mean;             /* bucket_count: the group's shape */
    struct pk_row_lift *lift; /* bucket_count: of x'gamma over event columns */
    double *feast;            /* bucket_count: log effect of feasts */
    double *own;              /* bucket_count x PK_OWN_COUNT */
};

/* Rows of groups of one model over one range of buckets, kept between calls. */
struct pk_forecast_scratch {
    const struct pk_model *model;
    uint64_t identity;
    size_t group_count, bucket_count, double_count;
    int32_t first_date, bucket_days;
    bool is_ordinary; /* rows without the columns of promotions */
    struct pk_group_rows *groups;
    double *row;                     /* column_count */
    double *series_mean;             /* bucket_count: of the series at hand */
    struct pk_row_lift *series_lift; /* bucket_count */
    double *series_factor;           /* bucket_count: its own deviations and prices */
    struct pk_log_price *log_price;  /* bucket_count */
    uint8_t *closed;                 /* days */
    struct pk_override_list list;
};

/* Binds the scratch to a model and a range of buckets. It does nothing if the scratch is bound to
 * them already. OUT_OF_MEMORY. */
enum pk_status pk_forecast_scratch_bind(struct pk_forecast_scratch *scratch,
                                        const struct pk_model *model, int32_t bucket_days,
                                        int32_t first_date, size_t bucket_count, bool is_ordinary,
                                        struct pk_error *error);

/* Makes the rows of a group if the scratch does not hold them. OUT_OF_MEMORY. */
enum pk_status pk_forecast_scratch_prepare(struct pk_forecast_scratch *scratch,
                                           const struct pk_model *model, size_t group,
                                           struct pk_error *error);

/* Sets series_mean, series_lift and series_factor of one series: the values of its group, whose
 * rows must be prepared, with the series' narrower events. OUT_OF_MEMORY. */
enum pk_status pk_forecast_scratch_set_series(struct pk_forecast_scratch *scratch,
                                              const struct pk_model *model,
                                              const struct pk_shop *shop, size_t series,
                                              struct pk_error *error);

#endif

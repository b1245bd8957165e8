/* The days that a group has sold since its last fit: rows of the design, cells and sales, and the
 * shape that follows from them (internal to models/forecast). */
#ifndef PK_FORECAST_ADVANCE_DAYS_H
#define PK_FORECAST_ADVANCE_DAYS_H

#include "models/forecast/advance_state.h"
#include "models/forecast/cells.h"
#include "models/forecast/model_parts.h"
#include "models/forecast/own.h"

/* One bucket of one series. */
struct pk_day {
    float units;    /* bulk orders capped */
    float exposure; /* panel.h */
    float price;    /* factor of the price on demand */
    uint8_t state;  /* enum pk_bucket_state */
    bool is_capped;
};

/* A base bucket, or a cell behind the bucket_count base buckets. */
struct pk_day_row {
    double mean;         /* exp(log_scale + x'gamma) */
    double feast_effect; /* own.h */
    double own[PK_OWN_COUNT];
    bool event;
};

struct pk_group_days {
    const struct pk_group *group; /* not owned */
    int32_t first_date;
    size_t bucket_count;
    double trend; /* drift of the aggregate at the fit's end, a factor on constant levels */
    struct pk_cells cells;
    double *x;               /* bucket_count x columns of the design */
    struct pk_day_row *rows; /* bucket_count + cell_count */
    uint32_t *row_of;        /* class_count x bucket_count */
    struct pk_day *days;     /* series_count x bucket_count */
};

/* Inputs of the days. Not owned. */
struct pk_group_days_source {
    const struct pk_design *design; /* of the new as-of */
    const struct pk_shop *shop;
    const struct pk_sales *sales;
    const struct pk_closures *closures;
    const struct pk_group *group;
    const struct pk_series_model *series; /* of the fit, by the shop's series */
    const struct pk_series_state *states; /* of the fit, by the shop's series */
    const struct pk_group_state *state;
    double huber_c;
    int32_t history_first_date, fitted_as_of_date;
};

/* Makes the days and adds them to the equations. *shape comes with the coefficients of the fit and
 * leaves with those of the new as-of; the rows' means are of the latter. OUT_OF_MEMORY or INTERNAL.
 * */
enum pk_status pk_group_days_init(struct pk_group_days *days,
                                  const struct pk_group_days_source *source,
                                  struct pk_group_shape *shape, struct pk_error *error);
void pk_group_days_done(struct pk_group_days *days);

/* Shape mean with the price and the own factors of series `index` in a bucket. */
double pk_group_days_mean(const struct pk_group_days *days, size_t index, size_t bucket,
                          const double deviation[PK_SERIES_DEVIATION_COUNT]);

#endif

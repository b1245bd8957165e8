/* The model against its own past: a fit from the rows up to an origin, its forecasts, and the sales
 * afterwards, scored by class (accuracy.h).
 *
 * Inputs that were known ahead (promotions, prices, covariates, told closures) are taken from the
 * shop as it is now. Everything else ends at the origin. A series is scored from its first sale on,
 * as long as it sold in the 365 days before the origin. Buckets that are known to have been out of
 * stock, partly or wholly, are left out. */
#ifndef PK_FORECAST_BACKTEST_H
#define PK_FORECAST_BACKTEST_H

#include "models/forecast/accuracy.h"
#include "models/forecast/model.h"

/* By units per day over the 91 days before the origin (fewer if the series is younger). */
enum pk_velocity {
    PK_VELOCITY_FAST,         /* 5 a day and more */
    PK_VELOCITY_MEDIUM,       /* 1 to 5 a day */
    PK_VELOCITY_SLOW,         /* one a week to one a day */
    PK_VELOCITY_INTERMITTENT, /* less than one a week */
    PK_VELOCITY_COUNT
};
enum pk_velocity pk_velocity_of(double units_per_day);
/* "fast", "medium", "slow", "intermittent". */
const char *pk_velocity_name(enum pk_velocity velocity);

/* Sums by class. Every scored bucket is in the total and in one class of each kind. Owned arrays.
 * */
struct pk_backtest {
    size_t category_count, warehouse_count;
    struct pk_accuracy_sums total;
    /* 0 ordinary, 1 touched by a promotion or shopping festival. */
    struct pk_accuracy_sums event[2];
    struct pk_accuracy_sums velocity[PK_VELOCITY_COUNT];
    struct pk_accuracy_sums role[PK_ROLE_COUNT];
    struct pk_accuracy_sums *category, *warehouse;
};

/* NULL when out of memory. */
struct pk_backtest *pk_backtest_new(const struct pk_shop *shop);
void pk_backtest_free(struct pk_backtest *backtest);
/* to += from; both of one shop. */
void pk_backtest_merge(struct pk_backtest *to, const struct pk_backtest *from);

/* One origin: the last bucket that the fit may see. The windows of horizon_days (1 to
 * PK_HORIZON_DAYS_MAX; whole weeks for weekly series) after it must end at or before
 * shop->as_of_date (INVALID_ARGUMENT). `executor` as in pk_model_fit. */
struct pk_backtest_origin {
    int32_t as_of_date;
    int32_t horizon_days;
    uint64_t seed; /* of the randomised coverage */
};

/* Adds the origin to *backtest. The executor does not change the sums. OUT_OF_MEMORY or INTERNAL of
 * the fit. */
enum pk_status pk_backtest_run(const struct pk_shop *shop, const struct pk_sales *sales,
                               const struct pk_fit_settings *settings,
                               const struct pk_backtest_origin *origin,
                               const struct pk_executor *executor, struct pk_backtest *backtest,
                               struct pk_error *error);

#endif

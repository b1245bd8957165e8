/* The forecasts of a model (models/forecast/model.h): means bucket by bucket and what is known of
 * their errors. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/forecast/covariate_pieces.h"
#include "models/forecast/forecast_rows.h"
#include "models/forecast/lift_errors.h"
#include "models/forecast/model.h"
#include "models/forecast/model_parts.h"
#include "models/forecast/price.h"

/* Guard: a forecast beyond this multiple of the largest bucket seen falls back to it. */
#define GUARD_FACTOR 3.0

size_t pk_model_bucket_count(const struct pk_shop *shop, size_t series, int32_t horizon_days)
{
    const int32_t days = shop->series[series].bucket_days;
    return (size_t)((horizon_days + days - 1) / days);
}

/* Share of the bucket on which the series can sell. */
static double open_share(const struct pk_item *item, const uint8_t *closed, int32_t date,
                         int32_t bucket_days)
{
    int32_t open = 0;
    for (int32_t day = 0; day < bucket_days; day++)
        open += !closed[day] && (item->end_date == PK_DATE_NONE || date + day <= item->end_date);
    return (double)open / bucket_days;
}

static bool before_life(const struct pk_item *item, const struct pk_series_model *own, int32_t date)
{
    if (own->first_sale_date != PK_DATE_NONE)
        return date < own->first_sale_date &&
               (item->launch_date == PK_DATE_NONE || date < item->launch_date);
    return item->launch_date != PK_DATE_NONE && date < item->launch_date;
}

/* Means of a range of buckets into mean_units; returns flags of the range. */
static uint32_t fill_means(struct pk_forecast_scratch *scratch, const struct pk_model *model,
                           const struct pk_shop *shop, size_t series, double *mean_units)
{
    const struct pk_series_model *own = &model->series[series];
    const struct pk_item *item = &shop->items[shop->series[series].item];
    const int32_t bucket_days = shop->series[series].bucket_days;
    uint32_t flags = 0;
    pk_closures_fill(&model->closures, shop, series, scratch->first_date,
                     scratch->bucket_count * (size_t)bucket_days, scratch->closed);
    for (size_t t = 0; t < scratch->bucket_count; t++) {
        const int32_t date = scratch->first_date + (int32_t)t * bucket_days;
        const double share =
            open_share(item, scratch->closed + t * (size_t)bucket_days, date, bucket_days);
        const double shape = scratch->series_mean[t];
        double mean = own->level_units * shape * scratch->series_factor[t] * share;
        if (item->end_date != PK_DATE_NONE && date + bucket_days - 1 > item->end_date)
            flags |= PK_SERIES_ENDED;
        if (before_life(item, own, date) || !(mean > 0) || !isfinite(mean))
            mean = 0;
        /* Ordinary buckets are bounded by what was ever sold, event buckets by the group's lift
         * too. */
        const double seen = scratch->series_lift[t].variance > 0
                                ? fmax(own->maximum_units, own->level_units * shape)
                                : own->maximum_units;
        if (seen > 0 && mean > GUARD_FACTOR * seen) {
            mean = GUARD_FACTOR * seen;
            flags |= PK_SERIES_GUARDED;
        }
        mean_units[t] = mean;
    }
    return flags;
}

/* Relative variance of the forecast from the error of price elasticities. */
static double price_relative_variance(const struct pk_forecast_scratch *scratch,
                                      const struct pk_model *model, const struct pk_shop *shop,
                                      size_t series, const double *mean_units)
{
    const struct pk_series_model *own = &model->series[series];
    const int32_t bucket_days = scratch->bucket_days;
    struct pk_log_price present;
    uint8_t promoted[7];
    if (!(own->usual_price_micros > 0))
        return 0;
    pk_price_fill(model->design, shop, series, own->usual_price_micros,
                  scratch->first_date - bucket_days, bucket_days, 1, promoted, &present);
    return pk_price_relative_variance(&own->elasticity, scratch->log_price, scratch->bucket_count,
                                      mean_units, &present);
}

/* True if the last PK_PAUSE_DAYS days up to as-of were closed and the next one is open. */
static bool is_paused(const struct pk_model *model, const struct pk_shop *shop, size_t series)
{
    uint8_t closed[PK_PAUSE_DAYS + 1];
    const int32_t bucket_days = shop->series[series].bucket_days;
    const int32_t last = pk_model_as_of(model, bucket_days) + bucket_days - 1;
    pk_closures_fill(&model->closures, shop, series, last - PK_PAUSE_DAYS + 1, sizeof closed,
                     closed);
    return memchr(closed, 0, PK_PAUSE_DAYS) == NULL && !closed[PK_PAUSE_DAYS];
}

static enum pk_status check_series(const struct pk_model *model, const struct pk_shop *shop,
                                   size_t series, struct pk_error *error)
{
    if (series >= model->series_count || shop->series_count != model->series_count)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "series",
                            "series %zu is not of this model's %zu", series, model->series_count);
    return PK_OK;
}

enum pk_status pk_model_forecast(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t horizon_days,
                                 struct pk_forecast_scratch *scratch, double *mean_units,
                                 struct pk_demand *out_demand, uint32_t *out_flags,
                                 struct pk_error *error)
{
    enum pk_status status = check_series(model, shop, series, error);
    if (status != PK_OK)
        return status;
    if (horizon_days < 1 || horizon_days > PK_DAYS_OF_SUPPLY_MAX + 7)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "horizon_days",
                            "horizon of %d days is not in 1..%d", horizon_days,
                            PK_DAYS_OF_SUPPLY_MAX + 7);
    const struct pk_series_model *own = &model->series[series];
    const int32_t bucket_days = shop->series[series].bucket_days;
    const size_t count = pk_model_bucket_count(shop, series, horizon_days);
    status = pk_forecast_scratch_bind(scratch, model, bucket_days,
                                      pk_model_as_of(model, bucket_days) + bucket_days, count,
                                      false, error);
    if (status == PK_OK)
        status = pk_forecast_scratch_prepare(scratch, model, model->group_of[series], error);
    if (status == PK_OK)
        status = pk_forecast_scratch_set_series(scratch, model, shop, series, error);
    if (status != PK_OK)
        return status;
    const struct pk_event_evidence seen = pk_lift_evidence(scratch, model, shop, series);
    const uint32_t flags =
        own->flags | fill_means(scratch, model, shop, series, mean_units) |
        (seen.days == 0 ? (uint32_t)PK_SERIES_LOW_EVIDENCE : 0) |
        (is_paused(model, shop, series) ? (uint32_t)PK_SERIES_PAUSED : 0) |
        (pk_covariate_is_held(model->design, shop, series, model->as_of_date + horizon_days)
             ? (uint32_t)PK_SERIES_COVARIATE_HELD
             : 0);
    *out_demand =
        (struct pk_demand){.first_date = scratch->first_date,
                           .bucket_days = bucket_days,
                           .bucket_count = count,
                           .mean_units = mean_units,
                           .dispersion = own->dispersion,
                           .level_drift_variance_per_day = own->level_drift_variance_per_day,
                           .stop_probability = own->stop_probability,
                           .idle_probability = own->idle_probability,
                           .mean_excess = own->mean_excess,
                           .level_relative_variance =
                               own->level_relative_variance +
                               price_relative_variance(scratch, model, shop, series, mean_units)};
    pk_lift_errors_set(scratch, seen, out_demand);
    if (out_flags != NULL)
        *out_flags = flags;
    return PK_OK;
}

/* Means of a range of buckets as the model has them, or without promotions. */
static enum pk_status fill_range(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t first_date, size_t bucket_count,
                                 bool is_ordinary, struct pk_forecast_scratch *scratch,
                                 double *mean_units, struct pk_error *error)
{
    const int32_t bucket_days = shop->series[series].bucket_days;
    enum pk_status status = pk_forecast_scratch_bind(scratch, model, bucket_days, first_date,
                                                     bucket_count, is_ordinary, error);
    if (status == PK_OK)
        status = pk_forecast_scratch_prepare(scratch, model, model->group_of[series], error);
    if (status == PK_OK)
        status = pk_forecast_scratch_set_series(scratch, model, shop, series, error);
    if (status == PK_OK)
        fill_means(scratch, model, shop, series, mean_units);
    return status;
}

static enum pk_status check_range(const struct pk_model *model, const struct pk_shop *shop,
                                  size_t series, int32_t first_date, size_t bucket_count,
                                  int32_t days_ahead, struct pk_error *error)
{
    const enum pk_status status = check_series(model, shop, series, error);
    if (status != PK_OK)
        return status;
    const int32_t bucket_days = shop->series[series].bucket_days;
    if (first_date < model->first_date || bucket_count > PK_HISTORY_BUCKET_COUNT_MAX ||
        (int64_t)first_date + (int64_t)bucket_count * bucket_days >
            (int64_t)pk_model_as_of(model, bucket_days) + days_ahead + bucket_days)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "first_date",
                            "%zu buckets from day %d are not inside the fitted history",
                            bucket_count, first_date);
    return PK_OK;
}

enum pk_status pk_model_fitted(const struct pk_model *model, const struct pk_shop *shop,
                               size_t series, int32_t first_date, size_t bucket_count,
                               struct pk_forecast_scratch *scratch, double *mean_units,
                               struct pk_error *error)
{
    const enum pk_status status =
        check_range(model, shop, series, first_date, bucket_count, 0, error);
    return status != PK_OK ? status
                           : fill_range(model, shop, series, first_date, bucket_count, false,
                                        scratch, mean_units, error);
}

enum pk_status pk_model_ordinary(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t first_date, size_t bucket_count,
                                 struct pk_forecast_scratch *scratch, double *mean_units,
                                 struct pk_error *error)
{
    const enum pk_status status =
        check_range(model, shop, series, first_date, bucket_count, PK_DAYS_OF_SUPPLY_MAX, error);
    return status != PK_OK ? status
                           : fill_range(model, shop, series, first_date, bucket_count, true,
                                        scratch, mean_units, error);
}

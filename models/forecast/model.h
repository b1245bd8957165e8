/* The forecast model: a group's shared shape, each series' own level and deviations, and the demand
 * that they predict.
 *
 * mu[i,t] = level[i] x m[g,t] x exp(x[t]' delta[i]), m[g,t] = exp(x[t]' gamma[g]). A group is the
 * series of one category with one bucket length. Its parent is its role, then everything. All
 * functions are pure: equal inputs give equal bytes on any thread. */
#ifndef PK_FORECAST_MODEL_H
#define PK_FORECAST_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/executor.h"
#include "models/forecast/demand.h"
#include "models/forecast/fit_settings.h"
#include "models/forecast/series_model.h"
#include "models/history/closures.h"
#include "models/history/shop.h"

/* It changes whenever a history would give other numbers than before; every snapshot holds it. */
#define PK_MODEL_VERSION "6"

/* The fit of a whole shop: group shapes and one pk_series_model per series. Opaque; immutable when
 * made. */
struct pk_model;

/* Fits everything from sales up to shop->as_of_date (later rows are ignored). `executor` may be
 * NULL (plain loop); the result does not depend on it. Borrows `shop` and `sales` during the call
 * only. Free with pk_model_free. OUT_OF_MEMORY or INTERNAL on failure; odd or short histories are
 * not errors. */
enum pk_status pk_model_fit(const struct pk_shop *shop, const struct pk_sales *sales,
                            const struct pk_fit_settings *settings,
                            const struct pk_executor *executor, struct pk_model **out_model,
                            struct pk_error *error);
void pk_model_free(struct pk_model *model);

/* Bytes for the store, and back. The bytes hold the parameters only. Decode needs the shop of the
 * fit, of the same revision; it checks the counts and gives DATA_LOSS if anything does not fit.
 * *out_bytes is malloc'ed. OUT_OF_MEMORY. */
enum pk_status pk_model_encode(const struct pk_model *model, unsigned char **out_bytes,
                               size_t *out_size, struct pk_error *error);
enum pk_status pk_model_decode(const unsigned char *bytes, size_t size, const struct pk_shop *shop,
                               struct pk_model **out_model, struct pk_error *error);

/* Binds a fit to a shop that differs only in its promotions; their kinds must be those of the
 * fitted shop.
 * *out_model borrows everything but its design from `fit`, which has to outlive it. Free with
 * pk_model_free. OUT_OF_MEMORY; FAILED_PRECONDITION if the promotions need other columns. */
enum pk_status pk_model_bind(const struct pk_model *fit, const struct pk_shop *shop,
                             struct pk_model **out_model, struct pk_error *error);

/* First day of the fitted history. */
int32_t pk_model_first_date(const struct pk_model *model);

/* Days by which an advanced model (advance.h) is ahead of its last full fit; 0 for a full fit. */
int32_t pk_model_advanced_days(const struct pk_model *model);

const struct pk_series_model *pk_model_series(const struct pk_model *model, size_t series);
size_t pk_model_inferred_closures(const struct pk_model *model,
                                  const struct pk_inferred_closure **out_closures);
/* Which calendar the fit used (auto resolved by evidence) and its table's version, e.g.
 * "cn-2026.1" or "none". */
const char *pk_model_calendar_version(const struct pk_model *model);

/* Buckets that pk_model_forecast writes for a horizon: horizon_days, or ceil(horizon_days / 7) for
 * weekly series. */
size_t pk_model_bucket_count(const struct pk_shop *shop, size_t series, int32_t horizon_days);

/* A scratch area that keeps group rows of the horizon between calls for series of the same group;
 * one per thread. */
struct pk_forecast_scratch;
struct pk_forecast_scratch *pk_forecast_scratch_new(void);
void pk_forecast_scratch_free(struct pk_forecast_scratch *scratch);

/* Forecasts horizon_days, 1..PK_DAYS_OF_SUPPLY_MAX + 7, from the day after as-of. mean_units is the
 * caller's array of pk_model_bucket_count entries. out_demand->mean_units points to it; its lifts
 * are the events inside the horizon; its level_relative_variance includes the error of price
 * elasticities. *out_flags (may be NULL) = flags of the model and of this horizon. Closed days and
 * days past end_date are 0. No mean is negative or NaN. */
enum pk_status pk_model_forecast(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t horizon_days,
                                 struct pk_forecast_scratch *scratch, double *mean_units,
                                 struct pk_demand *out_demand, uint32_t *out_flags,
                                 struct pk_error *error);

/* Mean demand that the fit gives for buckets of its own history, `bucket_count` entries, by the
 * conventions of pk_model_forecast. first_date must be a bucket start not before the first day of
 * the fit. */
enum pk_status pk_model_fitted(const struct pk_model *model, const struct pk_shop *shop,
                               size_t series, int32_t first_date, size_t bucket_count,
                               struct pk_forecast_scratch *scratch, double *mean_units,
                               struct pk_error *error);

/* Mean demand as if all days were ordinary: without promotions and shopping festivals, the days
 * that lead to them and the days after them. The range may reach PK_DAYS_OF_SUPPLY_MAX days beyond
 * as-of. */
enum pk_status pk_model_ordinary(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t first_date, size_t bucket_count,
                                 struct pk_forecast_scratch *scratch, double *mean_units,
                                 struct pk_error *error);

#endif

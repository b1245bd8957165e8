/* A day without a refit: a model of a later as-of, made from the last full fit and the few days
 * since.
 *
 * *Shape.* Per group the new cells enter the normal equations of the shape as rows of the working
 * response (shape.h), and the shape is solved again:
 *   (R'R + sum w x x') beta = R'd + sum w x z        (cholesky_update.h), O(p^2) a row.
 *
 * *Levels.* Per series the sums of its level are decayed and extended (level.h), in O(p) a day,
 * with the shape and the own deviations of the day. Bulk orders are capped by the bounds of the
 * fit. Stocked-out and closed days are left out. A run of zeros is taken out of the sums when the
 * sale that ends it shows that it was no lack of demand. Prices move the days' means. The run of
 * zeros up to the new as-of decides the effect of stops.h on the level and on the probability to
 * sell nothing. Maximum, sale dates, counts and flags follow.
 *
 * *Unchanged until the next full fit*: own deviations, usual prices and elasticities, dispersion,
 * weights of the half-lives, calibration, the effect of each class of runs of zeros, price bands,
 * idle_probability and mean_excess, size floors, the scale of the shape and its variances, the
 * shape of groups that sold too little to have one.
 *
 * *Tolerance*, 28-day means beside the full fit of those days, up to seven days on the simulated
 * shop: three in five series are within 2 %, four in five within 5 %, the shop's total within 1 %
 * (tests/scenarios/test_daily_advance.py, tests/unit/forecast/test_advance.c; public histories in
 * docs/benchmarks.md). Most of the difference is common to a class of a category: the full fit
 * judges runs of zeros differently, or takes other half-lives. */
#ifndef PK_FORECAST_ADVANCE_H
#define PK_FORECAST_ADVANCE_H

#include "models/forecast/model.h"

/* Days that a model may be ahead of its last full fit. */
#define PK_ADVANCE_DAYS_MAX 7

/* Makes the model of shop->as_of_date from `fitted`, a full fit (not an advanced model) of this
 * history up to an earlier day. `settings` are those of that fit. Days after as-of are ignored. The
 * shop and the sales up to the fit's as-of must be unchanged. The executor does not change the
 * result. Free with pk_model_free. OUT_OF_MEMORY, INTERNAL.
 *
 * FAILED_PRECONDITION means that a full fit is due: the days are not 1..PK_ADVANCE_DAYS_MAX; they
 * are no whole weeks for weekly series; the shop has daily and weekly series; something else has
 * changed; or the new day changes the columns of the design (the history reaches
 * PK_SEASON_MIN_DAYS). */
enum pk_status pk_model_advance(const struct pk_model *fitted, const struct pk_shop *shop,
                                const struct pk_sales *sales,
                                const struct pk_fit_settings *settings,
                                const struct pk_executor *executor, struct pk_model **out_model,
                                struct pk_error *error);

/* Series x buckets that a full fit of this model's history reads. */
int64_t pk_model_cell_count(const struct pk_model *model);

#endif

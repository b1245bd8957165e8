/* Own deviations from the group's shape in daily changes: weekday, promotion lift, discount depth,
 * user covariates. And the own factor of a series that a design row and a date give.
 *
 * *Step.* The own columns are linear in the design row, so a deviation is an own gamma. Under the
 * shape mean m (season and feasts of deviation.h included) and a local level of 28-day steps, a
 * damped Newton step on the penalised negative binomial likelihood is
 *   delta += (X'WX + L)^-1 (X'(y - mu) / (1 + mu/k) - L delta),  W = mu / (1 + mu/k),
 * with the intercept profiled out: the scoring step of McCullagh and Nelder 1989, section 2.5, with
 * the penalty of a ridge (Hoerl and Kennard 1970, eq. 2.1).
 *
 * *Cost.* Own rows have few entries that are not zero (one weekday, seldom more). So X'WX of a
 * series costs less than a pass through its sales, and every series has its exact one. An
 * eigenproblem shared by a group would save nothing, and would be approximate where masks and
 * promotions differ.
 *
 * *Widths.* L^-1 = tau^2 is estimated per group and column block by empirical Bayes (MacKay 1992,
 * eq. 4.9): tau^2 = sum delta^2 / sum (1 - V / tau^2), V the posterior variances under the last
 * tau^2. Series without evidence stay with the group. */
#ifndef PK_FORECAST_OWN_H
#define PK_FORECAST_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/forecast/group_work.h"

/* Columns of an own row, in the order of pk_series_model.deviation from PK_DEVIATION_DAILY_AT. */
enum pk_own_column {
    PK_OWN_WEEKDAY_AT = 0,
    PK_OWN_PROMOTION = 7, /* peak of any kind */
    PK_OWN_DISCOUNT = 8,
    PK_OWN_COVARIATE_AT = 9, /* pk_design.own_covariates */
    PK_OWN_COUNT = PK_OWN_COVARIATE_AT + PK_OWN_COVARIATE_MAX
};

/* Writes own[PK_OWN_COUNT] of a design row. */
void pk_own_row(const struct pk_design *design, const double *row, double own[PK_OWN_COUNT]);

/* Log effect of Christmas and the Chinese feasts in a design row: the own feast deviation is a
 * factor on it. */
double pk_own_feast_effect(const struct pk_design *design, const double *gamma, const double *row);

/* own'delta + feast_effect delta_feast + season(date)'delta_season, bounded to +-log 8. */
double pk_own_log_factor(const double deviation[PK_SERIES_DEVIATION_COUNT], double date,
                         double feast_effect, const double own[PK_OWN_COUNT]);

/* Most own rows are a weekday, with or without a promotion. The first PK_OWN_KIND_COUNT different
 * rows are kinds; a series computes the factor of a kind once. */
#define PK_OWN_KIND_COUNT 48
#define PK_OWN_KIND_NONE  UINT8_MAX

/* Own rows of a group's base buckets and cells, only entries that are not zero. Owned arrays. */
struct pk_own_rows {
    uint32_t *starts; /* bucket_count + cell_count + 1 */
    uint8_t *columns;
    float *values;
    uint8_t *kind_of; /* bucket_count + cell_count; PK_OWN_KIND_NONE = a row like no kind */
    uint32_t kind_rows[PK_OWN_KIND_COUNT]; /* a row of each kind */
    size_t kind_count;
    float *feast; /* bucket_count: feast effect of the base rows */
};
enum pk_status pk_own_rows_init(struct pk_own_rows *rows, const struct pk_group_work *work,
                                const double *gamma, struct pk_error *error);
void pk_own_rows_done(struct pk_own_rows *rows);

/* Own prior variances of a group, and the evidence of its series on them. */
struct pk_own_prior {
    double variance[PK_OWN_COUNT];
    double square[PK_OWN_COUNT], freedom[PK_OWN_COUNT]; /* per block's first column */
};
struct pk_own_prior pk_own_prior_default(void);

/* Sets the variances from the evidence of the series. */
void pk_own_prior_update(struct pk_own_prior *prior);

/* One damped step for a series from `deviation`[PK_OWN_COUNT]. `row_of[t]` is the own row of bucket
 * t. The result's evidence on the prior is added to *evidence, if that is not NULL. Buckets without
 * exposure do not count. `scratch` holds count doubles. */
void pk_own_step(const struct pk_series_view *view, const struct pk_own_rows *rows,
                 const uint32_t *row_of, int32_t bucket_days, double inverse_dispersion,
                 const struct pk_own_prior *prior, struct pk_own_prior *evidence, double *scratch,
                 double deviation[PK_OWN_COUNT]);

/* Multiplies mean[t] from `start` on by the own factor of each bucket. */
void pk_own_apply(const struct pk_own_rows *rows, const uint32_t *row_of, size_t start,
                  size_t count, const double deviation[PK_OWN_COUNT], float *mean);

/* Moment estimate of 1/k around a local level of 28-day steps; 0 without sales. *out_evidence is
 * the sum of squared means that it rests on. The fitted units are left in scratch[start..count). */
double pk_own_inverse_dispersion(const struct pk_series_view *view, int32_t bucket_days,
                                 double *scratch, double *out_evidence);

#endif

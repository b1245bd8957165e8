/* Why a forecast is as it is: the level of a series, and the factors that turn it into the mean of
 * one bucket, each with its evidence.
 *
 *   mean = level x product of multipliers
 *
 * Columns that are always on (weekday, position in the month) are measured against their average
 * over the last year. The rest of that average and the normalisation of the shape make the
 * baseline: an ordinary day without anything special against the average day. The wider levels of
 * promotions (any kind, mega kinds, the weekday of a peak, the typical lift) are shared evenly by
 * the kinds that are on. */
#ifndef PK_FORECAST_EXPLAIN_H
#define PK_FORECAST_EXPLAIN_H

#include "models/forecast/model.h"

/* Days that a forecast is made over at least where a day is explained: the day's numbers do not
 * depend on how near it is. */
#define PK_EXPLAINED_HORIZON_DAYS 28

enum pk_factor_kind {
    PK_FACTOR_BASELINE,
    PK_FACTOR_WEEKDAY,
    PK_FACTOR_HOLIDAY, /* public holiday or make-up working day */
    PK_FACTOR_CLOSURE, /* the day before or after an irregular closure */
    PK_FACTOR_SEASON,  /* yearly, of the group */
    PK_FACTOR_OWN_SEASON,
    PK_FACTOR_MONTH,
    PK_FACTOR_FEAST,
    PK_FACTOR_PROMOTION, /* one kind, all its parts */
    PK_FACTOR_DISCOUNT,
    PK_FACTOR_TRAFFIC,
    PK_FACTOR_PRICE, /* against the usual price */
    PK_FACTOR_COVARIATE,
    PK_FACTOR_OWN,      /* all other own deviations of the series */
    PK_FACTOR_OPEN,     /* share of the bucket that is open and inside the item's life */
    PK_FACTOR_GUARD,    /* the forecast was cut to its bound */
    PK_FACTOR_CAMPAIGN, /* deposits and first days of a campaign; added beside the model */
    PK_FACTOR_COUNT
};

/* "baseline", "weekday", ...; static. */
const char *pk_factor_name(enum pk_factor_kind kind);
/* Parts of a promotion, in the order of the design's: "presale", "warmup", "lead", "peak", ...;
 * static. */
#define PK_FACTOR_PART_COUNT 9
const char *pk_factor_part_name(size_t part);

struct pk_factor {
    enum pk_factor_kind kind;
    /* Weekday, feast, kind, covariate; "" = none; of the model or the shop, or static. */
    const char *name;
    uint32_t parts; /* PROMOTION: bit per part that the bucket belongs to */
    double value;   /* of the column: depth of the discount, scaled covariate; PRICE: the price
                     * over the usual one; else 0 */
    double multiplier;
    double units;           /* added in its turn: running product x (multiplier - 1) */
    int64_t evidence_count; /* separate past occurrences in the life of the series; -1 = none */
    int64_t shop_evidence_count; /* past occurrences in the history of the shop; -1 = none */
};

struct pk_explanation {
    int32_t date, bucket_days; /* first day of the bucket */
    struct pk_series_model series;
    struct pk_window window; /* mean and variance of the bucket, as quantiles need them */
    double mean_units;
    double noise_variance, level_variance, lift_variance; /* parts of the variance, squared units */
    uint32_t flags;                                       /* enum pk_series_flag */
    struct pk_factor *factors;                            /* owned, in the order of their turns */
    size_t factor_count;
};

/* Explains the bucket that contains `date`, which lies 1..PK_HORIZON_DAYS_MAX days after as-of
 * (INVALID_ARGUMENT). The errors of lifts are those of a forecast of 28 days, or up to the date if
 * that is later. Borrows model and shop; free with pk_explanation_done. */
enum pk_status pk_explain_forecast(const struct pk_model *model, const struct pk_shop *shop,
                                   size_t series, int32_t date, struct pk_explanation *out,
                                   struct pk_error *error);
void pk_explanation_done(struct pk_explanation *explanation);

#endif

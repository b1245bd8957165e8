/* The fit of one series. */
#ifndef PK_FORECAST_SERIES_MODEL_H
#define PK_FORECAST_SERIES_MODEL_H

#include <stdint.h>

#include "models/forecast/price.h"

/* So many closed days in a row are a pause. */
#define PK_PAUSE_DAYS 7

/* What was found on the way; results, not errors. */
enum pk_series_flag {
    PK_SERIES_DEAD = 1, /* no sale for 365 days up to as-of: forecast 0 */
    PK_SERIES_NEW =
        2, /* fewer than 28 open buckets of history: level from category or reference item */
    PK_SERIES_CAPPED = 4,      /* bulk orders were capped outside promotions */
    PK_SERIES_STOCKED_OUT = 8, /* some days were left out as stocked out */
    PK_SERIES_GUARDED = 16,    /* the forecast hit its guard and fell back */
    PK_SERIES_ENDED = 32,      /* end_date reached within or before the horizon */
    PK_SERIES_LOW_EVIDENCE =
        64, /* an event ahead was never seen by this series: lift borrowed from its group */
    /* Set beside the model, where a campaign's own evidence changed the forecast. */
    PK_SERIES_DEPOSITS_COUNTED = 128,
    PK_SERIES_CAMPAIGN_LEVEL_UPDATED = 256,
    /* Closed on the last PK_PAUSE_DAYS days up to as-of, and nobody told when it opens again: the
     * forecast is made as if it opened on the next day. */
    PK_SERIES_PAUSED = 512,
    PK_SERIES_COVARIATE_HELD = 1024 /* a covariate is not known ahead; its usual value is taken */
};

/* Own deviations: two yearly Fourier pairs, a factor on the feasts' effects (deviation.h), and the
 * daily columns of own.h. */
#define PK_DEVIATION_FEAST        4
#define PK_DEVIATION_SLOW_COUNT   5
#define PK_DEVIATION_DAILY_AT     5
#define PK_SERIES_DEVIATION_COUNT 19

/* Everything fitted for one series; fixed size, stored as it is. */
struct pk_series_model {
    double level_units;                  /* per average open bucket */
    double level_relative_variance;      /* Var(level) / level^2, lift error not included */
    double level_drift_variance_per_day; /* of the level's walk after as-of (demand.h) */
    double stop_probability;             /* s of demand.h */
    double mean_excess;                  /* e of demand.h */
    double idle_probability;             /* i of demand.h */
    double dispersion;                   /* k of its class, > 0; INFINITY = Poisson */
    double deviation[PK_SERIES_DEVIATION_COUNT];
    double usual_price_micros; /* 0 = no price is known: prices have no effect */
    struct pk_elasticity elasticity;
    /* Largest bucket seen, after capping; of a new item its reference's too. */
    double maximum_units;
    int32_t first_sale_date, last_sale_date; /* PK_DATE_NONE = never sold */
    uint32_t open_bucket_count;
    uint32_t flags; /* enum pk_series_flag */
    uint32_t capped_bucket_count;
    uint32_t stocked_out_bucket_count;
};

#endif

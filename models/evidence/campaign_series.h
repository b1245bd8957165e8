/* What was wanted of one series in and around a campaign.
 *
 * The rows of a series become the buckets of models/decision/campaign/campaign_result.h. Each
 * bucket holds the units sold, the demand that the fit expects with its promotions, and the demand
 * that the fit expects of an ordinary day. Its span says what the bucket measures: window    it
 * touches the days from the start to the end of the campaign; presale   it lies in the presale,
 * before the window (daily series only); dip       it lies in the PK_CAMPAIGN_DIP_DAYS days after
 * the end, and no other promotion covers it; ordinary  it is over, and the fit expects an ordinary
 * day of it; none      all others, and all before the first sale of the series. Buckets up to as-of
 * are past; for later ones the expected demand is the forecast. A weekly series is judged by the
 * whole weeks that the window touches. */
#ifndef PK_EVIDENCE_CAMPAIGN_SERIES_H
#define PK_EVIDENCE_CAMPAIGN_SERIES_H

#include "models/decision/campaign/campaign_result.h"
#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* Days of history before and after a campaign whose ordinary days measure its level. */
#define PK_CAMPAIGN_DAYS_BEFORE 56
#define PK_CAMPAIGN_DAYS_AFTER  42

/* Working memory of one thread for the series of one campaign, used again for one series after the
 * other. */
struct pk_campaign_work {
    const struct pk_view *view;        /* borrowed */
    const struct pk_view *before;      /* as of the day before the start; NULL = none; borrowed */
    const char *promotion_id;          /* borrowed */
    struct pk_campaign shop_campaign;  /* as the whole shop sees it */
    struct pk_decision_memory *memory; /* for `view` */
    struct pk_decision_memory *before_memory; /* for `before` */
    struct pk_forecast_scratch *fitted, *ordinary;
    double *means; /* of one series: expected units, then ordinary units; bucket_capacity of each */
    struct pk_campaign_bucket *buckets; /* of one series */
    size_t bucket_capacity;
    /* Rows of other promotions near the window. The array is owned, the rows are of the shop. */
    const struct pk_promotion **others;
    size_t other_count;
    uint32_t deposit_item; /* the item whose deposits stand on an earlier line */
};

/* Prepares the work. NOT_FOUND: no approved row has the id; FAILED_PRECONDITION: the campaign
 * begins before the first day of the fit, or ends beyond the longest horizon; OUT_OF_MEMORY. Free
 * with pk_campaign_work_done. */
enum pk_status pk_campaign_work_init(const struct pk_view *view, const struct pk_view *before,
                                     const char *promotion_id, struct pk_campaign_work *out_work,
                                     struct pk_error *error);
void pk_campaign_work_done(struct pk_campaign_work *work);

/* A series and its campaign. The buckets are the first bucket_count of work->buckets, until the
 * next series is loaded. */
struct pk_campaign_series {
    size_t series;                   /* index into shop.series */
    struct pk_campaign campaign;     /* as the series sees it */
    int32_t first_date, bucket_days; /* of the first bucket; 1 or 7 */
    size_t bucket_count;
    double dispersion;              /* k of the fit */
    struct pk_campaign_ahead ahead; /* the part of the window that lies after as-of */
};

/* Loads a series. *out_is_covered = false, and nothing else is written, in two cases: no row of the
 * campaign covers the series, or the series was not on sale in the window. Fails as forecasts
 * do. */
enum pk_status pk_campaign_series_load(struct pk_campaign_work *work, size_t series,
                                       struct pk_campaign_series *out_series, bool *out_is_covered,
                                       struct pk_error *error);

/* First and last day of the buckets that the window touches: the window itself for a daily series,
 * whole weeks for a weekly one. */
void pk_campaign_window_days(const struct pk_campaign_series *one, int32_t *out_first,
                             int32_t *out_last);

/* True if a row of another promotion covers the series on a day of from_date..to_date. These days
 * must not lie more than 6 days before the window or PK_CAMPAIGN_DIP_DAYS + 6 after it. */
bool pk_campaign_has_other(const struct pk_campaign_work *work, size_t index, int32_t from_date,
                           int32_t to_date);

#endif

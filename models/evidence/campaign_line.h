/* One series in and around a campaign: the stored rows become the input of
 * models/decision/campaign/campaign_result.h here and nowhere else. */
#ifndef PK_EVIDENCE_CAMPAIGN_LINE_H
#define PK_EVIDENCE_CAMPAIGN_LINE_H

#include "models/decision/campaign/campaign_result.h"
#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* Days of history before and after a campaign whose ordinary days measure its level. */
#define PK_CAMPAIGN_DAYS_BEFORE 56
#define PK_CAMPAIGN_DAYS_AFTER  42

/* Work of one thread on the series of one campaign. */
struct pk_campaign_work {
    const struct pk_view *view;
    const struct pk_view *before; /* as of the day before the start; NULL = none */
    const char *promotion_id;
    struct pk_campaign shop_campaign; /* as the whole shop sees it */
    struct pk_decision_memory *memory, *before_memory;
    struct pk_forecast_scratch *fitted, *ordinary;
    double *means; /* 2 x bucket_capacity */
    struct pk_campaign_bucket *buckets;
    size_t bucket_capacity;
    const struct pk_promotion **others; /* rows of other promotions around the window, owned */
    size_t other_count;
    uint32_t deposit_item; /* whose deposits were told last */
};

/* FAILED_PRECONDITION: it begins before the fit's first day; NOT_FOUND: no approved row has the id;
 * OUT_OF_MEMORY. Free with pk_campaign_work_done. */
enum pk_status pk_campaign_work_init(const struct pk_view *view, const struct pk_view *before,
                                     const char *promotion_id, struct pk_campaign_work *out_work,
                                     struct pk_error *error);
void pk_campaign_work_done(struct pk_campaign_work *work);

/* The buckets of a series around its campaign: in work->buckets until the next series. */
struct pk_campaign_series {
    size_t series;
    struct pk_campaign campaign; /* as the series sees it */
    int32_t first_date, bucket_days;
    size_t bucket_count;
    double dispersion;
    struct pk_campaign_ahead ahead;
};

/* *out_is_covered = false (and nothing else written) if no row covers the series or it did not live in
 * the window. */
enum pk_status pk_campaign_series_load(struct pk_campaign_work *work, size_t series,
                                       struct pk_campaign_series *out_series, bool *out_is_covered,
                                       struct pk_error *error);

/* Stock, forecast, money and returns of a series that was loaded last; `line` has its window. */
enum pk_status pk_campaign_line_complete(struct pk_campaign_work *work,
                                         const struct pk_campaign_series *one,
                                         struct pk_campaign_line *line, struct pk_error *error);

#endif

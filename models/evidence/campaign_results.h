/* The result of one campaign, past, running or ahead: in total, by category, by day of phase, by
 * line. Days to come are taken from the forecast. Weekly series are judged by the whole weeks that
 * the window touches; they have no part in the days. */
#ifndef PK_EVIDENCE_CAMPAIGN_RESULTS_H
#define PK_EVIDENCE_CAMPAIGN_RESULTS_H

#include "models/decision/campaign/campaign_result.h"
#include "models/evidence/view.h"
#include "models/history/campaign.h"
#include "models/history/series_selection.h"

#define PK_CAMPAIGN_PHASE_COUNT 6
/* After the phases of enum pk_promotion_phase: the days that follow. */
#define PK_CAMPAIGN_AFTER 5
/* Days of one phase that its own figures hold; longer ones are cut. */
#define PK_CAMPAIGN_PHASE_DAYS_MAX 64

/* "promotion" (no phase given), "presale", "warmup", "peak", "encore", "after"; static. */
const char *pk_campaign_phase_name(size_t phase);

/* A day of the whole shop's campaign. */
struct pk_campaign_day {
    int32_t date;
    size_t phase; /* enum pk_promotion_phase, or PK_CAMPAIGN_AFTER; of rows that differ peak before
                       encore, warm-up, presale */
    int32_t number; /* 1 = first day of its phase */
    bool is_ahead;
    struct pk_lift_sum sum; /* of daily series */
};

struct pk_campaign_line_result {
    uint32_t series;
    struct pk_campaign_line line;
    struct pk_lift_sum phases[PK_CAMPAIGN_PHASE_COUNT]; /* of daily series; presale .. encore */
};

struct pk_campaign_results {
    struct pk_campaign campaign;
    bool has_begun, is_over;
    int32_t days_after; /* days of the history after its end; 0 = none */
    bool has_forecast;  /* of the day before the start */
    struct pk_campaign_sum total;
    struct pk_campaign_sum *categories; /* of the shop, owned */
    size_t category_count;
    struct pk_lift_sum phases[PK_CAMPAIGN_PHASE_COUNT];
    struct pk_campaign_day *days; /* ascending, owned */
    size_t day_count;
    struct pk_campaign_line_result *lines; /* as in the selection, owned */
    size_t line_count;
};

/* Results over the series of a selection. `before` is the view of the day before the start; with
 * NULL the results have no forecast of that time. Fails as pk_campaign_work_init does
 * (campaign_series.h). Free with pk_campaign_results_done. */
enum pk_status pk_campaign_results_load(const struct pk_view *view, const struct pk_view *before,
                                        const char *promotion_id,
                                        const struct pk_series_selection *selection,
                                        struct pk_campaign_results *out_results,
                                        struct pk_error *error);
void pk_campaign_results_done(struct pk_campaign_results *results);

/* The day before the start, as of which a campaign's forecast is judged; PK_DATE_NONE if it lies
 * ahead or nothing is known before it. */
int32_t pk_campaign_before_date(const struct pk_view *view, const struct pk_campaign *campaign);

#endif

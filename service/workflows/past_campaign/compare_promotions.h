/* Two campaigns side by side, and the lessons of past campaigns for the next one. */
#ifndef PK_WORKFLOWS_COMPARE_PROMOTIONS_H
#define PK_WORKFLOWS_COMPARE_PROMOTIONS_H

#include "models/base/reason.h"
#include "models/evidence/campaign_results.h"

/* A day of a phase in campaign a, b or both; NULL = the campaign does not have this day. */
struct pk_compared_day {
    size_t phase;
    int32_t number;
    const struct pk_campaign_day *a, *b;
};

/* A line of campaign a, b or both; NULL = the campaign does not have this line. */
struct pk_compared_line {
    uint32_t series;
    const struct pk_campaign_line_result *a, *b;
};

/* A category that was overstocked, or understocked, in both of the last two campaigns. */
struct pk_campaign_lesson {
    uint32_t category;
    enum pk_reason reason;            /* STOCK_MORE_NEXT_TIME, STOCK_LESS_NEXT_TIME */
    double first_ratio, second_ratio; /* missed part of demand, the earlier campaign first */
};

struct pk_comparison {
    struct pk_campaign_results a, b;
    struct pk_compared_day
        *days; /* by phase (presale, warm-up, peak, encore, after), then number */
    size_t day_count;
    struct pk_compared_line *lines; /* as in the selection */
    size_t line_count;
    /* The two ended campaigns that lessons are drawn from: ids of the shop; "" = fewer than two. */
    const char *lesson_ids[2];
    struct pk_campaign_lesson *lessons; /* by category */
    size_t lesson_count;
};

/* The latest campaign that ended before `campaign` began and is of its kind. With any_mega, a
 * campaign of any mega kind (pk_campaign_kind_is_mega) takes its place if there is none. False if
 * there is neither. */
bool pk_campaign_previous(const struct pk_shop *shop, const struct pk_campaign *campaign,
                          bool any_mega, struct pk_campaign *out_previous);

/* Compares over the series of a selection; a_before and b_before as in pk_campaign_results_load.
 * Errors of pk_campaign_results_load; INVALID_ARGUMENT if both are the same. Free with
 * pk_comparison_done. */
enum pk_status pk_compare_promotions(const struct pk_view *view, const char *a_promotion_id,
                                     const struct pk_view *a_before, const char *b_promotion_id,
                                     const struct pk_view *b_before,
                                     const struct pk_series_selection *selection,
                                     struct pk_comparison *out_comparison, struct pk_error *error);
void pk_comparison_done(struct pk_comparison *comparison);

#endif

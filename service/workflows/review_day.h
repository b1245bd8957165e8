/* The as-of day against its forecast, and the items that need somebody's decision. */
#ifndef PK_WORKFLOWS_REVIEW_DAY_H
#define PK_WORKFLOWS_REVIEW_DAY_H

#include "models/decision/review.h"
#include "service/workflows/snapshot.h"

#define PK_REVIEW_LINE_COUNT_DEFAULT 50
#define PK_REVIEW_LINE_COUNT_MAX     1000

/* The day in one scope. */
struct pk_review_sum {
    const char *scope;    /* total, category */
    const char *scope_id; /* "" for the total */
    double sold_units;
    double forecast_units;
    double absolute_error_units;  /* sum over items of |sold - forecast| */
    double low_units, high_units; /* 10 and 90 % quantile of the scope's total, items independent
                                     given their levels */
    double paid_amount;           /* < 0 = not given */
    double month_units;           /* month to date */
    double paid_units_30_days, returned_units_30_days;
    int64_t series_count;
};

struct pk_review {
    int32_t date;
    bool has_forecast;          /* false: no history before the day, so nothing was forecast */
    struct pk_review_sum *sums; /* total first */
    size_t sum_count;
    struct pk_review_line *lines; /* ranked; line.series indexes the snapshot's shop */
    size_t line_count;
};

/* `before` is the snapshot of the bucket before as-of and gives the forecast of the day; NULL =
 * none. Free with pk_review_done. */
enum pk_status pk_review_day(const struct pk_snapshot *snapshot, const struct pk_snapshot *before,
                             struct pk_review *out_review, struct pk_error *error);
void pk_review_done(struct pk_review *review);

#endif

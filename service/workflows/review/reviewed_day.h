/* What a review of a day is asked for, and what it finds (made by review_day.h). */
#ifndef PK_WORKFLOWS_REVIEWED_DAY_H
#define PK_WORKFLOWS_REVIEWED_DAY_H

#include <stdbool.h>

#include "models/decision/review/raise.h"
#include "service/store/store.h"

#define PK_REVIEW_LINE_COUNT_DEFAULT 50
#define PK_REVIEW_LINE_COUNT_MAX     1000
/* Promotions that start within so many days are looked at. */
#define PK_REVIEW_PROMOTION_DAYS 14

struct pk_review_request {
    int32_t line_count_maximum;
    bool wants_open; /* also those that were raised before and have not changed */
    int thread_count;
    /* Where raised decisions are kept; NULL = the store says nothing. */
    struct pk_store *store;
    bool is_live; /* the live day: what is listed is noted as raised */
};

/* Units and money of one thing. */
struct pk_review_pair {
    double units, amount;
};

/* The day and its month in one scope. Units of the month are paid units, as targets mean them; those of
 * the day against its forecast are demand (paid less cancelled). Amounts < 0 = not given. */
struct pk_review_sum {
    const char *scope;    /* total, category */
    const char *scope_id; /* "" for the total */
    int64_t series_count;
    double sold_units, forecast_units;
    double absolute_error_units;          /* sum over items of |sold - forecast| */
    double low_units, high_units;         /* 10 and 90 % quantile of the scope's total */
    double forecast_amount;               /* of forecast_units at the prices of the day */
    struct pk_review_pair day;            /* paid on the day */
    struct pk_review_pair month;          /* paid, month to date */
    struct pk_review_pair month_expected; /* what today's fit makes of these days */
    struct pk_review_pair progress;       /* their share of the month's expected sales */
    struct pk_review_pair landing_q10, landing_q50, landing_q90;
    /* Of the day, of the days of the month past, of the whole month; NAN = none. */
    struct pk_review_pair day_target, due_target, month_target;
    double paid_units_30_days, returned_units_30_days;
};

struct pk_review {
    int32_t date;
    int32_t month_start_date, month_end_date;
    bool has_forecast;          /* false: no history before the day, so nothing was forecast */
    struct pk_review_sum *sums; /* total first */
    size_t sum_count;
    /* Ranked: those to list, at most line_count_maximum; then, if wanted, the open ones.
     * line.series indexes the snapshot's shop. */
    struct pk_review_line *lines;
    size_t line_count;
    size_t raised_count;             /* need a decision and are new or changed, listed or not */
    size_t open_count;               /* raised before, unchanged */
    double raised_value, open_value; /* in the store's currency */
    /* What the day raised could not be kept: the next review lists it again. status PK_OK = kept. */
    struct pk_error unkept;
};

#endif

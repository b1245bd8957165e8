/* The request of a review of a day, and its findings (made by review_day.h). */
#ifndef PK_WORKFLOWS_REVIEWED_DAY_H
#define PK_WORKFLOWS_REVIEWED_DAY_H

#include <stdbool.h>

#include "models/decision/review/raise.h"
#include "models/evidence/review_sums.h"
#include "service/store/store.h"

#define PK_REVIEW_LINE_COUNT_DEFAULT 50
#define PK_REVIEW_LINE_COUNT_MAX     1000

struct pk_review_request {
    int32_t line_count_maximum;
    bool wants_open; /* also those that were raised before and have not changed */
    int thread_count;
    /* Where raised decisions are kept; NULL = the store says nothing. */
    struct pk_store *store;
    bool is_live; /* the live day: listed lines are noted as raised */
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
    /* What the day raised could not be kept: the next review lists it again. status PK_OK =
     * kept. */
    struct pk_error unkept;
};

#endif

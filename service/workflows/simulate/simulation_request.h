/* What a simulation is asked for, and the figures and verdicts that it tells. */
#ifndef PK_WORKFLOWS_SIMULATION_REQUEST_H
#define PK_WORKFLOWS_SIMULATION_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/decision/simulation/comparison.h"
#include "models/decision/simulation/policy.h"

/* Days of history before the first review at least. */
#define PK_SIMULATION_HISTORY_DAYS_MIN 56
/* Where a series has no supply row and the request names none. */
#define PK_SIMULATION_LEAD_TIME_DAYS_DEFAULT     7
#define PK_SIMULATION_REVIEW_PERIOD_DAYS_DEFAULT 7
#define PK_SIMULATION_DAYS_DEFAULT               365
/* Cover of average30: this much of R + L. */
#define PK_SIMULATION_COVER_RATIO_DEFAULT 1.5
#define PK_SIMULATION_WORST_ITEM_COUNT    20

struct pk_simulation_request {
    bool policies[PK_POLICY_COUNT]; /* ours and hindsight always take part */
    int32_t from_date, to_date;     /* of the counted days; PK_DATE_NONE = default */
    int32_t lead_time_days;         /* -1 = of the supply rows */
    int32_t review_period_days;     /* 0 = of the supply rows */
    int32_t cover_days;             /* of average30; 0 = 1.5 (R + L) */
    int thread_count;
};

/* The critical ratios at which costs are told: each series' own (supply row, costs, role, default),
 * then fixed ones. */
#define PK_SIMULATION_SCENARIO_COUNT 5
/* 0 for own. */
double pk_simulation_scenario_ratio(size_t scenario);
/* "own", "0.80", ... */
const char *pk_simulation_scenario_name(size_t scenario);

/* One figure; texts are valid during the call of `take` only. */
struct pk_simulation_figure {
    const char *scope;    /* policy, promotion, frontier, item */
    const char *scope_id; /* POLICY@RATIO; of an item its id */
    const char *metric;
    enum pk_policy policy;
    const char *critical_ratio; /* own, 0.80, ... */
    bool is_defined;
    double value, numerator, denominator;
};

/* What may be said of ours against one baseline. */
struct pk_simulation_verdict {
    enum pk_policy policy;
    const char *critical_ratio;
    enum pk_verdict verdict;
    /* Share of the baseline's cost that ours saves, and its 95 % interval; undefined at cost 0. */
    bool is_saving_known;
    double saving_ratio, saving_ratio_low, saving_ratio_high;
    /* Share of the baseline's stock that ours saves at the baseline's fill rate. */
    bool is_stock_saving_known;
    double stock_saving_ratio;
};

/* What the replay was made of. */
struct pk_simulation_basis {
    int32_t from_date, to_date, first_review_date;
    int64_t series_count, review_count;
    int64_t assumed_terms_count;              /* series without a supply row */
    int64_t bucket_count, short_bucket_count; /* counted; of them known to be partly out of stock */
    bool is_money; /* costs in the store's currency; else in units held for a review period */
};

struct pk_simulation_taker {
    /* After every round of fits, on the calling thread; anything but PK_OK ends the replay. */
    enum pk_status (*progress)(void *context, int64_t done_count, int64_t total_count,
                               struct pk_error *error);
    enum pk_status (*take)(void *context, const struct pk_simulation_figure *figure,
                           struct pk_error *error);
    enum pk_status (*judge)(void *context, const struct pk_simulation_verdict *verdict,
                            struct pk_error *error);
    void *context;
};

#endif

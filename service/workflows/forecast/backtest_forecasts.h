/* The model against the shop's own past: rolling origins, fitted and scored in parallel, then the
 * figures by class. */
#ifndef PK_WORKFLOWS_BACKTEST_FORECASTS_H
#define PK_WORKFLOWS_BACKTEST_FORECASTS_H

#include "models/evidence/view.h"
#include "models/forecast/accuracy.h"

/* Days of history that an origin needs at least. */
#define PK_BACKTEST_HISTORY_DAYS_MIN 56

enum pk_backtest_scope {
    PK_BACKTEST_BY_DEFAULT, /* velocity, event and category */
    PK_BACKTEST_BY_VELOCITY,
    PK_BACKTEST_BY_EVENT,
    PK_BACKTEST_BY_CATEGORY,
    PK_BACKTEST_BY_WAREHOUSE,
    PK_BACKTEST_BY_ROLE
};

struct pk_backtest_request {
    int32_t origin_count; /* 1..PK_BACKTEST_ORIGIN_COUNT_MAX */
    int32_t horizon_days; /* 1..PK_HORIZON_DAYS_MAX */
    enum pk_backtest_scope by;
    int thread_count;
};

/* Figures of one class, valid during the call of `take` only. */
struct pk_backtest_class {
    const char *scope, *scope_id;
    int32_t from_date, to_date; /* first and last day that was forecast */
    const struct pk_accuracy_figure *figures;
    size_t figure_count;
};

struct pk_backtest_taker {
    /* Between rounds of origins, on the calling thread; anything but PK_OK ends the backtest. */
    enum pk_status (*progress)(void *context, int64_t done_count, int64_t total_count,
                               struct pk_error *error);
    /* The total first, then class by class; classes without a scored bucket are left out. */
    enum pk_status (*take)(void *context, const struct pk_backtest_class *one,
                           struct pk_error *error);
    void *context;
};

/* Origins lie one horizon apart (whole weeks if any series is weekly), the last one a horizon
 * before as-of. Origins with less than PK_BACKTEST_HISTORY_DAYS_MIN days of history before them are
 * dropped: *out_origin_count tells how many were left; FAILED_PRECONDITION if none is. */
enum pk_status pk_backtest_forecasts(const struct pk_view *view,
                                     const struct pk_backtest_request *request,
                                     const struct pk_backtest_taker *taker,
                                     int32_t *out_origin_count, struct pk_error *error);

#endif

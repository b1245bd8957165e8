/* The state of one replay of order policies between its stages: planned and laid out
 * (simulation_plan.c), played review by review (simulate_policies.c), told
 * (simulation_report.c). */
#ifndef PK_WORKFLOWS_SIMULATION_H
#define PK_WORKFLOWS_SIMULATION_H

#include "models/decision/stock/position.h"
#include "models/evidence/view.h"
#include "models/history/series_selection.h"
#include "service/workflows/simulate/simulation_request.h"

/* One policy at one setting, replayed on every series. */
struct pk_simulation_run {
    enum pk_policy policy;
    double critical_ratio; /* 0 = each series' own, or a policy without one */
    bool is_aim;           /* of ours: told this ratio itself instead of the costs that make it */
};
#define PK_SIMULATION_RUN_COUNT_MAX 32

struct pk_simulated_series {
    uint32_t series; /* index into shop.series */
    struct pk_replay_terms terms;
    struct pk_supply_terms supply;
    bool is_assumed;
    int32_t first_date;    /* of bucket 0: the one after the first review */
    int64_t bucket_count;  /* of the replay */
    int64_t counted_from;  /* first counted bucket */
    int64_t next_bucket;   /* not played yet */
    int64_t history_count; /* buckets before bucket 0 in demand_units */
    int64_t life_start;    /* bucket of the first sale, may be negative; bucket_count = none */
    int32_t *demand_units; /* of bucket 0; owned by block */
    uint8_t *is_promotion; /* bucket_count */
    double own_ratio;      /* a of the supply row, costs, role or default */
    double cover_days;     /* of average30 */
    struct pk_replay_prices prices;
    int64_t minimum_units, maximum_units; /* of min_max, once known */
    bool has_min_max;
    struct pk_replay *replays; /* run_count */
    void *block;               /* the one allocation behind the arrays */
};

struct pk_simulation {
    const struct pk_view *view;
    const struct pk_simulation_request *request;
    struct pk_simulation_basis basis;
    struct pk_simulation_run runs[PK_SIMULATION_RUN_COUNT_MAX];
    size_t run_count;
    struct pk_simulated_series *series;
    size_t series_count;
    int32_t *review_dates; /* ascending: as-of days of the fits */
    size_t review_count;
    int32_t totals_first_date; /* of day_sums[1] - day_sums[0] */
    size_t totals_day_count;
    double *day_sums; /* prefix sums of the whole shop's units per day */
};

/* Fills *out_simulation up to the first review. Free with pk_simulation_done. */
enum pk_status pk_simulation_plan(const struct pk_view *view,
                                  const struct pk_series_selection *selection,
                                  const struct pk_simulation_request *request,
                                  struct pk_simulation *out_simulation, struct pk_error *error);
void pk_simulation_done(struct pk_simulation *simulation);

/* The season of the shop as known on a review day. */
void pk_simulation_season(const struct pk_simulation *simulation, int32_t as_of_date,
                          double out_season[PK_SEASON_WEEK_COUNT]);

/* Index of the run of a policy at a scenario's ratio; run_count if it does not take part. */
size_t pk_simulation_run_of(const struct pk_simulation *simulation, enum pk_policy policy,
                            size_t scenario);

/* Hands out every figure and verdict of a played simulation. */
enum pk_status pk_simulation_report(const struct pk_simulation *simulation,
                                    const struct pk_simulation_taker *taker,
                                    struct pk_error *error);

#endif

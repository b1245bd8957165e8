/* The plain order policies that ours is compared with, each as a buyer or a spreadsheet would run
 * it. Pure; no allocation.
 *
 * All see the demand up to the review and the position; R, L = review period and lead time in days.
 * The order lifts the position to a target S, in packs, at least the minimum order, below the
 * largest stock (pk_replay_round).
 *   average30         S = units of the last 30 days / 30 x cover days
 *   normal            S = m (R + L) + z(a) s sqrt(R + L), m and s of the daily sales of 13 weeks
 *                     (Silver, Pyke & Thomas 2017, 7.3: periodic review, order up to, (R, S))
 *   seasonal13        S = F(max(28, R + L)), F = 13-week mean of sales / season, x season ahead
 *   seasonal13_buffer F + z(a) sqrt(F) for the days from this order's arrival to the next one's,
 *                     less the stock and orders that are left by then at F (lost sales included)
 *   two_week          if the position is below (R + L) days of the last two weeks' mean: up to 14
 *                     days more
 *   min_max           as two_week, with levels set once at the start: m (R + L) + z(0.95) s
 *                     sqrt(R + L), and max(R, 14) days more
 *   hindsight         buys, in single units, exactly the coming sales: for a >= 0.5 no policy can
 *                     cost less
 * Means over 13 weeks count from the first sale, but over at least 28 days. */
#ifndef PK_DECISION_POLICY_H
#define PK_DECISION_POLICY_H

#include "models/decision/simulation/replay.h"

enum pk_policy {
    PK_POLICY_OURS, /* pk_reorder_decide; not decided here */
    PK_POLICY_AVERAGE30,
    PK_POLICY_NORMAL,
    PK_POLICY_SEASONAL13,
    PK_POLICY_SEASONAL13_BUFFER,
    PK_POLICY_TWO_WEEK,
    PK_POLICY_MIN_MAX,
    PK_POLICY_HINDSIGHT,
    PK_POLICY_COUNT
};
/* "ours", "average30", "normal", ... */
const char *pk_policy_name(enum pk_policy policy);
/* True if its orders depend on the critical ratio. */
bool pk_policy_uses_ratio(enum pk_policy policy);

/* Days of history that the policies look back. */
#define PK_POLICY_HISTORY_DAYS 91
#define PK_SEASON_WEEK_COUNT   52

/* Inputs of a policy at one review. */
struct pk_policy_view {
    const struct pk_replay_terms *terms;
    const struct pk_replay *replay;
    int64_t bucket;              /* the first one not known yet; index of the replay */
    const int32_t *demand_units; /* of bucket 0; reaches history_count back from `bucket` */
    int64_t history_count; /* known buckets before `bucket`, at least PK_POLICY_HISTORY_DAYS */
    int64_t life_count;    /* known buckets since the first sale; 0 = never sold */
    int64_t bucket_count;  /* of the replay; hindsight sees all of them */
    double critical_ratio; /* a */
    double cover_days;     /* of average30; > 0 */
    const double *season;  /* PK_SEASON_WEEK_COUNT, [0] = the week ahead */
    int64_t minimum_units, maximum_units; /* of min_max */
};

/* Units to order, >= 0; `policy` is not PK_POLICY_OURS. */
int64_t pk_policy_order_units(enum pk_policy policy, const struct pk_policy_view *view);

/* The two levels of min_max as seen at this review. */
void pk_policy_min_max(const struct pk_policy_view *view, int64_t *out_minimum_units,
                       int64_t *out_maximum_units);

/* Mean units per day of the last 13 weeks, as above; 0 if never sold. */
double pk_policy_daily_mean(const struct pk_policy_view *view);

/* Season by weeks from the shop's weekly totals[week_count], the last one being the week before the
 * review: mean total of a week's place in the 52-week year / mean of all; 1 without a whole year or
 * without sales. out_season[0] is the week ahead, [51] the last one known. */
void pk_season_fill(const double *weekly_totals, size_t week_count,
                    double out_season[PK_SEASON_WEEK_COUNT]);

#endif

#include "models/decision/simulation/policy.h"

#include <math.h>

#include "models/numeric/distribution.h"

#define AVERAGE_DAYS   30
#define LIFE_DAYS_MIN  28
#define TWO_WEEK_DAYS  14
#define MIN_MAX_RATIO  0.95
#define WEEK_COUNT     13
#define SEASON_DAYS    28
#define SEASON_LOWEST  0.1
#define SEASON_HIGHEST 10.0

static const struct {
    const char *name;
    bool uses_ratio;
} policies[PK_POLICY_COUNT] = {
    [PK_POLICY_OURS] = {"ours", true},
    [PK_POLICY_AVERAGE30] = {"average30", false},
    [PK_POLICY_NORMAL] = {"normal", true},
    [PK_POLICY_SEASONAL13] = {"seasonal13", false},
    [PK_POLICY_SEASONAL13_BUFFER] = {"seasonal13_buffer", true},
    [PK_POLICY_TWO_WEEK] = {"two_week", false},
    [PK_POLICY_MIN_MAX] = {"min_max", false},
    [PK_POLICY_HINDSIGHT] = {"hindsight", false},
};

const char *pk_policy_name(enum pk_policy policy)
{
    return policies[policy].name;
}

bool pk_policy_uses_ratio(enum pk_policy policy)
{
    return policies[policy].uses_ratio;
}

/* Review period + lead time, in days. */
static double protection_days(const struct pk_policy_view *view)
{
    return (double)(view->terms->review_buckets + view->terms->lead_buckets) *
           view->terms->bucket_days;
}

/* Units of the `count` buckets that end `back` buckets before the review. */
static double units_of(const struct pk_policy_view *view, int64_t count, int64_t back)
{
    double sum = 0;
    for (int64_t b = view->bucket - back - count; b < view->bucket - back; b++)
        sum += view->demand_units[b];
    return sum;
}

static int64_t bucket_count_of(const struct pk_policy_view *view, int32_t days)
{
    const int64_t count = days / view->terms->bucket_days;
    return count < view->history_count ? count : view->history_count;
}

/* Buckets that a 13-week mean is taken over: since the first sale, at least four weeks. */
static int64_t mean_bucket_count(const struct pk_policy_view *view)
{
    const int64_t most = bucket_count_of(view, PK_POLICY_HISTORY_DAYS);
    const int64_t least = bucket_count_of(view, LIFE_DAYS_MIN);
    const int64_t count = view->life_count < most ? view->life_count : most;
    return count > least ? count : least;
}

double pk_policy_daily_mean(const struct pk_policy_view *view)
{
    const int64_t count = mean_bucket_count(view);
    return units_of(view, count, 0) / (double)(count * view->terms->bucket_days);
}

/* Standard deviation of sales over `days` from that of the buckets. */
static double spread_over(const struct pk_policy_view *view, double days)
{
    const int64_t count = mean_bucket_count(view);
    const double mean = units_of(view, count, 0) / (double)count;
    double squares = 0;
    for (int64_t b = view->bucket - count; b < view->bucket; b++) {
        const double off = view->demand_units[b] - mean;
        squares += off * off;
    }
    const double variance = count > 1 ? squares / (double)(count - 1) : 0;
    return sqrt(variance * days / view->terms->bucket_days);
}

void pk_policy_min_max(const struct pk_policy_view *view, int64_t *out_minimum_units,
                       int64_t *out_maximum_units)
{
    const double days = protection_days(view), daily = pk_policy_daily_mean(view);
    const double review = (double)view->terms->review_buckets * view->terms->bucket_days;
    const double minimum =
        daily * days + pk_normal_quantile(MIN_MAX_RATIO) * spread_over(view, days);
    *out_minimum_units = (int64_t)ceil(minimum);
    *out_maximum_units = (int64_t)ceil(minimum + daily * fmax(review, TWO_WEEK_DAYS));
}

void pk_season_fill(const double *weekly_totals, size_t week_count,
                    double out_season[PK_SEASON_WEEK_COUNT])
{
    double sums[PK_SEASON_WEEK_COUNT] = {0}, all = 0;
    size_t counts[PK_SEASON_WEEK_COUNT] = {0};
    for (size_t w = 0; w < week_count; w++) {
        const size_t back = week_count - w; /* 1 = the last week */
        const size_t place =
            (PK_SEASON_WEEK_COUNT - back % PK_SEASON_WEEK_COUNT) % PK_SEASON_WEEK_COUNT;
        sums[place] += weekly_totals[w];
        counts[place]++;
        all += weekly_totals[w];
    }
    for (size_t place = 0; place < PK_SEASON_WEEK_COUNT; place++) {
        out_season[place] = 1;
        if (week_count < PK_SEASON_WEEK_COUNT || !(all > 0))
            continue;
        const double mean = all / (double)week_count;
        const double ratio = sums[place] / (double)counts[place] / mean;
        out_season[place] = fmin(fmax(ratio, SEASON_LOWEST), SEASON_HIGHEST);
    }
}

/* Deseasonalised mean of 13 weeks, per week. */
static double seasonal_level(const struct pk_policy_view *view)
{
    const int64_t week_buckets = 7 / view->terms->bucket_days;
    int64_t weeks = mean_bucket_count(view) / week_buckets;
    double level = 0;
    if (weeks > WEEK_COUNT)
        weeks = WEEK_COUNT;
    for (int64_t w = 0; w < weeks; w++)
        level += units_of(view, week_buckets, w * week_buckets) /
                 view->season[PK_SEASON_WEEK_COUNT - 1 - w];
    return level / (double)weeks;
}

/* F: that level carried over the days from..to (exclusive) ahead. */
static double seasonal_forecast(const struct pk_policy_view *view, double level, double from,
                                double to)
{
    double forecast = 0;
    for (double day = from; day < to;) {
        const double week = floor(day / 7);
        const double end = fmin(to, (week + 1) * 7);
        forecast += level * view->season[(size_t)week % PK_SEASON_WEEK_COUNT] * (end - day) / 7;
        day = end;
    }
    return forecast;
}

/* What is left of stock and orders when an order of now arrives, lost sales on the way. */
static double stock_at_arrival(const struct pk_policy_view *view, double level)
{
    const double days = view->terms->bucket_days;
    double stock = (double)view->replay->on_hand_units;
    for (int32_t ahead = 0; ahead < view->terms->lead_buckets; ahead++) {
        stock += (double)pk_replay_due(view->replay, view->terms, view->bucket, ahead);
        stock -= seasonal_forecast(view, level, ahead * days, (ahead + 1) * days);
        stock = fmax(stock, 0);
    }
    return stock;
}

/* Demand of first..last (exclusive) buckets of the replay; nothing after its end. */
static int64_t future_units(const struct pk_policy_view *view, int64_t first, int64_t last)
{
    int64_t sum = 0;
    for (int64_t b = first; b < last && b < view->bucket_count; b++)
        sum += view->demand_units[b];
    return sum;
}

static int64_t hindsight_units(const struct pk_policy_view *view)
{
    const struct pk_replay_terms *terms = view->terms;
    const int64_t arrival = view->bucket + terms->lead_buckets;
    int64_t stock = view->replay->on_hand_units;
    for (int32_t ahead = 0; ahead < terms->lead_buckets; ahead++) {
        const int64_t b = view->bucket + ahead;
        stock += pk_replay_due(view->replay, terms, view->bucket, ahead);
        stock -= future_units(view, b, b + 1);
        if (stock < 0)
            stock = 0;
    }
    const int64_t need = future_units(view, arrival, arrival + terms->review_buckets) - stock;
    return need > 0 ? need : 0;
}

/* The position that an order lifts to. */
static double target_units(enum pk_policy policy, const struct pk_policy_view *view)
{
    const double days = protection_days(view);
    const int64_t position = pk_replay_position(view->replay);
    switch (policy) {
    case PK_POLICY_AVERAGE30:
        return units_of(view, bucket_count_of(view, AVERAGE_DAYS), 0) /
               (double)(AVERAGE_DAYS / view->terms->bucket_days * view->terms->bucket_days) *
               view->cover_days;
    case PK_POLICY_NORMAL:
        return pk_policy_daily_mean(view) * days +
               pk_normal_quantile(view->critical_ratio) * spread_over(view, days);
    case PK_POLICY_SEASONAL13:
        return seasonal_forecast(view, seasonal_level(view), 0, fmax(SEASON_DAYS, days));
    case PK_POLICY_SEASONAL13_BUFFER: {
        const double level = seasonal_level(view);
        const double lead = (double)view->terms->lead_buckets * view->terms->bucket_days;
        const double cycle = seasonal_forecast(view, level, lead, days);
        return cycle + pk_normal_quantile(view->critical_ratio) * sqrt(cycle) -
               stock_at_arrival(view, level) + (double)position;
    }
    case PK_POLICY_TWO_WEEK: {
        const double daily =
            units_of(view, TWO_WEEK_DAYS / view->terms->bucket_days, 0) / (double)TWO_WEEK_DAYS;
        return (double)position < daily * days ? daily * (days + TWO_WEEK_DAYS) : 0;
    }
    case PK_POLICY_MIN_MAX:
        return position < view->minimum_units ? (double)view->maximum_units : 0;
    case PK_POLICY_OURS:
    case PK_POLICY_HINDSIGHT:
    case PK_POLICY_COUNT:
        break;
    }
    return 0;
}

int64_t pk_policy_order_units(enum pk_policy policy, const struct pk_policy_view *view)
{
    if (policy == PK_POLICY_HINDSIGHT)
        return hindsight_units(view);
    const int64_t position = pk_replay_position(view->replay);
    const int64_t target = (int64_t)ceil(target_units(policy, view) - 1e-9);
    return pk_replay_round(view->terms, target - position, position);
}

/* The stock path ahead if nothing is ordered: when it runs out, and the stock left on a day.
 *
 * Lost sales: X(b+1) = max(0, X(b) + inbound(b) - demand(b)). Units owed already (a negative start)
 * stay owed.
 *
 * *Stock left on a day* is carried as at most PK_PROJECTION_NODE_COUNT weighted nodes through the
 * segments between inbound arrivals. A segment's demand is the matched negative binomial. It is
 * split into its integers where these are few (then exact), else into Gauss-Legendre nodes in
 * probability. Each node carries the level that its demand suggests (Buhlmann credibility: m' = m +
 * Z (w / M - m); exact for Gamma-Poisson). So demand before and after a date keep the covariance
 * that the shared level error gives them.
 *
 * *Stock-out*: P(gone by b) = max over j <= b of P(D(0..j) >= S + I(0..j)), with j at the segment
 * ends and b. Nested sums move together, so the largest single probability is close to that of the
 * union. It is its lower bound, and exact without inbound. The day is found by bisection inside the
 * first segment that reaches the probability. */
#ifndef PK_DECISION_PROJECTION_H
#define PK_DECISION_PROJECTION_H

#include "models/decision/stock/position.h"

/* Longest path in buckets that a decision reads; later buckets are ignored. */
#define PK_PROJECTION_BUCKET_COUNT_MAX 1024
#define PK_PROJECTION_NODE_COUNT       32
/* Distinct inbound buckets before the rest is added to the last of them. */
#define PK_PROJECTION_SEGMENT_COUNT_MAX 64

/* One possible stock. level_ratio is the level that the demand before it suggests; 1 = as forecast.
 * */
struct pk_stock_node {
    double weight, stock_units, level_ratio;
};

/* Working memory and prepared path of one series; one per thread, reused, no need to initialise.
 * About 50 KB. */
struct pk_projection {
    const struct pk_demand *demand;
    size_t bucket_count;
    double mean_sums[PK_PROJECTION_BUCKET_COUNT_MAX + 1];
    double square_sums[PK_PROJECTION_BUCKET_COUNT_MAX + 1];
    double start_units; /* sellable at `next`, inbound of bucket 0 not included */
    size_t segment_count;
    size_t segment_start[PK_PROJECTION_SEGMENT_COUNT_MAX];   /* bucket; [0] = 0 */
    double segment_inbound[PK_PROJECTION_SEGMENT_COUNT_MAX]; /* units that come in at that start */
    size_t node_count;
    struct pk_stock_node nodes[PK_PROJECTION_NODE_COUNT + 2];
    double level_variance;      /* relative, of the level after the demand that the nodes saw */
    double expected_lost_units; /* up to the projected bucket */
    struct pk_stock_node points[(PK_PROJECTION_NODE_COUNT + 2) * (PK_PROJECTION_NODE_COUNT + 2)];
};

/* Prepares prefix sums and segments. `demand`, borrowed, must outlive the use; inbound lines
 * count from the first bucket start on or after max(eta_date, next) + shelving_days. O(buckets +
 * lines). */
void pk_projection_begin(struct pk_projection *projection, const struct pk_demand *demand,
                         double start_units, const struct pk_inbound *inbound, size_t inbound_count,
                         int32_t shelving_days);

/* Adds units that are sellable from the first bucket start on or after `date` (earlier ones:
 * `next`); ignored beyond the path. Between pk_projection_begin and the first pk_projection_run. */
void pk_projection_add_inbound(struct pk_projection *projection, int32_t date, double units);

/* Takes units[b] off the demand of bucket b, 0..count - 1. Units beyond a bucket's demand are taken
 * off the following ones.
 * Between pk_projection_begin and the first pk_projection_run. */
void pk_projection_take_off(struct pk_projection *projection, const double *units, size_t count);

/* Fills nodes, level_variance and expected_lost_units with the stock at the start of `bucket`,
 * inbound at that start included. Call it after pk_projection_begin; it may be called again for
 * another bucket. */
void pk_projection_run(struct pk_projection *projection, size_t bucket);

/* Mean over the nodes of max(stock, 0). */
double pk_projection_expected_stock_units(const struct pk_projection *projection);

/* Demand of buckets first..last (exclusive) in O(1), as forecast now. */
struct pk_window pk_projection_window(const struct pk_projection *projection, size_t first,
                                      size_t last);
/* Demand of that window as a node sees it, whose level_ratio is m: mean m M, variance m M + m^2 sum
 * mu^2 / k + m c M^2. */
struct pk_window pk_projection_node_window(const struct pk_projection *projection,
                                           const struct pk_stock_node *node, size_t first,
                                           size_t last);

/* Units that come in at the starts of buckets first..last (exclusive). */
double pk_projection_inbound_units(const struct pk_projection *projection, size_t first,
                                   size_t last);

/* First bucket b with P(stock <= 0 at its end or before) >= probability; bucket_count if beyond
 * the path. */
size_t pk_projection_stockout_bucket(const struct pk_projection *projection, double probability);
/* Buckets from the start during which P(unmet demand so far) <= probability; bucket_count if for
 * the whole path. */
size_t pk_projection_safe_buckets(const struct pk_projection *projection, double probability);
/* Days of supply 可售天数: days until the path of mean demand leaves no stock;
 * PK_DAYS_OF_SUPPLY_MAX beyond the path. */
int32_t pk_projection_days_of_supply(const struct pk_projection *projection);

/* First day of a bucket. */
int32_t pk_projection_date(const struct pk_projection *projection, size_t bucket);
/* Bucket that starts on the first bucket start on or after `date`, cut to 0..bucket_count. */
size_t pk_projection_bucket(const struct pk_projection *projection, int32_t date);

#endif

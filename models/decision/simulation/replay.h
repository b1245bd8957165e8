/* One order policy replayed on the known demand of one series: stock, units on order, and the
 * outcome. Pure; integers only; no allocation.
 *
 * Before a bucket the policy may order. Then the bucket receives the units that are due, serves
 * demand (missing units are lost, not owed), and is counted. An order placed before bucket j is
 * received in bucket j + lead_buckets; lead_buckets = 0 means at once. Units are conserved: start +
 * ordered = served + on hand + on order. */
#ifndef PK_DECISION_REPLAY_H
#define PK_DECISION_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pk_replay_terms {
    int32_t bucket_days;     /* 1 or 7 */
    int32_t lead_buckets;    /* >= 0, shelving included */
    int32_t review_buckets;  /* >= 1 */
    int64_t pack_size_units; /* 0 or 1 = single pieces */
    int64_t min_order_units; /* 0 or 1 = none */
    int64_t max_stock_units; /* highest position after ordering; -1 = none */
};

/* Sums over counted buckets. */
struct pk_replay_sums {
    int64_t bucket_count;
    int64_t demand_units, served_units; /* lost = demand - served */
    int64_t stock_unit_buckets;         /* sum of the stock at the end of each bucket */
    int64_t stockout_bucket_count;      /* buckets in which a sale was lost */
};

struct pk_replay {
    int64_t on_hand_units, on_order_units; /* >= 0 */
    int64_t *due_units;                    /* ring of lead_buckets + 1, borrowed */
    int64_t previous_order_units;
    bool has_previous_order; /* false: no counted review came before */
    int64_t order_count, order_units;
    int64_t change_units; /* sum |order - previous order| over successive counted reviews */
    struct pk_replay_sums all, promotion; /* promotion: the part inside promotion windows */
};

/* Fills *out_replay; `due_units` (lead_buckets + 1 entries) is set to 0 and borrowed. */
void pk_replay_begin(struct pk_replay *out_replay, const struct pk_replay_terms *terms,
                     int64_t start_units, int64_t *due_units);

/* On hand + on order. */
int64_t pk_replay_position(const struct pk_replay *replay);

/* Units due `buckets_ahead` (0..lead_buckets) after `bucket`. */
int64_t pk_replay_due(const struct pk_replay *replay, const struct pk_replay_terms *terms,
                      int64_t bucket, int32_t buckets_ahead);

/* The order that a supplier accepts for a need: rounded up to packs and the minimum order, then cut
 * to the room below max_stock_units, down to packs. 0 if the cut is below the minimum, or for a
 * need <= 0. */
int64_t pk_replay_round(const struct pk_replay_terms *terms, int64_t need_units,
                        int64_t position_units);

/* The outcome of one review, `units` >= 0 (0 = nothing ordered), before pk_replay_bucket(bucket).
 * */
void pk_replay_order(struct pk_replay *replay, const struct pk_replay_terms *terms, int64_t bucket,
                     int64_t units, bool is_counted);

/* Plays one bucket; buckets must come in ascending order. */
void pk_replay_bucket(struct pk_replay *replay, const struct pk_replay_terms *terms, int64_t bucket,
                      int64_t demand_units, bool is_counted, bool is_promotion);

/* Prices of a replay. Shortage per lost unit = a / (1 - a) x holding over the review period, so
 * that a = shortage / (shortage + holding per review period) is the critical ratio. */
struct pk_replay_prices {
    double holding_per_day; /* per unit */
    double review_days;
    double order_cost; /* per order */
};
struct pk_replay_cost {
    double holding, shortage, order;
};
/* Cost at critical ratio a in (0, 1); `order_count` 0 leaves orders out (windows). */
struct pk_replay_cost pk_replay_cost_of(const struct pk_replay_sums *sums, int64_t order_count,
                                        const struct pk_replay_terms *terms,
                                        const struct pk_replay_prices *prices,
                                        double critical_ratio);

#endif

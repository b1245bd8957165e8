/* A snapshot as if a promotion had another discount or traffic, or did not exist: the fit of a
 * snapshot bound to changed promotions. The store is not touched. */
#ifndef PK_SNAPSHOT_WHAT_IF_H
#define PK_SNAPSHOT_WHAT_IF_H

#include "service/snapshot/snapshot.h"

/* For every row of a promotion; NAN = as stored. */
struct pk_promotion_change {
    const char *promotion_id;
    double discount_ratio; /* 0..1 */
    double traffic_ratio;  /* 0..1000 */
};

/* *out_snapshot is held for the caller and holds `snapshot`. NOT_FOUND if no approved row has the
 * promotion_id. The fit is encoded and decoded once, which takes milliseconds for thousands of
 * series. */
enum pk_status pk_what_if_promotions(struct pk_snapshot *snapshot,
                                     const struct pk_promotion_change *changes, size_t change_count,
                                     struct pk_snapshot **out_snapshot, struct pk_error *error);

/* The snapshot without a campaign: its rows cover no day, and the shopping festival of its kind
 * inside its window is left out. NOT_FOUND as above. */
enum pk_status pk_what_if_without(struct pk_snapshot *snapshot, const char *promotion_id,
                                  struct pk_snapshot **out_snapshot, struct pk_error *error);

#endif

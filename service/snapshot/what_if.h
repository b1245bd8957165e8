/* A snapshot as it would be if a promotion's discount or traffic were another, without touching the
 * store: the same fit on other promotions. */
#ifndef PK_SNAPSHOT_WHAT_IF_H
#define PK_SNAPSHOT_WHAT_IF_H

#include "service/snapshot/snapshot.h"

/* For every row of a promotion; NAN = as stored. */
struct pk_promotion_change {
    const char *promotion_id;
    double discount_ratio; /* 0..1 */
    double traffic_ratio;  /* 0..1000 */
};

/* *out_snapshot is held for the caller like any other; the one it stems from is held by it. NOT_FOUND
 * if no approved row has the promotion_id. One encoding and decoding of the fit: milliseconds for
 * thousands of series. */
enum pk_status pk_what_if_promotions(struct pk_snapshot *snapshot,
                                     const struct pk_promotion_change *changes, size_t change_count,
                                     struct pk_snapshot **out_snapshot, struct pk_error *error);

/* The same without a campaign: its rows cover no day, and the shopping festival of its kind inside its
 * window is left out. NOT_FOUND as above. */
enum pk_status pk_what_if_without(struct pk_snapshot *snapshot, const char *promotion_id,
                                  struct pk_snapshot **out_snapshot, struct pk_error *error);

#endif

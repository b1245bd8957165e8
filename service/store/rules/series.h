/* The series of a loaded shop, and how stored sales rows become their buckets. */
#ifndef PK_STORE_RULES_SERIES_H
#define PK_STORE_RULES_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/history/ledger.h"
#include "models/history/shop.h"
#include "service/store/rules/sales_values.h"

/* Stored sales of one item x warehouse, all channels together. */
struct pk_sales_pair {
    uint32_t item, warehouse; /* in the shop */
    int32_t bucket_days;
    size_t row_count; /* stored rows, one per channel and bucket, that the load sees */
    uint32_t series;  /* out: in the shop; PK_INDEX_NONE = no series */
};

/* Most series that pk_series_make can give. */
size_t pk_series_count_max(size_t pair_count, const struct pk_ledger *ledger);

/* The series of a shop: each item x warehouse with sales rows that the load sees, with stock or
 * with an open inbound line, once, ascending (item, warehouse). The buckets are those of its sales,
 * even where the load sees none of them; 1 day without sales. `pairs` ascend (item, warehouse);
 * their `series` are set. Returns how many there are; `out_series` has room for
 * pk_series_count_max. */
size_t pk_series_make(struct pk_sales_pair *pairs, size_t pair_count,
                      const struct pk_ledger *ledger, struct pk_series *out_series);

/* True if a load that sees daily buckets up to last_daily_date and weekly ones up to
 * last_weekly_date (as_of.h) sees a row of this day. */
bool pk_sales_day_is_seen(int32_t bucket_days, int64_t date, int32_t last_daily_date,
                          int32_t last_weekly_date);

/* An empty bucket, and one more channel's row in it. Demand is units less cancelled ones, of every
 * channel at least 0; the paid amount is the sum of those that are given; the available share is
 * the highest that is known. */
struct pk_sales_bucket pk_sales_bucket_empty(int32_t date);
void pk_sales_bucket_add(struct pk_sales_bucket *bucket, const struct pk_sales_values *row);

#endif

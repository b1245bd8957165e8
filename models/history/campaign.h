/* A campaign 大促: all approved rows of one promotion_id together, as one series or the whole shop
 * sees them. Pure; no allocation. */
#ifndef PK_HISTORY_CAMPAIGN_H
#define PK_HISTORY_CAMPAIGN_H

#include <stdbool.h>

#include "models/base/campaign_kind.h"
#include "models/history/ledger.h"
#include "models/history/shop.h"

/* Dates are PK_DATE_NONE where no row gives one; both ends are included. */
struct pk_campaign {
    const char *promotion_id, *name, *kind; /* of the first row */
    size_t row_count;
    int32_t start_date, end_date; /* window: first day that sells from stock .. last day. Presale
                                     rows count only if there are no others */
    int32_t presale_start_date, presale_end_date;
    int32_t peak_start_date, peak_end_date; /* first and last day of peak rows */
    int32_t ship_by_date;                   /* latest given; presale goods must have left by then */
    int32_t balance_date; /* earliest given; presale buyers pay the balance from then on */
    double traffic_ratio; /* largest of the rows; 1 = no traffic was promised */
};

/* A walk over the rows of one promotion. For an item it gives the rows without an item, then the
 * item's own. If the shop has no promotion_order, it gives all rows. */
struct pk_campaign_walk {
    const struct pk_shop *shop;
    const char *promotion_id;
    size_t at, last, own_at, own_last; /* places in promotion_order, or of the rows themselves */
};

/* `item` PK_INDEX_NONE = the whole shop. */
struct pk_campaign_walk pk_campaign_walk_begin(const struct pk_shop *shop, const char *promotion_id,
                                               uint32_t item);
/* NULL at the end. */
const struct pk_promotion *pk_campaign_walk_next(struct pk_campaign_walk *walk);

/* Fills the shop's promotion_order[promotion_count]. */
void pk_promotion_order_fill(const struct pk_promotion *promotions, size_t count,
                             uint32_t *out_order);

/* The campaign as `series` sees it (NULL = the whole shop). False if no row covers the series. */
bool pk_campaign_find(const struct pk_shop *shop, const char *promotion_id,
                      const struct pk_series *series, struct pk_campaign *out_campaign);

/* True if the row's scope holds the item (given by index and category) in the warehouse. */
bool pk_promotion_covers(const struct pk_promotion *row, uint32_t item, uint32_t category,
                         uint32_t warehouse);

/* 0..5. Of two rows the one with the larger narrowness decides: an item is narrower than a
 * category, a category than everything, one warehouse than all. */
int pk_promotion_narrowness(const struct pk_promotion *row);

/* The row of the promotion that decides for the series on a day: the narrowest, and of equal ones
 * the first. NULL if no row covers the day. */
const struct pk_promotion *pk_campaign_row_on(const struct pk_shop *shop, const char *promotion_id,
                                              const struct pk_series *series, int32_t date);

/* Price of a unit under a row: its net price, else the regular price less its discount; -1 if
 * neither is known. `row` NULL = the regular price. */
int64_t pk_promotion_price_micros(const struct pk_promotion *row, int64_t regular_price_micros);

/* Scope of a target; "" and PK_INDEX_NONE = everything. */
struct pk_target_scope {
    const char *channel, *promotion_id;
    uint32_t category, warehouse;
};

/* The target of exactly this scope whose period holds the date. Of several the one with the
 * shortest period; NULL = none. `metric` as in the targets file: gmv, units, ... */
const struct pk_target_row *pk_target_on(const struct pk_ledger *ledger, const char *metric,
                                         const struct pk_target_scope *scope, int32_t date);

#endif

/* Promotions as customers see them (internal to models/forecast). Rows of one scope, kind and phase
 * are one promotion if they overlap, touch, or are parted only by days on which everything in their
 * scope is closed. That promotion has one opening and one aftermath, however many rows it was told
 * in. Rows of different discounts join too: each depth holds on the days of its row. */
#ifndef PK_FORECAST_JOINED_PROMOTIONS_H
#define PK_FORECAST_JOINED_PROMOTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/closures.h"
#include "models/history/shop.h"

/* One row with the dates of the promotion that it is part of. */
struct pk_joined_promotion {
    const struct pk_promotion *row; /* of the shop */
    const char *kind;               /* "other" if the row names none; not owned */
    int32_t start_date, end_date;   /* of the whole promotion, both included */
    bool is_first;                  /* of its rows */
};

/* Joins the rows of a shop, ascending (item, category, warehouse, kind, phase, row's dates). Rows
 * that end before they start are left out. *out_joined is malloc'ed. OUT_OF_MEMORY. */
enum pk_status pk_join_promotions(const struct pk_shop *shop, const struct pk_closures *closures,
                                  struct pk_joined_promotion **out_joined, size_t *out_count,
                                  struct pk_error *error);

/* The kind of a promotion; "other" if it has none. */
const char *pk_promotion_kind(const struct pk_promotion *promotion);

#endif

/* A bundle 搭售: a slow item is sold together with one that draws buyers, if its own price cannot
 * clear it. Pure.
 *
 * *Price* = the partner's price + half of the slow item's, but at least the price that keeps the
 * pair's margin: P (1 - s) - c >= floor x P, so P >= c / (1 - s - floor), c = both costs, s =
 * selling cost ratio weighted by price. There is no bundle if that is not below both prices
 * together.
 *
 * *Units* = attach ratio x units of the partner sold meanwhile, at most the units of the item that
 * would be left otherwise. The attach ratio is an assumption: by default three of a hundred buyers
 * of the partner take the pair. */
#ifndef PK_DECISION_BUNDLE_H
#define PK_DECISION_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

/* Part of the partner's buyers who take the bundle (assumption). */
#define PK_ATTACH_RATIO_DEFAULT 0.03
/* A line that its plan leaves with more than this share gets a bundle proposed. */
#define PK_BUNDLE_LEFT_RATIO 0.08
/* Bundles that one item can draw buyers to. */
#define PK_BUNDLE_COUNT_MAX 3
/* Part taken off the slow item's price. */
#define PK_BUNDLE_ITEM_DISCOUNT 0.5
/* The partner's own stock must last for at least these days. */
#define PK_BUNDLE_PARTNER_DAYS_MIN 30

/* Money per unit in the store's currency. */
struct pk_bundle_part {
    double price, cost, selling_cost_ratio;
};

struct pk_bundle_input {
    struct pk_bundle_part item, partner; /* prices and costs known and > 0 */
    double margin_floor;                 /* least (P (1 - s) - c) / P of the pair */
    double attach_ratio;                 /* 0..1 */
    double partner_units;                /* expected to sell meanwhile */
    double left_units;                   /* expected to be left of the item otherwise */
};

struct pk_bundle {
    bool is_possible;      /* false: no price below both together keeps the margin; the rest is 0 */
    double price;          /* of the pair, in the store's currency */
    double margin_ratio;   /* (P (1 - s) - c) / P of the pair */
    double discount_ratio; /* off both prices together */
    double expected_units;
    double expected_margin; /* of the pair less that of the partner alone, times the units */
};
void pk_bundle_price(const struct pk_bundle_input *input, struct pk_bundle *out_bundle);

#endif

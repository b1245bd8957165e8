/* A bundle 搭售: a slow item sold together with one that draws buyers, where its own price cannot
 * clear it. Pure.
 *
 * Price = the partner's price + half of the slow item's, but never below the price that keeps the
 * pair's margin: P (1 - s) - c >= floor x P, so P >= c / (1 - s - floor), c = both costs, s =
 * selling cost ratio weighted by price. No bundle if that is not below both prices together. Units
 * = attach ratio x units of the partner sold meanwhile, at most what would be left otherwise. The
 * attach ratio is an assumption (default PK_ATTACH_RATIO_DEFAULT: three of a hundred buyers of the
 * partner take the pair); units grow with it in proportion until nothing is left. */
#ifndef PK_DECISION_BUNDLE_H
#define PK_DECISION_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#define PK_ATTACH_RATIO_DEFAULT 0.03
/* A line that its plan leaves with more than this share gets a bundle proposed. */
#define PK_BUNDLE_LEFT_RATIO 0.08
/* Bundles that one item can draw buyers to. */
#define PK_BUNDLE_COUNT_MAX        3
#define PK_BUNDLE_ITEM_DISCOUNT    0.5
#define PK_BUNDLE_PARTNER_DAYS_MIN 30 /* the partner must last so long itself */

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
    bool is_possible; /* false: no price below both together keeps the margin; the rest is 0 */
    double price, margin_ratio;
    double discount_ratio; /* off both prices together */
    double expected_units;
    double expected_margin; /* of the pair less that of the partner alone, times the units */
};
void pk_bundle_price(const struct pk_bundle_input *input, struct pk_bundle *out_bundle);

#endif

/* How demand answers to a price cut: D(p) = D0 (p / p0)^beta. beta is learnt from the item's own
 * price changes and shrunk to its category and to a prior. Pure.
 *
 * *Evidence.* A lasting change of a price by x = ln(p2 / p1) is compared with the rest of the
 * category over 28 days before and after it (difference in differences; Card & Krueger 1994):
 *   y = ln((a + 1/2) / (b + 1/2)) - ln(A / B),  v = phi (1 / (a + 1/2) + 1 / (b + 1/2) + drift),
 * a, b units of the item after and before, A, B those of its category; phi >= 1 is the scatter of
 * all changes of the shop. An item's evidence is I = sum x^2 / v at z = sum x y / v / I.
 *
 * *Shrinkage.* Own elasticities are N(c, t^2), t = 0.5, around their category's c ~ N(-2.0, 0.8^2 -
 * t^2):
 *   category: 1/s^2 = 1/(0.8^2 - t^2) + sum 1/(t^2 + 1/I),  own: 1/s'^2 = 1/(s^2 + t^2) + I,
 * bounded to [-5, -0.8]. Own evidence counts only from 3 prices seen in stock on.
 *
 * The forecast's own elasticity is not used. Its level takes a part of every lasting change. That
 * is right for a forecast at today's price, but it gives -0.8 where -2.0 is true (sample shops). */
#ifndef PK_DECISION_PRICE_RESPONSE_H
#define PK_DECISION_PRICE_RESPONSE_H

#include <stddef.h>

#define PK_PRICE_ELASTICITY_PRIOR    (-2.0)
#define PK_PRICE_ELASTICITY_PRIOR_SD 0.8
#define PK_PRICE_ELASTICITY_OWN_SD   0.5
#define PK_PRICE_ELASTICITY_MIN      (-5.0)
#define PK_PRICE_ELASTICITY_MAX      (-0.8)
/* Prices seen in stock from which an item's own changes count for itself. */
#define PK_OWN_PRICE_COUNT_MIN 3
/* Days compared before and after a change. */
#define PK_PRICE_CHANGE_DAYS 28

enum pk_elasticity_source {
    PK_ELASTICITY_OF_PRIOR,
    PK_ELASTICITY_OF_CATEGORY,
    PK_ELASTICITY_OF_ITEM
};
/* "prior", "category", "own". */
const char *pk_elasticity_source_name(enum pk_elasticity_source source);

struct pk_price_response {
    double elasticity;                /* beta, PK_PRICE_ELASTICITY_MIN .. PK_PRICE_ELASTICITY_MAX */
    double standard_error;            /* of beta; 0 = taken as known */
    enum pk_elasticity_source source; /* narrowest scope whose price changes are in it */
};

/* One lasting change of a price, the goods being in stock before and after it. */
struct pk_price_change {
    double price_before, price_after;       /* > 0 */
    double units_before, units_after;       /* of the item, over PK_PRICE_CHANGE_DAYS each */
    double category_before, category_after; /* units of the rest; 0 = no comparison */
};

/* Sums over price changes; zero-initialised = none. */
struct pk_price_evidence {
    double information, weighted, squares; /* sum x^2/v, x y/v, y^2/v with phi = 1 */
    size_t change_count;
};
/* Adds a change; one below 2 %, or without a comparison, adds nothing. */
void pk_price_evidence_add(struct pk_price_evidence *evidence,
                           const struct pk_price_change *change);
void pk_price_evidence_join(struct pk_price_evidence *evidence,
                            const struct pk_price_evidence *other);

/* phi: scatter of a shop's changes beyond counts and drift, >= 1; 1 for less than 10 changes. */
double pk_price_scatter(const struct pk_price_evidence *all);

/* The mean elasticity of a category; begin, add every item, read. */
struct pk_category_response {
    double precision, weighted;
    size_t change_count;
};
struct pk_category_response pk_category_response_begin(void);
void pk_category_response_add(struct pk_category_response *category,
                              const struct pk_price_evidence *item, double scatter);

/* `item` NULL = no price changes of its own; `price_count` = different prices seen in stock. */
struct pk_price_response pk_price_response_of(const struct pk_category_response *category,
                                              const struct pk_price_evidence *item,
                                              size_t price_count, double scatter);

/* The prior alone: -2.0 +- 0.8. */
struct pk_price_response pk_price_response_prior(void);

#endif

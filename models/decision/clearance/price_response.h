/* How demand answers to a price cut: D(p) = D0 (p / p0)^beta, beta shrunk from the item's own price
 * changes to its category to a prior. Pure.
 *
 * A lasting change of a price by x = ln(p2 / p1) is compared with the rest of the category over 28
 * days before and after it (difference in differences; Card & Krueger 1994):
 *   y = ln((a + 1/2) / (b + 1/2)) - ln(A / B),  v = phi (1 / (a + 1/2) + 1 / (b + 1/2) + drift),
 * a, b units of the item, A, B of its category; phi >= 1 the scatter of all changes of the shop. An
 * item's evidence is I = sum x^2 / v at z = sum x y / v / I. With own elasticities N(c, t^2), t =
 * 0.5, around their category's c ~ N(-2.0, 0.8^2 - t^2):
 *   category: 1/s^2 = 1/(0.8^2 - t^2) + sum 1/(t^2 + 1/I),  own: 1/s'^2 = 1/(s^2 + t^2) + I,
 * bounded to [-5, -0.8]; own evidence only from 3 prices seen in stock on. The forecast's own
 * elasticity is not used: its level takes a part of every lasting change, which is right for a
 * forecast at today's price, but -0.8 where -2.0 is true (sample shops). */
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
    double elasticity; /* beta, PK_PRICE_ELASTICITY_MIN .. PK_PRICE_ELASTICITY_MAX */
    double standard_error;
    enum pk_elasticity_source source; /* the narrowest whose price changes have a say */
};

/* One lasting change of a price, the goods being in stock before and after it. */
struct pk_price_change {
    double price_before, price_after;
    double units_before, units_after;
    double category_before, category_after; /* units of the rest; 0 = nothing to compare with */
};

/* Sums over price changes; zero-initialised = none. */
struct pk_price_evidence {
    double information, weighted, squares; /* sum x^2/v, x y/v, y^2/v with phi = 1 */
    size_t change_count;
};
/* Changes below 2 % and those without a comparison say nothing. */
void pk_price_evidence_add(struct pk_price_evidence *evidence,
                           const struct pk_price_change *change);
void pk_price_evidence_join(struct pk_price_evidence *evidence,
                            const struct pk_price_evidence *other);

/* phi: what the changes of a shop scatter beyond counts and drift; 1 for less than 10 changes. */
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

/* Prior of clearance alone. */
struct pk_price_response pk_price_response_prior(void);

#endif

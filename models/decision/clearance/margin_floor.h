/* The margin floor 毛利底线 of a category: the rest of the category has to earn the margin that
 * clearance gives away. Pure; no allocation.
 *
 * A multiplier m >= 0 per category (Lagrange; Everett 1963) makes every line choose the plan with
 * the largest score + m x slack, slack = margin - floor x revenue. The smallest m is taken whose
 * plans leave the category's blend at the floor. If no choice of plans reaches the floor, it cannot
 * hold: then m = 0, and every ladder below the floor is an exception. */
#ifndef PK_DECISION_MARGIN_FLOOR_H
#define PK_DECISION_MARGIN_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision/clearance/markdown.h"

/* Least margin of a category's blend, as a part of its revenue (default). */
#define PK_MARGIN_FLOOR_RATIO 0.35

/* A plan that a line can choose. Amounts are in the store's currency. */
struct pk_margin_option {
    float score;   /* value, less a penalty for units missing to the target */
    float value;   /* cash, less holding, plus salvage */
    float revenue; /* amount that buyers pay for the cleared units */
    float margin;  /* revenue less selling costs and cost */
};
struct pk_margin_options {
    size_t count;
    struct pk_margin_option options[PK_MARKDOWN_PLAN_MAX];
};

/* Index of the option with the largest score + multiplier x slack, the first among equals; 0
 * without options. */
size_t pk_margin_choose(const struct pk_margin_options *options, double floor_ratio,
                        double multiplier);

/* Revenue and its cost, of the clearance lines and the other lines of a category. Zero-initialised
 * = empty. */
struct pk_margin_blend {
    double revenue, cost; /* in the store's currency */
};
void pk_margin_blend_add(struct pk_margin_blend *blend, double revenue, double cost);
/* 1 - cost / revenue; NAN without revenue. */
double pk_margin_blend_ratio(const struct pk_margin_blend *blend);

/* The floor of a category. */
struct pk_margin_floor {
    double multiplier;             /* m, >= 0 */
    bool is_reachable;             /* some choice of plans keeps the blend at the floor */
    struct pk_margin_blend before; /* prices left as they are */
    struct pk_margin_blend after;  /* with the plans chosen under m */
    double value_given_up;         /* cost of keeping the floor, in the store's currency; >= 0 */
};

/* lines[count] of one category; `rest` = its other lines. */
struct pk_margin_floor pk_margin_floor_find(const struct pk_margin_options *const *lines,
                                            size_t count, const struct pk_margin_blend *rest,
                                            double floor_ratio);

#endif

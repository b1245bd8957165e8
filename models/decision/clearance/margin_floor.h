/* The margin floor 毛利底线 of a category: what clearance gives away must be carried by what the rest
 * of the category earns. Pure; no allocation.
 *
 * A multiplier m >= 0 per category (Lagrange; Everett 1963) makes every line choose the plan with
 * the largest score + m x slack, slack = margin - floor x revenue; the smallest m whose plans leave
 * the category's blend at the floor is taken. Where no choice reaches it, the floor cannot hold: m
 * = 0, and every ladder below the floor is an exception. */
#ifndef PK_DECISION_MARGIN_FLOOR_H
#define PK_DECISION_MARGIN_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision/clearance/markdown.h"

#define PK_MARGIN_FLOOR_RATIO 0.35

/* What a line can choose from; the amounts in the store's currency. */
struct pk_margin_option {
    float score;   /* value, less a penalty for what is missing to the target */
    float value;   /* cash, less holding, plus salvage */
    float revenue; /* of the cleared units, at what buyers pay */
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

/* Revenue and what it costs, of a category: clearance lines, and what the rest of it earns.
 * Zero-initialised = empty. */
struct pk_margin_blend {
    double revenue, cost; /* in the store's currency */
};
void pk_margin_blend_add(struct pk_margin_blend *blend, double revenue, double cost);
/* 1 - cost / revenue; NAN without revenue. */
double pk_margin_blend_ratio(const struct pk_margin_blend *blend);

/* A category's floor, as it stands. */
struct pk_margin_floor {
    double multiplier;
    bool is_reachable;             /* some choice of plans keeps the blend at the floor */
    struct pk_margin_blend before; /* prices left as they are */
    struct pk_margin_blend after;
    double value_given_up; /* what keeping the floor costs */
};

/* lines[count] of one category; `rest` = its other lines. */
struct pk_margin_floor pk_margin_floor_find(const struct pk_margin_options *const *lines,
                                            size_t count, const struct pk_margin_blend *rest,
                                            double floor_ratio);

#endif

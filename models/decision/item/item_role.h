/* Product roles 商品角色: which one to propose where none is given, and which discounts a role
 * forbids. Pure.
 *
 * Places are ranks in 0..1 (0 = least, 1 = most; equal items share a place). The first rule that
 * holds:
 *   traffic 流量  velocity place >= 0.85, margin below the shop's median: sells, earns little
 *   image   形象  price place in its category >= 0.90, velocity place < 0.50: shown, seldom sold
 *   profit  利润  velocity place >= 0.40, margin at or above the shop's median
 *   regular 常规  all others.
 * Without a known cost there is no margin: only image and regular are proposed.
 *
 * A role limits discounts. An image item that is seen at half price has lost its image. A traffic
 * item that still sells brings the buyers of the other items, so it goes last. */
#ifndef PK_DECISION_ITEM_ROLE_H
#define PK_DECISION_ITEM_ROLE_H

#include <stdbool.h>

#include "models/history/shop.h"

struct pk_role_evidence {
    double velocity_place; /* units of the last 90 days among the items that sold */
    double price_place;    /* price in its category */
    double margin_ratio;   /* (price x (1 - selling costs) - cost) / price; NAN = not known */
    double margin_median;  /* of the shop; NAN = not known */
};

/* The role to propose; never PK_ROLE_NONE. */
enum pk_role pk_role_proposed(const struct pk_role_evidence *evidence);

/* Deepest discounts, as parts of the price. */
#define PK_IMAGE_DISCOUNT_MAX   0.3
#define PK_TRAFFIC_DISCOUNT_MAX 0.3
#define PK_ANY_DISCOUNT_MAX     0.6
/* Deepest discount that may be proposed; dead items (clearance.h) have no role left to protect. */
double pk_role_discount_maximum(enum pk_role role, bool is_dead);

#endif

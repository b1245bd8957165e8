/* ABC/XYZ class of the items of a shop: how much they matter, and how well their demand can be
 * told ahead.
 *
 * ABC by what was taken in the last PK_ABC_DAYS days, descending: A until PK_ABC_A_SHARE of the sum
 * is reached (the item that reaches it included), B until PK_ABC_B_SHARE, C the rest and whatever
 * took nothing (the Pareto classes of Dickie 1951; shares as in Silver, Pyke & Thomas 2017, ch. 2).
 * XYZ by the coefficient of variation sd / mean of the demand of the next PK_XYZ_DAYS days as the
 * model sees it: X below PK_XYZ_X_VARIATION, Y below PK_XYZ_Y_VARIATION, Z the rest and items
 * without demand (bounds 0.5 and 1 as in Scholz-Reiter, Heger, Meinecke & Bergmann 2012). */
#ifndef PK_DECISION_ABC_CLASS_H
#define PK_DECISION_ABC_CLASS_H

#include <stdbool.h>
#include <stddef.h>

#include "models/base/error.h"

#define PK_ABC_DAYS        91
#define PK_ABC_A_SHARE     0.80
#define PK_ABC_B_SHARE     0.95
#define PK_XYZ_DAYS        28
#define PK_XYZ_X_VARIATION 0.5
#define PK_XYZ_Y_VARIATION 1.0
/* A shop with fewer items that sold has no long tail: no default follows from its classes. */
#define PK_CLASS_SOLD_ITEM_COUNT_MIN 20

/* What is known about one item. */
struct pk_class_evidence {
    double taken;                      /* money or units of the last PK_ABC_DAYS days, >= 0 */
    double mean_units, variance_units; /* of the demand of the next PK_XYZ_DAYS days */
};

/* 'A'..'C' and 'X'..'Z'. */
struct pk_item_class {
    char abc, xyz;
};
/* "AX" .. "CZ"; "" for anything else. Static. */
const char *pk_item_class_name(struct pk_item_class item_class);

/* Writes out_classes[count]; items that took the same are taken in their order. OUT_OF_MEMORY. */
enum pk_status pk_item_classes_make(const struct pk_class_evidence *evidence, size_t count,
                                    struct pk_item_class *out_classes, struct pk_error *error);

/* True for the class CZ where at least PK_CLASS_SOLD_ITEM_COUNT_MIN items sold: what nobody told a
 * ratio, costs or a role for is stocked less there. */
bool pk_item_class_is_minor(struct pk_item_class item_class, size_t sold_item_count);

#endif

/* ABC/XYZ class of the items of a shop: how much they matter, and how well their demand can be
 * forecast.
 *
 * *ABC* ranks items by their takings of the last PK_ABC_DAYS days, descending. A reaches until
 * PK_ABC_A_SHARE of the sum (the item that reaches it included), B until PK_ABC_B_SHARE; C are the
 * rest and all items without takings (the Pareto classes of Dickie 1951; shares as in Silver, Pyke
 * & Thomas 2017, ch. 2).
 *
 * *XYZ* takes the coefficient of variation sd / mean of the model's demand of the next PK_XYZ_DAYS
 * days: X below PK_XYZ_X_VARIATION, Y below PK_XYZ_Y_VARIATION, Z the rest and items without demand
 * (bounds 0.5 and 1 as in Scholz-Reiter, Heger, Meinecke & Bergmann 2012). */
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

/* Takings and demand of one item. */
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

/* Writes out_classes[count]; items with equal takings rank in their order. OUT_OF_MEMORY. */
enum pk_status pk_item_classes_make(const struct pk_class_evidence *evidence, size_t count,
                                    struct pk_item_class *out_classes, struct pk_error *error);

/* True for class CZ in a shop where at least PK_CLASS_SOLD_ITEM_COUNT_MIN items sold. A minor item
 * that has no given ratio, costs or role is stocked less (critical_ratio.h). */
bool pk_item_class_is_minor(struct pk_item_class item_class, size_t sold_item_count);

#endif

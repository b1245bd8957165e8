/* What the history of a shop says about its items beside the forecast: their ABC/XYZ classes, and
 * what buyers send back. Made once with a fit and shared with it. */
#ifndef PK_EVIDENCE_ITEM_TRAITS_H
#define PK_EVIDENCE_ITEM_TRAITS_H

#include "models/decision/item/abc_class.h"
#include "models/decision/stock/returns.h"
#include "models/forecast/model.h"
#include "models/history/shop_data.h"

struct pk_item_traits {
    struct pk_item_class *classes; /* per item; owned */
    size_t sold_item_count;        /* items that sold in the last PK_ABC_DAYS days */
    double *return_rates;          /* per item; NULL = the shop records no returns; owned */
    int32_t return_lag_days;
    bool is_return_lag_learnt;
    double sold_units, returned_units; /* of the shop, behind rates and lag */
};

/* An amount that the sales do not tell is taken at the price of as-of, and without one at what a
 * unit of the shop brought on average; where no money is known at all, units count. The result does
 * not depend on the executor (NULL = the caller's thread alone). Free with pk_item_traits_free. OUT_OF_MEMORY, or the failure of
 * the forecast. */
enum pk_status pk_item_traits_make(const struct pk_shop_data *data, const struct pk_model *model,
                                   const struct pk_executor *executor,
                                   struct pk_item_traits **out_traits, struct pk_error *error);
/* Accepts NULL. */
void pk_item_traits_free(struct pk_item_traits *traits);

#endif

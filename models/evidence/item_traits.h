/* Traits of the items of a shop that its history tells beside the forecast: their ABC/XYZ classes
 * (models/decision/item/abc_class.h), and the rate and the lag of returns
 * (models/decision/stock/returns.h). They are made once with a fit and live as long as it does.
 *
 * The ABC class follows the money that an item took in the last PK_ABC_DAYS days, all warehouses
 * together. A sale without an amount counts at the price of the as-of date. Without a price it
 * counts at the mean money per unit of the shop. Where no money is known at all, units count in
 * place of money. */
#ifndef PK_EVIDENCE_ITEM_TRAITS_H
#define PK_EVIDENCE_ITEM_TRAITS_H

#include "models/decision/item/abc_class.h"
#include "models/decision/stock/returns.h"
#include "models/forecast/model.h"
#include "models/history/shop_data.h"

struct pk_item_traits {
    struct pk_item_class *classes;     /* per item; owned */
    size_t sold_item_count;            /* items that sold in the last PK_ABC_DAYS days */
    double *return_rates;              /* per item; NULL = the shop records no returns; owned */
    int32_t return_lag_days;           /* from sale to return, of the whole shop */
    bool is_return_lag_learnt;         /* false: the lag is PK_RETURN_LAG_DEFAULT */
    double sold_units, returned_units; /* of the shop, behind rates and lag */
};

/* `executor` NULL = the caller's thread alone; the result does not depend on it. Free with
 * pk_item_traits_free. OUT_OF_MEMORY, or the failure of the forecast. */
enum pk_status pk_item_traits_make(const struct pk_shop_data *data, const struct pk_model *model,
                                   const struct pk_executor *executor,
                                   struct pk_item_traits **out_traits, struct pk_error *error);
/* Accepts NULL. */
void pk_item_traits_free(struct pk_item_traits *traits);

#endif

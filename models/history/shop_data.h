/* All rows of a shop that models read, of one consistent state: master data, sales and ledger. */
#ifndef PK_HISTORY_SHOP_DATA_H
#define PK_HISTORY_SHOP_DATA_H

#include <stdint.h>

#include "models/history/ledger.h"
#include "models/history/shop.h"

/* Immutable when made. Its maker owns the arrays and texts inside. */
struct pk_shop_data {
    int64_t data_revision;     /* of the store; every import moves it */
    int64_t forecast_revision; /* of the store; only imports that forecasts use move it */
    struct pk_shop shop;
    struct pk_sales sales;   /* up to shop.as_of_date */
    struct pk_ledger ledger; /* stock up to shop.as_of_date */
};

#endif

/* All that models know of a shop at one moment: master data, sales and ledger of one consistent state. */
#ifndef PK_HISTORY_SHOP_DATA_H
#define PK_HISTORY_SHOP_DATA_H

#include <stdint.h>

#include "models/history/ledger.h"
#include "models/history/shop.h"

/* Immutable when made. Whoever made it owns the arrays and the texts inside. */
struct pk_shop_data {
    int64_t data_revision;
    int64_t forecast_revision;
    struct pk_shop shop;
    struct pk_sales sales;   /* up to shop.as_of_date */
    struct pk_ledger ledger; /* stock up to shop.as_of_date */
};

#endif

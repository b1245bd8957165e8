/* What the price changes of a shop say about its elasticities (models/decision/clearance/price_response.h):
 * every price row of the last two years up to as-of against what its item and the item's category
 * sold 28 days before and after it. */
#ifndef PK_EVIDENCE_PRICE_EVIDENCE_H
#define PK_EVIDENCE_PRICE_EVIDENCE_H

#include "models/decision/clearance/price_response.h"
#include "models/history/shop_data.h"

/* Zero-initialised = not loaded. */
struct pk_price_responses {
    const struct pk_shop_data *data;         /* they are of */
    struct pk_price_evidence *items;         /* per item of the shop; owned */
    struct pk_category_response *categories; /* per category; owned */
    double scatter;
};

/* Learns them from the data unless they are there already. OUT_OF_MEMORY. */
enum pk_status pk_price_responses_load(const struct pk_shop_data *data,
                                       struct pk_price_responses *responses,
                                       struct pk_error *error);
void pk_price_responses_done(struct pk_price_responses *responses);

/* Different prices (by more than 1 %) at which the series sold up to as-of. */
size_t pk_series_price_count(const struct pk_shop_data *data, size_t series);

struct pk_price_response pk_series_price_response(const struct pk_price_responses *responses,
                                                  size_t series);

#endif

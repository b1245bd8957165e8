/* Evidence of elasticities in the price changes of a shop
 * (models/decision/clearance/price_response.h).
 *
 * A price row counts as a change if it is at most two years old at as-of, and if both its price and
 * the price before it held for PK_PRICE_CHANGE_DAYS days. The sales of the item in these days
 * before and after the change are compared with the sales of the rest of its category. A warehouse
 * that was out of stock in these days is left out. */
#ifndef PK_EVIDENCE_PRICE_EVIDENCE_H
#define PK_EVIDENCE_PRICE_EVIDENCE_H

#include "models/decision/clearance/price_response.h"
#include "models/history/shop_data.h"

/* The responses learnt from one shop. Zero-initialised = not loaded. */
struct pk_price_responses {
    const struct pk_shop_data *data;         /* that they were learnt from; borrowed */
    struct pk_price_evidence *items;         /* per item of the shop; owned */
    struct pk_category_response *categories; /* per category; owned */
    double scatter;                          /* phi of price_response.h */
};

/* Learns the responses from the data, unless they were learnt from it already. OUT_OF_MEMORY; the
 * responses are untouched then. */
enum pk_status pk_price_responses_load(const struct pk_shop_data *data,
                                       struct pk_price_responses *responses,
                                       struct pk_error *error);
/* Frees the arrays; the responses are "not loaded" again. */
void pk_price_responses_done(struct pk_price_responses *responses);

/* Number of prices at which the series sold up to as-of. Prices within 1 % of each other are one
 * price, and more than 8 prices count as 8. */
size_t pk_series_price_count(const struct pk_shop_data *data, size_t series);

/* The elasticity of a series; the responses have to be loaded. */
struct pk_price_response pk_series_price_response(const struct pk_price_responses *responses,
                                                  size_t series);

#endif

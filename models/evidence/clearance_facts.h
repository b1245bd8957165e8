/* What a clearance decision asks of stored rows beside the facts of a series: how old the stock is,
 * which promotions cut the price ahead, what should have been sold by now. */
#ifndef PK_EVIDENCE_CLEARANCE_FACTS_H
#define PK_EVIDENCE_CLEARANCE_FACTS_H

#include "models/decision/clearance/clearance.h"
#include "models/evidence/series_facts.h"

/* Ages of the sellable stock on the first day after as-of. The lots of the latest stock row if all
 * of it has a received_date, what was sold since taken off the oldest; else first in, first out
 * from the receipts: inbound lines that came in, without any the growth of stock from row to row
 * beyond sales and returns, dated by the later row. OUT_OF_MEMORY. */
enum pk_status pk_stock_age_load(const struct pk_shop_data *data, size_t series,
                                 const struct pk_series_facts *facts,
                                 struct pk_age_profile *out_profile, struct pk_error *error);

/* Fills out_discount[demand->bucket_count]: what promotions take off on the first day of every
 * bucket up to last_date; false if it is 0 everywhere. */
bool pk_promoted_discounts(const struct pk_shop *shop, const struct pk_series *series,
                           const struct pk_demand *demand, int32_t last_date, int64_t price_micros,
                           double *out_discount);

/* For items whose life or shelf life ends. */
struct pk_sell_through_plan pk_series_sell_through_plan(const struct pk_shop_data *data,
                                                        size_t series,
                                                        const struct pk_series_facts *facts,
                                                        const struct pk_age_profile *age);

#endif

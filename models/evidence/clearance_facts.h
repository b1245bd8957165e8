/* Facts of a series for clearance decisions alone: the ages of its stock, the discounts of
 * promotions ahead, and the plan by which it should have sold. */
#ifndef PK_EVIDENCE_CLEARANCE_FACTS_H
#define PK_EVIDENCE_CLEARANCE_FACTS_H

#include "models/decision/clearance/clearance.h"
#include "models/evidence/series_facts.h"

/* Ages of the sellable stock on the first day after as-of, from the first source that has rows:
 *   1. the lots of the latest stock date, if each lot with sellable units has a received_date,
 *   2. deliveries with received units,
 *   3. the growth of stock from one stock date to the next beyond net sales, on the later date.
 * Units were sold first in, first out, so the stock on hand is the latest part of the source.
 * OUT_OF_MEMORY. */
enum pk_status pk_stock_age_load(const struct pk_shop_data *data, size_t series,
                                 const struct pk_series_facts *facts,
                                 struct pk_age_profile *out_profile, struct pk_error *error);

/* Fills out_discount[demand->bucket_count]: the part of `price_micros` that promotions take off on
 * the first day of each bucket up to last_date, at most 0.95. Of one promotion the narrowest row
 * counts, of several promotions the deepest discount. A net price goes before a discount ratio.
 * Presale phases take nothing off. False if all entries are 0. */
bool pk_promoted_discounts(const struct pk_shop *shop, const struct pk_series *series,
                           const struct pk_demand *demand, int32_t last_date, int64_t price_micros,
                           double *out_discount);

/* The plan of a series whose item has an end date or a shelf life; is_known = false for others. It
 * runs from the launch (without one, from the first stock) to the end date, or from the oldest unit
 * on hand to its last day of shelf life if that is earlier. sold_units are those sold from the
 * start to as-of. */
struct pk_sell_through_plan pk_series_sell_through_plan(const struct pk_shop_data *data,
                                                        size_t series,
                                                        const struct pk_series_facts *facts,
                                                        const struct pk_age_profile *age);

#endif

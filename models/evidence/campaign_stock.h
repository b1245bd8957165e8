/* What was stocked of one series in a past campaign: the stock of a past day, from counts. */
#ifndef PK_EVIDENCE_CAMPAIGN_STOCK_H
#define PK_EVIDENCE_CAMPAIGN_STOCK_H

#include "models/history/shop_data.h"

/* Sellable units (on hand - reserved - unsellable) of a series at the end of a day:
 *   stock = count before - sold since + receipts since + (date - before) / (after - before) x rest.
 * A count is the sum of the stock rows of one date. "Before" is the last count up to the day, and
 * "after" the first one from the day on. The rest came in between both counts without a receipt
 * that tells of it; it is spread evenly over the days between, and is 0 without a count after the
 * day. The result is never negative. NAN without a count before. */
double pk_campaign_stock_at(const struct pk_shop_data *data, size_t series, int32_t date);

#endif

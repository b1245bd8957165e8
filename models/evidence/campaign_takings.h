/* What one series brought in a campaign: money, deposits and returns. */
#ifndef PK_EVIDENCE_CAMPAIGN_TAKINGS_H
#define PK_EVIDENCE_CAMPAIGN_TAKINGS_H

#include "models/evidence/campaign_series.h"

/* Money of the buckets that the window touches, up to as-of:
 *   gmv = sum of paid; paid = the paid amount of a bucket, else its units x the campaign's price;
 *   discount = sum of units x the price on the day before the start - paid;
 *   profit = sum of kept share x paid x (1 - selling cost ratio) - kept units x (cost + gifts).
 * Units are those paid for; kept units are those less cancelled ones, whose money is paid back. A
 * figure is NAN if a price or the item's cost is needed and not known; a gift without a cost is
 * free. */
struct pk_campaign_takings pk_campaign_takings_load(const struct pk_campaign_work *work,
                                                    const struct pk_campaign_series *one);

/* Fills deposit_units and balance_paid_units of the line with the item's latest deposits up to
 * as-of. Without a row they are 0 and NAN. */
void pk_campaign_deposits_load(const struct pk_ledger *ledger, const char *promotion_id,
                               uint32_t item, struct pk_campaign_line *line);

/* Adds the units paid for and returned to the line, from the start of the campaign to
 * PK_CAMPAIGN_RETURN_DAYS days after its end, or to as-of if that is earlier. */
void pk_campaign_returns_add(const struct pk_shop_data *data, size_t series,
                             const struct pk_campaign *campaign, struct pk_campaign_line *line);

#endif

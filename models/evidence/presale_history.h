/* What the past presales of a shop teach: their deposits beside what the campaigns then sold. */
#ifndef PK_EVIDENCE_PRESALE_HISTORY_H
#define PK_EVIDENCE_PRESALE_HISTORY_H

#include "models/base/limits.h"
#include "models/decision/campaign/campaign_demand.h"
#include "models/history/campaign.h"
#include "models/history/shop_data.h"

struct pk_presale_history {
    size_t kind_count;
    const char *kinds[PK_PRESALE_KIND_COUNT_MAX]; /* of the shop */
    struct pk_presale_sums sums[PK_PRESALE_KIND_COUNT_MAX], all;
    double *deposit_units;  /* per item, of its past presales; owned */
    double *expected_units; /* per item: what was usual for its demand in them; owned */
};

/* Rows of one item and promotion that lie together: [first, last). */
struct pk_deposit_range {
    size_t first, last;
};
/* The range that begins at row `first`. */
struct pk_deposit_range pk_deposit_range_at(const struct pk_ledger *ledger, size_t first);

/* Days of a presale 预售 and the day 尾款日 from which its balance is paid; where the promotions have
 * no presale rows the deposits begin it, and it ends the day before the balance. */
struct pk_presale_days {
    int32_t start_date, end_date, balance_date;
};
struct pk_presale_days pk_presale_days_of(const struct pk_campaign *campaign,
                                          int32_t first_deposit_date);

/* Campaigns that ended up to as-of and whose demand was not cut by stock-outs. Free with _done.
 * OUT_OF_MEMORY. */
enum pk_status pk_presale_history_build(const struct pk_shop_data *data,
                                        struct pk_presale_history *out_history,
                                        struct pk_error *error);
void pk_presale_history_done(struct pk_presale_history *history);

/* Terms of a kind: its own where at least five of its presales are known, else those of all. */
struct pk_presale_terms pk_presale_history_terms(const struct pk_presale_history *history,
                                                 const char *kind);

#endif

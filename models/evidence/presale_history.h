/* What the past presales 预售 of a shop teach: how the deposits 定金 of an item compare with what
 * its campaign sold afterwards. The equations stand in models/decision/campaign/campaign_demand.h;
 * this file gathers the presales from the ledger and the sales. */
#ifndef PK_EVIDENCE_PRESALE_HISTORY_H
#define PK_EVIDENCE_PRESALE_HISTORY_H

#include "models/base/limits.h"
#include "models/decision/campaign/campaign_demand.h"
#include "models/history/campaign.h"
#include "models/history/ledger_index.h"
#include "models/history/shop_data.h"

/* Sums over past presales, each of one item in one campaign. */
struct pk_presale_history {
    size_t kind_count;
    const char *kinds[PK_PRESALE_KIND_COUNT_MAX];           /* texts of the shop */
    struct pk_presale_sums sums[PK_PRESALE_KIND_COUNT_MAX]; /* per kind */
    struct pk_presale_sums all;                             /* of every kind */
    double *deposit_units;  /* per item: final deposits of its presales; owned */
    double *expected_units; /* per item: the usual deposits for its demand in them; owned */
};

/* The rows of ledger->deposits of one promotion and one item, which begin at row `first`. */
struct pk_ledger_range pk_deposits_at(const struct pk_ledger *ledger, size_t first);

/* Days of a presale, and the day 尾款日 from which buyers pay the balance. */
struct pk_presale_days {
    int32_t start_date, end_date, balance_date;
};
/* Without a balance date in its rows, a campaign takes the balance from its first peak day on, else
 * from its start. Without presale rows, the presale goes from the first deposit to the day before
 * the balance date. It has one day at least. */
struct pk_presale_days pk_presale_days_of(const struct pk_campaign *campaign,
                                          int32_t first_deposit_date);

/* Learns from the campaigns that ended up to as-of. An item whose demand a stock-out cut on a day
 * from the balance date to the end teaches nothing: its deposits would look like a larger part of
 * its demand than they are. Free with _done. OUT_OF_MEMORY. */
enum pk_status pk_presale_history_build(const struct pk_shop_data *data,
                                        struct pk_presale_history *out_history,
                                        struct pk_error *error);
void pk_presale_history_done(struct pk_presale_history *history);

/* Terms of a kind of campaign: learnt from its own presales if there are five of them at least,
 * else from those of every kind. */
struct pk_presale_terms pk_presale_history_terms(const struct pk_presale_history *history,
                                                 const char *kind);

#endif

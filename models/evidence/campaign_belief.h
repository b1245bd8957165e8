/* How the belief about a campaign that is under way or in presale is made.
 *
 * For every item, the belief holds the ratio of the demand that is ahead to its forecast. Deposits
 * and first days are its evidence. The shop is believed first, then each category, then each item:
 * every one takes its prior from the scope above, which is counted without the units of the one
 * that is believed. The equations stand in models/decision/campaign/campaign_demand.h.
 *
 * First days count only where they were in stock. If a wave of the peak is ahead and an earlier
 * wave is over, only days of that wave count. An item without forecast takes its demand from its
 * deposits alone. No item is believed to need less than its deposits that are still likely to be
 * paid. */
#ifndef PK_EVIDENCE_CAMPAIGN_BELIEF_H
#define PK_EVIDENCE_CAMPAIGN_BELIEF_H

#include "models/base/executor.h"
#include "models/evidence/campaign_change.h"
#include "models/evidence/presale_history.h"

/* The sources of a belief; all are borrowed. */
struct pk_campaign_sources {
    const struct pk_shop_data *data;
    const struct pk_model *model; /* of that shop */
    const struct pk_presale_history *history;
    const struct pk_executor *executor; /* NULL = the caller's thread alone */
};

/* What the ledger tells of the deposits of one campaign. */
struct pk_campaign_told {
    int32_t last_date; /* of the latest row; PK_DATE_NONE = no row */
    struct pk_presale_days days;
};
struct pk_campaign_told pk_campaign_told_of(const struct pk_ledger *ledger,
                                            const struct pk_campaign *campaign);

/* Fills the lines, the focus days and the presale figures of *update. The caller has filled the
 * campaign, its rows, from_date and to_date, and cleared the lines. OUT_OF_MEMORY, or the failure
 * of a forecast. The result does not depend on the executor. */
enum pk_status pk_campaign_belief_fill(const struct pk_campaign_sources *sources,
                                       const struct pk_campaign_told *told,
                                       struct pk_campaign_update *update, struct pk_error *error);

#endif

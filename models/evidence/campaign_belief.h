/* What deposits and the first days of one campaign say of its days ahead: a belief about the ratio of
 * demand to its forecast, passed from the shop to its categories to each item
 * (models/decision/campaign/campaign_demand.h has the formulas). */
#ifndef PK_EVIDENCE_CAMPAIGN_BELIEF_H
#define PK_EVIDENCE_CAMPAIGN_BELIEF_H

#include "models/base/executor.h"
#include "models/evidence/campaign_change.h"
#include "models/evidence/presale_history.h"

/* What the belief is made from; all borrowed. */
struct pk_campaign_sources {
    const struct pk_shop_data *data;
    const struct pk_model *model; /* of that shop */
    const struct pk_presale_history *history;
    const struct pk_executor *executor; /* NULL = the caller's thread alone */
};

/* Deposits of one campaign as the ledger tells them. */
struct pk_campaign_told {
    int32_t last_date; /* of the latest row; PK_DATE_NONE = none */
    struct pk_presale_days days;
};
struct pk_campaign_told pk_campaign_told_of(const struct pk_ledger *ledger,
                                            const struct pk_campaign *campaign);

/* Fills the lines of *update and what its deposits rest on; campaign, rows and dates are there already.
 * OUT_OF_MEMORY, or the failure of a forecast. The result does not depend on the executor. */
enum pk_status pk_campaign_belief_fill(const struct pk_campaign_sources *sources,
                                       const struct pk_campaign_told *told,
                                       struct pk_campaign_update *update, struct pk_error *error);

#endif

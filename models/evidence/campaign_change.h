/* What deposits 定金 and first days change in the windows of campaigns: found by campaign_belief.h, kept and
 * applied by campaign_update.h. */
#ifndef PK_EVIDENCE_CAMPAIGN_CHANGE_H
#define PK_EVIDENCE_CAMPAIGN_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "models/history/campaign.h"

/* Of one item in all its warehouses; zero = nothing is known of it. */
struct pk_campaign_item_update {
    double ratio;                           /* of the window ahead to its forecast; 0 = unchanged */
    double relative_variance;               /* of what is ahead, noise of its days apart */
    double added_units;                     /* for items that nothing was forecast for */
    double shop_ratio;                      /* what the campaign's other items say */
    double sold_units, expected_sold_units; /* of its days so far, in stock */
    double deposit_units, expected_deposit_units; /* before the balance date */
    double least_units; /* deposits whose balance is still to be paid, by the usual conversion */
    bool has_deposits;
};

struct pk_campaign_update {
    struct pk_campaign campaign;
    const struct pk_promotion **rows; /* of the campaign; campaign.row_count of them; owned; those
                                         without an item first, then by item */
    size_t general_count;             /* without an item */
    int32_t from_date, to_date;       /* what is ahead of its window */
    int32_t focus_date, focus_end;    /* where added_units go */
    size_t past_presale_count;        /* presales behind the terms of deposits */
    double conversion_ratio;
    struct pk_campaign_item_update *lines; /* per item; owned */
};

struct pk_campaign_updates {
    size_t count;
    struct pk_campaign_update *updates; /* ascending start_date; owned */
};

/* Whether a row of the campaign covers the series. O(log rows) beside the rows without an item. */
bool pk_campaign_update_covers(const struct pk_campaign_update *update, const struct pk_shop *shop,
                               size_t series);

#endif

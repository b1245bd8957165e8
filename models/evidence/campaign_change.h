/* What deposits 定金 and first days change in the windows of campaigns, as plain data.
 * campaign_belief.h makes the changes, campaign_update.h keeps and applies them. */
#ifndef PK_EVIDENCE_CAMPAIGN_CHANGE_H
#define PK_EVIDENCE_CAMPAIGN_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "models/history/campaign.h"

/* The change of one item, in all its warehouses together. All zero = nothing is known of the
 * item. */
struct pk_campaign_item_update {
    double ratio;                           /* of the demand ahead to its forecast; 0 = unchanged */
    double relative_variance;               /* of the demand ahead, without the noise of its days */
    double added_units;                     /* demand of an item that had no forecast */
    double shop_ratio;                      /* the ratio that the campaign's other items suggest */
    double sold_units, expected_sold_units; /* on the campaign's days so far that were in stock */
    double deposit_units;                   /* latest deposits */
    double expected_deposit_units; /* of the forecast, by now; 0 from the balance date on */
    double least_units; /* deposits that are still likely to be paid, at the usual conversion */
    bool has_deposits;
};

/* The change of one campaign. */
struct pk_campaign_update {
    struct pk_campaign campaign;
    /* Its campaign.row_count rows: those without an item first, then ascending by item. The array
     * is owned, the rows are of the shop. */
    const struct pk_promotion **rows;
    size_t general_count;                  /* of the rows without an item */
    int32_t from_date, to_date;            /* the days of its window that are ahead */
    int32_t focus_date, focus_end;         /* the days that added_units are spread over */
    size_t past_presale_count;             /* behind the terms of deposits; 0 = defaults */
    double conversion_ratio;               /* part of the deposits whose balance is usually paid */
    struct pk_campaign_item_update *lines; /* per item of the shop; owned */
};

struct pk_campaign_updates {
    size_t count;
    struct pk_campaign_update *updates; /* ascending start_date; owned */
};

/* Whether a row of the campaign covers the series. Takes O(log rows) besides the rows without an
 * item. */
bool pk_campaign_update_covers(const struct pk_campaign_update *update, const struct pk_shop *shop,
                               size_t series);

#endif

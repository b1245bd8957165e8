#include "models/evidence/campaign_change.h"

#include "models/base/lower_bound.h"

/* Rows of items, so that PK_INDEX_NONE does not occur. */
static bool is_before(const void *row, const void *item)
{
    return (*(const struct pk_promotion *const *)row)->item < *(const uint32_t *)item;
}

bool pk_campaign_update_covers(const struct pk_campaign_update *update, const struct pk_shop *shop,
                               size_t series)
{
    const struct pk_series *one = &shop->series[series];
    const uint32_t category = shop->items[one->item].category;
    for (size_t i = 0; i < update->general_count; i++)
        if (pk_promotion_covers(update->rows[i], one->item, category, one->warehouse))
            return true;
    const size_t last = update->campaign.row_count;
    size_t at = update->general_count;
    at += pk_lower_bound(update->rows + at, last - at, sizeof *update->rows, is_before, &one->item);
    for (; at < last && update->rows[at]->item == one->item; at++)
        if (pk_promotion_covers(update->rows[at], one->item, category, one->warehouse))
            return true;
    return false;
}

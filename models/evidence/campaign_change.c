#include "models/evidence/campaign_change.h"

bool pk_campaign_update_covers(const struct pk_campaign_update *update, const struct pk_shop *shop,
                               size_t series)
{
    const struct pk_series *one = &shop->series[series];
    const uint32_t category = shop->items[one->item].category;
    for (size_t i = 0; i < update->general_count; i++)
        if (pk_promotion_covers(update->rows[i], one->item, category, one->warehouse))
            return true;
    size_t low = update->general_count, high = update->campaign.row_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (update->rows[middle]->item < one->item)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < update->campaign.row_count && update->rows[low]->item == one->item; low++)
        if (pk_promotion_covers(update->rows[low], one->item, category, one->warehouse))
            return true;
    return false;
}

#include "tests/sample/gift.h"

#include <math.h>
#include <string.h>

#include "tests/sample/output.h"

#define GIFT_ID "GFT-0001"
/* It was bought well before, and none has been given since. */
#define CAME_DAYS_AGO 35

/* Part of what it will take that lies in each warehouse. */
static const double stock_ratios[PK_SHOP_WAREHOUSE_COUNT] = {0.55, 1.40};

bool pk_shop_gift_goes_with(const struct pk_shop_item *item)
{
    return strcmp(item->role, "image") == 0;
}

const struct pk_shop_campaign *pk_shop_gift_campaign(const struct pk_shop *shop)
{
    for (size_t i = 0; i < shop->calendar.campaign_count; i++) {
        const struct pk_shop_campaign *campaign = &shop->calendar.campaigns[i];
        if (campaign->kind == PK_SHOP_KIND_DOUBLE12 &&
            campaign->first_day >= shop->settings.history_day_count &&
            campaign->last_day < shop->day_count)
            return campaign;
    }
    return NULL;
}

static bool is_given(const struct pk_shop *shop, int32_t day)
{
    const struct pk_shop_campaign *campaign = pk_shop_gift_campaign(shop);
    return campaign != NULL && day >= campaign->first_days[PK_SHOP_PHASE_PEAK] &&
           day <= campaign->last_day;
}

/* Units that go with what is wanted of its items on a day. */
static double mean_units(const struct pk_shop *shop, int32_t warehouse, int32_t day,
                         int32_t *out_demand_units)
{
    double mean = 0;
    *out_demand_units = 0;
    for (size_t i = 0; i < shop->series_count && is_given(shop, day); i++) {
        const struct pk_shop_item *item = &shop->items[shop->series[i].item];
        if (shop->series[i].warehouse != warehouse || !pk_shop_gift_goes_with(item) ||
            !pk_shop_item_lives(item, day))
            continue;
        mean += pk_shop_day_at(shop, i, day)->mean_units;
        *out_demand_units += pk_shop_day_at(shop, i, day)->demand_units;
    }
    return mean;
}

void pk_shop_gift_write_item(const struct pk_shop *shop, FILE *stream)
{
    if (pk_shop_gift_campaign(shop) != NULL)
        fputs(GIFT_ID ",双12定制收纳袋,赠品,,,,2.80,,0,,,,0.2\n", stream);
}

void pk_shop_gift_write_supply(const struct pk_shop *shop, FILE *stream)
{
    if (pk_shop_gift_campaign(shop) != NULL)
        fprintf(stream, GIFT_ID ",,%s,%d,%.1f,%d,1,20,2.80,,\n", pk_shop_suppliers[0].id,
                (int)pk_shop_suppliers[0].lead_time_days, pk_shop_suppliers[0].lead_time_sd_days,
                (int)pk_shop_suppliers[0].review_period_days);
}

void pk_shop_gift_write_stock(const struct pk_shop *shop, FILE *stream)
{
    const struct pk_shop_campaign *campaign = pk_shop_gift_campaign(shop);
    const int32_t today = shop->settings.history_day_count - 1;
    char came[PK_DATE_TEXT_SIZE];
    char date[PK_DATE_TEXT_SIZE];
    if (campaign == NULL)
        return;
    pk_shop_day_format(shop, today - CAME_DAYS_AGO, came);
    pk_shop_day_format(shop, today, date);
    for (int32_t warehouse = 0; warehouse < PK_SHOP_WAREHOUSE_COUNT; warehouse++) {
        double mean = 0;
        int32_t demand_units;
        for (int32_t day = campaign->first_days[PK_SHOP_PHASE_PEAK]; day <= campaign->last_day;
             day++)
            mean += mean_units(shop, warehouse, day, &demand_units);
        const int units = (int)ceil(stock_ratios[warehouse] * mean);
        const char *warehouse_id = pk_shop_warehouse_ids[warehouse];
        fprintf(stream, "%s," GIFT_ID ",%s,%d,0,0,\n", came, warehouse_id, units);
        fprintf(stream, "%s," GIFT_ID ",%s,%d,0,0,\n", date, warehouse_id, units);
    }
}

void pk_shop_gift_write_components(const struct pk_shop *shop, FILE *stream)
{
    const struct pk_shop_campaign *campaign = pk_shop_gift_campaign(shop);
    char from[PK_DATE_TEXT_SIZE];
    char to[PK_DATE_TEXT_SIZE];
    if (campaign == NULL)
        return;
    pk_shop_day_format(shop, campaign->first_days[PK_SHOP_PHASE_PEAK], from);
    pk_shop_day_format(shop, campaign->last_day, to);
    for (size_t i = 0; i < shop->settings.item_count; i++)
        if (pk_shop_gift_goes_with(&shop->items[i]))
            fprintf(stream, "%s," GIFT_ID ",1,gift,%s-%d,%s,%s\n", shop->items[i].id,
                    pk_shop_rule_get(campaign->kind)->id_stem, (int)campaign->year, from, to);
}

void pk_shop_gift_write_mean(const struct pk_shop *shop, int32_t day, FILE *stream)
{
    char date[PK_DATE_TEXT_SIZE];
    int32_t demand_units;
    for (int32_t warehouse = 0; is_given(shop, day) && warehouse < PK_SHOP_WAREHOUSE_COUNT;
         warehouse++)
        fprintf(stream, "%s," GIFT_ID ",%s,%.4f\n", pk_shop_day_format(shop, day, date),
                pk_shop_warehouse_ids[warehouse], mean_units(shop, warehouse, day, &demand_units));
}

void pk_shop_gift_write_demand(const struct pk_shop *shop, int32_t day, FILE *stream)
{
    char date[PK_DATE_TEXT_SIZE];
    for (int32_t warehouse = 0; is_given(shop, day) && warehouse < PK_SHOP_WAREHOUSE_COUNT;
         warehouse++) {
        int32_t demand_units;
        mean_units(shop, warehouse, day, &demand_units);
        fprintf(stream, "%s," GIFT_ID ",%s,%d\n", pk_shop_day_format(shop, day, date),
                pk_shop_warehouse_ids[warehouse], (int)demand_units);
    }
}

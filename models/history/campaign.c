#include "models/history/campaign.h"

#include <math.h>
#include <string.h>

bool pk_campaign_kind_is_mega(const char *kind)
{
    static const char *const megas[] = {
        "618", "99", "double11", "double12", "new_year_goods", "spring_festival", "women_day"};
    for (size_t i = 0; i < sizeof megas / sizeof megas[0]; i++)
        if (strcmp(kind, megas[i]) == 0)
            return true;
    return false;
}

bool pk_promotion_covers(const struct pk_promotion *row, uint32_t item, uint32_t category,
                         uint32_t warehouse)
{
    return (row->item == PK_INDEX_NONE || row->item == item) &&
           (row->category == PK_INDEX_NONE || row->category == category) &&
           (row->warehouse == PK_INDEX_NONE || row->warehouse == warehouse);
}

static bool covers_series(const struct pk_shop *shop, const struct pk_promotion *row,
                          const struct pk_series *series)
{
    return series == NULL ||
           pk_promotion_covers(row, series->item, shop->items[series->item].category,
                               series->warehouse);
}

/* PK_DATE_NONE is below every date. */
static void take_earliest(int32_t *date, int32_t other)
{
    if (other != PK_DATE_NONE && (*date == PK_DATE_NONE || other < *date))
        *date = other;
}

static void take_latest(int32_t *date, int32_t other)
{
    if (other > *date)
        *date = other;
}

static void add_row(struct pk_campaign *campaign, const struct pk_promotion *row)
{
    if (campaign->row_count++ == 0) {
        campaign->promotion_id = row->promotion_id;
        campaign->name = row->name;
        campaign->kind = row->kind;
    }
    if (row->phase == PK_PHASE_PRESALE) {
        take_earliest(&campaign->presale_start_date, row->start_date);
        take_latest(&campaign->presale_end_date, row->end_date);
    } else {
        take_earliest(&campaign->start_date, row->start_date);
    }
    if (row->phase == PK_PHASE_PEAK) {
        take_earliest(&campaign->peak_start_date, row->start_date);
        take_latest(&campaign->peak_end_date, row->end_date);
    }
    take_latest(&campaign->end_date, row->end_date);
    take_latest(&campaign->ship_by_date, row->ship_by_date);
    take_earliest(&campaign->balance_date, row->balance_date);
    if (row->traffic_ratio > campaign->traffic_ratio)
        campaign->traffic_ratio = row->traffic_ratio;
}

bool pk_campaign_find(const struct pk_shop *shop, const char *promotion_id,
                      const struct pk_series *series, struct pk_campaign *out_campaign)
{
    struct pk_campaign campaign = {.start_date = PK_DATE_NONE,
                                   .end_date = PK_DATE_NONE,
                                   .presale_start_date = PK_DATE_NONE,
                                   .presale_end_date = PK_DATE_NONE,
                                   .peak_start_date = PK_DATE_NONE,
                                   .peak_end_date = PK_DATE_NONE,
                                   .ship_by_date = PK_DATE_NONE,
                                   .balance_date = PK_DATE_NONE,
                                   .traffic_ratio = 1};
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (strcmp(row->promotion_id, promotion_id) == 0 && covers_series(shop, row, series))
            add_row(&campaign, row);
    }
    if (campaign.row_count == 0)
        return false;
    if (campaign.start_date == PK_DATE_NONE)
        campaign.start_date = campaign.presale_start_date;
    *out_campaign = campaign;
    return true;
}

int pk_promotion_narrowness(const struct pk_promotion *row)
{
    int scope = row->item != PK_INDEX_NONE ? 4 : row->category != PK_INDEX_NONE ? 2 : 0;
    return scope + (row->warehouse != PK_INDEX_NONE ? 1 : 0);
}

const struct pk_promotion *pk_campaign_row_on(const struct pk_shop *shop, const char *promotion_id,
                                              const struct pk_series *series, int32_t date)
{
    const struct pk_promotion *best = NULL;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date > date)
            break;
        if (row->end_date < date || strcmp(row->promotion_id, promotion_id) != 0 ||
            !covers_series(shop, row, series))
            continue;
        if (best == NULL || pk_promotion_narrowness(row) > pk_promotion_narrowness(best))
            best = row;
    }
    return best;
}

const struct pk_target_row *pk_target_on(const struct pk_ledger *ledger, const char *metric,
                                         const struct pk_target_scope *scope, int32_t date)
{
    const struct pk_target_row *best = NULL;
    for (size_t i = 0; i < ledger->target_count; i++) {
        const struct pk_target_row *row = &ledger->targets[i];
        if (row->period_start > date)
            break;
        if (row->period_end < date || strcmp(row->metric, metric) != 0 ||
            strcmp(row->channel, scope->channel) != 0 ||
            strcmp(row->promotion_id, scope->promotion_id) != 0 ||
            row->category != scope->category || row->warehouse != scope->warehouse)
            continue;
        if (best == NULL ||
            row->period_end - row->period_start < best->period_end - best->period_start)
            best = row;
    }
    return best;
}

int64_t pk_promotion_price_micros(const struct pk_promotion *row, int64_t regular_price_micros)
{
    if (row == NULL)
        return regular_price_micros;
    if (row->net_price_micros >= 0)
        return row->net_price_micros;
    if (regular_price_micros < 0)
        return -1;
    return llround((double)regular_price_micros * (1 - row->discount_ratio));
}

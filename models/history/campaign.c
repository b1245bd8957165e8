#include "models/history/campaign.h"

#include <math.h>
#include <string.h>

#include "models/base/lower_bound.h"

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

/* ---- rows of one promotion ------------------------------------------------------------------- */

/* Rows without an item come first: PK_INDEX_NONE + 1 is 0. */
static uint32_t item_rank(const struct pk_promotion *row)
{
    return row->item + 1;
}

static int compare_rows(const struct pk_promotion *row, const char *promotion_id, uint32_t rank)
{
    const int order = strcmp(row->promotion_id, promotion_id);
    if (order != 0)
        return order;
    return (item_rank(row) > rank) - (item_rank(row) < rank);
}

/* Moves a place down a heap of places until nothing under it comes later. */
static void sift(const struct pk_promotion *rows, uint32_t *order, size_t root, size_t count)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        const struct pk_promotion *left = &rows[order[child]];
        if (child + 1 < count) {
            const struct pk_promotion *right = &rows[order[child + 1]];
            const int sign = compare_rows(right, left->promotion_id, item_rank(left));
            child += sign > 0 || (sign == 0 && right > left);
        }
        const struct pk_promotion *top = &rows[order[root]], *below = &rows[order[child]];
        const int sign = compare_rows(below, top->promotion_id, item_rank(top));
        if (sign < 0 || (sign == 0 && below < top))
            return;
        const uint32_t place = order[root];
        order[root] = order[child];
        order[child] = place;
    }
}

void pk_promotion_order_fill(const struct pk_promotion *promotions, size_t count,
                             uint32_t *out_order)
{
    for (size_t i = 0; i < count; i++)
        out_order[i] = (uint32_t)i;
    for (size_t i = count / 2; i > 0; i--)
        sift(promotions, out_order, i - 1, count);
    for (size_t last = count; last > 1; last--) {
        const uint32_t place = out_order[0];
        out_order[0] = out_order[last - 1];
        out_order[last - 1] = place;
        sift(promotions, out_order, 0, last - 1);
    }
}

/* Of a place in the order, which is the index of a row. */
struct place_key {
    const struct pk_promotion *promotions;
    const char *promotion_id;
    uint32_t rank;
};

static bool is_before(const void *place, const void *place_key)
{
    const struct place_key *key = place_key;
    return compare_rows(&key->promotions[*(const uint32_t *)place], key->promotion_id, key->rank) <
           0;
}

static bool is_not_behind(const void *place, const void *place_key)
{
    const struct place_key *key = place_key;
    return compare_rows(&key->promotions[*(const uint32_t *)place], key->promotion_id, key->rank) <=
           0;
}

/* First place of the order that is not before the id with the rank. */
static size_t first_place(const struct pk_shop *shop, const char *promotion_id, uint32_t rank)
{
    const struct place_key key = {shop->promotions, promotion_id, rank};
    return pk_lower_bound(shop->promotion_order, shop->promotion_count,
                          sizeof *shop->promotion_order, is_before, &key);
}

/* Behind the last place of the order with the id and at most the rank. */
static size_t end_place(const struct pk_shop *shop, size_t first, const char *promotion_id,
                        uint32_t rank)
{
    const struct place_key key = {shop->promotions, promotion_id, rank};
    return first + pk_lower_bound(shop->promotion_order + first, shop->promotion_count - first,
                                  sizeof *shop->promotion_order, is_not_behind, &key);
}

struct pk_campaign_walk pk_campaign_walk_begin(const struct pk_shop *shop, const char *promotion_id,
                                               uint32_t item)
{
    struct pk_campaign_walk walk = {.shop = shop, .promotion_id = promotion_id};
    if (shop->promotion_order == NULL) {
        walk.last = shop->promotion_count;
        return walk;
    }
    walk.at = first_place(shop, promotion_id, 0);
    if (item == PK_INDEX_NONE) {
        walk.last = end_place(shop, walk.at, promotion_id, UINT32_MAX);
        return walk;
    }
    walk.last = end_place(shop, walk.at, promotion_id, 0);
    walk.own_at = first_place(shop, promotion_id, item + 1);
    walk.own_last = end_place(shop, walk.own_at, promotion_id, item + 1);
    return walk;
}

const struct pk_promotion *pk_campaign_walk_next(struct pk_campaign_walk *walk)
{
    const struct pk_shop *shop = walk->shop;
    if (shop->promotion_order != NULL) {
        if (walk->at < walk->last)
            return &shop->promotions[shop->promotion_order[walk->at++]];
        return walk->own_at < walk->own_last
                   ? &shop->promotions[shop->promotion_order[walk->own_at++]]
                   : NULL;
    }
    while (walk->at < walk->last) {
        const struct pk_promotion *row = &shop->promotions[walk->at++];
        if (strcmp(row->promotion_id, walk->promotion_id) == 0)
            return row;
    }
    return NULL;
}

static struct pk_campaign_walk walk_of(const struct pk_shop *shop, const char *promotion_id,
                                       const struct pk_series *series)
{
    return pk_campaign_walk_begin(shop, promotion_id,
                                  series == NULL ? PK_INDEX_NONE : series->item);
}

/* ---- campaigns ------------------------------------------------------------------------------- */

static void add_row(struct pk_campaign *campaign, const struct pk_promotion *row,
                    const struct pk_promotion **first)
{
    campaign->row_count++;
    if (*first == NULL || row < *first) {
        *first = row;
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
    const struct pk_promotion *first = NULL, *row;
    struct pk_campaign_walk walk = walk_of(shop, promotion_id, series);
    while ((row = pk_campaign_walk_next(&walk)) != NULL)
        if (covers_series(shop, row, series))
            add_row(&campaign, row, &first);
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
    const struct pk_promotion *best = NULL, *row;
    struct pk_campaign_walk walk = walk_of(shop, promotion_id, series);
    while ((row = pk_campaign_walk_next(&walk)) != NULL) {
        if (row->start_date > date || row->end_date < date || !covers_series(shop, row, series))
            continue;
        if (best == NULL || pk_promotion_narrowness(row) > pk_promotion_narrowness(best) ||
            (pk_promotion_narrowness(row) == pk_promotion_narrowness(best) && row < best))
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

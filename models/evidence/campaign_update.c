#include "models/evidence/campaign_update.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/evidence/campaign_belief.h"
#include "models/history/pair_rows.h"

static int compare_rows(const void *left, const void *right)
{
    const struct pk_promotion *a = *(const struct pk_promotion *const *)left;
    const struct pk_promotion *b = *(const struct pk_promotion *const *)right;
    /* PK_INDEX_NONE + 1 is 0. */
    if (a->item != b->item)
        return a->item + 1 < b->item + 1 ? -1 : 1;
    return (a > b) - (a < b);
}

static void list_rows(const struct pk_shop *shop, struct pk_campaign_update *update)
{
    struct pk_campaign_walk walk =
        pk_campaign_walk_begin(shop, update->campaign.promotion_id, PK_INDEX_NONE);
    const struct pk_promotion *row;
    size_t count = 0;
    while ((row = pk_campaign_walk_next(&walk)) != NULL) {
        update->rows[count++] = row;
        update->general_count += row->item == PK_INDEX_NONE;
    }
    if (count > 1)
        qsort(update->rows, count, sizeof(const struct pk_promotion *), compare_rows);
}

/* Lists the campaigns of which deposits or first days are known, by their start. */
static enum pk_status find_campaigns(const struct pk_campaign_sources *sources,
                                     struct pk_campaign_updates *updates, struct pk_error *error)
{
    const struct pk_shop *shop = &sources->data->shop;
    for (size_t i = 0; i < shop->promotion_count && updates->count < PK_ACTIVE_CAMPAIGN_COUNT_MAX;
         i++) {
        struct pk_campaign campaign;
        bool is_new = shop->promotions[i].end_date > shop->as_of_date;
        for (size_t u = 0; is_new && u < updates->count; u++)
            is_new = strcmp(updates->updates[u].campaign.promotion_id,
                            shop->promotions[i].promotion_id) != 0;
        if (!is_new || !pk_campaign_find(shop, shop->promotions[i].promotion_id, NULL, &campaign))
            continue;
        const struct pk_campaign_told told = pk_campaign_told_of(&sources->data->ledger, &campaign);
        if ((campaign.start_date > shop->as_of_date && told.last_date == PK_DATE_NONE) ||
            campaign.end_date <= shop->as_of_date ||
            campaign.end_date - shop->as_of_date > PK_HORIZON_DAYS_MAX)
            continue;
        struct pk_campaign_update *update = &updates->updates[updates->count];
        updates->count++;
        update->lines = calloc(shop->item_count + 1, sizeof *update->lines);
        update->rows = malloc(campaign.row_count * sizeof *update->rows);
        if (update->lines == NULL || update->rows == NULL)
            return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a campaign's items");
        update->campaign = campaign;
        list_rows(shop, update);
        update->from_date =
            campaign.start_date > shop->as_of_date ? campaign.start_date : shop->as_of_date + 1;
        update->to_date = campaign.end_date;
        const enum pk_status status = pk_campaign_belief_fill(sources, &told, update, error);
        if (status != PK_OK)
            return status;
    }
    return PK_OK;
}

enum pk_status pk_campaign_updates_build(const struct pk_shop_data *data,
                                         const struct pk_model *model,
                                         const struct pk_executor *executor,
                                         struct pk_campaign_updates *out_updates,
                                         struct pk_error *error)
{
    struct pk_campaign_updates updates = {0};
    struct pk_presale_history history = {0};
    const struct pk_campaign_sources sources = {data, model, &history, executor};
    enum pk_status status = PK_OK;
    updates.updates = calloc(PK_ACTIVE_CAMPAIGN_COUNT_MAX, sizeof *updates.updates);
    if (updates.updates == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for campaigns under way");
    if (status == PK_OK)
        status = pk_presale_history_build(data, &history, error);
    if (status == PK_OK)
        status = find_campaigns(&sources, &updates, error);
    pk_presale_history_done(&history);
    if (status == PK_OK)
        *out_updates = updates;
    else
        pk_campaign_updates_done(&updates);
    return status;
}

void pk_campaign_updates_done(struct pk_campaign_updates *updates)
{
    for (size_t u = 0; u < updates->count; u++) {
        free(updates->updates[u].lines);
        free(updates->updates[u].rows);
    }
    free(updates->updates);
    *updates = (struct pk_campaign_updates){0};
}

/* The line of a series; NULL if there is none, or if the shop is asked what would be without the
 * campaign. */
static const struct pk_campaign_item_update *line_of(const struct pk_campaign_update *update,
                                                     const struct pk_shop *shop, size_t series)
{
    const struct pk_campaign_item_update *line = &update->lines[shop->series[series].item];
    if (shop->quiet_kind != NULL && strcmp(shop->quiet_kind, update->campaign.kind) == 0 &&
        shop->quiet_start_date == update->campaign.start_date &&
        shop->quiet_end_date == update->campaign.end_date)
        return NULL;
    return line->ratio > 0 && pk_campaign_update_covers(update, shop, series) ? line : NULL;
}

struct pk_campaign_change pk_campaign_updates_on(const struct pk_campaign_updates *updates,
                                                 const struct pk_shop *shop, size_t series,
                                                 int32_t date)
{
    for (size_t u = 0; u < updates->count; u++) {
        const struct pk_campaign_update *update = &updates->updates[u];
        const struct pk_campaign_item_update *line =
            update->from_date <= date && date <= update->to_date ? line_of(update, shop, series)
                                                                 : NULL;
        if (line != NULL)
            return (struct pk_campaign_change){update, line};
    }
    return (struct pk_campaign_change){0};
}

const struct pk_campaign_item_update *
pk_campaign_updates_line(const struct pk_campaign_updates *updates, const struct pk_shop *shop,
                         size_t series, const char *promotion_id)
{
    for (size_t u = 0; u < updates->count; u++)
        if (strcmp(updates->updates[u].campaign.promotion_id, promotion_id) == 0)
            return line_of(&updates->updates[u], shop, series);
    return NULL;
}

/* Number of the item's series that the update covers: they share the added units. */
static size_t series_count_of(const struct pk_campaign_update *update, const struct pk_shop *shop,
                              size_t series)
{
    const uint32_t item = shop->series[series].item;
    size_t first =
        pk_pair_rows_from(shop->series, shop->series_count, sizeof *shop->series, item, 0);
    size_t count = 0;
    for (; first < shop->series_count && shop->series[first].item == item; first++)
        count += pk_campaign_update_covers(update, shop, first);
    return count;
}

uint32_t pk_campaign_updates_apply(const struct pk_campaign_updates *updates,
                                   const struct pk_shop *shop, size_t series,
                                   struct pk_demand *demand, double *mean_units)
{
    uint32_t flags = 0;
    int32_t done_until = demand->first_date - 1;
    for (size_t u = 0; u < updates->count; u++) {
        const struct pk_campaign_update *update = &updates->updates[u];
        const int32_t from = update->from_date > done_until ? update->from_date : done_until + 1;
        const struct pk_campaign_item_update *line = line_of(update, shop, series);
        if (line == NULL || from > update->to_date)
            continue;
        if (line->added_units > 0)
            pk_demand_add(demand, mean_units, update->focus_date, update->focus_end,
                          line->added_units / (double)series_count_of(update, shop, series),
                          line->relative_variance);
        else
            pk_demand_rescale(demand, mean_units, from, update->to_date, line->ratio,
                              line->relative_variance);
        done_until = update->to_date;
        flags |= line->expected_sold_units > 0 || update->campaign.start_date <= shop->as_of_date
                     ? (uint32_t)PK_SERIES_CAMPAIGN_LEVEL_UPDATED
                     : 0;
        flags |= line->has_deposits ? (uint32_t)PK_SERIES_DEPOSITS_COUNTED : 0;
    }
    return flags;
}

#include "models/evidence/presale_history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/history/series_history.h"
#include "models/history/shop_index.h"

/* Presales of one kind from which its terms are its own. */
#define OWN_KIND_PRESALES 5
/* A bucket counts as in stock from this share of its days on; less is more than rounding. */
#define IN_STOCK_RATIO 0.999

struct pk_ledger_range pk_deposits_at(const struct pk_ledger *ledger, size_t first)
{
    const struct pk_deposit_row *rows = ledger->deposits;
    size_t last = first + 1;
    while (last < ledger->deposit_count && rows[last].item == rows[first].item &&
           strcmp(rows[last].promotion_id, rows[first].promotion_id) == 0)
        last++;
    return (struct pk_ledger_range){first, last};
}

struct pk_presale_days pk_presale_days_of(const struct pk_campaign *campaign,
                                          int32_t first_deposit_date)
{
    struct pk_presale_days days = {.balance_date = campaign->balance_date,
                                   .start_date = campaign->presale_start_date,
                                   .end_date = campaign->presale_end_date};
    if (days.balance_date == PK_DATE_NONE)
        days.balance_date = campaign->peak_start_date != PK_DATE_NONE ? campaign->peak_start_date
                                                                      : campaign->start_date;
    if (days.start_date == PK_DATE_NONE) {
        days.start_date = first_deposit_date;
        days.end_date = days.balance_date - 1;
    }
    if (days.end_date < days.start_date)
        days.end_date = days.start_date;
    return days;
}

/* Demand of an item over a range in all warehouses; NAN if a part of it was out of stock. */
static double demand_of(const struct pk_shop_data *data, uint32_t item, int32_t from_date,
                        int32_t to_date)
{
    const struct pk_shop *shop = &data->shop;
    double units = 0;
    for (uint32_t warehouse = 0; warehouse < shop->warehouse_count; warehouse++) {
        const size_t series = pk_shop_find_series(shop, item, warehouse);
        if (series == SIZE_MAX)
            continue;
        units += pk_series_sold_in_stock(data, series, from_date, to_date, IN_STOCK_RATIO);
    }
    return units;
}

/* Reads the past presale of one item; false if a stock-out cut its demand. */
static bool read_presale(const struct pk_shop_data *data, const struct pk_campaign *campaign,
                         struct pk_ledger_range range, struct pk_presale *out_presale)
{
    const struct pk_deposit_row *rows = data->ledger.deposits;
    const struct pk_deposit_row *final = &rows[range.last - 1];
    const struct pk_presale_days days = pk_presale_days_of(campaign, rows[range.first].date);
    struct pk_presale presale = {.deposit_units = (double) final->deposit_units, .paid_units = NAN};
    presale.demand_units = demand_of(data, final->item, days.balance_date, campaign->end_date);
    if (final->balance_paid_units >= 0)
        presale.paid_units = (double) final->balance_paid_units;
    if (isnan(presale.demand_units))
        return false;
    const double length = days.end_date - days.start_date + 1;
    for (size_t i = 0; i <= PK_PRESALE_PARTS; i++) {
        const double until = days.start_date - 1 + length * (double)i / PK_PRESALE_PARTS;
        for (size_t r = range.first; r < range.last && rows[r].date <= until + 1e-9; r++)
            presale.cumulative_units[i] =
                fmin((double)rows[r].deposit_units, presale.deposit_units);
    }
    *out_presale = presale;
    return true;
}

static size_t kind_index(struct pk_presale_history *history, const char *kind)
{
    size_t at = 0;
    while (at < history->kind_count && strcmp(history->kinds[at], kind) != 0)
        at++;
    if (at == history->kind_count && at < PK_PRESALE_KIND_COUNT_MAX)
        history->kinds[history->kind_count++] = kind;
    return at;
}

/* Adds all past presales: to the sums of kinds, or (second pass) to the habits of items. */
static void add_presales(const struct pk_shop_data *data, bool to_items,
                         struct pk_presale_history *history)
{
    const struct pk_ledger *ledger = &data->ledger;
    struct pk_campaign campaign;
    struct pk_presale_terms terms;
    const char *found = NULL;
    bool is_past = false;
    size_t kind = 0;
    for (size_t first = 0; first < ledger->deposit_count;) {
        const struct pk_deposit_row *row = &ledger->deposits[first];
        const struct pk_ledger_range range = pk_deposits_at(ledger, first);
        struct pk_presale presale;
        first = range.last;
        if (found == NULL || strcmp(found, row->promotion_id) != 0) {
            is_past = pk_campaign_find(&data->shop, row->promotion_id, NULL, &campaign) &&
                      campaign.end_date <= data->shop.as_of_date;
            found = row->promotion_id;
            if (is_past)
                kind = kind_index(history, campaign.kind);
            if (is_past && to_items)
                terms = pk_presale_history_terms(history, campaign.kind);
        }
        if (!is_past || !read_presale(data, &campaign, range, &presale))
            continue;
        if (to_items) {
            history->deposit_units[row->item] += presale.deposit_units;
            history->expected_units[row->item] += terms.deposit_ratio * presale.demand_units;
            continue;
        }
        pk_presale_sums_add(&history->all, &presale);
        if (kind < PK_PRESALE_KIND_COUNT_MAX)
            pk_presale_sums_add(&history->sums[kind], &presale);
    }
}

enum pk_status pk_presale_history_build(const struct pk_shop_data *data,
                                        struct pk_presale_history *out_history,
                                        struct pk_error *error)
{
    struct pk_presale_history history = {0};
    const size_t count = data->shop.item_count + 1;
    history.deposit_units = calloc(count, sizeof *history.deposit_units);
    history.expected_units = calloc(count, sizeof *history.expected_units);
    if (history.deposit_units == NULL || history.expected_units == NULL) {
        pk_presale_history_done(&history);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for past presales");
    }
    add_presales(data, false, &history);
    add_presales(data, true, &history);
    *out_history = history;
    return PK_OK;
}

void pk_presale_history_done(struct pk_presale_history *history)
{
    free(history->deposit_units);
    free(history->expected_units);
    history->deposit_units = history->expected_units = NULL;
}

struct pk_presale_terms pk_presale_history_terms(const struct pk_presale_history *history,
                                                 const char *kind)
{
    for (size_t i = 0; i < history->kind_count; i++)
        if (strcmp(history->kinds[i], kind) == 0 && history->sums[i].count >= OWN_KIND_PRESALES)
            return pk_presale_terms_learn(&history->sums[i]);
    return pk_presale_terms_learn(&history->all);
}

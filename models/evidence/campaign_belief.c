#include "models/evidence/campaign_belief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/forecast/model.h"
#include "models/history/series_history.h"
#include "models/history/series_parts.h"

/* Series that one job looks at. */
#define PART_SERIES 256

/* Relative variance of a campaign around its forecast: of the whole shop, and of a category around
 * the shop. */
#define SHOP_VARIANCE     (0.20 * 0.20)
#define CATEGORY_VARIANCE (0.10 * 0.10)
/* Relative variance of the later days of a campaign around its first days: of the shop, of a
 * category around it, of an item around that. */
#define SHOP_DAYS_VARIANCE     (0.10 * 0.10)
#define CATEGORY_DAYS_VARIANCE (0.07 * 0.07)
#define ITEM_DAYS_VARIANCE     (0.15 * 0.15)
/* Factor on the three deviations above when the evidence is warm-up or an earlier wave of the
 * peak. */
#define WAVE_SD_FACTOR 2.0
/* Bounds of an item's own error. */
#define ITEM_VARIANCE_LEAST (0.10 * 0.10)
#define ITEM_VARIANCE_MOST  1.0
/* A campaign with this many deposits, of this many items, shows its own share of deposits. */
#define KNOWN_SHARE_UNITS 30
#define KNOWN_SHARE_ITEMS 5
#define IN_STOCK_RATIO    0.999F
/* Least part of the final deposits that counts as come: some are told before their presale
 * begins. */
#define LEAST_COME 0.05

/* The evidence on one item in one campaign. */
struct item_evidence {
    struct pk_ratio_evidence sold, deposits;
    double ahead_units, ahead_error; /* forecast of what is ahead, its error without day noise */
    /* Forecast from the balance date on, and the variance of its days. */
    double balance_units, balance_noise;
    bool is_covered;
};

/* Sums of a scope for both kinds of evidence. */
struct scope_sums {
    struct pk_ratio_sums sold, deposits;
    size_t deposit_items;
};

/* Buffers of one job. */
struct update_memory {
    struct pk_forecast_scratch *ahead, *past;
    double mean_units[PK_HORIZON_DAYS_MAX], fitted_units[PK_HORIZON_DAYS_MAX];
};

/* Work on one campaign. */
struct update_work {
    const struct pk_campaign_sources *sources;
    const struct pk_shop_data *data;
    const struct pk_campaign_update *update;
    struct item_evidence *items;
    struct scope_sums shop, *categories;
    struct pk_presale_terms terms;
    struct pk_presale_days days;
    int32_t told_date;                /* of the latest deposits; PK_DATE_NONE = none */
    double days_factor;               /* on the variances between first and later days */
    bool counts[PK_HORIZON_DAYS_MAX]; /* per day of the campaign so far: tells of what is ahead */
    struct pk_error *errors;          /* per job */
};

/* While a wave of the peak is ahead, an earlier wave tells of it far better than the days between:
 * then those alone count. Before the first one the days of warm-up do, but buyers who wait for the
 * peak make them no better a sign of it than another wave. Else every day counts. */
static void choose_days(struct update_work *work, const struct pk_campaign_update *update)
{
    const struct pk_campaign *campaign = &update->campaign;
    const int32_t count = work->data->shop.as_of_date - campaign->start_date + 1;
    bool any = false;
    for (int32_t day = 0; day < count && day < PK_HORIZON_DAYS_MAX; day++) {
        const int32_t date = campaign->start_date + day;
        work->counts[day] = false;
        for (size_t i = 0; i < campaign->row_count && !work->counts[day]; i++) {
            const struct pk_promotion *row = update->rows[i];
            work->counts[day] = row->start_date <= date && date <= row->end_date &&
                                (row->phase == PK_PHASE_PEAK || row->phase == PK_PHASE_NONE);
        }
        any |= work->counts[day];
    }
    const bool is_peak_ahead = campaign->peak_end_date > work->data->shop.as_of_date;
    work->days_factor = is_peak_ahead ? WAVE_SD_FACTOR * WAVE_SD_FACTOR : 1;
    if (any && is_peak_ahead)
        return;
    for (int32_t day = 0; day < count && day < PK_HORIZON_DAYS_MAX; day++)
        work->counts[day] = true;
}

/* Adds the days of the campaign so far that were in stock: the units sold, and those that the fit
 * expects of these days. */
static enum pk_status add_first_days(const struct update_work *work, struct update_memory *memory,
                                     size_t series, const struct pk_campaign *campaign,
                                     const struct pk_demand *demand, struct item_evidence *item,
                                     struct pk_error *error)
{
    const struct pk_shop_data *data = work->data;
    const int32_t as_of = data->shop.as_of_date;
    if (campaign->start_date > as_of || data->shop.series[series].bucket_days != 1 ||
        as_of - campaign->start_date >= PK_HORIZON_DAYS_MAX)
        return PK_OK;
    const size_t count = (size_t)(as_of - campaign->start_date + 1);
    enum pk_status status =
        pk_model_fitted(work->sources->model, &data->shop, series, campaign->start_date, count,
                        memory->past, memory->fitted_units, error);
    if (status != PK_OK)
        return status;
    for (size_t day = 0; day < count; day++)
        if (!work->counts[day])
            memory->fitted_units[day] = 0;
    const struct pk_ledger_range rows =
        pk_series_sales_between(data, series, campaign->start_date, as_of);
    for (size_t i = rows.first; i < rows.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        const size_t day = (size_t)(bucket->date - campaign->start_date);
        if (bucket->available_ratio >= 0 && bucket->available_ratio < IN_STOCK_RATIO)
            memory->fitted_units[day] = 0;
        else if (memory->fitted_units[day] > 0)
            item->sold.units += (double)bucket->demand_units;
    }
    for (size_t day = 0; day < count; day++) {
        const double mean = memory->fitted_units[day];
        item->sold.expected_units += mean;
        item->sold.noise_variance += mean * mean / demand->dispersion;
    }
    return PK_OK;
}

static enum pk_status add_series(const struct update_work *work, struct update_memory *memory,
                                 size_t series, struct pk_error *error)
{
    const struct pk_campaign_update *update = work->update;
    const struct pk_shop *shop = &work->data->shop;
    struct item_evidence *item = &work->items[shop->series[series].item];
    struct pk_demand demand;
    const int32_t days = update->to_date - shop->as_of_date;
    if (!pk_campaign_update_covers(update, shop, series))
        return PK_OK;
    enum pk_status status =
        pk_model_forecast(work->sources->model, shop, series, days, memory->ahead,
                          memory->mean_units, &demand, NULL, error);
    if (status != PK_OK)
        return status;
    const double mean = pk_demand_window(&demand, update->from_date, update->to_date).mean_units;
    const double variance =
        pk_demand_relative_variance(&demand, update->from_date, update->to_date);
    item->is_covered = true;
    item->ahead_units += mean;
    item->ahead_error += mean * sqrt(variance);
    item->balance_units +=
        pk_demand_window(&demand, work->days.balance_date, update->to_date).mean_units;
    item->balance_noise +=
        pk_demand_noise_variance(&demand, work->days.balance_date, update->to_date);
    return add_first_days(work, memory, series, &update->campaign, &demand, item, error);
}

static void memory_free(struct update_memory *memory)
{
    if (memory == NULL)
        return;
    pk_forecast_scratch_free(memory->ahead);
    pk_forecast_scratch_free(memory->past);
    free(memory);
}

static struct update_memory *memory_new(void)
{
    struct update_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory->ahead = pk_forecast_scratch_new();
    memory->past = pk_forecast_scratch_new();
    if (memory->ahead != NULL && memory->past != NULL)
        return memory;
    memory_free(memory);
    return NULL;
}

/* Adds the series of a part to their items, which no other part has. */
static void add_part(void *context, size_t index)
{
    struct update_work *work = context;
    const struct pk_series_parts parts = {&work->data->shop, NULL, PART_SERIES};
    struct pk_error *error = &work->errors[index];
    const size_t last = pk_series_part_begin(&parts, index + 1);
    struct update_memory *memory = memory_new();
    *error = (struct pk_error){.status = PK_OK};
    if (memory == NULL) {
        pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for campaigns under way");
        return;
    }
    for (size_t i = pk_series_part_begin(&parts, index); i < last; i++)
        if (add_series(work, memory, i, error) != PK_OK)
            break;
    memory_free(memory);
}

static enum pk_status add_all_series(struct update_work *work, struct pk_error *error)
{
    const struct pk_series_parts parts = {&work->data->shop, NULL, PART_SERIES};
    const size_t count = pk_series_part_count(&parts);
    work->errors = calloc(count + 1, sizeof *work->errors);
    if (work->errors == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for campaigns under way");
    const enum pk_status status =
        pk_executor_run(work->sources->executor, count, add_part, work, work->errors, error);
    free(work->errors);
    return status;
}

/* Deposits of every item that the campaign's presale offers. */
static void add_deposits(struct update_work *work, struct pk_campaign_update *update)
{
    const struct pk_ledger *ledger = &work->data->ledger;
    if (work->told_date == PK_DATE_NONE) /* no deposits, and so maybe no days of a presale either */
        return;
    const double length = work->days.end_date - work->days.start_date + 1;
    const double part = (work->told_date - work->days.start_date + 1) / length;
    const struct pk_ledger_range told =
        pk_ledger_deposits_of(ledger, update->campaign.promotion_id);
    for (size_t first = told.first; first < told.last;) {
        const struct pk_ledger_range range = pk_deposits_at(ledger, first);
        const struct pk_deposit_row *row = &ledger->deposits[range.last - 1];
        first = range.last;
        struct item_evidence *item = &work->items[row->item];
        struct pk_campaign_item_update *line = &update->lines[row->item];
        const double paid = row->balance_paid_units > 0 ? (double)row->balance_paid_units : 0;
        line->least_units =
            fmax(0, work->terms.conversion_ratio * (double)row->deposit_units - paid);
        line->has_deposits = true;
        line->deposit_units = (double)row->deposit_units;
        if (work->data->shop.as_of_date >= work->days.balance_date)
            continue;
        item->deposits = pk_presale_evidence(
            &work->terms,
            pk_presale_habit(&work->terms, work->sources->history->deposit_units[row->item],
                             work->sources->history->expected_units[row->item]),
            (double)row->deposit_units, item->balance_units, part);
    }
}

static double spread_of(const struct item_evidence *item)
{
    const double sd = item->ahead_units > 0 ? item->ahead_error / item->ahead_units : 1;
    return fmin(ITEM_VARIANCE_MOST, fmax(ITEM_VARIANCE_LEAST, sd * sd));
}

/* Adds an item to a scope, or makes the sums of it alone. */
static void add_item(struct scope_sums *sums, const struct item_evidence *item)
{
    const double spread = spread_of(item);
    pk_ratio_sums_add(&sums->sold, &item->sold, spread);
    pk_ratio_sums_add(&sums->deposits, &item->deposits, spread);
    sums->deposit_items += item->deposits.expected_units > 0;
}

static void sum_up(struct update_work *work)
{
    const struct pk_shop *shop = &work->data->shop;
    work->shop = (struct scope_sums){0};
    memset(work->categories, 0, shop->category_count * sizeof *work->categories);
    for (size_t i = 0; i < shop->item_count; i++) {
        if (!work->items[i].is_covered)
            continue;
        add_item(&work->shop, &work->items[i]);
        add_item(&work->categories[shop->items[i].category], &work->items[i]);
    }
}

/* The prior after the evidence of `whole` without that of `part`. */
static struct pk_ratio_belief believe(struct pk_ratio_belief prior, const struct scope_sums *whole,
                                      const struct scope_sums *part, double days_variance,
                                      double share_variance)
{
    const struct pk_ratio_evidence sold =
        pk_ratio_sums_without(&whole->sold, &part->sold, days_variance);
    const struct pk_ratio_evidence deposits =
        pk_ratio_sums_without(&whole->deposits, &part->deposits, share_variance);
    prior = pk_ratio_update(prior, &sold);
    return pk_ratio_update(prior, &deposits);
}

/* With many deposits told, the campaign itself shows its share of deposits: what they are expected
 * to be is set so that all items together say what the shop's sales say. Returns the relative
 * variance that this leaves to be shared. */
static double settle_share(struct update_work *work)
{
    static const struct scope_sums none;
    const struct pk_ratio_sums *told = &work->shop.deposits;
    if (told->units < KNOWN_SHARE_UNITS || work->shop.deposit_items < KNOWN_SHARE_ITEMS ||
        !(told->expected_units > 0))
        return work->terms.common_variance;
    const struct pk_ratio_belief shop =
        believe((struct pk_ratio_belief){1, SHOP_VARIANCE}, &work->shop, &none,
                work->days_factor * SHOP_DAYS_VARIANCE, work->terms.common_variance);
    const double factor = told->units / told->expected_units / shop.mean;
    for (size_t i = 0; i < work->data->shop.item_count; i++)
        work->items[i].deposits.expected_units *= factor;
    return shop.relative_variance;
}

static struct pk_ratio_belief believe_item(const struct update_work *work, size_t index,
                                           double share_variance, double *out_shop_ratio)
{
    const struct item_evidence *item = &work->items[index];
    const struct scope_sums *category = &work->categories[work->data->shop.items[index].category];
    struct scope_sums own = {0};
    add_item(&own, item);
    struct pk_ratio_belief belief = {1, SHOP_VARIANCE};
    belief = believe(belief, &work->shop, category, work->days_factor * SHOP_DAYS_VARIANCE,
                     share_variance);
    belief.relative_variance += CATEGORY_VARIANCE;
    belief = believe(belief, category, &own, work->days_factor * CATEGORY_DAYS_VARIANCE, 0);
    *out_shop_ratio = belief.mean;
    belief.relative_variance += spread_of(item);
    struct pk_ratio_evidence sold = item->sold;
    sold.relative_variance += work->days_factor * ITEM_DAYS_VARIANCE;
    belief = pk_ratio_update(belief, &sold);
    if (!(item->deposits.expected_units > 0))
        return belief;
    /* Deposits are a part of what will be sold, chance of its days included: they tell of both. */
    const double chance =
        (item->balance_units + item->balance_noise) / (item->balance_units * item->balance_units);
    belief.relative_variance += chance;
    belief = pk_ratio_update(belief, &item->deposits);
    belief.relative_variance = fmax(belief.relative_variance - chance, ITEM_VARIANCE_LEAST);
    return belief;
}

static void decide_item(const struct update_work *work, size_t index, double share_variance,
                        struct pk_campaign_item_update *line)
{
    const struct item_evidence *item = &work->items[index];
    const struct pk_ratio_belief belief =
        believe_item(work, index, share_variance, &line->shop_ratio);
    line->sold_units = item->sold.units;
    line->expected_sold_units = item->sold.expected_units;
    line->expected_deposit_units = item->deposits.expected_units;
    line->ratio = belief.mean;
    line->relative_variance = belief.relative_variance;
    if (item->ahead_units > 0) {
        line->ratio = fmax(line->ratio, line->least_units / item->ahead_units);
        return;
    }
    /* Nothing was forecast: deposits are all that is known. */
    const double come =
        work->told_date == PK_DATE_NONE
            ? 1
            : pk_presale_come(&work->terms, (double)(work->told_date - work->days.start_date + 1) /
                                                (work->days.end_date - work->days.start_date + 1));
    const bool is_presale = work->data->shop.as_of_date < work->days.balance_date;
    line->added_units =
        is_presale
            ? fmax(line->least_units,
                   line->deposit_units / (work->terms.deposit_ratio * fmax(come, LEAST_COME)))
            : line->least_units;
    line->relative_variance = work->terms.item_variance + work->terms.common_variance;
    if (!(line->added_units > 0))
        line->ratio = 0;
}

struct pk_campaign_told pk_campaign_told_of(const struct pk_ledger *ledger,
                                            const struct pk_campaign *campaign)
{
    int32_t first = PK_DATE_NONE, last = PK_DATE_NONE;
    const struct pk_ledger_range told = pk_ledger_deposits_of(ledger, campaign->promotion_id);
    for (size_t i = told.first; i < told.last; i++) {
        const struct pk_deposit_row *row = &ledger->deposits[i];
        first = first == PK_DATE_NONE || row->date < first ? row->date : first;
        last = last == PK_DATE_NONE || row->date > last ? row->date : last;
    }
    return (struct pk_campaign_told){last, pk_presale_days_of(campaign, first)};
}

static enum pk_status believe_campaign(struct update_work *work, struct pk_campaign_update *update,
                                       struct pk_error *error)
{
    const struct pk_shop *shop = &work->data->shop;
    const enum pk_status status = add_all_series(work, error);
    if (status != PK_OK)
        return status;
    add_deposits(work, update);
    sum_up(work);
    const double share_variance = settle_share(work);
    sum_up(work);
    const bool is_known =
        work->shop.sold.expected_units > 0 || work->shop.deposits.expected_units > 0;
    for (size_t i = 0; i < shop->item_count; i++)
        if (work->items[i].is_covered && (is_known || update->lines[i].has_deposits))
            decide_item(work, i, share_variance, &update->lines[i]);
    return PK_OK;
}

enum pk_status pk_campaign_belief_fill(const struct pk_campaign_sources *sources,
                                       const struct pk_campaign_told *told,
                                       struct pk_campaign_update *update, struct pk_error *error)
{
    const struct pk_shop *shop = &sources->data->shop;
    struct update_work *work = calloc(1, sizeof *work);
    struct item_evidence *items = calloc(shop->item_count + 1, sizeof *items);
    struct scope_sums *categories = calloc(shop->category_count + 1, sizeof *categories);
    enum pk_status status = PK_OK;
    if (work == NULL || items == NULL || categories == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for campaigns under way");
        goto cleanup;
    }
    *work = (struct update_work){.sources = sources,
                                 .data = sources->data,
                                 .update = update,
                                 .items = items,
                                 .categories = categories,
                                 .days = told->days,
                                 .told_date = told->last_date};
    work->terms = pk_presale_history_terms(sources->history, update->campaign.kind);
    update->past_presale_count = work->terms.presale_count;
    update->conversion_ratio = work->terms.conversion_ratio;
    update->focus_date =
        work->days.balance_date > update->from_date ? work->days.balance_date : update->from_date;
    update->focus_end = update->campaign.peak_end_date >= update->focus_date
                            ? update->campaign.peak_end_date
                            : update->to_date;
    choose_days(work, update);
    status = believe_campaign(work, update, error);

cleanup:
    free(work);
    free(items);
    free(categories);
    return status;
}

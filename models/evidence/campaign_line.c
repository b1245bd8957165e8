#include "models/evidence/campaign_line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/decision/campaign/campaign_money.h"
#include "models/evidence/decide_promotion.h"

/* Two means of the same bucket that differ by less than this part have no promotion in them. */
#define SAME_PART 1e-9

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* First day that belongs to it, presale included. */
static int32_t whole_start(const struct pk_campaign *campaign)
{
    return campaign->presale_start_date != PK_DATE_NONE
               ? earlier(campaign->presale_start_date, campaign->start_date)
               : campaign->start_date;
}

static enum pk_status check_dates(const struct pk_campaign_work *work, struct pk_error *error)
{
    const struct pk_campaign *campaign = &work->shop_campaign;
    const int32_t first_date = pk_model_first_date(work->view->model);
    const int32_t as_of_date = work->view->data->shop.as_of_date;
    char start[PK_DATE_TEXT_SIZE], known[PK_DATE_TEXT_SIZE];
    pk_date_format(campaign->start_date, start);
    if (campaign->start_date < first_date)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' began on %s, before the sales history, which begins on %s; "
                            "import the sales from eight weeks before it",
                            work->promotion_id, start, pk_date_format(first_date, known));
    if (campaign->end_date - as_of_date > PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' begins on %s and ends more than %d days ahead",
                            work->promotion_id, start, PK_HORIZON_DAYS_MAX);
    return PK_OK;
}

/* Rows of other promotions from the start to the last day that is watched for a slump. */
static void find_others(struct pk_campaign_work *work)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_campaign *campaign = &work->shop_campaign;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date <= campaign->end_date + PK_CAMPAIGN_DIP_DAYS + 6 &&
            row->end_date >= campaign->start_date - 6 &&
            strcmp(row->promotion_id, work->promotion_id) != 0)
            work->others[work->other_count++] = row;
    }
}

enum pk_status pk_campaign_work_init(const struct pk_view *view, const struct pk_view *before,
                                     const char *promotion_id, struct pk_campaign_work *out_work,
                                     struct pk_error *error)
{
    struct pk_campaign_work work = {.view = view,
                                    .before = before,
                                    .promotion_id = promotion_id,
                                    .deposit_item = PK_INDEX_NONE};
    if (!pk_campaign_find(&view->data->shop, promotion_id, NULL, &work.shop_campaign))
        return pk_error_set(error, PK_NOT_FOUND, "promotion_id",
                            "no approved promotion '%.64s' that covers a known item, category or "
                            "warehouse; see: peakstock promo list",
                            promotion_id);
    enum pk_status status = check_dates(&work, error);
    if (status != PK_OK)
        return status;
    work.bucket_capacity =
        (size_t)(work.shop_campaign.end_date -
                 earlier(whole_start(&work.shop_campaign), view->data->shop.as_of_date)) +
        PK_CAMPAIGN_DAYS_BEFORE + PK_CAMPAIGN_DAYS_AFTER + 15;
    work.memory = pk_decision_memory_new();
    work.before_memory = pk_decision_memory_new();
    work.fitted = pk_forecast_scratch_new();
    work.ordinary = pk_forecast_scratch_new();
    work.means = malloc(2 * work.bucket_capacity * sizeof *work.means);
    work.buckets = malloc(work.bucket_capacity * sizeof *work.buckets);
    work.others = malloc((view->data->shop.promotion_count + 1) * sizeof *work.others);
    if (work.others == NULL || work.memory == NULL || work.before_memory == NULL ||
        work.fitted == NULL || work.ordinary == NULL || work.means == NULL ||
        work.buckets == NULL) {
        pk_campaign_work_done(&work);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a campaign's result");
    }
    find_others(&work);
    *out_work = work;
    return PK_OK;
}

void pk_campaign_work_done(struct pk_campaign_work *work)
{
    pk_decision_memory_free(work->memory);
    pk_decision_memory_free(work->before_memory);
    pk_forecast_scratch_free(work->fitted);
    pk_forecast_scratch_free(work->ordinary);
    free(work->means);
    free(work->buckets);
    free(work->others);
    *work = (struct pk_campaign_work){0};
}

/* True if the series could sell in the window: it had begun by its end, and not ended before. */
static bool lives_in(const struct pk_shop *shop, const struct pk_series *series,
                     const struct pk_series_model *model, const struct pk_campaign *campaign)
{
    const struct pk_item *item = &shop->items[series->item];
    if (item->end_date != PK_DATE_NONE && item->end_date < campaign->start_date)
        return false;
    if (item->launch_date != PK_DATE_NONE && item->launch_date > campaign->end_date)
        return false;
    if (model->first_sale_date != PK_DATE_NONE)
        return campaign->end_date > shop->as_of_date ||
               model->first_sale_date <= campaign->end_date;
    return campaign->end_date > shop->as_of_date || item->launch_date != PK_DATE_NONE;
}

/* True if a row of another promotion covers the series on a day of the range. */
static bool has_other(const struct pk_campaign_work *work, const struct pk_series *series,
                      int32_t from_date, int32_t to_date)
{
    const uint32_t category = work->view->data->shop.items[series->item].category;
    for (size_t i = 0; i < work->other_count; i++)
        if (work->others[i]->start_date <= to_date && work->others[i]->end_date >= from_date &&
            pk_promotion_covers(work->others[i], series->item, category, series->warehouse))
            return true;
    return false;
}

static enum pk_campaign_span span_of(const struct pk_campaign_work *work,
                                     const struct pk_campaign_series *one, int32_t date,
                                     const struct pk_campaign_bucket *bucket)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_series *series = &shop->series[one->series];
    const struct pk_series_model *model = pk_model_series(work->view->model, one->series);
    const struct pk_campaign *campaign = &one->campaign;
    const int32_t last = date + one->bucket_days - 1;
    if (date <= campaign->end_date && last >= campaign->start_date)
        return PK_SPAN_WINDOW;
    if (model->first_sale_date == PK_DATE_NONE || last < model->first_sale_date)
        return PK_SPAN_NONE;
    if (campaign->presale_start_date != PK_DATE_NONE && last < campaign->start_date &&
        date >= campaign->presale_start_date)
        return one->bucket_days == 1 && date <= campaign->presale_end_date ? PK_SPAN_PRESALE
                                                                           : PK_SPAN_NONE;
    if (bucket->is_ahead)
        return PK_SPAN_NONE;
    if (date > campaign->end_date && last <= campaign->end_date + PK_CAMPAIGN_DIP_DAYS)
        return has_other(work, series, date, last) ? PK_SPAN_NONE : PK_SPAN_DIP;
    return fabs(bucket->expected_units - bucket->ordinary_units) <=
                   SAME_PART * bucket->ordinary_units
               ? PK_SPAN_ORDINARY
               : PK_SPAN_NONE;
}

/* The days of the whole buckets that the window touches. */
static void window_days(const struct pk_campaign_series *one, int32_t *out_first, int32_t *out_last)
{
    const int32_t days = one->bucket_days;
    *out_first = one->campaign.start_date - (one->campaign.start_date - one->first_date) % days;
    *out_last =
        one->campaign.end_date + days - 1 - (one->campaign.end_date - one->first_date) % days;
}

/* Means ahead with their error, adjustments included. */
static enum pk_status load_ahead(struct pk_campaign_work *work, struct pk_campaign_series *one,
                                 size_t past_count, double *expected, struct pk_error *error)
{
    int32_t first, last;
    window_days(one, &first, &last);
    first = later(one->first_date + (int32_t)past_count * one->bucket_days, first);
    const int32_t as_of_date = work->view->data->shop.as_of_date;
    struct pk_demand_ahead ahead;
    const enum pk_status status = pk_demand_ahead_load(
        work->view, one->series,
        one->first_date + (int32_t)one->bucket_count * one->bucket_days - 1 - as_of_date,
        &work->memory->demand, work->memory->mean_units, &ahead, error);
    if (status != PK_OK)
        return status;
    for (size_t i = past_count; i < one->bucket_count; i++)
        expected[i] = i - past_count < ahead.demand.bucket_count
                          ? ahead.demand.mean_units[i - past_count]
                          : 0;
    const struct pk_window window = pk_demand_window(&ahead.demand, first, last);
    const double drift = pk_demand_drift_variance(
        &ahead.demand, (double)(first - ahead.demand.first_date), (double)(last - first + 1));
    double noise = 0;
    for (size_t i = past_count; i < one->bucket_count; i++)
        if (one->first_date + (int32_t)i * one->bucket_days >= first)
            noise += expected[i] + expected[i] * expected[i] / one->dispersion;
    one->ahead.total_units = window.mean_units;
    one->ahead.lift_sd = sqrt(fmax(0, window.variance - noise -
                                          window.mean_units * window.mean_units *
                                              (ahead.demand.level_relative_variance + drift)));
    return PK_OK;
}

static void add_sales(const struct pk_campaign_work *work, const struct pk_campaign_series *one,
                      size_t past_count)
{
    const struct pk_shop_data *data = work->view->data;
    const int32_t last = one->first_date + (int32_t)past_count * one->bucket_days - 1;
    const struct pk_ledger_range range =
        pk_series_sales_between(data, one->series, one->first_date, last);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *row = &data->sales.buckets[i];
        struct pk_campaign_bucket *bucket =
            &work->buckets[(row->date - one->first_date) / one->bucket_days];
        bucket->sold_units = (double)row->demand_units;
        bucket->available_ratio = row->available_ratio < 0 ? 1 : (double)row->available_ratio;
    }
}

/* Range of buckets around the campaign; `past_count` of them up to as-of. */
static size_t lay_out(const struct pk_campaign_work *work, struct pk_campaign_series *one)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_series *series = &shop->series[one->series];
    const int32_t days = series->bucket_days;
    const int32_t fit_first = pk_model_first_date(work->view->model);
    const int32_t next = pk_series_next_date(shop, series);
    one->bucket_days = days;
    one->first_date = pk_date_bucket_start(whole_start(&one->campaign) - PK_CAMPAIGN_DAYS_BEFORE,
                                           days, shop->week_start);
    while (one->first_date < fit_first)
        one->first_date += days;
    one->first_date = earlier(one->first_date, next);
    const int32_t last = later(one->campaign.end_date,
                               earlier(one->campaign.end_date + PK_CAMPAIGN_DAYS_AFTER, next - 1));
    one->bucket_count = (size_t)((last - one->first_date) / days + 1);
    const size_t past_count = (size_t)((next - one->first_date) / days);
    return past_count < one->bucket_count ? past_count : one->bucket_count;
}

enum pk_status pk_campaign_series_load(struct pk_campaign_work *work, size_t series,
                                       struct pk_campaign_series *out_series, bool *out_is_covered,
                                       struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_model *model = work->view->model;
    struct pk_campaign_series one = {.series = series};
    one.dispersion = pk_model_series(model, series)->dispersion;
    *out_is_covered =
        pk_campaign_find(shop, work->promotion_id, &shop->series[series], &one.campaign) &&
        lives_in(shop, &shop->series[series], pk_model_series(model, series), &one.campaign);
    if (!*out_is_covered)
        return PK_OK;
    const size_t past_count = lay_out(work, &one);
    double *expected = work->means, *ordinary = work->means + work->bucket_capacity;
    enum pk_status status = PK_OK;
    if (past_count > 0)
        status = pk_model_fitted(model, shop, series, one.first_date, past_count, work->fitted,
                                 expected, error);
    if (status == PK_OK)
        status = pk_model_ordinary(model, shop, series, one.first_date, one.bucket_count,
                                   work->ordinary, ordinary, error);
    if (status == PK_OK && past_count < one.bucket_count)
        status = load_ahead(work, &one, past_count, expected, error);
    if (status != PK_OK)
        return status;
    for (size_t i = 0; i < one.bucket_count; i++)
        work->buckets[i] = (struct pk_campaign_bucket){.is_ahead = i >= past_count,
                                                       .available_ratio = 1,
                                                       .ordinary_units = ordinary[i],
                                                       .expected_units = expected[i]};
    add_sales(work, &one, past_count);
    for (size_t i = 0; i < one.bucket_count; i++)
        work->buckets[i].span =
            span_of(work, &one, one.first_date + (int32_t)i * one.bucket_days, &work->buckets[i]);
    *out_series = one;
    return PK_OK;
}

/* --- stock */

/* Units of known receipts between the days. */
static double received_between(const struct pk_ledger *ledger, const struct pk_series *series,
                               int32_t from_date, int32_t to_date)
{
    const struct pk_ledger_range range =
        pk_ledger_deliveries_of(ledger, series->item, series->warehouse);
    double units = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_delivery_row *row = &ledger->deliveries[i];
        if (row->received_date >= from_date && row->received_date <= to_date &&
            row->received_units > 0)
            units += (double)row->received_units;
    }
    return units;
}

/* A count of stock: sellable units at the end of a day. */
struct count {
    int32_t date; /* PK_DATE_NONE = none */
    double units;
};

/* The last count up to a day, and the first from it on. */
static void counts_around(const struct pk_ledger *ledger, const struct pk_series *series,
                          int32_t date, struct count *out_before, struct count *out_after)
{
    const struct pk_ledger_range range =
        pk_ledger_stock_of(ledger, series->item, series->warehouse);
    *out_before = *out_after = (struct count){PK_DATE_NONE, 0};
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_stock_row *row = &ledger->stock[i];
        const double units =
            (double)(row->on_hand_units - row->reserved_units - row->unsellable_units);
        struct count *count = row->date <= date ? out_before : out_after;
        if (row->date > date && count->date != PK_DATE_NONE && row->date != count->date)
            break;
        if (count->date != row->date)
            *count = (struct count){row->date, 0};
        count->units += units;
    }
    if (out_before->date == date)
        *out_after = *out_before;
}

/* Sellable stock at the end of a day, reckoned from counts: less what sold since the one before, plus
 * known receipts; what else came in until the next count is spread evenly over the days between. NAN
 * without a count before it or after. */
static double stock_at(const struct pk_shop_data *data, size_t series, int32_t date)
{
    const struct pk_series *one = &data->shop.series[series];
    const struct pk_ledger *ledger = &data->ledger;
    struct count before, after;
    counts_around(ledger, one, date, &before, &after);
    if (before.date == PK_DATE_NONE)
        return NAN;
    const double sold = pk_series_sold_units(data, series, before.date + 1, date);
    double units = before.units - sold + received_between(ledger, one, before.date + 1, date);
    if (after.date != PK_DATE_NONE && after.date > before.date) {
        const double others = after.units - before.units +
                              pk_series_sold_units(data, series, before.date + 1, after.date) -
                              received_between(ledger, one, before.date + 1, after.date);
        units +=
            fmax(others, 0) * (double)(date - before.date) / (double)(after.date - before.date);
    }
    return fmax(units, 0);
}

static void load_stock(const struct pk_campaign_work *work, const struct pk_campaign_series *one,
                       const struct pk_campaign_line *line, struct pk_campaign_supply *out)
{
    const struct pk_shop_data *data = work->view->data;
    const int32_t end_date = earlier(one->campaign.end_date, data->shop.as_of_date);
    const double end_units = stock_at(data, one->series, end_date);
    out->start_units = stock_at(data, one->series, one->campaign.start_date - 1);
    out->received_units = fmax(0, end_units + line->window.sold - out->start_units);
    if (isnan(end_units))
        out->received_units = NAN;
}

/* --- forecast */

/* What was known the day before the start. */
static enum pk_status load_forecast(struct pk_campaign_work *work,
                                    const struct pk_campaign_series *one,
                                    struct pk_campaign_supply *out, struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_shop *then = &work->before->data->shop;
    const struct pk_series *series = &shop->series[one->series];
    const uint32_t item = pk_shop_find_item(then, shop->items[series->item].item_id);
    const uint32_t warehouse = pk_shop_find_warehouse(then, shop->warehouses[series->warehouse]);
    const size_t index = item == PK_INDEX_NONE || warehouse == PK_INDEX_NONE
                             ? SIZE_MAX
                             : pk_shop_find_series(then, item, warehouse);
    struct pk_demand_ahead ahead;
    int32_t first, last;
    window_days(one, &first, &last);
    if (index == SIZE_MAX || then->series[index].bucket_days != one->bucket_days ||
        last - then->as_of_date > PK_HORIZON_DAYS_MAX)
        return PK_OK;
    const enum pk_status status = pk_demand_ahead_load(
        work->before, index, last - then->as_of_date, &work->before_memory->demand,
        work->before_memory->mean_units, &ahead, error);
    if (status != PK_OK)
        return status;
    const struct pk_window window = pk_demand_window(&ahead.demand, first, last);
    out->forecast_units = window.mean_units;
    out->q50_units = (double)pk_window_quantile_units(&window, 0.5);
    out->q90_units = (double)pk_window_quantile_units(&window, 0.9);
    if (!isnan(out->start_units + out->received_units))
        out->gap_units = fmax(0, out->q50_units - out->start_units - out->received_units);
    return PK_OK;
}

/* A campaign ahead: what readiness says of it now. */
static enum pk_status load_readiness(struct pk_campaign_work *work,
                                     const struct pk_campaign_series *one,
                                     struct pk_campaign_supply *out, struct pk_error *error)
{
    struct pk_series_facts facts;
    struct pk_promotion_input input;
    struct pk_promotion_check check;
    bool is_covered;
    const enum pk_status status =
        pk_decide_promotion(work->view, one->series, work->promotion_id, work->memory, &facts,
                            &input, &check, &is_covered, error);
    if (status != PK_OK || !is_covered)
        return status;
    out->forecast_units = check.expected_units;
    out->q50_units = (double)check.q50_units;
    out->q90_units = (double)check.q90_units;
    if (isnan(check.stock_at_start_units))
        return PK_OK;
    out->start_units = check.stock_at_start_units;
    out->received_units = check.inbound_before_start_units;
    out->gap_units = check.gap_q50_units;
    return PK_OK;
}

/* --- money and returns */

/* Cost in micros of the gifts that go with one unit of an item; 0 without any. */
static double gift_cost(const struct pk_campaign_work *work, uint32_t item, int64_t price_micros,
                        int32_t date)
{
    const struct pk_ledger *ledger = &work->view->data->ledger;
    const struct pk_shop *shop = &work->view->data->shop;
    double cost = 0;
    for (size_t i = 0; i < ledger->component_count; i++) {
        const struct pk_component_row *row = &ledger->components[i];
        const bool applies =
            row->parent_item == item && row->kind == PK_COMPONENT_GIFT &&
            (row->promotion_id[0] == '\0' || strcmp(row->promotion_id, work->promotion_id) == 0) &&
            (row->valid_from == PK_DATE_NONE || row->valid_from <= date) &&
            (row->valid_to == PK_DATE_NONE || row->valid_to >= date);
        const int64_t unit = shop->items[row->component_item].unit_cost_micros;
        if (applies && unit > 0)
            cost += (double)row->units * (double)unit *
                    pk_gift_order_share(price_micros, row->min_order_amount_micros);
    }
    return cost;
}

/* What the window brought: paid amounts (units x net price where none is given), the discount against
 * the price of the day before it, and paid less selling costs, goods and gifts. Cancelled units are
 * paid back. */
static struct pk_campaign_takings load_money(const struct pk_campaign_work *work,
                                             const struct pk_campaign_series *one)
{
    const struct pk_shop_data *data = work->view->data;
    const struct pk_shop *shop = &data->shop;
    const struct pk_series *series = &shop->series[one->series];
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts = {
        .shop = shop, .series = series, .item = &shop->items[series->item]};
    pk_series_terms_load(work->view, &none, NULL, &facts);
    const int64_t cost_micros = pk_unit_cost_micros(&facts.terms, &facts.economics);
    const int64_t price_micros =
        pk_shop_price_micros(shop, series->item, series->warehouse, one->campaign.start_date - 1);
    double gmv = 0, discount = 0, profit = 0;
    int32_t first, last;
    window_days(one, &first, &last);
    const struct pk_ledger_range range =
        pk_series_sales_between(data, one->series, first, earlier(last, shop->as_of_date));
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *row = &data->sales.buckets[i];
        const double kept = (double)row->demand_units, units = kept + (double)row->cancelled_units;
        const int64_t net_micros = pk_promotion_price_micros(
            pk_campaign_row_on(shop, work->promotion_id, series, row->date), price_micros);
        const double net = net_micros < 0 ? (double)NAN : (double)net_micros;
        const double paid = row->paid_amount_micros >= 0 ? (double)row->paid_amount_micros
                            : units > 0                  ? units * net
                                                         : 0;
        const double share = units > 0 ? kept / units : 0;
        gmv += paid;
        discount += price_micros < 0 ? NAN : units * (double)price_micros - paid;
        profit += share * paid * (1 - facts.economics.selling_cost_ratio) -
                  kept * (cost_micros < 0 ? NAN : (double)cost_micros) -
                  kept * gift_cost(work, series->item, net_micros, row->date);
    }
    const double micros = (double)PK_MICROS_PER_UNIT;
    return (struct pk_campaign_takings){gmv / micros, discount / micros, profit / micros};
}

/* The item's deposits, as last told up to as-of; they ascend by promotion, item and date. */
static void load_deposits(const struct pk_campaign_work *work, uint32_t item,
                          struct pk_campaign_line *line)
{
    const struct pk_ledger *ledger = &work->view->data->ledger;
    line->deposit_units = 0;
    line->balance_paid_units = NAN;
    for (size_t i = 0; i < ledger->deposit_count; i++) {
        const struct pk_deposit_row *row = &ledger->deposits[i];
        if (row->item != item || strcmp(row->promotion_id, work->promotion_id) != 0)
            continue;
        line->deposit_units = (double)row->deposit_units;
        if (row->balance_paid_units >= 0)
            line->balance_paid_units = (double)row->balance_paid_units;
    }
}

enum pk_status pk_campaign_line_complete(struct pk_campaign_work *work,
                                         const struct pk_campaign_series *one,
                                         struct pk_campaign_line *line, struct pk_error *error)
{
    const struct pk_shop_data *data = work->view->data;
    const int32_t as_of_date = data->shop.as_of_date;
    const bool has_begun = one->campaign.start_date <= as_of_date;
    const int32_t days = one->campaign.end_date - one->campaign.start_date + 1;
    enum pk_status status = PK_OK;
    line->supply = (struct pk_campaign_supply){NAN, NAN, NAN, NAN, NAN, NAN, 0};
    line->supply.left_demand_units =
        line->window.baseline * (double)PK_STOCKING_LEFT_DAYS / (double)days;
    line->money = load_money(work, one);
    line->balance_paid_units = NAN;
    if (work->deposit_item != data->shop.series[one->series].item)
        load_deposits(work, data->shop.series[one->series].item, line);
    work->deposit_item = data->shop.series[one->series].item;
    line->has_overlap = has_other(work, &data->shop.series[one->series], one->campaign.start_date,
                                  one->campaign.end_date);
    if (!has_begun)
        return load_readiness(work, one, &line->supply, error);
    load_stock(work, one, line, &line->supply);
    if (work->before != NULL)
        status = load_forecast(work, one, &line->supply, error);
    const struct pk_ledger_range range = pk_series_sales_between(
        data, one->series, one->campaign.start_date,
        earlier(one->campaign.end_date + PK_CAMPAIGN_RETURN_DAYS, as_of_date));
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *row = &data->sales.buckets[i];
        line->paid_units += (double)(row->demand_units + row->cancelled_units);
        line->returned_units += (double)row->returned_units;
    }
    return status;
}

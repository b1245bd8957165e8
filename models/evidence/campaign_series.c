#include "models/evidence/campaign_series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"

/* Two means of one bucket that differ by less than this part have no promotion in them. */
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

bool pk_campaign_has_other(const struct pk_campaign_work *work, size_t index, int32_t from_date,
                           int32_t to_date)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_series *series = &shop->series[index];
    const uint32_t category = shop->items[series->item].category;
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
        return pk_campaign_has_other(work, one->series, date, last) ? PK_SPAN_NONE : PK_SPAN_DIP;
    return fabs(bucket->expected_units - bucket->ordinary_units) <=
                   SAME_PART * bucket->ordinary_units
               ? PK_SPAN_ORDINARY
               : PK_SPAN_NONE;
}

void pk_campaign_window_days(const struct pk_campaign_series *one, int32_t *out_first,
                             int32_t *out_last)
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
    pk_campaign_window_days(one, &first, &last);
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

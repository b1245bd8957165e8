#include "service/workflows/review_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/units.h"
#include "service/workflows/decide_promotion.h"

/* A day on which a campaign of the shop or of a category moves sales. */
static bool is_quiet(const struct pk_shop *shop, int32_t date)
{
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date - PK_REVIEW_QUIET_BEFORE_DAYS > date)
            break;
        if (row->item == PK_INDEX_NONE && row->end_date + PK_REVIEW_QUIET_AFTER_DAYS >= date)
            return false;
    }
    return true;
}

static void list_quiet_days(struct pk_review_frame *frame)
{
    const struct pk_shop *shop = &frame->snapshot->data->shop;
    const int32_t last = shop->as_of_date - PK_REVIEW_TREND_REACH_DAYS;
    for (int32_t date = shop->as_of_date;
         date > last && frame->quiet_count < 2 * PK_REVIEW_TREND_DAYS; date--)
        if (is_quiet(shop, date))
            frame->quiet_dates[frame->quiet_count++] = date;
}

/* Demand of a daily series on the quiet days of either half; *out_was_out = some of it was out of
 * stock. Weekly series have no such days. */
static void sum_quiet(const struct pk_review_frame *frame, size_t series, double *out_units,
                      double *out_units_before, bool *out_was_out)
{
    const struct pk_shop_data *data = frame->snapshot->data;
    *out_units = *out_units_before = 0;
    *out_was_out = false;
    if (frame->quiet_count < 2 * PK_REVIEW_TREND_DAYS || data->shop.series[series].bucket_days != 1)
        return;
    const struct pk_ledger_range range = pk_series_sales_between(
        data, series, frame->quiet_dates[frame->quiet_count - 1], frame->quiet_dates[0]);
    size_t at = frame->quiet_count;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        while (at > 0 && frame->quiet_dates[at - 1] < bucket->date)
            at--;
        if (at == 0 || frame->quiet_dates[at - 1] != bucket->date)
            continue;
        *(at <= PK_REVIEW_TREND_DAYS ? out_units : out_units_before) +=
            (double)bucket->demand_units;
        *out_was_out |= bucket->available_ratio >= 0 && bucket->available_ratio < 1;
    }
}

static void sum_categories(struct pk_review_frame *frame)
{
    const struct pk_shop_data *data = frame->snapshot->data;
    for (size_t i = 0; i < data->shop.series_count; i++) {
        const uint32_t category = data->shop.items[data->shop.series[i].item].category;
        double units, units_before;
        bool was_out;
        sum_quiet(frame, i, &units, &units_before, &was_out);
        frame->category_units[category] += units;
        frame->category_units_before[category] += units_before;
    }
}

static void list_promotions(struct pk_review_frame *frame, int32_t reach_days)
{
    const struct pk_shop *shop = &frame->snapshot->data->shop;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        struct pk_campaign campaign;
        bool is_listed = row->end_date <= shop->as_of_date;
        for (size_t j = 0; j < frame->promotion_count && !is_listed; j++)
            is_listed = strcmp(frame->promotion_ids[j], row->promotion_id) == 0;
        if (!is_listed && pk_campaign_find(shop, row->promotion_id, NULL, &campaign) &&
            campaign.start_date <= shop->as_of_date + reach_days)
            frame->promotion_ids[frame->promotion_count++] = row->promotion_id;
    }
}

enum pk_status pk_review_frame_new(const struct pk_snapshot *snapshot, int32_t reach_days,
                                   struct pk_review_frame *out_frame, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    struct pk_review_frame frame = {.snapshot = snapshot};
    frame.promotion_ids = malloc((shop->promotion_count + 1) * sizeof *frame.promotion_ids);
    frame.category_units = calloc(shop->category_count + 1, sizeof *frame.category_units);
    frame.category_units_before =
        calloc(shop->category_count + 1, sizeof *frame.category_units_before);
    if (frame.promotion_ids == NULL || frame.category_units == NULL ||
        frame.category_units_before == NULL) {
        pk_review_frame_done(&frame);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a review");
    }
    list_quiet_days(&frame);
    sum_categories(&frame);
    list_promotions(&frame, reach_days);
    *out_frame = frame;
    return PK_OK;
}

void pk_review_frame_done(struct pk_review_frame *frame)
{
    free(frame->promotion_ids);
    free(frame->category_units);
    free(frame->category_units_before);
    *frame = (struct pk_review_frame){0};
}

/* Price of a row; NAN if it has none. */
static double price_of(const struct pk_shop *shop, const struct pk_series *series,
                       const struct pk_promotion *row)
{
    if (row->net_price_micros >= 0)
        return (double)row->net_price_micros / (double)PK_MICROS_PER_UNIT;
    const int64_t price =
        pk_shop_price_micros(shop, series->item, series->warehouse, row->start_date);
    if (price < 0 || !(row->discount_ratio > 0))
        return NAN;
    return (double)price / (double)PK_MICROS_PER_UNIT * (1 - row->discount_ratio);
}

/* The lowest price that buyers pay in the promotion after as-of, and what is expected at it. */
static void take_prices(const struct pk_series_facts *facts, const char *promotion_id,
                        struct pk_review_input *input)
{
    const struct pk_shop *shop = facts->shop;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->end_date <= shop->as_of_date || strcmp(row->promotion_id, promotion_id) != 0 ||
            row->phase == PK_PHASE_PRESALE ||
            pk_campaign_row_on(shop, promotion_id, facts->series, row->end_date) != row)
            continue;
        const double price = price_of(shop, facts->series, row);
        if (isnan(price) || (input->promotion_price <= price))
            continue;
        input->promotion_price = price;
        input->promotion_price_units =
            pk_demand_window(&facts->demand, row->start_date, row->end_date).mean_units;
    }
}

/* A promotion of the item itself that has begun or is about to: somebody has acted on its stock. */
static bool clears(const struct pk_series_facts *facts, const char *promotion_id)
{
    const struct pk_shop *shop = facts->shop;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->item == facts->series->item && row->end_date > shop->as_of_date &&
            strcmp(row->promotion_id, promotion_id) == 0 &&
            (row->warehouse == PK_INDEX_NONE || row->warehouse == facts->series->warehouse) &&
            (row->discount_ratio > 0 || row->net_price_micros >= 0))
            return true;
    }
    return false;
}

/* Whether a promotion of the item itself explains a change between the halves of the trend. */
static bool was_promoted(const struct pk_review_frame *frame, const struct pk_series_facts *facts)
{
    const struct pk_shop *shop = facts->shop;
    const int32_t first = frame->quiet_dates[frame->quiet_count - 1];
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date > frame->quiet_dates[0])
            break;
        if (row->item == facts->series->item && row->end_date >= first)
            return true;
    }
    return false;
}

static double rising_units(const struct pk_review_frame *frame, size_t series,
                           const struct pk_series_facts *facts)
{
    double units, before;
    bool was_out;
    if (frame->quiet_count < 2 * PK_REVIEW_TREND_DAYS || was_promoted(frame, facts))
        return 0;
    sum_quiet(frame, series, &units, &before, &was_out);
    /* The category without the item, so that it is not compared with itself. */
    const struct pk_review_trend trend = {
        .units = units,
        .units_before = before,
        .category_units = frame->category_units[facts->item->category] - units,
        .category_units_before = frame->category_units_before[facts->item->category] - before,
        .dispersion = facts->demand.dispersion,
        .half_days = PK_REVIEW_TREND_DAYS};
    return was_out ? 0 : pk_review_rising_units(&trend);
}

enum pk_status pk_review_input_complete(const struct pk_review_frame *frame, size_t series,
                                        const struct pk_series_facts *facts,
                                        struct pk_decision_memory *memory,
                                        struct pk_promotion_check *check,
                                        struct pk_review_input *input, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    input->promotion = NULL;
    input->promotion_price = NAN;
    input->month_demand_units = pk_demand_window(&facts->demand, facts->demand.first_date,
                                                 facts->demand.first_date + PK_REPRICE_DAYS - 1)
                                    .mean_units;
    input->rising_units = rising_units(frame, series, facts);
    for (size_t i = 0; i < frame->promotion_count; i++) {
        take_prices(facts, frame->promotion_ids[i], input);
        input->has_clearance_promotion |= clears(facts, frame->promotion_ids[i]);
    }
    for (size_t i = 0; i < frame->promotion_count && status == PK_OK; i++) {
        struct pk_series_facts own;
        struct pk_promotion_input checked;
        struct pk_promotion_check one;
        bool is_covered;
        status = pk_decide_promotion(frame->snapshot, series, frame->promotion_ids[i], memory, &own,
                                     &checked, &one, &is_covered, error);
        if (status != PK_OK || !is_covered || one.state != PK_READINESS_RED)
            continue;
        if (input->promotion == NULL || one.gap_q50_units > check->gap_q50_units)
            *check = one;
        input->promotion = check;
    }
    return status;
}

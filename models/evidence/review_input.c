#include "models/evidence/review_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/units.h"
#include "models/evidence/decide_promotion.h"

/* The warehouse of each item that sold most since its growth is tested: a star is told of once. */
static void find_main_series(struct pk_review_frame *frame)
{
    const struct pk_shop_data *data = frame->view->data;
    const int32_t as_of_date = data->shop.as_of_date;
    double most = -1;
    for (size_t i = 0; i < data->shop.series_count; i++) {
        const uint32_t item = data->shop.series[i].item;
        const struct pk_ledger_range range =
            pk_series_sales_between(data, i, as_of_date - PK_LIFE_TEST_DAYS + 1, as_of_date);
        double units = 0;
        for (size_t b = range.first; b < range.last; b++)
            units += (double)data->sales.buckets[b].demand_units;
        if (i == 0 || data->shop.series[i - 1].item != item)
            most = -1;
        if (units > most) {
            most = units;
            frame->main_series[item] = i;
        }
    }
}

static void list_promotions(struct pk_review_frame *frame, int32_t reach_days)
{
    const struct pk_shop *shop = &frame->view->data->shop;
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

enum pk_status pk_review_frame_new(const struct pk_view *view, const struct pk_view *lives_before,
                                   int32_t reach_days, struct pk_review_frame *out_frame,
                                   struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    struct pk_review_frame frame = {.view = view};
    frame.promotion_ids = malloc((shop->promotion_count + 1) * sizeof *frame.promotion_ids);
    frame.main_series = calloc(shop->item_count + 1, sizeof *frame.main_series);
    enum pk_status status = PK_OK;
    if (frame.promotion_ids == NULL || frame.main_series == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a review");
    if (status == PK_OK)
        status = pk_item_lives_make(view, lives_before, &frame.lives, error);
    if (status != PK_OK) {
        pk_review_frame_done(&frame);
        return status;
    }
    find_main_series(&frame);
    list_promotions(&frame, reach_days);
    *out_frame = frame;
    return PK_OK;
}

void pk_review_frame_done(struct pk_review_frame *frame)
{
    free(frame->promotion_ids);
    free(frame->main_series);
    pk_item_lives_done(&frame->lives);
    *frame = (struct pk_review_frame){0};
}

/* Price of a row; NAN if it has none. */
static double price_of(const struct pk_shop *shop, const struct pk_series *series,
                       const struct pk_promotion *row)
{
    const int64_t price = pk_promotion_price_micros(
        row, pk_shop_price_micros(shop, series->item, series->warehouse, row->start_date));
    if (price < 0 || (row->net_price_micros < 0 && !(row->discount_ratio > 0)))
        return NAN;
    return (double)price / (double)PK_MICROS_PER_UNIT;
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
    if (frame->main_series[facts->series->item] == series)
        input->rising_units = frame->lives.lives[facts->series->item].rising_units;
    for (size_t i = 0; i < frame->promotion_count; i++) {
        take_prices(facts, frame->promotion_ids[i], input);
        input->has_clearance_promotion |= clears(facts, frame->promotion_ids[i]);
    }
    for (size_t i = 0; i < frame->promotion_count && status == PK_OK; i++) {
        struct pk_series_facts own;
        struct pk_promotion_input checked;
        struct pk_promotion_check one;
        bool is_covered;
        status = pk_decide_promotion(frame->view, series, frame->promotion_ids[i], memory, &own,
                                     &checked, &one, &is_covered, error);
        if (status != PK_OK || !is_covered || one.state != PK_READINESS_RED)
            continue;
        if (input->promotion == NULL || one.gap_q50_units > check->gap_q50_units)
            *check = one;
        input->promotion = check;
    }
    return status;
}

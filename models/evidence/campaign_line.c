#include "models/evidence/campaign_line.h"

#include <math.h>

#include "models/base/limits.h"
#include "models/evidence/campaign_stock.h"
#include "models/evidence/campaign_takings.h"
#include "models/evidence/decide_promotion.h"

static void load_stock(const struct pk_campaign_work *work, const struct pk_campaign_series *one,
                       const struct pk_campaign_line *line, struct pk_campaign_supply *out)
{
    const struct pk_shop_data *data = work->view->data;
    const int32_t end_date = one->campaign.end_date < data->shop.as_of_date ? one->campaign.end_date
                                                                            : data->shop.as_of_date;
    const double end_units = pk_campaign_stock_at(data, one->series, end_date);
    out->start_units = pk_campaign_stock_at(data, one->series, one->campaign.start_date - 1);
    out->received_units = fmax(0, end_units + line->window.sold - out->start_units);
    if (isnan(end_units))
        out->received_units = NAN;
}

/* The forecast of the window as it was the day before the start. */
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
    pk_campaign_window_days(one, &first, &last);
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

/* The figures of readiness now, for a campaign that lies ahead. */
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

enum pk_status pk_campaign_line_complete(struct pk_campaign_work *work,
                                         const struct pk_campaign_series *one,
                                         struct pk_campaign_line *line, struct pk_error *error)
{
    const struct pk_shop_data *data = work->view->data;
    const uint32_t item = data->shop.series[one->series].item;
    const bool has_begun = one->campaign.start_date <= data->shop.as_of_date;
    const int32_t days = one->campaign.end_date - one->campaign.start_date + 1;
    enum pk_status status = PK_OK;
    line->supply = (struct pk_campaign_supply){NAN, NAN, NAN, NAN, NAN, NAN, 0};
    line->supply.left_demand_units =
        line->window.baseline * (double)PK_STOCKING_LEFT_DAYS / (double)days;
    line->money = pk_campaign_takings_load(work, one);
    line->balance_paid_units = NAN;
    if (work->deposit_item != item)
        pk_campaign_deposits_load(&data->ledger, work->promotion_id, item, line);
    work->deposit_item = item;
    line->has_overlap =
        pk_campaign_has_other(work, one->series, one->campaign.start_date, one->campaign.end_date);
    if (!has_begun)
        return load_readiness(work, one, &line->supply, error);
    load_stock(work, one, line, &line->supply);
    if (work->before != NULL)
        status = load_forecast(work, one, &line->supply, error);
    pk_campaign_returns_add(data, one->series, &one->campaign, line);
    return status;
}

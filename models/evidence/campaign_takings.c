#include "models/evidence/campaign_takings.h"

#include <math.h>
#include <string.h>

#include "models/base/units.h"
#include "models/decision/campaign/campaign_money.h"

/* Cost in micros of the gifts that go with one unit of an item; 0 without any. */
static double gift_cost(const struct pk_campaign_work *work, uint32_t item, int64_t price_micros,
                        int32_t date)
{
    const struct pk_ledger *ledger = &work->view->data->ledger;
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_ledger_range range = pk_ledger_components_of(ledger, item);
    double cost = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_component_row *row = &ledger->components[i];
        const bool applies =
            row->kind == PK_COMPONENT_GIFT &&
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

struct pk_campaign_takings pk_campaign_takings_load(const struct pk_campaign_work *work,
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
    pk_campaign_window_days(one, &first, &last);
    if (last > shop->as_of_date)
        last = shop->as_of_date;
    const struct pk_ledger_range range = pk_series_sales_between(data, one->series, first, last);
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

void pk_campaign_deposits_load(const struct pk_ledger *ledger, const char *promotion_id,
                               uint32_t item, struct pk_campaign_line *line)
{
    const struct pk_ledger_range range = pk_ledger_deposits_of(ledger, promotion_id);
    line->deposit_units = 0;
    line->balance_paid_units = NAN;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_deposit_row *row = &ledger->deposits[i];
        if (row->item != item)
            continue;
        line->deposit_units = (double)row->deposit_units;
        if (row->balance_paid_units >= 0)
            line->balance_paid_units = (double)row->balance_paid_units;
    }
}

void pk_campaign_returns_add(const struct pk_shop_data *data, size_t series,
                             const struct pk_campaign *campaign, struct pk_campaign_line *line)
{
    const int32_t counted_until = campaign->end_date + PK_CAMPAIGN_RETURN_DAYS;
    const struct pk_ledger_range range = pk_series_sales_between(
        data, series, campaign->start_date,
        counted_until < data->shop.as_of_date ? counted_until : data->shop.as_of_date);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *row = &data->sales.buckets[i];
        line->paid_units += (double)(row->demand_units + row->cancelled_units);
        line->returned_units += (double)row->returned_units;
    }
}

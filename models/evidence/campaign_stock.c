#include "models/evidence/campaign_stock.h"

#include <math.h>

#include "models/history/series_history.h"

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

double pk_campaign_stock_at(const struct pk_shop_data *data, size_t series, int32_t date)
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

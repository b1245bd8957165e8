#include "models/history/series_history.h"

#include <math.h>

#include "models/base/lower_bound.h"
#include "models/history/shop_index.h"

int32_t pk_series_as_of_date(const struct pk_shop *shop, const struct pk_series *series)
{
    return pk_shop_as_of_date(shop, series->bucket_days);
}

int32_t pk_series_next_date(const struct pk_shop *shop, const struct pk_series *series)
{
    return pk_series_as_of_date(shop, series) + series->bucket_days;
}

static bool is_before_date(const void *row, const void *key)
{
    const struct pk_sales_bucket *bucket = row;
    return bucket->date < *(const int64_t *)key;
}

/* First sales row of the series dated `date` or later. */
static size_t sales_from(const struct pk_shop_data *data, size_t series, int64_t date)
{
    const size_t first = data->sales.starts[series];
    const size_t count = data->sales.starts[series + 1] - first;
    if (count == 0)
        return first;
    return first + pk_lower_bound(data->sales.buckets + first, count, sizeof *data->sales.buckets,
                                  is_before_date, &date);
}

struct pk_ledger_range pk_series_sales_between(const struct pk_shop_data *data, size_t series,
                                               int32_t from_date, int32_t to_date)
{
    return (struct pk_ledger_range){sales_from(data, series, from_date),
                                    sales_from(data, series, (int64_t)to_date + 1)};
}

double pk_series_sold_units(const struct pk_shop_data *data, size_t series, int32_t from_date,
                            int32_t to_date)
{
    return pk_series_sold_in_stock(data, series, from_date, to_date, 0);
}

double pk_series_sold_in_stock(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date, double available_ratio_min)
{
    const struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    double units = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        if (bucket->available_ratio >= 0 && (double)bucket->available_ratio < available_ratio_min)
            return NAN;
        units += (double)bucket->demand_units;
    }
    return units;
}

struct pk_ledger_range pk_series_latest_stock(const struct pk_shop_data *data, size_t series)
{
    const struct pk_series *one = &data->shop.series[series];
    struct pk_ledger_range range = pk_ledger_stock_of(&data->ledger, one->item, one->warehouse);
    int32_t next_date = pk_series_next_date(&data->shop, one);
    while (range.last > range.first && data->ledger.stock[range.last - 1].date >= next_date)
        range.last--;
    if (range.last == range.first)
        return range;
    int32_t date = data->ledger.stock[range.last - 1].date;
    size_t first = range.last;
    while (first > range.first && data->ledger.stock[first - 1].date == date)
        first--;
    range.first = first;
    return range;
}

int32_t pk_series_stock_date(const struct pk_shop_data *data, size_t series)
{
    struct pk_ledger_range range = pk_series_latest_stock(data, series);
    return range.first == range.last ? PK_DATE_NONE : data->ledger.stock[range.first].date;
}

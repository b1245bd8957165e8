/* Look-ups in the rows of one series: the bucket of as-of, sales between two days, the latest
 * stock. `series` is an index into data->shop.series. */
#ifndef PK_HISTORY_SERIES_HISTORY_H
#define PK_HISTORY_SERIES_HISTORY_H

#include "models/history/ledger_index.h"
#include "models/history/shop_data.h"

/* First day of the bucket of a series that holds shop->as_of_date, and the first day after that
 * bucket. Of a daily series these are as-of and the day after it. */
int32_t pk_series_as_of_date(const struct pk_shop *shop, const struct pk_series *series);
int32_t pk_series_next_date(const struct pk_shop *shop, const struct pk_series *series);

/* Rows of ledger->stock with the latest date of a series before its next day: one for each lot.
 * Empty if the series has no row so early. */
struct pk_ledger_range pk_series_latest_stock(const struct pk_shop_data *data, size_t series);

/* The date of those rows; PK_DATE_NONE if there are none. */
int32_t pk_series_stock_date(const struct pk_shop_data *data, size_t series);

/* Rows of sales.buckets of a series whose date lies in from_date..to_date, both included. */
struct pk_ledger_range pk_series_sales_between(const struct pk_shop_data *data, size_t series,
                                               int32_t from_date, int32_t to_date);

/* Sum of demand_units of those rows; 0 if from_date is after to_date. */
double pk_series_sold_units(const struct pk_shop_data *data, size_t series, int32_t from_date,
                            int32_t to_date);

/* Sum of demand_units of those rows; NAN if the known availability of one of them is below
 * available_ratio_min. A row whose availability is not known counts as in stock. */
double pk_series_sold_in_stock(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date, double available_ratio_min);

#endif

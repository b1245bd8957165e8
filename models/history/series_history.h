/* What the rows of one series say by themselves: its last complete bucket, what was sold, what is in
 * stock. `series` is an index into data->shop.series. */
#ifndef PK_HISTORY_SERIES_HISTORY_H
#define PK_HISTORY_SERIES_HISTORY_H

#include "models/history/ledger_index.h"
#include "models/history/shop_data.h"

/* First day of the last complete bucket of the series, and the first day after it. */
int32_t pk_series_as_of_date(const struct pk_shop *shop, const struct pk_series *series);
int32_t pk_series_next_date(const struct pk_shop *shop, const struct pk_series *series);

/* Rows of stock of the latest date of a series that is not after its as-of bucket; empty without one. */
struct pk_ledger_range pk_series_latest_stock(const struct pk_shop_data *data, size_t series);

/* The date of those rows; PK_DATE_NONE without one. */
int32_t pk_series_stock_date(const struct pk_shop_data *data, size_t series);

/* Rows of sales of a series with from_date <= bucket date <= to_date. */
struct pk_ledger_range pk_series_sales_between(const struct pk_shop_data *data, size_t series,
                                               int32_t from_date, int32_t to_date);
/* Demand served in them; 0 if from_date is after to_date. */
double pk_series_sold_units(const struct pk_shop_data *data, size_t series, int32_t from_date,
                            int32_t to_date);
/* The same; NAN if one of them is known to have been in stock for a smaller share. */
double pk_series_sold_in_stock(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date, double available_ratio_min);

#endif

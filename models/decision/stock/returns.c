#include "models/decision/stock/returns.h"

#include <math.h>
#include <stdlib.h>

/* Correlation of returned[t] with sold[t - lag] over t = first .. day_count - 1; 0 if one of them
 * never changes. */
static double correlation(const double *sold, const double *returned, size_t first,
                          size_t day_count, size_t lag)
{
    const double n = (double)(day_count - first);
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t t = first; t < day_count; t++) {
        x += sold[t - lag];
        y += returned[t];
    }
    x /= n;
    y /= n;
    for (size_t t = first; t < day_count; t++) {
        const double a = sold[t - lag] - x;
        const double b = returned[t] - y;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

int32_t pk_return_lag_days(const double *sold_units, const double *returned_units, size_t day_count,
                           bool *out_is_learnt)
{
    double returned = 0, best = 0;
    int32_t best_lag = PK_RETURN_LAG_DEFAULT;
    *out_is_learnt = false;
    for (size_t t = 0; t < day_count; t++)
        returned += returned_units[t];
    if (returned < PK_RETURN_LAG_EVIDENCE_UNITS || day_count < 4 * PK_RETURN_LAG_DAYS_MAX)
        return best_lag;
    for (int32_t lag = 1; lag <= PK_RETURN_LAG_DAYS_MAX; lag++) {
        const double value =
            correlation(sold_units, returned_units, PK_RETURN_LAG_DAYS_MAX, day_count, (size_t)lag);
        if (value <= best)
            continue;
        best = value;
        best_lag = lag;
        *out_is_learnt = true;
    }
    return best_lag;
}

static double shrunk(double returned, double sold, double prior)
{
    const double rate = (returned + PK_RETURN_PRIOR_UNITS * prior) / (sold + PK_RETURN_PRIOR_UNITS);
    return fmin(fmax(rate, 0), 1);
}

enum pk_status pk_return_rates_make(const struct pk_return_evidence *items, size_t item_count,
                                    size_t category_count, double *out_rates,
                                    struct pk_error *error)
{
    struct pk_return_evidence shop = {0};
    struct pk_return_evidence *categories = calloc(category_count + 1, sizeof *categories);
    if (categories == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for return rates");
    for (size_t i = 0; i < item_count; i++) {
        struct pk_return_evidence *category = &categories[items[i].category];
        category->sold_units += items[i].sold_units;
        category->returned_units += items[i].returned_units;
        shop.sold_units += items[i].sold_units;
        shop.returned_units += items[i].returned_units;
    }
    const double shop_rate =
        shop.sold_units > 0 ? fmin(shop.returned_units / shop.sold_units, 1) : 0;
    for (size_t i = 0; i < item_count; i++) {
        const struct pk_return_evidence *category = &categories[items[i].category];
        const double prior = shrunk(category->returned_units, category->sold_units, shop_rate);
        out_rates[i] = shop.returned_units > 0
                           ? shrunk(items[i].returned_units, items[i].sold_units, prior)
                           : 0;
    }
    free(categories);
    return PK_OK;
}

double pk_returns_expected_units(const struct pk_returns *returns, const struct pk_demand *demand,
                                 int32_t from_date, int32_t to_date)
{
    const int32_t next = demand->first_date, lag = returns->lag_days;
    const int32_t from = from_date > next ? from_date : next;
    double sold = 0;
    if (!(returns->rate > 0) || from > to_date)
        return 0;
    for (int32_t date = from; date <= to_date && date < next + lag; date++)
        sold += returns->past_sold_units[date - next];
    if (to_date >= next + lag)
        sold +=
            pk_demand_window(demand, (from > next + lag ? from : next + lag) - lag, to_date - lag)
                .mean_units;
    return returns->rate * sold;
}

double pk_returns_sell_again(const struct pk_returns *returns, struct pk_projection *projection,
                             size_t bucket_count)
{
    const int32_t days = projection->demand->bucket_days;
    double units[PK_PROJECTION_BUCKET_COUNT_MAX];
    double sum = 0;
    if (!(returns->rate > 0))
        return 0;
    for (size_t b = 0; b < bucket_count; b++) {
        const int32_t date = pk_projection_date(projection, b);
        units[b] = pk_returns_expected_units(returns, projection->demand, date, date + days - 1);
        sum += units[b];
    }
    pk_projection_take_off(projection, units, bucket_count);
    return sum;
}

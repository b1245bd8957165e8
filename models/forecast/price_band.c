#include "models/forecast/price_band.h"

#include <math.h>
#include <stdlib.h>

#include "models/forecast/level.h"

#define SLOPE_SD         0.5
#define SERIES_COUNT_MIN 20
#define FACTOR_MAX       8.0

/* 0 = nobody says. */
static double price_of(const struct pk_group_work *work, size_t index)
{
    const struct pk_shop *shop = work->context->shop;
    const struct pk_item *item = &shop->items[shop->series[work->group->series[index]].item];
    const double usual = work->price.starts != NULL ? work->price.usual_micros[index] : 0;
    return usual > 0 ? usual : fmax(0, (double)item->list_price_micros);
}

static struct pk_price_band fit(const double *log_prices, const double *log_levels, size_t count)
{
    struct pk_price_band band = {0, 1, INFINITY, -INFINITY};
    double price = 0, level = 0, xx = 0, xy = 0, yy = 0;
    for (size_t i = 0; i < count; i++) {
        price += log_prices[i] / (double)count;
        level += log_levels[i] / (double)count;
        band.log_low = fmin(band.log_low, log_prices[i]);
        band.log_high = fmax(band.log_high, log_prices[i]);
    }
    for (size_t i = 0; i < count; i++) {
        const double x = log_prices[i] - price, y = log_levels[i] - level;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    if (count < SERIES_COUNT_MIN || !(xx > 0))
        return (struct pk_price_band){0, 1, 0, 0};
    const double noise = fmax(0, yy - xy * xy / xx) / (double)(count - 2);
    band.slope = xy / (xx + noise / (SLOPE_SD * SLOPE_SD));
    band.mean_factor = 0;
    for (size_t i = 0; i < count; i++)
        band.mean_factor += exp(band.slope * log_prices[i]) / (double)count;
    return band;
}

enum pk_status pk_price_band_fit(const struct pk_group_work *work, size_t bucket_count_min,
                                 struct pk_price_band *out_band, struct pk_error *error)
{
    const size_t series = work->group->series_count;
    double *log_prices = malloc((2 * series + 1) * sizeof *log_prices);
    size_t count = 0;
    if (log_prices == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a price band");
    double *log_levels = log_prices + series;
    for (size_t i = 0; i < series; i++) {
        const double price = price_of(work, i), level = work->constant[i].level;
        if (!(price > 0) || !(level > 0) ||
            work->panel.life_start[i] + bucket_count_min > work->panel.bucket_count)
            continue;
        log_prices[count] = log(price);
        log_levels[count++] = log(level);
    }
    *out_band = fit(log_prices, log_levels, count);
    free(log_prices);
    return PK_OK;
}

double pk_price_band_factor(const struct pk_price_band *band, const struct pk_group_work *work,
                            size_t index)
{
    const double price = price_of(work, index);
    if (!(price > 0))
        return 1;
    const double at = fmax(band->log_low, fmin(log(price), band->log_high));
    const double factor = exp(band->slope * at) / band->mean_factor;
    return fmax(1 / FACTOR_MAX, fmin(factor, FACTOR_MAX));
}

#include "models/forecast/level.h"

#include <math.h>

#define ROUND_COUNT            4
#define INVERSE_DISPERSION_MAX 50.0
#define SIZE_QUANTILE          0.95

/* The k-th smallest of `count` values (Hoare's quickselect, 1961); reorders them. */
static float select_smallest(float *values, size_t count, size_t k)
{
    size_t low = 0, high = count - 1;
    while (low < high) {
        const float pivot = values[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i >= j)
                break;
            const float swapped = values[i];
            values[i++] = values[j];
            values[j--] = swapped;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return values[k];
}

float pk_level_size_floor(const struct pk_series_view *view, float *sizes)
{
    size_t count = 0;
    for (size_t t = view->start; t < view->count; t++)
        if (view->units[t] > 0 && view->exposure[t] > 0 && !view->event[t])
            sizes[count++] = view->units[t];
    return count == 0
               ? 0
               : select_smallest(sizes, count, (size_t)(SIZE_QUANTILE * (double)(count - 1)));
}

float pk_level_capped(const struct pk_series_view *view, size_t t, float floor_units, double level,
                      double inverse_dispersion, double huber_c)
{
    if (view->event[t] || view->units[t] <= floor_units)
        return view->units[t];
    if (!(huber_c > 0))
        return fminf(view->units[t], floor_units);
    const double mean = level * (double)view->mean[t];
    const double inverse = fmin(inverse_dispersion, INVERSE_DISPERSION_MAX);
    const double cap = mean + huber_c * sqrt(mean + mean * mean * inverse);
    const float bound = fmaxf((float)cap, floor_units);
    return fminf(view->units[t], bound);
}

struct pk_constant_level pk_level_constant(const struct pk_series_view *view,
                                           struct pk_level_prior prior, double inverse_dispersion,
                                           double huber_c, float floor_units, bool store)
{
    struct pk_constant_level out = {0, 0, 0, 0, 0};
    double first = 0, second = 0, total = 0;
    for (size_t t = view->start; t < view->count; t++) {
        const double mean = (double)(view->exposure[t] * view->mean[t]);
        first += mean;
        second += mean * mean;
        /* Bulk orders must not set the level that decides what a bulk order is. */
        if (view->exposure[t] > 0)
            total += (double)(view->event[t] ? view->units[t] : fminf(view->units[t], floor_units));
    }
    if (!(first + prior.buckets > 0))
        return out;
    out.level = (prior.units + total) / (prior.buckets + first);
    for (int round = 0; round < ROUND_COUNT; round++) {
        const bool last = round + 1 == ROUND_COUNT;
        double units = 0, square = 0, cross = 0;
        out.positive_count = out.capped_count = 0;
        for (size_t t = view->start; t < view->count; t++) {
            if (!(view->units[t] > 0) || !(view->exposure[t] > 0))
                continue;
            const float value =
                pk_level_capped(view, t, floor_units, out.level, inverse_dispersion, huber_c);
            units += (double)value;
            square += (double)value * (double)value;
            cross += (double)(value * view->exposure[t] * view->mean[t]);
            out.positive_count++;
            out.capped_count += value < view->units[t];
            if (last && store)
                view->units[t] = value;
        }
        const double level = (prior.units + units) / (prior.buckets + first);
        const double excess = square - 2 * level * cross + level * level * second - level * first;
        out.level = level;
        out.evidence = second;
        out.inverse_dispersion = second > 0 && level > 0 ? excess / (level * level * second) : 0;
    }
    return out;
}

void pk_level_discounted(const struct pk_series_view *view, double rho, const size_t *origins,
                         size_t origin_count, struct pk_level_sums *out_sums)
{
    struct pk_level_sums sums = {0, 0, 0};
    size_t next = 0;
    for (size_t t = view->start; next < origin_count; t++) {
        while (next < origin_count && origins[next] <= t)
            out_sums[next++] = sums;
        if (t >= view->count)
            break;
        const double mean = (double)(view->exposure[t] * view->mean[t]);
        const double units = view->exposure[t] > 0 ? (double)view->units[t] : 0;
        sums.units = rho * sums.units + units;
        sums.mean = rho * sums.mean + mean;
        sums.square = rho * rho * sums.square + mean;
    }
}

double pk_level_posterior(const struct pk_level_sums *sums, struct pk_level_prior prior)
{
    const double buckets = prior.buckets + sums->mean;
    return buckets > 0 ? (prior.units + sums->units) / buckets : 0;
}

double pk_level_sampling_variance(const struct pk_level_sums *sums, struct pk_level_prior prior,
                                  double inverse_dispersion)
{
    const double level = pk_level_posterior(sums, prior);
    const double buckets = prior.buckets + sums->mean;
    if (!(level > 0) || !(buckets > 0))
        return 1;
    const double sampling =
        sums->square * (1 / level + fmax(0, inverse_dispersion)) / (buckets * buckets);
    const double from_prior =
        prior.units / ((prior.units + sums->units) * (prior.units + sums->units));
    return sampling + from_prior;
}

#include "models/forecast/demand.h"

#include "models/numeric/distribution.h"

/* Share of bucket `index` that lies inside from_date..to_date. */
static double bucket_share(const struct pk_demand *demand, size_t index, int64_t from_date,
                           int64_t to_date)
{
    int64_t first = demand->first_date + (int64_t)index * demand->bucket_days;
    int64_t last = first + demand->bucket_days - 1;
    int64_t inside =
        (to_date < last ? to_date : last) - (from_date > first ? from_date : first) + 1;
    return (double)inside / demand->bucket_days;
}

double pk_demand_drift_variance(const struct pk_demand *demand, double days_before, double days)
{
    return demand->level_drift_variance_per_day * (days_before + days / 3);
}

struct pk_window pk_demand_window(const struct pk_demand *demand, int32_t from_date,
                                  int32_t to_date)
{
    struct pk_window window = {0.0, 0.0, 0.0, demand->mean_excess};
    int64_t length = (int64_t)demand->bucket_count * demand->bucket_days;
    int64_t first = (int64_t)from_date - demand->first_date;
    int64_t last = (int64_t)to_date - demand->first_date;
    first = first < 0 ? 0 : first;
    last = last >= length ? length - 1 : last;
    if (first > last)
        return window;
    double squares = 0.0, all_idle = 1.0;
    size_t last_bucket = (size_t)(last / demand->bucket_days);
    for (size_t b = (size_t)(first / demand->bucket_days); b <= last_bucket; b++) {
        double mean = demand->mean_units[b];
        if (demand->bucket_days > 1)
            mean *= bucket_share(demand, b, from_date, to_date);
        all_idle *= mean > 0.0 ? demand->idle_probability : 1.0;
        window.mean_units += mean;
        squares += mean * mean;
    }
    const double level_variance =
        demand->level_relative_variance +
        pk_demand_drift_variance(demand, (double)first, (double)(last - first + 1));
    window.variance = window.mean_units + squares / demand->dispersion +
                      window.mean_units * window.mean_units * level_variance;
    if (window.mean_units > 0.0)
        window.stop_probability =
            demand->stop_probability + (1.0 - demand->stop_probability) * all_idle;
    return window;
}

/* Demand of a window that does not stop. */
static struct pk_count_distribution going_on(const struct pk_window *window)
{
    const double going = 1.0 - window->stop_probability;
    const double mean = window->mean_units / going;
    const double stops = window->stop_probability * window->mean_units * mean;
    const double part = 1.0 + window->mean_excess;
    return pk_count_from_moments(part * mean, part * part * (window->variance - stops) / going);
}

int64_t pk_window_quantile_units(const struct pk_window *window, double probability)
{
    const struct pk_count_distribution distribution = going_on(window);
    const double stop = window->stop_probability;
    return probability <= stop
               ? 0
               : pk_count_quantile(&distribution, (probability - stop) / (1 - stop));
}

double pk_window_probability_at_most(const struct pk_window *window, int64_t units)
{
    const struct pk_count_distribution distribution = going_on(window);
    const double stop = window->stop_probability;
    return units < 0 ? 0.0 : stop + (1.0 - stop) * pk_count_at_most(&distribution, units);
}

double pk_window_expected_served_units(const struct pk_window *window, int64_t units)
{
    const struct pk_count_distribution distribution = going_on(window);
    return (1.0 - window->stop_probability) * pk_count_expected_minimum(&distribution, units);
}

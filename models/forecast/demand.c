#include "models/forecast/demand.h"

#include "models/numeric/distribution.h"

double pk_demand_bucket_share(const struct pk_demand *demand, size_t bucket, int32_t from_date,
                              int32_t to_date)
{
    int64_t first = demand->first_date + (int64_t)bucket * demand->bucket_days;
    int64_t last = first + demand->bucket_days - 1;
    int64_t inside =
        (to_date < last ? to_date : last) - (from_date > first ? from_date : first) + 1;
    return inside > 0 ? (double)inside / demand->bucket_days : 0.0;
}

double pk_demand_drift_variance(const struct pk_demand *demand, double days_before, double days)
{
    return demand->level_drift_variance_per_day * (days_before + days / 3);
}

double pk_demand_lift_variance(const struct pk_demand *demand, const double *span_means)
{
    double shared = 0.0, single = 0.0;
    for (size_t s = 0; s < demand->lift_count; s++) {
        const double own = span_means[s] * (double)demand->lifts[s].single_sd;
        shared += span_means[s] * (double)demand->lifts[s].shared_sd;
        single += own * own;
    }
    return shared * shared + single;
}

/* The span that holds the bucket or the first one after it, from `span` on. */
static size_t span_at(const struct pk_demand *demand, size_t span, size_t bucket)
{
    while (span < demand->lift_count &&
           bucket >= (size_t)demand->lifts[span].first_bucket + demand->lifts[span].bucket_count)
        span++;
    return span;
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
    double span_means[PK_LIFT_SPAN_MAX] = {0.0};
    size_t span = 0, last_bucket = (size_t)(last / demand->bucket_days);
    for (size_t b = (size_t)(first / demand->bucket_days); b <= last_bucket; b++) {
        double mean = demand->mean_units[b];
        if (demand->bucket_days > 1)
            mean *= pk_demand_bucket_share(demand, b, from_date, to_date);
        all_idle *= mean > 0.0 ? demand->idle_probability : 1.0;
        window.mean_units += mean;
        squares += mean * mean;
        span = span_at(demand, span, b);
        if (span < demand->lift_count && b >= demand->lifts[span].first_bucket)
            span_means[span] += mean;
    }
    const double level_variance =
        demand->level_relative_variance +
        pk_demand_drift_variance(demand, (double)first, (double)(last - first + 1));
    window.variance = window.mean_units + squares / demand->dispersion +
                      window.mean_units * window.mean_units * level_variance +
                      pk_demand_lift_variance(demand, span_means);
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

#include "service/workflows/series_parts.h"

size_t pk_series_part_count(const struct pk_series_parts *parts)
{
    return (parts->selection->count + parts->part_series - 1) / parts->part_series;
}

size_t pk_series_part_begin(const struct pk_series_parts *parts, size_t part)
{
    const struct pk_series *series = parts->shop->series;
    const struct pk_series_selection *selection = parts->selection;
    size_t at = part * parts->part_series;
    while (at > 0 && at < selection->count &&
           series[selection->series[at]].item == series[selection->series[at - 1]].item)
        at++;
    return at < selection->count ? at : selection->count;
}

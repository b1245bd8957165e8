#include "models/history/series_parts.h"

static size_t count_of(const struct pk_series_parts *parts)
{
    return parts->selection == NULL ? parts->shop->series_count : parts->selection->count;
}

static uint32_t item_at(const struct pk_series_parts *parts, size_t at)
{
    return parts->shop->series[parts->selection == NULL ? at : parts->selection->series[at]].item;
}

size_t pk_series_part_count(const struct pk_series_parts *parts)
{
    return (count_of(parts) + parts->part_series - 1) / parts->part_series;
}

size_t pk_series_part_begin(const struct pk_series_parts *parts, size_t part)
{
    const size_t count = count_of(parts);
    size_t at = part * parts->part_series;
    while (at > 0 && at < count && item_at(parts, at) == item_at(parts, at - 1))
        at++;
    return at < count ? at : count;
}

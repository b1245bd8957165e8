/* A selection of series cut into parts for several threads; the warehouses of an item stay together. */
#ifndef PK_HISTORY_SERIES_PARTS_H
#define PK_HISTORY_SERIES_PARTS_H

#include "models/history/series_selection.h"

struct pk_series_parts {
    const struct pk_shop *shop;
    const struct pk_series_selection *selection; /* NULL = every series of the shop */
    size_t part_series;                          /* about so many in a part, >= 1 */
};

size_t pk_series_part_count(const struct pk_series_parts *parts);

/* First place of the selection that belongs to a part; of the part behind the last one: the count. */
size_t pk_series_part_begin(const struct pk_series_parts *parts, size_t part);

#endif

/* A selection of series cut into parts for several threads. The warehouses of an item stay in one
 * part. */
#ifndef PK_HISTORY_SERIES_PARTS_H
#define PK_HISTORY_SERIES_PARTS_H

#include "models/history/series_selection.h"

struct pk_series_parts {
    const struct pk_shop *shop;
    const struct pk_series_selection *selection; /* NULL = every series of the shop */
    size_t part_series; /* series of a part, >= 1; more where the last item goes on, fewer in the
                           part after it */
};

/* Selected series / part_series, rounded up. A part may be empty. */
size_t pk_series_part_count(const struct pk_series_parts *parts);

/* Place in the selection of the first series of a part; part p ends where part p + 1 begins. For
 * part = the number of parts it is the number of selected series. */
size_t pk_series_part_begin(const struct pk_series_parts *parts, size_t part);

#endif

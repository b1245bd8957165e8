/* Which series a request covers: ids of a filter checked and turned into series indexes. */
#ifndef PK_HISTORY_SERIES_SELECTION_H
#define PK_HISTORY_SERIES_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/shop.h"

/* Lists of ids; an empty list selects everything. Not owned. */
struct pk_series_filter {
    char **item_ids;
    size_t item_id_count;
    char **warehouse_ids;
    size_t warehouse_id_count;
    char **categories;
    size_t category_count;
};

/* Indexes into shop->series, ascending. */
struct pk_series_selection {
    uint32_t *series;
    size_t count;
};

/* NOT_FOUND names the first unknown id and the list it stands in. Free with
 * pk_series_selection_done. */
enum pk_status pk_series_select(const struct pk_shop *shop, const struct pk_series_filter *filter,
                                struct pk_series_selection *out_selection, struct pk_error *error);
void pk_series_selection_done(struct pk_series_selection *selection);

#endif
